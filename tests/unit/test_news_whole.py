"""News from the editor to the phone and back in one process: staff API, schedule, senders, ledger, simulated Zalo."""

from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest

from conversation import turn
from conversation.closing import close
from conversation.desk import Desk as Conversations
from desk.domain.clock import epoch_ms, parse
from desk.domain.message import Message
from desk.storage import keys
from desk.storage.knowledge import Library
from desk.storage.ledger import Ledger
from desk.storage.secrets import Secrets
from desk.storage.sendings import Runs
from desk.storage.table import Table, dump
from desk.zalo import events, transport
from desk.zalo.api import ZaloApi
from desk.zalo.tokens import Tokens
from dispatch.figures import Figures
from local.zalo.server import running
from notification.files import Files
from notification.send import Desk, deliver
from schedule import publishing
from schedule.news import work
from schedule.publishing import Zalo
from tests.staff_site import Site, make_site
from tests.world import AGENCY

CHIEF = "bhxh.supervisor"
ARTICLE = {"title": "Tăng lương hưu", "summary": "Từ 01/7", "body": "Một\n\nHai", "topics": ["pension"]}


class Queue:
    def get_queue_attributes(self, **_: Any) -> Any:
        return {"Attributes": {"ApproximateNumberOfMessages": "0"}}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def test_an_article_goes_from_the_editor_to_the_phone_and_its_figures_come_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = parse(site.now)
    agency = AGENCY | {"oa_secret_key": "k", "access_token": "a", "refresh_token": "r"}
    secrets = Secrets(boto3.client("secretsmanager"), "langnghe/test")
    secrets.write("agency/bhxh", AGENCY)
    pair = {
        "access_token": "a",
        "refresh_token": "r",
        "expires_at": "2026-11-26T00:00:00+00:00",
        "version": 1,
    }
    secrets.write("tokens/bhxh", pair)
    ledger = Ledger(site.table)
    with (
        running({"webhook_url": "", "agencies": {"bhxh": agency}}) as simulator,
        httpx.Client(base_url=simulator.config.base_url) as phone,
        transport.client() as http,
    ):
        url = simulator.config.base_url
        monkeypatch.setattr(publishing, "VERIFY_PAUSES_S", (0.0,) * 3)
        phone.post("/sim/citizens/lan/messages", json={"oa": "bhxh", "kind": "text", "text": "Chào"})
        user = {c["id"]: c for c in phone.get("/sim/citizens").json()}["lan"]["user_ids"]["bhxh"]
        tokens = Tokens(Table(site.table.client, "tokens"), secrets, http, url, lambda: now)
        api = ZaloApi(http, url, url)

        people = Conversations(
            table=site.table, identities=site.identities.table, tokens=tokens, secrets=secrets,
            library=Library(site.table), quiet_s=0, longest_s=1, now=lambda: epoch_ms(now),
        )  # fmt: skip
        lan = people.pseudonym("bhxh", user)

        def say(text: str) -> str:
            message = Message(id=text, at=epoch_ms(now), arrived=epoch_ms(now), kind="text", text=text)
            before = {p["outbox_id"] for p in site.outbox()}
            turn.hear(people, "bhxh", text, events.Incoming(user, message))
            close(people, "bhxh", lan)
            return " ".join(p["text"] for p in site.outbox() if p["outbox_id"] not in before)

        assert "Lương hưu" in say("đăng ký nhận tin về lương hưu")
        path = f"/staff/news/{site.post('/staff/news', ARTICLE, who='bhxh.officer').json['id']}"
        assert site.post(f"{path}/publish", {"audience": "topics"}, who=CHIEF).json["state"] == "publishing"

        def job() -> dict[str, int]:
            zalo = Zalo(tokens, api, "bhxh")
            return work(site.table, ["bhxh"], lambda _name: zalo, Queue(), "outgoing", now)

        assert job() == {"publishing": 1}  # Zalo is processing it
        phone.post("/sim/clock", json={"advance_s": 2})
        now = parse("2026-11-25T03:01:00+00:00")
        assert job() == {"published": 1, "messages": 1}
        read = site.get(path, who=CHIEF).json
        assert (read["state"], read["run"]["state"], read["run"]["expected"]) == ("published", "done", 1)
        assert "Một" in phone.get(read["url"]).text

        (payload,) = [p for p in site.outbox() if p["purpose"] == "news"]
        desk = Desk(
            ledger, site.identities, tokens, api, Files(site.table, None, ""), lambda: 60.0, lambda: now
        )
        assert deliver(desk, payload).state == "sent"  # type: ignore[union-attr]
        shown = phone.get("/sim/citizens/lan/messages", params={"oa": "bhxh"}).json()[-1]
        assert shown["text"] == "Tăng lương hưu\n\nTừ 01/7"
        assert [b["payload"] for b in shown["buttons"]] == [read["url"], "#dung_nhan_tin"]

        for state in ("sent", "delivered", "seen"):
            if state != "sent":
                getattr(ledger, f"mark_{state}")("bhxh", shown["msg_id"], now)
            rows = site.table.query_all(keys.citizen_pk("bhxh", lan), prefix="CHAT#")
            (row,) = [r for r in rows if r.get("purpose") == "news"]
            record = {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "1", "NewImage": dump(row)}}
            Figures(Runs(site.table)).take([record])
            figures = site.get(path, who=CHIEF).json["run"]["figures"]
            assert (figures[state], figures["sent"], figures["waiting"]) == (1, 1, 0)

        assert "Tăng lương hưu" in say("tin về lương hưu")
        assert "không gửi tin" in say("hủy nhận tin")
        assert site.get("/staff/news/audience?audience=topics&topics=pension", who=CHIEF).json["readers"] == 0
