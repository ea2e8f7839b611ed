"""Finds the person whose session a request carries. By it people use the console and read the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from alerts.identity import operators
from alerts.identity.operators import Person
from alerts.web.late_writes import SESSION_USE, LateWrites
from crawler.store import Store

LAST_USE_GRANULARITY = timedelta(minutes=1)
"""The time of a session's last use is written only when it is off by more, so that not every request writes."""


def find_person(store: Store, token: str, now: datetime, late: LateWrites) -> Person | None:
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
        # Behind the answer: nobody waits for it, and if the disk is full, people can still look at the pages.
        number = session.person.session
        used = partial(operators.record_session_use, session=number, now=now)
        late.note((SESSION_USE, number), "the use of a session", used)
    return session.person
