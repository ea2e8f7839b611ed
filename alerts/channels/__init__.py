"""Channels: the ways in which messages reach people.

Each channel is one file behind one interface and is found by the entry point ``aseanwatch.channels``, so that other
packages can add theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from alerts.channels.failures import FINAL, Failure
from alerts.digests.message import OutgoingMessage
from crawler.config.settings import ChannelSettings, Settings
from crawler.model import AseanwatchError
from crawler.plugins import CHANNELS, contained, installed
from crawler.runtime.error_words import in_words

log = logging.getLogger("aseanwatch")


class DeliveryError(Exception):
    """A delivery that did not succeed.

    Args:
        message: what happened, in words that may be shown (no secrets).
        failure: its class, which says what becomes of the delivery and of others.
        retry_after: how long the server asks us to wait, if it does.
        proofs: how often a forbidden message must have failed among others that were taken, before it counts as its own fault.
    """

    def __init__(
        self,
        message: str,
        failure: Failure = Failure.TEMPORARY,
        retry_after: timedelta | None = None,
        *,
        proofs: int = 1,
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

    def send(self, outgoing: OutgoingMessage) -> None:
        """Deliver one message. A repeat must not show it twice if that can be helped.

        Raises:
            DeliveryError: that fails.
        """
        ...

    def close(self) -> None:
        """Close connections as their protocol asks for."""
        ...

    def abort(self) -> None:
        """Cut connections at once, from another thread; a `send` under way fails."""
        ...


PARTS = ("is_mail", "merges", "side_by_side", "send", "close", "abort")
"""What every channel must have.

It is checked when a channel is opened, not in the middle of a round.
"""


def deliver(channel: Channel, outgoing: OutgoingMessage) -> None:
    """Deliver one message by a channel.

    Raises:
        DeliveryError: that fails.
    """
    try:
        contained(channel.send, outgoing)
    except DeliveryError:
        raise
    except Exception as error:
        # An error that the channel did not foresee may be the fault of the
        # message or of the channel. As ``FORBIDDEN`` the other messages are
        # tried first. Its words may hold a secret, so only the log has them.
        log.exception("a message could not be delivered")
        raise DeliveryError(
            f"the channel failed: {in_words(error, with_text=False)}", Failure.FORBIDDEN
        ) from error


def let_go(end: Callable[[], None]) -> None:
    """Call a channel's ``close`` or ``abort``. If that fails, it is logged and harms nobody else."""
    try:
        contained(end)
    except Exception:
        log.exception("a channel could not be closed")


def portions_of(channel: Channel, outgoing: OutgoingMessage) -> tuple[int, ...]:
    """How many stories of a message each part of it holds, in order, where the channel takes only so much at once.

    One number means that it goes as one. The result is empty if the channel knows no limit.
    """
    if not hasattr(channel, "portions"):
        return ()
    try:
        found: tuple[int, ...] = contained(channel.portions, outgoing)
    except Exception:  # it is sent as one, and the channel says what it thinks of that
        log.exception("a channel cannot say in how many parts it takes a message")
        return ()
    return found


def splits_on(channel: Channel, failure: Failure) -> bool:
    """Whether a message with this failure is sent in smaller ones."""
    # Optional, as `portions` is: what every channel must have is in `PARTS`.
    return failure in getattr(channel, "splits", ())


def channel_types() -> dict[str, Callable[[], type[Channel]]]:
    """All channel types that are installed: by name, what loads each."""
    return {name: point.load for name, point in installed(CHANNELS).items()}


def open_channel(name: str, settings: Settings) -> Channel:
    """The channel of that name; ``email`` is always there.

    Raises:
        AseanwatchError: its type is not installed, or its settings are incomplete.
    """
    configured = settings.delivery.channels.get(name)
    types = channel_types()
    wanted = configured.type if configured else name
    # A package that went, or a channel that was taken out while something waits for it
    if wanted not in types:
        allowed = ", ".join(sorted(types))
        raise AseanwatchError(f"delivery.channels.{name}.type: unknown type {wanted}; allowed: {allowed}")
    own = configured or ChannelSettings(type=wanted)
    try:
        # `contained`: code of another package may end the
        # program or raise what no ``except Exception`` catches.
        channel = contained(lambda: types[own.type]()(settings, own))
        if missing := [part for part in PARTS if not hasattr(channel, part)]:
            raise AseanwatchError(f"the type {own.type} has no {', '.join(missing)}")
        return channel
    except AseanwatchError as error:
        raise AseanwatchError(f"delivery.channels.{name}: {error}") from None
    except Exception as error:  # of another package; its words may hold a secret
        log.exception("channel %s cannot be opened", name)
        raise AseanwatchError(
            f"delivery.channels.{name}: it cannot be opened: {in_words(error, with_text=False)}"
        ) from error
