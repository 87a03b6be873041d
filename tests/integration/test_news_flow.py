"""News on the deployed stack: written, published, sent, read, stopped; through the staff API and the phone alone."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.driver import Citizen, Driver, Staff, eventually
from tests.site import Site, body

pytestmark = pytest.mark.stack

# Scheduled jobs run each minute.
PATIENCE = 120


def test_an_article_goes_from_the_editor_to_the_phone_and_no_further_than_wanted(driver: Driver) -> None:
    name = uuid.uuid4().hex[:8]
    reader, silent = (driver.citizen(f"{who}-{name}", "bhxh") for who in ("reader", "silent"))
    for citizen in (reader, silent):
        citizen.post("follow")
        citizen.wait_for_answer(within=60)
    reader.say("đăng ký nhận tin về lương hưu")
    eventually(lambda: "Lương hưu" in reader.heard()[-1], within=60, what="subscribing")

    title = f"Điều chỉnh lương hưu {name}"
    chief = driver.staff("supervisor", "bhxh")
    draft = {"title": title, "summary": "Mức tăng và cách nhận", "body": "Một\n\nHai", "topics": ["pension"]}
    path = f"/staff/news/{chief.post('/staff/news', draft)['id']}"
    chief.post(f"{path}/publish", {"audience": "topics"})

    def article(state: str) -> Any:
        found = chief.get(path)
        assert found["state"] != "failed", found["error"]
        return found if found["state"] == state else None

    done = eventually(lambda: article("published"), within=PATIENCE, what="publishing")
    assert title in driver.http.get(done["url"]).text
    if not 6 <= (datetime.now(UTC) + timedelta(hours=7)).hour < 22:
        return  # Zalo takes no news at night; they would arrive in the morning

    message = eventually(lambda: _told(reader, title), within=PATIENCE, what="the message")
    assert [b["title"] for b in message["buttons"]] == ["Đọc bài", "Hủy nhận tin"]
    assert message["buttons"][0]["payload"] == done["url"]

    def counted() -> Any:
        figures = chief.get(path)["run"]["figures"]
        return figures if figures["delivered"] == figures["recipients"] else None

    assert eventually(counted, within=60, what="the figures")["recipients"] >= 1
    assert _told(silent, title) is None

    silent.say("tin về lương hưu")
    eventually(lambda: title in silent.heard()[-1], within=60, what="reading")
    before = _readers(chief)
    reader.say("hủy nhận tin")
    eventually(lambda: "không gửi tin" in reader.heard()[-1], within=60, what="stopping")
    assert _readers(chief) == before - 1
    chief.post(f"{path}/hide", {})
    eventually(lambda: article("hidden"), within=PATIENCE, what="hiding")
    assert driver.http.get(done["url"]).status_code == 404


def _readers(staff: Staff) -> int:
    found: int = staff.get("/staff/news/audience", audience="topics", topics="pension")["readers"]
    return found


def _told(citizen: Citizen, title: str) -> dict[str, Any] | None:
    return next(
        (m for m in citizen.chat() if m["from"] == "oa" and (m["text"] or "").startswith(title)), None
    )


def test_a_broadcast_reaches_the_silent_of_a_segment_once_and_a_lost_answer_is_not_repeated(
    driver: Driver,
) -> None:
    name = uuid.uuid4().hex[:8]
    sim, silent, young = (
        driver.stack["simulator_url"],
        *(driver.citizen(f"{who}-{name}", "bhxh") for who in ("silent", "young")),
    )
    for citizen, age in ((silent, 68), (young, 20)):
        driver.http.post(f"{sim}/sim/citizens", json={"id": citizen.id, "age": age}).raise_for_status()
        citizen.post("follow")
        citizen.wait_for_answer(within=60)
    silent.say("hủy nhận tin")
    eventually(lambda: "không gửi tin" in silent.heard()[-1], within=60, what="stopping")

    chief = driver.staff("supervisor", "bhxh")
    paths = []
    for n in range(3):
        draft = {"title": f"Phát {n} {name}", "summary": "Tóm tắt", "body": "Nội dung"}
        paths.append(f"/staff/news/{chief.post('/staff/news', draft)['id']}")
        chief.post(f"{paths[n]}/publish", {})
    for path in paths:
        eventually(lambda p=path: chief.get(p)["state"] == "published", within=PATIENCE, what="publishing")  # type: ignore[misc]
    now, lost, cancelled = paths
    elderly = {"ages": ["65+"], "place": "hanoi"}

    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    chief.post(f"{cancelled}/broadcast", {"at": later, "segment": elderly})
    assert chief.get(cancelled)["broadcast"]["state"] == "waiting"
    chief.post(f"{cancelled}/broadcast/cancel", {})

    def broadcast(path: str, state: str) -> Any:
        found = chief.get(path)["broadcast"]
        return found if found["state"] == state else None

    def got(citizen: Citizen) -> list[str]:
        # Others broadcast to everybody at the same time.
        titles = [m["elements"][0]["title"] for m in citizen.chat() if m["kind"] == "article"]
        return [title for title in titles if name in title]

    chief.post(f"{now}/broadcast", {"segment": elderly})
    if not 6 <= (datetime.now(UTC) + timedelta(hours=7)).hour < 22:
        found = broadcast(now, "waiting")
        assert found and got(silent) == []  # in the morning
        return
    done = eventually(lambda: broadcast(now, "sent"), within=PATIENCE, what="handing over")
    assert done["message_id"] and done["ordered_by"] and done["sent_at"]
    assert (got(silent), got(young)) == ([f"Phát 0 {name}"], [])

    path = "/v2.0/oa/message"
    fault = {"path": path, "status": 504, "after": True, "says": '"ages": "7"'}
    driver.http.post(f"{sim}/sim/faults", json=fault).raise_for_status()
    chief.post(f"{lost}/broadcast", {"segment": elderly})
    doubt = eventually(lambda: broadcast(lost, "unknown"), within=PATIENCE, what="the lost answer")
    assert (doubt["error"], doubt["message_id"]) == ("http_504", "")
    for _ in range(3):
        driver.job("news")
    assert got(silent) == [f"Phát 0 {name}", f"Phát 1 {name}"]
    settled = {"decision": "sent", "reason": "đã thấy trên điện thoại"}
    assert chief.post(f"{lost}/broadcast/decide", settled)["broadcast"]["state"] == "sent"
    assert broadcast(cancelled, "cancelled")
    assert (len(got(silent)), got(young)) == (2, [])


FEED = """<rss version="2.0"><channel><title>Tin</title><item><title>{title}</title><guid>{title}</guid>
<link>https://agency.vn/{title}</link><description>Từ nguồn</description></item></channel></rss>"""


def test_a_feed_brings_a_draft_for_review(driver: Driver) -> None:
    title = f"Tin-{uuid.uuid4().hex[:8]}"
    admin = driver.staff("administrator", "csgt")
    site = Site()
    try:
        site.answers["/rss"] = body(FEED.format(title=title).encode(), kind="application/rss+xml")
        version = admin.get("/staff/news/settings")["feeds"]["version"]
        feeds = {"version": version, "feeds": [{"url": site.url("/rss"), "topics": ["rules"]}]}
        admin.request("PUT", "/staff/news/feeds", json=feeds).raise_for_status()

        def drafted() -> Any:
            return [a for a in admin.get("/staff/news", state="draft")["items"] if a["title"] == title]

        (draft,) = eventually(drafted, within=PATIENCE, what="the import")
        assert (draft["topics"], draft["created_by"]) == (["rules"], "feed")
        (feed,) = admin.get("/staff/news/settings")["feeds"]["feeds"]
        assert (feed["entries"], feed["new"], feed["error"]) == (1, 1, None)
    finally:
        site.close()
        left = {"version": admin.get("/staff/news/settings")["feeds"]["version"], "feeds": []}
        admin.request("PUT", "/staff/news/feeds", json=left).raise_for_status()
