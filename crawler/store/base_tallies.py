"""The register in memory: for each base its row and what its proofs say together, read once and kept up while reports come.

What others have changed is found by sums of the revisions of some hundred bases each, which the database reckons: only of those
whose sum differs are the rows looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from crawler.judging.bases.counting import LostFirstError
from crawler.judging.bases.fields import related_kinds
from crawler.judging.bases.likely import MOST_DAYS, BaseAsked
from crawler.judging.bases.likely_index import LikelyBases
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.sameness import KnownBase
from crawler.judging.bases.tally import BaseTally
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.model import BaseMention
from crawler.store.base_compared import kept_of
from crawler.store.base_proofs import proofs_of
from crawler.store.bulk import chunks
from crawler.store.schema import articles, base_articles, bases

MOST_TALLIES = 4_096
"""Bases whose tallies stay in memory, those that were asked for last; one of five reports takes some 8 KB."""
_MOST_STORIES = 10_000
"""Stories of which it is remembered which bases they tell of."""
_TOGETHER, _PART = 256, 2**31
"""So many bases have a sum of their own, of so much of their revisions: that of a million bases is a number that databases can hold."""
_SUMS = text(
    f"SELECT id / {_TOGETHER}, count(*), sum(revision % {_PART}) FROM bases GROUP BY id / {_TOGETHER}"
)


@dataclass(frozen=True, slots=True)
class BaseRow:
    """What the store holds of a base itself."""

    id: int
    revision: int
    kind: str
    stage: str
    cities: tuple[str, ...]
    countries: tuple[str, ...]


_Column = bases.c
_COLUMNS = (_Column.id, _Column.revision, _Column.kind, _Column.stage, _Column.cities, _Column.countries)


_OF_STORY = (
    select(base_articles.c.base_id)
    .join(articles, articles.c.id == base_articles.c.article_id)
    .where(articles.c.story_id == bindparam("story"))
    .distinct()
)


class BaseTallies:
    """The bases of the register, as one process counted them.

    A process that writes keeps it from one transaction to the next, and says with `look_again` when somebody else may have
    written; each base has a revision, so that only what has changed is read anew.
    """

    def __init__(self, parties: Parties = CHINA_ASEAN) -> None:
        self._parties = parties
        self._rows: dict[int, BaseRow] = {}
        self._sums: dict[int, tuple[int, int]] = {}
        self._of_kind: dict[str, LikelyBases] = {}
        self._stale: dict[str, set[int]] = {}
        self._tallies: OrderedDict[int, tuple[int, BaseTally]] = OrderedDict()
        self._of_story: dict[int, set[int]] = {}
        self._is_current = False

    def clear(self) -> None:
        """Forget everything, because what is in memory may not be what is in the store."""
        self.__init__(self._parties)  # type: ignore[misc]

    def look_again(self) -> None:
        """The store may have changed: look what has before anything is answered again."""
        self._is_current = False

    def likely(
        self,
        connection: Connection,
        mention: BaseMention,
        lang: str,
        when: datetime | None,
        also: Collection[int],
    ) -> Iterator[tuple[float, KnownBase]]:
        """The bases that a mention may speak of, each with the most that comparing it can find: some in any case, then the likeliest first.

        Of equals the oldest comes first.
        """
        self._catch_up(connection)
        close = sorted(number for number in also if number in self._rows)
        counted = self.tallies(connection, close)
        for number in close:
            if number in counted:
                yield inf, self.known(self._rows[number], counted[number])
        kinds = related_kinds(mention.kind)
        self._learn(connection, kinds)
        asked = BaseAsked(mention, lang, when, self._parties)
        indexes = [self._of_kind[kind] for kind in kinds if kind in self._of_kind]
        ranked = [(-bound, number, index) for index in indexes for bound, number in index.likeliest(asked)]
        for least, number, index in sorted(ranked, key=_rank):
            if number not in counted:
                yield -least, index.known(number)

    def known(self, row: BaseRow, tally: BaseTally) -> KnownBase:
        """A base as it is compared with what reports say."""
        return self._known(
            row, names=tally.names, stories=tally.stories, since=tally.first.when, days=tally.days, fields=tally.fields,
            english=tally.english,
        )  # fmt: skip

    def _known(self, row: BaseRow, **said: Any) -> KnownBase:
        return KnownBase(
            id=row.id, kind=row.kind, cities=frozenset(row.cities), countries=frozenset(row.countries), stage=row.stage,
            parties=self._parties, **said,
        )  # fmt: skip

    def _learn(self, connection: Connection, kinds: Collection[str]) -> None:
        """See to it that the bases of some kinds are in their indexes as they are now."""
        stale = {number for kind in kinds for number in self._stale.pop(kind, ())}
        current = {number for number in stale if self._tally(number) is not None}
        for number, revision, kept in kept_of(connection, sorted(stale - current)):
            row = self._rows[number]
            if row.revision == revision:
                self._indexed(row.kind).put(self._known(row, **kept))
                stale.discard(number)
        for chunk in chunks(sorted(stale)):
            counted = self.tallies(connection, chunk)
            for row in (self._rows[number] for number in chunk):
                if row.id in counted:
                    self._indexed(row.kind).put(_without_stories(self.known(row, counted[row.id])))
                else:
                    self._indexed(row.kind).remove(row.id)

    def _indexed(self, kind: str) -> LikelyBases:
        if kind not in self._of_kind:
            self._of_kind[kind] = LikelyBases(kind)
        return self._of_kind[kind]

    def _tally(self, number: int) -> BaseTally | None:
        """What was counted of a base, where nothing has changed since."""
        row, known = self._rows.get(number), self._tallies.get(number)
        return known[1] if known is not None and row is not None and known[0] == row.revision else None

    def rows(self, connection: Connection, numbers: Iterable[int]) -> list[BaseRow]:
        """The rows of bases; those that are gone are left out."""
        self._catch_up(connection)
        return [self._rows[number] for number in numbers if number in self._rows]

    def of_story(self, connection: Connection, story: int) -> set[int]:
        """The bases that reports of a story tell of; may name some that they do not tell of any more."""
        self._catch_up(connection)
        if story not in self._of_story:
            if len(self._of_story) >= _MOST_STORIES:
                self._of_story = {}
            self._of_story[story] = set(connection.scalars(_OF_STORY, {"story": story}))
        return self._of_story[story]

    def began(self, story: int) -> None:
        """A story has just begun: nothing tells of any base in it yet."""
        if len(self._of_story) >= _MOST_STORIES:
            self._of_story = {}
        self._of_story[story] = set()

    def tallies(self, connection: Connection, numbers: Iterable[int]) -> dict[int, BaseTally]:
        """What the proofs of bases say together; bases without any are left out."""
        self._catch_up(connection)
        found: dict[int, BaseTally] = {}
        missing = []
        for number in numbers:
            known = self._tally(number)
            if known is not None:
                self._tallies.move_to_end(number)
                found[number] = known
            elif number in self._rows:
                missing.append(number)
        for number, proofs in proofs_of(connection, missing).items():
            found[number] = self._keep(number, BaseTally(proofs))
        while len(self._tallies) > MOST_TALLIES:
            self._tallies.popitem(last=False)
        return found

    def proved(
        self, connection: Connection, number: int, proof: Proof, former: Proof | None
    ) -> BaseTally | None:
        """Count a proof that was just written in the place of a former one. None where all have to be read again."""
        self._catch_up(connection)
        known = self._tally(number)
        if known is None:
            return None
        try:
            if former is not None:
                known.remove(former)
        except LostFirstError:
            del self._tallies[number]
            return None
        known.add(proof)
        return known

    def taken_back(self, number: int, proof: Proof) -> None:
        """Take away a proof that was just deleted, which counted as one change of its base; the rows were asked for before."""
        row, known = self._rows[number], self._tallies.get(number)
        self._put(replace(row, revision=row.revision + 1))
        if known is None or known[0] != row.revision:
            return
        try:
            known[1].remove(proof)
        except LostFirstError:
            del self._tallies[number]
        else:
            self._tallies[number] = (row.revision + 1, known[1])

    def wrote(self, row: BaseRow, tally: BaseTally | None, story: int | None = None) -> None:
        """Take over what was written of a base: its row, and its proofs, which now tell of it in a story, too."""
        self._put(row)
        if tally is not None:
            self._keep(row.id, tally)
        if story in self._of_story:
            self._of_story[story].add(row.id)

    def stories_merged(self, into: int, gone: int) -> None:
        """Take over that the reports of one story belong to another one; `of_story` was asked for both before."""
        concerned = self._of_story.pop(gone, set())
        self._of_story[into] = self._of_story.get(into, set()) | concerned
        for number in concerned:
            row, known = self._rows.get(number), self._tallies.get(number)
            if row is None or known is None or known[0] != row.revision or not known[1].tells(gone):
                continue
            known[1].merge_stories(into, gone)
            # The merge counted as one change of each base that it concerned.
            self._put(replace(row, revision=row.revision + 1))
            self._tallies[number] = (row.revision + 1, known[1])
        self._is_current = False

    def _keep(self, number: int, tally: BaseTally) -> BaseTally:
        self._tallies[number] = (self._rows[number].revision, tally)
        self._tallies.move_to_end(number)
        return tally

    def _catch_up(self, connection: Connection) -> None:
        """Read the rows that others have changed."""
        if self._is_current:
            return
        sums = {part: (count, int(total)) for part, count, total in connection.execute(_SUMS)}
        differing = {
            part for part in sums.keys() | self._sums.keys() if sums.get(part) != self._sums.get(part)
        }
        now = self._revisions(connection, differing)
        changed = [
            n for n, revision in now.items() if n not in self._rows or self._rows[n].revision != revision
        ]
        mine = (n for part in differing for n in range(part * _TOGETHER, (part + 1) * _TOGETHER))
        for number in [n for n in mine if n in self._rows and n not in now]:
            self._drop(number)
            self._of_story = {}
        for chunk in chunks(changed):
            for row in connection.execute(select(*_COLUMNS).where(bases.c.id.in_(chunk))):
                self._put(
                    BaseRow(
                        row.id, row.revision, row.kind, row.stage, tuple(row.cities), tuple(row.countries)
                    )
                )
            # One of them may tell of any story now.
            self._of_story = {}
        self._is_current = True

    def _revisions(self, connection: Connection, parts: Collection[int]) -> dict[int, int]:
        """The revisions of bases as the store has them."""
        columns = select(bases.c.id, bases.c.revision)
        if len(parts) * 2 > len(self._sums):
            return dict(connection.execute(columns).tuples().all())
        now: dict[int, int] = {}
        for part in parts:
            within = bases.c.id.between(part * _TOGETHER, (part + 1) * _TOGETHER - 1)
            now |= dict(connection.execute(columns.where(within)).tuples().all())
        return now

    def _put(self, row: BaseRow) -> None:
        old = self._rows.get(row.id)
        if old is not None and old.kind != row.kind:
            self._drop_from_kind(old)
        self._rows[row.id] = row
        self._reckon(
            row, 1 if old is None else 0, row.revision % _PART - (old.revision % _PART if old else 0)
        )
        self._stale.setdefault(row.kind, set()).add(row.id)

    def _drop(self, number: int) -> None:
        row = self._rows.pop(number)
        self._reckon(row, -1, -(row.revision % _PART))
        self._drop_from_kind(row)
        self._tallies.pop(number, None)

    def _drop_from_kind(self, row: BaseRow) -> None:
        self._stale.get(row.kind, set()).discard(row.id)
        if row.kind in self._of_kind:
            self._of_kind[row.kind].remove(row.id)

    def _reckon(self, row: BaseRow, count: int, revision: int) -> None:
        """Take a change of a base into the sum that it belongs to."""
        part = row.id // _TOGETHER
        known = self._sums.pop(part, (0, 0))
        now = (known[0] + count, known[1] + revision)
        if now[0]:
            self._sums[part] = now


def _rank(likely: tuple[float, int, LikelyBases]) -> tuple[float, int]:
    return likely[:2]


def _without_stories(known: KnownBase) -> KnownBase:
    """A base without what grows with its reports: those of one story with a report are compared in any case."""
    days = frozenset(known.days) if len(known.days) <= MOST_DAYS else known.days
    return replace(known, stories=frozenset(), days=days)
