"""The register in memory: for each base its row and what its proofs say together, read once and kept up while reports come."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, select

from crawler.judging.bases.counting import LostFirstError
from crawler.judging.bases.fields import related_kinds
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.tally import BaseTally
from crawler.judging.places.event_places import meet
from crawler.store.base_proofs import proofs_of
from crawler.store.bulk import chunks
from crawler.store.schema import articles, base_articles, bases

MOST_TALLIES = 4_096
"""Bases whose tallies stay in memory, those that were asked for last; one of five reports takes some 8 KB."""
_MOST_STORIES = 10_000
"""Stories of which it is remembered which bases they tell of."""


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

    def __init__(self) -> None:
        self._rows: dict[int, BaseRow] = {}
        self._of_kind: dict[str, dict[tuple[str, ...], set[int]]] = {}
        self._tallies: OrderedDict[int, tuple[int, BaseTally]] = OrderedDict()
        self._of_story: dict[int, set[int]] = {}
        self._is_current = False

    def clear(self) -> None:
        """Forget everything, because what is in memory may not be what is in the store."""
        self.__init__()  # type: ignore[misc]

    def look_again(self) -> None:
        """The store may have changed: look what has before anything is answered again."""
        self._is_current = False

    def near(
        self, connection: Connection, kind: str, cities: Collection[str], also: Collection[int]
    ) -> list[BaseRow]:
        """The bases of a kind, or of one that is called so, too, that may lie in some cities; and some others."""
        self._catch_up(connection)
        found = {number for number in also if number in self._rows}
        for related in related_kinds(kind):
            for lying, numbers in self._of_kind.get(related, {}).items():
                if not cities or not lying or meet(cities, lying):
                    found |= numbers
        return [self._rows[number] for number in sorted(found)]

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
            row, known = self._rows.get(number), self._tallies.get(number)
            if known is not None and row is not None and known[0] == row.revision:
                self._tallies.move_to_end(number)
                found[number] = known[1]
            elif row is not None:
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
        known = self._tallies.get(number)
        row = self._rows.get(number)
        if known is None or row is None or known[0] != row.revision:
            return None
        try:
            if former is not None:
                known[1].remove(former)
        except LostFirstError:
            del self._tallies[number]
            return None
        known[1].add(proof)
        return known[1]

    def wrote(self, row: BaseRow, tally: BaseTally | None, story: int) -> None:
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
            self._rows[number] = replace(row, revision=row.revision + 1)
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
        now: dict[int, int] = dict(connection.execute(select(bases.c.id, bases.c.revision)).tuples().all())
        changed = [
            n for n, revision in now.items() if n not in self._rows or self._rows[n].revision != revision
        ]
        for number in self._rows.keys() - now.keys():
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

    def _put(self, row: BaseRow) -> None:
        old = self._rows.get(row.id)
        if old is not None and (old.kind, old.cities) != (row.kind, row.cities):
            self._drop_from_kind(old)
        self._rows[row.id] = row
        self._of_kind.setdefault(row.kind, {}).setdefault(row.cities, set()).add(row.id)

    def _drop(self, number: int) -> None:
        self._drop_from_kind(self._rows.pop(number))
        self._tallies.pop(number, None)

    def _drop_from_kind(self, row: BaseRow) -> None:
        lying = self._of_kind[row.kind]
        lying[row.cities].discard(row.id)
        if not lying[row.cities]:
            del lying[row.cities]
