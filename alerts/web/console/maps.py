"""Draws the map of the region as SVG, without scripts or requests: a dot and a name for each place."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from markupsafe import Markup, escape

from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.places.gazetteer import gazetteer

MAP_WIDTH = 480
SMALL_WIDTH = 240
"""The width of a map on a card."""
FONT_SIZE = 13
_STRETCH = 1.08
"""Degrees of latitude are drawn a little longer than those of longitude, as they are in the middle of the map."""
_MARGIN = 3.0
"""Degrees of land to see around the outermost places."""
_LEAST_WIDTH = 16.0
"""Degrees of longitude that a map shows at least: a single dot is to be seen in its region."""
_LEAST_RATIO, _MOST_RATIO = 0.7, 1.05
"""The height of a map by its width."""


class _Box(NamedTuple):
    """A rectangle: of the earth in degrees, or of the drawing in its units, which count downwards."""

    left: float
    low: float
    right: float
    high: float

    def meets(self, other: _Box) -> bool:
        """Whether two boxes overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.low < other.high
            and other.low < self.high
        )


class _Land(NamedTuple):
    """An outline: what it spans, and its points as SVG in degrees (north is up)."""

    box: _Box
    path: str


class _Outlines(NamedTuple):
    bounds: _Box
    lands: Sequence[_Land]


@lru_cache(maxsize=4)
def _outlines(parties: Parties) -> _Outlines:
    """The outlines of the parties' part of the earth: the shipped region in detail, else the world."""
    name = "outlines.json" if parties.is_default else "outlines_world.json"
    data = json.loads(files("alerts").joinpath("web", name).read_text(encoding="utf-8"))
    lands = []
    # All land alike: a colour for members would say whose land a place is.
    for rings in data["rings"].values():
        for ring in rings:
            lons, lats = [p[0] for p in ring], [p[1] for p in ring]
            box = _Box(min(lons), min(lats), max(lons), max(lats))
            lands.append(_Land(box, _path(ring)))
    bounds = _Box(*data["bounds"]) if parties.is_default else _bounds_of(parties)
    return _Outlines(bounds, lands)


def _bounds_of(parties: Parties) -> _Box:
    """What the cities of some parties span, with a margin."""
    places = list(gazetteer(parties).coordinates.values())
    lons, lats = [lon for lon, _ in places], [lat for _, lat in places]
    return _Box(min(lons) - _MARGIN, min(lats) - _MARGIN, max(lons) + _MARGIN, max(lats) + _MARGIN)


def _path(ring: Sequence[Sequence[float]]) -> str:
    return "M" + "L".join(f"{lon:g} {-lat:g}" for lon, lat in ring) + "Z"


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A dot of the map: where, how many things are there, their names and where it leads."""

    name: str
    lon: float
    lat: float
    count: int
    title: str
    href: str


class _Projection(NamedTuple):
    """What part of the earth is drawn, and how large a degree is."""

    frame: _Box
    scale: float
    width: int

    @property
    def height(self) -> float:
        """The height of the drawing."""
        return round((self.frame.high - self.frame.low) * self.scale * _STRETCH)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place is in the drawing."""
        x = (lon - self.frame.left) * self.scale
        y = (self.frame.high - lat) * self.scale * _STRETCH
        return round(x, 1), round(y, 1)


def _projection(points: Sequence[MapPoint], width: int, bounds: _Box) -> _Projection:
    """The part of the region around some places; all of the region where there is none."""
    frame = _frame(points, bounds) if points else bounds
    return _Projection(frame, width / (frame.right - frame.left), width)


def _frame(points: Sequence[MapPoint], bounds: _Box) -> _Box:
    west, east = min(p.lon for p in points) - _MARGIN, max(p.lon for p in points) + _MARGIN
    south, north = min(p.lat for p in points) - _MARGIN, max(p.lat for p in points) + _MARGIN
    width = max(east - west, _LEAST_WIDTH, (north - south) * _STRETCH / _MOST_RATIO)
    height = max(north - south, width * _LEAST_RATIO / _STRETCH)
    west, east = _within((west + east) / 2, width, bounds.left, bounds.right)
    south, north = _within((south + north) / 2, height, bounds.low, bounds.high)
    return _Box(west, south, east, north)


