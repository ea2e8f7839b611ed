"""Names are found again by their sound in scripts that write them so."""

from __future__ import annotations

import pytest

from crawler.judging.entities.sounds import by_skeleton, heard, skeleton

KNOWN = by_skeleton(
    (
        (name, name)
        for name in ("Pekanbaru", "Makassar", "Sisowath Ratana", "Naypyidaw", "Vorachak", "Kalimantan")
    ),
    least=3,
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("中国企業はマカッサルで工場を着工した", {"Makassar"}),
        ("カリマンタンの発電所", {"Kalimantan"}),
        ("시소왓·라타나 장관이 말했다", {"Sisowath Ratana"}),
        ("마카사르에서 공장을 착공했다", {"Makassar"}),
        ("칼리만탄의 발전소", {"Kalimantan"}),
        ("Завод построен в Макасаре", {"Makassar"}),
        ("на острове Калимантан", {"Kalimantan"}),
        ("مصنع جديد في ماكاسار", {"Makassar"}),
        ("وفي كاليمانتان محطة", {"Kalimantan"}),
        ("シソワット・ラタナ外相", {"Sisowath Ratana"}),
        ("Сисоват Ратана заявил", {"Sisowath Ratana"}),
    ],
)
def test_a_name_is_found_as_it_sounds_with_what_the_language_hangs_on_to_it(
    text: str, named: set[str]
) -> None:
    assert heard(text, [KNOWN], 3) == named


@pytest.mark.parametrize(
    "text",
    [
        "経済協力を進める",
        "경제 협력을 추진한다",
        "Экономическое сотрудничество",
        "التعاون الاقتصادي",
        "センターとフォーラム",
    ],
)
def test_other_words_are_no_names(text: str) -> None:
    assert not heard(text, [KNOWN], 3)


@pytest.mark.parametrize(
    "names",
    [
        "Surabaya スラバヤ 수라바야 Сурабая سورابايا",
        "Jakarta ジャカルタ 자카르타 Джакарта جاكرتا",
        "Bandung バンドン 반둥 Бандунг باندونغ",
    ],
)
def test_one_city_has_one_skeleton_in_all_scripts(names: str) -> None:
    assert len({skeleton(name) for name in names.split()}) == 1


def test_a_script_without_vowels_needs_a_consonant_more() -> None:
    known = by_skeleton([("Sidore", "Sidore"), ("Sidoreka", "Sidoreka")], least=3)
    assert heard("سيدور", [known], 3) == frozenset()
    assert heard("سيدوركا", [known], 3) == {"Sidoreka"}


def test_names_too_short_to_be_told_by_sound_are_left_out() -> None:
    assert not by_skeleton([("Hue", "Hue"), ("Dili", "Dili")], least=3)
