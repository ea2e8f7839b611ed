"""Which sets of terms base recognition reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BaseRule:
    """The term sets that base recognition reads."""

    base: str = "base"
    launch: str = "launch"
    established: str = "established"
    head: str = "base_head"
    progress: str = "base_progress"
    joint: str = "joint"

    def sets(self) -> list[str]:
        """All set names that the rule reads."""
        return [self.base, self.launch, self.established, *self.optional()]

    def optional(self) -> list[str]:
        """Those that a configuration may leave out."""
        return [self.head, self.progress, self.joint]
