"""What a change of the rules would have done to the stored history: per topic, articles and events gained and lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crawler.analysis.history import PastArticle
from crawler.judging.judge import Judge
from crawler.model import Classification


@dataclass(frozen=True, slots=True)
class Trial:
    """One article as the old rules and as the new ones read it."""

    past: PastArticle
    old: Classification
    new: Classification


@dataclass(slots=True)
class TopicChange:
    """What became of one topic. An event is gained or lost as a whole: while one report matches, it is kept."""

    topic: str
    before: int = 0
    after: int = 0
    gained: list[PastArticle] = field(default_factory=list)
    lost: list[PastArticle] = field(default_factory=list)
    events_before: dict[str, PastArticle] = field(default_factory=dict)
    events_after: dict[str, PastArticle] = field(default_factory=dict)

    @property
    def events_gained(self) -> list[PastArticle]:
        """The first report of each event that only the new rules find."""
        return [past for event, past in self.events_after.items() if event not in self.events_before]

    @property
    def events_lost(self) -> list[PastArticle]:
        """The first report of each event that only the old rules find."""
        return [past for event, past in self.events_before.items() if event not in self.events_after]

    def add(self, past: PastArticle, *, old: bool, new: bool) -> None:
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


def trials_of(history: Iterable[PastArticle], old: Judge, new: Judge) -> Iterator[Trial]:
    """Each article as both judges read it, in one pass over the history."""
    for past in history:
        yield Trial(
            past, old.classify_without_features(past.article), new.classify_without_features(past.article)
        )


def compare(trials: Iterable[Trial], topics: Sequence[str]) -> list[TopicChange]:
    """The changes of topics, in the order given. Topics that are not among them, such as a plug-in's, are left out."""
    changes = {name: TopicChange(name) for name in topics}
    for trial in trials:
        old, new = ({t.name for t in reading.topics} for reading in (trial.old, trial.new))
        # Most articles match no topic; only those that either reading has are looked at.
        for name in (old | new) & changes.keys():
            changes[name].add(trial.past, old=name in old, new=name in new)
    return list(changes.values())
