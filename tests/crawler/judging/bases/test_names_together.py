"""The names of a base by language, and which of them a reader is shown: what reports say before what is made of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.judging.bases.figures import figure_key, figures_together
from crawler.judging.bases.name_origins import NameOrigin, shown_name
from crawler.judging.bases.names_together import NamedTogether, names_by_language
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.proving import proof_strength
from crawler.model import BaseMention

NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)


def proof(
    article: int,
    lang: str,
    name: str,
    origin: str = "report",
    name_en: str = "",
    en_origin: str = "",
    figures: tuple[str, ...] = (),
) -> Proof:
    mention = BaseMention(
        "", name, "base", "launched", (), (), None, "", (), figures, True, name_en, origin, en_origin
    )
    return Proof(article, 1, lang, NOON, mention)


def named(*proofs: Proof) -> dict[str, NamedTogether]:
    return names_by_language(proofs)


def test_a_translation_stands_behind_the_name_of_a_report_and_a_description_behind_both() -> None:
    found = named(
        proof(1, "lo", "ຫ້ອງທົດລອງ (ຈີນ–ລາວ)", "described", "joint laboratory (China–Laos)", "described"),
        proof(2, "th", "ศูนย์ข้าวไทย-จีน", "report", "Thailand–China Rice Centre", "translation"),
    )
    assert found["en"] == ("Thailand–China Rice Centre", NameOrigin("translation", False, 2))
    assert found["lo"].origin.is_made
    later = named(
        proof(2, "th", "ศูนย์ข้าวไทย-จีน", "report", "Thailand–China Rice Centre", "translation"),
        proof(3, "en", "Sino-Thai Rice Hub"),
    )
    assert later["en"] == ("Sino-Thai Rice Hub", NameOrigin("report", False, 3))


def test_a_name_that_one_report_quotes_is_official_and_has_its_first_report() -> None:
    found = named(
        proof(1, "en", "China-Laos Rice Centre"), proof(2, "en", "China–Laos Rice Centre", "official")
    )
    assert found["en"].origin == NameOrigin("report", True, 1)


@pytest.mark.parametrize(
    ("lang", "names", "expected"),
    [
        ("id", ["basis demonstrasi inovasi kolaboratif", "Basis Demonstrasi Inovasi Tiongkok-ASEAN"], 1),
        ("ms", ["makmal padi bersama", "makmal padi bersama", "Makmal Padi Bersama Malaysia-China"], 2),
        ("vi", ["Trung tâm Lúa gạo", "Trung tâm Lúa gạo", "Trung tâm Lúa gạo Việt Nam - Trung Quốc"], 2),
        ("en", ["China-Laos rice centre", "China-Laos Rice Centre"], 1),
        ("en", ["CHINA-LAOS RICE CENTRE", "China-Laos Rice Centre"], 1),
        ("zh", ["水稻联合实验室", "水稻联合实验室", "中国—老挝水稻联合实验室"], 2),
    ],
)  # fmt: skip
def test_capitals_and_who_takes_part_are_kept(lang: str, names: list[str], expected: int) -> None:
    found = named(*(proof(n, lang, name) for n, name in enumerate(names, 1)))
    assert found[lang].text == names[expected]


@pytest.mark.parametrize(
    ("languages", "shown"),
    [(["id", "en"], "zh"), (["th", "id"], "th"), (["zh"], "zh"), (["en"], "zh"), ([], "zh")],
)
def test_a_reader_is_shown_what_is_made_only_where_nobody_names_it(languages: list[str], shown: str) -> None:
    names = {"en": "Rice Base", "zh": "水稻基地", "th": "ฐานข้าว", "id": "basis (Tiongkok–Laos)"}
    origins = {
        "en": NameOrigin("translation"), "zh": NameOrigin("report"), "th": NameOrigin("report"), "id": NameOrigin("described"),
    }  # fmt: skip
    assert shown_name(names, origins, languages, "zh").lang == shown
    made = {lang: NameOrigin("described") for lang in names}
    assert shown_name(names, made, ["id", "en"], "zh").lang == "id"


@pytest.mark.parametrize(
    "figures",
    [
        {"en": "1,000 people", "zh": "1000人", "th": "1,000 คน", "km": "១.០០០ នាក់", "lo": "1.000 ຄົນ", "id": "1.000 orang"},
        {"en": "RM3.2 billion", "ms": "RM3.2 bilion", "zh": "32亿令吉"},
        {"en": "US$50 million", "zh": "5000万美元", "vi": "50 triệu USD", "th": "50 ล้านดอลลาร์"},
    ],
)  # fmt: skip
def test_one_figure_in_many_languages_is_one(figures: dict[str, str]) -> None:
    proofs = [proof(n, lang, "x", figures=(said,)) for n, (lang, said) in enumerate(figures.items())]
    (found,) = figures_together(proofs)
    assert (found.value, found.said, len(found.articles)) == (figures["en"], figures, len(figures))


def test_figures_of_another_unit_or_value_are_others() -> None:
    keys = {figure_key(f, "en") for f in ("200 hectares", "200 acres", "2,000 hectares", "RM200", "US$200")}
    assert len(keys) == 5


@pytest.mark.parametrize(
    ("lang", "weak", "strong"),
    [
        ("en", "Two cities will each house a rice base under a plan that was unveiled in Vientiane on Dec 1.",
         "The rice base was officially launched on Monday in Vientiane."),
        ("en", "The first two rice bases will be set up in Vientiane and Kunming.", "China and Laos launched a rice base."),
        ("zh", "首批水稻基地将设在万象和昆明。", "12月1日，水稻基地在万象正式启动。"),
        ("id", "Dua basis padi akan berdiri di Vientiane dan Kunming.", "Basis padi resmi diluncurkan pada 1 Desember."),
        ("vi", "Hai cơ sở sẽ đặt tại Viêng Chăn và Côn Minh.", "Ngày 1/12, cơ sở lúa gạo được khánh thành tại Viêng Chăn."),
    ],
)  # fmt: skip
def test_a_launch_is_proved_by_what_is_done_not_by_what_is_to_come(lang: str, weak: str, strong: str) -> None:
    assert proof_strength(strong, lang, "launched") > proof_strength(weak, lang, "launched")
