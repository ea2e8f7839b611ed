"""Bases of other desks get English names made of the parts of theirs, in the languages of these desks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.config.layers import packaged_values
from crawler.config.loading import read_config
from crawler.config.parties_config import config_text, parties_named
from crawler.judging.bases.name_verdicts import NameVerdict, name_verdict
from crawler.judging.judge import Judge
from tests.builders import article

ROWS: list[list[Any]] = yaml.safe_load(
    Path(__file__).with_name("english_names.yaml").read_text(encoding="utf-8")
)


@cache
def judge() -> Judge:
    between = parties_named("IN,EU,JP:Africa,CENTRAL_ASIA,MERCOSUR")
    text = config_text(between, packaged_values())
    return Judge(read_config(text.encode(), "config.yaml", None).settings.rules())


@pytest.mark.parametrize(("lang", "title", "text", "name"), ROWS)
def test_a_name_is_put_into_english(lang: str, title: str, text: str, name: str) -> None:
    found = [base for base in judge().classify(article(title, text, lang_hint=lang)).bases if base.is_new]
    assert found
    assert name_verdict(found[0].name_en, [name], "en") is NameVerdict.EXACT
