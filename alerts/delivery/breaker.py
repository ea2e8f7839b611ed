"""A circuit breaker for each channel.

While a channel's server is down the circuit is open: nothing is sent, and from time to time one delivery tries whether the
server is back. A channel whose other end says that it is gone is switched off: nothing tries it until an operator resumes it
or gives it other settings. Its deliveries wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from alerts.channels.failures import Failure, wait_after
from crawler.config.settings import Settings
from crawler.store.schema import channel_states
from crawler.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel that cannot be used.

    Attributes:
        channel: its name.
        failures: how often in a row it could not be used.
        since: since when.
        open_until: when it is tried again.
        error: the latest one.
        switched_off: whether it is not tried again by itself.
        settings: which configuration it was switched off under (`settings_key`).
    """

    channel: str
    failures: int
    since: datetime
    open_until: datetime
    error: str
    switched_off: bool = False
    settings: str | None = None


def _state(row: Row[Any]) -> ChannelState:
    # The column has its name from before: a circuit that refuses is called open, and the channel behind it was closed.
    values = dict(row._mapping)
    return ChannelState(open_until=values.pop("closed_until"), **values)


def state(connection: Connection, channel: str) -> ChannelState | None:
    """What is known of a channel that cannot be used; None for one that works."""
    row = connection.execute(select(channel_states).where(channel_states.c.channel == channel)).first()
    return None if row is None else _state(row)


def states(connection: Connection) -> list[ChannelState]:
    """All channels that cannot be used."""
    return [
        _state(row) for row in connection.execute(select(channel_states).order_by(channel_states.c.channel))
    ]


def trip(
    connection: Connection, channel: str, now: datetime, error: str, asked: timedelta | None = None
) -> datetime:
    """A channel could not be used; gives when it is tried again, not before the wait that its server asked for."""
    before = state(connection, channel)
    failures = (before.failures if before else 0) + 1
    # The channel's name seeds the jitter: channels that failed together do not come back together.
    until = now + wait_after(Failure.UNREACHABLE, failures, channel, asked)
    _write(
        connection,
        channel,
        before,
        {"failures": failures, "since": now, "closed_until": until, "error": error[:500]},
    )
    return until


def switch_off(connection: Connection, channel: str, settings: Settings, now: datetime, error: str) -> None:
    """A channel is gone: it is not tried again until it is resumed, or the configuration says something else of it."""
    values = {
        # ``closed_until`` is not in the future: whether the channel is tried again depends on
        # ``switched_off`` and the settings alone, so that other settings switch it on at once.
        "failures": 1, "since": now, "closed_until": now, "error": error[:500], "switched_off": True,
        "settings": settings_key(settings, channel),
    }  # fmt: skip
    _write(connection, channel, state(connection, channel), values)


def _write(
    connection: Connection, channel: str, before: ChannelState | None, values: Mapping[str, Any]
) -> None:
    # An outage began with its first failure: later ones must not move ``since``.
    changed = [name for name in values if name != "since" or before is None]
    connection.execute(
        upsert(connection, channel_states, {"channel": channel, **values}, ["channel"], changed)
    )


def reset(connection: Connection, channel: str) -> bool:
    """A channel works again, or is to be tried again; says whether it was known as one that cannot be used."""
    return bool(
        connection.execute(delete(channel_states).where(channel_states.c.channel == channel)).rowcount
    )


def settings_key(settings: Settings, channel: str) -> str:
    """Tells one configuration of a channel from another; says nothing of its secrets."""
    # Only what decides whom we talk to, and as whom: another
    # timeout does not bring back a removed bot.
    own = settings.delivery.channels.get(channel)
    said = (
        ""
        if own is None
        else f"{own.type}|{own.path}|{own.url and own.url.get_secret_value()}|{own.secret.get_secret_value()}"
    )
    # A hash, because the url and the secret must not be in the store in the clear.
    return hashlib.blake2b(said.encode(), digest_size=16, person=b"aw-channel").hexdigest()
