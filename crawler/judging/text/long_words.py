"""Longer words in which a term says nothing: in Thai, Lao, Khmer and Burmese many words begin or end like others.

Dictionaries (ICU's) cut these scripts into words, but lack some words and cut them in two, and a term of some length
is found without asking them, for they lack its name too. The table (data/long_words.json, made by
``scripts.build_long_words``) lists what is another word than the term inside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

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
    others = (word for word in _holding(term, lang) if not word.endswith(term))
    for word in (*_inside()[lang].get(term, "").split(), *others):
        found[word.find(term), len(word)].add(word)
    return {place: frozenset(words) for place, words in found.items()}


@cache
def _inside() -> Mapping[str, Mapping[str, str]]:
    inside: Mapping[str, Mapping[str, str]] = _table()["inside"]
    return inside


def _holding(term: str, lang: str) -> Iterator[str]:
    """The words that the dictionary cuts in pieces and that hold a term: all of them are looked through at once."""
    words = _words(lang)
    place = words.find(term)
    while place >= 0:
        end = words.index("\n", place)
        yield words[words.rindex("\n", 0, place) + 1 : end]
        place = words.find(term, end)


@cache
def _words(lang: str) -> str:
    """Words that the dictionary cuts in pieces, with line breaks between them and around them all."""
    return "\n".join(("", *_table()["words"].get(lang, "").split(), ""))


@cache
def _table() -> Any:
    return table("long_words.json")
