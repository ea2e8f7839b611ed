"""Institutions, and what they are for, tell new bases of one country and day apart, as towns do."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.store import Store, bases
from tests.builders import NOON, article, keep, new_store, shipped_judge

ENGLISH = (
    "China-Malaysia joint laboratory opens at {}",
    "A joint laboratory of China and Malaysia opened at {} on Friday.",
)
INDONESIAN = (
    "Laboratorium bersama Indonesia-China diresmikan di {}",
    "Laboratorium bersama Indonesia dan China diresmikan di {} pada Jumat.",
)
VIETNAMESE = (
    "Khai trương phòng thí nghiệm chung Việt Nam - Trung Quốc tại {}",
    "Phòng thí nghiệm chung Việt Nam - Trung Quốc khai trương hôm thứ Sáu tại {}.",
)
THAI = ("เปิดห้องปฏิบัติการร่วมไทย-จีนที่{}", "ไทยและจีนเปิดห้องปฏิบัติการร่วมที่{}เมื่อวันศุกร์")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (
            ENGLISH,
            ("Universiti Putra Malaysia", "Universiti Sains Malaysia", "Universiti Tunku Abdul Rahman"),
        ),
        (INDONESIAN, ("Universitas Brawijaya", "Universitas Gadjah Mada")),
        (VIETNAMESE, ("Đại học Tôn Đức Thắng", "Học viện Phan Bội Châu", "Đại học Cần Thơ")),
        (THAI, ("มหาวิทยาลัยมหิดล", "มหาวิทยาลัยเกษตรศาสตร์")),
    ],
)
def test_bases_at_institutions_of_other_names_are_other_stories_and_other_bases(
    words: tuple[str, str], names: tuple[str, ...], store: Store
) -> None:
    title, text = words
    kept = [keep(store, title.format(n), text.format(n), published=NOON) for n in names]
    assert len({k.story for k in kept}) == len(names)
    with store.read() as connection:
        assert len(bases.find(connection)) == len(names)


def test_reports_of_one_institution_are_one_story_whatever_else_they_name(store: Store) -> None:
    told = [
        (
            "China-Malaysia joint laboratory opens at Universiti Putra",
            "A joint laboratory opened at Universiti Putra on Friday.",
        ),
        (
            "Universiti Putra opens joint laboratory with China",
            "China and Malaysia opened a joint laboratory at the Putra campus.",
        ),
        (
            "China, Malaysia open joint laboratory",
            "A joint laboratory of China and Malaysia opened on Friday.",
        ),
        (
            "China-Malaysia joint laboratory opens in Kuala Lumpur",
            "A joint laboratory of both opened in Kuala Lumpur on Friday.",
        ),
    ]
    assert len({keep(store, title, text, published=NOON).story for title, text in told}) == 1


def test_a_name_that_only_says_what_it_is_is_no_institution() -> None:
    for place in ("the University", "National Malaysia", "Qwertang"):
        reading = shipped_judge().classify(article(ENGLISH[0].format(place), ENGLISH[1].format(place)))
        assert not [f for f in reading.anchors.features if f.startswith("y:")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("solar energy", "ocean fishery"),
        ("traditional Chinese medicine", "railway"),
    ],
)
def test_bases_of_one_city_and_days_for_other_things_are_other_stories_and_entries(
    one: str, other: str, store: Store
) -> None:
    title = "China and Indonesia launch {} demonstration base in Bandung"
    text = (
        "China and Indonesia signed an agreement and launched a {} demonstration base in Bandung. Officials said that technicians "
        "would be trained there over five years, with an investment of {} million US dollars, deepening cooperation."
    )
    kept = [
        keep(store, title.format(f), text.format(f, n), published=NOON) for f, n in ((one, 30), (other, 85))
    ]
    assert kept[0].story != kept[1].story
    with store.read() as connection:
        assert len(bases.find(connection)) == 2


def test_a_field_that_the_other_article_speaks_of_parts_nothing(store: Store) -> None:
    told = [
        (
            "China and Indonesia launch solar demonstration base in Bandung",
            "The solar base in Bandung will train technicians.",
        ),
        (
            "Demonstration base for electricity opened by China and Indonesia in Bandung",
            "The base in Bandung makes solar electricity.",
        ),
    ]
    assert len({keep(store, title, text, published=NOON).story for title, text in told}) == 1
