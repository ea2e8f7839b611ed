"""Volume over time: how many stories began each day, week or month, altogether and by topic, country, language or outlet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from starlette.responses import Response

from alerts.digests.wording import N_
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.story_filters import LABELS, StoryFilters, address, read_filters
from alerts.web.console.story_panel import chips, label_of, misunderstood
from alerts.web.console.time_charts import AxisTick, round_steps, volume_chart
from crawler.store import search
from crawler.store.search_query import parse_search
from crawler.store.story_choice import ChosenStories, choose
from crawler.store.story_facets import story_facets
from crawler.store.story_volume import Step, StoryVolume, axis, first_day, story_volume

BY = ("topic", "country", "outlet", "lang")
LATELY = 28
"""Days of the small chart beside the list."""
SPANS = {"30d": 30, "90d": 90, "365d": 365, "all": 0}
STEPS = {"day": N_("by day"), "week": N_("by week"), "month": N_("by month")}
OWN = ("by", "span", "step")
"""What the address of this page has beside the filters of the list."""
_TIMES = ("period", "since", "from", "to", "month", "sort")
MOST_TICKS = 8


class VolumeSeries(NamedTuple):
    """One value of the facet: its label, its stories, the address of their list, and its chart."""

    label: str
    number: int
    address: str
    chart: Any


class VolumeRow(NamedTuple):
    """One span of the table: its label, the address of its stories, and the numbers of all and of each series."""

    label: str
    address: str
    numbers: Sequence[int]


def volume(request: ConsoleRequest) -> Response:
    """The stories that the filters of the address select, by when they began."""
    zone = ZoneInfo(request.settings.schedule.timezone)
    by = request.value("by") if request.value("by") in BY else "topic"
    span = request.value("span") if request.value("span") in SPANS else "30d"
    if request.value("q"):
        search.refresh(request.store, waits=False)
    with request.store.read() as connection:
        facets = story_facets(request.store, connection)
        filters = _without_times(read_filters(request, facets, ignored=OWN))
        found = choose(facets, connection, filters.choice)
    today = request.now.astimezone(zone).date()
    first = first_day(found, zone) if span == "all" else today - timedelta(days=SPANS[span] - 1)
    first = min(first or today, today)
    step, days = axis(first, today, _step(request, (today - first).days))
    result = story_volume(found, days, zone, by)
    return request.page(
        "volume.html.j2", "today",
        title=request.gettext("Volume over time"), by=by, span=span, step=step, filters=filters, total=sum(result.total),
        facets=[(name, request.gettext(LABELS[name])) for name in BY], spans=_spans(request), steps=[(s, request.gettext(t)) for s, t in STEPS.items()],
        chips=chips(request, filters), misunderstood=misunderstood(request, filters, parse_search(filters.choice.search).problem), label=request.gettext(LABELS[by]), left=result.left,
        chart=_chart(request, result.total, result.days, step, request.gettext("All stories")),
        series=_series(request, result, step, by, filters), rows=_rows(request, result, step, filters), list_address=address(filters.query),
    )  # fmt: skip


def lately(request: ConsoleRequest, found: ChosenStories) -> Any:
    """A small chart of the last weeks, for the side of the list."""
    zone = ZoneInfo(request.settings.schedule.timezone)
    today = request.now.astimezone(zone).date()
    step, days = axis(today - timedelta(days=LATELY - 1), today, "day")
    result = story_volume(found, days, zone, "base", 0)
    label = request.ngettext("last %(num)s day", "last %(num)s days", LATELY)
    return _chart(request, result.total, days, step, label, small=True)


def _without_times(filters: StoryFilters) -> StoryFilters:
    return replace(filters, pairs=tuple(p for p in filters.pairs if p[0] not in _TIMES))


def _step(request: ConsoleRequest, length: int) -> Step:
    """The step that the address asks for, else one that gives some thirty to ninety bars."""
    asked = request.value("step")
    for step in get_args(Step):
        if step == asked:
            return step  # type: ignore[no-any-return]
    if length <= 92:
        return "day"
    return "week" if length <= 3 * 366 else "month"


def _spans(request: ConsoleRequest) -> list[tuple[str, str]]:
    return [
        (name, request.ngettext("last %(num)s day", "last %(num)s days", days) if days else request.gettext("since the first story"))
        for name, days in SPANS.items()
    ]  # fmt: skip


def _name(request: ConsoleRequest, first: date, step: Step) -> str:
    words = request.words
    if step == "month":
        return words.month(first)
    if step == "week":
        return request.gettext("week from %(day)s", day=words.long_day(first))
    return words.long_day(first)


def _chart(request: ConsoleRequest, counts: Sequence[int], days: Sequence[date], step: Step, label: str, *, most: int | None = None, small: bool = False) -> Any:  # fmt: skip
    def title_of(bar: int) -> str:
        stories = request.ngettext("%(num)s story", "%(num)s stories", counts[bar])
        return f"{_name(request, days[bar], step)}{request.words.marks.colon}{stories}"

    words = f"{label}{request.words.marks.colon}{request.ngettext('%(num)s story', '%(num)s stories', sum(counts))}"
    return volume_chart(
        counts,
        title_of,
        _ends(request, days, step) if small else _ticks(request, days, step),
        words,
        44 if small else 160,
        most,
        small,
    )


def _ends(request: ConsoleRequest, days: Sequence[date], step: Step) -> list[AxisTick]:
    """Marks at both ends only, where there is no room for more."""
    last = len(days) - 2
    return [AxisTick(at, _short_name(request, days[at], step)) for at in sorted({0, last})]


def _ticks(request: ConsoleRequest, days: Sequence[date], step: Step) -> list[AxisTick]:
    """Marks at equal distances, every other one only where there is room."""
    spans = len(days) - 1
    apart = max(1, -(-spans // MOST_TICKS))
    if step == "day" and apart > 1:
        apart = max(1, round(apart / 7)) * 7 if apart > 4 else apart
    return [
        AxisTick(at, _short_name(request, days[at], step), is_minor=bool(number % 2))
        for number, at in enumerate(range(0, spans, apart))
    ]


def _short_name(request: ConsoleRequest, day: date, step: Step) -> str:
    """A month with its year; a day with its year where it is not this one."""
    if step == "month":
        return request.words.month(day)
    if day.year != request.now.year:
        return request.words.day(day)
    # English as the other pages write it, the day first.
    locale = "en_GB" if request.language == "en" else request.words.locale
    return str(format_skeleton("MMMd", day, locale=locale))


def _series(
    request: ConsoleRequest, result: StoryVolume, step: Step, by: str, filters: StoryFilters
) -> list[VolumeSeries]:
    most = max((max(counts) for counts in result.series.values()), default=1)
    most = round_steps(max(most, 1))[-1]
    made = []
    for value, counts in result.series.items():
        label = label_of(request, by, value)
        span = (("from", f"{result.days[0]}"), ("to", f"{result.days[-1] - timedelta(days=1)}"))
        kept = [p for p in filters.pairs if p[0] != by]
        chart = _chart(request, counts, result.days, step, label, most=most, small=True)
        made.append(VolumeSeries(label, sum(counts), address(urlencode([*kept, (by, value), *span])), chart))
    return made


def _rows(request: ConsoleRequest, result: StoryVolume, step: Step, filters: StoryFilters) -> list[VolumeRow]:
    """The table of the chart, the latest span first."""
    rows = []
    for at in range(len(result.total) - 1, -1, -1):
        begin, end = result.days[at], result.days[at + 1] - timedelta(days=1)
        numbers = [result.total[at], *(counts[at] for counts in result.series.values())]
        there = address(urlencode([*filters.pairs, ("from", f"{begin}"), ("to", f"{end}")]))
        rows.append(VolumeRow(_name(request, begin, step), there, numbers))
    return rows
