"""The cards of Today's news of bases: name, stage, day, cities on a small map, the sentence that proves it, and who reported it first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import Connection

from alerts.digests.machine_made import SaidText
from alerts.web.console.base_words import by_place, day_of, map_of, name_said
from alerts.web.console.maps import SMALL_WIDTH
from alerts.web.console.request import ConsoleRequest
from crawler.judging.bases.name_origins import ShownName
from crawler.store.base_listing import ListedBase, StageStep, Teller, Telling, listed, tellers_of
from crawler.store.overview import StoryRow

MOST_CITIES = 5
"""Cities that a card names; the map shows all."""


class BaseCard(NamedTuple):
    """A base as a card shows it.

    Attributes:
        step: the stage that its story brought, else the latest.
        day: when it was reached, in words.
        cities: the first of its cities, by their English names; ``more`` is how many others there are.
        proof: the report that proves the stage in the reader's language, and ``teller`` who published it.
        named: the name, and the article that has it.
    """

    key: str
    name: ShownName
    kind: str
    step: StageStep
    day: str
    cities: tuple[str, ...]
    more: int
    proof: Telling
    teller: Teller
    map: Markup
    named: SaidText

    @property
    def passages(self) -> tuple[SaidText, ...]:
        """What it shows in the words of reports."""
        proof = self.proof
        return self.named, SaidText(proof.sentence, proof.lang, proof.article)


def cards_of(
    request: ConsoleRequest, connection: Connection, rows: Iterable[StoryRow]
) -> dict[int, BaseCard]:
    """A card for each story that brings news of a base, by the story's id."""
    wanted = {row.id: row.bases[0].key for row in rows if row.bases}
    known = {base.key: base for base in listed(connection, sorted(set(wanted.values())))} if wanted else {}
    steps = {story: _step_of(known[key], story) for story, key in wanted.items() if key in known}
    proofs = {story: step.proof_for(request.reading_languages) for story, step in steps.items()}
    tellers = tellers_of(connection, (proof.article for proof in proofs.values()))
    return {
        story: _card(request, known[wanted[story]], step, proofs[story], tellers[proofs[story].article])
        for story, step in steps.items()
    }


def _step_of(base: ListedBase, story: int) -> StageStep:
    return next((step for step in reversed(base.steps) if step.story == story), base.latest)


def _card(
    request: ConsoleRequest, base: ListedBase, step: StageStep, proof: Telling, teller: Teller
) -> BaseCard:
    return BaseCard(
        key=base.key,
        name=base.name_for(request.reading_languages),
        kind=base.kind,
        step=step,
        day=day_of(request)(step),
        cities=base.cities[:MOST_CITIES],
        more=len(base.cities) - MOST_CITIES,
        proof=proof,
        teller=teller,
        map=map_of(request, by_place(request, [base]), SMALL_WIDTH) if base.cities else Markup(""),
        named=name_said(base, base.name_for(request.reading_languages)),
    )
