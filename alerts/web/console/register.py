"""The register of bases: a map, a table, a page for each base, and exports."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.responses import Response

from alerts.web.calendar import calendar_of
from alerts.web.console import charts
from alerts.web.console.request import ConsoleRequest
from crawler.analysis.export import base_row, geojson, rows_of, write_csv
from crawler.judging.places.small_places import position_of
from crawler.model import AseanwatchError
from crawler.store import articles, base_corrections, bases

BaseRow = dict[str, Any]


def register(request: ConsoleRequest) -> Response:
    """All bases, the latest first, or only those of a stage or a country."""
    stage = request.value("stage")
    country = request.value("country")
    with request.store.read() as connection:
        rows = bases.listing(connection, request.language)
    stages = sorted({r["status"] for r in rows})
    countries = sorted({c for r in rows for c in r["countries"]})
    chosen = [
        r for r in rows if (not stage or r["status"] == stage) and (not country or country in r["countries"])
    ]
    return request.page(
        "register.html.j2", "register", title=request.gettext("Register of bases"), rows=chosen, stage=stage, country=country,
        stages=stages, countries=countries, map=_map(request, chosen),
    )  # fmt: skip


def _map(request: ConsoleRequest, rows: Sequence[BaseRow]) -> Any:
    here: dict[str, list[BaseRow]] = defaultdict(list)
    for row in rows:
        for city in row["cities"]:
            here[city].append(row)
    places = [
        charts.MapPoint(
            city, *at, len(found), f"{city}: {'; '.join(r['name'] for r in found[:4])}",
            f"/console/register/{found[0]['key']}" if len(found) == 1 else f"/console/register#{_anchor(city)}",
        )
        for city, found in here.items() if (at := position_of(city)) is not None
    ]  # fmt: skip
    return charts.region(places, request.gettext("Map of the bases"))


def _anchor(city: str) -> str:
    return "city-" + "".join(c if c.isalnum() else "-" for c in city.lower())


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def base(request: ConsoleRequest) -> Response:
    """One base: its names, its stages with the sentences that prove them, and its reports."""
    key = request.path_value("key")
    try:
        with request.store.read() as connection:
            number = bases.id_of(connection, key)
            current = bases.key_of(connection, number)
            # Old links still lead to a base that was merged.
            if current != key:
                return request.redirect(f"/console/register/{current}")
            (row,) = bases.find(connection, keys=[current])
            reports = articles.find(connection, articles.Filter(ids=row["evidence"]))
            corrections = bases.changes_of(connection, number)
    except AseanwatchError as error:
        return request.problem(str(error), 404)
    return request.page(
        "one_base.html.j2", "register", title=row["names"].get(request.language) or row["name"], base=row, reports=reports[::-1],
        corrections=corrections, day=_day,
    )  # fmt: skip


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
            raise AseanwatchError(f"{action!r} is nothing that can be done to a base")
        request.audit(connection, f"base: {action}", key)
    return request.redirect(f"/console/register/{key}", request.gettext("Done."))


def export(request: ConsoleRequest) -> Response:
    """The register as a file: CSV, GeoJSON or iCalendar."""
    form = request.path_value("form")
    with request.store.read() as connection:
        if form == "ics":
            try:
                body: str | bytes = calendar_of([base_row(b) for b in bases.find(connection)], request.now)
            except AseanwatchError as error:
                return request.problem(str(error), 501)
        else:
            rows = rows_of(connection, "bases")
            out = io.StringIO()
            if form == "csv":
                write_csv(rows, out, "bases")
            elif form == "geojson":
                out.write(geojson(rows) + "\n")
            else:
                return request.problem(request.gettext("The register comes as csv, geojson or ics."), 404)
            body = out.getvalue()
    media = {
        "csv": "text/csv; charset=utf-8",
        "geojson": "application/geo+json",
        "ics": "text/calendar; charset=utf-8",
    }[form]
    return Response(
        body, media_type=media, headers={"Content-Disposition": f'attachment; filename="bases.{form}"'}
    )
