"""The register of bases: a map, a table, a page for each, and files to take along."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.responses import Response

from alerts.web.calendar import calendar_of
from alerts.web.console import charts
from alerts.web.console.visit import Visit
from crawler.analysis.export import base_row, geojson, rows_of, write_csv
from crawler.judging.places.gazetteer import gazetteer
from crawler.model import AseanwatchError
from crawler.store import articles, base_corrections, bases

Row = dict[str, Any]


def register(visit: Visit) -> Response:
    """All bases, those that came last first, or only those of a stage or country."""
    stage, country = visit.one("stage"), visit.one("country")
    with visit.store.reading() as connection:
        rows = bases.listing(connection, visit.language)
    stages, countries = sorted({r["status"] for r in rows}), sorted({c for r in rows for c in r["countries"]})
    chosen = [r for r in rows if (not stage or r["status"] == stage) and (not country or country in r["countries"])]
    return visit.page(
        "register.html.j2", "register", title=visit.say.say("Register of bases"), rows=chosen, stage=stage, country=country,
        stages=stages, countries=countries, map=_map(visit, chosen),
    )  # fmt: skip


def _map(visit: Visit, rows: Sequence[Row]) -> Any:
    here: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for city in row["cities"]:
            here[city].append(row)
    known = gazetteer().coordinates
    places = [
        charts.Place(
            city, *known[city], len(found), f"{city}: {'; '.join(r['name'] for r in found[:4])}",
            f"/console/register/{found[0]['key']}" if len(found) == 1 else f"/console/register#{_anchor(city)}",
        )
        for city, found in here.items() if city in known
    ]  # fmt: skip
    return charts.region(places, visit.say.say("Map of the bases"))


def _anchor(city: str) -> str:
    return "city-" + "".join(c if c.isalnum() else "-" for c in city.lower())


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def base(visit: Visit) -> Response:
    """One base: its names, its life with the sentences that prove it, what was said of it, its evidence."""
    key = visit.request.path_params["key"]
    try:
        with visit.store.reading() as connection:
            number = bases.id_of(connection, key)
            current = bases.key_of(connection, number)
            if current != key:
                return visit.to(f"/console/register/{current}")
            (row,) = bases.find(connection, keys=[current])
            reports = articles.find(connection, articles.Filter(ids=row["evidence"]))
            corrections = bases.changes_of(connection, number)
    except AseanwatchError as error:
        return visit.problem(str(error), 404)
    return visit.page(
        "one_base.html.j2", "register", title=row["names"].get(visit.language) or row["name"], base=row, reports=reports[::-1],
        corrections=corrections, day=_day,
    )  # fmt: skip


def correct(visit: Visit) -> Response:
    """An operator names a base, or says that two entries are one, or that articles speak of another."""
    key, wish = visit.request.path_params["key"], visit.one("do")
    with visit.store.writing() as connection:
        if wish == "rename":
            base_corrections.rename(connection, key, visit.one("name"), visit.one("lang", "en"), visit.now)
        elif wish == "merge":
            key = base_corrections.merge(connection, key, visit.one("other").rpartition("/")[2], visit.now)
        elif wish == "split":
            base_corrections.split(connection, key, visit.numbers("article"), visit.now)
        else:
            raise AseanwatchError(f"{wish!r} is nothing that can be done to a base")
        visit.note(connection, f"base: {wish}", key)
    return visit.to(f"/console/register/{key}", visit.say.say("Done."))


def export(visit: Visit) -> Response:
    """The register as a file: CSV, GeoJSON or iCalendar."""
    form = visit.request.path_params["form"]
    with visit.store.reading() as connection:
        if form == "ics":
            body: str | bytes = calendar_of([base_row(b) for b in bases.find(connection)], visit.now)
        else:
            rows = rows_of(connection, "bases")
            out = io.StringIO()
            if form == "csv":
                write_csv(rows, out, "bases")
            elif form == "geojson":
                out.write(geojson(rows) + "\n")
            else:
                return visit.problem(visit.say.say("The register comes as csv, geojson or ics."), 404)
            body = out.getvalue()
    media = {"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json", "ics": "text/calendar; charset=utf-8"}[form]
    return Response(body, media_type=media, headers={"Content-Disposition": f'attachment; filename="bases.{form}"'})
