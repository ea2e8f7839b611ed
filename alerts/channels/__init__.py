"""The ways to people.

Each channel is one file behind one interface and is found by the entry point ``aseanwatch.channels``, so that other
packages can add theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from alerts.message import Outgoing
from alerts.retrying import FINAL, Failure
from crawler.config.settings import Channel as ChannelSettings
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.plugins import CHANNELS, installed


class DeliveryError(Exception):
    """A delivery that did not succeed.

    Args:
        message: what happened, in words that may be shown (no secrets).
        failure: its class, which says what becomes of the delivery and of others.
        retry_after: how long the server asks us to wait, if it does.
        proofs: how often a forbidden message must have failed among others that were taken, before it counts as its own fault.
    """

    def __init__(
        self, message: str, failure: Failure = Failure.TEMPORARY, retry_after: timedelta | None = None, *, proofs: int = 1
    ) -> None:
        super().__init__(message)
        self.failure, self.retry_after, self.proofs = failure, retry_after, proofs

    @property
    def final(self) -> bool:
        """Whether trying again cannot help."""
        return self.failure in FINAL


class Channel(Protocol):
    """A way to people; used by one thread at a time, closed at the end.

    Attributes:
        is_mail: whether recipients are mail addresses, which can bounce and be suppressed.
        merges: whether several messages that wait for one reader may come as one.
        side_by_side: how many of it may be used at once.

    A channel may also have ``splits``, the failures of a message after which its stories are sent in smaller ones, and a
    method ``portions`` (`portions_of`).
    """

    is_mail: bool
    merges: bool
    side_by_side: int

    def __init__(self, settings: Settings, own: ChannelSettings) -> None: ...

    def send(self, outgoing: Outgoing) -> None:
        """Deliver one message; raises `DeliveryError` where that fails. Doing it again must not show it twice where that can be helped."""
        ...

    def close(self) -> None:
        """Let go of connections in good manner."""
        ...

    def abort(self) -> None:
        """Let go at once, from another thread: `send` under way fails."""
        ...


def portions_of(channel: Channel, outgoing: Outgoing) -> tuple[int, ...]:
    """How many stories of a message each part of it holds, in order, where the channel takes only so much at once.

    One number where it goes as one; nothing where the channel knows no limit.
    """
    found: tuple[int, ...] = channel.portions(outgoing) if hasattr(channel, "portions") else ()
    return found


def splits_on(channel: Channel, failure: Failure) -> bool:
    """Whether a message that failed so is sent in smaller ones."""
    return failure in getattr(channel, "splits", ())


def channel_types() -> dict[str, Callable[[], type[Channel]]]:
    """All channel types that are installed: by name, what loads each."""
    return {name: point.load for name, point in installed(CHANNELS).items()}


def open_channel(name: str, settings: Settings) -> Channel:
    """The channel of that name; ``email`` is always there.

    Raises:
        AseanwatchError: its type is not installed, or its settings are incomplete.
    """
    own = settings.delivery.channels.get(name) or ChannelSettings(type=name)
    types = channel_types()
    if own.type not in types:
        allowed = ", ".join(sorted(types))
        raise AseanwatchError(f"delivery.channels.{name}.type: unknown type {own.type}; allowed: {allowed}")
    try:
        return types[own.type]()(settings, own)
    except AseanwatchError as error:
        raise AseanwatchError(f"delivery.channels.{name}: {error}") from None
