"""One base that is opened in several countries at once, of which each outlet names others."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.store import bases
from crawler.store.schema import articles
from tests.builders import keep, new_store

ALL = (
    "China-ASEAN ocean science training centre opens in four cities",
    "A China-ASEAN ocean science training centre opened on Friday at once in Xiamen, Hai Phong, Makassar and Penang. It will train 740 people.",
)
ONE = (
    "Hai Phong hosts new China-ASEAN ocean science training centre",
    "HAI PHONG - The China-ASEAN ocean science training centre opened in Hai Phong on Friday and will train 740 people.",
)
OTHER = (
    "Pusat pelatihan ilmu kelautan China-ASEAN dibuka di Makassar",
    "Makassar - Pusat pelatihan ilmu kelautan China-ASEAN dibuka di Makassar pada Jumat dan akan melatih 740 orang.",
)
THIRD = (
    "中国—东盟海洋科学培训中心在槟城启用",
    "11月28日，中国—东盟海洋科学培训中心在槟城启用，将培训740人。",
)


@pytest.mark.parametrize(
    "order", [*permutations((ALL, ONE, OTHER)), (THIRD, OTHER, ONE, ALL), (ALL, THIRD, OTHER, ONE)]
)
def test_one_base_of_several_places_is_one_story_and_one_entry_in_any_order(
    tmp_path: Path, order: tuple[tuple[str, str], ...]
) -> None:
    store = new_store(tmp_path)
    for title, text in order:
        keep(store, title, text)
    with store.read() as connection:
        [base] = bases.find(connection)
        assert set(base["cities"]) >= {"Haiphong", "Makassar"}
        assert set(base["countries"]) >= {"VN", "ID"}
        assert len(set(connection.scalars(select(articles.c.story_id)))) == 1


def test_without_a_report_that_names_all_places_they_are_different_bases(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    assert keep(store, *ONE).story != keep(store, *OTHER).story


def test_a_roundup_does_not_make_one_of_bases_of_single_countries(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    one = keep(
        store,
        "China-Laos training centre opens in Luang Prabang",
        "A China-Laos farm training centre opened in Luang Prabang on Friday.",
    )
    other = keep(
        store,
        "China-Vietnam training centre opens in Hai Phong",
        "A China-Vietnam farm training centre opened in Hai Phong on Friday.",
    )
    keep(
        store,
        "China opens training centres with Laos, Vietnam",
        "Training centres for farms opened in Luang Prabang and Hai Phong on Friday.",
    )
    assert one.story != other.story
    with store.read() as connection:
        assert len(bases.find(connection)) >= 2
