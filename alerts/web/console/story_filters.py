"""The filters of the list of stories: what the address says, and what is not understood of it.

The address holds all of them, so that a list can be sent, kept and opened again. What is unknown restricts nothing, and the page
says so: a list that silently shows something else would be believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from alerts.digests.wording import N_
from alerts.web.console.request import ConsoleRequest
from crawler.judging.bases.stages import STAGES
from crawler.judging.text.language import LANGUAGES
from crawler.parsing.timestamps import from_text
from crawler.runtime.near import nearest as closest
from crawler.store.story_choice import BY_DATE, BY_RELEVANCE, StoryChoice
from crawler.store.story_facets import StoryFacets

SEVERAL = ("topic", "country", "lang", "outlet", "source", "stage")
"""Filters that may have several values: a story has one of them."""
TICKS = ("base", "unread", "saved")
"""Filters that are on (``1``) or off."""
PERIODS = {"1d": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30), "90d": timedelta(days=90), "365d": timedelta(days=365)}  # fmt: skip
FILTERS = ("q", *SEVERAL, *TICKS, "period", "since", "from", "to", "month", "sort")
OTHERS = ("view", "after", "skip", "more")
"""What else the address of a list may have."""
LABELS = {
    "q": N_("Search"),
    "topic": N_("Topic"),
    "country": N_("Country"),
    "lang": N_("Language"),
    "outlet": N_("Outlet"),
    "source": N_("Source"),
    "stage": N_("Stage of a base"),
    "base": N_("News of bases"),
    "unread": N_("Unread stories"),
    "saved": N_("Saved stories"),
    "period": N_("Period"),
    "since": N_("since"),
    "from": N_("from"),
    "to": N_("to"),
    "month": N_("Month"),
    "sort": N_("Order"),
}
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_MOST_VALUES = 20
"""Values of one filter that are heeded."""


@dataclass(frozen=True)
class StoryFilters:
    """The filters of an address.

    Attributes:
        view: the number of the saved view that the list began with; empty if it did with none.
        pairs: the names and values that are understood, in the order of `FILTERS`.
        choice: what they mean.
        unknown: the names of filters with a value that is not known.
        nearest: for names that are no filter the filter whose name is nearest, or nothing.
    """

    pairs: tuple[tuple[str, str], ...]
    choice: StoryChoice
    unknown: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    view: str = ""

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a filter."""
        return tuple(v for n, v in self.pairs if n == name)

    def value(self, name: str) -> str:
        """The value of a filter that has one at most."""
        return next(iter(self.values(name)), "")

    @property
    def address(self) -> str:
        """The address of the list."""
        return self._address(self.pairs)

    @property
    def with_more(self) -> str:
        """The address of the list that offers all outlets."""
        return self._address([*self.pairs, ("more", "outlet")])

    @property
    def query(self) -> str:
        """All filters, as part of an address."""
        return urlencode(self.pairs)

    def with_value(self, name: str, value: str) -> str:
        """The address of the list with one filter more, or with another value of a filter that has one at most."""
        kept = [p for p in self.pairs if name in SEVERAL or p[0] != name]
        return self._address([*kept, (name, value)])

    def without(self, name: str, value: str = "") -> str:
        """The address of the list without a filter, or without one of its values."""
        return self._address([p for p in self.pairs if p[0] != name or (value and p[1] != value)])

    def _address(self, pairs: Sequence[tuple[str, str]]) -> str:
        return address(urlencode([*pairs, *([("view", self.view)] if self.view else [])]))


def address(query: str) -> str:
    """The address of the list of stories with a query."""
    return f"/console/?{query}" if query else "/console/"


