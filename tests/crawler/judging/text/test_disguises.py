"""Real reports respelled in every way that the normal form folds are judged as they were, by evidence that was written."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Article, Classification
from tests.builders import article, shipped_judge
from tests.newsroom.news import items

Disguise = Callable[[str, random.Random], str]


def _some(pattern: str, choices: str | Callable[[str], str]) -> Disguise:
    """Replaces some matches of a pattern, by one of the characters or by what a function makes of them."""

    def disguise(text: str, chance: random.Random) -> str:
        def new(match: re.Match[str]) -> str:
            made = chance.choice(choices) if isinstance(choices, str) else choices(match[0])
            return made if chance.random() < 0.4 else match[0]

        return re.sub(pattern, new, text)

    return disguise


def _between(pattern: str, inserted: str) -> Disguise:
    return _some(pattern, lambda found: found[0] + inserted + found[1:])


DISGUISES: dict[str, Disguise] = {
    "spaces": _some(r"(?<=\w) (?=\w)", "\u00a0\u2009\u202f\u3000\t"),
    "double spaces": _some(r"(?<=\w) (?=\w)", lambda _: "  "),
    "line breaks": _some(r"(?<=[a-z]) (?=[a-z])", lambda _: "\n"),
    "dashes": _some(r"(?<=[^\W\d])-(?=[^\W\d])", "‐‑‒–—−－﹣·・"),
    "quotes": _some('["“”]', "“”„«»「」"),
    "zero width": _between(r"[^\W\d_][^\W\d_]", "\u200b"),
    "soft hyphens": _between(r"[a-z][a-z]", "\u00ad"),
    "decomposed": lambda text, _: unicodedata.normalize("NFD", text),
    "full width": _some("[A-Za-z]", lambda found: chr(ord(found) + 0xFEE0)),
    "traditional": lambda text, _: opencc.OpenCC("s2t").convert(text) if re.search("[\u4e00-\u9fff]", text) else text,
    "Thai": _some("[\u0e48-\u0e4b]?\u0e33", lambda found: "\u0e4d" + found[:-1] + "\u0e32"),
    "Lao": _some("[\u0ec8-\u0ecb]?\u0eb3", lambda found: "\u0ecd" + found[:-1] + "\u0eb2"),
}  # fmt: skip


def report(number: int) -> Article:
    """A report of the newsroom as an article."""
    item = items()[number]
    return article(item.title, item.text, first_seen=item.at, lang_hint=item.outlet.lang)


def verdict(reading: Classification) -> tuple[str, bool, frozenset[str], int]:
    return (
        reading.lang,
        reading.relevance.relevant,
        frozenset(t.name for t in reading.topics),
        len(reading.bases),
    )


def disguised(original: Article, names: list[str], seed: int) -> Article:
    chance, title, text = random.Random(seed), original.title, original.text
    for name in names:
        title, text = DISGUISES[name](title, chance), DISGUISES[name](text, chance)
    return article(title, text, first_seen=original.first_seen, lang_hint=original.lang_hint)


@pytest.mark.parametrize("name", DISGUISES)
def test_every_disguise_changes_reports(name: str) -> None:
    every = [report(n) for n in range(len(items()))]
    assert any(disguised(one, [name], 1).text != one.text for one in every)


@given(
    st.integers(0, len(items()) - 1),
    st.lists(st.sampled_from(sorted(DISGUISES)), min_size=1, max_size=4, unique=True),
    st.integers(0, 2**16),
)
def test_a_mixture_of_disguises_changes_no_verdict(number: int, names: list[str], seed: int) -> None:
    original = report(number)
    other = disguised(original, names, seed)
    reading = shipped_judge().classify(other)
    assert verdict(reading) == verdict(shipped_judge().classify(original))
    for match in reading.topics:
        for evidence in match.evidence:
            written = (other.title if evidence.field == "title" else other.text)[
                evidence.start : evidence.end
            ]
            assert written and written == written.strip()
