"""The stories that can still grow: a cache of their reports, filled from the store as it is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection

from crawler.judging.features import FeatureKind
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.stories.grouping import Placement, Window
from crawler.judging.stories.likeness import Report, shared
from crawler.judging.weights import weights
from crawler.model import Article, Classification
from crawler.store import articles, stories

MAX_DAYS, MAX_REPORTS = 90, 2_000
"""So many days and reports stay in memory; beyond either, those days are let go of that were needed longest ago, and read again when they
are. A report takes some 20 to 60 kB. Most reports are of today; but a feed that is new, or a page of older news, brings days from before."""
_DAY = timedelta(days=1)


class _Days(NamedTuple):
    """Days that a report could be compared with: those that are not loaded yet, and all.

    ``editions_only`` says that of these days only the reports of an edition of a series are needed.
    """

    missing: Collection[date]
    all: frozenset[date]
    editions_only: bool


class ActiveStories:
    """Finds the story of a report.

    Args:
        window: how long a story can grow.
        keeps_all: whether the window holds all that was kept, so that a report without a date finds its story anywhere.
        parties: between whom the cooperation is.
        regrouped: for judging again: gives a stored report with its new story, or None if it has not been judged again yet.
    """

    def __init__(
        self,
        window: timedelta,
        *,
        keeps_all: bool = False,
        parties: Parties = CHINA_ASEAN,
        regrouped: Callable[[Report], Report | None] | None = None,
    ) -> None:
        self.length = window
        self.parties = parties
        self.window = Window(window)
        self._regrouped = regrouped
        self._keeps_all = keeps_all
        # In the order in which they were needed last.
        self._days: dict[date, None] = {}
        self._edition_days: set[date] = set()
        self._latest: date | None = None
        self._bound = MAX_REPORTS
        self._seen: stories.StorePosition | None = None

    def catch_up(self, connection: Connection) -> None:
        """Take over what others have written since the last time: their reports, merges and splits.

        Args:
            connection: a connection that writes, so that nobody else does.
        """
        now = stories.current_position(connection)
        before = self._seen
        self._seen = now
        # The first time nothing is in memory that could be outdated: whatever is needed is read
        # from the store.
        if before is None or before == now:
            return
        # Judging again may have changed the features and the story of any report, so nothing in
        # memory holds.
        if before.rejudged != now.rejudged:
            self.clear()
            self._seen = now
            return
        for change in stories.changes_after(connection, before.change):
            if change.kind == "merge":
                self.window.merge(change.story_id, change.other_id)
            for article in change.articles:
                self.window.move(article, change.story_id if change.kind == "merge" else change.other_id)
        for report in stories.load_reports_after(connection, before.article, self.parties):
            if report.article not in self.window.reports:
                self._take(report)
        self.read_again(connection, stories.read_again_between(connection, before, now))

    def read_again(self, connection: Connection, numbers: Collection[int]) -> None:
        """Take over what stored articles say now; those that are no reports any more go."""
        reports = {r.article: r for r in stories.load_reports_of(connection, numbers, self.parties)}
        for number in sorted(numbers):
            if number in reports:
                self._take(reports[number])
            else:
                self.window.remove(number)

    def _take(self, report: Report) -> None:
        """Take a stored report into the window, if its day is there: `load_around` reads a day whole once it is needed."""
        day = report.when.date()
        if day in self._days or (day in self._edition_days and report.of(FeatureKind.EDITION)):
            self.window.add(report)
        else:
            self.window.remove(report.article)

    def mark_caught_up(self, connection: Connection) -> None:
        """Note that this process knows the whole store: what was added since `catch_up`, it wrote itself in this transaction."""
        self._seen = stories.current_position(connection)

    def clear(self) -> None:
        """Forget everything, because what is in memory may not be what is in the store."""
        self.window = Window(self.length)
        self._days = {}
        self._edition_days = set()
        self._latest = None
        self._bound = MAX_REPORTS
        self._seen = None

    def place(
        self,
        connection: Connection,
        report: Report,
        apart: Collection[int] = (),
        story_of: Callable[[int], int | None] | None = None,
    ) -> Placement:
        """The story that a report joins.

        An operator may have moved the report that it is most like. The store knows that, the window does not.


        Args:
            connection: reads what the window lacks.
            report: the report.
            apart: stories that it must not join.
            story_of: gives the story that a report has in the store; by default it is read there.
        """
        self.load_around(connection, report.when)
        placement = self.window.place(report, apart)
        # While history is judged again, stored stories are what is being replaced; they decide
        # nothing.
        if placement.like is None or self._regrouped is not None:
            return placement
        story = story_of(placement.like) if story_of else articles.story_of(connection, placement.like)
        if story == placement.story or story is None:
            return placement
        self.window.move(placement.like, story)
        # Which stories are one was concluded from the outdated story, so that conclusion goes too.
        return replace(placement, story=story, also=())

    def load_around(self, connection: Connection, when: datetime) -> None:
        """Bring the days that a report of ``when`` could be compared with into the window; each is read once.

        Of the days further away only the reports of editions of a series are needed.
        """
        day = when.date()
        for days in self._ranges(day):
            for start, end in _spans(days.missing):
                for stored in _in_order(
                    stories.load_reports(connection, start, end, self.parties, editions=days.editions_only)
                ):
                    report = self._regrouped(stored) if self._regrouped else stored
                    if report is not None:
                        self.window.add(report)
            if days.editions_only:
                self._edition_days |= days.all
            else:
                self._note_use(day, days.all)
                near = days.all
        if not self._keeps_all and (len(self._days) > MAX_DAYS or len(self.window.reports) > self._bound):
            self._let_go(near)

    def _note_use(self, day: date, near: Collection[date]) -> None:
        """Put the days near a day behind all others."""
        if day == self._latest:
            return
        for one in near:
            self._days.pop(one, None)
            self._days[one] = None
        self._latest = day

    def would_load(self, when: datetime) -> bool:
        """Whether `load_around` will read the store for a report of ``when``. What a batch holds must be written before that."""
        return any(days.missing for days in self._ranges(when.date()))

    def _ranges(self, day: date) -> Iterator[_Days]:
        """The days that a report of a day could be compared with: first those nearby, then those that only editions reach."""
        # A day more than the window: two reports may lie apart by the window and part of a day.
        near = _days_around(day, self.length + timedelta(days=1))
        yield _Days(near - self._days.keys(), near, editions_only=False)
        far = _days_around(day, weights().grouping.edition_reach) - near
        yield _Days(far - self._days.keys() - self._edition_days, far, editions_only=True)

    def _let_go(self, near: Collection[date]) -> None:
        """Let go of days and of their reports until half as many are left as may be; never of those that are needed now.

        They are read again when they are needed.
        """
        sizes = Counter(report.when.date() for report in self.window.reports.values())
        kept = dict.fromkeys(near)
        left = sum(sizes[day] for day in near)
        for day in reversed(self._days):
            left += 0 if day in kept else sizes[day]
            if left > MAX_REPORTS // 2 or len(kept) > MAX_DAYS // 2:
                break
            kept[day] = None
        if kept.keys() < self._days.keys():
            self._days = {day: None for day in self._days if day in kept}
            self._edition_days &= kept.keys()
            self.window.forget(kept.keys())
        # Where the days that are needed have more, they are counted only now and then.
        self._bound = max(MAX_REPORTS, len(self.window.reports) * 5 // 4)


@lru_cache(1024)
def _days_around(day: date, reach: timedelta) -> frozenset[date]:
    return frozenset(day + timedelta(days=d) for d in range(-reach.days, reach.days + 1))


def _spans(days: Collection[date]) -> Iterator[tuple[datetime, datetime]]:
    """The beginning and the end of each run of days that follow one another: one query reads them all."""
    for day in sorted(days):
        if day - _DAY in days:
            continue
        after = day + _DAY
        while after in days:
            after += _DAY
        yield datetime.combine(day, time(), UTC), datetime.combine(after, time(), UTC)


def _in_order(reports: Iterable[Report]) -> list[Report]:
    """Reports day by day, as they were stored: what is common on a day is counted in this order."""
    return sorted(reports, key=lambda report: (report.when.date(), report.article))


def report_of(
    article: Article,
    reading: Classification,
    number: int = 0,
    story: int = 0,
    parties: Parties = CHINA_ASEAN,
) -> Report:
    """What story grouping looks at in an article."""
    anchors = reading.anchors
    return Report(
        number,
        story,
        reading.lang,
        article.when,
        shared(anchors.features),
        shared(anchors.words),
        article.published is not None,
        parties,
    )


def why_of(placement: Placement) -> dict[str, object]:
    """Why a report joined a story, as it is stored."""
    return {"like": placement.like, "score": placement.score, "shared": list(placement.shared)}
