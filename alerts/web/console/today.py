"""Today: the stories seen last, base news first, what is new since the last visit in bold; and the search."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from alerts.digests.excerpt import excerpt
from alerts.web.console import charts
from alerts.web.console.visit import Visit
from alerts.web.preferences import LANGUAGES
from crawler.judging.places.gazetteer import MEMBERS
from crawler.parsing.timestamps import from_text
from crawler.store import search
from crawler.store.overview import Cursor, StoryFilter, StoryRow, page

FILTERS = ("topic", "lang", "country", "source", "base", "since", "q")
SPARK = timedelta(days=3)
_CURSOR = re.compile(r"([0-9]{1,11}(?:\.[0-9]{1,9})?)-([0-9]{1,18})")
"""A moment as seconds, which are in the years that there are, and a story."""


def today(visit: Visit) -> Response:
    """The list of stories, by the filters of the address."""
    wanted = wanted_of(visit)
    if wanted.search:
        search.refresh(visit.store)
    with visit.store.reading() as connection:
        rows, following = page(connection, wanted, cursor_of(visit.one("after")))
    groups = [("all", visit.say.say("Results"), rows)] if wanted.search else _grouped(visit, rows)
    return visit.page(
        "today.html.j2", "today",
        title=visit.say.say("Today"), groups=groups, wanted=wanted, filters=_filters(visit, wanted), asked=_asked(visit),
        following=_address(visit, after=f"{following.seen.timestamp()}-{following.story}") if following else None,
        spark=lambda row: spark(visit, row), fresh=lambda row: is_new(visit, row), excerpt=excerpt,
        newer=sum(is_new(visit, r) for r in rows),
    )  # fmt: skip


def wanted_of(visit: Visit) -> StoryFilter:
    """The filter in the address; what is no filter is left aside."""
    return StoryFilter(
        topic=visit.one("topic") or None, lang=visit.one("lang") or None, country=visit.one("country") or None,
        source=visit.one("source") or None, base=visit.one("base") == "1", search=visit.one("q"),
        since=_moment(visit.one("since")),
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    """A moment in UTC; None where a text is none."""
    found = from_text(text) if text else None
    try:
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if found else None
    except OverflowError:  # the first and the last day there are, in zones where that is another year in UTC
        return None


def cursor_of(text: str) -> Cursor | None:
    """Where the page before ended, as an address says it."""
    found = _CURSOR.fullmatch(text)
    return Cursor(datetime.fromtimestamp(float(found[1]), UTC), int(found[2])) if found else None


def is_new(visit: Visit, row: StoryRow) -> bool:
    """Whether a story began after the visit before this one."""
    return visit.last is None or row.first_seen > visit.last


def spark(visit: Visit, row: StoryRow) -> Any:
    """When the reports of a story came, over its first three days."""
    start = row.moments[0]
    label = visit.say.count("%(num)s report", "%(num)s reports", row.reports)
    return charts.sparkline(row.moments, start, max(start + SPARK, row.moments[-1]), label)


def _grouped(visit: Visit, rows: list[StoryRow]) -> list[tuple[str, str, list[StoryRow]]]:
    say = visit.say.say
    base = [r for r in rows if r.bases and is_new(visit, r)]
    new = [r for r in rows if is_new(visit, r) and r not in base]
    rest = [r for r in rows if not is_new(visit, r)]
    if visit.last is None:
        names = (("base", say("Bases"), base), ("new", say("Stories"), new))
    else:
        names = (
            ("base", say("New on bases"), base),
            ("new", say("New since your last visit"), new),
            ("earlier", say("Earlier"), rest),
        )  # type: ignore[assignment]
    return [(key, name, found) for key, name, found in names if found]


def _filters(visit: Visit, wanted: StoryFilter) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """The filters as choices: name, label, values with their labels, the chosen value."""
    say = visit.say
    topics = [(n, t.title or n) for n, t in visit.settings.topics.items()]
    return [
        ("topic", say.say("Topic"), topics, wanted.topic or ""),
        ("lang", say.say("Language"), [(c, say.tongue(c)) for c in LANGUAGES], wanted.lang or ""),
        ("country", say.say("Country"), [(c, say.country(c)) for c in ("CN", *sorted(MEMBERS))], wanted.country or ""),
    ]


def _asked(visit: Visit) -> dict[str, str]:
    return {k: visit.request.query_params[k] for k in FILTERS if visit.request.query_params.get(k)}


def _address(visit: Visit, **more: str) -> str:
    return "/console/?" + urlencode(_asked(visit) | more)
