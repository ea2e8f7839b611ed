"""The people who may use the console, and their sessions.

A person has a role (operator or reader), and either a password and perhaps a second factor, or an account of the organisation
(`alerts.identity.organisation_accounts`). The store has only hashes of session tokens, so that nobody who can read the store
can sign in with what it contains.
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
from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from alerts.identity import password_hashes, second_factor
from alerts.identity.keys import SecretBox
from crawler.config.names import unspeakable
from crawler.model import AseanwatchError
from crawler.store.schema import api_tokens, console_sessions, operators, sign_in_links

ROLES = ("operator", "reader")
IDLE_TIMEOUT, SESSION_LIFETIME = timedelta(hours=12), timedelta(days=14)
"""A session ends after `IDLE_TIMEOUT` without use, and after `SESSION_LIFETIME` in any case."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far a moment that we stored may lie in the future, because the clocks of several machines differ a little."""
LOCAL = "local"
"""The owner of a session that began with a one-time link while no operator was set up."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who is signed in.

    Attributes:
        name: the person's name.
        role: operator or reader.
        session: identifies the session; it is not its secret.
        issuer: the provider of the organisation's account; empty for a person with a password of this service.
    """

    name: str
    role: str
    session: str = ""
    issuer: str = ""

    @property
    def may_change(self) -> bool:
        """Whether this person may change what others see."""
        return self.role == "operator"


def exist(connection: Connection) -> bool:
    """Whether any operator is set up."""
    return bool(connection.scalar(select(func.count()).select_from(operators)))


def add(connection: Connection, name: str, password: str, role: str, now: datetime) -> None:
    """Set up a person.

    Raises:
        AseanwatchError: the name is taken, the role unknown or the password refused (`alerts.identity.passwords`).
    """
    if role not in ROLES:
        raise AseanwatchError(f"{role!r} is no role; allowed: {', '.join(ROLES)}")
    name = normalized_name(name)
    if not name:
        raise AseanwatchError("a name has 1 to 80 characters that can be seen, and no blanks")
    if (problem := unspeakable(name)) is not None:
        raise AseanwatchError(problem)
    if connection.scalar(select(operators.c.name).where(operators.c.name == name)):
        raise AseanwatchError(f"{name} is set up already")
    values = {
        "name": name,
        "role": role,
        "password": password_hashes.hash_password(password, name),
        "created": now,
    }
    connection.execute(insert(operators), [values])
    end_first_access(connection)
    end_sessions(connection, name)  # those of an earlier person of that name


def end_first_access(connection: Connection) -> None:
    """End the one-time links and the sessions from before: from now on everybody signs in."""
    connection.execute(delete(sign_in_links))
    end_sessions(connection, LOCAL)


def normalized_name(name: str) -> str:
    """The name in Unicode form NFC, so that all ways to type it are one; empty if no person can have it."""
    normal = unicodedata.normalize("NFC", name)
    is_valid = 0 < len(normal) <= 80 and normal.isprintable() and not any(c.isspace() for c in normal)
    return normal if is_valid else ""


def set_password(connection: Connection, name: str, password: str) -> None:
    """Give a person another password, and end all of the person's sessions.

    Raises:
        AseanwatchError: there is no such operator with a password, or the new one is refused.
    """
    _needs_password(connection, name)
    _change(connection, name, password=password_hashes.hash_password(password, name))
    end_sessions(connection, name)


def enable_second_factor(connection: Connection, name: str, box: SecretBox) -> str:
    """Ask a person for a code from now on, and end all sessions; returns the address for an authenticator (otpauth://…).

    Raises:
        AseanwatchError: there is no such operator with a password.
    """
    _needs_password(connection, name)
    secret = pyotp.random_base32()
    _replace_second_factor(connection, name, box.seal(secret))
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="aseanwatch")


def disable_second_factor(connection: Connection, name: str) -> None:
    """Ask a person for no code any more, and end all sessions.

    Raises:
        AseanwatchError: there is no such operator.
    """
    _replace_second_factor(connection, name, None)


def _replace_second_factor(connection: Connection, name: str, sealed_secret: str | None) -> None:
    _change(connection, name, totp=sealed_secret)
    second_factor.forget(connection, name)
    end_sessions(connection, name)


