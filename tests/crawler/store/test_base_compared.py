"""What reports are compared with of a base stands with it: read instead of its proofs while it holds, and else not used."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, select, update

from crawler.judging.bases import fields
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.tally import BaseTally
from crawler.store import Store, base_compared, base_proofs, base_tallies
from crawler.store.base_compared import compared_of, kept_of
from crawler.store.base_revisions import note_changed
from crawler.store.base_tallies import BaseTallies
from crawler.store.schema import bases
from tests.builders import NOON, new_store
from tests.crawler.store.test_base_tallies import judged, written


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return written(new_store(tmp_path_factory.mktemp("compared")), range(9))


def test_a_new_process_reads_no_proofs_to_find_a_base(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = judged(0).reading
    read: list[int] = []

    def proofs_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Proof]]:
        read.extend(ids)
        return base_proofs.proofs_of(connection, ids)

    monkeypatch.setattr(base_tallies, "proofs_of", proofs_of)
    with store.read() as connection:
        (mention,) = asked.bases
        found = list(BaseTallies().likely(connection, mention, asked.lang, NOON, ()))
        assert found
        assert read == []
        # What stands there is what the proofs say.
        fresh = BaseTallies()
        for _, known in found:
            tally = fresh.tallies(connection, [known.id])[known.id]
            (row,) = fresh.rows(connection, [known.id])
            said = fresh.known(row, tally)
            assert (known.fields, known.english, known.since) == (said.fields, said.english, said.since)
            assert (set(known.names), set(known.days)) == (set(said.names), set(said.days))


def test_what_does_not_hold_any_more_is_not_used(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.write() as connection:
        numbers = list(connection.scalars(select(bases.c.id)))
        assert [number for number, _, _ in kept_of(connection, numbers)] == numbers
        note_changed(connection, numbers[:1])
        assert [number for number, _, _ in kept_of(connection, numbers)] == numbers[1:]
        # Written by a version with other tables, or before there was any such thing.
        connection.execute(update(bases).where(bases.c.id == numbers[1]).values(compared=None))
        assert [number for number, _, _ in kept_of(connection, numbers)] == numbers[2:]
        monkeypatch.setattr(base_compared, "fields_stamp", lambda: fields.fields_stamp() + 1)
        assert list(kept_of(connection, numbers)) == []
        connection.rollback()


def test_a_base_of_very_many_days_is_compared_by_its_proofs(
    monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    with store.read() as connection:
        numbers = list(connection.scalars(select(bases.c.id)))
        proofs = base_proofs.proofs_of(connection, numbers)[numbers[0]]
        tally = BaseTally(proofs)
        assert compared_of(tally)
        monkeypatch.setattr(base_compared, "MOST_DAYS", len(tally.days) - 1)
        assert compared_of(tally) is None
