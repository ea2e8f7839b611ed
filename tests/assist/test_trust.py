"""What is believed of answers: all that a report says, in whatever language, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.assist_trust import brief_of, judged
from crawler.assist.model import (
    AssistReport,
    BriefAnswer,
    BriefRequest,
    CheckRequest,
    Opinion,
    Passage,
    Statement,
)
from crawler.assist.trust import believed_brief, believed_opinion, believed_translation
from crawler.runtime.data_tables import table as data_table
from tests.assist.answers import INVENTED, table
from tests.assist.sayings import CHANGES, FACTS, LANGUAGES, Facts, said

PAIRS = list(permutations(LANGUAGES, 2))


def test_honest_answers_are_believed() -> None:
    found = list(judged(table()))
    assert len(found) > 400
    refused = [(j.what, j.verdict.reason) for j in found if not j.verdict.believed]
    assert len(refused) <= len(found) // 25, refused


def test_lies_are_refused() -> None:
    found = list(judged(table("lies.yaml")))
    believed = [j.what for j in found if j.verdict.believed]
    assert (len(found) > 200, believed) == (True, [])


def _inventions() -> list[tuple[str, str, str, str, str]]:
    """Each honest translation with everything that can be invented in it."""
    rows = [row for group, rows in table().items() if not group.endswith("briefs") for row in rows]
    return [
        (lang, to, source, f"{answer}{more}", kind)
        for lang, to, source, answer in rows
        for kind, every in INVENTED.get(to, {}).items()
        for more in every
        if more.split()[-1] not in answer and more[-2:] not in answer  # what is true there is no invention
    ]


def _refuse_all(cases: list[tuple[str, str, str, str, str]]) -> None:
    believed = [
        (source, answer)
        for lang, to, source, answer, _ in cases
        if believed_translation(Passage(source, lang), to, answer, {}).believed
    ]
    assert believed == []


def test_what_is_invented_is_refused() -> None:
    # A part of them that has all kinds and languages.
    _refuse_all(_inventions()[::51])


@pytest.mark.long
def test_everything_that_is_invented_is_refused() -> None:
    _refuse_all(_inventions())


@settings(max_examples=25, deadline=None)
@given(FACTS, st.sampled_from(PAIRS), st.sampled_from(CHANGES))
def test_the_same_facts_are_believed_and_others_refused(
    facts: Facts, pair: tuple[str, str], change: str
) -> None:
    lang, to = pair
    passage = Passage(said(facts, lang), lang)
    verdict = believed_translation(passage, to, said(facts, to), {})
    assert verdict.believed, (passage.text, said(facts, to), verdict.reason)
    other = said(facts.changed(change), to)
    assert not believed_translation(passage, to, other, {}).believed, (passage.text, other)


_COUNTED = {
    "en": "{} teachers and {} students attend the opening",
    "zh": "教师{}名、学生{}名出席启用仪式",
    "id": "{} guru dan {} siswa menghadiri pembukaan",
    "ms": "{} guru dan {} pelajar menghadiri pembukaan",
    "vi": "{} giáo viên và {} học sinh dự lễ khai trương",
    "th": "ครู {} คนและนักเรียน {} คนเข้าร่วมพิธีเปิด",
    "tl": "Dumalo ang {} guro at {} mag-aaral sa pagbubukas",
    "km": "គ្រូ {} នាក់ និងសិស្ស {} នាក់ ចូលរួមពិធីបើក",
    "lo": "ຄູ {} ຄົນ ແລະ ນັກຮຽນ {} ຄົນ ເຂົ້າຮ່ວມພິທີເປີດ",
    "my": "ဖွင့်ပွဲသို့ ဆရာ {} ဦးနှင့် ကျောင်းသား {} ဦး တက်ရောက်",
}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(13, 990), min_size=2, max_size=2, unique=True), st.sampled_from(PAIRS))
def test_figures_keep_their_places(counts: list[int], pair: tuple[str, str]) -> None:
    passage, (one, other) = Passage(_COUNTED[pair[0]].format(*counts), pair[0]), counts
    verdict = believed_translation(passage, pair[1], _COUNTED[pair[1]].format(one, other), {})
    assert verdict.believed, verdict.reason
    assert not believed_translation(passage, pair[1], _COUNTED[pair[1]].format(other, one), {}).believed


def _report(text: str, lang: str, number: int = 1, title: str = "") -> AssistReport:
    return AssistReport(
        number,
        number * 10,
        lang,
        title,
        text,
        "Example Daily",
        "example",
        datetime(2026, 3, 5, 8, tzinfo=UTC),
    )


@settings(max_examples=12, deadline=None)
@given(FACTS, FACTS, st.sampled_from(PAIRS), st.sampled_from(CHANGES))
def test_a_brief_says_what_its_reports_say(
    facts: Facts, others: Facts, pair: tuple[str, str], change: str
) -> None:
    lang, to = pair
    request = BriefRequest((_report(said(facts, lang), lang), _report(said(others, to), to, 2)), to)
    own = Statement(said(facts, to), (1,))
    verdict = believed_brief(request, BriefAnswer((own, Statement(said(others, to), (1, 2))), "model"))
    assert verdict.believed, verdict.reason
    changed = Statement(said(facts.changed(change), to), (1,))
    assert not believed_brief(request, BriefAnswer((changed,), "model")).believed


@pytest.mark.parametrize(
    ("title", "text", "statement", "believed"),
    [
        (
            "中越合作区开园推迟",
            "中越合作区原定周五开园。",
            "The opening of the China-Vietnam cooperation zone is postponed.",
            True,
        ),
        (
            "中越合作区开园推迟",
            "中越合作区原定周五开园。",
            "The China-Vietnam cooperation zone opened.",
            False,
        ),
        # What a report tells further down is another matter.
        (
            "中越合作区开园",
            "合作区今日开园。另外，一场研讨会被取消。",
            "The China-Vietnam cooperation zone opened.",
            True,
        ),
        ("中越合作区开园", "合作区今日开园。另外，一场研讨会被取消。", "A seminar was cancelled.", True),
    ],
)
def test_a_brief_keeps_what_headlines_take_back(
    title: str, text: str, statement: str, believed: bool
) -> None:
    request = BriefRequest((_report(text, "zh", title=title),), "en")
    assert believed_brief(request, BriefAnswer((Statement(statement, (1,)),), "model")).believed is believed


def test_invented_facts_are_refused_in_briefs() -> None:
    for row in table()["briefs"]:
        request, answer = brief_of(row)
        for every in INVENTED[row["to"]].values():
            for more in every:
                first, *others = answer.statements
                invented = Statement(f"{first.text.rstrip('.。')}{more}", first.reports)
                verdict = believed_brief(request, BriefAnswer((invented, *others), "model"))
                assert not verdict.believed, invented.text


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ((), "0 statements"),
        (("A", "B", "C"), "3 statements"),
        (("A demonstration park of Golden Dragon Holdings opened in Vientiane.",), "Golden Dragon"),
        (("The park will be extended to Luang Prabang.",), "Luang Prabang"),
        (("China and Thailand opened a park in Vientiane.",), "TH"),
        (("Minister Zhao Qianli opened the park in Vientiane.",), "Zhao Qianli"),
        (("A park opened in Vientiane on March 20.",), "March 20"),
    ],
)
def test_a_brief_is_refused_for_a_reason(statements: tuple[str, ...], reason: str) -> None:
    request = BriefRequest((_report("中老农业示范园3月4日在万象开园。", "zh"),), "en")
    verdict = believed_brief(request, BriefAnswer(tuple(Statement(s, (1,)) for s in statements), "model"))
    assert reason in (verdict.reason or "")


@pytest.mark.parametrize("numbers", [(), (2,), (1, 7), (0,)])
def test_a_brief_names_only_reports_that_it_was_given(numbers: tuple[int, ...]) -> None:
    request = BriefRequest((_report("中老农业示范园在万象开园。", "zh"),), "en")
    statement = Statement("A China-Laos agricultural park opened in Vientiane.", numbers)
    assert "reports" in (believed_brief(request, BriefAnswer((statement,), "model")).reason or "")


@pytest.mark.parametrize(
    ("lang", "source", "to", "answer", "believed"),
    [
        ("zh", "中越合作区签约仪式推迟", "en", "China-Vietnam cooperation zone opens", False),
        ("zh", "中越合作区签约仪式推迟", "en", "Signing for China-Vietnam cooperation zone put off", True),
        ("zh", "外交部否认在缅甸建军港", "en", "Foreign ministry announces naval port in Myanmar", False),
        ("vi", "Việt Nam bác bỏ tin mở khu công nghiệp Trung Quốc", "en", "Vietnam opens Chinese industrial park", False),
        ("th", "ไทยยกเลิกโครงการเหมืองร่วมกับจีน", "en", "Thailand starts mining project with China", False),
        ("id", "Pemerintah batalkan proyek dengan Tiongkok", "en", "Government cancels project with China", True),
        ("id", "Pemerintah batalkan proyek dengan Tiongkok", "en", "Government launches project with China", False),
        ("zh", "中泰计划建设联合实验室", "en", "China and Thailand open joint laboratory", False),
        ("zh", "中泰计划建设联合实验室", "en", "China and Thailand plan joint laboratory", True),
        ("en", "Laos suspends Chinese dam project", "zh", "老挝启动中国水坝项目", False),
        ("en", "Laos suspends Chinese dam project", "zh", "老挝暂停中国水坝项目", True),
        ("zh", "中泰联合实验室启用", "en", "China-Thailand joint laboratory cancelled", False),
        ("zh", "中泰联合实验室启用", "en", "China-Thailand joint laboratory is not in use", False),
        ("zh", "中泰联合实验室未启用", "en", "China-Thailand joint laboratory is not in use", True),
        ("th", "ห้องแล็บไทย-จีนเปิดแล้ว", "id", "Laboratorium Thailand-Tiongkok belum dibuka", False),
    ],
)  # fmt: skip
def test_how_far_something_has_come_is_kept(
    lang: str, source: str, to: str, answer: str, believed: bool
) -> None:
    assert believed_translation(Passage(source, lang), to, answer, {}).believed is believed


@pytest.mark.parametrize(
    ("lang", "source", "answer", "believed"),
    [
        ("vi", "Vốn 2.500 tỷ đồng cho dự án", "2.5 trillion dong of capital for the project", True),
        ("vi", "Vốn 2.500 tỷ đồng cho dự án", "2.5 billion dong of capital for the project", False),
        ("vi", "Vốn 2,500 tỷ đồng cho dự án", "2.5 trillion dong of capital for the project", True),
        ("id", "Rp2,5 miliar untuk 1.250 petani", "Rp2.5 billion for 1,250 farmers", True),
        ("id", "Rp2,5 miliar untuk 1.250 petani", "Rp2.5 billion for 1.25 farmers", False),
        ("lo", "ມີ 1.200 ຄົນ", "There are 1,200 people", True),
        ("th", "ครั้งที่ ๓ เมื่อวันที่ ๕ ธ.ค. ๖๘", "The third was on December 5, 2025", True),
        ("th", "ครั้งที่ ๓ เมื่อวันที่ ๕ ธ.ค. ๖๘", "The third was on December 5, 2024", False),
        ("my", "ဒေါ်လာ ၁၀ သိန်း", "1 million dollars", True),
        ("my", "ဒေါ်လာ ၁၀ သိန်း", "10 million dollars", False),
        ("zh", "投资三亿元", "Investment of 300 million yuan", True),
        ("zh", "投资三亿元", "Investment of 300 million dollars", False),
        ("zh", "投资5至7亿元", "Investment of 500 million to 700 million yuan", True),
        ("zh", "下午3点开幕", "It opens at 15:00", True),
        ("zh", "下午3点开幕", "It opens at 16:00", False),
        ("zh", "出口增长逾五成", "Exports up more than 50 percent", True),
    ],
)
def test_figures_of_many_forms(lang: str, source: str, answer: str, believed: bool) -> None:
    verdict = believed_translation(Passage(source, lang), "en", answer, {})
    assert verdict.believed is believed, verdict.reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "says nothing"),
        ("中老联合实验室在万象揭牌", "script"),
        ("Laboratorium bersama Tiongkok dan Laos diresmikan di Vientiane", "another language"),
        ("China-Laos joint laboratory unveiled in Vientiane, a landmark in the long and fruitful history of cooperation between the two "
         "neighbours that will, as everybody hopes, bring prosperity and progress to farmers, students and researchers", "longer"),
        ("China-Laos joint laboratory\nunveiled in Vientiane", "lines"),
    ],
)  # fmt: skip
def test_the_form_of_a_translation(answer: str, reason: str) -> None:
    verdict = believed_translation(Passage("中老联合实验室在万象揭牌", "zh"), "en", answer, {})
    assert reason in (verdict.reason or "")


@pytest.mark.parametrize(
    ("source", "answer", "other_way"),
    [
        ("越南榴莲对华出口回升", "Viet Nam's durian exports to China recover", "China's durian exports to Viet Nam recover"),
        ("中国对泰出口钢材", "China exports steel to Thailand", "Thailand exports steel to China"),
        ("老挝总理访华", "Lao prime minister visits China", "Chinese prime minister visits Laos"),
        ("柬埔寨学生赴华学习农业", "Cambodian students go to China to study agriculture", "Chinese students go to Cambodia to study agriculture"),
        ("中国援缅物资启运", "Chinese relief supplies for Myanmar set out", "Myanmar relief supplies for China set out"),
    ],
)  # fmt: skip
def test_who_does_it_to_whom_where_one_character_names_a_country(
    source: str, answer: str, other_way: str
) -> None:
    assert believed_translation(Passage(source, "zh"), "en", answer, {}).believed
    assert not believed_translation(Passage(source, "zh"), "en", other_way, {}).believed


def test_all_that_the_sample_assistant_says_is_believed() -> None:
    said_of = data_table("assist_demo.yaml")["translations"]
    refused = [
        (source, verdict.reason)
        for lang, pairs in said_of.items()
        for source, answer in pairs.items()
        if not (verdict := believed_translation(Passage(source, lang), "en", answer, {})).believed
    ]
    assert refused == []


def test_a_reason_quotes_strangers_shortly_and_on_one_line() -> None:
    verdict = believed_translation(
        Passage("中老联合实验室在万象揭牌", "zh"),
        "en",
        "Joint laboratory https://evil.example/" + "a\x1b[31m" * 90,
        {},
    )
    assert verdict.reason is not None and "\x1b" not in verdict.reason and "\n" not in verdict.reason
    assert len(verdict.reason) < 160


def test_the_glossary_must_be_kept_to() -> None:
    passage = Passage("中国—东盟信息港二期开工", "zh")
    names = {"中国—东盟信息港": "China–ASEAN Information Harbor"}
    assert believed_translation(
        passage, "en", "China-ASEAN Information Harbor phase two begins construction", names
    ).believed
    refused = believed_translation(
        passage, "en", "China-ASEAN data haven phase two begins construction", names
    )
    assert "by its name" in (refused.reason or "")


CLAUSE = "中国—老挝稻米联合实验室在万象揭牌"
CHECKED = CheckRequest(
    CLAUSE, "zh", 1, (_report(f"3月4日，{CLAUSE}。", "zh", title="中老合作"),), ("planned", "launched")
)
GOOD = Opinion("yes", "中国—老挝稻米联合实验室", ("万象",), "launched", CLAUSE, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"verdict": "no", "name": "", "places": (), "stage": "", "quote": "", "report": 0}, None),
        ({"verdict": "unsure", "name": "", "places": (), "stage": ""}, None),
        ({"verdict": "maybe"}, "verdict"),
        ({"verdict": "YES"}, "verdict"),
        ({"stage": "operating"}, "stage"),
        ({"name": "中国—泰国稻米联合实验室"}, "name"),
        ({"places": ("万象", "琅勃拉邦")}, "place"),
        ({"places": ("  ",)}, "place"),
        ({"quote": "联合实验室在金边揭牌"}, "quote"),
        ({"quote": ""}, "quotes nothing"),
        ({"quote": "3月4日"}, "quote"),
        ({"report": 2}, "report"),
        ({"report": 0}, "report"),
        ({"verdict": "no", "name": "示范区", "quote": "", "report": 1}, "name"),
    ],
)  # fmt: skip
def test_opinions_stand_in_the_report(change: dict[str, object], reason: str | None) -> None:
    verdict = believed_opinion(CHECKED, replace(GOOD, **change))  # type: ignore[arg-type]
    assert verdict.believed if reason is None else reason in (verdict.reason or "")


ANY_TEXT = st.text(max_size=60) | st.text(
    "零〇十百千万亿1２๓,.%年月日第年成 -:thMayไม่ไลนXIV@#/ນຫມ", max_size=40
)


@settings(max_examples=40, deadline=None)
@given(ANY_TEXT, ANY_TEXT, st.sampled_from([*LANGUAGES, "fr", "und"]), st.sampled_from(LANGUAGES))
def test_any_text_has_a_verdict(source: str, answer: str, lang: str, to: str) -> None:
    verdict = believed_translation(Passage(source, lang), to, answer, {source[:5] or "x": "Y Z"})
    assert verdict.reason is None or verdict.reason.isprintable()
    request = BriefRequest((_report(source, lang, title=answer),), to)
    believed_brief(request, BriefAnswer((Statement(answer, (1,)),), "model"))
    believed_opinion(CHECKED, replace(GOOD, name=source, quote=answer, places=(source,)))