def read_filters(
    request: ConsoleRequest, facets: StoryFacets, query: str | None = None, ignored: Collection[str] = ()
) -> StoryFilters:
    """The filters of the address, or of a saved view.

    Args:
        request: the request.
        facets: the values that stories have.
        query: the filters of a saved view; None: those of the address.
        ignored: names in the address that are no filters, and mean something else to this page.
    """
    given = _pairs_of(request, query)
    pairs: list[tuple[str, str]] = []
    unknown: list[str] = []
    for name in FILTERS:
        values = list(dict.fromkeys(v for n, v in given if n == name))
        understood = [v for v in values if _is_known(request, facets, name, v)]
        pairs += [(name, v) for v in understood[: _MOST_VALUES if name in SEVERAL else 1]]
        if len(understood) < len(values):
            unknown.append(name)
    strange = dict.fromkeys(n for n, _ in given if n not in FILTERS and n not in OTHERS and n not in ignored)
    nearest = [closest(n, FILTERS) or "" for n in strange]
    view = request.integer("view") if query is None else 0
    return StoryFilters(
        pairs=tuple(pairs),
        choice=_choice(request, pairs),
        unknown=tuple(unknown),
        nearest=tuple(dict.fromkeys(nearest)),
        view=str(view) if view else "",
    )


def _pairs_of(request: ConsoleRequest, query: str | None) -> list[tuple[str, str]]:
    if query is None:
        items: Sequence[tuple[str, str]] = request.http.query_params.multi_items()
    else:
        items = parse_qsl(query)
    return [(name, value.strip()) for name, value in items if value.strip()]


def _is_known(request: ConsoleRequest, facets: StoryFacets, name: str, value: str) -> bool:
    if name in SEVERAL:
        return value in facets.values[name] or value in _configured(request, name)
    return value == "1" if name in TICKS else _FORMS[name](value)


def _configured(request: ConsoleRequest, name: str) -> Collection[str]:
    """The values that a filter can have though no story has them."""
    if name == "topic":
        return request.settings.topics
    if name == "source":
        return [s.name for s in request.settings.sources]
    countries = request.settings.parties.sides.listed
    return {"country": countries, "lang": LANGUAGES, "stage": STAGES}.get(name, ())


def _choice(request: ConsoleRequest, pairs: Sequence[tuple[str, str]]) -> StoryChoice:
    one = dict(pairs)
    values = {name: tuple(v for n, v in pairs if n == name) for name in (*SEVERAL, "base")}
    since = [moment_of(one["since"])] if "since" in one else []
    if "period" in one:
        since.append(request.now - PERIODS[one["period"]])
    began, ended = span_of(one, request.settings.schedule.timezone)
    return StoryChoice(
        values={name: of for name, of in values.items() if of},
        since=max((s for s in since if s is not None), default=None),
        began=began,
        ended=ended,
        saved_by=request.person.name if "saved" in one else "",
        unread_by=request.person.name if "unread" in one else "",
        search=one.get("q", "")[:200],
        sort=one.get("sort", BY_DATE),
    )


def _is_day(text: str) -> bool:
    return _day(text) is not None


_FORMS: dict[str, Callable[[str], bool]] = {
    "q": bool,
    "period": PERIODS.__contains__,
    "since": lambda text: moment_of(text) is not None,
    "from": _is_day,
    "to": _is_day,
    "month": lambda text: _MONTH.fullmatch(text) is not None and text > "0001",
    "sort": (BY_DATE, BY_RELEVANCE).__contains__,
}
"""Whether a text is a value of a filter that has one at most."""


def span_of(one: Mapping[str, str], timezone: str) -> tuple[datetime | None, datetime | None]:
    """When the stories of ``from``, ``to`` and ``month`` began: at the first moment or later, and before the second one."""
    zone = ZoneInfo(timezone)
    first, last = _day(one.get("from", "")), _day(one.get("to", ""))
    if "month" in one:
        begin = date.fromisoformat(f"{one['month']}-01")
        end = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1) if begin.year < 9999 else begin
        first, last = max(first or begin, begin), min(last or end, end)
    began = None if first is None else _midnight(first, zone)
    ended = None if last is None or last >= date.max - timedelta(days=1) else _midnight(last + timedelta(days=1), zone)  # fmt: skip
    return began, ended


def _midnight(day: date, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:  # the first day there is, in a zone where that is another year in UTC
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """The moment that a text says, in UTC; None if it says none."""
    found = from_text(text) if text else None
    try:
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if found else None
    except OverflowError:  # year 1 or 9999, in a zone where that is year 0 or 10000 in UTC
        return None
