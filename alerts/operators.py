"""Who may use the console: operators and readers with a password and perhaps a second factor, and their sessions.

Passwords are kept as Argon2id hashes with the library's defaults (RFC 9106, second recommended option); of sessions and
tokens only a hash is kept, so that who reads the store cannot sign in with what stands there.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, delete, func, insert, select, update

from alerts import passwords
from alerts.keys import Sealed
from crawler.model import AseanwatchError
from crawler.store.schema import console_sessions, operators

ROLES = ("operator", "reader")
IDLE, LASTS = timedelta(hours=12), timedelta(days=14)
"""A session ends after so long without use, and after so long in any case."""
STEP = 30
"""Seconds that a code of the second factor is good for (RFC 6238)."""


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


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash to verify against where there is no such operator, so that the answer takes as long."""
    return _hasher().hash(secrets.token_urlsafe(16))


def any_there(connection: Connection) -> bool:
    """Whether operators were set up."""
    return bool(connection.scalar(select(func.count()).select_from(operators)))


def add(connection: Connection, name: str, password: str, role: str, now: datetime) -> None:
    """Set up somebody.

    Raises:
        AseanwatchError: the name is taken, the role unknown or the password refused (`alerts.passwords`).
    """
    if role not in ROLES:
        raise AseanwatchError(f"{role!r} is no role; allowed: {', '.join(ROLES)}")
    if not name or len(name) > 80 or any(c.isspace() for c in name):
        raise AseanwatchError("a name has 1 to 80 characters and no blanks")
    if connection.scalar(select(operators.c.name).where(operators.c.name == name)):
        raise AseanwatchError(f"{name} is set up already")
    values = {"name": name, "role": role, "password": _hashed(password, name), "created": now}
    connection.execute(insert(operators), [values])


def _hashed(password: str, name: str) -> str:
    passwords.check(password, name)
    return _hasher().hash(password)


def set_password(connection: Connection, name: str, password: str) -> None:
    """Give somebody another password; all sessions end.

    Raises:
        AseanwatchError: there is no such operator, or the password is refused.
    """
    _change(connection, name, password=_hashed(password, name))
    end_sessions(connection, name)


def set_second_factor(connection: Connection, name: str, sealed: Sealed, *, on: bool) -> str | None:
    """Turn the second factor on, which gives the address for an authenticator (otpauth://…), or off; all sessions end.

    Raises:
        AseanwatchError: there is no such operator.
    """
    secret = pyotp.random_base32() if on else None
    _change(connection, name, totp=sealed.seal(secret) if secret else None, last_code=None)
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
    end_sessions(connection, name)


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


def knows(connection: Connection, name: str, password: str) -> bool:
    """Whether a password is somebody's. Takes long on purpose, and as long where there is nobody of that name: hold no lock meanwhile."""
    kept = connection.scalar(select(operators.c.password).where(operators.c.name == name))
    try:
        return _hasher().verify(kept or _nobody(), password) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def exists(connection: Connection, name: str) -> bool:
    """Whether somebody of that name is set up."""
    return connection.scalar(select(operators.c.name).where(operators.c.name == name)) is not None


def admitted(connection: Connection, name: str, password: str, code: str, sealed: Sealed, now: datetime) -> Person | None:
    """Who signs in, after `knows`; None where the code of the second factor is wrong or was used already."""
    row = connection.execute(select(operators).where(operators.c.name == name)).first()
    if row is None:
        return None
    if row.totp is not None:
        step = _step_of(sealed.open(row.totp), code, now)
        if step is None or (row.last_code is not None and step <= row.last_code):
            return None
        _change(connection, name, last_code=step)
    if _hasher().check_needs_rehash(row.password):
        _change(connection, name, password=_hasher().hash(password))
    return Person(row.name, row.role)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code it is: the present one, or a neighbour for clocks that differ."""
    current = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    return next((s for s in (current, current - 1, current + 1) if secrets.compare_digest(totp.at(s * STEP), code.strip())), None)


def begin_session(connection: Connection, name: str, agent: str, now: datetime) -> str:
    """A new session; gives its secret for the cookie."""
    connection.execute(delete(console_sessions).where(console_sessions.c.created < now - LASTS))
    token = secrets.token_urlsafe(32)
    values = {"key": hash_of(token), "operator": name, "created": now, "seen": now, "agent": agent[:200]}
    connection.execute(insert(console_sessions), [values])
    return token


def person_of(connection: Connection, token: str, now: datetime) -> tuple[Person, datetime] | None:
    """Whose session a secret is of, and when it was last used; None where it has ended."""
    row = connection.execute(
        select(console_sessions, operators.c.role)
        .join(operators, operators.c.name == console_sessions.c.operator)
        .where(console_sessions.c.key == hash_of(token))
    ).first()
    if row is None or now - row.seen > IDLE or now - row.created > LASTS:
        return None
    return Person(row.operator, row.role, row.key), row.seen


def touch(connection: Connection, session: str, now: datetime) -> None:
    """A session is in use."""
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
