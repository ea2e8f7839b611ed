"""The register of bases: what changed in a month, a map, a table, a page for each base, and exports."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, get_args
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from starlette.responses import Response

from alerts.web.console import maps
from alerts.web.console.request import ConsoleRequest
from crawler.analysis.calendar import CalendarWords
from crawler.analysis.export import rows_of
from crawler.analysis.register_files import MEDIA_TYPES, RegisterForm, register_text
from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.stages import STAGES
from crawler.judging.places.small_places import position_of
from crawler.model import AseanwatchError
from crawler.store import articles, base_corrections, bases
from crawler.store.base_listing import (
    Change,
    ListedBase,
    ShownName,
    StageStep,
    Teller,
    Telling,
    alias_key,
    aliases_of,
    changes_by_month,
    listed,
    tellers_of,
)
from crawler.store.leading import language_rank

FACETS = ("country", "stage", "kind")
"""What the register can be filtered by in its form."""
FILTERS = (*FACETS, "place")
"""All that it can be filtered by; places are chosen on the map."""
PAGE_LENGTH = 100
LIFE = ("proposed", "signed", "launched", "operating")
"""The stages that the page of a base always shows, also where no report tells of them."""
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

    def accepts(self, row: ListedBase, without: str = "") -> bool:
        """Whether a base is asked for, a facet left out of account."""
        return all(
            not value
            or facet == without
            or value in _facet_values(row.countries, row.stage, row.kind, row.cities)[facet]
            for facet, value in self.values.items()
        )

    @property
    def query(self) -> str:
        """The filter as part of an address."""
        return urlencode({facet: value for facet, value in self.values.items() if value})


def _filter_of(request: ConsoleRequest) -> RegisterFilter:
    return RegisterFilter({facet: request.value(facet) for facet in FILTERS})


def _facet_values(
    countries: Sequence[str], stage: str, kind: str, cities: Sequence[str]
) -> dict[str, Sequence[str]]:
    return {"country": countries, "stage": (stage,), "kind": (kind,), "place": cities}


def register(request: ConsoleRequest) -> Response:
    """What changed in a month, and all bases: what happened last first, or only those of a country, a stage or a kind."""
    wanted = _filter_of(request)
    with request.store.read() as connection:
        rows = listed(connection)
        changes = _changes_of_month(request, rows, connection)
    chosen = [r for r in rows if wanted.accepts(r)]
    places = _by_place(request, chosen)
    page = max(1, request.integer("page"))
    shown = chosen[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]
    return request.page(
        "register.html.j2",
        "register",
        title=request.gettext("Register of bases"),
        total=len(rows),
        chosen=chosen,
        rows=shown,
        name_of=_namer(request),
        day_of=_day_of(request),
        facets=[(facet, _choices(request, rows, wanted, facet)) for facet in FACETS],
        wanted=wanted,
        changes=changes,
        places=places,
        place=wanted.values["place"] if any(wanted.values["place"] in r.cities for r in rows) else "",
        map=_map(request, places),
        page=page,
        has_more=len(chosen) > page * PAGE_LENGTH,
    )


def _namer(request: ConsoleRequest) -> Callable[[ListedBase], ShownName]:
    """Gives the name of a base for the reader."""
    return lambda row: row.name_for(request.reading_languages)


def _choices(
    request: ConsoleRequest, rows: Sequence[ListedBase], wanted: RegisterFilter, facet: str
) -> list[Choice]:
    """The values of a filter with how many bases each would show; the chosen one is among them even if it shows none.

    A value that no base has is not repeated: anybody can write a link with words in it.
    """
    counts = Counter(
        value
        for row in rows
        if wanted.accepts(row, without=facet)
        for value in _facet_values(row.countries, row.stage, row.kind, row.cities)[facet]
    )
    known = {
        value
        for row in rows
        for value in _facet_values(row.countries, row.stage, row.kind, row.cities)[facet]
    }
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
    outlets: Mapping[int, str]
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
    tellers = tellers_of(connection, (c.step.tellings[0].article for c in changes))
    return MonthOfChanges(
        month=month,
        label=_month_name(request, month),
        new=[c for c in changes if c.step.is_first],
        reached=[c for c in changes if not c.step.is_first],
        outlets={number: teller.outlet for number, teller in tellers.items()},
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


class PlaceWithBases(NamedTuple):
    """A place of the map, by its English name, with the bases there and the address of their page."""

    city: str
    bases: Sequence[ListedBase]
    address: str


def _by_place(request: ConsoleRequest, rows: Sequence[ListedBase]) -> list[PlaceWithBases]:
    here: dict[str, list[ListedBase]] = defaultdict(list)
    for row in rows:
        for city in row.cities:
            here[city].append(row)
    cities = sorted(here, key=request.words.place)
    return [PlaceWithBases(city, here[city], _address_of_place(city, here[city])) for city in cities]


def _address_of_place(city: str, bases_there: Sequence[ListedBase]) -> str:
    if len(bases_there) == 1:
        return f"/console/register/{bases_there[0].key}"
    return f"/console/register?{urlencode({'place': city})}#all"


def _map(request: ConsoleRequest, places: Sequence[PlaceWithBases]) -> Any:
    name_of, say = _namer(request), request.words
    points = []
    for place in places:
        at = position_of(place.city)
        if at is None:
            continue
        names = say.clauses(say.name(name_of(row).text) for row in place.bases[:4])
        points.append(
            maps.MapPoint(
                name=say.bare_place(place.city),
                lon=at[0],
                lat=at[1],
                count=len(place.bases),
                title=f"{say.place(place.city)}{say.marks.colon}{names}",
                href=place.address,
            )
        )
    return maps.region(points, request.gettext("Map of the bases"))


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
            corrections = bases.changes_of(connection, number)
            proofs = [step.proof_for(request.reading_languages) for step in item.steps]
            tellers = tellers_of(connection, (proof.article for proof in proofs))
    except AseanwatchError as error:
        return request.problem(request.words.said_error(error), 404)
    name = item.name_for(request.reading_languages)
    address = _address(request, f"/console/register/{quote(current)}")
    return request.page(
        "one_base.html.j2",
        "register",
        title=request.words.name(name.text),
        say=request.words.with_years(),
        base=row,
        item=item,
        name=name,
        original=item.name_for([]),
        is_described=is_description(name.text),
        life=_life(request, item),
        tellers=tellers,
        names=_names(request, item),
        aliases={
            lang: [a for a in others if alias_key(a.text) != alias_key(item.names.get(lang, ""))]
            for lang, others in aliases.items()
        },
        reports=sorted(reports, key=lambda r: (r.when, r.id)),
        corrections=corrections,
        at=datetime.fromisoformat,
        map=_map(request, _by_place(request, [item])) if item.cities else "",
        address=address,
        citation=_citation(request, item, name, tellers[proofs[-1].article], address),
        day_of=_day_of(request),
    )


def _names(request: ConsoleRequest, item: ListedBase) -> list[tuple[str, str]]:
    """The names of a base by language: what the reader reads first, then the others by the name of the language."""

    def order(pair: tuple[str, str]) -> tuple[int, str]:
        lang, _ = pair
        return language_rank(lang, request.reading_languages), request.words.language_name(lang)

    return sorted(item.names.items(), key=order)


def _day_of(request: ConsoleRequest) -> Callable[[StageStep], str]:
    """Says when a stage was reached: the day of the act, else that of the report, else that it is not known."""
    zone = ZoneInfo(request.settings.schedule.timezone)

    def said(step: StageStep) -> str:
        day = step.day_in(zone)
        if day is None:
            return request.gettext("day not known")
        if step.day is None:
            return request.gettext("reported %(day)s", day=request.words.day(day))
        return request.words.day(day)

    return said


def _address(request: ConsoleRequest, path: str) -> str:
    """The address of a page as others reach it."""
    url = request.http.url
    start = request.settings.delivery.public_url or f"{url.scheme}://{url.netloc}"
    return start.rstrip("/") + path


def _citation(
    request: ConsoleRequest, item: ListedBase, name: ShownName, teller: Teller, address: str
) -> str:
    """One line to cite a base by: its name, stage and day, the report that proves it, and when the page was read."""
    stage = request.gettext(item.stage)
    zone = ZoneInfo(request.settings.schedule.timezone)
    return request.gettext(
        "%(name)s: %(stage)s, %(day)s. Source: %(outlet)s, %(source)s. Register of bases, aseanwatch, %(address)s (retrieved %(today)s).",
        name=request.words.name(name.text),
        stage=stage,
        day=_day_of(request)(item.latest),
        outlet=teller.outlet,
        source=teller.url,
        address=address,
        today=request.words.day(request.now.astimezone(zone).date()),
    )


def correct(request: ConsoleRequest) -> Response:
    """Do what a button of the page says: rename the base, merge it with another, or split articles off."""
    key, action = request.path_value("key"), request.action
    with request.store.write() as connection:
        if action == "rename":
            base_corrections.rename(
                connection, key, request.value("name"), request.value("lang", "en"), request.now
            )
        elif action == "merge":
            key = base_corrections.merge(
                connection, key, request.value("other").rpartition("/")[2], request.now
            )
        elif action == "split":
            base_corrections.split(connection, key, request.integers("article"), request.now)
        else:
            raise AseanwatchError(request.gettext("Nothing was chosen."))
        request.audit(connection, f"base: {action}", key)
    return request.redirect(f"/console/register/{key}", request.gettext("Done."))


def export(request: ConsoleRequest) -> Response:
    """The register as a file, all of it, what a filter asks for, or one base (``key``)."""
    form = next((f for f in get_args(RegisterForm) if f == request.path_value("form")), None)
    if form is None:
        return request.problem(request.gettext("The register comes as csv, jsonl, geojson or ics."), 404)
    wanted, key = _filter_of(request), request.value("key")
    with request.store.read() as connection:
        rows = [r for r in rows_of(connection, "bases") if _is_wanted(r, wanted, key)]
    try:
        body = register_text(rows, form, _calendar_words(request))
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
        title=say.gettext("Bases of China–ASEAN cooperation"),
        summary=lambda name, stage: f"{name}{say.marks.colon}{say.gettext(stage)}",
        places=lambda cities: say.joined(map(say.place, cities)),
        label=say.gettext,
        languages=tuple(request.reading_languages),
    )


def _is_wanted(row: Mapping[str, Any], wanted: RegisterFilter, key: str) -> bool:
    values = _facet_values(row["countries"], row["stage"], row["kind"], row["cities"])
    if key and row["key"] != key:
        return False
    return all(not value or value in values[facet] for facet, value in wanted.values.items())
