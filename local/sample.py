"""A little sample data: citizens of the simulator write to the agencies, as people do."""

from typing import Any

import httpx

from local.config import Config

# Who writes to whom, and what: a line is one message of a burst.
STORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("csgt", ("xe 29A-123.45 vượt đèn đỏ ngã tư Khuất Duy Tiến - Nguyễn Trãi lúc 7h30 sáng nay",)),
    ("duytu", ("Ổ gà to trước số 20 phố Láng Hạ, xe máy ngã suốt", "đường 2 chiều, gần ngân hàng")),
    ("bhxh", ("công ty tôi nợ bảo hiểm 6 tháng nay không đóng", "cty Minh Long ở Phú Nghĩa, Chương Mỹ")),
    ("csgt", ("xe khach 29B-456.78 bat khach doc duong Pham Hung chieu qua 17h",)),
    ("duytu", ("den tin hieu nga tu So tat tu toi qua, xe co lon xon lam",)),
    ("csgt", ("hai thanh niên bốc đầu xe máy 29-Y3 123.45 trên cầu Nhật Tân tối qua",)),
    ("duytu", ("nắp cống bị mất trước cổng trường Nguyễn Siêu, rất nguy hiểm",)),
    ("csgt", ("ô tô 30K-182.93 đỗ chắn cổng khu tập thể Kim Liên từ sáng",)),
)


def send(config: Config, stack: dict[str, Any]) -> None:
    """Send as many stories as SEED asks for, once for each fresh state."""
    done = config.folder / "sampled"
    if done.exists():
        return
    for number in range(config.sample_reports):
        agency, texts = STORIES[number % len(STORIES)]
        citizen = f"mau-{number + 1:02d}"
        for text in texts:
            httpx.post(
                f"{stack['simulator_url']}/sim/citizens/{citizen}/messages",
                json={"oa": agency, "kind": "text", "text": text},
                timeout=20,
            ).raise_for_status()
    done.touch()
