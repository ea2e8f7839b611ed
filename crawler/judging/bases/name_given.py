"""Names that hold no word for a base: what an act brings into being in quotes, or what a base is told to be.

'launched the "China-Indonesia Silk Road School"', "opened Liugong University, a training centre for …".
"""

from __future__ import annotations

import re

from crawler.judging.bases.name_around import Around, Extent
from crawler.judging.bases.name_candidates import QUOTED, NameCandidate
from crawler.judging.bases.name_words import name_words, words_of
from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.weights import weights

_BEFORE_QUOTE = 24
"""Characters between an act and what it brings into being in quotes."""
_FEWEST_WORDS = 2
_LONGEST_QUOTE = 120
_FEWEST_LETTERS, _MOST_LETTERS = 4, 24
"""Of a name in a script without spaces between words."""
_SMALL_WORD = 3
_SAYING = re.compile(r"[.!?;:。！？；：၊။៖]")
_CAPITALS = re.compile(
    r"((?:[A-ZÀ-ÞĐ0-9][\w'’&-]*[ -])*[A-ZÀ-ÞĐ][\w'’&-]*),? (?:(?:a|an|the|isang|sebuah|một|or|atau) )?$"
)


def given_name(own: NameCandidate) -> Extent | None:
    """A name given for the base around a word, though it holds no word for one; None where there is none."""
    if found := _in_quotes(own.around):
        return found
    if (own.is_general or own.is_plain) and (beside := quoted_beside(own)):
        return beside
    return _in_apposition(own.around, own.extent) if own.is_plain else None


def quoted_beside(own: NameCandidate) -> Extent | None:
    """The quotation right beside the word for what it names: kawasan industri "Dua Negara, Taman Kembar", “两国双园”产业园区."""
    text, (low, high) = own.around.text, own.around.core
    for match in QUOTED.finditer(text, max(0, low - _LONGEST_QUOTE), high + _LONGEST_QUOTE):
        extent = Extent(*next(span for n in range(1, 8) if (span := match.span(n))[0] >= 0))
        behind, before = match.start() - own.extent.end, low - match.end()
        if (0 <= behind <= 1 or 0 <= before <= 1) and _is_title(text[slice(*extent)], own.around.lang):
            return extent
    return None


def _is_title(quoted: str, lang: str | None) -> bool:
    """Whether a quotation is a name and not a saying: every longer word has a capital, and no sign ends a sentence."""
    words = re.findall(r"[^\W\d_]+", quoted)
    if (
        _SAYING.search(quoted)
        or not words
        or not words_of("sentence", lang).isdisjoint(w.lower() for w in words)
    ):
        return False
    if script_of(words[0][0]) in UNSPACED:
        return _FEWEST_LETTERS <= len(quoted) <= _MOST_LETTERS and "，" not in quoted and "," not in quoted
    return len(words) >= _FEWEST_WORDS and all(w[0].isupper() for w in words if len(w) > _SMALL_WORD)


def _in_quotes(around: Around) -> Extent | None:
    """What an act of the sentence brings into being in quotes: a word of its own for what it is, and a party."""
    text = around.text
    reach = weights().bases.next_reach
    for match in QUOTED.finditer(text, max(0, around.core.start - reach), around.core.end + reach):
        extent = Extent(*next(span for n in range(1, 8) if (span := match.span(n))[0] >= 0))
        near = [a for a in around.acts if a.field == around.hit.field]
        begun = any(0 <= extent.start - around.span_of(a).end <= _BEFORE_QUOTE for a in near)
        if begun and around.named_in(extent) and _says_what(text[slice(*extent)]):
            return extent
    return None


def _says_what(name: str) -> bool:
    """Whether a name ends or begins with a word for a place of work or learning of any kind."""
    text = normalise(name).text
    words = [normalise(w).text for w in (*name_words()["english_kinds"], *name_words()["heads"])]
    if script_of(text[:1]) in UNSPACED:
        return text.startswith(tuple(words)) or text.endswith(tuple(words))
    return bool({*re.findall(r"[^\W_]+", text)} & {*words})


def _in_apposition(around: Around, extent: Extent) -> Extent | None:
    """The proper name right before what it is told to be, as the object of an act."""
    if script_of(around.hit.pattern.key[:1]) in UNSPACED:
        return None
    found = _CAPITALS.search(around.text, max(0, extent.start - 100), extent.start)
    if found is None or len(found[1].split()) < _FEWEST_WORDS:
        return None
    name = Extent(*found.span(1))
    ends = (around.span_of(a).end for a in around.acts if a.field == around.hit.field)
    if not any(0 < name.start - end <= 2 for end in ends):
        return None
    return None if around.named_in(name) and not _says_what(found[1]) else name
