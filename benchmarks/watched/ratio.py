"""How many times as good we are as something else, over some repeats, and when that has fallen."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

MOST = 0.15
"""A ratio that falls by a larger share of itself is named."""
Judged = Literal["fallen", "within its range", "risen", "as before", "new"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """What is compared, and by how much ours is better; higher is better.

    Attributes:
        name: what is measured, such as "first poll".
        beside: what ours is compared with.
        of: the quantity, such as "processor time".
        values: one for each repeat, at least one. 2 means twice as fast, half as large, or twice as often right.
    """

    name: str
    beside: str
    of: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse a ratio of nothing, and one that is no positive number.

        Raises:
            ValueError: says which.
        """
        if not self.values or not all(0 < value < float("inf") for value in self.values):
            raise ValueError(f"{self.name} beside {self.beside}: {list(self.values)} are no ratios")

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same ratio in another run."""
        return self.name, self.beside, self.of

    @property
    def median(self) -> float:
        """The figure of the run."""
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        """The worst repeat."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The best repeat."""
        return max(self.values)

    def __str__(self) -> str:
        """The median with the range of the repeats where there is one."""
        spread = "" if f"{self.low:.2f}" == f"{self.high:.2f}" else f" ({self.low:.2f} to {self.high:.2f})"
        return f"{self.median:.2f}{spread}"

    def beside_base(self, base: Ratio | None) -> Judged:
        """How it stands to the same ratio of another run.

        It has fallen if its median lost more than `MOST` and its best repeat is below the worst one of the other run: what lies
        within the range of the repeats may be noise.
        """
        if base is None:
            return "new"
        if self.median < base.median * (1 - MOST):
            return "fallen" if self.high < base.low else "within its range"
        is_risen = self.median * (1 - MOST) > base.median and self.low > base.high
        return "risen" if is_risen else "as before"

    def to_json(self) -> dict[str, Any]:
        """As it is kept in a file."""
        rounded = [float(f"{value:.4g}") for value in self.values]
        return {"name": self.name, "beside": self.beside, "of": self.of, "values": rounded}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Ratio:
        """Read one from a file.

        Raises:
            ValueError: it has not the form of one.
        """
        try:
            return cls(
                str(kept["name"]), str(kept["beside"]), str(kept["of"]), tuple(map(float, kept["values"]))
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"{kept!r} is no ratio: {error!r}") from error


class Missing(NamedTuple):
    """A peer that cannot be measured."""

    peer: str
    why: str

    def __str__(self) -> str:
        return f"{self.peer}: {self.why}"


def paired(name: str, of: str, rounds: Sequence[dict[str, float]], ours: str) -> list[Ratio]:
    """Ratios beside each peer from rounds in which all took their turn; what costs less is better.

    Args:
        name: what is measured.
        of: the quantity.
        rounds: the cost of each by name, round by round.
        ours: the name of ours among them.
    """
    peers = [peer for peer in rounds[0] if peer != ours]
    return [Ratio(name, peer, of, tuple(r[peer] / r[ours] for r in rounds)) for peer in peers]


def shares(name: str, of: str, found: dict[str, float], ours: str) -> list[Ratio]:
    """Ratios beside each peer of shares that were measured once, such as F1; more is better."""
    return [
        Ratio(name, peer, of, (found[ours] / share,))
        for peer, share in found.items()
        if peer != ours and share
    ]
