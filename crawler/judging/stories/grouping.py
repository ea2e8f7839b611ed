"""Which reports tell of the same event, whatever their language and the order in which they come.

A new report joins the story whose reports it is most like, if it is like them as a whole; where it is like those of two
stories, and these like each other, they were one all along. How rare an anchor is comes from the days before, so that the
order within a day changes nothing of it.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from zlib import crc32

from crawler.judging.features import FeatureKind, features
from crawler.judging.places.event_places import OF_ALL, contains, covers, one_place
from crawler.judging.stories.day_counts import DayCounts
from crawler.judging.stories.likeness import (
    Likeness,
    Report,
    Scale,
    likeness,
    odds_of,
    other_place,
)
from crawler.judging.stories.name_index import NameIndex
from crawler.judging.text.script import FIRST_UNSPACED, UNSPACED, UNSPACED_LETTERS, script_of
from crawler.judging.weights import weights

_RUN = re.compile(f"[^\\W_](?:[^\\W_]|[{UNSPACED_LETTERS}])*")
"""A run of letters and digits; the marks of unspaced scripts belong to it."""


_TOO_COMMON = (FeatureKind.PARTY, FeatureKind.TOPIC)
"""Kinds that too many reports share to find the likeliest by."""


_SCALES = 6
"""Of so many days what is rare on them is remembered: reports come of today and of some days before, those of archives day after day."""
_REMEMBERED = 1_000
"""Of so many stories what their reports say is remembered."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The story that a report joins (None: a new one), how likely, to which article by what; and stories that are it too."""

    story: int | None
    score: float = 0.0
    like: int | None = None
    shared: tuple[str, ...] = ()
    also: tuple[int, ...] = ()


@dataclass(slots=True)
class _Candidate:
    story: int
    best: Likeness
    like: int
    mean: float


class _Places(NamedTuple):
    """What a story's reports say about the place of another one.

    Attributes:
        set_aside: those that lie elsewhere and yet prove nothing: an operator joined them, or a third report names both places.
        are_elsewhere: whether as many of the others name another place as name the one that the report does.
    """

    set_aside: Collection[int]
    are_elsewhere: bool


_NO_PLACES = _Places((), are_elsewhere=False)


