"""What machine assistants made, as the API gives it: beside what outlets wrote, and with the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Query
from sqlalchemy import Connection

from alerts.digests.digest import MachineWords, StoryBrief
from alerts.digests.machine_made import MachineMade, SaidText, made_for, name_of_base
from alerts.digests.proofs import lang_of
from alerts.digests.render import web_link
from alerts.web.api import models
from crawler.config.settings import Settings
from crawler.judging.bases.name_origins import name_in
from crawler.store.overview import StoryRow

SENTENCE = 600
"""Characters of a sentence's translation."""


class MachineAsked(NamedTuple):
    """What a request wants of a machine: in which languages, or nothing."""

    languages: tuple[str, ...]
    original: bool


def _asked(
    language: Annotated[
        str,
        Query(
            max_length=80,
            description="languages of machine translations and briefs, best first; without it those of the headlines",
        ),
    ] = "",
    original: Annotated[bool, Query(description="nothing that a machine made")] = False,
) -> MachineAsked:
    return MachineAsked(tuple(dict.fromkeys(language.split(",")))[:20] if language else (), original)


Asked = Annotated[MachineAsked, Depends(_asked)]


def languages_for(
    settings: Settings, asked: MachineAsked, headlines: tuple[str, ...] = ("en",)
) -> tuple[str, ...]:
    """The languages of what a request gets, best first; none where it wants nothing, or without an assistant."""
    if asked.original or not settings.assist.enabled:
        return ()
    return asked.languages or headlines


def for_stories(
    connection: Connection,
    settings: Settings,
    languages: tuple[str, ...],
    rows: Sequence[StoryRow],
    reports: Sequence[Any] = (),
) -> MachineMade:
    """What is there of a list of stories, and of the titles of further reports."""
    leads, stories = [r.lead for r in rows], [r.id for r in rows]
    titles = [*leads, *reports]
    return made_for(connection, settings, languages, titles_of=titles, summaries_of=leads, stories=stories)


def of_story(machine: MachineMade, row: StoryRow) -> dict[str, Any]:
    """The fields of a story that a machine made."""
    return {
        "translation": translation(machine.title(row.lead)),
        "summary_translation": translation(machine.summary(row.lead)),
        "brief": _brief(machine.brief(row.id)),
    }


def with_translations(
    connection: Connection, settings: Settings, languages: tuple[str, ...], rows: Iterable[Mapping[str, Any]]
) -> list[models.Base]:
    """Bases (`crawler.store.bases.find`) with translations of names and of the sentences that prove them."""
    rows = list(rows)
    texts = [passage for row in rows for passage in _passages(row, languages)]
    machine = made_for(connection, settings, languages, texts=texts)
    return [_base(row, machine) for row in rows]


def _passages(base: Mapping[str, Any], languages: Sequence[str]) -> list[SaidText]:
    # The sentence of a base is that of its first report.
    proved = ((base, base["evidence"][0]), *((stage, stage["article"]) for stage in base["timeline"]))
    said = (SaidText(one["sentence"], lang_of(one), article) for one, article in proved)
    return [name_of_base(base, languages), *said]


def _base(base: Mapping[str, Any], machine: MachineMade) -> models.Base:
    def of_sentence(proved: Mapping[str, Any]) -> models.MachineTranslation | None:
        return translation(machine.words(proved["sentence"], lang_of(proved), SENTENCE))

    stages = [{**stage, "translation": of_sentence(stage)} for stage in base["timeline"]]
    name = translation(machine.words(*name_in(base, machine.languages)))
    return models.Base.model_validate(
        {**base, "timeline": stages, "translation": name, "sentence_translation": of_sentence(base)}
    )


def translation(made: MachineWords | None) -> models.MachineTranslation | None:
    """A translation as the API gives it."""
    return models.MachineTranslation(text=made.text, to=made.lang, by=made.by, at=made.at) if made else None


def _brief(made: StoryBrief | None) -> models.Brief | None:
    if made is None:
        return None
    sentences = [
        models.BriefedSentence(
            text=s.text, articles=list(s.articles), urls=[web_link(r.url) for r in s.reports]
        )
        for s in made.sentences
    ]
    return models.Brief(sentences=sentences, to=made.lang, by=made.by, at=made.at)
