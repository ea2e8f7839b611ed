"""How good the name that an article was found to give a base is, against the names that an editor would print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from crawler.judging.bases.name_words import light_words, name_words
from crawler.judging.bases.own_names import says_only_what
from crawler.judging.bases.words import base_words
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.text.matching import Matcher
from crawler.judging.text.nearness import outermost
from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED, UNSPACED_LETTERS, script_of
from crawler.judging.text.terms import patterns


class NameVerdict(StrEnum):
    """What an editor would say of a name, the best first."""

    EXACT = "exact"
    """The same letters; case, spaces, dashes and ways of spelling one word do not count."""
    ACCEPTABLE = "acceptable"
    """Says whose or what for, and the kind: more or less by a place, an aside in brackets, an article, a legal form."""
    SHORT = "short"
    """Right as far as it goes, but half of the name or more is missing."""
    RAGGED = "ragged"
    """Most of the name, with words around it that are no part of it."""
    WRONG = "wrong"
    """Another thing, a fragment, or nothing."""


_MOST_MISSING = 0.5
"""The share of a name's letters that may be missing where what is left still names it."""
_ASIDE = re.compile(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]\s*")
_TOKEN = re.compile(f"[{UNSPACED_LETTERS}]|[^\\W{UNSPACED_LETTERS}]+")


class _NameParts(NamedTuple):
    """A name taken apart: the places in it, with the letters that each takes, all other words in order, the words for its kind."""

    places: Mapping[str, int]
    words: tuple[str, ...]
    kinds: frozenset[str]

    @property
    def letters(self) -> int:
        """How many letters both have."""
        return sum(self.places.values()) + sum(map(len, self.words))


def name_verdict(found: str, wanted: Iterable[str], lang: str | None = None) -> NameVerdict:
    """The best that an editor would say of a name.

    Args:
        found: the name that was found; empty for none.
        wanted: the names that would be right, each in the same language.
        lang: that language.
    """
    order = list(NameVerdict)
    verdicts = [_against(found, name, lang) for name in wanted if name]
    return min(verdicts, key=order.index, default=NameVerdict.WRONG)


def verdict_on(found: str, base: Mapping[str, Any], lang: str | None = None) -> NameVerdict:
    """The verdict on a name against a labelled base, by its ``name`` and by how the report has it (``as_written``).

    A report's own words count only where they say which base it is: "industrial park" is no name.
    """
    written = str(base.get("as_written") or "")
    own = [] if not written or says_only_what(written, lang or "en") else [written]
    return name_verdict(found, [str(base["name"]), *own], lang)


def _against(found: str, wanted: str, lang: str | None) -> NameVerdict:
    if _folded(found) == _folded(wanted):
        return NameVerdict.EXACT
    order = list(NameVerdict)
    pairs = product(_with_and_without_asides(found), _with_and_without_asides(wanted))
    return min((_compared(_parts(a, lang), _parts(b, lang)) for a, b in pairs), key=order.index)


def _with_and_without_asides(name: str) -> set[str]:
    without = _ASIDE.sub(" ", name).strip()
    return {name, without or name}


def _compared(found: _NameParts, wanted: _NameParts) -> NameVerdict:
    extra_places = found.places.keys() - wanted.places.keys()
    missing_places = wanted.places.keys() - found.places.keys()
    same, extra = _held_against(found.words, wanted.words)
    same += sum(size for name, size in wanted.places.items() if name in found.places)
    covers = wanted.letters > 0 and same / wanted.letters > _MOST_MISSING
    # One place in the stead of another one makes it another base.
    if extra_places and missing_places:
        return NameVerdict.WRONG
    if any(_is_heavy(run) for run in extra):
        return NameVerdict.RAGGED if covers else NameVerdict.WRONG
    if covers and (not wanted.kinds or wanted.kinds & found.kinds):
        return NameVerdict.ACCEPTABLE
    return NameVerdict.SHORT if same else NameVerdict.WRONG


def _held_against(found: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[int, list[tuple[str, ...]]]:
    """How many letters of the wanted words were found, and the runs of words that nobody wanted.

    Words in any order, for "centre of X" is "X centre"; characters of scripts without spaces only in theirs.
    """
    if all(len(word) > 1 for word in wanted if not word.isascii()):
        extra = Counter(found) - Counter(wanted)
        return sum(len(w) * n for w, n in (Counter(found) & Counter(wanted)).items()), [(w,) for w in extra]
    same = 0
    runs: list[tuple[str, ...]] = []
    for kind, low, high, start, end in SequenceMatcher(None, found, wanted, autojunk=False).get_opcodes():
        if kind == "equal":
            same += sum(map(len, wanted[start:end]))
        elif high > low:
            runs.append(found[low:high])
    return same, runs


def _is_heavy(run: tuple[str, ...]) -> bool:
    """Whether words say more than articles, joining words and legal forms do."""
    light = name_words()["light"]
    left = "".join(word for word in run if word not in light["spaced"])
    for word in light_words():
        left = left.replace(word, "")
    return bool(left)


def _folded(name: str) -> str:
    return "".join(_words(normalise(name).text))


def _words(text: str) -> list[str]:
    for phrase, short in name_words()["phrases"].items():
        text = text.replace(phrase, short)
    spellings = name_words()["spellings"]
    return [spellings.get(one := _singular(word), one) for word in _TOKEN.findall(text)]


def _singular(word: str) -> str:
    """An English word without the ending of its plural."""
    if not word.isascii() or len(word) <= _SHORT or word.endswith(("ss", "us", "is")):
        return word
    return word.removesuffix("ies") + "y" if word.endswith("ies") else word.removesuffix("s")


_SHORT = 3
"""Letters of words that are left as they are."""


@cache
def _matcher() -> Matcher:
    return Matcher(patterns(gazetteer().sets, gazetteer().proper))


def _parts(name: str, lang: str | None) -> _NameParts:
    found = _matcher().find({"text": name}, lang)
    text = found.fields["text"].normal.text
    places: dict[str, int] = {}
    for hit in reversed(outermost([h for hits in found.hits.values() for h in hits])):
        place = gazetteer().place(hit.pattern)
        # "Thai-Chinese" names whom "Thailand-China" names.
        whose = hit.pattern.set_name.replace("people_", "country_")
        places[place.name if place else whose] = hit.end - hit.start
        text = f"{text[: hit.start]} {text[hit.end :]}"
    words = tuple(_words(text))
    return _NameParts(places, words, _kinds(found.fields["text"].normal.text))


@cache
def _kind_words() -> frozenset[str]:
    heads = [part for parts in base_words()["kinds"].values() for part in parts]
    return frozenset(
        normalise(word).text for word in (*heads, *name_words()["english_kinds"], *name_words()["heads"])
    )


def _kinds(text: str) -> frozenset[str]:
    """The words for what a base is that a name holds; of scripts without spaces those where the head stands."""
    joined = text.replace(" ", "")
    found = {word: joined.find(word.replace(" ", "")) for word in _kind_words()}
    found = {word: at for word, at in found.items() if at >= 0}
    script = script_of(next((c for c in joined if c.isalpha()), "a"))
    if script in ("han", "myanmar"):
        last = max((joined.rfind(w) + len(w) for w in found), default=0)
        return frozenset(w for w in found if joined.rfind(w) + len(w) == last)
    if script in UNSPACED:
        first = min(found.values(), default=0)
        return frozenset(w for w, at in found.items() if at == first)
    return frozenset(found)
