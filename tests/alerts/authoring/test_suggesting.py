"""What somebody looks for, in whatever language, becomes terms in ten languages; stories in several languages add to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.authoring.answer_mistakes import ALONE, WITHOUT
from alerts.authoring.reports import ReadReport, count_terms, latest_reports, read_report
from alerts.authoring.suggesting import MOST_THINGS, chosen_terms, parts_of
from crawler.analysis.history import PastArticle
from crawler.judging.entities.lexicon import TermOrigin, all_meanings, meanings_of, things_in
from crawler.judging.text.language import LANGUAGES
from crawler.judging.text.script import SCRIPT_LANGUAGE, script_of
from crawler.model import AseanwatchError
from tests.builders import article, keep, new_store

DURIAN = {"en": "durian", "zh": "榴莲", "vi": "sầu riêng", "th": "ทุเรียน", "lo": "ທຸລຽນ", "my": "ဒူးရင်း"}


@pytest.mark.parametrize(
    "words",
    ["durian exports", "榴莲出口", "xuất khẩu sầu riêng", "ส่งออกทุเรียน", "ekspor durian", "ການສົ່ງອອກ ທຸລຽນ", "DURIANS, exporters of"],
)  # fmt: skip
def test_the_same_terms_whatever_language_it_is_asked_in(words: str) -> None:
    chosen = chosen_terms(parts_of(words))
    together = {
        (lang, term) for spellings in chosen.values() for lang, terms in spellings.items() for term in terms
    }
    assert set(DURIAN.items()) - together == set()
    assert {("en", "exports"), ("zh", "出口"), ("th", "ส่งออก")} - together <= {("en", "exports")}


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("durian exports", ["durian", "exports"]),
        ("durian export/import and quarantine", ["durian", "export/import", "quarantine"]),
        ("rubber or palm oil", ["rubber/palm oil"]),
        ("high-speed rail", ["high-speed rail", "high-speed", "rail"]),
        ("Funan Techo Canal", ["Funan Techo Canal"]),
        ("zzyzx durian", ["zzyzx", "durian"]),
        ("中国的榴莲", ["中国", "榴莲"]),
        ('"durian" ($base) *', ["durian", "base"]),
        ("$ = * ^", []),
        ("水", ["水"]),
        ("", []),
        ("and of the / 的", []),
    ],
)
def test_the_longest_names_are_things_and_a_stroke_joins_alternatives(words: str, typed: list[str]) -> None:
    assert [part.typed for part in parts_of(words)] == typed


@pytest.mark.parametrize("words", ["travel without visa", "không visa", "perjalanan tanpa visa", "visa 无"])
def test_a_word_of_negation_is_no_thing(words: str) -> None:
    names = {part.typed.lower() for part in parts_of(words)}
    assert names in ({"visa"}, {"travel", "visa"}, {"perjalanan", "visa"})


@pytest.mark.parametrize("words", ["living alone", "the word 'without,' alone"])
def test_no_thing_has_the_name_of_another_set_of_the_topic(words: str) -> None:
    assert not {ALONE, WITHOUT} & {part.name for part in parts_of(words)}


def test_a_name_of_several_words_is_enough_by_itself_and_by_its_parts() -> None:
    names = [part.name for part in parts_of("scam centres")]
    assert names == [ALONE, "scam", "centres"]


def test_a_word_that_no_table_has_is_looked_for_as_it_was_typed() -> None:
    (part,) = parts_of("Qwertzuiop")
    assert [(t.lang, t.term, t.origins, t.is_chosen) for t in part.terms] == [
        ("en", "Qwertzuiop", (TermOrigin.TYPED,), True)
    ]


def test_too_many_things_are_refused() -> None:
    with pytest.raises(AseanwatchError, match=f"at most {MOST_THINGS}"):
        parts_of(" ".join(f"qwx{n}" for n in range(MOST_THINGS + 1)))


@given(st.text(max_size=80))
def test_nothing_that_is_typed_fails(words: str) -> None:
    for thing in things_in(words):
        assert thing.typed
    for part in parts_of(words) if len(words) < MOST_THINGS else ():
        assert part.name
        assert len({(t.lang, t.term) for t in part.terms}) == len(part.terms)


def test_every_spelling_of_the_tables_is_of_the_script_of_its_language() -> None:
    own = {lang: script for script, lang in SCRIPT_LANGUAGE.items()}
    wrong = [
        (meaning.name, lang, spelling)
        for meaning in all_meanings()
        if meaning.origin in (TermOrigin.NEWS, TermOrigin.EVERYDAY)
        for lang, spellings in meaning.spellings.items()
        for spelling in spellings
        if lang in own and not any(script_of(c) == own[lang] for c in spelling)
    ]
    assert [w for w in wrong if w[0] != "KK Park"] == []


def test_every_word_of_news_has_all_ten_languages() -> None:
    for meaning in all_meanings():
        if meaning.origin is TermOrigin.NEWS:
            assert set(meaning.spellings) == set(LANGUAGES), meaning.name


def test_plurals_are_found() -> None:
    assert {m.name for m in meanings_of("batteries")} == {m.name for m in meanings_of("battery")}
    assert meanings_of("ports")
    assert not meanings_of("qwertzs")


def report(number: int, lang: str, title: str, story: int | None = None) -> ReadReport:
    """A stored report, as it is read."""
    return read_report(PastArticle(number, article(title, lang_hint=lang), story, is_duplicate=False))


def test_stories_in_several_languages_tell_what_a_thing_is_called() -> None:
    told = [(1, "en", "Zorblax plant opens", 1), (2, "lo", "ໂຮງງານ ກອກແກກ ເປີດ", 1), (3, "en", "Zorblax talks", 2), (4, "lo", "ເຈລະຈາ ກອກແກກ", 2)]  # fmt: skip
    reports = [report(*one) for one in told] + [report(n, "lo", f"ຂ່າວ ອື່ນ ເລກ {n}") for n in range(10, 22)]
    (part,) = parts_of("Zorblax", reports)
    found = [t for t in part.terms if t.origins == (TermOrigin.STORE,)]
    assert found
    assert {t.lang for t in found} == {"lo"}
    assert all(t.term in "ກອກແກກ" and t.count.articles == 2 for t in found)
    named = next(t for t in part.terms if t.term == "Zorblax")
    assert named.count.articles == 2
    assert named.count.context is not None
    assert named.count.context[1] == "Zorblax"


def test_reports_of_a_story_in_one_language_translate_nothing() -> None:
    reports = [report(n, "en", f"Zorblax and quonk, part {n}", 1) for n in range(4)]
    reports += [report(n, "en", f"Other news {n}") for n in range(10, 22)]
    (part,) = parts_of("Zorblax", reports)
    assert [t.term for t in part.terms] == ["Zorblax"]


def test_a_count_is_of_reports_whatever_case_they_write_in(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    keep(store, "DURIAN, durian and Durian again")
    assert [c.articles for c in count_terms(latest_reports(store), [("en", "durian"), ("zh", "榴莲")])] == [
        1,
        0,
    ]
