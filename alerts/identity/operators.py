"""Who may use the console: operators and readers with a password and perhaps a second factor, and their sessions.

Of sessions and tokens only a hash is kept, so that who reads the store cannot sign in with what stands there.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import pyotp
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from alerts.identity import password_hashes, second_factor
from alerts.identity.keys import Sealed
from crawler.model import AseanwatchError
from crawler.store.schema import console_sessions, operators, sign_in_links

ROLES = ("operator", "reader")
IDLE, LASTS = timedelta(hours=12), timedelta(days=14)
"""A session ends after so long without use, and after so long in any case."""
AHEAD = timedelta(minutes=5)
"""How far what we noted ourselves may lie in the future: several machines' clocks differ a little."""
LOCAL = "local"
"""Whose session it is that began with a one-time link, while nobody is set up."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in; ``session`` identifies the session without being its secret."""

    name: str
    role: str
    session: str = ""

    @property
    def may_change(self) -> bool:
        """Whether this person may change what others see."""
        return self.role == "operator"


def any_there(connection: Connection) -> bool:
    """Whether operators were set up."""
    return bool(connection.scalar(select(func.count()).select_from(operators)))


def add(connection: Connection, name: str, password: str, role: str, now: datetime) -> None:
    """Set up somebody.

    Raises:
        AseanwatchError: the name is taken, the role unknown or the password refused (`alerts.identity.passwords`).
    """
    if role not in ROLES:
        raise AseanwatchError(f"{role!r} is no role; allowed: {', '.join(ROLES)}")
    name = _typed(name)
    if not name:
        raise AseanwatchError("a name has 1 to 80 characters that can be seen, and no blanks")
    if connection.scalar(select(operators.c.name).where(operators.c.name == name)):
        raise AseanwatchError(f"{name} is set up already")
    values = {"name": name, "role": role, "password": password_hashes.hashed(password, name), "created": now}
    connection.execute(insert(operators), [values])
    _close_first_way(connection)
    end_sessions(connection, name)  # none of an earlier one of that name goes on


def _close_first_way(connection: Connection) -> None:
    """From now on everybody signs in: links and sessions from before end."""
    connection.execute(delete(sign_in_links))
    end_sessions(connection, LOCAL)


def _typed(name: str) -> str:
    """A name in one form for all ways to type it; empty where it can be nobody's."""
    normal = unicodedata.normalize("NFC", name)
    is_possible = 0 < len(normal) <= 80 and normal.isprintable() and not any(c.isspace() for c in normal)
    return normal if is_possible else ""


def set_password(connection: Connection, name: str, password: str) -> None:
    """Give somebody another password; all sessions end.

    Raises:
        AseanwatchError: there is no such operator, or the password is refused.
    """
    _change(connection, name, password=password_hashes.hashed(password, name))
    end_sessions(connection, name)


def set_second_factor(connection: Connection, name: str, sealed: Sealed, *, on: bool) -> str | None:
    """Turn the second factor on, which gives the address for an authenticator (otpauth://…), or off; all sessions end.

    Raises:
        AseanwatchError: there is no such operator.
    """
    secret = pyotp.random_base32() if on else None
    _change(connection, name, totp=sealed.seal(secret) if secret else None)
    second_factor.forget(connection, name)
    end_sessions(connection, name)
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="aseanwatch") if secret else None


def _change(connection: Connection, name: str, **values: object) -> None:
    if not connection.execute(update(operators).where(operators.c.name == name).values(**values)).rowcount:
        raise AseanwatchError(f"no operator has the name {name}")


def remove(connection: Connection, name: str) -> None:
    """Let somebody in no more.

    Raises:
        AseanwatchError: there is no such operator.
    """
    if not connection.execute(delete(operators).where(operators.c.name == name)).rowcount:
        raise AseanwatchError(f"no operator has the name {name}")
    second_factor.forget(connection, name)
    end_sessions(connection, name)
    _close_first_way(connection)


def listed(connection: Connection) -> list[dict[str, object]]:
    """Everybody, with role, second factor and open sessions."""
    open_ones = select(console_sessions.c.operator, func.count().label("count")).group_by(console_sessions.c.operator)
    counts = {r.operator: r.count for r in connection.execute(open_ones)}
    return [
        {
            "name": r.name,
            "role": r.role,
            "second_factor": r.totp is not None,
            "sessions": counts.get(r.name, 0),
            "created": r.created,
        }
        for r in connection.execute(select(operators).order_by(operators.c.name))
    ]


