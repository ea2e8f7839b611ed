"""The places of the rest of the world are read only where parties need them."""

from __future__ import annotations

import subprocess
import sys

from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.places.gazetteer import gazetteer, world_places
from crawler.judging.places.known_places import country_of, position_of
from crawler.judging.territories import parties
from tests.conftest import environment

READS = """
import crawler.runtime.data_tables as tables
read, names = tables.read_table, []
tables.read_table = lambda folder, name: names.append(name) or read(folder, name)
from crawler.config import load
from crawler.judging.judge import Judge
from crawler.model import Article
from datetime import UTC, datetime
judge = Judge(load(None, {}).rules())
text = "China and Laos opened the China-Laos rice centre in Dungun, Terengganu, near Sapa. Officials of Pakistan came, too."
judge.classify(Article("https://outlet.example/1", "China and Laos open rice centre", text, "s", datetime(2025, 1, 1, tzinfo=UTC)))
print(sorted({"world_places.json", "groups.yaml", "countries.yaml", "regions.json", "region_names.json"}.intersection(names)))
"""


def test_the_shipped_desk_reads_none_of_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READS],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_each_name_is_of_one_place() -> None:
    world, region = world_places(), gazetteer()
    assert not set(world.coordinates) & set(region.coordinates)
    assert not set(world.provinces) & set(region.provinces)


def test_places_of_the_world_are_known_by_name() -> None:
    assert (country_of("Nairobi"), country_of("Gujarat"), country_of("Nowhere")) == ("KE", "IN", None)
    lon, lat = position_of("Nairobi") or (0.0, 0.0)
    assert 36 < lon < 37.5
    assert -2 < lat < -1


def test_a_gazetteer_holds_the_places_of_its_parties_only() -> None:
    known = gazetteer(parties(["IN"], ["Africa"]))
    assert {known.country_of[c] for c in known.country_of} <= known.parties.all
    assert {"New Delhi", "Nairobi", "Cairo"} <= known.capitals
    assert "Beijing" not in known.country_of
    assert gazetteer() is gazetteer(CHINA_ASEAN)
