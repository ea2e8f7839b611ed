"""Terms are found as whole words in every script, and evidence points at the words as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.entities.known import concepts
from crawler.judging.text.matching import Matcher
from crawler.judging.text.normal import normalise
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


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("高速铁*", "中国在老挝修建高速铁路", ["高速铁"]),
        ("铁*", "老挝新建铁路开通", ["铁"]),
        ("铁*", "中老高铁开通", []),  # the word is 高铁
        ("高*", "中老高铁开通", ["高"]),
        ("高*", "提高铁路速度", []),
        ("老*", "中国与老挝合作", ["老"]),
        ("央*", "中央政府", []),
        ("中国铁*", "记者从中国铁路获悉", ["中国铁"]),
        ("AI技*", "中国AI技术", ["AI技"]),
        ("AI技*", "RAI技术", []),
        ("ลาว*", "โครงการลาวจีน", ["ลาว"]),
        ("รถไฟควา*", "โครงการรถไฟความเร็วสูง", ["รถไฟควา"]),
        ("ยา*", "มหาวิทยาลัย", []),
        ("ລົດ*", "ເປີດລົດໄຟລາວຈີນ", ["ລົດ"]),
        ("រថ*", "ក្រុមហ៊ុនរថភ្លើងចិន", ["រថ"]),
        ("အမြ*", "တရုတ်အမြန်ရထား", ["အမြ"]),
        ("コンテ*", "新しいコンテナ船", ["コンテ"]),
    ],
)
def test_a_word_that_goes_on_begins_where_a_word_begins(term: str, text: str, expected: list[str]) -> None:
    assert found({"*": (term,)}, text) == expected


def _spelled() -> list[tuple[str, str]]:
    of = ((lang, str(s)) for concept in concepts() for lang, own in concept.spellings.items() for s in own)
    return [(lang, s) for lang, s in of if lang in ("zh", "th", "lo", "km", "my") and "*" not in s]


@given(st.sampled_from(_spelled()), st.data())
def test_every_word_of_a_script_without_spaces_begins_with_its_beginnings(
    word: tuple[str, str], data: st.DataObject
) -> None:
    lang, spelling = word
    text = normalise(spelling).text  # marks of one syllable may stand in another order
    begin = text[: data.draw(st.integers(1, len(text)))]
    assert found({lang: (f"{begin}*",)}, f"ASEAN {text}", lang)
    # The same letters as a whole word are found no more often than before.
    assert len(found({lang: (begin,)}, f"ASEAN {text}", lang)) <= len(
        found({lang: (f"{begin}*",)}, f"ASEAN {text}", lang)
    )
