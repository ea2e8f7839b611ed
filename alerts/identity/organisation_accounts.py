"""The organisation's accounts among the operators: found by issuer and subject alone, never by a name or a mail address.

A provider promises only that the two together name one person for ever (OpenID Connect Core 1.0, 5.7). Names and addresses
change hands. So an account never becomes a local operator, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, delete, insert, select, update

from alerts.identity.operators import LOCAL, ROLES, Person, end_first_access, end_sessions, normalized_name
from crawler.model import AseanwatchError
from crawler.store.schema import console_sessions, operators

NO_ROLE = "none"
"""The role of an account whose role was withdrawn: it opens no session, and its tokens stop."""
_TAKEN = frozenset({LOCAL, "somebody", "command", "token"})
"""Names by which the audit log means others."""


class AccountRefusedError(AseanwatchError):
    """An account that may not come in."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the provider says of the person who signs in.

    Attributes:
        issuer: the provider.
        subject: the provider's own id of the person, which never changes.
        name: what the person is called.
        mail: the mail address, if the provider vouches for it; else empty.
        role: operator, reader, or empty where nothing that the provider says gives one.
    """

    issuer: str
    subject: str
    name: str
    mail: str
    role: str


def admit(connection: Connection, account: Account, now: datetime) -> Person:
    """Let an account in, with the role that its provider says now; a new one is added.

    Raises:
        AccountRefusedError: an operator disabled it.
    """
    known = _row(connection, account.issuer, account.subject)
    values = {"role": account.role, "mail": account.mail or None, "confirmed": now}
    if known is None:
        name = _free_name(connection, account)
        row = values | {
            "name": name, "password": "", "created": now, "issuer": account.issuer, "subject": account.subject
        }  # fmt: skip
        connection.execute(insert(operators), [row])
        end_first_access(connection)
        end_sessions(connection, name)  # those of an earlier person of that name
        return Person(name, account.role, issuer=account.issuer)
    if known.disabled is not None:
        raise AccountRefusedError(known.name)
    connection.execute(update(operators).where(operators.c.name == known.name).values(**values))
    return Person(known.name, account.role, issuer=account.issuer)


def withdraw(connection: Connection, account: Account, now: datetime) -> str | None:
    """Take the role from an account that its provider gives none any more; returns its name, None if it was never here."""
    known = _row(connection, account.issuer, account.subject)
    if known is None:
        return None
    values = {"role": NO_ROLE, "confirmed": now}
    connection.execute(update(operators).where(operators.c.name == known.name).values(**values))
    end_sessions(connection, known.name)
    return str(known.name)


def end_provider_sessions(
    connection: Connection, issuer: str, subject: str, number: str, until: datetime
) -> list[str]:
    """End what the provider says has ended: one session, or all of a person. Returns whose sessions ended.

    Args:
        connection: a transaction.
        issuer: the provider.
        subject: the person; empty if only the session is named.
        number: the provider's id of the session; empty for all of the person's.
        until: only what began before; the same message, sent again later, ends nothing new.
    """
    known = select(operators.c.name).where(operators.c.issuer == issuer)
    if subject:
        known = known.where(operators.c.subject == subject)
    mine = console_sessions.c.operator.in_(known) & (console_sessions.c.created <= until)
    if number:
        mine &= console_sessions.c.provider_session == number
    names = sorted(connection.scalars(select(console_sessions.c.operator).where(mine).distinct()))
    connection.execute(delete(console_sessions).where(mine))
    return names


def sealed_id_token(connection: Connection, session: str) -> str:
    """The sealed ID token of a session; empty if it has none."""
    found = select(console_sessions.c.id_token).where(console_sessions.c.key == session)
    return connection.scalar(found) or ""


def role_now(connection: Connection, name: str, issuer: str | None, since: datetime) -> str:
    """The role of an owner of tokens; empty if there is no such person, or it is disabled, withdrawn or no longer known.

    Args:
        connection: to the store.
        name: of the person.
        issuer: the provider of the configuration; accounts of another one have no role.
        since: the provider must have said the role since then; passwords of ours need no such word.
    """
    row = connection.execute(select(operators).where(operators.c.name == name)).first()
    if row is None or row.disabled is not None or row.role not in ROLES:
        return ""
    if row.issuer is not None and (row.issuer != issuer or row.confirmed is None or row.confirmed < since):
        return ""
    return str(row.role)


def _row(connection: Connection, issuer: str, subject: str) -> Row[tuple[object, ...]] | None:
    mine = (operators.c.issuer == issuer) & (operators.c.subject == subject)
    return connection.execute(select(operators).where(mine)).first()


def _free_name(connection: Connection, account: Account) -> str:
    """What the account is called in the audit log: its own name if nobody has it, else with the provider's host."""
    for name in _candidates(account):
        if name and name.casefold() not in _TAKEN and not _is_used(connection, name):
            return name
    raise AssertionError("the candidates never end")


def _candidates(account: Account) -> Iterator[str]:
    wanted = normalized_name("-".join(account.name.split()))
    base = wanted[:40] or "account"
    yield wanted
    yield f"{base}@{urlsplit(account.issuer).hostname or 'provider'}"[:76]
    for number in count(2):
        yield f"{base}~{number}"


def _is_used(connection: Connection, name: str) -> bool:
    # Without regard to capitals: two people whom the audit log tells apart by a letter's size are hard to tell apart.
    names = connection.scalars(select(operators.c.name))
    return any(name.casefold() == other.casefold() for other in names)
