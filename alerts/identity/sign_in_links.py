"""Links that let somebody into the console once, while no operator is set up.

Only the digest is kept, in the store, so that a command can make a link for a service that runs. There is one at most: a new
one ends the one before, as does the next start, and setting up an operator.
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
"""What the secret is called behind the # of the address, which browsers send to nobody, and in the form that posts it."""


def create(connection: Connection, now: datetime) -> str:
    """A new secret; it is shown once and kept nowhere.

    Raises:
        AseanwatchError: operators are set up: they sign in.
    """
    if operators.exist(connection):
        raise AseanwatchError("operators are set up, and sign in with their passwords: aseanwatch operators password NAME")
    connection.execute(delete(sign_in_links))
    secret = secrets.token_urlsafe(32)
    connection.execute(insert(sign_in_links), [{"key": operators.token_hash(secret), "created": now}])
    return secret


def is_valid(connection: Connection, secret: str, now: datetime) -> bool:
    """Whether a link would let somebody in now."""
    created = connection.scalar(select(sign_in_links.c.created).where(sign_in_links.c.key == operators.token_hash(secret)))
    return created is not None and operators.is_within(created, now, LIFETIME) and not operators.exist(connection)


def redeem(connection: Connection, secret: str, now: datetime) -> bool:
    """Let somebody in by a link, which is worthless from then on."""
    if not is_valid(connection, secret, now):
        return False
    key = operators.token_hash(secret)
    return bool(connection.execute(delete(sign_in_links).where(sign_in_links.c.key == key)).rowcount)


def url_of(base: str, secret: str) -> str:
    """The whole link of a console at an address such as ``http://127.0.0.1:8080``."""
    return f"{base}/console/sign-in#{FIELD}={secret}"
