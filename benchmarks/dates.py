"""How well written dates are read, beside other parsers in the same run: ``python -m benchmarks.dates``.

The forms are those of the tests (``tests/crawler/parsing/dates/forms.py``), each as the only item of its feed. Right is the very
moment; a form that must not be read is right as none. dateparser is told the language and the order of day and month of the
source, dateutil and feedparser have no way to be told; the peers that read a date without a zone get UTC for it.
"""

from __future__ import annotations

import calendar
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import dateparser
import feedparser
from dateutil import parser as dateutil_parser

from crawler.parsing.dates.context import Origin
from crawler.parsing.feeds import read_feed
from crawler.parsing.sitemaps import read_sitemap
from tests.crawler.parsing.dates.forms import ASKED, READABLE, UNREADABLE, Form

URL = "https://outlet.example/all"
Way = Callable[[Form], datetime | None]


def rss(form: Form) -> bytes:
    """A feed of one item."""
    item = f"<item><title>A</title><link>{URL}/1</link><pubDate>{escape(form.text)}</pubDate></item>"
    return f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>".encode()


def of_feed(form: Form) -> datetime | None:
    """The date of a feed's item as aseanwatch reads it."""
    origin = Origin(lang=form.lang, country=form.country)
    return read_feed(rss(form), url=URL, source="s", seen=ASKED, origin=origin).entries[0].published


def of_sitemap(form: Form) -> datetime | None:
    """The date of a sitemap's row as aseanwatch reads it."""
    row = f"<url><loc>{URL}/1</loc><lastmod>{escape(form.text)}</lastmod></url>"
    origin = Origin(lang=form.lang, country=form.country)
    return read_sitemap(
        f"<urlset>{row}</urlset>".encode(), url=URL, source="s", seen=ASKED, origin=origin
    ).entries[0].published  # fmt: skip


def of_feedparser(form: Form) -> datetime | None:
    """What feedparser gives as ``published_parsed``."""
    parsed = feedparser.parse(rss(form)).entries[0].get("published_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError):
        return None


def of_dateutil(form: Form) -> datetime | None:
    """What dateutil makes of it."""
    try:
        return in_utc(dateutil_parser.parse(form.text))
    except (ValueError, OverflowError):
        return None


def of_dateparser(form: Form) -> datetime | None:
    """What dateparser makes of it when it is told the language and the custom."""
    order = Origin(lang=form.lang, country=form.country).context(ASKED).order
    settings = {"RELATIVE_BASE": ASKED.replace(tzinfo=None), "REQUIRE_PARTS": ["year", "month", "day"]}
    settings |= {"DATE_ORDER": order.upper()} if order else {}
    languages = [form.lang] if form.lang and form.lang != "lo" else None
    try:
        return in_utc(dateparser.parse(form.text, languages=languages, settings=settings))
    except (ValueError, OverflowError, TypeError):
        return None


def in_utc(found: datetime | None) -> datetime | None:
    """A moment in UTC, which is meant where it has no zone."""
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if found else None


def verdict(form: Form, found: datetime | None) -> str:
    """Right, none or wrong."""
    if found is not None:
        found = found.replace(microsecond=0)
    return "right" if found == form.moment else "none" if found is None else "wrong"


def main() -> None:
    """Compare and print."""
    warnings.simplefilter("ignore")
    ways: dict[str, Way] = {"aseanwatch, RSS": of_feed, "aseanwatch, sitemap": of_sitemap, "feedparser": of_feedparser,
                            "dateutil": of_dateutil, "dateparser": of_dateparser}  # fmt: skip
    print(f"{len(READABLE)} forms that have one meaning, {len(UNREADABLE)} that have none or several")
    print(f"{'':22} right  none wrong   of the others: none wrong   µs a form")
    for name, way in ways.items():
        begin = time.process_time()
        found = {form: way(form) for form in (*READABLE, *UNREADABLE)}
        spent = (time.process_time() - begin) / len(found) * 1e6
        counts = Counter(verdict(form, found[form]) for form in READABLE)
        others = Counter(verdict(form, found[form]) for form in UNREADABLE)
        print(
            f"{name:22} {counts['right']:5} {counts['none']:5} {counts['wrong']:5} {others['right']:20} {others['wrong']:5} {spent:11.0f}"
        )
        if "--all" in sys.argv:
            for form, moment in found.items():
                if verdict(form, moment) != "right":
                    print(f"    {verdict(form, moment):5} {form.text!r}: {moment}, not {form.moment}")


if __name__ == "__main__":
    main()
