"""Finds the person whose session a request carries. By it people use the console and read the API."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from alerts.identity import operators
from alerts.identity.operators import Person
from crawler.store import Store, StoreError

LAST_USE_GRANULARITY = timedelta(minutes=1)
"""The time of a session's last use is written only when it is off by more, so that not every request writes."""


def find_person(store: Store, token: str, now: datetime) -> Person | None:
    """The person who signed in with this session token, or None.

    A session that has ended is deleted, so that it stays ended even if the clock is set back later.
    """
    if not token:
        return None
    with store.read() as connection:
        session = operators.find_session(connection, token, now)
        is_stale = session is None and operators.is_session_stored(connection, token)
    if session is None:
        if is_stale:
            with store.write(exclusive=False) as connection:
                operators.end_session(connection, token)
        return None
    if abs(now - session.last_used) > LAST_USE_GRANULARITY:
        # If the disk is full, people can still look at the pages.
        with suppress(StoreError), store.write(exclusive=False) as connection:
            operators.record_session_use(connection, session.person.session, now)
    return session.person
