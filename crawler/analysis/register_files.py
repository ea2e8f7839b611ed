"""The register as a file: JSON Lines, CSV, GeoJSON or iCalendar, each with the same columns."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from typing import Literal

from crawler.analysis.calendar import ENGLISH, CalendarWords, calendar_of
from crawler.analysis.export import TRANSLATED, Row, write_csv, write_jsonl
from crawler.judging.places.known_places import position_of

RegisterForm = Literal["jsonl", "csv", "geojson", "ics"]
MEDIA_TYPES: dict[RegisterForm, str] = {
    "jsonl": "application/jsonl; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "ics": "text/calendar; charset=utf-8",
}


def register_text(
    rows: Sequence[Row], form: RegisterForm, say: CalendarWords = ENGLISH, *, is_translated: bool = False
) -> str:
    """The register in a form.

    Args:
        rows: bases as `crawler.analysis.export.rows_of` gives them.
        form: the form.
        say: the words of a calendar; the other forms are the same for everybody.
        is_translated: whether the rows have what a machine made of their names (`crawler.analysis.export.translated_rows`).

    Raises:
        AseanwatchError: the package for calendars is missing.
    """
    if form == "ics":
        return calendar_of(rows, say)
    if form == "geojson":
        return geojson(rows) + "\n"
    out = io.StringIO()
    if form == "csv":
        write_csv(rows, out, f"{TRANSLATED}bases" if is_translated else "bases")
    else:
        write_jsonl(rows, out)
    return out.getvalue()


def geojson(rows: Iterable[Row]) -> str:
    """Bases as a FeatureCollection (RFC 7946): each with its cities as points, without a geometry where none is known."""
    features = []
    for row in rows:
        points = [list(at) for c in row["cities"] if (at := position_of(c)) is not None]
        geometry = {"type": "MultiPoint", "coordinates": points} if points else None
        features.append({"type": "Feature", "id": row["key"], "geometry": geometry, "properties": dict(row)})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
