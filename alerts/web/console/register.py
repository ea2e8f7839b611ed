"""The register of bases: what changed in a month with its proofs, a map, a table, and exports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, NamedTuple, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from starlette.responses import Response

from alerts.digests.machine_made import SaidText
from alerts.web.console.base_words import by_place, day_of, map_of, name_said, namer
from alerts.web.console.machine_words import machine_words
from alerts.web.console.request import ConsoleRequest
from crawler.analysis.calendar import CalendarWords
from crawler.analysis.export import rows_of, translated_rows
from crawler.analysis.register_files import MEDIA_TYPES, RegisterForm, register_text
from crawler.judging.bases.stages import STAGES
from crawler.model import AseanwatchError
from crawler.store.base_listing import (
    Change,
    ListedBase,
    Teller,
    Telling,
    changes_by_month,
    listed,
    tellers_of,
)

FACETS = ("country", "stage", "kind")
"""What the register can be filtered by in its form."""
FILTERS = (*FACETS, "place")
"""All that it can be filtered by; places are chosen on the map."""
PAGE_LENGTH = 100
Facets = Mapping[str, Sequence[str]]
"""What a base can be filtered by, by the name of the filter."""
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


class Choice(NamedTuple):
    """One value of a filter: its name for people, and how many bases have it beside the other filters."""

    value: str
    label: str
    number: int


@dataclass(frozen=True)
class RegisterFilter:
    """The bases that are asked for; empty values ask for all."""

    values: Mapping[str, str]

    def accepts(self, facets: Facets, without: str = "") -> bool:
        """Whether a base with these facets is asked for, one facet left out of account."""
        return all(
            not value or facet == without or value in facets[facet] for facet, value in self.values.items()
        )

    @property
    def query(self) -> str:
        """The filter as part of an address."""
        return urlencode({facet: value for facet, value in self.values.items() if value})


def _filter_of(request: ConsoleRequest) -> RegisterFilter:
    return RegisterFilter({facet: request.value(facet) for facet in FILTERS})


def _facets_of(row: ListedBase) -> Facets:
    return {"country": row.countries, "stage": (row.stage,), "kind": (row.kind,), "place": row.cities}


def _facets_of_export(row: Mapping[str, Any]) -> Facets:
    return {
        "country": row["countries"],
        "stage": (row["stage"],),
        "kind": (row["kind"],),
        "place": row["cities"],
    }


def register(request: ConsoleRequest) -> Response:
    """What changed in a month, and all bases: what happened last first, or only those of a country, a stage or a kind."""
    wanted = _filter_of(request)
    with request.store.read() as connection:
        rows = listed(connection)
        changes = _changes_of_month(request, rows, connection)
    facets = [_facets_of(row) for row in rows]
    chosen = [row for row, its_facets in zip(rows, facets, strict=True) if wanted.accepts(its_facets)]
    places = by_place(request, chosen)
    page = max(1, request.integer("page"))
    shown = chosen[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]
    named = namer(request)
    changed = (c.base for c in (*changes.new, *changes.reached))
    names = (name_said(row, named(row)) for row in chain(shown, (p.bases[0] for p in places), changed))
    proofs = (SaidText(p.sentence, p.lang, p.article) for p in changes.proofs.values())
    machine = machine_words(request, texts=chain(names, proofs))
    return request.page(
        "register.html.j2",
        "register",
        title=request.gettext("Register of bases"),
        total=len(rows),
        chosen=chosen,
        rows=shown,
        machine=machine,
        named=lambda row: (name := named(row), machine.words(name.text, name.lang)),
        day_of=day_of(request),
        facets=[(facet, _choices(request, facets, wanted, facet)) for facet in FACETS],
        wanted=wanted,
        changes=changes,
        places=places,
        place=wanted.values["place"] if any(wanted.values["place"] in r.cities for r in rows) else "",
        map=map_of(request, places),
        page=page,
        has_more=len(chosen) > page * PAGE_LENGTH,
    )


def _choices(
    request: ConsoleRequest, facets: Sequence[Facets], wanted: RegisterFilter, facet: str
) -> list[Choice]:
    """The values of a filter with how many bases each would show; the chosen one is among them even if it shows none.

    A value that no base has is not repeated: anybody can write a link with words in it.
    """
    counts = Counter(value for one in facets if wanted.accepts(one, without=facet) for value in one[facet])
    known = {value for one in facets for value in one[facet]}
    shown = {*counts, *known.intersection([wanted.values[facet]])}
    labels = {value: _label(request, facet, value) for value in shown}
    return [
        Choice(value, labels[value], counts[value])
        for value in sorted(labels, key=lambda v: _facet_order(facet, v, labels[v]))
    ]


def _facet_order(facet: str, value: str, label: str) -> tuple[int, str]:
    """A sort key: stages in the order of a base's life, all else by name."""
    is_stage = facet == "stage" and value in STAGES
    return (STAGES.index(value) if is_stage else len(STAGES), label)


