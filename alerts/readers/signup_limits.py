"""Limits sign-ups, so that strangers can neither flood mailboxes through us nor close the form to others.

One client, one network and one mailbox have hard limits, which harm only those who share them. All sign-ups together, and
those to one mail domain, are only slowed down: the more there were in the last hour, the more work (or waiting) the next one
costs. Accepted sign-ups are counted in the store, so that several processes share the counts. Addresses are stored as keyed
digests only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, select, text

from alerts.identity.client_address import networks_of
from alerts.readers.challenges import Challenge
from alerts.subscriptions.addresses import canonical
from crawler.store.schema import signup_requests as table
from crawler.store.upserts import upsert

HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
FROM_SOURCE, FROM_NETWORK = ((HOUR, 8), (DAY, 24)), ((HOUR, 40), (DAY, 200))
"""The most sign-ups from one client, and from one network (`alerts.identity.client_address`)."""
TO_MAILBOX = ((DAY, 3), (MONTH, 5))
"""The most notes to one mailbox that strangers can cause: to its bare address, and as many to all its other spellings together.

The link in the newest of them is valid until there may be more.
"""
EASY_BITS, MOST_BITS = 15, 21
"""The work in a quiet hour (some tenths of a second in a browser) and the most that is asked for (some ten seconds)."""
QUIET, QUIET_DOMAIN = 60, 60
"""Up to this many sign-ups in an hour, in all and to one mail domain, the work is least. Each doubling costs one bit more."""
SHORT_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
"""The wait that replaces the work, in a quiet hour and at most."""
_GMAIL = ("gmail.com", "googlemail.com")


@dataclass(frozen=True, slots=True)
class SignUpIdentity:
    """What a sign-up is counted by, as keyed digests: the mailbox, its domain, the client and its network."""

    mailbox: str
    domain: str
    source: str
    network: str


def identify(keys: Sequence[str], reader: str, client: str) -> SignUpIdentity:
    """What a sign-up of an address is counted by, if it comes from a client."""
    # The oldest key: a new one put before it does not begin all counts anew.
    secret = hashlib.blake2b(keys[-1].encode(), digest_size=32, person=b"aw-signup").digest()

    def hidden(kind: str, value: str) -> str:
        return hashlib.blake2b(f"{kind}|{value}".encode(), digest_size=12, key=secret).hexdigest()

    networks = networks_of(client)
    mailbox = mailbox_of(reader)
    # Invented tags must not use up the limit of the owner's own address
    spelled = "bare" if canonical(reader) == mailbox else "mailbox"
    return SignUpIdentity(
        hidden(spelled, mailbox), hidden("domain", mailbox.rpartition("@")[2]), hidden("source", networks.client), hidden("network", networks.site)
    )  # fmt: skip


def mailbox_of(reader: str) -> str:
    """The mailbox behind an address: without its tag, and without what its provider is known to ignore."""
    local, _, domain = canonical(reader).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local = local.replace(".", "") or local
        domain = _GMAIL[0]
    return f"{local}@{domain}"


def lock(connection: Connection) -> None:
    """Keep other transactions from counting sign-ups until this one ends. SQLite has only one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))


def required_bits(connection: Connection, now: datetime, domain: str | None = None) -> int:
    """How much work a sign-up costs now, in bits; if the digest of its mail domain is given, to that domain."""
    lately = table.c.at > now - HOUR
    steps = _doublings(_count(connection, lately), QUIET)
    if domain is not None:
        steps = max(steps, _doublings(_count(connection, lately & (table.c.domain == domain)), QUIET_DOMAIN))
    return min(EASY_BITS + steps, MOST_BITS)


def wait_for(bits: int) -> timedelta:
    """The wait that replaces some work."""
    doublings: int = 2 ** max(0, bits - EASY_BITS)
    return min(SHORT_WAIT * doublings, LONGEST_WAIT)


def wait_of_source(connection: Connection, request: SignUpIdentity, now: datetime) -> timedelta | None:
    """How long a client has to wait because it, or its network, asked too often; None if it may go on."""
    waits = [
        _until(connection, table.c.source == request.source, FROM_SOURCE, now),
        _until(connection, table.c.network == request.network, FROM_NETWORK, now),
    ]
    return max((w for w in waits if w is not None), default=None)


def may_mail(connection: Connection, request: SignUpIdentity, now: datetime) -> bool:
    """Whether the mailbox may get another note."""
    mine = (table.c.mailbox == request.mailbox) & table.c.mailed
    return _until(connection, mine, TO_MAILBOX, now) is None


def count(
    connection: Connection, challenge: Challenge, request: SignUpIdentity, now: datetime, *, mailed: bool
) -> bool:
    """Count a sign-up; False if its challenge was used before, so that the sign-up is not counted and must do nothing."""
    # Nothing is kept longer than the longest limit looks back.
    connection.execute(delete(table).where(table.c.at <= now - MONTH))
    values = {
        "at": now, "challenge": challenge.name, "mailbox": request.mailbox, "source": request.source, "network": request.network,
        "domain": request.domain, "mailed": mailed,
    }  # fmt: skip
    return (
        connection.scalar(upsert(connection, table, values, ["challenge"]).returning(table.c.id)) is not None
    )


def _count(connection: Connection, wanted: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(wanted)) or 0


def _doublings(count: int, quiet: int) -> int:
    """How often the number of a quiet hour must be doubled to reach a count."""
    return (max(count, quiet) // quiet).bit_length() - 1


def _until(
    connection: Connection, mine: ColumnElement[bool], bounds: Sequence[tuple[timedelta, int]], now: datetime
) -> timedelta | None:
    """How long until one more is allowed; None if it is allowed now."""
    waits = []
    for within, most in bounds:
        latest = select(table.c.at).where(mine & (table.c.at > now - within)).order_by(table.c.at.desc())
        # Of the latest ``most`` the oldest decides: when it
        # leaves the window, there is room for one more.
        oldest = connection.scalar(latest.offset(most - 1).limit(1))
        if oldest is not None:
            waits.append(oldest + within - now)
    return max(waits, default=None)
