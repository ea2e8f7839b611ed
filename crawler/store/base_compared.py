"""What reports are compared with of a base, as it stands with the base: so that nobody reads all of its proofs for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from crawler.judging.bases.fields import Fields, fields_stamp
from crawler.judging.bases.likely import MOST_DAYS
from crawler.judging.bases.tally import BaseTally
from crawler.store.bulk import matching
from crawler.store.schema import bases


def compared_of(tally: BaseTally) -> dict[str, Any] | None:
    """What is kept of a base for comparing; None where it has more days than are kept."""
    if len(tally.days) > MOST_DAYS:
        return None
    fields = tally.fields
    return {
        "tables": fields_stamp(), "names": tally.names, "english": sorted(tally.english), "since": tally.first.when.isoformat(),
        "days": sorted(day.isoformat() for day in tally.days), "named": sorted(fields.named), "stated": sorted(fields.stated),
    }  # fmt: skip


def kept_of(connection: Connection, ids: list[int]) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    """What is kept of bases as arguments of a `KnownBase`, by number and revision; left out where it does not hold any more."""
    columns = (bases.c.id, bases.c.revision, bases.c.steps_revision, bases.c.compared)
    for number, revision, of_revision, kept in matching(connection, columns, bases.c.id, ids):
        # What a base is for is read by tables that another version of the program may have otherwise.
        if kept and of_revision == revision and kept["tables"] == fields_stamp():
            yield number, revision, _arguments(kept)


def _arguments(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "names": tuple((lang, name) for lang, name in kept["names"]), "english": frozenset(kept["english"]),
        "since": datetime.fromisoformat(kept["since"]), "days": frozenset(map(date.fromisoformat, kept["days"])),
        "fields": Fields(frozenset(kept["named"]), frozenset(kept["stated"])),
    }  # fmt: skip
