"""Items are known by more than their identity: feeds whose identities, links or words change with each answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from crawler.config.settings import Source
from crawler.documents.kinds import Answer
from crawler.ingest import plan
from crawler.ingest.messages import PollAnswered, PollFollowUp
from crawler.model import Document
from crawler.polling.coverage import problems_of
from crawler.store import Store
from crawler.store.schema import articles, entries, polls, remembered, validators
from tests.builders import NOON, new_store, settings
from tests.ingesting import OneProcess, item, revisits, rss, settle, take, take_all

SOURCE = Source.model_validate({"name": "outlet", "url": "https://outlet.example/feed", "pages": "never"})
MAPS = Source.model_validate(
    {"name": "maps", "url": "https://maps.example/index.xml", "kind": "sitemap", "pages": "never"}
)
HOME = "https://outlet.example/"
TITLES = [
    "中国与老挝签署铁路合作协议", "จีนและลาวลงนามข้อตกลงความร่วมมือ", "Trung Quốc và Việt Nam ký thỏa thuận hợp tác",
    "កម្ពុជា និងចិន ចុះកិច្ចព្រមព្រៀង", "ລາວ ແລະ ຈີນ ເຊັນສັນຍາຮ່ວມມື", "မြန်မာနှင့် တရုတ် လက်မှတ်ရေးထိုး",
]  # fmt: skip


class Watch:
    """A source that is polled once an hour."""

    def __init__(self, store: Store, source: Source = SOURCE) -> None:
        self.store, self.source, self.now = store, source, NOON
        self.ingestor = self.restarted()

    def restarted(self) -> OneProcess:
        """An ingestor as a new process has it."""
        return OneProcess(
            settings().model_copy(update={"sources": (self.source,)}), self.store, lambda: self.now
        )

    def poll(self, body: bytes, url: str = "") -> list[PollFollowUp]:
        """Take in an answer, to its end."""
        self.now += timedelta(hours=1)
        url = url or self.source.address
        answer = Answer(url, body, "application/xml", self.now)
        follow_ups = take_all(self.ingestor, [PollAnswered(self.source, url, self.now, answer)])[1]
        while follow_ups[0].rest is not None:
            follow_ups = take_all(self.ingestor, [follow_ups[0].rest])[1]
        return follow_ups

    def titles(self) -> list[str]:
        """The headlines of the articles, in the order in which they were stored."""
        with self.store.read() as connection:
            return list(connection.scalars(select(articles.c.title).order_by(articles.c.id)))

    def count(self, table: object = entries) -> int:
        """How many rows a table has."""
        with self.store.read() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]

    def message(self) -> str:
        """What the record says of the latest poll."""
        with self.store.read() as connection:
            return connection.scalar(select(polls.c.message).order_by(polls.c.id.desc())) or ""


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(new_store(tmp_path))


def listed(number: int, guid: str = "", url: str = "", at: datetime | None = None) -> str:
    return item(TITLES[number], url or f"https://outlet.example/{number}", guid, at)


@pytest.mark.parametrize("guid", [HOME, "guid", "0"])
def test_one_identity_for_all_silences_no_source(watch: Watch, guid: str) -> None:
    watch.poll(rss(*(listed(n, guid) for n in range(3))))
    watch.poll(rss(*(listed(n, guid) for n in (3, 0, 1, 2))))
    assert sorted(watch.titles()) == sorted(TITLES[:4])


@pytest.mark.parametrize("guid", [HOME, "guid"])
def test_one_identity_for_one_item_after_the_other_is_found_out(watch: Watch, guid: str) -> None:
    for number in (0, 1, 1, 2, 2):
        watch.poll(rss(listed(number, guid, at=NOON - timedelta(days=1) + timedelta(hours=number))))
    assert watch.titles() == TITLES[:3]
    assert watch.count() == 3


def test_an_item_with_another_headline_or_another_address_is_the_same(watch: Watch) -> None:
    at = NOON - timedelta(hours=2)
    watch.poll(rss(listed(0, "1", at=at), listed(1, "2", at=at - timedelta(hours=1))))
    watch.poll(
        rss(
            item(f"{TITLES[0]} (updated)", "https://outlet.example/0", "1", at),
            listed(1, "2", "https://outlet.example/new", at),
        )
    )
    watch.poll(
        rss(
            item("Renamed", "https://outlet.example/renamed", "1", at),
            listed(1, "2", "https://outlet.example/new", at),
        )
    )
    assert sorted(watch.titles()) == sorted(TITLES[:2])


@pytest.mark.parametrize("guid", ["", HOME])
def test_items_that_all_lead_to_the_home_page_are_articles_of_their_own(watch: Watch, guid: str) -> None:
    def feed(*numbers: int) -> bytes:
        at = [NOON - timedelta(hours=n) for n in numbers]
        rows = [listed(n, guid or HOME, HOME, when) for n, when in zip(numbers, at, strict=True)]
        return rss(*rows)

    watch.poll(feed(0, 1, 2))
    watch.poll(feed(3, 0, 1))
    watch.poll(feed(3))
    assert sorted(watch.titles()) == sorted(TITLES[:4])
    with watch.store.read() as connection:
        assert all(url.startswith(f"{HOME}#item-") for url in connection.scalars(select(articles.c.url)))


@pytest.mark.parametrize(
    "link",
    [
        "https://outlet.example/n/{n}?t={poll}17",
        "https://outlet.example/r/{poll}x{n}",
        "https://outlet.example/n/{n};jsessionid={poll}A",
    ],
)
@pytest.mark.parametrize("dated", [True, False])
def test_links_that_are_others_with_each_answer_bring_nothing_new(
    watch: Watch, link: str, dated: bool
) -> None:
    for poll in range(4):
        at = watch.now - timedelta(hours=3) if dated else None
        rows = [
            listed(n, "-", link.format(n=n, poll=poll), at).replace("<guid isPermaLink='false'>-</guid>", "")
            for n in range(5)
        ]
        watch.poll(rss(*rows))
    assert (len(watch.titles()), watch.count()) == (5, 5)


def test_news_of_every_day_under_one_headline_is_news_each_day(watch: Watch) -> None:
    for day in range(3):
        at = NOON + timedelta(days=day)
        watch.now = at
        row = item("Morning briefing", f"https://outlet.example/view?id={day}", "", at)
        watch.poll(
            rss(
                row.replace("</link><guid isPermaLink='false'>", "</link><x>").replace("</guid>", "</x>"),
                listed(day),
            )
        )
    assert watch.titles().count("Morning briefing") == 3


def test_headlines_that_every_day_has_are_news_each_day(watch: Watch) -> None:
    for day in range(3):
        names = ("Weather", "Markets", "ดวงวันนี้")
        watch.poll(rss(*(item(name, f"https://outlet.example/{name}-{day}") for name in names)))
    assert watch.count() == 9


@pytest.mark.parametrize("newest_last", [True, False])
@pytest.mark.parametrize("dated", [True, False])
def test_a_long_feed_is_followed_wherever_its_newest_stand(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, newest_last: bool, dated: bool
) -> None:
    monkeypatch.setattr(plan, "MOST_OF_LIST", 20)

    def feed(count: int) -> bytes:
        at = [NOON - timedelta(hours=3000 - n) if dated else None for n in range(count)]
        rows = [item(f"News {n}", f"https://outlet.example/{n}", "", at[n]) for n in range(count)]
        return rss(*(rows if newest_last else reversed(rows)))

    watch.poll(feed(22))
    assert watch.count() == 20
    assert "the newest 20 were taken, 2 left out" in watch.message()
    assert watch.count(remembered) == 2
    assert [p.kind for p in problems_of(watch.ingestor.states.of(SOURCE).state, NOON)] == ["cut"]
    watch.poll(feed(25))
    assert watch.count() == 23
    assert problems_of(watch.ingestor.states.of(SOURCE).state, NOON) == ()


def test_what_could_not_be_read_is_read_again_once_it_can(watch: Watch) -> None:
    title = "球队在周末的比赛中获胜"
    broken = rss(item(f"{title}@@", "https://outlet.example/a", "1"), listed(1, "2"))
    watch.poll(broken.replace(b"@@", b"\xe4\xb8"))
    assert watch.titles() == [f"{title}\ufffd", TITLES[1]]
    for _ in range(2):
        watch.poll(rss(item(title, "https://outlet.example/a", "1"), listed(1, "2")))
    assert watch.titles() == [TITLES[1], title]
    assert watch.count() == 3


@pytest.mark.parametrize("encoding", ["iso8859_2", "cp1252"])
def test_what_an_older_version_garbled_is_read_again_though_the_feed_is_unchanged(
    watch: Watch, encoding: str
) -> None:
    body = rss(*(listed(n, str(n)) for n in (0, 3, 5)))
    watch.poll(body)
    garbled = [TITLES[n].encode().decode(encoding, "replace").replace("\ufffd", "\x90") for n in (0, 3, 5)]
    with watch.store.write() as connection:
        for number, title in enumerate(garbled, 1):
            connection.execute(update(entries).where(entries.c.id == number).values(title=title))
            untold = {"title": title, "story_id": None}
            connection.execute(update(articles).where(articles.c.id == number).values(untold))
        connection.execute(update(validators).values(digest="0123", etag='"1"'))
    watch.ingestor = watch.restarted()
    assert watch.ingestor.states.of(SOURCE).headers(SOURCE.url) == {}, "it is asked without conditions once"
    watch.poll(body)
    assert watch.titles() == [TITLES[0], TITLES[3], TITLES[5]]


HEADLINE = "China and Laos sign a cooperation agreement"
WORDS = "China and Laos agreed on cooperation in Vientiane on Tuesday, officials said."


@pytest.mark.parametrize("pages", ["never", "matching"])
def test_an_article_with_a_story_gets_the_words_that_can_be_read(tmp_path: Path, pages: str) -> None:
    source = SOURCE.model_copy(update={"pages": pages})
    watch = Watch(new_store(tmp_path), source)
    broken = rss(item(f"{HEADLINE}@@", guid="1", summary=WORDS)).replace(b"@@", b"\xe2\x80")
    orders, _ = take(watch.ingestor, source, broken)
    for order in orders:
        settle(watch.ingestor, order, Document(order.url, f"{HEADLINE} here", f"{WORDS} {WORDS}"))
    assert watch.titles() == [f"{HEADLINE}\ufffd"]
    watch.poll(rss(item(HEADLINE, guid="1", summary=WORDS)))
    for order in revisits(watch.ingestor, [source]):
        settle(watch.ingestor, order, Document(order.url, f"{HEADLINE} here", f"{WORDS} {WORDS}!"))
    assert watch.titles() == [HEADLINE]


def sitemap(*numbers: int, dated: bool = True) -> bytes:
    rows = [
        f"<url><loc>https://maps.example/news-{n}</loc>"
        + (f"<lastmod>{NOON - timedelta(hours=50_000 - n):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if dated else "")
        + "</url>"
        for n in numbers
    ]
    return f"<urlset>{''.join(rows)}</urlset>".encode()


def test_all_sitemaps_of_an_index_are_asked_in_turn_and_of_old_ones_only_news_is_taken(
    tmp_path: Path,
) -> None:
    watch = Watch(new_store(tmp_path), MAPS)
    names = [f"https://maps.example/part-{n}.xml" for n in range(1, 21)]
    index = "<sitemapindex>{}<!-- {} --></sitemapindex>"
    rows = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
    asked: set[str] = set()
    for poll in range(8):
        named = watch.poll(index.format(rows, poll).encode())[0].children
        now = watch.ingestor.states.of(MAPS).children_of_poll(named)
        assert len(now) == 8
        assert names[-1] in now
        asked |= set(now)
    assert asked == set(names)
    old = min(watch.ingestor.states.of(MAPS).in_turn)
    watch.poll(sitemap(1, 2, dated=False), url=old)
    assert watch.count() == 0
    watch.poll(sitemap(1, 2, 3, dated=False), url=old)
    assert watch.titles() == ["news 3"]


def test_of_a_sitemap_with_too_many_addresses_the_newest_are_taken_and_all_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MOST_OF_SITEMAP", 30)
    watch = Watch(new_store(tmp_path), MAPS)
    watch.poll(sitemap(*range(35)))
    assert "the newest 30 were taken, 5 left out" in watch.message()
    with watch.store.read() as connection:
        assert connection.scalar(select(func.min(entries.c.published))) == NOON - timedelta(hours=50_000 - 5)
    watch.poll(sitemap(*range(37)))
    assert watch.count() == 32


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        ("latest", HOME), ("latest", f"{HOME}latest"), ("g{n}", f"{HOME}topstory.html"), ("", f"{HOME}news.html"),
        ("slot", f"{HOME}slot/0"), ("g{n}", f"{HOME}latest?lang=en"),
    ],
)  # fmt: skip
def test_other_news_at_an_address_that_is_used_again_is_news_once(watch: Watch, guid: str, link: str) -> None:
    for number in (0, 1, 1, 2, 3, 3):
        at = NOON - timedelta(hours=9 - number)
        watch.poll(rss(_item(TITLES[number], link, guid.format(n=number), at)))
    edited = _item(f"{TITLES[3]} (2)", link, guid.format(n=3), NOON - timedelta(hours=6))
    watch.poll(rss(edited))
    assert watch.titles() == TITLES[:4]
    assert watch.count() == 4


@pytest.mark.parametrize("link", [HOME, f"{HOME}latest"])
def test_an_edit_of_later_news_at_such_an_address_is_no_other_news(watch: Watch, link: str) -> None:
    for number in (0, 1):
        watch.poll(rss(item(TITLES[number], link, "latest", NOON - timedelta(hours=9 - number))))
    watch.poll(rss(item(f"{TITLES[1]} (2)", link, "latest", NOON - timedelta(hours=1))))
    assert watch.titles() == TITLES[:2]


def test_items_that_move_through_slots_are_news_once(watch: Watch) -> None:
    for poll in range(3):
        rows = [(n, f"{HOME}slot/{poll + 2 - n}") for n in range(poll + 1)]
        watch.poll(rss(*(_item(TITLES[n], url, "", NOON - timedelta(hours=9 - n)) for n, url in rows)))
    assert sorted(watch.titles()) == sorted(TITLES[:3])


@pytest.mark.parametrize(
    "edited",
    ["China and Laos sign railway pact in Vientiane", "China and Laos sign rail pact, open 3 stations", "CHINA, LAOS SIGN RAIL PACT"],
)  # fmt: skip
@pytest.mark.parametrize("link", [f"{HOME}latest", f"{HOME}china-laos-rail", f"{HOME}n/123456"])
def test_an_edited_headline_is_no_other_news_although_its_date_is_new(
    watch: Watch, link: str, edited: str
) -> None:
    watch.poll(rss(item("China and Laos sign rail pact", link, "1", NOON - timedelta(hours=3))))
    watch.poll(rss(item(edited, link, "1", NOON - timedelta(hours=1))))
    watch.poll(rss(item(edited, link, "1", NOON)))
    assert watch.count() == 1


def test_a_headline_written_anew_at_the_address_of_one_article_is_no_other_news(watch: Watch) -> None:
    for number in range(2):
        watch.poll(rss(listed(number, "1", f"{HOME}2026/11/20261127.html", NOON + timedelta(hours=number))))
    assert watch.count() == 1


def _item(title: str, link: str, guid: str, at: datetime) -> str:
    """An item; without an identity where that is empty."""
    return item(title, link, guid or "-", at).replace("<guid isPermaLink='false'>-</guid>", "")
