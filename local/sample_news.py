"""One published article per agency, so that "tin mới" has an answer on a fresh local stack."""

from typing import Any

import httpx

from local.config import Config

ARTICLE = {
    "title": "Nhận tin của cơ quan ngay trên Zalo",
    "summary": 'Nhắn "tin mới" để đọc, "nhận tin" để chọn chủ đề, "hủy nhận tin" khi không muốn nhận nữa.',
    "body": (
        "Bài mẫu của bản chạy thử.\n\n"
        'Nhắn "tin mới" để xem năm bài mới nhất; nhắn "tin về …" để tìm bài theo nội dung.\n\n'
        'Nhắn "nhận tin" rồi chọn chủ đề, có bài mới sẽ được gửi tới anh/chị. Nhắn "hủy nhận tin" để thôi.'
    ),
}


def publish(config: Config, stack: dict[str, Any]) -> None:
    """Write and publish, once for each fresh state; the schedule brings it to Zalo."""
    done = config.folder / "sampled-news"
    if done.exists():
        return
    for agency in stack["agencies"].values():
        headers = {"Authorization": f"Bearer {agency['staff']['supervisor']['token']}"}
        with httpx.Client(base_url=stack["api_url"], headers=headers, timeout=20) as staff:
            article = staff.post("/staff/news", json=ARTICLE)
            article.raise_for_status()
            staff.post(f"/staff/news/{article.json()['id']}/publish", json={}).raise_for_status()
    done.touch()
