"""The ways to people.

Each channel is one file behind one interface and is found by the entry point ``aseanwatch.channels``, so that other
packages can add theirs.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Protocol

from alerts.message import Outgoing
from crawler.config.settings import Channel as ChannelSettings
from crawler.config.settings import Delivery
from crawler.model import AseanwatchError

GROUP = "aseanwatch.channels"


class DeliveryError(Exception):
    """A delivery that did not succeed. ``final`` means that trying again cannot help."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


class Channel(Protocol):
    """A way to people. Made once for a round of sending, closed after it."""

    def __init__(self, delivery: Delivery, settings: ChannelSettings) -> None: ...

    async def send(self, outgoing: Outgoing) -> None:
        """Deliver one message; raises `DeliveryError` where that fails."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def channel_types() -> dict[str, type[Channel]]:
    """All channel types that are installed, by name."""
    return {point.name: point.load() for point in entry_points(group=GROUP)}


def open_channel(name: str, delivery: Delivery) -> Channel:
    """The channel of that name; ``email`` is always there.

    Raises:
        AseanwatchError: its type is not installed, or its settings are incomplete.
    """
    settings = delivery.channels.get(name) or ChannelSettings(type=name)
    types = channel_types()
    if settings.type not in types:
        allowed = ", ".join(sorted(types))
        raise AseanwatchError(f"delivery.channels.{name}.type: unknown type {settings.type}; allowed: {allowed}")
    return types[settings.type](delivery, settings)
