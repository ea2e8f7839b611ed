"""What became of an answer: believed, or refused for a reason that an operator can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 60
"""Characters of an answer that a reason quotes; the words are a stranger's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer is believed.

    Attributes:
        reason: why it is refused, as an English sentence for operators; None where it is believed.
    """

    reason: str | None = None

    @property
    def believed(self) -> bool:
        """Whether the answer may be shown."""
        return self.reason is None


BELIEVED = Verdict()


def first_of(reasons: Iterator[str]) -> Verdict:
    """The verdict by the first of some reasons against an answer; each is worked out only where those before it are none."""
    return Verdict(next(reasons, None))


def quoted(words: str) -> str:
    """Words of a stranger for a reason: short, on one line, in quotation marks, without what nobody sees."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return f"“{plain[: LONGEST - 1]}…”" if len(plain) > LONGEST else f"“{plain}”"
