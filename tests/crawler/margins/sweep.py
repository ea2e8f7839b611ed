"""Which cases catch which changes of weights: ``python -m tests.crawler.margins.sweep [--write]`` (``make margins``).

Every weight is halved, and raised by half, alone; each case whose decision is then another one catches the change. Written
down is one case for each change (``caught.json``), so that the unit tests need to run no more than that one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from crawler.judging import weights as judging
from crawler.polling import weights as polling
from crawler.runtime.weight_tables import scaled, weights_of
from tests.crawler.margins import auditing, bases, copies, names, places, register, relevance, stories, texts
from tests.crawler.margins import polling as sources
from tests.crawler.margins.case import Case

CAUGHT = Path(__file__).with_name("caught.json")
FACTORS = (0.5, 1.5)
JUDGING: tuple[Case, ...] = (
    *relevance.CASES, *bases.CASES, *names.CASES, *places.CASES, *texts.CASES, *stories.CASES, *register.CASES, *copies.CASES,
)  # fmt: skip
POLLING: tuple[Case, ...] = (*sources.CASES, *auditing.CASES)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A weight that was changed.

    Attributes:
        name: the room, the weight and what it is multiplied by.
        cases: those that could catch it.
        in_use: puts the changed weights into use.
    """

    name: str
    cases: tuple[Case, ...]
    in_use: Callable[[], AbstractContextManager[None]]

    def is_caught_by(self, case: Case) -> bool:
        """Whether a case that holds otherwise decides wrongly now."""
        with self.in_use():
            return not case.holds()


def mutants() -> Iterator[Mutant]:
    """All of them; bounds on work or output are no weights of a decision and left out."""
    rooms: tuple[tuple[str, Any, Any, tuple[Case, ...]], ...] = (
        ("judging", judging.JudgingWeights(), judging.using, JUDGING),
        ("polling", polling.PollingWeights(), polling.using, POLLING),
    )
    for room, table, using, cases in rooms:
        for weight in weights_of(table):
            for factor in () if weight.bound else FACTORS:
                changed = partial(using, scaled(table, weight.path, factor))
                yield Mutant(f"{room}.{weight.path} x {factor:g}", cases, changed)


def catching(mutant: Mutant) -> str | None:
    """The name of the first case that catches a mutant."""
    return next((case.name for case in mutant.cases if mutant.is_caught_by(case)), None)


def main() -> int:
    """Print which changes no case catches; write down which case catches each of the others; 1 where a case is wrong."""
    wrong = [case.name for case in (*JUDGING, *POLLING) if not case.holds()]
    if wrong:
        print("decided wrongly with the weights as they are:", *wrong, sep="\n  ")
        return 1
    found = {mutant.name: catching(mutant) for mutant in mutants()}
    caught = {name: case for name, case in found.items() if case is not None}
    for name in found.keys() - caught.keys():
        print(f"no case catches {name}")
    print(f"{len(caught)} of {len(found)} changes are caught by {len(JUDGING) + len(POLLING)} cases")
    if "--write" in sys.argv:
        CAUGHT.write_text(json.dumps(caught, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