class Known(NamedTuple):
    """Somebody who is set up: the name as it is kept, and the hash of the password."""

    name: str
    password: str


def known(connection: Connection, name: str) -> Known | None:
    """Who is set up under a name, however it is typed."""
    wanted = _typed(name)
    if not wanted:
        return None
    # A name of before normalisation is found as it was given then.
    rows = connection.execute(select(operators.c.name, operators.c.password).where(operators.c.name.in_({wanted, name})))
    found = {row.name: Known(row.name, row.password) for row in rows}
    return found.get(name) or found.get(wanted)


def admitted(connection: Connection, name: str, code: str, sealed: Sealed, now: datetime) -> Person | None:
    """Who signs in with the right password; None where the code of the second factor is wrong or was used already."""
    row = connection.execute(select(operators).where(operators.c.name == name)).first()
    if row is None:
        return None
    if row.totp is not None and not second_factor.use(connection, name, sealed.open(row.totp), code, now):
        return None
    return Person(row.name, row.role)


def renew_hash(connection: Connection, name: str, hashed: str) -> None:
    """Keep a stronger hash of the same password; sessions go on."""
    _change(connection, name, password=hashed)


def begin_session(connection: Connection, name: str, agent: str, now: datetime) -> str:
    """A new session; gives its secret for the cookie."""
    end_stale(connection, now)
    token = secrets.token_urlsafe(32)
    values = {"key": hash_of(token), "operator": name, "created": now, "seen": now, "agent": agent[:200]}
    connection.execute(insert(console_sessions), [values])
    return token


def person_of(connection: Connection, token: str, now: datetime) -> tuple[Person, datetime] | None:
    """Whose session a secret is of, and when it was last used; None where it has ended."""
    row = connection.execute(
        select(console_sessions, operators.c.role)
        .outerjoin(operators, operators.c.name == console_sessions.c.operator)
        .where(console_sessions.c.key == hash_of(token))
    ).first()
    if row is None or not is_since(row.seen, now, IDLE) or not is_since(row.created, now, LASTS):
        return None
    if row.role is not None:
        return Person(row.operator, row.role, row.key), row.seen
    if row.operator == LOCAL and not any_there(connection):
        return Person(LOCAL, "operator", row.key), row.seen
    return None


def is_since(moment: datetime, now: datetime, span: timedelta) -> bool:
    """Whether a moment lies within the last such span.

    One in the future does not: the clock was set back since then, and nobody knows by how much what it began has outlived its time.
    """
    return now - span <= moment <= now + AHEAD


def is_kept(connection: Connection, token: str) -> bool:
    """Whether a secret is that of a session, even of one that has ended."""
    return connection.scalar(select(console_sessions.c.key).where(console_sessions.c.key == hash_of(token))) is not None


def end_one(connection: Connection, token: str) -> None:
    """End the session of a secret."""
    connection.execute(delete(console_sessions).where(console_sessions.c.key == hash_of(token)))


def end_stale(connection: Connection, now: datetime) -> None:
    """Take away what has ended by now, so that it stays so when the clock is set back."""
    c = console_sessions.c
    has_ended = or_(c.seen < now - IDLE, c.created < now - LASTS, c.seen > now + AHEAD, c.created > now + AHEAD)
    connection.execute(delete(console_sessions).where(has_ended))


def touch(connection: Connection, session: str, now: datetime) -> None:
    """A session is in use."""
    end_stale(connection, now)
    connection.execute(update(console_sessions).where(console_sessions.c.key == session).values(seen=now))


def end_sessions(connection: Connection, name: str, only: Collection[str] | None = None) -> None:
    """End all sessions of somebody, or only some."""
    mine = console_sessions.c.operator == name
    if only is not None:
        mine &= console_sessions.c.key.in_(only)
    connection.execute(delete(console_sessions).where(mine))


def sessions_of(connection: Connection, name: str) -> list[dict[str, object]]:
    """The open sessions of somebody, the one used last first."""
    mine = select(console_sessions).where(console_sessions.c.operator == name).order_by(console_sessions.c.seen.desc())
    return [{"key": r.key, "created": r.created, "seen": r.seen, "agent": r.agent} for r in connection.execute(mine)]


def hash_of(token: str) -> str:
    """What is kept of a secret; it is long and random, so that a plain hash will do."""
    return hashlib.sha256(token.encode()).hexdigest()
