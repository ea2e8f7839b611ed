"""The page of one base: its names, its stages with their proofs, its places, partners, figures and reports; and corrections of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.responses import Response

from alerts.digests.machine_made import SaidText
from alerts.web.console.base_words import by_place, day_of, map_of, name_said
from alerts.web.console.machine_words import machine_words, tab_title
from alerts.web.console.notice import Notice
from alerts.web.console.request import ConsoleRequest
from crawler.judging.bases.name_origins import DESCRIBED, TRANSLATION, ShownName
from crawler.judging.bases.names_together import name_key
from crawler.judging.bases.stages import STAGES
from crawler.model import AseanwatchError
from crawler.store import articles, base_corrections, bases
from crawler.store.base_listing import (
    ListedBase,
    StageStep,
    Teller,
    Telling,
    aliases_of,
    copies_of,
    listed,
    tellers_of,
)
from crawler.store.leading import language_rank

LIFE = ("proposed", "signed", "launched", "operating")
"""The stages that the page of a base always shows, also where no report tells of them."""


class LifeStage(NamedTuple):
    """A stage on the page of a base: reached by a step that an outlet reported, or not as far as reports tell."""

    stage: str
    step: StageStep | None
    proof: Telling | None
    is_past: bool


def _life(request: ConsoleRequest, row: ListedBase) -> list[LifeStage]:
    """The stages of a base in the order of its life: those that it reached, and those that every base has."""
    proofs = {step.stage: step.proof_for(request.reading_languages) for step in row.steps}
    reached = {step.stage: step for step in row.steps}
    now = STAGES.index(row.stage)
    return [
        LifeStage(stage, reached.get(stage), proofs.get(stage), STAGES.index(stage) < now)
        for stage in STAGES
        if stage in reached or stage in LIFE
    ]


def base(request: ConsoleRequest) -> Response:
    """One base: its names, its stages with the sentences that prove them, its places, partners and figures, its reports."""
    key = request.path_value("key")
    try:
        with request.store.read() as connection:
            number = bases.id_of(connection, key)
            current = bases.key_of(connection, number)
            # Old links still lead to a base that was merged.
            if current != key:
                return request.redirect(f"/console/register/{current}")
            (row,) = bases.find(connection, keys=[current])
            (item,) = listed(connection, [current])
            aliases = aliases_of(connection, current)
            reports = articles.find(connection, articles.Filter(ids=row["evidence"]))
            copies = copies_of(connection, row["evidence"])
            corrections = bases.changes_of(connection, number)
            proofs = [step.proof_for(request.reading_languages) for step in item.steps]
            named = [*item.origins.values(), *(a.origin for others in aliases.values() for a in others)]
            tellers = tellers_of(
                connection, [*(p.article for p in proofs), *(o.article for o in named if o.article)]
            )
    except AseanwatchError as error:
        return request.problem(request.words.said_error(error), 404)
    name = item.name_for(request.reading_languages)
    said = [name_said(item, name), *(SaidText(p.sentence, p.lang, p.article) for p in proofs)]
    machine = machine_words(request, titles_of=reports, texts=said)
    address = request.public_address(f"/console/register/{quote(current)}")
    return request.page(
        "one_base.html.j2",
        "register",
        title=request.words.name(name.text),
        tab_title=tab_title(request, machine.words(name.text, name.lang)),
        say=request.words.with_years(),
        base=row,
        item=item,
        name=name,
        original=item.original_name,
        is_made=item.origins[name.lang].is_made,
        made=_made_name(request, item, name),
        machine=machine,
        life=_life(request, item),
        copies=copies,
        say_figure=_figure_in(request.reading_languages),
        tellers=tellers,
        names=_names(request, item),
        aliases={
            lang: [a for a in others if name_key(a.text) != name_key(item.names.get(lang, ""))]
            for lang, others in aliases.items()
        },
        reports=sorted(reports, key=lambda r: (r.when, r.id)),
        corrections=corrections,
        at=datetime.fromisoformat,
        map=map_of(request, by_place(request, [item])) if item.cities else "",
        address=address,
        citation=_citation(request, item, name, tellers[proofs[-1].article], address),
        day_of=day_of(request),
    )


def _figure_in(languages: Sequence[str]) -> Callable[[Mapping[str, Any]], str]:
    """Gives a fact as a report in a language of the reader writes it, else as it is told most."""

    def said(fact: Mapping[str, Any]) -> str:
        by_language: Mapping[str, str] = fact.get("said", {})
        return next((by_language[lang] for lang in languages if lang in by_language), str(fact["value"]))

    return said


def _names(request: ConsoleRequest, item: ListedBase) -> list[tuple[str, str]]:
    """The names of a base by language: what the reader reads first, then the others by the name of the language."""

    def order(pair: tuple[str, str]) -> tuple[int, str]:
        lang, _ = pair
        return language_rank(lang, request.reading_languages), request.words.language_name(lang)

    return sorted(item.names.items(), key=order)


def _citation(
    request: ConsoleRequest, item: ListedBase, name: ShownName, teller: Teller, address: str
) -> str:
    """One line to cite a base by: its name, stage and day, the report that proves it, and when the page was read."""
    stage = request.gettext(item.stage)
    zone = ZoneInfo(request.settings.schedule.timezone)
    return request.gettext(
        "%(name)s: %(stage)s, %(day)s. Source: %(outlet)s, %(source)s. Register of bases, aseanwatch, %(address)s (retrieved %(today)s).",
        name=_cited(request, item, name),
        stage=stage,
        day=day_of(request)(item.latest),
        outlet=teller.outlet,
        source=teller.url,
        address=address,
        today=request.words.day(request.now.astimezone(zone).date()),
    )


def _made_name(request: ConsoleRequest, item: ListedBase, name: ShownName) -> ShownName | None:
    """What we call a base for a reader who does not read the language of its name; None where the name says it."""
    wanted = (*request.reading_languages, "en")
    if name.lang in wanted:
        return None
    lang = next((code for code in wanted if code in item.names), None)
    return ShownName(item.names[lang], lang) if lang else None


def _cited(request: ConsoleRequest, item: ListedBase, name: ShownName) -> str:
    """A name as it is cited: one that no report has is marked as ours."""
    said, origin = request.words.name(name.text), item.origins[name.lang].origin
    marks = {TRANSLATION: request.gettext("our translation"), DESCRIBED: request.gettext("our description")}
    return f"{said} [{marks[origin]}]" if origin in marks else said


def correct(request: ConsoleRequest) -> Response:
    """Do what a button of the page says: rename the base, merge it with another, or split articles off."""
    key, action = request.path_value("key"), request.action
    with request.store.write() as connection:
        if action == "rename":
            name, lang = request.value("name"), request.value("lang", "en")
            base_corrections.rename(connection, key, name, lang, request.now)
            words = request.words
            done = Notice(
                request.gettext(
                    "It is called %(name)s in %(language)s now.",
                    name=words.quoted(name),
                    language=words.languages([lang]),
                )
            )
        elif action == "merge":
            other = request.value("other").rpartition("/")[2]
            key = base_corrections.merge(connection, key, other, request.now)
            done = Notice(
                request.gettext("Merged: what proved the other base is here, and its address leads here.")
            )
        elif action == "split":
            new = base_corrections.split(connection, key, request.integers("article"), request.now)
            (made,) = listed(connection, [new])
            name = made.name_for(request.reading_languages).text
            done = Notice(
                request.gettext("Split off into a base of its own:"), f"/console/register/{new}", name
            )
        else:
            raise AseanwatchError(request.gettext("Nothing was chosen."))
        request.audit(connection, f"base: {action}", key)
    return request.redirect(f"/console/register/{key}", done)