def _within(middle: float, length: float, low: float, high: float) -> tuple[float, float]:
    """A stretch around a middle, moved so that it does not go beyond the bounds."""
    length = min(length, high - low)
    start = min(max(middle - length / 2, low), high - length)
    return start, start + length


def region(
    places: Iterable[MapPoint], label: str, width: int = MAP_WIDTH, parties: Parties = CHINA_ASEAN
) -> Markup:
    """The map of the parties' region around some places, each with a dot and its name, which are a link."""
    outlines = _outlines(parties)
    bounds = outlines.bounds
    inside = [
        p for p in places if bounds.left <= p.lon <= bounds.right and bounds.low <= p.lat <= bounds.high
    ]
    # Large dots first: what is drawn later lies on top.
    inside.sort(key=lambda p: (-p.count, -p.lat, p.lon))
    projection = _projection(inside, width, bounds)
    opening = f'<svg class="map" viewBox="0 0 {width} {projection.height:g}" role="group" aria-label="{escape(label)}">'
    return Markup(opening + _land(projection, outlines.lands) + "".join(_dots(inside, projection)) + "</svg>")


def _land(projection: _Projection, lands: Sequence[_Land]) -> str:
    frame, scale, _ = projection
    drawn = f'<path class="land" d="{"".join(land.path for land in lands if land.box.meets(frame))}"/>'
    across, down = round(scale, 4), round(scale * _STRETCH, 4)
    moved = f"{round(-frame.left * across, 2)} {round(frame.high * down, 2)}"
    return f'<g transform="translate({moved}) scale({across} {down})">{drawn}</g>'


def _size(count: int) -> float:
    """The radius of a dot: by logarithm, for a city with fifty bases must not cover its neighbours."""
    return 4 + 2 * math.log2(count)


def _dots(points: Sequence[MapPoint], projection: _Projection) -> Iterator[str]:
    spots = [projection.at(p.lon, p.lat) for p in points]
    taken = [
        _Box(x - _size(p.count), y - _size(p.count), x + _size(p.count), y + _size(p.count))
        for p, (x, y) in zip(points, spots, strict=True)
    ]
    for point, (x, y) in zip(points, spots, strict=True):
        size = _size(point.count)
        box = _free_box(point.name, x, y, size, taken, projection)
        taken.append(box)
        left, low = round(box.left, 1), round(box.high - 4, 1)
        is_far = math.hypot(_nearest(x, box.left, box.right) - x, _nearest(y, box.low, box.high) - y) > 12
        leader = (
            f'<path class="leader" d="M{x} {y}L{round(_nearest(x, box.left, box.right), 1)} {round(_nearest(y, box.low, box.high), 1)}"/>'
            if is_far
            else ""
        )
        yield (
            f'<a href="{escape(point.href)}"><title>{escape(point.title)}</title>{leader}'
            f'<circle class="halo" cx="{x}" cy="{y}" r="{max(12, size):g}"/><circle class="dot" cx="{x}" cy="{y}" r="{size:g}"/>'
            f'<text x="{left}" y="{low}" font-size="{FONT_SIZE}">{escape(point.name)}</text></a>'
        )


def _nearest(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _text_width(text: str) -> float:
    """About how wide a name is drawn."""
    return sum(
        FONT_SIZE if unicodedata.east_asian_width(c) in "WF" else FONT_SIZE * 0.62
        for c in text
        if not unicodedata.combining(c)
    )


def _free_box(
    name: str, x: float, y: float, size: float, taken: Sequence[_Box], projection: _Projection
) -> _Box:
    """Where a name stands: beside its dot where nothing else is, else further away, connected by a line."""
    width, high, gap = _text_width(name), FONT_SIZE + 3.0, size + 3
    first: _Box | None = None
    for distance in range(0, 96, 6):
        for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            left = (
                x - width / 2
                if across == 0
                else x + (gap + distance if across > 0 else -gap - distance - width)
            )
            top = y - high / 2 + down * (gap + distance + (high / 2 if across == 0 else 0))
            box = _Box(left, top, left + width, top + high)
            first = first or box
            is_inside = (
                left >= 2
                and left + width <= projection.width - 2
                and top >= 2
                and top + high <= projection.height - 2
            )
            if is_inside and not any(box.meets(other) for other in taken):
                return box
    assert first is not None
    return first
