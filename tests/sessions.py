"""A session and a token with known secrets, for tests that are not about signing in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from alerts.identity import operators
from crawler.runtime.clock import now
from crawler.store import Store
from crawler.store.schema import api_tokens, console_sessions

SESSION, TOKEN = "s" * 43, "aw_" + "t" * 43
BY_SESSION, BY_TOKEN = {"Cookie": f"aw_session={SESSION}"}, {"Authorization": f"Bearer {TOKEN}"}
"""The headers of a person who came by a one-time link, and of a program that may write."""


def let_in(store: Store, at: datetime | None = None) -> None:
    """Open `SESSION`, as a one-time link would, and add `TOKEN`. Adding an operator ends the session."""
    moment = at or now()
    with store.write() as connection:
        session = {
            "key": operators.token_hash(SESSION),
            "operator": operators.LOCAL,
            "created": moment,
            "seen": moment,
            "agent": "a test",
        }
        connection.execute(insert(console_sessions), [session])
        token = {
            "name": "a test",
            "key": operators.token_hash(TOKEN),
            "scopes": ["read", "write"],
            "created": moment,
        }
        connection.execute(insert(api_tokens), [token])