@dataclass(slots=True)
class Window:
    """The reports of the stories that can still grow, with an index from anchors and words to reports."""

    length: timedelta = timedelta(days=5)
    reports: dict[int, Report] = field(default_factory=dict)
    _index: NameIndex = field(default_factory=NameIndex)
    _stories: dict[int, set[int]] = field(default_factory=dict)
    _names: dict[int, set[str]] = field(default_factory=dict)
    _counts: DayCounts = field(default_factory=DayCounts)
    _sizes: Counter[date] = field(default_factory=Counter)
    _scales: dict[date, Scale] = field(default_factory=dict)
    _first: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def add(self, report: Report) -> None:
        """Add a report. It replaces an earlier one of the same article.

        Stories are counted, not reports: the tenth report of one event does not make its anchors
        commoner.
        """
        # A report that is replaced (an edited page) was counted when it first came.
        counted = report.article in self.reports
        self.remove(report.article)
        self.reports[report.article] = report
        members = self._stories.setdefault(report.story, set())
        day = report.when.date()
        # Counted under the day of its first report, whichever of them comes first.
        self._sizes[day] += not members
        names = report.features | report.words
        self._index.add(report.article, names)
        said = self._said(report.story) if members else None
        if not counted:
            self._counts.add(names - said if said else names, day)
        if said is not None:
            said |= names
        members.add(report.article)
        self._joined(report.article, report.story)

    def remove(self, article: int) -> None:
        """Remove a report, if it is there."""
        report = self.reports.pop(article, None)
        if report is None:
            return
        self._left(article, report.story)
        self._index.remove(article, report.features | report.words)

    def forget(self, within: Collection[date]) -> None:
        """Remove all reports and counts of other days."""
        gone = [report for report in self.reports.values() if report.when.date() not in within]
        for report in gone:
            del self.reports[report.article]
            self._left(report.article, report.story)
        self._index.forget(report.article for report in gone)
        self._counts.forget(within)
        for day in self._sizes.keys() - set(within):
            del self._sizes[day]
        # They hold on to the counts that have gone.
        while self._scales:
            self._scales.popitem()[1].forget()

    def place(self, report: Report, cannot_link: Collection[int] = ()) -> Placement:
        """The story that ``report`` belongs to; never one of those that it must not be linked with, as an operator decided."""
        # By the day of the report, not by today: an archive is grouped as it would have been then.
        scale = self.scale_of(report.when.date())
        found = [c for c in self._candidates(report, scale) if c.story not in cannot_link]
        if not found:
            return Placement(None)
        # The best report and the story as a whole; ties go to the
        # older story, so that any order of arrival gives the same.
        found.sort(key=lambda c: (-c.best.odds - c.mean, c.story))
        first = found[0]
        others = found[1:]
        day = report.when.date()
        also = tuple(
            c.story
            for c in others
            if self._are_one(report, first.story, c.story, self._without(scale, day, first.story, c.story))
        )
        return Placement(first.story, round(first.best.probability, 3), first.like, first.best.shared, also)

    def merge(self, into: int, story: int) -> None:
        """The reports of ``story`` are those of ``into`` from now on; what both have counts once."""
        if story in self._stories and into in self._stories:
            self._count_once(into, story)
        for article in list(self._stories.get(story, ())):
            self.move(article, into)

    def _count_once(self, into: int, story: int) -> None:
        """Take what a story that goes into another one shares with it from the counts of the day on which it began."""
        ours, theirs = (self._said(s) for s in (into, story))
        day = min(self.reports[a].when.date() for a in self._stories[story])
        self._sizes[day] -= self._sizes[day] > 0
        self._counts.take(ours & theirs, day)

    def _said(self, story: int) -> set[str]:
        """All anchors and words of a story's reports; what `_names` remembers."""
        said = self._names.get(story)
        if said is None:
            reports = [self.reports[a] for a in self._stories[story]]
            said = set().union(*(names for r in reports for names in (r.features, r.words)))
            if len(self._names) >= _REMEMBERED:
                self._names.clear()
            self._names[story] = said
        return said

    def move(self, article: int, story: int) -> None:
        """A report belongs to another story from now on."""
        old = self.reports.get(article)
        if old is not None and old.story != story:
            self._left(article, old.story)
            self._names.pop(story, None)
            self._stories.setdefault(story, set()).add(article)
            self._joined(article, story)
            self.reports[article] = old.as_stored(article, story)

    def _joined(self, article: int, story: int) -> None:
        first = self._first.get(story)
        # A later report of a long story, as most are, changes nothing.
        if first is not None and (len(first) < weights().grouping.some or article < first[-1]):
            del self._first[story]

    def _left(self, article: int, story: int) -> None:
        members = self._stories[story]
        members.discard(article)
        if not members:
            del self._stories[story]
        self._names.pop(story, None)
        if article in self._first.get(story, ()):
            del self._first[story]

    def scale_of(self, day: date) -> Scale:
        """How rare anchors are: in the days before, and on the day itself as far as it has come.

        Worked out once for each anchor until the day, or those before, have grown by a twentieth.
        """
        days = self._days_before(day)
        stories = sum(self._sizes[d] for d in days)
        today = self._sizes[day]
        scale = self._scales.pop(day, None)
        stale = weights().grouping.stale
        # Rarities are remembered in the scale; making it
        # anew with each story would forget them each time.
        if scale is None or stories > scale.before * stale or today > scale.today * stale:
            if scale is not None:
                scale.forget()
            scale = Scale(self._counts.of_days(day, len(days)), stories, today)
            if len(self._scales) >= _SCALES:
                self._scales.pop(next(iter(self._scales))).forget()
        # Put back as the one used last.
        self._scales[day] = scale
        return scale

    def _days_before(self, day: date) -> tuple[date, ...]:
        return _before(day, self.length.days + 1)

    def _without(self, scale: Scale, day: date, *stories: int) -> Scale:
        """A scale of ``day`` in which stories do not count that are compared themselves."""
        before = 0
        today = 0
        first = day - timedelta(days=self.length.days + 1)
        some = weights().grouping.some
        for story in stories:
            own = {self.reports[a].when.date() for a in islice(self._stories[story], some)}
            before += any(first <= one < day for one in own)
            today += day in own
        return scale.without(before, today)

    def _candidates(self, report: Report, scale: Scale) -> Iterable[_Candidate]:
        """The stories that a report could join."""
        weigh = weights().grouping
        of_story: dict[int, dict[int, Likeness]] = {}
        stories: dict[int, Scale] = {}
        for other in self._likeliest(report, scale):
            if other.story not in stories:
                # A story must not count against itself: its own reports made its anchors common.
                stories[other.story] = self._without(scale, report.when.date(), other.story)
            of_story.setdefault(other.story, {})[other.article] = likeness(
                report, other, stories[other.story], worth_it=weigh.joins
            )
        for story, apart in stories.items():
            compared = of_story[story]
            like = max(compared, key=lambda a: (compared[a].odds, -a))
            best = compared[like]
            if best.odds < weigh.joins:
                continue
            own = {
                a: odds_of(report, self.reports[a], apart) if x.odds < weigh.joins else x.odds
                for a, x in compared.items()
            }
            # Some that share little, too: one report that is like
            # this one must not speak for a story that is not.
            others = (a for a in self._earliest(story) if a not in own)
            for a in list(islice(others, max(0, weigh.some - len(own)))):
                if self._in_reach(report, self.reports[a]):
                    own[a] = odds_of(report, self.reports[a], apart)
            places = self._places(report, own)
            # They would pull the mean down, or forbid the
            # story, though they say nothing about this report.
            for a in places.set_aside:
                del own[a]
            mean = sum(own.values()) / len(own)
            if mean >= weigh.joins - weigh.slack and not places.are_elsewhere:
                yield _Candidate(story, best, like, mean)

    def _earliest(self, story: int) -> tuple[int, ...]:
        """The reports of a story that were stored first, as many as speak for the whole."""
        if story not in self._first:
            self._first[story] = tuple(heapq.nsmallest(weights().grouping.some, self._stories[story]))
        return self._first[story]

    def _places(self, report: Report, own: Iterable[int]) -> _Places:
        """What a story's reports say about the place of another one."""
        others = [self.reports[a] for a in own]
        apart = [o for o in others if other_place(report, o)]
        if not apart:
            return _NO_PLACES
        here = [o for o in others if one_place(report.ground, o.ground)]
        aside = {
            o.article
            for o in apart
            if any(other_place(h, o) for h in here) or any(_holds_both(h, report, o) for h in others)
        }
        left = len(apart) - len(aside)
        return _Places(aside, 0 < left >= sum(o.article not in aside for o in here))

    def _likeliest(self, report: Report, scale: Scale) -> Iterable[Report]:
        """The reports in reach that share the rarest anchors and words, the likeliest first."""
        weigh = weights()
        telling = report.words.union(
            *(named for kind, named in report.by_kind.items() if kind in weigh.likeness.worth)
        )
        common = frozenset().union(*(report.of(kind) for kind in _TOO_COMMON))
        # Rarest first, within a budget: a word that half
        # of the window has costs much and tells nothing.
        rarest = self._index.rarest(telling, weigh.grouping.most_looked_up)
        votes = {name: scale.rarity(name) for name in rarest if name not in common}
        likeliest = self._index.highest(votes, weigh.grouping.most_candidates)
        since, until = report.when - self.length, report.when + self.length
        near = (
            o
            for o in map(self.reports.__getitem__, likeliest)
            if since <= o.when <= until or self._in_reach(report, o)
        )
        return islice(near, weigh.grouping.most_compared)

    def _in_reach(self, a: Report, b: Report) -> bool:
        apart = abs(a.when - b.when)
        # Without a date a report may be of any day; its odds are lowered instead (`undated`).
        if apart <= self.length or not (a.dated and b.dated):
            return True
        return apart <= weights().grouping.edition_reach and not a.of(FeatureKind.EDITION).isdisjoint(
            b.of(FeatureKind.EDITION)
        )

    def _are_one(self, report: Report, a: int, b: int, scale: Scale) -> bool:
        """Whether the reports of two stories are on average as alike as those of one, and none names another place.

        ``report`` counts as a witness of where they lie: an event in several places is reported
        with some of them.
        """
        weigh = weights()
        ours, theirs = (self._earliest(s) for s in (a, b))
        pairs = [(self.reports[x], self.reports[y]) for x in ours for y in theirs]
        # Two reports in different cities are one event if
        # this one names both: it is told of several places.
        covered = {(x.article, y.article) for x, y in pairs if _holds_both(report, x, y)}
        if any(other_place(x, y) for x, y in pairs if (x.article, y.article) not in covered):
            return False
        contradiction = weigh.likeness.other_place
        odds = [
            odds_of(x, y, scale) - (contradiction if other_place(x, y) else 0.0)
            for x, y in pairs
            if self._in_reach(x, y)
        ]
        # A merge cannot be undone by a later report, so it asks for more than a join.
        least = weigh.grouping.joins - weigh.grouping.slack + weigh.grouping.merge_margin
        return bool(odds) and sum(odds) / len(odds) >= least


