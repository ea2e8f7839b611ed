"""Subscriptions at hubs, and what hubs pushed. Whoever asks sources takes pushes up within seconds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from crawler.polling.state import SourceState
from crawler.store.schema import source_states, websub_pushes, websub_subscriptions

REQUESTED, ACTIVE, DENIED, LEAVING = "requested", "active", "denied", "leaving"
STATUSES = (REQUESTED, ACTIVE, DENIED, LEAVING)
CLAIMED_FOR = timedelta(minutes=10)
"""For how long a push is left to whoever took it up. After that somebody else does."""
KEPT = timedelta(days=1)
"""For how long a push is kept that nobody takes up, because its source is asked no more."""
MOST_WAITING = 4
"""Pushes of a source whose content is kept; of more only that there are some: then the source itself is asked."""


@dataclass(frozen=True, slots=True)
class HubSubscription:
    """A subscription at a hub.

    Attributes:
        callback: the random name of its callback.
        source: whose feed it is about; ``hub`` and ``topic`` are addresses.
        status: requested, active (the hub has verified it), denied, or leaving.
        next: when it is asked for again, renewed or ended; ``tries``: requests in a row that came to nothing.
        lease_until: when the hub's promise ends.
        pushed: when the hub last proved to be it; ``hinted``: when the source was last asked because of it.
        pushes, refused: how many pushes were right, and how many had a wrong signature.
        problem: what went wrong last, in words.
    """

    callback: str
    source: str
    hub: str
    topic: str
    status: str
    next: datetime
    tries: int = 0
    lease_until: datetime | None = None
    pushed: datetime | None = None
    hinted: datetime | None = None
    pushes: int = 0
    refused: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class HubPush:
    """What a hub pushed. Without a body the source itself is to be asked.

    ``until`` is the end of the hub's lease; None where the push is not proved to be the hub's.
    """

    id: int
    until: datetime | None
    content_type: str
    body: bytes | None


def subscriptions(connection: Connection, source: str | None = None) -> list[HubSubscription]:
    """All subscriptions, or those of a source; the latest of a source last."""
    found = select(websub_subscriptions).order_by(websub_subscriptions.c.source, websub_subscriptions.c.next)
    if source is not None:
        found = found.where(websub_subscriptions.c.source == source)
    return [HubSubscription(**row) for row in connection.execute(found).mappings()]


def subscription(
    connection: Connection, callback: str, *, for_update: bool = False
) -> HubSubscription | None:
    """The subscription of a callback."""
    found = select(websub_subscriptions).where(websub_subscriptions.c.callback == callback)
    row = connection.execute(found.with_for_update() if for_update else found).mappings().first()
    return HubSubscription(**row) if row else None


def add_subscription(connection: Connection, new: HubSubscription) -> None:
    """Add a subscription that is to be asked for."""
    connection.execute(insert(websub_subscriptions), [{name: getattr(new, name) for name in new.__slots__}])


def change_subscription(connection: Connection, callback: str, **values: Any) -> None:
    """Change a subscription; one that is gone stays gone."""
    mine = websub_subscriptions.c.callback == callback
    connection.execute(update(websub_subscriptions).where(mine).values(**values))


def drop_subscription(connection: Connection, callback: str) -> None:
    """Forget a subscription."""
    connection.execute(delete(websub_subscriptions).where(websub_subscriptions.c.callback == callback))


def states_with_hubs(connection: Connection) -> dict[str, SourceState]:
    """The states of the sources that name hubs."""
    hubs = source_states.c.state[("hints", "hubs")].as_string()
    rows = connection.execute(select(source_states).where(hubs.is_not(None)))
    return {row.source: SourceState.of(row.state) for row in rows}


def add_push(
    connection: Connection, source: str, at: datetime, until: datetime | None = None, content_type: str = "",
    body: bytes | None = None,
) -> bool:  # fmt: skip
    """Have a push taken in, or the source asked, at a moment. Returns False where that is to be done already."""
    waiting = websub_pushes.c.source == source
    count = connection.scalars(select(func.count()).where(waiting)).one()
    if body is not None and count >= MOST_WAITING:
        body = None
    # One that says no more than that the source is to be asked does for all.
    if (
        body is None
        and connection.scalars(
            select(websub_pushes.c.id).where(
                waiting, websub_pushes.c.body.is_(None), websub_pushes.c.claimed.is_(None)
            )
        ).first()
    ):
        return False
    values = {"source": source, "at": at, "until": until, "content_type": content_type[:200], "body": body}
    connection.execute(insert(websub_pushes), [values])
    return True


def claim_pushes(
    connection: Connection, now: datetime, but: Collection[str] = (), since: datetime | None = None
) -> set[str]:
    """The sources of which pushes wait, but for some; the pushes are left to the caller for a while.

    Args:
        connection: a connection that writes.
        now: the present moment.
        but: sources that are left aside.
        since: when the caller began, where nobody else takes pushes up: what was taken up before then is free again.
    """
    free = _free(now, since) & websub_pushes.c.source.not_in(sorted(but))
    claimed = update(websub_pushes).where(free).values(claimed=now).returning(websub_pushes.c.source)
    return set(connection.scalars(claimed))


def any_push(connection: Connection, now: datetime, since: datetime | None = None) -> bool:
    """Whether a push waits that nobody has taken up; ``since`` as for `claim_pushes`."""
    free = select(websub_pushes.c.id).where(_free(now, since)).limit(1)
    return connection.scalars(free).first() is not None


def pushes_of(connection: Connection, source: str, now: datetime) -> list[HubPush]:
    """What waits of a source, in the order in which it came."""
    mine = (websub_pushes.c.source == source) & (websub_pushes.c.at <= now)
    rows = connection.execute(select(websub_pushes).where(mine).order_by(websub_pushes.c.id))
    return [HubPush(row.id, row.until, row.content_type, row.body) for row in rows]


def pushed_sources(connection: Connection, names: Sequence[str], now: datetime) -> set[str]:
    """Those of some sources of which pushes wait."""
    mine = websub_pushes.c.source.in_(names) & (websub_pushes.c.at <= now)
    return set(connection.scalars(select(websub_pushes.c.source).where(mine)))


def forget_pushes(connection: Connection, ids: Sequence[int]) -> None:
    """Forget pushes that are taken in."""
    connection.execute(delete(websub_pushes).where(websub_pushes.c.id.in_(ids)))


def forget_old_pushes(connection: Connection, now: datetime) -> None:
    """Forget pushes that nobody took up."""
    connection.execute(delete(websub_pushes).where(websub_pushes.c.at < now - KEPT))


def latest_by_source(connection: Connection) -> dict[str, HubSubscription]:
    """By source the subscription that counts: one that works, else one that is not being left, where there is any."""
    found = sorted(subscriptions(connection), key=lambda one: (one.status == ACTIVE, one.status != LEAVING))
    return {one.source: one for one in found}


def counts(connection: Connection) -> Mapping[str, int]:
    """How many subscriptions there are, by status."""
    status = websub_subscriptions.c.status
    rows = connection.execute(select(status, func.count()).group_by(status))
    return {row[0]: row[1] for row in rows}


def _free(now: datetime, since: datetime | None = None) -> Any:
    given_up = max(now - CLAIMED_FOR, since) if since is not None else now - CLAIMED_FOR
    left = or_(websub_pushes.c.claimed.is_(None), websub_pushes.c.claimed < given_up)
    return (websub_pushes.c.at <= now) & left
