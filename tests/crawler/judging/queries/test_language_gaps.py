"""A query that finds hardly anything in a language is known by the terms that are not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.queries.language_gaps import has_terms_in, language_gaps
from crawler.judging.queries.query import parse
from crawler.judging.text.language import LANGUAGES
from crawler.model import TermSet

SPELLINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "ferry": {"en": ("ferry", "ferries"), "zh": ("渡轮",), "id": ("feri",)},
    "electric": {"en": ("electric",)},
    "maker": {"en": ("BYD", "Gotion High-Tech")},
    "network": {"en": ("5G",)},
    "code": {"*": ("RCEP", "东盟")},
    "han": {"*": ("东盟",)},
    "both": {"en": ("$ferry", "boat")},
    "none": {},
}
SETS = {name: TermSet(name, spellings) for name, spellings in SPELLINGS.items()}
ASKED = ("en", "zh", "id", "ms", "lo")


@pytest.mark.parametrize(
    ("query", "gaps"),
    [
        ("$ferry", {("$ferry",): ("lo",)}),
        # Malay and Indonesian find each other's words.
        ("$electric NEAR/5 $ferry", {("$electric",): ("zh", "id", "ms"), ("$electric", "$ferry"): ("lo",)}),
        ("lead:$electric OR $maker", {}),
        ("$maker AND $network", {}),
        ("$code", {}),
        ("$han", {("$han",): ("en", "id", "ms", "lo")}),
        ("$both", {("$both",): ("lo",)}),
        ("$ferry NOT $electric", {("$ferry",): ("lo",)}),
        ("NOT $electric", {}),
        ("ATLEAST/2 ($electric OR $han)", {("$electric", "$han"): ("id", "ms", "lo")}),
        # Whoever writes a word, a language or a source into the query chose it.
        ("$electric OR 渡轮", {}),
        ("$electric AND lang:en", {}),
        ("$electric NOT lang:lo", {}),
        ("$electric AND source:gazette", {}),
        ("country:LA AND new:base", {}),
        ("$none", {}),
    ],
)
def test_what_is_missing_is_named_with_its_languages(
    query: str, gaps: dict[tuple[str, ...], tuple[str, ...]]
) -> None:
    assert language_gaps(parse(query), SETS, ASKED) == gaps


@given(
    st.dictionaries(st.sampled_from(LANGUAGES), st.just(("word",))), st.sampled_from(LANGUAGES), st.booleans()
)
def test_terms_of_a_language_close_its_gap(
    spellings: dict[str, tuple[str, ...]], lang: str, is_given: bool
) -> None:
    given = spellings | ({lang: ("word",)} if is_given else {})
    sets = {"own": TermSet("own", given)}
    deaf = [one for group in language_gaps(parse("$own"), sets, LANGUAGES).values() for one in group]
    assert deaf == ([one for one in LANGUAGES if not has_terms_in(given, one)] if given else [])
    assert not (is_given and lang in deaf)