def _change(connection: Connection, name: str, **values: object) -> None:
    if not connection.execute(update(operators).where(operators.c.name == name).values(**values)).rowcount:
        raise AseanwatchError(f"no operator has the name {name}")


def _needs_password(connection: Connection, name: str) -> None:
    """Refuse to give an account of the organisation a password or a code of ours: both are its provider's.

    Raises:
        AseanwatchError: it is one.
    """
    if connection.scalar(select(operators.c.issuer).where(operators.c.name == name)):
        raise AseanwatchError(f"{name} signs in with the organisation's account, and has no password here")


def disable(connection: Connection, name: str, now: datetime) -> None:
    """Let a person in no more, also where the organisation's provider would, and end all of the person's sessions.

    Raises:
        AseanwatchError: there is no such operator.
    """
    _change(connection, name, disabled=now)
    end_sessions(connection, name)


def enable(connection: Connection, name: str) -> None:
    """Let a person in again who was disabled.

    Raises:
        AseanwatchError: there is no such operator.
    """
    _change(connection, name, disabled=None)


def remove(connection: Connection, name: str) -> None:
    """Remove a person, and end all of the person's sessions.

    An account of the organisation is made anew when its person next signs in; `disable` keeps it out.

    Raises:
        AseanwatchError: there is no such operator.
    """
    if not connection.execute(delete(operators).where(operators.c.name == name)).rowcount:
        raise AseanwatchError(f"no operator has the name {name}")
    second_factor.forget(connection, name)
    end_sessions(connection, name)
    # Whoever gets the name later does not get what the person's programs could do.
    connection.execute(delete(api_tokens).where(api_tokens.c.owner == name))
    # When the last operator goes, nothing from before the first one may open the console again.
    end_first_access(connection)


def list_operators(connection: Connection) -> list[dict[str, object]]:
    """All people, with role, provider (empty: a password), second factor, open sessions, and whether they are disabled."""
    open_sessions = select(console_sessions.c.operator, func.count().label("count")).group_by(
        console_sessions.c.operator
    )
    counts = {r.operator: r.count for r in connection.execute(open_sessions)}
    return [
        {
            "name": r.name,
            "role": r.role,
            "provider": r.issuer or "",
            "mail": r.mail or "",
            "disabled": r.disabled is not None,
            "confirmed": r.confirmed,
            "second_factor": r.totp is not None,
            "sessions": counts.get(r.name, 0),
            "created": r.created,
        }
        for r in connection.execute(select(operators).order_by(operators.c.name))
    ]


class Credentials(NamedTuple):
    """A person's name as it is stored, and the hash of the password."""

    name: str
    password_hash: str


def find_credentials(connection: Connection, name: str) -> Credentials | None:
    """The credentials of a name, however it is typed; None if nobody with a password has it, or the person is disabled."""
    wanted = normalized_name(name)
    if not wanted:
        return None
    # Names that were set up before names were normalised are stored as they were typed.
    rows = connection.execute(
        select(operators.c.name, operators.c.password).where(
            operators.c.name.in_({wanted, name}), operators.c.issuer.is_(None), operators.c.disabled.is_(None)
        )
    )
    found = {row.name: Credentials(row.name, row.password) for row in rows}
    return found.get(name) or found.get(wanted)


def complete_sign_in(
    connection: Connection, name: str, code: str, sealed: SecretBox, now: datetime
) -> Person | None:
    """Check the second factor of a person who gave the right password; None if the code is wrong or was used before."""
    row = connection.execute(select(operators).where(operators.c.name == name)).first()
    # Asked again: the person may have been disabled while the password was hashed.
    if row is None or row.issuer is not None or row.disabled is not None:
        return None
    if row.totp is not None and not second_factor.redeem_code(
        connection, name, sealed.open(row.totp), code, now
    ):
        return None
    return Person(row.name, row.role)


def set_password_hash(connection: Connection, name: str, password_hash: str) -> None:
    """Store a stronger hash of the same password. The sessions go on."""
    _change(connection, name, password=password_hash)


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """What a session of an organisation's account has beside those of passwords.

    Attributes:
        ends: when it ends at the latest.
        number: the provider's own id of it; empty if the provider gives none.
        id_token: the sealed ID token, by which the provider is asked to end its session.
    """

    ends: datetime
    number: str = ""
    id_token: str = ""


