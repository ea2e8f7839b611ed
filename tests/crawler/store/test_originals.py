"""The earliest report is the original, and a page can name its original."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.store import Store
from crawler.store.articles import Filter, find
from tests.builders import NOON, keep, later, new_store

TEXT = (
    "China and Cambodia agreed on Tuesday to widen cooperation in rice research, and a joint team of both ministries will begin its "
    "work in spring near Phnom Penh, where seeds of forty kinds are kept in a cold store that was built last year."
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def rows(store: Store) -> dict[int, Any]:
    with store.read() as connection:
        return {r.id: r for r in find(connection, Filter())}


def test_an_earlier_report_that_arrives_later_becomes_the_original(store: Store) -> None:
    copy = keep(store, "Rice team begins work", TEXT, published=later(hours=-1)).article
    second = keep(store, "Rice researchers of both sides", TEXT, published=NOON).article
    first = keep(store, "China, Cambodia widen rice research", TEXT, published=later(hours=-9)).article
    found = rows(store)
    assert found[first].duplicate_of is None
    assert {found[copy].duplicate_of, found[second].duplicate_of} == {first}
    assert len({r.story_id for r in found.values()}) == 1
    third = keep(store, "Rice again", TEXT + " More was said.", published=NOON)
    assert third.duplicate_of == first


def test_a_page_that_names_its_original_repeats_it_whatever_it_says(store: Store) -> None:
    first = keep(store, "Rice deal", TEXT, url="https://agency.example/2025/rice-deal").article
    short = keep(
        store,
        "Sawah bersama",
        "China dan Kamboja sepakat soal riset padi.",
        original="https://www.agency.example/2025/rice-deal?utm_source=x",
    )
    assert short.duplicate_of == first
    assert rows(store)[short.article].duplicate_why == "names it as its original"
