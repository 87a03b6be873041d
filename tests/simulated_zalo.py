"""Fixtures: the simulator on a free port, and a desk that records what it is sent."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.zalo.server import running
from local.zalo.testing import APP_ID, APP_SECRET, OA_ID, OA_SECRET, Desk, Zalo


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


@pytest.fixture
def settings(desk: Desk) -> dict[str, Any]:
    return {
        "webhook_url": desk.url,
        "agencies": {
            "csgt": {
                "oa_id": OA_ID,
                "name": "Cảnh sát giao thông Hà Nội",
                "app_id": APP_ID,
                "app_secret": APP_SECRET,
                "oa_secret_key": OA_SECRET,
                "callback_url": "http://desk.test/oauth/zalo/callback",
                "templates": [
                    {"id": "410", "text": "Mã <code>", "params": [{"name": "code", "max": 20}]},
                    {"id": "411", "text": "Bí mật", "by_user": False},
                ],
            }
        },
    }


@pytest.fixture
def zalo(settings: dict[str, Any]) -> Iterator[Zalo]:
    with running(settings) as simulator, Zalo(simulator) as client:
        yield client
