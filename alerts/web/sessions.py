"""Whose session a request brings: by it people use the console and read the API."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from alerts.identity import operators
from alerts.identity.operators import Person
from crawler.store import Store, StoreError

TOUCHED = timedelta(minutes=1)
"""How old the note of a session's use may be before it is written anew."""


def person_by(store: Store, token: str, now: datetime) -> Person | None:
    """Who is signed in by the secret of a session; one that has ended is taken away, whatever the clock says later."""
    if not token:
        return None
    with store.reading() as connection:
        found = operators.person_of(connection, token, now)
        has_ended = found is None and operators.is_kept(connection, token)
    if found is None:
        if has_ended:
            with store.writing(beside=True) as connection:
                operators.end_one(connection, token)
        return None
    person, seen = found
    if abs(now - seen) > TOUCHED:
        with suppress(StoreError), store.writing(beside=True) as connection:  # a full disk keeps nobody from looking
            operators.touch(connection, person.session, now)
    return person
