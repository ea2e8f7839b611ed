"""Links that open the console once, while no operator is set up.

The store has only the digest of a link's secret. A command can therefore make a link for a service that runs. There is at
most one link: a new one replaces it, as does the next start. Setting up an operator ends it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from alerts.identity import operators
from crawler.model import AseanwatchError
from crawler.store.schema import sign_in_links

LIFETIME = timedelta(hours=8)
FIELD = "link"
"""The name of the secret in the form that posts it, and in the fragment (#) of the URL, which browsers never send."""


def create(connection: Connection, now: datetime) -> str:
    """Make a link; returns its secret, which is stored nowhere.

    Raises:
        AseanwatchError: operators are set up: they sign in.
    """
    if operators.exist(connection):
        raise AseanwatchError(
            "operators are set up, and sign in with their passwords: aseanwatch operators password NAME"
        )
    connection.execute(delete(sign_in_links))
    secret = secrets.token_urlsafe(32)
    connection.execute(insert(sign_in_links), [{"key": operators.token_hash(secret), "created": now}])
    return secret


def is_valid(connection: Connection, secret: str, now: datetime) -> bool:
    """Whether a link with this secret would open the console now."""
    created = connection.scalar(
        select(sign_in_links.c.created).where(sign_in_links.c.key == operators.token_hash(secret))
    )
    return (
        created is not None
        and operators.is_within(created, now, LIFETIME)
        and not operators.exist(connection)
    )


def redeem(connection: Connection, secret: str, now: datetime) -> bool:
    """Use up a link; returns whether it was valid."""
    if not is_valid(connection, secret, now):
        return False
    key = operators.token_hash(secret)
    # If two open the link at once, the row is deleted for one of them.
    return bool(connection.execute(delete(sign_in_links).where(sign_in_links.c.key == key)).rowcount)


def url_of(base: str, secret: str) -> str:
    """The URL of a link to a console at a base URL such as ``http://127.0.0.1:8080``."""
    return f"{base}/console/sign-in#{FIELD}={secret}"
