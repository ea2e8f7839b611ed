"""Towns that the gazetteer lacks tell bases of one day in one country apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.store import Store, bases
from tests.builders import NOON, article, keep, new_store, shipped_judge

ENGLISH = (
    "China and Indonesia open agricultural training base in {}",
    "China and Indonesia on Friday opened a training base in {}.",
)
INDONESIAN = (
    "China dan Indonesia meresmikan pusat pelatihan pertanian di {}",
    "China dan Indonesia pada Jumat meresmikan pusat pelatihan pertanian bersama di {}.",
)
VIETNAMESE = (
    "Việt Nam - Trung Quốc khánh thành trung tâm đào tạo nông nghiệp tại {}",
    "Việt Nam và Trung Quốc hôm thứ Sáu khánh thành trung tâm đào tạo nông nghiệp chung tại {}.",
)
CHINESE = (
    "中国与印尼在{}启动农业示范基地",
    "本报讯 中国与印尼周五在{}启动农业技术示范基地，推广杂交水稻合作。",
)
THAI = ("ไทย-จีน เปิดศูนย์ฝึกอบรมเกษตรที่{}", "ไทยและจีนเปิดศูนย์ฝึกอบรมการเกษตรร่วมกันที่{}เมื่อวันศุกร์")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def registered(store: Store) -> int:
    with store.read() as connection:
        return len(bases.find(connection))


def towns(title: str, text: str) -> set[str]:
    return {f for f in shipped_judge().classify(article(title, text)).anchors.features if f[0] == "u"}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (ENGLISH, ("Ponorogo", "Trenggalek", "Bantaeng")),
        (ENGLISH, ("Ponorogo", "Semarang", "Makassar")),  # one that is unknown beside two that are known
        (INDONESIAN, ("Ponorogo", "Trenggalek", "Bantaeng")),
        (VIETNAMESE, ("Mộc Châu", "Gò Công")),
        (CHINESE, ("波诺罗戈", "特伦加勒", "班塔恩")),
        (THAI, ("อำเภอฝาง", "อำเภอปาย")),
    ],
)
def test_bases_in_towns_of_other_names_are_other_stories_and_other_bases(
    words: tuple[str, str], names: tuple[str, ...], store: Store
) -> None:
    title, text = words
    kept = [keep(store, title.format(n), text.format(n), published=NOON) for n in names]
    assert len({k.story for k in kept}) == len(names)
    assert registered(store) == len(names)


def test_reports_of_a_base_in_one_town_are_one_story(store: Store) -> None:
    told = [
        (
            "China and Indonesia open farm training base in Ponorogo",
            "A rice training base of China and Indonesia opened in Ponorogo.",
        ),
        (
            "Farm training base in Ponorogo Regency opened by China, Indonesia",
            "It opened in Ponorogo Regency to teach rice planting.",
        ),
        (
            "Training base for rice farmers opened by China, Indonesia",
            "China and Indonesia opened a rice training base in Ponorogo.",
        ),
    ]
    assert len({keep(store, title, text, published=NOON).story for title, text in told}) == 1


def test_a_town_may_stand_behind_at() -> None:
    assert towns("China and Laos open training base at Qwertang", "A training base opened at Qwertang.") == {
        "u:qwertang"
    }


def test_what_is_no_name_or_stands_in_the_headline_alone_is_no_town() -> None:
    assert (
        towns(
            "China and Laos open training base in new push",
            "A training base of China and Laos opened on Friday.",
        )
        == set()
    )
    assert (
        towns(
            "China and Laos Open Training Base in Big Boost",
            "The training base is a big boost for China and Laos.",
        )
        == set()
    )
    assert (
        towns("China and Laos open training base in Vientiane", "A training base opened in Vientiane.")
        == set()
    )
    assert towns("China and Laos open training base in Qwertang", "A training base opened in Qwertang.") == {
        "u:qwertang"
    }
