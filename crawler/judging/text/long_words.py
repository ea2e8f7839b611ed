"""Longer words in which a term says nothing: in Thai, Lao, Khmer and Burmese many words begin or end like others.

Dictionaries (ICU's) cut these scripts into words, but lack some words and cut them in two, and a term of some length
is found without asking them, for they lack its name too. The table (data/long_words.json, made by
``scripts.build_long_words``) lists what is another word than the term inside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from crawler.judging.text.script import UNSPACED, Ruler, script_of
from crawler.runtime.data_tables import table

_COUNTED = frozenset({"th", "lo", "km", "my"})

Places = Mapping[tuple[int, int], frozenset[str]]
"""Words by where the term stands in them, and by their length."""


def inside_longer_word(ruler: Ruler, text: str, start: int, end: int, *, may_go_on: bool = False) -> bool:
    """Whether ``[start, end)`` is a piece of a longer word with another meaning; ``may_go_on``: and not its beginning."""
    for (before, length), words in _longer_words(text[start:end]).items():
        if may_go_on and not before:
            continue
        low = start - before
        high = low + length
        # "ยาว" also stands in "ยาวันนี้", where no word ends behind it.
        if low >= 0 and text[low:high] in words and ruler.is_boundary(low) and ruler.is_boundary(high):
            return True
    return False


@cache
def _longer_words(term: str) -> Places:
    """The longer words that hold a term."""
    lang = UNSPACED.get(script_of(term[0]), "")
    if lang not in _COUNTED:
        return {}
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    # These languages put what is meant first: "go to court" ends with the court that it is about,
    # and "court of the gods", which is a shrine, begins with it.
    others = (word for word in _words(lang) if term in word and not word.endswith(term))
    for word in (*_inside()[lang].get(term, "").split(), *others):
        found[word.find(term), len(word)].add(word)
    return {place: frozenset(words) for place, words in found.items()}


@cache
def _inside() -> Mapping[str, Mapping[str, str]]:
    inside: Mapping[str, Mapping[str, str]] = table("long_words.json")["inside"]
    return inside


@cache
def _words(lang: str) -> tuple[str, ...]:
    """Words that the dictionary cuts in pieces."""
    return tuple(table("long_words.json")["words"].get(lang, "").split())
