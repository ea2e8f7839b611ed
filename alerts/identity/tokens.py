"""Tokens for programs that use the API: long random secrets with scopes, of which only a hash is kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from alerts.identity.operators import token_hash
from crawler.model import AseanwatchError
from crawler.store.schema import api_tokens, operators

SCOPES = ("read", "write")
TOPIC_SCOPE = "topic:"
"""With the name of a topic behind it: its holder may read what concerns that topic, and only as an assistant (`alerts.web.assistants`).
The API, which shows sources, subscriptions and deliveries too, asks for the scope ``read``."""
LAST_USE_GRANULARITY = timedelta(hours=1)
"""The time of a token's last use is written only when it is off by more, so that not every request writes."""
PREFIX = "aw_"
"""With this prefix, scanners find tokens that were published by mistake."""


def add(
    connection: Connection, name: str, scopes: Sequence[str], now: datetime, owner: str | None = None
) -> str:
    """Make a token; returns its secret, which is stored nowhere.

    Args:
        connection: a transaction.
        name: what the token is for.
        scopes: what it may do.
        now: the present moment.
        owner: the operator whom it belongs to: it may do what that person may, and stops with the person's role.

    Raises:
        AseanwatchError: a scope is unknown, or there is no such operator.
    """
    if owner is not None and not connection.scalar(select(operators.c.name).where(operators.c.name == owner)):
        raise AseanwatchError(f"no operator has the name {owner}")
    unknown = [s for s in scopes if s not in SCOPES and not (s.startswith(TOPIC_SCOPE) and s != TOPIC_SCOPE)]
    if unknown:
        raise AseanwatchError(
            f"{unknown[0]!r} is no scope; allowed: {', '.join(SCOPES)}, {TOPIC_SCOPE} with the name of a topic"
        )
    token = PREFIX + secrets.token_urlsafe(32)
    values = {
        "name": name[:200],
        "key": token_hash(token),
        "scopes": sorted(set(scopes)),
        "created": now,
        "owner": owner,
    }
    connection.execute(insert(api_tokens), [values])
    return token


def topics_of(scopes: Sequence[str]) -> frozenset[str] | None:
    """The topics that the holder of some scopes may read; None: all of them."""
    if "read" in scopes:
        return None
    return frozenset(s.removeprefix(TOPIC_SCOPE) for s in scopes if s.startswith(TOPIC_SCOPE))


def find(connection: Connection, token: str) -> Row[Any] | None:
    """The row of a token; None if there is no such token."""
    # Looked up by its hash: how long the comparison takes says nothing about the token.
    return connection.execute(select(api_tokens).where(api_tokens.c.key == token_hash(token))).first()


def record_use(connection: Connection, number: int, now: datetime) -> None:
    """Store when a token was last used."""
    connection.execute(update(api_tokens).where(api_tokens.c.id == number).values(used=now))


def list_tokens(connection: Connection) -> list[dict[str, Any]]:
    """All tokens, without their secrets."""
    rows = connection.execute(select(api_tokens).order_by(api_tokens.c.id))
    return [
        {
            "id": r.id,
            "name": r.name,
            "scopes": list(r.scopes),
            "owner": r.owner or "",
            "created": r.created,
            "used": r.used,
        }
        for r in rows
    ]


def remove(connection: Connection, number: int) -> None:
    """Revoke a token.

    Raises:
        AseanwatchError: there is none with this number.
    """
    if not connection.execute(delete(api_tokens).where(api_tokens.c.id == number)).rowcount:
        raise AseanwatchError(f"no token has the number {number}")
