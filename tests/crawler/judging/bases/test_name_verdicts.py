"""What an editor would say of a name that was found."""

from __future__ import annotations

import pytest

from crawler.judging.bases.name_verdicts import NameVerdict, name_verdict, verdict_on

EXACT, ACCEPTABLE, SHORT, RAGGED, WRONG = NameVerdict

LAB = "China-Laos Joint Laboratory for Rice Breeding"


@pytest.mark.parametrize(
    ("found", "wanted", "lang", "verdict"),
    [
        ("China–Laos joint laboratory for rice breeding", LAB, "en", EXACT),
        ("China-Laos AI Centre", "China-Laos Artificial Intelligence Center", "en", EXACT),
        ("China-Laos Artificial Intelligence (AI) Centre", "China-Laos AI Center", "en", ACCEPTABLE),
        ("Lao-Chinese Joint Laboratory for Rice Breeding", LAB, "en", ACCEPTABLE),
        (f"the {LAB} in Vientiane", LAB, "en", ACCEPTABLE),
        ("Taman Perindustrian Kuantan (MCKIP)", "Taman Perindustrian Kuantan", "ms", ACCEPTABLE),
        ("laboratory", LAB, "en", SHORT),
        ("", LAB, "en", WRONG),
        (f"{LAB} opened its doors", LAB, "en", RAGGED),
        ("China-Thailand Joint Laboratory for Rice Breeding", LAB, "en", WRONG),
        ("National University of Laos", LAB, "en", WRONG),
        ("เปิดศูนย์วิจัยไทย-จีนอย่างเป็นทางการ", "ศูนย์วิจัยไทย-จีน", "th", RAGGED),
        ("ศูนย์วิจัยจีน-ไทย", "ศูนย์วิจัยไทย-จีน", "th", ACCEPTABLE),
        ("ສູນດັ່ງກ່າວ", "ສູນຄົ້ນຄວ້າເຂົ້າ ລາວ-ຈີນ", "lo", WRONG),
        ("中老水稻研究中心", "中老水稻研究中心有限公司", "zh", ACCEPTABLE),
        ("中國-寮國水稻研究中心", "中国—老挝水稻研究中心", "zh", ACCEPTABLE),
    ],
)
def test_a_name_is_judged_as_an_editor_would(
    found: str, wanted: str, lang: str, verdict: NameVerdict
) -> None:
    assert name_verdict(found, [wanted], lang) is verdict


def test_the_best_of_several_right_names_counts() -> None:
    assert name_verdict("Rice Lab", ["China-Laos Rice Laboratory", "Rice Laboratory"], "en") is EXACT


def test_a_report_s_own_words_count_only_where_they_say_which_base_it_is() -> None:
    base = {"name": "China-aided industrial park in the Philippines", "as_written": "industrial park"}
    assert verdict_on("industrial park", base, "en") is not EXACT
    named = {
        "name": "Chinese Research Institute of Hanoi University",
        "as_written": "China Research Institute",
    }
    assert verdict_on("China Research Institute", named, "en") is EXACT
