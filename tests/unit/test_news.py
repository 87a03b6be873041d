"""News by themselves: which moves an article may make, who reads it, what is found, what citizens are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import agencies
from desk.domain import news, talk_news
from desk.domain.answer import Answer
from desk.domain.clock import epoch_ms
from desk.domain.conversation import Conversation
from desk.domain.news import Article, Audience, Card, State
from desk.domain.wording import Wording

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
AT = "2026-11-24T03:00:00.000+00:00"
ACTIONS = ("edit", "schedule", "unschedule", "publish", "hide", "discard", "done", "fail")
CARDS = [
    Card(
        "n3", "Điều chỉnh lương hưu từ 01/7", "Mức tăng và cách nhận", "https://zalo.me/3", AT, ("pension",)
    ),
    Card(
        "n2", "Khám chữa bệnh trái tuyến", "Thẻ BHYT được hưởng thế nào", "https://zalo.me/2", AT, ("bhyt",)
    ),
    Card("n1", "Lịch nghỉ Tết của cơ quan BHXH", "Từ ngày 14/02", "https://zalo.me/1", AT),
]
WORDS = Wording(agencies.agency("bhxh"))


def article(**changed: object) -> Article:
    made = Article("bhxh", "n1", "Tiêu đề", AT, AT, summary="Tóm tắt", body="Một\n\nHai")
    return replace(made, **changed)  # type: ignore[arg-type]


@given(st.lists(st.sampled_from(ACTIONS), max_size=12))
def test_what_citizens_see_was_published_and_discarded_is_the_end(actions: list[str]) -> None:
    state, published = State.DRAFT, False
    for action in actions:
        following = news.move(state, action)
        if state == State.DISCARDED:
            assert following is None
        if following is None:
            continue
        published = published or action == "publish" or (state == State.SCHEDULED and action == "done")
        state = following
        if state in {State.PUBLISHED, State.HIDING, State.HIDDEN}:
            assert published


def test_an_edit_takes_the_approval_back() -> None:
    assert news.move(State.SCHEDULED, "edit") == State.DRAFT
    assert news.move(State.PUBLISHING, "edit") is None


def test_the_first_empty_field_is_named() -> None:
    assert news.missing(article()) is None
    assert news.missing(article(summary=" ", body="")) == "summary"


def test_an_article_survives_the_table() -> None:
    one = article(topics=("bhyt",), state=State.PUBLISHED, audience=Audience.TOPICS, version=3)
    assert Article.from_dict(one.as_dict() | {"pk": "x", "entity": "article"}) == one


def test_paragraphs_and_pictures_become_blocks() -> None:
    body = "Một\nhai\n\nhttps://a.vn/p.jpg\n\nBa https://a.vn/q.jpg\nhttps://a.vn/r.png?x=1\nBốn"
    assert news.blocks(body) == [
        {"type": "text", "content": "Một\nhai"},
        {"type": "image", "url": "https://a.vn/p.jpg"},
        {"type": "text", "content": "Ba https://a.vn/q.jpg"},
        {"type": "image", "url": "https://a.vn/r.png?x=1"},
        {"type": "text", "content": "Bốn"},
    ]


@given(st.text())
def test_no_word_of_a_body_is_lost(body: str) -> None:
    told = "\n".join(b.get("content") or b.get("url", "") for b in news.blocks(body))
    assert told.split() == body.replace("\r", "").split()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("tin mới", ["n3", "n2", "n1"]),
        ("tin về lương hưu", ["n3"]),
        ("tin ve luong huu", ["n3"]),
        ("có tin gì về thẻ BHYT không ạ", ["n2"]),
        ("tin về bóng đá", []),
        ("nghỉ tết", ["n1"]),
    ],
)
def test_search_finds_with_and_without_marks(asked: str, found: list[str]) -> None:
    names = {t["id"]: t["title"] for t in talk_news.topics(WORDS)}
    assert [c.id for c in news.search(CARDS, asked, names)] == found


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("hủy nhận tin về lương hưu", "pension"),
        ("dang ky tin bhyt", "bhyt"),
        ("nhận tin bảo hiểm thất nghiệp", "unemployment"),
        ("nhận tin", None),
    ],
)
def test_a_topic_is_known_by_the_agencys_words(text: str, topic: str | None) -> None:
    assert news.topic_in(text, talk_news.topics(WORDS)) == topic


@pytest.mark.parametrize("name", agencies.names())
def test_topics_of_every_agency_are_complete(name: str) -> None:
    topics = agencies.agency(name).data["news"]["topics"]
    assert 1 <= len(topics) <= 5 and len({t["id"] for t in topics}) == len(topics)
    for topic in topics:
        assert topic["title_en"] and topic["words"]
        assert all(news.topic_in(f"nhận tin {word}", topics) for word in topic["words"])


@given(
    following=st.booleans(),
    topics=st.sets(st.sampled_from(["a", "b"])),
    out=st.booleans(),
    days=st.integers(0, 30),
)
def test_who_said_stop_is_on_no_list(following: bool, topics: set[str], out: bool, days: int) -> None:
    last = NOW - timedelta(days=days)
    who = news.reader(
        following=following, topics=tuple(topics), opted_out=out, last_interaction_ms=epoch_ms(last)
    )
    if out or not (following or topics):
        assert who is None
        return
    assert who is not None
    assert who.wants("followers", ()) == following
    assert who.wants("topics", ("a",)) == ("a" in topics)
    assert not who.wants("nobody", ("a",))
    # Nobody whom Zalo would still let us write to is passed over.
    assert not (news.out_of_reach(who, NOW) and days <= 7)
    assert news.out_of_reach(who, NOW) or days <= 9


def said(change: object, state: Conversation, topic: str | None) -> tuple[Answer, Conversation]:
    answer = Answer()
    return answer, change(answer, WORDS, state, topic)  # type: ignore[operator]


def test_subscribing_offers_topics_and_stopping_takes_all_back() -> None:
    state = Conversation("bhxh", "c_one", opted_out=True)
    answer, state = said(talk_news.subscribe, state, None)
    assert not state.opted_out
    assert [b["payload"] for b in answer.buttons][:2] == ["#nhan_chu_de bhxh", "#nhan_chu_de bhyt"]
    assert len(answer.buttons) == 5
    answer, state = said(talk_news.subscribe, state, "pension")
    assert state.topics == ("pension",) and "Lương hưu" in answer.text
    answer, state = said(talk_news.subscribe, state, "bhyt")
    answer, state = said(talk_news.unsubscribe, state, "pension")
    assert state.topics == ("bhyt",) and not state.opted_out
    answer, state = said(talk_news.unsubscribe, state, None)
    assert state.topics == () and state.opted_out


def test_the_latest_are_told_with_a_button_each() -> None:
    answer = Answer()
    talk_news.tell(answer, WORDS, CARDS, "tin mới")
    assert answer.text.startswith("Tin mới của Bảo hiểm xã hội TP Hà Nội:\n1. Điều chỉnh lương hưu")
    assert [b["url"] for b in answer.buttons] == [
        "https://zalo.me/3",
        "https://zalo.me/2",
        "https://zalo.me/1",
    ]
    empty = Answer()
    talk_news.tell(empty, WORDS, [], "tin mới")
    assert "chưa có tin" in empty.text


def test_an_approved_template_carries_what_the_agency_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert talk_news.template_of(article()) is None
    own = {"id": 410, "title": "tieu_de"}
    monkeypatch.setitem(agencies.agency("bhxh").data["news"], "template", own)
    assert talk_news.template_of(article()) == {"id": "410", "data": {"tieu_de": "Tiêu đề"}}


def test_a_message_has_a_way_out() -> None:
    text, buttons = talk_news.message(article(url="https://zalo.me/d/1"))
    assert text == "Tiêu đề\n\nTóm tắt"
    assert [b.get("url") or b["payload"] for b in buttons] == ["https://zalo.me/d/1", "#dung_nhan_tin"]