def begin_session(
    connection: Connection, name: str, agent: str, now: datetime, there: ProviderSession | None = None
) -> str:
    """Begin a session; returns its token for the cookie.

    Args:
        connection: a transaction.
        name: whose it is.
        agent: what the browser calls itself.
        now: the present moment.
        there: of an account of the organisation, what its provider said of the session.
    """
    end_stale_sessions(connection, now)
    token = secrets.token_urlsafe(32)
    values = {
        "key": token_hash(token), "operator": name, "created": now, "seen": now, "agent": agent[:200],
        "ends": there.ends if there else None, "provider_session": there.number or None if there else None,
        "id_token": there.id_token or None if there else None,
    }  # fmt: skip
    connection.execute(insert(console_sessions), [values])
    return token


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A session that has not ended: whose it is, and when it was last used."""

    person: Person
    last_used: datetime


_SESSION = (
    select(console_sessions, operators.c.role, operators.c.issuer, operators.c.disabled)
    # An outer join, because a session that began with a one-time link has no operator.
    .outerjoin(operators, operators.c.name == console_sessions.c.operator)
    .where(console_sessions.c.key == bindparam("hash"))
)


def find_session(connection: Connection, token: str, now: datetime) -> ActiveSession | None:
    """The session of a token; None if there is none, or it has ended."""
    row = connection.execute(_SESSION, {"hash": token_hash(token)}).first()
    if row is None:
        return None
    has_ended = row.ends is not None and row.ends <= now
    if (
        has_ended
        or not is_within(row.seen, now, IDLE_TIMEOUT)
        or not is_within(row.created, now, SESSION_LIFETIME)
    ):
        return None
    if row.role is not None:
        # A role that the provider withdrew is none of ours.
        if row.disabled is not None or row.role not in ROLES:
            return None
        return ActiveSession(Person(row.operator, row.role, row.key, row.issuer or ""), row.seen)
    # Asked each time: another process may have set up the first operator while this session began.
    if row.operator == LOCAL and not exist(connection):
        return ActiveSession(Person(LOCAL, "operator", row.key), row.seen)
    return None


def is_within(moment: datetime, now: datetime, span: timedelta) -> bool:
    """Whether a moment lies within the span before now.

    A moment in the future does not. The clock was set back since then, so that nobody knows how long ago it really was.
    """
    return now - span <= moment <= now + CLOCK_SKEW


def is_session_stored(connection: Connection, token: str) -> bool:
    """Whether there is a session with this token, even one that has ended."""
    return (
        connection.scalar(select(console_sessions.c.key).where(console_sessions.c.key == token_hash(token)))
        is not None
    )


def end_session(connection: Connection, token: str) -> None:
    """End the session with this token."""
    connection.execute(delete(console_sessions).where(console_sessions.c.key == token_hash(token)))


def end_stale_sessions(connection: Connection, now: datetime) -> None:
    """Delete the sessions that have ended by now, so that they stay ended if the clock is set back."""
    c = console_sessions.c
    has_ended = or_(
        c.seen < now - IDLE_TIMEOUT,
        c.created < now - SESSION_LIFETIME,
        c.seen > now + CLOCK_SKEW,
        c.created > now + CLOCK_SKEW,
        c.ends <= now,
    )
    connection.execute(delete(console_sessions).where(has_ended))


def record_session_use(connection: Connection, session: str, now: datetime) -> None:
    """Record that a session is in use."""
    end_stale_sessions(connection, now)
    connection.execute(update(console_sessions).where(console_sessions.c.key == session).values(seen=now))


def end_sessions(connection: Connection, name: str, only: Collection[str] | None = None) -> None:
    """End all sessions of a person, or only some of them."""
    mine = console_sessions.c.operator == name
    if only is not None:
        mine &= console_sessions.c.key.in_(only)
    connection.execute(delete(console_sessions).where(mine))


def sessions_of(connection: Connection, name: str) -> list[dict[str, object]]:
    """The open sessions of a person, the one used last first."""
    mine = (
        select(console_sessions)
        .where(console_sessions.c.operator == name)
        .order_by(console_sessions.c.seen.desc())
    )
    return [
        {"key": r.key, "created": r.created, "seen": r.seen, "agent": r.agent}
        for r in connection.execute(mine)
    ]


def token_hash(token: str) -> str:
    """The hash of a token as it is stored. Tokens are long and random, so that a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
