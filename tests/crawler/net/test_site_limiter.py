"""A site that asked to be left alone is, for as long as it said, by all who ask it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from crawler.fetching.site_backoffs import SiteBackoffs
from crawler.net.site_limiter import (
    DEFAULT_BACKOFF,
    MAX_BACKOFF,
    SiteBackoffError,
    SiteLimiter,
    parse_retry_after,
)
from crawler.store import Store
from tests.builders import NOON

URL = "http://a.tumbl.com/feed"


def date(**later: float) -> str:
    """A date of HTTP."""
    return format_datetime(datetime.now(UTC) + timedelta(**later), usegmt=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120), (" 120 ", 120), ("0", 0), ("9" * 400, MAX_BACKOFF), ("31536000", MAX_BACKOFF), ("-5", None), ("1.5", None),
        ("soon", None), ("", None), (None, None), ("٣٠", None), ("²", None), ("60s", None), ("Fri, 99 Nov 2025 12:00:00 GMT", None),
        ("Fri, 28 Nov 2014 12:00:00 GMT", 0), ("Fri, 28 Nov 9999 12:00:00 GMT", MAX_BACKOFF),
    ],
)  # fmt: skip
def test_what_a_server_says_is_read_and_bounded(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header) == seconds


def test_a_moment_is_held_against_the_servers_own_clock() -> None:
    assert parse_retry_after(date(minutes=10)) == pytest.approx(600, abs=2)
    assert parse_retry_after(date(hours=3, minutes=10), date(hours=3)) == pytest.approx(600, abs=2)
    assert parse_retry_after("Fri, 28 Nov 2025 12:10:00 -0000", "Fri, 28 Nov 2025 12:00:00 GMT") == 600


@pytest.mark.parametrize(
    ("status", "header", "rest"),
    [
        (429, "600", 600),
        (503, "600", 600),
        (429, None, DEFAULT_BACKOFF),
        (429, "soon", DEFAULT_BACKOFF),
        (503, None, 0),
        (200, "600", 0),
        (403, "600", 0),
    ],
)
def test_only_a_busy_site_rests(status: int, header: str | None, rest: float) -> None:
    limiter = SiteLimiter()
    limiter.record_response(URL, status, header)
    assert limiter.backoff_remaining("http://b.tumbl.com/other") == pytest.approx(rest, abs=1)
    assert limiter.backoff_remaining("http://tumblr.example/feed") == 0


def test_a_longer_rest_stays() -> None:
    limiter = SiteLimiter()
    limiter.record_response(URL, 429, "600")
    limiter.record_response("http://www.tumbl.com/", 429, "10")
    assert limiter.backoff_remaining(URL) == pytest.approx(600, abs=1)


def test_whoever_waited_for_a_turn_is_sent_away() -> None:
    limiter, asked = SiteLimiter(at_once=1), []

    async def ask(path: str) -> str:
        try:
            async with limiter.slot(f"http://{path}.tumbl.com/"):
                asked.append(path)
                await asyncio.sleep(0)
                limiter.record_response(URL, 429, "600")
                return "asked"
        except SiteBackoffError as rest:
            return rest.site

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*map(ask, "abcdefgh"))

    assert asyncio.run(all_at_once()) == ["asked", *["tumbl.com"] * 7]
    assert asked == ["a"]


def test_a_rest_is_remembered_by_the_store_and_ends(tmp_path: Path) -> None:
    store, first, moment = Store(f"sqlite:///{tmp_path / 'x.db'}"), SiteLimiter(), NOON
    store.upgrade()
    first.record_response(URL, 429, "600")
    first.record_response("http://127.0.0.1:8000/feed", 503, "60")
    backoffs = SiteBackoffs(first, store, lambda: moment)
    assert backoffs.unsaved
    backoffs.save()
    assert not backoffs.unsaved
    for later, site, other in ((0, 600, 60), (100, 500, 0), (700, 0, 0)):
        limiter = SiteLimiter()
        SiteBackoffs(limiter, store, lambda later=later: NOON + timedelta(seconds=later)).load()
        assert limiter.backoff_remaining("http://z.tumbl.com/page") == pytest.approx(site, abs=2)
        assert limiter.backoff_remaining("http://127.0.0.1:8000/robots.txt") == pytest.approx(other, abs=2)


def test_a_shorter_rest_that_another_process_learns_does_not_end_a_longer_one(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'x.db'}")
    store.upgrade()
    for seconds in ("600", "30"):
        limiter = SiteLimiter()
        limiter.record_response(URL, 429, seconds)
        SiteBackoffs(limiter, store, lambda: NOON).save()
    last = SiteLimiter()
    SiteBackoffs(last, store, lambda: NOON).load()
    assert last.backoff_remaining(URL) == pytest.approx(600, abs=2)
