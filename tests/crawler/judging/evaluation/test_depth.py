"""Reports of bases behind other text: whose they are, how much of it, and that nothing in it is news of a base."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.analysis.evaluate import at_depth
from crawler.judging.evaluation.depth import FRONTS, Front, deeper, on_bases
from crawler.runtime.data_tables import table
from tests.builders import article, shipped_judge

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REPORT = {"id": "1", "lang": "en", "title": "Joint laboratory opens", "text": "It opened.", "new_base": True}
PARAGRAPHS = table("neutral_paragraphs.yaml")


def test_reports_on_bases_are_those_of_new_ones_and_near_misses() -> None:
    others = [{**REPORT, "id": "2", "new_base": False}, {**REPORT, "id": "3", "lang": "xx"}]
    near = {**REPORT, "id": "4", "new_base": False, "near_miss": "visit"}
    assert [row["id"] for row in on_bases([REPORT, *others, near])] == ["1", "4"]


@pytest.mark.parametrize("lang", PARAGRAPHS)
@pytest.mark.parametrize("front", FRONTS, ids=lambda front: front.name)
def test_as_much_text_is_put_in_front_as_is_said(lang: str, front: Front) -> None:
    (row,) = deeper([{**REPORT, "lang": lang}], front)
    put = row["text"].removesuffix("It opened.")
    assert front.length * 0.85 <= len(put) <= front.length * 1.7


@pytest.mark.parametrize("lang", PARAGRAPHS)
@pytest.mark.parametrize("kind", ["plain", "background"])
def test_what_is_put_in_front_tells_of_no_new_base(lang: str, kind: str) -> None:
    text = "\n".join(PARAGRAPHS[lang][kind])
    reading = shipped_judge().classify_without_features(article(text[:40], text))
    assert reading.lang == lang or {reading.lang, lang} == {"id", "ms"}
    assert not reading.new_base
    assert reading.relevance.relevant is (kind == "background")


def test_each_report_is_judged_at_every_depth() -> None:
    found = at_depth([REPORT], shipped_judge(), NOW)
    assert [len(rows) for rows in found.values()] == [1] * len(FRONTS)
