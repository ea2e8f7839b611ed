"""What things are called in other languages: found in texts of any script, kept through engines, and asked for in answers."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.assist.glossary import Glossary, glossary_from, guarded, has_name, names_in
from crawler.judging.bases.name_origins import DESCRIBED, REPORT, TRANSLATION, NameOrigin
from crawler.store.base_listing import ListedBase, StageStep, Telling

STEP = StageStep(
    "launched", None, datetime(2026, 3, 5, tzinfo=UTC), None, 1, (Telling(1, "zh", ""),), is_first=True
)


def base(key: str, names: dict[str, str], origins: dict[str, str] | None = None) -> ListedBase:
    found = {lang: NameOrigin(origin) for lang, origin in (origins or {}).items()}
    return ListedBase(key, "park", (), (), names, found, next(iter(names)), (STEP,), 1, None)


HARBOR = base(
    "harbor",
    {"zh": "中国—东盟信息港", "en": "China–ASEAN Information Harbor", "th": "ท่าเรือข้อมูลจีน-อาเซียน", "vi": "Cảng thông tin Trung Quốc-ASEAN", "id": "Pelabuhan Informasi Tiongkok-ASEAN", "lo": "ທ່າເຮືອຂໍ້ມູນຈີນ-ອາຊຽນ"},
    {"en": REPORT, "th": TRANSLATION},
)  # fmt: skip
CORE = base(
    "core", {"zh": "中国—东盟信息港南宁核心基地", "en": "Nanning Core Base of China–ASEAN Information Harbor"}
)
RICE = base("rice", {"lo": "ສູນເຂົ້າລາວ-ຈີນ", "en": "Lao-Chinese Rice Centre", "zh": "老中稻米中心"})
VAGUE = base(
    "vague",
    {"zh": "中泰联合实验室（曼谷）", "en": "joint laboratory of China and Thailand in Bangkok"},
    {"en": DESCRIBED},
)
GLOSSARY = glossary_from(
    [HARBOR, CORE, RICE, VAGUE], {"own": {"en": ("Sunrise Garden",), "zh": ("旭日园",), "my": ("နေထွက်ဥယျာဉ်",)}, "words": {"en": ("farm", "mill"), "zh": ("农场", "磨坊")}, "uneven": {"en": ("One Thing", "Two"), "zh": ("一物",)}}
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "lang", "to", "names"),
    [
        ("中国—东盟信息港二期开工", "zh", "en", {"中国—东盟信息港": "China–ASEAN Information Harbor"}),
        ("中国-东盟信息港二期开工", "zh", "en", {"中国-东盟信息港": "China–ASEAN Information Harbor"}),
        ("中國—東盟信息港二期開工", "zh", "en", {"中國—東盟信息港": "China–ASEAN Information Harbor"}),
        ("中国—东盟信息港南宁核心基地开园", "zh", "en", {"中国—东盟信息港南宁核心基地": "Nanning Core Base of China–ASEAN Information Harbor"}),
        ("China-ASEAN information harbor grows", "en", "zh", {"China-ASEAN information harbor": "中国—东盟信息港"}),
        ("Cảng thông tin Trung Quốc - ASEAN mở rộng", "vi", "en", {"Cảng thông tin Trung Quốc - ASEAN": "China–ASEAN Information Harbor"}),
        ("ເປີດສູນເຂົ້າລາວ-ຈີນຢູ່ວັງວຽງ", "lo", "zh", {"ສູນເຂົ້າລາວ-ຈີນ": "老中稻米中心"}),
        ("ขยายท่าเรือข้อมูลจีน-อาเซียนแล้ว", "th", "en", {"ท่าเรือข้อมูลจีน-อาเซียน": "China–ASEAN Information Harbor"}),
        ("Sunrise Gardens and Sunrise Garden", "en", "my", {"Sunrise Garden": "နေထွက်ဥယျာဉ်"}),
        ("the farm and the mill", "en", "zh", {}),
        ("One Thing after another", "en", "zh", {}),
        ("中泰联合实验室（曼谷）揭牌", "zh", "en", {"曼谷": "Bangkok"}),
        ("中国—东盟信息港", "zh", "zh", {}),
        ("中国—东盟信息港", "zh", "km", {"东盟": "អាស៊ាន"}),
        ("", "zh", "en", {}),
    ],
)  # fmt: skip
def test_names_are_found(text: str, lang: str, to: str, names: dict[str, str]) -> None:
    assert names_in(text, lang, to, GLOSSARY) == names


def test_the_packaged_tables_know_people_places_and_projects() -> None:
    names = names_in("习近平与通伦在万象出席中国—东盟博览会", "zh", "en", glossary_from(()))
    assert set(names.values()) == {"Xi Jinping", "Thongloun Sisoulith", "Vientiane", "China-ASEAN Expo"}
    assert names_in("Xi Jinping in Vientiane", "en", "th", glossary_from(()))["Xi Jinping"] == "สี จิ้นผิง"


def test_a_base_is_called_as_the_register_calls_it_before_the_tables() -> None:
    own = base("expo", {"zh": "中国—东盟博览会", "en": "CAEXPO of the register"})
    assert names_in("中国—东盟博览会开幕", "zh", "en", glossary_from([own])) == {
        "中国—东盟博览会": "CAEXPO of the register"
    }


WORDS = st.lists(
    st.sampled_from(
        ["opened", "in", "Kunming", "开园", "ที่เมือง", "ລາວ", "2026", "(new)", "Zx", "XZ1", "ខេត្ត"]
    ),
    max_size=6,
)


@given(WORDS, WORDS, st.booleans())
def test_guarded_names_come_back(before: list[str], behind: list[str], lower: bool) -> None:
    text = " ".join([*before, "中国—东盟信息港", *behind, "老中稻米中心"])
    names = {"中国—东盟信息港": "China–ASEAN Information Harbor", "老中稻米中心": "Lao-Chinese Rice Centre"}
    protected, restore = guarded(text, names)
    assert not any(name in protected for name in names)
    found = restore(protected.lower() if lower else protected)
    assert found is not None and all(found.count(target) == 1 for target in names.values())


def _placeholders(protected: str) -> list[str]:
    return [word for word in protected.split() if word.isascii() and any(c.isdigit() for c in word)]


@pytest.mark.parametrize(
    ("change", "is_whole"),
    [
        (lambda one, other: f"{other} visits {one}", True),
        (lambda one, other: f"{one.lower()}, {other.title()}", True),
        (lambda one, other: " ".join(one) + " and " + other, True),
        (lambda one, other: "".join(chr(ord(c) + 0xFEE0) for c in one) + other, True),
        (lambda one, other: f"the{one}与{other}", True),
        (lambda one, other: one, False),
        (lambda one, other: f"{one} {one} {other}", False),
        (lambda one, other: f"{one[:-2]} {other}", False),
        (lambda one, other: f"{one} {other} {other[:2]}", False),
        (lambda one, other: "nothing", False),
    ],
)  # fmt: skip
def test_placeholders_that_an_engine_changes(change: object, is_whole: bool) -> None:
    protected, restore = guarded("甲园 与 乙园", {"甲园": "Alpha Park", "乙园": "Beta Park"})
    found = restore(change(*_placeholders(protected)))  # type: ignore[operator]
    assert (found is not None) is is_whole
    if found is not None:
        assert "Alpha Park" in found and "Beta Park" in found


def test_without_names_nothing_is_put_in() -> None:
    protected, restore = guarded("甲园", {})
    assert (protected, restore("Park A")) == ("甲园", "Park A")


@pytest.mark.parametrize(
    ("text", "name", "stands"),
    [
        ("The China-ASEAN Information Harbor grows", "China–ASEAN Information Harbor", True),
        ("China ASEAN information harbor", "the China–ASEAN Information Harbor", True),
        ("China-ASEAN Information Port", "China–ASEAN Information Harbor", False),
        ("Information Harbor", "China–ASEAN Information Harbor", False),
        ("President Xi arrives", "Xi Jinping", True),
        ("นายกฯอนุทินพบทูต", "อนุทิน ชาญวีรกูล", True),
        ("Twin Parks of two countries", "Two Countries, Twin Parks", False),
        ("Two countries twin parks", "Two Countries, Twin Parks", True),
    ],
)
def test_whether_a_name_stands(text: str, name: str, stands: bool) -> None:
    assert has_name(text, name) is stands


def test_a_glossary_never_breaks_on_any_text() -> None:
    chance = random.Random(3)
    letters = "中国—东盟信息港 China–ASEAN Information Harbor ท่าเรือข้อมูลจีน-อาเซียน \u200b\ud800"
    for _ in range(200):
        text = "".join(chance.choices(letters, k=chance.randint(0, 40)))
        for name in names_in(text, "zh", "en", GLOSSARY):
            assert name in text


def test_glossaries_are_the_same_for_all_who_make_them() -> None:
    one, other = (glossary_from([RICE, HARBOR]) for _ in range(2))
    assert isinstance(one, Glossary) and one == other and hash(one.version) == hash(other.version)
