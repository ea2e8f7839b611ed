"""What bounds sign-ups, so that strangers flood nobody through us and close the form to nobody.

One address of the network, one network and one mailbox have hard bounds, which harm nobody but who shares them. All together,
and all of one mail provider, are only slowed down: the more there were in the last hour, the more work (or waiting) the next
one costs. Counts are of what was accepted, in the store, so that several processes share them; whose they are stands there as
a keyed digest only.
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
"""The most sign-ups from one address, and from one network: a /24, of IPv6 an address is a /64 and a network a /48."""
TO_MAILBOX = ((DAY, 3), (MONTH, 5))
"""The most notes to one mailbox that strangers can cause: to its bare address, and as many to all its other spellings together.

The newest of them holds a link that is good until there may be more.
"""
EASY_BITS, MOST_BITS = 15, 21
"""Work of a quiet hour, some tenths of a second in a browser, and the most that is asked for, some ten seconds."""
QUIET, QUIET_DOMAIN = 60, 60
"""Sign-ups in an hour, in all and to one mail domain, up to which the work is the least; each doubling costs one bit more."""
SHORT_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
"""What is waited instead of working, in a quiet hour and at most."""
_GMAIL = ("gmail.com", "googlemail.com")


@dataclass(frozen=True, slots=True)
class SignUpIdentity:
    """Whose a sign-up is and where it comes from, as keyed digests."""

    mailbox: str
    domain: str
    source: str
    network: str


def identify(keys: Sequence[str], reader: str, client: str) -> SignUpIdentity:
    """A sign-up for an address, asked for from an address of the network."""
    secret = hashlib.blake2b(keys[-1].encode(), digest_size=32, person=b"aw-signup").digest()

    def hidden(kind: str, value: str) -> str:
        return hashlib.blake2b(f"{kind}|{value}".encode(), digest_size=12, key=secret).hexdigest()

    networks = networks_of(client)
    mailbox = mailbox_of(reader)
    spelled = "bare" if canonical(reader) == mailbox else "mailbox"  # who invents tags uses up nothing of the owner's own address
    return SignUpIdentity(
        hidden(spelled, mailbox), hidden("domain", mailbox.rpartition("@")[2]), hidden("source", networks.client), hidden("network", networks.site)
    )  # fmt: skip


def mailbox_of(reader: str) -> str:
    """The mailbox behind an address: without a tag, as far as providers are known to ignore more, without that."""
    local, _, domain = canonical(reader).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", "") or local, _GMAIL[0]
    return f"{local}@{domain}"


def lock(connection: Connection) -> None:
    """Let no other transaction count or note a sign-up until this one ends; SQLite has only one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))


def required_bits(connection: Connection, now: datetime, domain: str | None = None) -> int:
    """How much work a sign-up costs at present; with the digest of its domain, to that domain."""
    lately = table.c.at > now - HOUR
    steps = _doublings(_count(connection, lately), QUIET)
    if domain is not None:
        steps = max(steps, _doublings(_count(connection, lately & (table.c.domain == domain)), QUIET_DOMAIN))
    return min(EASY_BITS + steps, MOST_BITS)


def wait_for(bits: int) -> timedelta:
    """How long is waited in place of some work."""
    doublings: int = 2 ** max(0, bits - EASY_BITS)
    return min(SHORT_WAIT * doublings, LONGEST_WAIT)


def wait_of_source(connection: Connection, request: SignUpIdentity, now: datetime) -> timedelta | None:
    """How long an address or its network has to wait because it asked too often; None where it may ask."""
    waits = [
        _until(connection, table.c.source == request.source, FROM_SOURCE, now),
        _until(connection, table.c.network == request.network, FROM_NETWORK, now),
    ]
    return max((w for w in waits if w is not None), default=None)


def may_mail(connection: Connection, request: SignUpIdentity, now: datetime) -> bool:
    """Whether the mailbox may get one more note."""
    mine = (table.c.mailbox == request.mailbox) & table.c.mailed
    return _until(connection, mine, TO_MAILBOX, now) is None


def count(connection: Connection, challenge: Challenge, request: SignUpIdentity, now: datetime, *, mailed: bool) -> bool:
    """Count a sign-up; False where its challenge was used before, so that it counts and does nothing."""
    connection.execute(delete(table).where(table.c.at <= now - MONTH))
    values = {
        "at": now, "challenge": challenge.name, "mailbox": request.mailbox, "source": request.source, "network": request.network,
        "domain": request.domain, "mailed": mailed,
    }  # fmt: skip
    return connection.scalar(upsert(connection, table, values, ["challenge"]).returning(table.c.id)) is not None


def _count(connection: Connection, wanted: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(wanted)) or 0


def _doublings(count: int, quiet: int) -> int:
    """How often a quiet hour's number has to be doubled to reach a count."""
    return (max(count, quiet) // quiet).bit_length() - 1


def _until(
    connection: Connection, mine: ColumnElement[bool], bounds: Sequence[tuple[timedelta, int]], now: datetime
) -> timedelta | None:
    """How long it takes until one more is allowed; None where it is."""
    waits = []
    for within, most in bounds:
        latest = select(table.c.at).where(mine & (table.c.at > now - within)).order_by(table.c.at.desc())
        oldest = connection.scalar(latest.offset(most - 1).limit(1))
        if oldest is not None:
            waits.append(oldest + within - now)
    return max(waits, default=None)
