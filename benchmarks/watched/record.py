"""What a benchmark found in one run, and the file that keeps the newest run and the one that it is held against."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.watched.ratio import Ratio


@dataclass(frozen=True, slots=True)
class Record:
    """One run of one benchmark.

    Attributes:
        ratios: what it measured.
        missing: peers that are not there, each with the reason; their ratios are not measured.
        failed: why it ended without ratios; None where it did not.
        taken: the day, in UTC.
        commit: the state of the source.
        load: how many processes wanted a core when it began, and how many cores there are.
        seconds: how long it took by the clock.
    """

    ratios: tuple[Ratio, ...] = ()
    missing: tuple[str, ...] = ()
    failed: str | None = None
    taken: str = ""
    commit: str = ""
    load: tuple[float, int] = (0.0, 1)
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the file."""
        return {
            "taken": self.taken, "commit": self.commit, "load": list(self.load), "seconds": self.seconds, "failed": self.failed,
            "missing": list(self.missing), "ratios": [ratio.to_json() for ratio in self.ratios],
        }  # fmt: skip

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Record:
        """Read one from the file.

        Raises:
            ValueError: it has not the form of one.
        """
        try:
            load, cores = kept["load"]
            return cls(
                tuple(map(Ratio.of_json, kept["ratios"])), tuple(kept["missing"]), kept["failed"], kept["taken"],
                kept["commit"], (float(load), int(cores)), float(kept["seconds"]),
            )  # fmt: skip
        except (KeyError, TypeError) as error:
            raise ValueError(f"no record of a benchmark: {error!r}") from error


@dataclass(slots=True)
class Figures:
    """The newest run of each benchmark, and the one that was kept to hold it against."""

    last: dict[str, Record] = field(default_factory=dict)
    base: dict[str, Record] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Figures:
        """Read the file; a file that is not there has none.

        Raises:
            ValueError: names the file, if it is not one of these.
        """
        if not path.exists():
            return cls()
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            return cls(*({n: Record.of_json(r) for n, r in kept[part].items()} for part in ("last", "base")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}: {error}. Take it from version control again, or delete it.") from error

    def write(self, path: Path) -> None:
        """Write the file."""
        parts = {"last": self.last, "base": self.base}
        shown = {part: {n: found[n].to_json() for n in sorted(found)} for part, found in parts.items()}
        path.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def keep(self, names: list[str]) -> None:
        """Hold later runs against the newest ones of these; what could not be measured in them stays as it was kept."""
        for name in names:
            new, old = self.last[name], self.base.get(name)
            measured = {ratio.key for ratio in new.ratios}
            left = [ratio for ratio in (old.ratios if old else ()) if ratio.key not in measured]
            if new.ratios and not (new.missing and left):
                self.base[name] = new
            elif new.ratios:
                self.base[name] = Record(
                    (*new.ratios, *left), (), None, new.taken, new.commit, new.load, new.seconds
                )
