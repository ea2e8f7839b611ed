"""How far places are from each other, and which of them news treats as one."""

from __future__ import annotations

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from crawler.judging.places.known_places import country_of, is_province, is_small, position_of
from crawler.judging.weights import weights


def near(a: str, b: str) -> bool:
    """Whether news treats two places as one: they are the same, or cities not far apart.

    The gazetteer knows the country of a city but not its province. So a city and a province differ
    if their countries do, or if the city has a province of its own name.
    """
    weigh = weights().event_places
    # The weights are part of the key: what was worked out under others must not be remembered.
    return _near(a, b, weigh.near, weigh.near_small)


@lru_cache(maxsize=4096)
def _near(a: str, b: str, reach: float, reach_of_small: float) -> bool:
    here = position_of(a)
    there = position_of(b)
    if here and there:
        # Small towns next to each other are two, where large ones have grown together.
        most = min(reach, reach_of_small) if is_small(a) or is_small(b) else reach
        return a == b or kilometres(here, there) <= most
    ours = country_of(a)
    theirs = country_of(b)
    # The gazetteer lacks which province a city is in. Phnom Penh and
    # Ayutthaya passed for one place until countries were compared.
    if ours and theirs and ours != theirs:
        return False
    one_in_other = a in b or b in a  # South Sulawesi and Sulawesi
    return one_in_other or not (is_province(a) and is_province(b))


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The distance of two points (longitude, latitude in degrees) along the earth's surface."""
    (x, y), (u, v) = ((radians(lon), radians(lat)) for lon, lat in (a, b))
    # The haversine formula: exact enough for kilometres,
    # and stable for points that are close together.
    half = sin((v - y) / 2) ** 2 + cos(y) * cos(v) * sin((u - x) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))
