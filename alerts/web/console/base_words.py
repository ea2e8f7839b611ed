"""What all pages of the register share: a base's name for the reader, the day of a stage, and the map of places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup

from alerts.digests.machine_made import SaidText
from alerts.web.console import maps
from alerts.web.console.request import ConsoleRequest
from crawler.judging.bases.name_origins import ShownName
from crawler.judging.places.known_places import position_of
from crawler.store.base_listing import ListedBase, StageStep


def namer(request: ConsoleRequest) -> Callable[[ListedBase], ShownName]:
    """Gives the name of a base for the reader."""
    return lambda row: row.name_for(request.reading_languages)


def name_said(base: ListedBase, name: ShownName) -> SaidText:
    """A name of a base that is shown, with the article that has it."""
    origin = base.origins.get(name.lang)
    return SaidText(*name, origin.article if origin is not None else None)


def day_of(request: ConsoleRequest) -> Callable[[StageStep], str]:
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


class PlaceWithBases(NamedTuple):
    """A place of the map, by its English name, with the bases there and the address of their page."""

    city: str
    bases: Sequence[ListedBase]
    address: str


def by_place(request: ConsoleRequest, rows: Sequence[ListedBase]) -> list[PlaceWithBases]:
    """The places of some bases, by their names in the reader's language."""
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


def map_of(request: ConsoleRequest, places: Sequence[PlaceWithBases], width: int = maps.MAP_WIDTH) -> Markup:
    """The map of some places, each with the names of the bases there."""
    name_of, say = namer(request), request.words
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
    return maps.region(points, request.gettext("Map of the bases"), width, request.settings.parties.sides)
