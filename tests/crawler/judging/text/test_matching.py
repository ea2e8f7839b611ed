"""Terms are found as whole words in every script, and evidence points at the words as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.text.matching import Matcher
from crawler.judging.text.terms import patterns
from crawler.model import TermSet


def found(
    spellings: dict[str, tuple[str, ...]],
    text: str,
    lang: str | None = None,
    exceptions: tuple[str, ...] = (),
) -> list[str]:
    """What is found in a text, as it stands there."""
    findings = Matcher(patterns([TermSet("set", spellings, exceptions)], [])).find({"text": text}, lang)
    return [text[e.start : e.end] for e in map(findings.evidence, findings.of(["set"]))]


@pytest.mark.parametrize(
    ("term", "lang", "text", "expected"),
    [
        ("park", "en", "A park, two parks, the park's gate, parking", ["park", "parks", "park's"]),
        ("base", "en", "database baseline base-level base", ["base", "base"]),
        ("pangkalan", "ms", "Pangkalannya di sini", ["Pangkalannya"]),
        ("东盟", "zh", "中国—東盟合作", ["東盟"]),
        ("ASEAN", "*", "อาเซียนหรือASEANในไทย", ["ASEAN"]),
        ("ยา", "th", "มหาวิทยาลัย", []),
        ("จีน", "th", "ประเทศจีนเปิดสวน", ["จีน"]),
        (
            "demonstration base",
            "en",
            "Demonstration\nbase; demonstration–base",
            ["Demonstration\nbase", "demonstration–base"],
        ),
        ("Qianhai", "*", "QIANHAI", ["QIANHAI"]),
    ],
)
def test_whole_words_in_every_script(term: str, lang: str, text: str, expected: list[str]) -> None:
    assert found({lang: (term,)}, text, lang if lang != "*" else None) == expected


def test_a_spelling_counts_only_in_its_language() -> None:
    assert found({"id": ("dana",)}, "dana desa", "id") == ["dana"]
    assert found({"id": ("dana",)}, "dana", "vi") == []


def test_exceptions_hide_a_spelling_inside_them_only() -> None:
    assert found({"en": ("Macau",)}, "Macau scam hits Ipoh; Macau opens fair", "en", ("Macau scam",)) == [
        "Macau"
    ]


@given(st.text(alphabet="ab -中国東盟é\u0301\u200bกขASEAN", max_size=80))
def test_evidence_is_what_stands_there(text: str) -> None:
    matcher = Matcher(patterns([TermSet("set", {"*": ("asean", "中国", "东盟", "a b")})], []))
    findings = matcher.find({"text": text}, None)
    for hit in findings.of(["set"]):
        proof = findings.evidence(hit)
        assert matcher.find({"text": text[proof.start : proof.end]}, None).of(["set"])


def test_of_one_place_the_sets_come_in_the_order_of_their_names() -> None:
    sets = [TermSet(name, {"*": ("合作",)}) for name in ("second", "third", "first")]
    findings = Matcher(patterns(sets, [])).find({"title": "合作", "text": "合作"}, "zh")
    hits = [(hit.field, hit.pattern.set_name) for hit in findings.of({"third", "first", "second", "other"})]
    assert hits == [(field, name) for field in ("title", "text") for name in ("first", "second", "third")]
