"""A process that counts bases as reports come writes the same register as one that reads all proofs each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given

from crawler.judging.bases.likely import asked_for, may_be_same, traits_of
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.sameness import same_base
from crawler.judging.bases.tally import BaseTally
from crawler.judging.parties import CHINA_ASEAN
from crawler.parsing.urls import url_key
from crawler.store import base_corrections, bases
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from crawler.store.base_tallies import BaseRow, BaseTallies
from tests.builders import NOON, article, later, new_store, shipped, shipped_judge
from tests.crawler.judging.bases.test_tally import proofs, several

NAMES = ("China-Cambodia Solar Training Base", "China-Cambodia Rice Laboratory", "China-Laos Rice Laboratory")
ACTS = ("signed an agreement to build", "broke ground for", "opened", "trained 300 students at")


@given(several, proofs)
def test_no_base_is_left_out_that_comparing_finds_to_be_the_same(those: list[Proof], other: Proof) -> None:
    tally = BaseTally(those)
    row = BaseRow(1, 0, tally.kind, tally.stage, tally.cities, tally.countries)
    known = BaseTallies().known(row, tally)
    mention = replace(other.mention, kind=tally.kind)
    if same_base(mention, other.lang, None, known, other.when) > 0:
        asked = asked_for(mention, other.lang, other.when, CHINA_ASEAN)
        assert may_be_same(asked, traits_of(known))


def judged(number: int) -> JudgedArticle:
    name, act = NAMES[number % 3], ACTS[number // 3 % 4]
    text = f"China and {name.split('-')[1].split()[0]} on Friday {act} the {name}, worth {number + 2} million dollars."
    moment = later(days=number * 5 % 90)
    one = article(
        f"{name}: report {number}",
        text,
        url=f"https://o{number}.example/{number}",
        first_seen=moment,
        published=moment,
    )
    return JudgedArticle(one, shipped_judge().classify(one), url_key(one.url))


def register(folder: Path, *, forgets: bool) -> list[dict[str, Any]]:
    folder.mkdir()
    store, writer = new_store(folder), ArticleWriter(shipped().stories.window)
    for number in range(24):
        with writer.transaction(store) as connection:
            writer.write(connection, [judged(number)])
        if number == 15:
            # An operator corrects the register beside the running process.
            with store.write() as connection:
                one, other = (b["key"] for b in bases.find(connection)[:2])
                base_corrections.merge(connection, one, other, NOON)
        if forgets:
            writer.forget()
    with store.read() as connection:
        return bases.find(connection)


def test_counting_writes_what_reading_all_writes(tmp_path: Path) -> None:
    counted = register(tmp_path / "counted", forgets=False)
    assert counted == register(tmp_path / "read", forgets=True)
    assert len(counted[0]["evidence"]) > 5
