"""The longest name wins: what only contains the name of a party's country names no party, and every country is found by its names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.config.parties_config import parties_named
from crawler.judging.judge import all_sets
from crawler.judging.parties import Parties
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.places.longer_names import keep_longest, longer_names
from crawler.judging.places.party_sets import BOTH, OURS, THEIRS
from crawler.judging.territories import is_country, names_of_territories, parties, territory
from crawler.judging.text.language import language_of
from crawler.judging.text.matching import Findings, Matcher
from crawler.judging.text.terms import expand, patterns
from crawler.runtime.data_tables import table

CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("longer_names.yaml").read_text("utf-8")
)
COUNTRIES = sorted(code for code in names_of_territories()["en"] if is_country(code))
WORLD = parties(COUNTRIES[::2], COUNTRIES[1::2])
"""All countries as parties, whatever sides they stand on."""
TOO_SHORT = {"괌"}
"""Guam in Korean has one syllable, which other words begin with."""


@cache
def finder(between: Parties) -> tuple[Matcher, Mapping[str, frozenset[str]]]:
    """What finds names for some parties, and the sets of each side."""
    sets = all_sets({}, between)
    sides = {name: expand(sets, name) for name in (OURS, THEIRS, BOTH)}
    wanted = sorted(frozenset[str]().union(*sides.values()))
    own = patterns((sets[n] for n in wanted), gazetteer(between).proper)
    return Matcher([*own, *patterns(longer_names(between).sets)]), sides


def named_in(title: str, between: Parties, lang: str | None) -> Findings:
    """What a headline names."""
    found = finder(between)[0].find({"title": title, "text": ""}, lang)
    found.parties = between
    keep_longest(found)
    return found


def wrong(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """The headlines in which not those are named that are."""
    found = []
    for row in rows:
        between = parties_named(row["desk"])
        for kind in ("both", "one"):
            for title in row.get(kind, ()):
                hits = named_in(title, between, language_of(title, "", None)).hits
                sides = finder(between)[1]
                one, other, together = (not sides[n].isdisjoint(hits) for n in (OURS, THEIRS, BOTH))
                if (together or (one and other)) != (kind == "both"):
                    found.append((row["desk"], kind, title))
    return found


def test_a_longer_name_hides_the_shorter_one() -> None:
    assert wrong(CASES["known"]) == []


@pytest.mark.long
def test_so_it_does_for_desks_that_nothing_was_fitted_to() -> None:
    assert wrong(CASES["held"]) == []


def test_every_country_is_found_by_every_name_that_a_configuration_takes() -> None:
    names = [
        (code, name.title() if len(name) > 3 else name.upper(), "en")
        for name, code in table("countries.yaml")["also"].items()
        if is_country(code)
    ]
    names += [
        (code, name.split(" (")[0], lang)
        for lang, named in names_of_territories().items()
        for code, name in named.items()
        if is_country(code)
    ]
    assert all(territory(name) == code for code, name, lang in names if lang == "en")
    lost = [
        (lang, code, name)
        for code, name, lang in names
        if not {f"country_{code}", f"demonyms_{code}"} & named_in(f"{name} : 2026.", WORLD, lang).hits.keys()
        and name not in TOO_SHORT
    ]
    assert len(names) > 4_000
    assert lost == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Athens, Georgia, and Paris sign. The mayor of Athens spoke.", set()),
        ("Athens, Georgia, and Paris sign. Greece welcomed it, and Athens spoke.", {"GR"}),
        ("Lake Chad. Chad and Greece sign.", {"GR"}),
    ],
)
def test_an_address_holds_for_the_whole_article(text: str, named: set[str]) -> None:
    hits = named_in(text, parties_named("GR:PT"), "en").hits
    assert {name[-2:] for name in hits if name.endswith("_GR")} == named


def test_names_of_the_desks_own_countries_are_never_hidden() -> None:
    """What lies in a country speaks of it: New Mexico of the United States, Northern Ireland of the United Kingdom."""
    american = named_in("New Mexico and Bahia sign", parties_named("US:BR"), "en").hits
    assert {"places_US", "places_BR"} <= american.keys()
    assert "country_GB" in named_in("Northern Ireland and Dublin sign", parties_named("GB:IE"), "en").hits


def test_each_longer_name_lies_in_a_country_or_in_none() -> None:
    owners = longer_names(parties(["US"], ["MX"])).owners
    assert all(is_country(code) for codes in owners.values() for code in codes)
    assert len(owners) > 5_000
