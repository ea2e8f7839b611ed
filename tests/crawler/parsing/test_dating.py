"""When an item was published where its source does not say: its address, its neighbours, or that it may be old."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.model import Entry
from crawler.parsing.dates.verdict import Doubt
from crawler.parsing.dating import FEW, MOST_NEWS, ListedItem, Listing, dated, day_of_address, stamp_note
from tests.builders import NOON, entry, later


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2018/05/12/talks", "2018-05-12"),
        ("/2018/5/2/talks", "2018-05-02"),
        ("/news/2018-05-12-talks.html", "2018-05-12"),
        ("/2018-05/12/c_123.htm", "2018-05-12"),
        ("/n1/2018/0512/c1002-300.html", "2018-05-12"),
        ("/201805/12/t.shtml", "2018-05-12"),
        ("/t20180512_4877.html", "2018-05-12"),
        ("/20180512083015.html", "2018-05-12"),
        ("/news/?date=2018-05-12", "2018-05-12"),
        ("/media/29-10-2018", "2018-10-29"),
        ("/media/09-10-2018", None),
        ("/energy/2018/05/180512-gender", "2018-05-31"),
        ("/2561/05/12/khao", "2018-05-12"),
        ("/2018/05/talks", "2018-05-31"),
        ("/2018/13/12/talks", None),
        ("/2018/02/30/talks", "2018-02-28"),
        ("/2030/05/12/plan", None),
        ("/article/201805121234567.html", None),
        ("/id/3920180512", None),
        ("/2025/11/talks", None),
        ("/talks-of-2018", None),
    ],
)
def test_an_address_names_a_day(path: str, day: str | None) -> None:
    found = day_of_address(f"https://outlet.example{path}", NOON)
    assert (f"{found:%Y-%m-%d}" if found else None) == day


def test_the_day_of_today_is_no_later_than_now() -> None:
    assert day_of_address("https://outlet.example/2025/11/28/talks", NOON) == NOON
    assert day_of_address("https://outlet.example/2025/11/29/talks", NOON) == NOON, (
        "it is that day already in Jakarta"
    )


def items(*dates: datetime | None, path: str = "") -> list[Entry]:
    return [entry(url=f"https://outlet.example/{path}{n}", published=d) for n, d in enumerate(dates)]


def result(
    found: list[Entry], known: int | None = None, *, was_read: bool = False, **more: Any
) -> list[Entry]:
    """What comes of a listing whose entries from the place ``known`` on were known."""
    old = found[known:] if known is not None else []
    listing = Listing([ListedItem(e.guid, e.published) for e in found], {e.guid for e in old}, was_read)
    return dated([e for e in found if e not in old], listing)


def seeds(found: list[Entry]) -> list[bool]:
    return [e.seed for e in found]


def test_undated_items_of_a_first_answer_are_seeds() -> None:
    assert seeds(result(items(None, None, None))) == [True] * 3


def test_what_bears_a_date_in_a_first_answer_is_no_seed() -> None:
    assert seeds(result(items(NOON, later(days=-900), NOON))) == [False] * 3


def test_an_undated_item_above_the_known_ones_is_news() -> None:
    assert seeds(result(items(*[None] * 9), known=5, was_read=True)) == [False] * 5
    assert seeds(result(items(*[None] * 9), known=5)) == [False] * 5, "also where the validators were lost"


def test_an_archive_below_the_known_ones_is_seeds() -> None:
    found = items(*[None] * 60)
    listing = Listing([ListedItem(e.guid, None) for e in found], {e.guid for e in found[:10]}, was_read=True)
    assert seeds(dated(found[10:], listing)) == [True] * 50


def test_many_undated_items_at_once_are_seeds_wherever_they_stand() -> None:
    assert all(seeds(result(items(*[None] * (MOST_NEWS + 30)), known=MOST_NEWS + 10, was_read=True)))
    assert all(seeds(result(items(*[None] * 20), was_read=True))), "all identities changed"


def test_a_few_are_news_in_a_source_that_was_read_before() -> None:
    assert seeds(result(items(*[None] * FEW), was_read=True)) == [False] * FEW


def test_between_dated_neighbours_the_older_one_counts() -> None:
    found = result(items(later(days=-1), None, later(days=-900), None))
    assert [e.assumed for e in found] == [None, later(days=-900), None, later(days=-900)]
    assert seeds(found) == [False] * 4


def test_in_an_answer_whose_newest_stand_last_too() -> None:
    found = result(items(later(days=-900), None, later(days=-2), later(days=-1)))
    assert found[1].assumed == later(days=-900)


def test_where_there_is_no_order_neighbours_say_nothing() -> None:
    found = result(
        items(later(days=-9), None, later(days=-900), later(days=-2), later(days=-700), later(days=-1))
    )
    assert found[1].seed


def test_the_moment_that_a_whole_list_carries_is_not_that_of_its_items() -> None:
    found = result(items(*[later(minutes=-1)] * 8, path="2016/03/04/"))
    assert {(e.published, e.assumed) for e in found} == {(None, datetime(2016, 3, 4, 23, 59, 59, tzinfo=UTC))}


def test_without_another_date_it_is_all_that_there_is() -> None:
    assert {e.assumed for e in result(items(*[later(minutes=-1)] * 8))} == {later(minutes=-1)}


def test_several_items_of_one_minute_keep_it() -> None:
    batch = [later(hours=-3)] * 5 + [later(hours=-n) for n in (4, 5, 6)]
    assert [e.published for e in result(items(*batch))] == batch
    whole = [later(days=-2)] * 8
    assert [e.published for e in result(items(*whole))] == whole, "also where that is the whole list"
    named = items(*batch, path="2025/11/28/")
    assert [e.published for e in result(named)] == batch, "also where the addresses name the day"


def test_a_second_that_nobody_chooses_is_that_of_the_list() -> None:
    stamp = later(days=-30, seconds=17)
    found = result(items(*[stamp] * 6, later(days=-1), later(days=-2)))
    assert [(e.published, e.assumed) for e in found[:6]] == [(None, stamp)] * 6
    assert [e.published for e in found[6:]] == [later(days=-1), later(days=-2)]


def test_what_is_made_of_the_date_of_a_list_is_said() -> None:
    new = items(*[later(seconds=-17)] * 8, path="2016/03/04/")
    found = result(new)
    assert {e.date_basis for e in found} == {f"to the day; {Doubt.ADDRESS}; {Doubt.STAMP}"}
    (note,) = stamp_note(new, found)
    assert "8 entries" in note
    assert "2025-11-28" in note
    assert stamp_note(new[:2], result(items(NOON, later(hours=-1)))) == ()


def test_an_assumed_date_says_what_it_was_assumed_by() -> None:
    found = result(items(later(days=-1), None, later(days=-900)))
    assert found[1].date_basis == f"to the day; {Doubt.NEIGHBOURS}"
    (one,) = result(items(None, path="2025/11/20/"))
    assert one.date_basis == f"to the day; {Doubt.ADDRESS}"


def moved(count: int, *, known: int) -> list[Entry]:
    """What comes of new identities of today, so many of which have a headline that was known before."""
    found = [
        entry(f"Headline {n}", f"https://outlet.example/new/{n}", published=later(minutes=-n))
        for n in range(count)
    ]
    former = {e.title: later(days=-30) for e in found[:known]}
    return dated(
        found, Listing([ListedItem(e.guid, e.published) for e in found], (), was_read=True, former=former)
    )


def test_what_has_moved_keeps_its_date_whatever_it_carries_now() -> None:
    found = moved(8, known=7)
    assert [e.published or e.assumed for e in found] == [later(days=-30)] * 7 + [later(minutes=-7)]


def test_a_few_headlines_that_come_again_are_news() -> None:
    assert all(e.published for e in moved(8, known=FEW))
    assert all(e.published for e in moved(30, known=FEW + 1))


def test_a_bare_day_is_shared_by_right() -> None:
    midnight = datetime(2025, 11, 28, tzinfo=UTC)
    assert {e.published for e in result(items(*[midnight] * 8))} == {midnight}
    in_lima = datetime(2025, 11, 28, 5, tzinfo=UTC)
    found = items(*[in_lima] * 8)
    listed = Listing([ListedItem(e.guid, e.published, is_day=True) for e in found], (), was_read=False)
    assert {e.published for e in dated(found, listed)} == {in_lima}


def test_a_date_that_is_long_after_that_of_the_address_is_of_a_change() -> None:
    (one,) = result(items(later(hours=-1), path="2018/05/12/"))
    assert (one.published, one.assumed) == (None, datetime(2018, 5, 12, 23, 59, 59, tzinfo=UTC))
    (same,) = result(items(later(hours=-1), path="2025/11/27/"))
    assert same.published == later(hours=-1)
