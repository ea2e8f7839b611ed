"""The packaged table of acts, and of the small words around them, by language (``data/base_acts.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import UNSPACED, script_of
from crawler.runtime.data_tables import kept_table

_FLAGS = (
    "nouns",
    "passives",
    "intended",
    "ceremonies",
    "weak",
    "governing",
    "building",
    "participles",
    "future_only",
    "rites",
    "needs_complement",
)
_LISTS = (
    *("nominal", "nominal_behind", "passive", "future", "future_behind", "purpose"),
    *("relative", "relative_behind", "benefit", "goal", "coming", "under", "with", "closing"),
    *(
        "since",
        "since_behind",
        "after",
        "after_behind",
        "ago",
        "negation",
        "negation_behind",
        "hypothetical",
        "hypothetical_behind",
        "unreal",
        "comment",
    ),
    *(
        "place",
        "place_behind",
        "new",
        "new_behind",
        "this",
        "this_behind",
        "tenants",
        "others",
        "articles",
        "numerals",
        "begin",
        "year",
        "year_behind",
        "month",
        "relative_except",
        "station",
        "works",
        "and",
        "the",
        "it",
    ),
)


@dataclass(frozen=True, slots=True)
class ActWord:
    """A word for an act: the stage that it brings a base to, and what kinds of word it is."""

    stage: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a language speaks of acts.

    Attributes:
        spaced: whether spaces stand between words.
        verb_final: whether the verb ends its clause.
        reach: how far before and behind an act its small words stand, in words or in characters.
        words: the acts, by their normal form.
        acts: what finds acts, and the longer words that are none.
        cuts: what finds the ends of clauses.
        lists: what finds each list of small words.
        place_before: what finds a word of place right before something.
        name_grows_left: whether a name goes on before the word for what it is ("China-Laos rice centre").
        marks_voice: whether the subject of an active verb is never what comes into being.
    """

    spaced: bool
    verb_final: bool
    reach: int
    words: Mapping[str, ActWord]
    acts: re.Pattern[str]
    cuts: re.Pattern[str]
    lists: Mapping[str, re.Pattern[str]]
    place_before: re.Pattern[str]
    name_grows_left: bool
    marks_voice: bool


NEVER = re.compile(r"(?!)")
"""What a list finds that a language lacks."""
_PUNCTUATION = r"[,;:，；：၊](?!\d)"


@cache
def grammar_of(lang: str | None) -> Grammar:
    """The grammar of a language; of English for one that has none."""
    languages: dict[str, Any] = kept_table("base_acts.yaml")
    data = languages.get(lang or "", languages["en"])
    words = _act_words(data)
    spaced = not any(script_of(word[0]) in UNSPACED for word in words)
    excepted = [normal_spelling(word) for word in data.get("except", ())]
    longer = [normal_spelling(word) for word in data.get("longer", ())]
    cuts = _alternatives([normal_spelling(word) for word in data.get("cuts", ())], spaced)
    return Grammar(
        spaced,
        data.get("order") == "verb-final",
        data["reach"],
        words,
        re.compile(_alternatives([*words, *excepted], spaced)),
        re.compile(f"{_PUNCTUATION}|{cuts}" if cuts else _PUNCTUATION),
        {name: _found_by(data.get(name, ()), spaced, longer) for name in _LISTS},
        re.compile(rf"(?:{_any(data, 'place', spaced)})\W*(?:(?:{_any(data, 'new', spaced)})\W*)?$"),
        data.get("names") == "to the left",
        data.get("voice") == "marked",
    )


def _act_words(data: Mapping[str, Any]) -> dict[str, ActWord]:
    kinds: dict[str, set[str]] = {}
    for flag in _FLAGS:
        for word in data.get(flag, ()):
            kinds.setdefault(normal_spelling(word), set()).add(flag)
    passives = {word for word, flags in kinds.items() if "passives" in flags}
    passives |= {normal_spelling(word) for word in data.get("passive", ())}
    found: dict[str, ActWord] = {}
    for stage, words in data["acts"].items():
        for key in map(normal_spelling, words):
            flags = kinds.setdefault(key, set())
            if stage in _OF_PLANS:
                flags.add("governing")
            # "Kini dibuka", "được cấp phép", 获批: what makes it passive is a part of the word.
            if not passives.isdisjoint(key.split()) or key[:1] in passives:
                flags.add("passives")
            found[key] = ActWord(stage, frozenset(flags))
    return found


_OF_PLANS = frozenset({"proposed", "approved", "signed"})
"""Stages whose acts are all about another act: what is proposed, approved or signed is that something be built."""


def _found_by(words: Iterable[str], spaced: bool, longer: Sequence[str]) -> re.Pattern[str]:
    """What finds small words, but not as parts of longer ones: 应 is "should", 应用 is "application"."""
    guarded = ("".join(_not_within(word, longer)) + re.escape(word) for word in _ordered(words))
    found = "|".join(guarded)
    if not found:
        return NEVER
    return re.compile(rf"(?<![^\W_])(?:{found})(?![^\W_])" if spaced else f"(?:{found})")


def _not_within(word: str, longer: Sequence[str]) -> Iterator[str]:
    """For each place at which a longer word holds a word, a condition that the longer one does not stand there."""
    for outer in longer:
        place = outer.find(word)
        while place >= 0:
            before, rest = outer[:place], outer[place:]
            place = outer.find(word, place + len(word))
            yield f"(?!(?<={re.escape(before)}){re.escape(rest)})" if before else f"(?!{re.escape(rest)})"


def _ordered(words: Iterable[str]) -> list[str]:
    """Words in normal form, the longest first."""
    return sorted({normal_spelling(word) for word in words}, key=lambda w: (-len(w), w))


def _any(data: Mapping[str, Any], name: str, spaced: bool) -> str:
    return _alternatives([normal_spelling(word) for word in data.get(name, ())], spaced) or NEVER.pattern


def _alternatives(words: list[str], spaced: bool) -> str:
    """A pattern for any of some words, the longest first; whole words where spaces stand between them."""
    if not words:
        return ""
    found = by_first_character(words)
    return rf"(?<![^\W_])(?:{found})(?![^\W_])" if spaced else f"(?:{found})"


def by_first_character(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first, in which one comparison rules out those of another first character."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in sorted(by_first.items()))
