"""What the list of stories shows of its filters: the choices with their counts, the chosen ones as chips, and what was not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from alerts.web.console.request import ConsoleRequest
from alerts.web.console.story_filters import LABELS, PERIODS, StoryFilters
from crawler.judging.bases.stages import STAGES
from crawler.store.story_choice import ChosenStories, unread_stories
from crawler.store.story_marks import PersonMarks

MOST_OUTLETS, ALL_OUTLETS = 12, 500
MOST_MONTHS = 12


class FilterValue(NamedTuple):
    """One choice: its value, its label, how many stories it would leave, and whether it is chosen."""

    value: str
    label: str
    number: int
    chosen: bool


@dataclass(frozen=True)
class FilterGroup:
    """The choices of one filter.

    Attributes:
        name: the filter.
        label: for people.
        values: the choices.
        single: whether one of them at most can be chosen.
        opened: whether the group is unfolded.
        left: how many more choices there are.
    """

    name: str
    label: str
    values: list[FilterValue]
    single: bool = False
    opened: bool = False
    left: int = 0


class FilterChip(NamedTuple):
    """A filter that is chosen, and the address without it."""

    label: str
    text: str
    address: str


def groups(
    request: ConsoleRequest, reading: PersonMarks, found: ChosenStories, filters: StoryFilters
) -> list[FilterGroup]:
    """All filters with their choices.

    Args:
        request: the request.
        reading: what the person has done with stories.
        found: the stories of the filters.
        filters: what is chosen.
    """
    marks = FilterGroup("", request.gettext("Show only"), _ticks(request, reading, found, filters), opened=True)  # fmt: skip
    made = [
        marks,
        _facet(request, found, filters, "topic", list(request.settings.topics)),
        _facet(request, found, filters, "country"),
        _facet(request, found, filters, "lang"),
        _outlets(request, found, filters),
        _facet(request, found, filters, "stage", list(STAGES)),
        _periods(request, found, filters),
    ]
    if filters.choice.search:
        made.insert(-1, _months(request, found, filters))
    return [group for group in made if group.values]


def _group(request: ConsoleRequest, filters: StoryFilters, name: str, values: Iterable[FilterValue], left: int = 0) -> FilterGroup:  # fmt: skip
    rows = list(values)
    # The two that are asked for most are open, and those in which something is chosen.
    opened = name in ("topic", "country") or any(v.chosen and v.value for v in rows)
    return FilterGroup(name, request.gettext(LABELS[name]), rows, name in ("period", "month"), opened, left)


def _ticks(
    request: ConsoleRequest, reading: PersonMarks, found: ChosenStories, filters: StoryFilters
) -> list[FilterValue]:
    facets = found.facets
    sets = {
        # Worked out already where it is asked for.
        "unread": found.part("unread") or unread_stories(facets, reading),
        "saved": facets.stories_in(reading.saved),
        "base": facets.values["base"].get("1", 0),
    }
    return [
        FilterValue(
            name, request.gettext(LABELS[name]), found.count_of(name, bits), bool(filters.value(name))
        )
        for name, bits in sets.items()
    ]


def _facet(
    request: ConsoleRequest,
    found: ChosenStories,
    filters: StoryFilters,
    name: str,
    order: list[str] | None = None,
) -> FilterGroup:
    """A filter with all values that any story has, also where none is left: a choice must not move the others about."""
    counts, chosen = found.counts(name), filters.values(name)
    known = {value for value, bits in found.facets.values[name].items() if bits} | set(chosen)
    if order is not None:
        listed = [value for value in order if value in known]
    else:
        listed = sorted(known, key=lambda value: label_of(request, name, value))
    return _group(
        request, filters, name,
        (FilterValue(v, label_of(request, name, v), counts.get(v, 0), v in chosen) for v in listed),
    )  # fmt: skip


def _outlets(request: ConsoleRequest, found: ChosenStories, filters: StoryFilters) -> FilterGroup:
    """The outlets that most of the stories have; a desk has hundreds of others."""
    counts, chosen = found.counts("outlet"), filters.values("outlet")
    ranked = sorted(counts, key=lambda outlet: (-counts[outlet], outlet))
    most = ALL_OUTLETS if request.value("more") == "outlet" else MOST_OUTLETS
    shown = [*chosen, *(o for o in ranked[:most] if o not in chosen)]
    values = (FilterValue(o, o, counts.get(o, 0), o in chosen) for o in shown)
    group = _group(request, filters, "outlet", values, max(0, len(set(ranked) - set(shown))))
    return replace(group, opened=group.opened or most == ALL_OUTLETS)


def _periods(request: ConsoleRequest, found: ChosenStories, filters: StoryFilters) -> FilterGroup:
    chosen = filters.value("period")
    everything = found.within("period").bit_count()
    values = [FilterValue("", request.gettext("any time"), everything, not chosen)]
    for name, length in PERIODS.items():
        number = found.count_of("period", found.seen_since(request.now - length))
        values.append(FilterValue(name, label_of(request, "period", name), number, name == chosen))
    return _group(request, filters, "period", values)


def _months(request: ConsoleRequest, found: ChosenStories, filters: StoryFilters) -> FilterGroup:
    """The months in which the stories that were looked for began, the latest first."""
    zone, chosen = ZoneInfo(request.settings.schedule.timezone), filters.value("month")
    moments = found.first_seen(found.within("began", "ended"))
    counts = Counter(f"{datetime.fromtimestamp(at, UTC).astimezone(zone):%Y-%m}" for at in moments)
    ranked = sorted(counts, reverse=True)
    shown = ranked[:MOST_MONTHS]
    if chosen and chosen not in shown:
        shown.append(chosen)
    values = [FilterValue("", request.gettext("any month"), sum(counts.values()), not chosen)]
    values += [FilterValue(m, label_of(request, "month", m), counts.get(m, 0), m == chosen) for m in shown]
    return _group(request, filters, "month", values, max(0, len(ranked) - MOST_MONTHS))


def label_of(request: ConsoleRequest, name: str, value: str) -> str:
    """What a value of a filter is called for the reader."""
    names = _NAMES.get(name)
    return value if names is None else names(request, value)


def _topic(request: ConsoleRequest, name: str) -> str:
    # A topic that is no longer there still has its stories.
    return request.settings.topic_title(name, request.language) if name in request.settings.topics else name


def _period(request: ConsoleRequest, name: str) -> str:
    days = PERIODS[name].days
    if days == 1:
        return request.gettext("last 24 hours")
    return request.ngettext("last %(num)s day", "last %(num)s days", days)


def _day(request: ConsoleRequest, day: str) -> str:
    return request.words.long_day(date.fromisoformat(day))


_NAMES: dict[str, Callable[[ConsoleRequest, str], str]] = {
    "topic": _topic,
    "country": lambda request, code: request.words.country(code),
    "lang": lambda request, code: request.words.language_name(code),
    "stage": lambda request, stage: request.gettext(stage),
    "period": _period,
    "month": lambda request, month: request.words.month(date.fromisoformat(f"{month}-01")),
    "from": _day,
    "to": _day,
}


def chips(request: ConsoleRequest, filters: StoryFilters) -> list[FilterChip]:
    """The filters that are chosen, each with the address of the list without it."""
    found = []
    for name, value in filters.pairs:
        if name == "sort":
            continue
        is_tick = name in ("base", "unread", "saved")
        text = "" if is_tick else label_of(request, name, value)
        found.append(FilterChip(request.gettext(LABELS[name]), text, filters.without(name, value)))
    return found


def misunderstood(request: ConsoleRequest, filters: StoryFilters, search_problem: str = "") -> list[str]:
    """What of the address was not understood. Its own words are not repeated: anybody can write a link.

    Args:
        request: the request.
        filters: what was understood.
        search_problem: why the words that are looked for cannot be read; the page shows them in their field as well.
    """
    lines = (
        [request.gettext("The search cannot be read: %(problem)s", problem=search_problem)]
        if search_problem
        else []
    )
    lines += [
        request.gettext("This address has a value for “%(filter)s” that is not known here; it was left out.", filter=request.gettext(LABELS[name]))
        for name in filters.unknown
    ]  # fmt: skip
    for name in filters.nearest:
        if name:
            lines.append(
                request.gettext("This address has a filter that does not exist; it was left out. The nearest one is called “%(name)s”.", name=name)
            )  # fmt: skip
        else:
            lines.append(request.gettext("This address has a filter that does not exist; it was left out."))
    return lines
