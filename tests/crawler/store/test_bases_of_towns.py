"""Reports of one base meet under one key whatever their language, and bases of one town keep their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from crawler.parsing.urls import url_key
from crawler.store import Store, bases
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from tests.builders import article, new_store, shipped, shipped_judge
from tests.crawler.store.key_pairs import KeyedReport, KeyPairs, key_pairs

TOWNS: dict[str, dict[str, list[list[Any]]]] = yaml.safe_load(
    Path(__file__).with_name("bases_of_towns.yaml").read_text(encoding="utf-8")
)


def kept(store: Store) -> KeyPairs:
    """Store all reports in the order of their days, and compare the keys of the bases that they prove."""
    reports = sorted(
        (day, town, base, lang, title, text)
        for town, of_town in TOWNS.items()
        for base, told in of_town.items()
        for lang, day, title, text in told
    )
    judged = [_judged(day, lang, title, text) for day, _, _, lang, title, text in reports]
    with store.write() as connection:
        stored = ArticleWriter(shipped().stories.window).write(connection, judged)
        entered = bases.of_articles(connection, [one.evidence for one in stored])
    return key_pairs(
        [
            KeyedReport(
                frozenset({base}), frozenset({town}), frozenset(e.key for e in entered.get(one.evidence, ()))
            )
            for one, (_, town, base, *_) in zip(stored, reports, strict=True)
        ]
    )


def _judged(day: date, lang: str, title: str, text: str) -> JudgedArticle:
    moment = datetime.combine(day, time(9), UTC)
    one = article(title, text, published=moment, first_seen=moment, lang_hint=lang, url=f"https://outlet.example/{crc32(text.encode())}")  # fmt: skip
    return JudgedArticle(one, shipped_judge().classify(one), url_key(one.url))


def test_reports_of_one_base_share_a_key_and_bases_of_one_town_do_not(tmp_path: Path) -> None:
    found = kept(new_store(tmp_path))
    assert found.same >= 60
    assert found.different >= 150
    assert found.recall >= 0.95
    assert found.confusion <= 0.02
