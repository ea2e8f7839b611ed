"""What a change of the rules would have done to the stored history: per topic, articles and events gained and lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crawler.analysis.history import Past
from crawler.judging.judge import Judge
from crawler.model import Reading


@dataclass(frozen=True, slots=True)
class Trial:
    """One article as the old rules and as the new ones read it."""

    past: Past
    old: Reading
    new: Reading


@dataclass(slots=True)
class Change:
    """What became of one topic. An event is gained or lost as a whole: while one report matches, it is kept."""

    topic: str
    before: int = 0
    after: int = 0
    gained: list[Past] = field(default_factory=list)
    lost: list[Past] = field(default_factory=list)
    events_before: dict[str, Past] = field(default_factory=dict)
    events_after: dict[str, Past] = field(default_factory=dict)

    @property
    def events_gained(self) -> list[Past]:
        """The first report of each event that only the new rules find."""
        return [past for event, past in self.events_after.items() if event not in self.events_before]

    @property
    def events_lost(self) -> list[Past]:
        """The first report of each event that only the old rules find."""
        return [past for event, past in self.events_before.items() if event not in self.events_after]

    def add(self, past: Past, *, old: bool, new: bool) -> None:
        """Count one article."""
        self.before += old
        self.after += new
        if new and not old:
            self.gained.append(past)
        if old and not new:
            self.lost.append(past)
        if old:
            self.events_before.setdefault(past.event, past)
        if new:
            self.events_after.setdefault(past.event, past)


def tried(history: Iterable[Past], old: Judge, new: Judge) -> Iterator[Trial]:
    """Each article read by both, in one pass over the history."""
    for past in history:
        yield Trial(past, old.verdict(past.article), new.verdict(past.article))


def compare(trials: Iterable[Trial], topics: Sequence[str]) -> list[Change]:
    """The changes of topics, those of both configurations, in their order; what no configuration names counts for nothing."""
    changes = {name: Change(name) for name in topics}
    for trial in trials:
        old, new = ({t.name for t in reading.topics} for reading in (trial.old, trial.new))
        for name in (old | new) & changes.keys():
            changes[name].add(trial.past, old=name in old, new=name in new)
    return list(changes.values())
