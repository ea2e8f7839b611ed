"""A site that asked to be left alone is, for as long as it said, by all who ask it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from crawler.fetching.site_backoffs import Rests
from crawler.net.site_limiter import HOLD, LONGEST_HOLD, RestingError, Turns, seconds_of
from crawler.store import Store
from tests.builders import NOON

URL = "http://a.tumbl.com/feed"


def date(**later: float) -> str:
    """A date of HTTP."""
    return format_datetime(datetime.now(UTC) + timedelta(**later), usegmt=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120), (" 120 ", 120), ("0", 0), ("9" * 400, LONGEST_HOLD), ("31536000", LONGEST_HOLD), ("-5", None), ("1.5", None),
        ("soon", None), ("", None), (None, None), ("٣٠", None), ("²", None), ("60s", None), ("Fri, 99 Nov 2025 12:00:00 GMT", None),
        ("Fri, 28 Nov 2014 12:00:00 GMT", 0), ("Fri, 28 Nov 9999 12:00:00 GMT", LONGEST_HOLD),
    ],
)  # fmt: skip
def test_what_a_server_says_is_read_and_bounded(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header) == seconds


def test_a_moment_is_held_against_the_servers_own_clock() -> None:
    assert seconds_of(date(minutes=10)) == pytest.approx(600, abs=2)
    assert seconds_of(date(hours=3, minutes=10), date(hours=3)) == pytest.approx(600, abs=2)
    assert seconds_of("Fri, 28 Nov 2025 12:10:00 -0000", "Fri, 28 Nov 2025 12:00:00 GMT") == 600


@pytest.mark.parametrize(
    ("status", "header", "rest"),
    [
        (429, "600", 600),
        (503, "600", 600),
        (429, None, HOLD),
        (429, "soon", HOLD),
        (503, None, 0),
        (200, "600", 0),
        (403, "600", 0),
    ],
)
def test_only_a_busy_site_rests(status: int, header: str | None, rest: float) -> None:
    turns = Turns()
    turns.answered(URL, status, header)
    assert turns.held("http://b.tumbl.com/other") == pytest.approx(rest, abs=1)
    assert turns.held("http://tumblr.example/feed") == 0


def test_a_longer_rest_stays() -> None:
    turns = Turns()
    turns.answered(URL, 429, "600")
    turns.answered("http://www.tumbl.com/", 429, "10")
    assert turns.held(URL) == pytest.approx(600, abs=1)


def test_whoever_waited_for_a_turn_is_sent_away() -> None:
    turns, asked = Turns(at_once=1), []

    async def ask(path: str) -> str:
        try:
            async with turns.turn(f"http://{path}.tumbl.com/"):
                asked.append(path)
                await asyncio.sleep(0)
                turns.answered(URL, 429, "600")
                return "asked"
        except RestingError as rest:
            return rest.site

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*map(ask, "abcdefgh"))

    assert asyncio.run(all_at_once()) == ["asked", *["tumbl.com"] * 7]
    assert asked == ["a"]


def test_a_rest_is_remembered_by_the_store_and_ends(tmp_path: Path) -> None:
    store, first, moment = Store(f"sqlite:///{tmp_path / 'x.db'}"), Turns(), NOON
    store.upgrade()
    first.answered(URL, 429, "600")
    first.answered("http://127.0.0.1:8000/feed", 503, "60")
    rests = Rests(first, store, lambda: moment)
    assert rests.unsaved
    rests.keep()
    assert not rests.unsaved
    for later, site, other in ((0, 600, 60), (100, 500, 0), (700, 0, 0)):
        turns = Turns()
        Rests(turns, store, lambda later=later: NOON + timedelta(seconds=later)).recall()
        assert turns.held("http://z.tumbl.com/page") == pytest.approx(site, abs=2)
        assert turns.held("http://127.0.0.1:8000/robots.txt") == pytest.approx(other, abs=2)


def test_a_shorter_rest_that_another_process_learns_does_not_end_a_longer_one(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'x.db'}")
    store.upgrade()
    for seconds in ("600", "30"):
        turns = Turns()
        turns.answered(URL, 429, seconds)
        Rests(turns, store, lambda: NOON).keep()
    last = Turns()
    Rests(last, store, lambda: NOON).recall()
    assert last.held(URL) == pytest.approx(600, abs=2)
