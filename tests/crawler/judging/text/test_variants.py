"""A term finds every spelling of its word, alone and inside text, and the evidence is what was written."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler.judging.text.matching import Matcher
from crawler.judging.text.terms import patterns
from crawler.judging.text.zawgyi import is_zawgyi
from crawler.model import TermSet
from tests.crawler.judging.text.variants import INSIDE_OTHER_WORDS, VARIANTS

PAIRS = [
    (kind, lang, term, written)
    for kind, rows in VARIANTS.items()
    for lang, term, ways in rows
    for written in (term, *ways)
]


def found(lang: str, term: str, text: str) -> list[str]:
    findings = Matcher(patterns([TermSet("set", {lang: (term,)})], [])).find({"text": text}, lang)
    return [text[e.start : e.end] for e in map(findings.evidence, findings.of(["set"]))]


def test_there_are_enough_pairs() -> None:
    assert len({(term, written) for _, _, term, written in PAIRS if term != written}) >= 150
    assert {lang for _, lang, _, _ in PAIRS} >= {"en", "zh", "id", "ms", "vi", "th", "tl", "km", "lo", "my"}


@pytest.mark.parametrize(("kind", "lang", "term", "written"), PAIRS)
def test_every_spelling_is_found(kind: str, lang: str, term: str, written: str) -> None:
    before, behind = ("(", ")") if lang in ("zh", "th", "lo", "km", "my") else ("see ", ", then")
    (evidence,) = set(found(lang, term, f"{before}{written}{behind}"))
    assert evidence in written
    assert len(evidence) >= len(term.lstrip("=")) * 2 // 3


@pytest.mark.parametrize(("lang", "term", "text"), INSIDE_OTHER_WORDS)
def test_a_term_is_not_found_inside_another_word(lang: str, term: str, text: str) -> None:
    assert found(lang, term, text) == []


@given(st.sampled_from(PAIRS), st.sampled_from(PAIRS), st.sampled_from(["\n\n", " / ", "; ", " (", ". "]))
def test_any_mixture_of_spellings_changes_no_verdict(
    one: tuple[str, ...], other: tuple[str, ...], between: str
) -> None:
    _, lang, term, written = one
    # A line that shows no encoding goes with the rest of its text
    assume(is_zawgyi(other[3]) == is_zawgyi(written))
    text = f"{other[3]}{between}{written}{between}{other[3]}"
    assert any(piece in written for piece in found(lang, term, text))
