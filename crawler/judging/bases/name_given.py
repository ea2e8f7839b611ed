"""Names that hold no word for a base: what an act brings into being in quotes, or what a base is told to be.

'launched the "China-Indonesia Silk Road School"', "opened Liugong University, a training centre for …".
"""

from __future__ import annotations

import re

from crawler.judging.bases.name_around import Around, Extent
from crawler.judging.bases.name_candidates import QUOTED, NameCandidate
from crawler.judging.bases.name_words import name_words
from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.weights import weights

_BEFORE_QUOTE = 24
"""Characters between an act and what it brings into being in quotes."""
_FEWEST_WORDS = 2
_CAPITALS = re.compile(
    r"((?:[A-ZÀ-ÞĐ0-9][\w'’&-]*[ -])*[A-ZÀ-ÞĐ][\w'’&-]*),? (?:(?:a|an|the|isang|sebuah|một|or|atau) )?$"
)


def given_name(own: NameCandidate) -> Extent | None:
    """A name given for the base around a word, though it holds no word for one; None where there is none."""
    return _in_quotes(own.around) or (_in_apposition(own.around, own.extent) if own.is_plain else None)


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
