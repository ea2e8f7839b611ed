"""What a round of delivery did, as counts."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass


@dataclass(frozen=True, slots=True)
class DispatchResult:
    """What one round did, or a part of one: the sum of two is what both did.

    Attributes:
        alerts: alerts raised.
        digests: digests made.
        sent: deliveries that their channel took.
        put_off: deliveries that failed and are tried again.
        deferred: deliveries that were not tried: their channel is down, or has to keep its rate.
        given_up: deliveries that failed for good.
    """

    alerts: int = 0
    digests: int = 0
    sent: int = 0
    put_off: int = 0
    deferred: int = 0
    given_up: int = 0

    def __add__(self, other: DispatchResult) -> DispatchResult:
        """What both did."""
        return DispatchResult(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def by_name(self) -> dict[str, int]:
        """The counts by the names that logs and answers use. Scripts read these names, so they stay."""
        return {_SHOWN.get(name, name): count for name, count in asdict(self).items()}

    def __str__(self) -> str:
        """The counts in a line, such as ``1 alerts, 1 digests, 1 sent, 0 put off, 0 held, 0 given up``."""
        return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in self.by_name().items())


_SHOWN = {"deferred": "held"}
"""Counts that are shown under an older name than they have here."""
