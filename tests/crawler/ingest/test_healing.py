"""Words that could not be read and can be now: the better words take the place of the damaged ones, and nothing stands twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.analysis.export import rows_of
from crawler.model import Document
from crawler.store import Store
from crawler.store.schema import articles, entries, labels
from tests.builders import NOON, new_store
from tests.healing import URL, Newsroom
from tests.ingesting import item, rss

WEATHER = "明天全市大部分地区有小到中雨气温下降"
NEWS = "中国与老挝在万象签署铁路合作协议"
WORDS = "中国与老挝周二在万象签署铁路合作协议，双方官员表示将扩大贸易与投资合作。"
PAGE = Document(URL, "", f"{WORDS}{WORDS}双方还将建设联合实验室。")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


@pytest.mark.parametrize("judges_later", [False, True])
@pytest.mark.parametrize("pages", [pytest.param("never", marks=pytest.mark.long), "matching", "always"])
@pytest.mark.parametrize("summary", ["", "{}", "雨后转晴。", WORDS])
@pytest.mark.parametrize("title", [WEATHER, NEWS])
def test_there_is_one_article_and_it_has_the_words_that_can_be_read(
    store: Store, title: str, summary: str, pages: str, judges_later: bool
) -> None:
    room = Newsroom(store, pages, judges_later=judges_later)
    broken = f"{title[:-1]}@@{title[-1]}"
    room.poll(broken, summary.format(broken), PAGE)
    assert "\ufffd" in room.stored()[0].title
    for _ in range(2):
        room.poll(title, summary.format(title), PAGE)
    (stored,) = room.stored()
    assert (stored.title, stored.duplicate_of, stored.entries) == (title, None, 2)
    assert "\ufffd" not in stored.text
    assert room.balances()
    with store.read() as connection:
        assert [row["title"] for row in rows_of(connection, "articles")] == [title]


def test_what_waits_for_its_page_is_mended_by_the_words_of_the_feed_when_that_is_gone(store: Store) -> None:
    room = Newsroom(store, "always")
    room.poll(f"{WEATHER}@@", "@@", PAGE)
    room.poll(WEATHER, "雨后转晴。")
    assert [(a.title, a.entries) for a in room.stored()] == [(WEATHER, 2)]


def test_a_headline_may_be_whole_before_the_text_is(store: Store) -> None:
    room = Newsroom(store, "never")
    for title, summary in (
        (f"{WEATHER}@@", "@@雨后转晴。"),
        (WEATHER, "@@雨后转晴。"),
        (WEATHER, "雨后转晴。"),
        (WEATHER, "雨后转晴。"),
    ):
        room.poll(title, summary)
    (stored,) = room.stored()
    assert (stored.title, stored.text, stored.entries) == (WEATHER, "雨后转晴。", 3)
    assert room.balances()


def test_damage_in_the_whole_text_is_mended_too(store: Store) -> None:
    room = Newsroom(store, "never")
    for text in (f"{WORDS}@@{WORDS}", WORDS * 2):
        body = item(WEATHER, URL, "1").replace("</item>", f"<content:encoded>{text}</content:encoded></item>")
        room.poll_body(
            rss(body)
            .replace(b"<rss ", b'<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" ')
            .replace(b"@@", b"\xe4\xb8")
        )
    assert [a.text for a in room.stored()] == [WORDS * 2]


def test_what_stays_damaged_is_not_read_again_with_each_poll(store: Store) -> None:
    room = Newsroom(store, "never")
    for n in range(4):
        room.poll_body(
            rss(item(f"{WEATHER}@@", URL, "1", summary="@@"), item(WEATHER, f"{URL}{n}", f"x{n}")).replace(
                b"@@", b"\xe4\xb8"
            )
        )
    with store.read() as connection:
        assert len(connection.scalars(select(entries.c.guid).where(entries.c.url == URL)).all()) == 1


def test_another_source_that_has_the_words_mends_them(store: Store) -> None:
    room = Newsroom(store, "never", "never")
    room.poll(f"{WEATHER}@@", source=0)
    room.poll(WEATHER, source=1)
    room.poll(f"{WEATHER}@@ again", source=0)
    assert [(a.title, a.entries) for a in room.stored()] == [(WEATHER, 2)]


def test_good_words_are_not_replaced(store: Store) -> None:
    room = Newsroom(store, "never", "never")
    room.poll(WEATHER, source=1)
    room.poll(f"{WEATHER}@@", source=0)
    room.poll(f"{WEATHER}！", source=0)
    assert [(a.title, a.entries) for a in room.stored()] == [(WEATHER, 3)]


def test_duplicates_and_corrections_follow(store: Store) -> None:
    room = Newsroom(store, "never", "never")
    long = WEATHER * 12
    room.poll(f"{WEATHER}@@", long)
    room.poll_body(rss(item(WEATHER, "https://outlet1.example/2", "2", summary=long)), source=1)
    assert [a.duplicate_of for a in room.stored()] == [None, 1]
    with store.write() as connection:
        row = {"at": NOON, "actor": "a", "article_id": 1, "verdict": "relevant", "value": "no"}
        connection.execute(labels.insert(), [row])
    room.poll(WEATHER, long)
    with store.read() as connection:
        rows = {r.id: r for r in connection.execute(select(articles))}
        (copy,) = [r for r in rows.values() if r.url.endswith("/2")]
        (mended,) = [r for r in rows.values() if r.url == URL]
        # The copy stands for both where it is the older one by now.
        assert (mended.duplicate_of, copy.duplicate_of) in ((None, mended.id), (copy.id, None))
        assert connection.scalar(select(labels.c.article_id)) == mended.id
    assert room.balances()


def test_what_was_old_when_it_came_is_not_news_when_it_can_be_read(store: Store) -> None:
    room = Newsroom(store, "never")
    listed = [item(f"{NEWS}（{n}）@@", f"{URL}{n}", str(n), summary=WORDS) for n in range(9)]
    room.poll_body(rss(*listed).replace(b"@@", b"\xe4\xb8"))
    room.poll_body(rss(*(one.replace("@@", "") for one in listed)))
    with store.read() as connection:
        rows = connection.execute(select(entries.c.seed, entries.c.guid)).all()
        assert len(rows) == 18
        assert all(row.seed for row in rows)
        assert all(connection.scalars(select(articles.c.seed)))


def test_a_date_that_was_stated_stays(store: Store) -> None:
    room = Newsroom(store, "never")
    at = NOON - timedelta(hours=5)
    room.poll(f"{WEATHER}@@", at=at)
    room.poll(WEATHER, at=at)
    with store.read() as connection:
        assert connection.scalars(select(articles.c.published)).all() == [at]


def test_words_that_the_store_does_not_take_leave_the_damaged_ones_where_they_are(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(store, "never")
    room.poll(f"{WEATHER}@@")
    with store.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no BEFORE INSERT ON articles BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    room.poll(WEATHER)
    assert [(a.title, a.entries) for a in room.stored()] == [(f"{WEATHER}\ufffd", 1)]
    with store.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER no")
    room.now += timedelta(hours=2)
    room.poll("另一条新闻")
    assert (WEATHER, 2) in [(a.title, a.entries) for a in room.stored()]
    assert room.balances()


@pytest.mark.parametrize(
    "misread", ["Chinaâ€™s pact with Laos", "Trung Quá»‘c kÃ½ thá»a thuáº­n", "Cá NgÃ¢n tÃ´m"]
)
def test_what_was_read_as_another_encoding_gives_way_to_the_right_words(store: Store, misread: str) -> None:
    right = "".join(misread).encode("cp1252", "ignore").decode("utf-8", "ignore")
    room = Newsroom(store, "never")
    room.poll(misread)
    for _ in range(2):
        room.poll(right)
    assert [(a.title, a.entries) for a in room.stored()] == [(right, 2)]
    assert room.balances()
