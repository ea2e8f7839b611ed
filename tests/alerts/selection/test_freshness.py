"""Old news is no news: what is told goes by the dates of event and report, not by when it came into the store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.analysis.why import trail
from alerts.delivery.dispatch import dispatch, preview
from alerts.selection.freshness import UNKNOWN, age_when_listed
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import load_subscriptions, register
from crawler.config.settings import Settings, Source
from crawler.store import Store, base_listing, bases
from crawler.store.schema import alerts
from crawler.store.upkeep import prune
from tests.builders import NOON, keep, later, new_store, settings
from tests.ingesting import OneProcess, item, rss, settle, take

DESK = {"name": "desk", "channel": "folder", "when": "instant"}
SOURCE = Source.model_validate({"name": "outlet", "url": "https://outlet.example/feed", "pages": "never"})
TALKS = "China and Vietnam sign trade agreement on durian exports"
RAIL = "China and Laos agree on railway freight cooperation"
LAB = "China and Indonesia launch joint laboratory for marine science in Jakarta"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def desk(store: Store, folder: Path | None = None, **more: Any) -> Settings:
    """Settings with one subscription, which begins at noon."""
    channels = {"folder": {"type": "folder", "path": str(folder or "mail")}}
    made = settings(DESK | more, channels=channels).model_copy(update={"sources": (SOURCE,)})
    with store.write() as connection:
        register(connection, made, NOON)
    return made


def told(store: Store) -> list[str]:
    with store.read() as connection:
        return [r.kind for r in connection.execute(alerts.select().order_by(alerts.c.id))]


@pytest.mark.parametrize(
    ("published", "age"),
    [
        (later(days=-3), timedelta(days=3)),
        (later(hours=20), timedelta(0)),
        (None, timedelta(0)),
        (datetime(2025, 11, 21, tzinfo=UTC), timedelta(days=6, hours=12)),
        (datetime(2025, 11, 28, tzinfo=UTC), timedelta(0)),
    ],
)
def test_the_age_of_a_report(published: datetime | None, age: timedelta) -> None:
    assert age_when_listed(published, NOON, seed=False) == age
    assert age_when_listed(published, NOON, seed=True) == UNKNOWN


@pytest.mark.parametrize(
    ("fresh", "days", "kinds"),
    [
        ({}, 6, ["story"]),
        ({}, 8, []),
        ({}, 2700, []),
        ({"fresh": "30d"}, 8, ["story"]),
        ({"fresh": "1d"}, 6, []),
    ],
)
def test_a_report_is_told_while_it_is_fresh(
    store: Store, fresh: dict[str, str], days: int, kinds: list[str]
) -> None:
    made = desk(store, **fresh)
    keep(store, TALKS, first_seen=later(hours=1), published=later(hours=1, days=-days))
    raise_alerts(store, made, later(hours=2))
    assert told(store) == kinds


def test_it_stays_news_however_late_it_is_looked_at(store: Store) -> None:
    made = desk(store)
    keep(store, TALKS, first_seen=later(hours=1), published=NOON)
    assert raise_alerts(store, made, later(days=12)) == 1


def test_what_waited_for_its_page_stays_news(store: Store) -> None:
    made = desk(store)
    keep(store, TALKS, first_seen=later(days=10), published=NOON, listed=later(hours=1))
    assert raise_alerts(store, made, later(days=10)) == 1


def test_an_old_base_enters_the_register_with_its_own_day_and_is_told_to_nobody(store: Store) -> None:
    made = desk(store)
    text = "China and Indonesia on 12 May 2018 launched a joint laboratory for marine science in Jakarta under a cooperation agreement."
    keep(store, LAB, text, first_seen=later(hours=1), published=datetime(2018, 5, 13, tzinfo=UTC))
    assert raise_alerts(store, made, later(hours=2)) == 0
    with store.read() as connection:
        (base,) = bases.find(connection)
        (row,) = base_listing.listed(connection)
    assert (base["date"], base["status"], base["first_reported"][:10]) == (
        "2018-05-12",
        "launched",
        "2018-05-13",
    )
    assert base["first_seen"][:10] == "2025-11-28"
    assert row.latest.day == date(2018, 5, 12)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Joint laboratory in Vientiane: ten years",
            "China and Laos launched the joint laboratory for rice in Vientiane on 12 March 2015.",
        ),
        ("十年回顾:中老联合实验室", "2015年3月12日,中国与老挝在万象成立水稻联合实验室,双方签署合作协议。"),
        (
            "Kawasan industri Morowali",
            "Indonesia dan Tiongkok meresmikan kawasan industri kerja sama di Morowali pada 29 Mei 2015.",
        ),
        (
            "Khu công nghiệp Lạng Sơn",
            "Trung Quốc và Việt Nam khánh thành khu công nghiệp hợp tác tại Lạng Sơn ngày 5/5/2016.",
        ),
    ],
)
def test_a_report_of_today_that_looks_back_brings_no_new_base(store: Store, title: str, text: str) -> None:
    made = desk(store, topics=["demonstration_base"])
    keep(store, title, text, first_seen=later(hours=1), published=NOON)
    raise_alerts(store, made, later(hours=2))
    assert told(store) == []


def test_an_opening_of_some_weeks_ago_that_is_reported_now_is_news(store: Store) -> None:
    made = desk(store, topics=["demonstration_base"])
    keep(
        store, LAB, f"{LAB} on 1 November 2025, the embassy said.", first_seen=later(hours=1), published=NOON
    )
    raise_alerts(store, made, later(hours=2))
    assert told(store) == ["new_base"]


def test_a_later_stage_of_a_base_that_only_an_archive_knows_is_an_update(store: Store) -> None:
    made = desk(store)
    name = "China-Cambodia Solar Training Base"
    signed = f"China and Cambodia on Friday signed an agreement to build the {name} in Sihanoukville, worth 12 million dollars."
    keep(store, f"Agreement signed on {name}", signed, first_seen=later(hours=1), published=later(days=-300))
    assert raise_alerts(store, made, later(hours=2)) == 0
    opened = f"The {name} in Sihanoukville was officially opened on Friday by the two countries."
    keep(store, f"{name} opens in Sihanoukville", opened, first_seen=later(hours=3), published=later(hours=3))
    raise_alerts(store, made, later(hours=4))
    assert told(store) == ["update"]


def test_old_news_is_told_where_it_is_asked_for(store: Store) -> None:
    made = desk(store)
    keep(store, TALKS, first_seen=later(hours=1), published=later(days=-90))
    assert raise_alerts(store, made, later(hours=2)) == 0
    assert raise_alerts(store, made, later(hours=3), tell_old=True) == 1
    assert raise_alerts(store, made, later(hours=4), tell_old=True) == 0


def test_why_nobody_was_told_is_said(store: Store) -> None:
    made = desk(store)
    kept = keep(store, TALKS, first_seen=later(hours=1), published=later(days=-90, hours=1))
    with store.read() as connection:
        (one,) = trail(connection, made, kept.story, None, None)["subscriptions"]
    assert (
        one["silence"]
        == f"article {kept.article}: it was 90 days old when it was first listed; news is at most 7 days old"
    )


def test_a_section_of_what_is_new_to_us_comes_behind_the_news(store: Store, tmp_path: Path) -> None:
    made = desk(store, tmp_path, also_old=True)
    keep(store, TALKS, first_seen=later(hours=1), published=later(days=-400))
    assert dispatch(store, made, later(hours=2)).digests == 0, "for itself it is no reason to write"
    keep(store, RAIL, first_seen=later(hours=3), published=later(hours=3))
    with store.read() as connection:
        raise_alerts(store, made, later(hours=4))
        (one,) = load_subscriptions(connection, made)
        shown = preview(connection, made, one, later(hours=4))
    news, _, old = shown.text.partition("ALSO NEW TO US")
    assert RAIL in news
    assert TALKS in old
    assert RAIL not in old
    assert "24 Oct 2024" in old, "another year is shown"
    assert shown.subject.startswith(RAIL)
    assert "Also new to us</h2>" in shown.html
    assert dispatch(store, made, later(hours=4)).digests == 1


def test_a_fresh_report_of_what_was_new_to_us_is_news(store: Store) -> None:
    made = desk(store, also_old=True)
    keep(store, TALKS, first_seen=later(hours=1), published=later(days=-9))
    raise_alerts(store, made, later(hours=2))
    second = f"{TALKS}, ministry says"
    kept = keep(
        store,
        second,
        f"{second}. It was signed in Hanoi.",
        first_seen=later(hours=3),
        published=later(days=-6),
    )
    raise_alerts(store, made, later(hours=4))
    assert told(store)[0] == "old"
    assert ("story" in told(store)) == (kept.duplicate_of is None)


def feed(count: int, first: int = 0, **more: Any) -> bytes:
    """Undated news, each of another event, the latest first."""
    cities = (
        "Hanoi",
        "Jakarta",
        "Bangkok",
        "Manila",
        "Vientiane",
        "Phnom Penh",
        "Yangon",
        "Penang",
        "Cebu",
        "Medan",
    )
    rows = [
        item(
            f"China signs trade agreement number {n} on {100 + n * 7} goods with {cities[n % 10]}",
            f"https://outlet.example/{n}",
            **more,
        )
        for n in reversed(range(first, first + count))
    ]
    return rss(*rows)


def arrive(store: Store, made: Settings, body: bytes, **after: float) -> int:
    ingestor = OneProcess(made, store, lambda: later(**after))
    (orders, _) = take(ingestor, SOURCE, body)
    for order in orders:
        settle(ingestor, order)
    return raise_alerts(store, made, later(**after))


def test_undated_news_of_a_first_answer_is_kept_and_not_told(store: Store) -> None:
    made = desk(store)
    assert arrive(store, made, feed(5), hours=1) == 0
    assert arrive(store, made, feed(6), hours=2) == 1, "what comes on top later is news"


def test_dated_news_of_a_first_answer_is_told(store: Store) -> None:
    made = desk(store)
    assert arrive(store, made, feed(1, at=later(minutes=30)), hours=1) == 1


def test_what_was_told_is_not_told_again_after_it_was_pruned(store: Store) -> None:
    made = desk(store)
    arrive(store, made, feed(3), hours=1)
    assert arrive(store, made, feed(5), hours=2) > 0
    assert prune(store, later(days=40), later(days=40), ["outlet"])["entries"] == 5
    assert arrive(store, made, feed(5), days=40) == 0
    moved = feed(5).replace(b"isPermaLink='false'>", b"isPermaLink='false'>new-")
    assert arrive(store, made, moved, days=41) == 0, "nor under other identities"
    assert arrive(store, made, feed(6), days=42) == 1
