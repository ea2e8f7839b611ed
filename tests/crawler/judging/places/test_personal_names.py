"""Names of places that are a part of other names: a person's or a paper's names no country, a school's says not where its base is."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.config.layers import packaged_values
from crawler.config.loading import read_config
from crawler.config.parties_config import config_text, parties_named
from crawler.judging.judge import Judge
from crawler.judging.places.personal_names import _SETS
from tests.builders import article, shipped_judge

DESK = "EU,GB,US,IL,AU,IN,CN:Africa,JO,GE,MY,ID,VN,AE,TH,UZ"
"""Countries of which many names of places are names of people, too."""


def rows(name: str) -> list[Any]:
    found: list[Any] = yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return found


@cache
def judge(desk: str = DESK) -> Judge:
    text = config_text(parties_named(desk), packaged_values())
    return Judge(read_config(text.encode(), "config.yaml", None).settings.rules())


def named_by(by: Judge, title: str, lang: str) -> set[str]:
    found = by.explain(article(title, "", lang_hint=lang)).findings
    return {name[-2:] for name in found.hits if name.startswith(_SETS[:2])}


@pytest.mark.parametrize(("lang", "title", "named"), rows("personal_names.yaml"))
def test_a_person_or_a_paper_names_no_country(lang: str, title: str, named: list[str]) -> None:
    assert named_by(judge(), title, lang) == set(named)


@pytest.mark.parametrize(
    ("lang", "title", "named"), [*rows("names_of_parties.yaml"), *rows("unlisted_papers.yaml")]
)
def test_no_party_of_the_shipped_desk_is_lost(lang: str, title: str, named: list[str]) -> None:
    assert named_by(shipped_judge(), title, lang) == set(named)


@pytest.mark.parametrize(("lang", "title", "named"), rows("names_of_countries.yaml"))
def test_no_country_with_a_name_of_people_is_lost(lang: str, title: str, named: list[str]) -> None:
    assert named_by(judge("CN:GE,TR,CA,IL,JO,TD"), title, lang) == set(named)


@pytest.mark.parametrize(("lang", "title", "text", "cities"), rows("seats.yaml"))
def test_a_base_lies_where_it_is_opened_and_not_where_its_builders_have_their_seat(
    lang: str, title: str, text: str, cities: list[str]
) -> None:
    new = [base for base in judge().classify(article(title, text, lang_hint=lang)).bases if base.is_new]
    assert {city for base in new for city in base.cities} == set(cities)
