"""Every form of a date means the same wherever it is written, and what may be several moments is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from xml.sax.saxutils import escape

import pytest
from babel import Locale

from crawler.model import Entry
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.series import read_date
from crawler.parsing.feeds import read_feed
from crawler.parsing.listings import Selectors, read_listing
from crawler.parsing.sitemaps import read_sitemap
from tests.crawler.parsing.dates.forms import ASKED, READABLE, RELATIVE, UNREADABLE, Form

URL = "https://outlet.example/all"


def of_feed(body: str, origin: Origin) -> tuple[Entry, ...]:
    return read_feed(body.encode(), url=URL, source="s", seen=ASKED, origin=origin).entries


def rss(said: str, origin: Origin) -> tuple[Entry, ...]:
    item = f"<item><title>A</title><link>{URL}/1</link><pubDate>{escape(said)}</pubDate></item>"
    return of_feed(f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>", origin)


def broken_rss(said: str, origin: Origin) -> tuple[Entry, ...]:
    item = f"<item><title>A & B</title><link>{URL}/1</link><pubDate>{escape(said)}</pubDate></item>"
    return of_feed(f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>", origin)


def atom(said: str, origin: Origin) -> tuple[Entry, ...]:
    item = f"<entry><title>A</title><id>{URL}/1</id><link href='{URL}/1'/><published>{escape(said)}</published></entry>"
    return of_feed(
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><id>f</id>{item}</feed>", origin
    )


def json_feed(said: str, origin: Origin) -> tuple[Entry, ...]:
    item = {"id": "1", "url": f"{URL}/1", "title": "A", "date_published": said}
    return of_feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}), origin)


def sitemap(said: str, origin: Origin) -> tuple[Entry, ...]:
    row = f"<url><loc>{URL}/1</loc><lastmod>{escape(said)}</lastmod></url>"
    body = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{row}</urlset>".encode()
    return read_sitemap(body, url=URL, source="s", seen=ASKED, origin=origin).entries


def list_page(said: str, origin: Origin) -> tuple[Entry, ...]:
    body = f"<html><body><li><a href='/1'>A</a><i>{escape(said)}</i></li></body></html>".encode()
    select = Selectors("li", date="i")
    return read_listing(body, select, url=URL, source="s", seen=ASKED, origin=origin)


KINDS = [rss, broken_rss, atom, json_feed, sitemap, list_page]


def published(read: Callable[[str, Origin], tuple[Entry, ...]], form: Form) -> datetime | None:
    (entry,) = read(form.text, Origin(lang=form.lang, country=form.country))
    return entry.published


@pytest.mark.parametrize("read", KINDS)
def test_every_form_is_the_same_moment_in_every_kind_of_source(
    read: Callable[[str, Origin], tuple[Entry, ...]],
) -> None:
    assert len(READABLE) > 150
    assert {f: published(read, f) for f in READABLE} == {f: f.moment for f in READABLE}


@pytest.mark.parametrize("read", [rss, broken_rss, atom, json_feed, sitemap])
def test_what_may_be_several_moments_or_none_is_no_date(
    read: Callable[[str, Origin], tuple[Entry, ...]],
) -> None:
    assert {f: published(read, f) for f in UNREADABLE} == dict.fromkeys(UNREADABLE)


@pytest.mark.parametrize("form", RELATIVE, ids=lambda form: form.text)
def test_a_list_page_may_say_how_long_ago_it_was(form: Form) -> None:
    assert published(list_page, form) == form.moment
    assert published(rss, form) is None, "a feed may have been kept anywhere on its way"


@pytest.mark.parametrize(
    ("text", "country", "lang", "means", "basis"),
    [
        ("2026-11-26T09:20:00+07:00", None, None, "2026-11-26T02:20:00Z", "to the second; zone stated"),
        ("26/11/2026 09:20", "VN", None, "2026-11-26T02:20:00Z", "to the minute; zone of the source"),
        ("26/11/2026 09:20", None, None, "2026-11-26T09:20:00Z", "to the minute; zone assumed"),
        ("26 Nov 2026", "ID", None, "2026-11-26T00:00:00Z", "to the day"),
        ("26 Nov 2026", "US", None, "2026-11-26T00:00:00Z", "to the day"),
        ("26 Nov 2026", "PE", None, "2026-11-26T05:00:00Z", "to the day"),
        ("2026-11-26 00:00:00", "CN", None, "2026-11-26T00:00:00Z", "to the day"),
        ("05/11/2026", "ID", None, "2026-11-05T00:00:00Z", "to the day; day and month by the custom of the country or language"),
        ("8/12/2026 2:55 PM", None, None, "2026-08-12T14:55:00Z", "to the minute; zone assumed; day and month by what is not in the future"),
        ("Fri, 26 Nov 2026 09:20 WIB", None, None, "2026-11-26T02:20:00Z", "to the minute; zone stated; the weekday is another"),
        ("2026-11-27T20:00:00Z", None, None, "2026-11-27T20:00:00Z", "to the second; zone stated; after the moment of asking"),
        ("2026-11-27T12:05:00Z", None, None, "2026-11-27T12:05:00Z", "to the second; zone stated"),
        ("Updated: 26 Nov 2026", None, None, "2026-11-26T00:00:00Z", "to the day; the date of a change"),
    ],
)  # fmt: skip
def test_a_verdict_says_how_sure_it_is_and_why(
    text: str, country: str | None, lang: str | None, means: str, basis: str
) -> None:
    verdict = read_date(text, Origin(lang=lang, country=country).context(ASKED))
    assert (verdict.moment, verdict.basis) == (datetime.fromisoformat(means), basis)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-11", "it names a month only"),
        ("05/11/2026", "it may be of several days"),
        ("31 Feb 2026", "there is no such day"),
        ("26 Nov 2036", "it is in the future"),
        ("26 Nov 1936", "it is before there were news on the web"),
        ("26 Nov", "it names no year"),
        ("Thu, 26 Nov 2026 09:20 CST", "the name of its zone has several meanings"),
        ("26 Nov 2026 and more", "it says more than a date: 'andmore'"),
        ("soon", "it names no day"),
        ("", "no date"),
    ],
)
def test_a_verdict_without_a_moment_says_what_the_problem_is(text: str, problem: str) -> None:
    verdict = read_date(text, Origin().context(ASKED))
    assert (verdict.moment, verdict.problem) == (None, problem)


@pytest.mark.parametrize("tag", ["en", "id", "ms", "vi", "th", "fil", "km", "lo", "my"])
def test_every_name_of_a_month_and_weekday_is_known(tag: str) -> None:
    locale = Locale.parse(tag)
    context = Origin(lang=tag).context(ASKED)
    for width in ("wide", "abbreviated"):
        for month, name in locale.months["format"][width].items():
            day = date(2025, month, 13)
            weekday = locale.days["format"][width][day.weekday()]
            for text in (f"13 {name} 2025", f"{weekday}, 13 {name} 2025", f"{name} 13, 2025 09:20"):
                verdict = read_date(text, context)
                assert verdict.is_sure, (text, verdict)
                assert verdict.moment is not None
                assert verdict.moment.date() == day, text


def test_a_source_whose_dates_are_mostly_not_read_says_so() -> None:
    def notes(*said: str) -> tuple[str, ...]:
        items = "".join(
            f"<item><title>A</title><link>{URL}/{n}</link><pubDate>{text}</pubDate></item>"
            for n, text in enumerate(said)
        )
        body = f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode()
        return read_feed(body, url=URL, source="s", seen=ASKED).notes

    (note,) = notes("05/11/2026", "06/11/2026 09:20", "26 Nov 2026")
    assert note == "2 of 3 dates are not read, such as '05/11/2026': it may be of several days"
    assert notes("05/11/2026", "26 Nov 2026", "25 Nov 2026") == ()
