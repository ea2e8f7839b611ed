"""What the rules and the second reader make of candidates for bases: both opinions, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from alerts.selection.second_opinions import opinions_on
from crawler.model import Phrase
from crawler.store.assist import GIVEN, StoredAnswer
from crawler.store.base_candidates import BaseCandidate, candidates_of


@dataclass(frozen=True, slots=True)
class DoubtfulReading:
    """What is thought of one candidate.

    Attributes:
        chance: how sure the rules are, from 0 to 1; ``taken`` says whether they took it for a new base.
        entered: when the second reader brought it into the register.
        clause: the sentence that decided.
        verdict: what the second reader says: yes, no or unsure; None where it has not said anything.
        quote: the words that it goes by; ``by`` is the model, ``at`` when it said so.
    """

    chance: float
    taken: bool
    entered: datetime | None
    clause: str
    verdict: str | None = None
    quote: str = ""
    by: str = ""
    at: datetime | None = None

    def phrases(self) -> tuple[Phrase, ...]:
        """Both opinions in words."""
        percent = str(round(100 * self.chance))
        rules = (
            Phrase("the rules are sure to %(percent)s %% that it tells of a new base, and take it for one", percent=percent)
            if self.taken
            else Phrase("the rules are sure to %(percent)s %% that it tells of a new base, and leave it out", percent=percent)
        )  # fmt: skip
        if self.verdict is None:
            return (rules,)
        said = self._opinion(self.verdict)
        return rules, said, *((Phrase("so it is in the register"),) if self.entered is not None else ())

    def _opinion(self, verdict: str) -> Phrase:
        if verdict == "yes":
            return Phrase(
                "the second reader %(model)s says that it is one: “%(quote)s”",
                model=self.by,
                quote=self.quote,
            )
        if verdict == "no":
            return Phrase(
                "the second reader %(model)s says that it is none: “%(quote)s”",
                model=self.by,
                quote=self.quote,
            )
        return Phrase(
            "the second reader %(model)s is not sure either: “%(quote)s”", model=self.by, quote=self.quote
        )


def doubts_of(
    connection: Connection, numbers: Sequence[int], withheld: frozenset[str]
) -> dict[int, DoubtfulReading]:
    """What is thought of the candidates of some articles, by article; only of those that have one.

    Args:
        connection: to the store.
        numbers: the articles.
        withheld: sources of whose reports no opinion is shown (`Settings.sources_without_assist`).
    """
    candidates = candidates_of(connection, numbers)
    known = opinions_on(connection, candidates.values(), withheld)
    return {n: _reading(c, known.get(c.question)) for n, c in candidates.items()}


def _reading(candidate: BaseCandidate, answer: StoredAnswer | None) -> DoubtfulReading:
    ours: dict[str, Any] = {
        "chance": candidate.chance, "taken": candidate.taken, "entered": candidate.entered, "clause": candidate.clause,
    }  # fmt: skip
    if answer is None or answer.outcome != GIVEN:
        return DoubtfulReading(**ours)
    said = answer.answer
    return DoubtfulReading(
        **ours, verdict=said["verdict"], quote=said["quote"], by=answer.model or answer.kind, at=answer.at
    )
