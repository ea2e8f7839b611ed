"""The life of a base, kept up while reports come: the same steps as `crawler.judging.bases.register.timeline` reads from all reports.

A step is an event whose stage no earlier one has reached. So of all events of a stage only the first can be one, and it is
known without looking at the others.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from crawler.judging.bases.counting import Counts, ReportPlace
from crawler.judging.bases.stages import STAGES
from crawler.judging.weights import weights

T = TypeVar("T")
StageSaid = tuple[str, date | None]
"""The stage that a report tells of, and the day that it names."""


class BaseStep(NamedTuple):
    """A later stage that a base reached: by which story, where that is not gone, and on which day, where reports say it."""

    story: int | None
    stage: str
    day: date | None


class EventPlace(NamedTuple):
    """Where an event stands in the life of a base: by its day, then by its first report."""

    happened: date
    first: ReportPlace
    number: int


class BaseLife:
    """The events of one base, each with what its reports tell.

    Attributes:
        events: the events by number; those of stories have the number of the story.
    """

    __slots__ = ("_of_stage", "_place", "events")

    def __init__(self) -> None:
        self.events: dict[int, Counts[StageSaid]] = {}
        self._place: dict[int, tuple[int, EventPlace]] = {}
        self._of_stage: dict[int, list[EventPlace]] = {}

    def add(self, number: int, stage: str, day: date | None, place: ReportPlace) -> None:
        """Count a report of an event."""
        self.events.setdefault(number, Counts()).add((stage, day), place)
        self._settle(number)

    def remove(self, number: int, stage: str, day: date | None, place: ReportPlace) -> None:
        """Take a report away again.

        Raises:
            LostFirstError: it was the first to say something, and the life is of no use any more.
        """
        self.events[number].remove((stage, day), place)
        self._settle(number)

    def merge(self, into: int, gone: int) -> bool:
        """The reports of one event are of another one from now on. Returns whether there are any."""
        event = self.events.pop(gone, None)
        if event is None:
            return False
        self._unsettle(gone)
        self.events.setdefault(into, Counts()).take_over(event)
        self._settle(into)
        return True

    @property
    def stage(self) -> str:
        """The furthest stage of an event."""
        return STAGES[max(self._of_stage)]

    def steps(self) -> list[BaseStep]:
        """The events that brought the base further, in the order of their days."""
        found: list[BaseStep] = []
        reached = -1
        for place, stage in sorted((places[0], stage) for stage, places in self._of_stage.items()):
            if stage > reached:
                reached = stage
                story = place.number if place.number >= 0 else None
                found.append(BaseStep(story, STAGES[stage], self._day(place.number, STAGES[stage])))
        return found

    def _day(self, number: int, stage: str) -> date | None:
        """The day that most reports of an event name which tell of its stage."""
        return _most_of(
            (day, said)
            for (reached, day), said in _said(self.events[number]).items()
            if reached == stage and day
        )

    def _settle(self, number: int) -> None:
        """Note the stage and the place that an event has now."""
        self._unsettle(number)
        said = _said(self.events[number])
        if not said:
            del self.events[number]
            return
        stage = _most_of((stage, counted) for (stage, _), counted in said.items())
        assert stage is not None
        first = min(place for _, place in said.values())
        happened = first.when.date()
        # Reports may look back on what was long before.
        day = _most_of((day, counted) for (_, day), counted in said.items() if day)
        if day is not None and day < happened - weights().bases.look_back:
            happened = day
        placed = EventPlace(happened, first, number)
        self._place[number] = (STAGES.index(stage), placed)
        insort(self._of_stage.setdefault(STAGES.index(stage), []), placed)

    def _unsettle(self, number: int) -> None:
        known = self._place.pop(number, None)
        if known is None:
            return
        stage, placed = known
        places = self._of_stage[stage]
        del places[bisect_left(places, placed)]
        if not places:
            del self._of_stage[stage]


def _said(event: Counts[StageSaid]) -> Mapping[StageSaid, tuple[int, ReportPlace]]:
    return {said: (event.times(said), event.first(said)) for said in event}


def _most_of(said: Iterable[tuple[T, tuple[int, ReportPlace]]]) -> T | None:
    """What most reports say; of equals what was said first."""
    together: dict[T, tuple[int, ReportPlace]] = {}
    for value, (times, first) in said:
        known = together.get(value)
        together[value] = (times, first) if known is None else (known[0] + times, min(known[1], first))
    return min(together, key=lambda value: (-together[value][0], together[value][1]), default=None)