@lru_cache(1024)
def _before(day: date, count: int) -> tuple[date, ...]:
    """So many days before a day."""
    return tuple(day - timedelta(days=back) for back in range(1, count + 1))


def _holds_both(whole: Report, a: Report, b: Report) -> bool:
    """Whether a report shows that two reports in different cities are about one event in several places."""
    if covers(whole.ground, a.ground, b.ground):
        return True
    of_all = all(OF_ALL in r.features and r.of(FeatureKind.BASE_CITY) for r in (whole, a, b))
    return of_all and contains(whole.ground, a.ground) and contains(whole.ground, b.ground)


def content_words(title: str, text: str, said: Mapping[str, Iterable[tuple[int, int]]]) -> frozenset[str]:
    """The words of the headline and the beginning of a text; two-character pieces in unspaced scripts.

    Args:
        title: the headline in normal form.
        text: the body in normal form.
        said: where in them stand words that every report of cooperation has (the parties' names, words of cooperation); they
            do not tell one event from another and are left out.
    """
    weigh = weights().grouping
    parts = [
        _without(title, said.get("title", ())),
        _without(text[: weigh.read], said.get("text", ())),
    ]
    runs = set(_RUN.findall(" ".join(parts)))
    words = {run for run in runs if run[0] < FIRST_UNSPACED}
    pieces = {piece for run in runs - words for piece in _pieces(run, weigh.least_word)}
    return features(FeatureKind.WORD, pieces.union(w for w in words if len(w) >= weigh.least_word))


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts = []
    done = 0
    for start, end in sorted(spans):
        parts.append(text[done:start])
        done = max(done, end)
    return " ".join([*parts, text[done:]])


def _pieces(run: str, least: int) -> set[str]:
    script = script_of(run[0])
    if script not in UNSPACED:
        return {run} if len(run) >= least else set()
    size = 2 if script == "han" else 4
    made = {run[i : i + size] for i in range(max(1, len(run) - size + 1))}
    # Each letter is in ``size`` pieces; one of them is enough, if it is the same in all
    # texts. CRC-32, because Python's own hash differs by process.
    return {p for p in made if not crc32(p.encode()) % size}
