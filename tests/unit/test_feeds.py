"""Feeds from a real HTTP server: what is new becomes a draft once; what is no feed, or leads inside, is refused."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.news import MAX_SUMMARY, MAX_TITLE, Article, State
from desk.errors import Invalid
from desk.storage.news import News
from schedule.feeds import entries, read_all
from schedule.html_text import cut, plain
from tests.site import Site, body
from tests.world import World, make_world

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Tin</title>
<link>https://agency.vn</link>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://agency.vn/{n}</link><guid>{guid}</guid>
<description><![CDATA[<p>Tóm tắt <b>{n}</b></p><script>alert(1)</script>]]></description></item>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title>
<entry><id>a1</id><title>Thẻ BHYT mới</title><link href="https://agency.vn/a1"/>
<summary>Ngắn</summary><content type="html">&lt;p&gt;Một&lt;/p&gt;&lt;img src="https://agency.vn/p.jpg"&gt;&lt;p&gt;Hai&lt;/p&gt;</content>
</entry></feed>"""


def rss(*items: tuple[int, str]) -> bytes:
    told = "".join(ITEM.format(n=n, guid=guid, title=f"Bài số {n}") for n, guid in items)
    return RSS.format(items=told).encode()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with make_world() as made:
        yield made


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


def read(world: World, agency: str, *urls: str) -> dict[str, int]:
    news = News(world.table)
    _, version = news.feeds(agency)
    transaction = world.table.transaction()
    news.put_feeds(transaction, agency, [{"url": url, "topics": ["bhyt"]} for url in urls], version)
    transaction.commit()
    world.clock.advance(minutes=1)
    return read_all(world.table, [agency], ["127.0.0.1"], world.clock())


def drafts(world: World, agency: str) -> list[Article]:
    page = News(world.table).page(agency, limit=100)
    return [News(world.table).load(agency, item["id"]) for item in page.items]


def test_new_entries_become_drafts_once_the_newest_on_top(world: World, site: Site) -> None:
    site.answers["/rss"] = body(rss((2, "g2"), (1, "g1")), kind="application/rss+xml")
    assert read(world, "a", site.url("/rss"))["drafts"] == 2
    assert [d.title for d in drafts(world, "a")] == ["Bài số 2", "Bài số 1"]
    assert read(world, "a", site.url("/rss"))["drafts"] == 0
    # New guids for old entries, and one entry that is new.
    site.answers["/rss"] = body(rss((3, "g3"), (2, "other"), (1, "g1")))
    assert read(world, "a", site.url("/rss"))["drafts"] == 1
    made = drafts(world, "a")
    assert [d.title for d in made] == ["Bài số 3", "Bài số 2", "Bài số 1"]
    assert {d.state for d in made} == {State.DRAFT}
    assert made[0].topics == ("bhyt",) and made[0].source == "https://agency.vn/3"
    assert made[0].body == "Tóm tắt 3\n\nNguồn: https://agency.vn/3"


def test_an_atom_entry_brings_its_pictures(world: World, site: Site) -> None:
    site.answers["/atom"] = body(ATOM.encode())
    read(world, "b", site.url("/atom"))
    (made,) = drafts(world, "b")
    assert made.body.startswith("Một\n\nhttps://agency.vn/p.jpg\n\nHai")
    assert (made.cover, made.summary) == ("https://agency.vn/p.jpg", "Ngắn")


def test_what_cannot_be_read_is_told_and_hinders_no_other(world: World, site: Site) -> None:
    site.answers["/rss"] = body(rss((1, "g1")))
    site.answers["/page"] = body(b"<html><p>no feed</p></html>", kind="text/html")
    urls = [site.url("/page"), site.url("/none"), "http://169.254.169.254/latest", "http://localhost:1/x"]
    done = read(world, "c", *urls, site.url("/rss"))
    assert (done["drafts"], done["failed"]) == (1, 4)
    seen = News(world.table).feeds_seen("c")
    assert [seen[url].get("error") for url in urls] == [
        "not_a_feed",
        "dead_link",
        "host_not_allowed",
        "host_not_allowed",
    ]


def test_a_feed_can_neither_open_files_nor_grow_without_end() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    outside = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">'
    for head, name in ((bomb, b"&j;"), (outside, b"&x;")):
        data = head + b']><rss version="2.0"><channel><item><title>t' + name
        data += b"</title><link>https://a.vn/1</link></item></channel></rss>"
        try:
            found = entries(data)
        except Invalid:
            continue
        assert all("root:" not in e.title and len(e.title) <= MAX_TITLE for e in found)
    with pytest.raises(Invalid):
        entries(b"/etc/passwd")


@given(st.text(max_size=400), st.integers(10, 200))
def test_a_cut_text_is_a_beginning_within_the_limit(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text or text.startswith(short[:-1])


@given(st.text())
def test_any_text_can_be_read_as_html(text: str) -> None:
    assert "\n\n\n" not in plain(text)


def test_html_becomes_paragraphs() -> None:
    assert (
        plain("<h2>A &amp; B</h2><p>Một<br>hai</p><ul><li>ba</li></ul><style>x</style>")
        == "A & B\n\nMột\nhai\n\nba"
    )


def test_a_long_entry_is_cut_to_zalos_limits() -> None:
    data = RSS.format(
        items=f"<item><title>{'tin ' * 90}</title><link>https://a.vn/1</link>"
        f"<description>{'chữ ' * 200}</description></item>"
    )
    (entry,) = entries(data.encode())
    assert len(entry.title) <= MAX_TITLE and len(entry.summary) <= MAX_SUMMARY
