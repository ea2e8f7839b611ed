"""The map of the region: its frame, and a name for every dot that lies on no other."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from alerts.web.console.maps import FONT_SIZE, MAP_WIDTH, MapPoint, region
from crawler.judging.places.known_places import position_of

CITIES = ["Shenzhen", "Guangzhou", "Nanning", "Pingxiang", "Dong Dang", "Lao Cai", "Vientiane", "Sihanoukville", "Kuantan",
          "Kuala Lumpur", "Singapore", "Jakarta", "Bandung", "Manila", "Kunming", "Hanoi", "Phnom Penh", "Yangon", "Bangkok"]  # fmt: skip


def point(city: str, **more: object) -> MapPoint:
    at = position_of(city)
    assert at is not None
    values = {"name": city, "lon": at[0], "lat": at[1], "count": 1, "title": f"{city}: a base", "href": "/x"}
    return MapPoint(**values | more)  # type: ignore[arg-type]


def dots(svg: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'class="dot" cx="([\d.-]+)" cy="([\d.-]+)"', svg)]


def names(svg: str) -> list[tuple[float, float, str]]:
    found = re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]+)</text>', svg)
    return [(float(x), float(y), name) for x, y, name in found]


def height(svg: str) -> float:
    return float(re.search(r'viewBox="0 0 \d+ ([\d.]+)"', svg)[1])  # type: ignore[index]


@pytest.mark.parametrize("cities", [["Pingxiang"], ["Singapore", "Shenzhen"], CITIES, ["Jakarta", "Beijing"]])
def test_every_dot_is_in_the_frame_and_has_its_name(cities: list[str]) -> None:
    svg = str(region(map(point, cities), "Map"))
    assert sorted(name for _, _, name in names(svg)) == sorted(cities)
    assert len(dots(svg)) == len(cities)
    assert all(0 < x < MAP_WIDTH and 0 < y < height(svg) for x, y in dots(svg))
    assert all(x >= 0 and 0 < y <= height(svg) for x, y, _ in names(svg))
    assert 0.5 * MAP_WIDTH < height(svg) < 1.3 * MAP_WIDTH


def test_no_name_lies_on_another() -> None:
    svg = str(region(map(point, CITIES), "Map"))
    for one, other in combinations(names(svg), 2):
        left, right = sorted((one, other))
        is_beside = left[0] + len(left[2]) * FONT_SIZE * 0.5 <= right[0]
        assert is_beside or abs(one[1] - other[1]) >= FONT_SIZE, (one, other)


def test_a_single_place_is_shown_in_its_region_and_not_in_the_continent() -> None:
    (one,), (two, _) = (
        dots(str(region(map(point, cities), "Map"))) for cities in (["Pingxiang"], ["Pingxiang", "Jakarta"])
    )
    assert 0.3 * MAP_WIDTH < one[0] < 0.7 * MAP_WIDTH
    assert one != two


def test_pingxiang_of_guangxi_is_not_that_of_jiangxi() -> None:
    svg = str(region(map(point, ["Pingxiang", "Nanning", "Dong Dang"]), "Map"))
    where = dict(zip([name for _, _, name in names(svg)], dots(svg), strict=True))
    assert where["Pingxiang"][0] < where["Nanning"][0]
    assert abs(where["Pingxiang"][0] - where["Dong Dang"][0]) < 20


def test_names_of_strangers_are_text() -> None:
    evil = '"><script>alert(1)</script>'
    svg = str(region([point("Nanning", name=evil, title=evil, href=f"/x?{evil}")], evil))
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


def test_what_lies_outside_of_the_region_is_left_out() -> None:
    svg = str(region([point("Nanning"), point("Nanning", name="Paris", lon=2.35, lat=48.85)], "Map"))
    assert [name for _, _, name in names(svg)] == ["Nanning"]
    assert "<text" not in str(region([], "Map"))
