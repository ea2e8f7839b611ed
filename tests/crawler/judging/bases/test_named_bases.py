"""Of all bases that a report names, the new one is told, and in English too: not its host, its owner, a neighbour or a model."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.judging.bases.name_verdicts import NameVerdict, name_verdict
from crawler.model import BaseMention
from tests.builders import article, shipped_judge

TABLE = Path(__file__).with_name("named.yaml")
REPORTS: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
PRINTED = (NameVerdict.EXACT, NameVerdict.ACCEPTABLE)


@cache
def new_base(number: int) -> BaseMention:
    """The new base of a report of the table."""
    report = REPORTS[number]
    reading = shipped_judge().classify_without_features(
        article(report["title"], report["text"], lang_hint=report["lang"])
    )
    (found,) = (base for base in reading.bases if base.is_new)
    return found


@pytest.mark.parametrize("number", range(len(REPORTS)), ids=[r["id"] for r in REPORTS])
def test_the_new_base_is_named_and_no_other(number: int) -> None:
    report = REPORTS[number]
    name = new_base(number).name
    assert name_verdict(name, [report["name"]], report["lang"]) in PRINTED, name


@pytest.mark.parametrize("number", range(len(REPORTS)), ids=[r["id"] for r in REPORTS])
def test_its_name_is_put_into_english(number: int) -> None:
    name = new_base(number).name_en
    assert name_verdict(name, [REPORTS[number]["english"]], "en") in PRINTED, name
