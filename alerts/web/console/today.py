"""Today: the latest stories, news of bases first, what is new since the last visit in bold; and the search."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from alerts.digests.excerpt import excerpt
from alerts.web.console import charts
from alerts.web.console.request import ConsoleRequest
from alerts.web.preferences import LANGUAGES
from crawler.judging.places.gazetteer import MEMBERS
from crawler.parsing.timestamps import from_text
from crawler.store import search
from crawler.store.overview import Cursor, StoryFilter, StoryRow, page

FILTERS = ("topic", "lang", "country", "source", "base", "since", "q")
SPARK = timedelta(days=3)
_CURSOR = re.compile(r"([0-9]{1,11}(?:\.[0-9]{1,9})?)-([0-9]{1,18})")
"""A moment in seconds since 1970, short enough to be in the years 1 to 9999, and a story."""


def today(request: ConsoleRequest) -> Response:
    """The list of stories that the filters of the address select."""
    wanted = wanted_of(request)
    if wanted.search:
        search.refresh(request.store)
    with request.store.read() as connection:
        rows, following = page(connection, wanted, cursor_of(request.value("after")))
    groups = (
        [StoryGroup("all", request.gettext("Results"), rows)] if wanted.search else _grouped(request, rows)
    )
    return request.page(
        "today.html.j2", "today",
        title=request.gettext("Today"), groups=groups, wanted=wanted, filters=_filters(request, wanted), asked=_chosen_filters(request),
        # A position and not an offset: stories that arrive meanwhile shift nothing.
        following=_address(request, after=f"{following.seen.timestamp()}-{following.story}") if following else None,
        spark=lambda row: spark(request, row), fresh=lambda row: is_new(request, row), excerpt=excerpt,
        newer=sum(is_new(request, r) for r in rows),
    )  # fmt: skip


def wanted_of(request: ConsoleRequest) -> StoryFilter:
    """The filters of the address. What is no valid filter is ignored."""
    return StoryFilter(
        topic=request.value("topic") or None, lang=request.value("lang") or None, country=request.value("country") or None,
        source=request.value("source") or None, base=request.value("base") == "1", search=request.value("q"),
        since=_moment(request.value("since")),
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    """The moment that a text says, in UTC; None if it says none."""
    found = from_text(text) if text else None
    try:
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if found else None
    except OverflowError:  # year 1 or 9999, in a zone where that is year 0 or 10000 in UTC
        return None


def cursor_of(text: str) -> Cursor | None:
    """Where the page before ended, as the address says."""
    found = _CURSOR.fullmatch(text)
    return Cursor(datetime.fromtimestamp(float(found[1]), UTC), int(found[2])) if found else None


def is_new(request: ConsoleRequest, row: StoryRow) -> bool:
    """Whether a story began after the person's visit before this one."""
    return request.previous_visit_end is None or row.first_seen > request.previous_visit_end


def spark(request: ConsoleRequest, row: StoryRow) -> Any:
    """A chart of when the reports of a story came, over its first three days."""
    start = row.moments[0]
    label = request.ngettext("%(num)s report", "%(num)s reports", row.reports)
    return charts.sparkline(row.moments, start, max(start + SPARK, row.moments[-1]), label)


class StoryGroup(NamedTuple):
    """A part of the list of stories, under a heading."""

    key: str
    heading: str
    rows: list[StoryRow]


class FilterChoice(NamedTuple):
    """A filter: its name, its label, its values with their labels, and the chosen value."""

    name: str
    label: str
    values: list[tuple[str, str]]
    chosen: str


def _grouped(request: ConsoleRequest, rows: list[StoryRow]) -> list[StoryGroup]:
    """The stories in groups that are not empty, new ones first. On a first visit all stories are new."""
    gettext = request.gettext
    new_bases = [r for r in rows if r.bases and is_new(request, r)]
    other_new = [r for r in rows if is_new(request, r) and r not in new_bases]
    if request.previous_visit_end is None:
        groups = [
            StoryGroup("base", gettext("Bases"), new_bases),
            StoryGroup("new", gettext("Stories"), other_new),
        ]
    else:
        earlier = [r for r in rows if not is_new(request, r)]
        groups = [
            StoryGroup("base", gettext("New on bases"), new_bases),
            StoryGroup("new", gettext("New since your last visit"), other_new),
            StoryGroup("earlier", gettext("Earlier"), earlier),
        ]
    return [group for group in groups if group.rows]


def _filters(request: ConsoleRequest, wanted: StoryFilter) -> list[FilterChoice]:
    gettext, words = request.gettext, request.words
    topics = [(name, topic.title or name) for name, topic in request.settings.topics.items()]
    languages = [(code, words.language_name(code)) for code in LANGUAGES]
    countries = [(code, words.country(code)) for code in ("CN", *sorted(MEMBERS))]
    return [
        FilterChoice("topic", gettext("Topic"), topics, wanted.topic or ""),
        FilterChoice("lang", gettext("Language"), languages, wanted.lang or ""),
        FilterChoice("country", gettext("Country"), countries, wanted.country or ""),
    ]


def _chosen_filters(request: ConsoleRequest) -> dict[str, str]:
    return {k: request.http.query_params[k] for k in FILTERS if request.http.query_params.get(k)}


def _address(request: ConsoleRequest, **more: str) -> str:
    return "/console/?" + urlencode(_chosen_filters(request) | more)
