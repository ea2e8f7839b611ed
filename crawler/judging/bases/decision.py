"""Which candidate is the news: the features of each weighed, and the best clause decides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.judging.bases.candidates import ClauseCandidate
from crawler.judging.weights import weights


@dataclass(frozen=True, slots=True)
class ClauseDecision:
    """How sure it is that a candidate is a new base, and what each of its features adds to that (in log odds)."""

    candidate: ClauseCandidate
    chance: float
    features: Mapping[str, float]
    reasons: tuple[tuple[str, float], ...]

    @property
    def is_new(self) -> bool:
        """Whether it is sure enough."""
        return self.chance >= weights().bases.threshold


def decide(candidate: ClauseCandidate, features: Mapping[str, float]) -> ClauseDecision:
    """Weigh the features of one candidate."""
    weigh = weights().bases
    reasons = tuple(
        (name, round(value * weight, 3))
        for name, value in features.items()
        if value and (weight := weigh.evidence.get(name, 0.0))
    )
    # The reasons shown, with the bias, add up to the log odds.
    odds = weigh.bias + sum(weight for _, weight in reasons)
    return ClauseDecision(candidate, 1 / (1 + math.exp(-odds)), features, reasons)


def best(decisions: Iterable[ClauseDecision]) -> ClauseDecision | None:
    """The surest; the first of several. Never the sum: what is said often is no newer."""
    return max(decisions, key=lambda d: d.chance, default=None)