def _label(request: ConsoleRequest, facet: str, value: str) -> str:
    if facet == "country":
        return request.words.country(value)
    return request.gettext(value)


class MonthLink(NamedTuple):
    """A month in which the register changed: its address part, its name, and how many changes it has."""

    month: str
    label: str
    number: int


@dataclass(frozen=True)
class MonthOfChanges:
    """What changed in a month, and the other months to choose from."""

    month: str
    label: str
    new: Sequence[Change]
    reached: Sequence[Change]
    proofs: Mapping[tuple[str, str], Telling]
    tellers: Mapping[int, Teller]
    months: Sequence[MonthLink]
    is_asked: bool

    @property
    def latest(self) -> MonthLink | None:
        """The latest month that has changes."""
        return next((m for m in self.months if m.number), None)


def _changes_of_month(
    request: ConsoleRequest, rows: Sequence[ListedBase], connection: Connection
) -> MonthOfChanges:
    zone = ZoneInfo(request.settings.schedule.timezone)
    found = changes_by_month(rows, zone)
    asked = request.value("month")
    month = asked if _MONTH.fullmatch(asked) else f"{request.now.astimezone(zone):%Y-%m}"
    changes = found.get(month, [])
    proofs = {(c.base.key, c.step.stage): c.step.proof_for(request.reading_languages) for c in changes}
    return MonthOfChanges(
        month=month,
        label=_month_name(request, month),
        new=[c for c in changes if c.step.is_first],
        reached=[c for c in changes if not c.step.is_first],
        proofs=proofs,
        tellers=tellers_of(connection, (proof.article for proof in proofs.values())),
        months=[
            MonthLink(m, _month_name(request, m), len(found.get(m, ())))
            for m in sorted({*found, month}, reverse=True)
        ],
        is_asked=bool(_MONTH.fullmatch(asked)),
    )


def _month_name(request: ConsoleRequest, month: str) -> str:
    """A month such as November 2025, from 2025-11."""
    # Year 0000 has the form of a year, and is none.
    first = date.fromisoformat(f"{max(month, '0001-01')}-01")
    return request.words.month(first)


def export(request: ConsoleRequest) -> Response:
    """The register as a file, all of it, what a filter asks for, or one base (``key``)."""
    form = next((f for f in get_args(RegisterForm) if f == request.path_value("form")), None)
    if form is None:
        return request.problem(request.gettext("The register comes as csv, jsonl, geojson or ics."), 404)
    wanted, key = _filter_of(request), request.value("key")
    with request.store.read() as connection:
        rows = [r for r in rows_of(connection, "bases") if _is_wanted(r, wanted, key)]
        languages, withheld = request.machine_languages, request.settings.sources_without_assist
        if languages:
            rows = list(translated_rows(connection, "bases", rows, languages, withheld))
    try:
        body = register_text(rows, form, _calendar_words(request), is_translated=bool(languages))
    except AseanwatchError as error:
        return request.problem(request.words.said_error(error), 501)
    if form == "csv":
        body = f"\ufeff{body}"  # spreadsheets take it for another encoding without
    name = f"{key}.{form}" if key and rows else f"bases.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=MEDIA_TYPES[form], headers=headers)


def _calendar_words(request: ConsoleRequest) -> CalendarWords:
    """How the calendar says things to the reader."""
    say = request.words
    return CalendarWords(
        title=say.gettext("Bases of %(pair)s cooperation", pair=say.pair_of(request.settings.parties.sides)),
        summary=lambda name, stage: f"{name}{say.marks.colon}{say.gettext(stage)}",
        places=lambda cities: say.joined(map(say.place, cities)),
        label=say.gettext,
        languages=tuple(request.reading_languages),
    )


def _is_wanted(row: Mapping[str, Any], wanted: RegisterFilter, key: str) -> bool:
    return (not key or row["key"] == key) and wanted.accepts(_facets_of_export(row))
