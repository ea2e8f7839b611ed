"""Where a base lies: never the dateline, the meeting place, the visitor's home, a ministry, or a school that is elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.places.locating import site_of
from crawler.judging.text.matching import Hit
from crawler.judging.text.nearness import outermost
from tests.builders import article, shipped_judge

NEWS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("sites.yaml").read_text(encoding="utf-8")
)
WORDS = ("base", "base_head")


def located(news: dict[str, Any]) -> set[str]:
    """The cities of the base that an article is about, whether the judge takes it for a new one or not."""
    found = shipped_judge().explain(article(news["title"], news["text"], lang_hint=news["lang"])).findings
    bases = outermost(h for name in WORDS for h in found.hits.get(name, ()))
    own = max(bases, key=lambda h: h.end - h.start)
    name = found.fields[own.field].normal.text[own.start : own.end]
    site = site_of(found, _places(found.hits), bases, name, stage=news.get("stage", "launched"))
    return set(site.cities)


def _places(hits: dict[str, list[Hit]]) -> list[tuple[Hit, Place]]:
    found = outermost(h for name, own in hits.items() if name.startswith("places_") for h in own)
    return [(hit, place) for hit in found if (place := gazetteer().place(hit.pattern)) is not None]


@pytest.mark.parametrize("news", NEWS, ids=[f"{n['lang']}: {n['kind']}: {n['title'][:24]}" for n in NEWS])
def test_a_base_lies_where_its_own_sentences_place_it(news: dict[str, Any]) -> None:
    assert located(news) == set(news["cities"])
