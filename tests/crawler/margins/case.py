"""A case near the threshold of a decision: what is decided, and what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """A small decision by the weights in use.

    Attributes:
        name: a sentence, or the beginning of one, that says what is decided.
        decide: makes the decision.
        expected: the right one.
    """

    name: str
    decide: Callable[[], object]
    expected: object

    def holds(self) -> bool:
        """Whether the decision by the weights in use is the right one; one that cannot be made is not."""
        try:
            return self.decide() == self.expected
        except Exception:  # a weight out of its range may well be an error where it is used
            return False
