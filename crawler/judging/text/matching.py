"""All terms of all sets found in one pass over a text, as whole words in every script."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.text.normal import Normal, as_written, normalise
from crawler.judging.text.script import Ruler
from crawler.judging.text.terms import Pattern, is_unspaced, ways_to_write
from crawler.judging.text.words import (
    SHORT,
    begin_of_word,
    begins_unspaced_word,
    end_of_word,
    is_unspaced_word,
)
from crawler.model import Evidence


class Hit(NamedTuple):
    """A pattern found at ``[start, end)`` of a field's normal form."""

    pattern: Pattern
    field: str
    start: int
    end: int

    @property
    def order(self) -> tuple[bool, int, int]:
        """The order of reading: the headline first."""
        return _reading_order(self)


def _reading_order(hit: Hit) -> tuple[bool, int, int]:
    return hit.field != "title", hit.start, hit.end


@dataclass(slots=True)
class Field:
    """One field (``title`` or ``text``) of an article, in both forms."""

    name: str
    original: str
    normal: Normal
    ruler: Ruler
    _places: dict[re.Pattern[str], Sequence[tuple[int, int]]] = field(default_factory=dict)

    def places_of(self, ends: re.Pattern[str]) -> Sequence[tuple[int, int]]:
        """Where a pattern that cuts texts matches the original: looked for once, for many rules read sentences."""
        known = self._places.get(ends)
        if known is None:
            known = self._places[ends] = [match.span() for match in ends.finditer(self.original)]
        return known


def field_of(name: str, original: str) -> Field:
    """A field as it is searched."""
    normal = normalise(original)
    return Field(name, original, normal, Ruler(normal.text))


BASE_NAME, BASE_SENTENCE = "name of a new base", "sentence on a new base"
"""What stretches of an article say what its news is."""


class Stretch(NamedTuple):
    """A part of an article, in the characters of the original."""

    field: str
    start: int
    end: int


@dataclass(slots=True)
class Findings:
    """Everything found in one article, by set; ``about`` holds its ``lang``, ``source`` and the ``country`` codes it names."""

    lang: str | None
    fields: dict[str, Field]
    hits: dict[str, list[Hit]] = field(default_factory=dict)
    about: dict[str, frozenset[str]] = field(default_factory=dict)
    stretches: dict[str, list[Stretch]] = field(default_factory=dict)
    """Parts of the article that say what its news is, by what they are (`BASE_NAME`, `BASE_SENTENCE`)."""
    parties: Parties = CHINA_ASEAN
    """Between whom cooperation is news."""
    around: dict[Hit, Any] = field(default_factory=dict)
    """What stands around places, as `crawler.judging.places.mentions` has read it."""

    def stands_in(self, hit: Hit, what: str) -> bool:
        """Whether a hit lies in a stretch of a kind."""
        there = self.stretches.get(what)
        if not there:
            return False
        start, end = self.fields[hit.field].normal.span(hit.start, hit.end)
        return any(s.field == hit.field and s.start <= start and end <= s.end for s in there)

    def of(self, names: Iterable[str]) -> list[Hit]:
        """The hits of the sets ``names``, in the order of the text, the title first.

        Of one place those of the set whose name comes first: in every process the same.
        """
        wanted = names if isinstance(names, frozenset) else frozenset(names)
        # A rule reads hundreds of sets, an article has words of a few.
        there = wanted & self.hits.keys()
        if len(there) < 2:
            return self.hits[next(iter(there))] if there else []  # in order already
        return sorted([hit for name in sorted(there) for hit in self.hits[name]], key=_reading_order)

    def evidence(self, hit: Hit) -> Evidence:
        """Where ``hit`` stands in the original, as (term, field, start, end)."""
        start, end = self.fields[hit.field].normal.span(hit.start, hit.end)
        return Evidence(hit.pattern.spelling, hit.field, start, end)

    def distance(self, a: Hit, b: Hit) -> float:
        """Words between two hits; infinite across fields, 0 when they touch or overlap."""
        if a.field != b.field:
            return float("inf")
        first, second = (a, b) if a.start <= b.start else (b, a)
        if second.start <= first.end:
            return 0.0
        return self.fields[a.field].ruler.distance(first.end, second.start)


class _Counting(NamedTuple):
    """Of a key, whether it is of a script without spaces, and its patterns that count in a language."""

    unspaced: bool
    patterns: Sequence[Pattern]


_Match = tuple[int, int, bool, Sequence[Pattern]]
"""Where a key stands, and what of it counts (`_Counting`)."""


PatternsOfKey = Pattern | tuple[Pattern, ...]
"""There are ninety thousand keys, most of them of one pattern: a tuple for each would take 5 MB more."""


def patterns_by_key(patterns: Iterable[Pattern]) -> dict[str, PatternsOfKey]:
    """What is found where a key stands: the patterns that may be written so."""
    by_key: dict[str, PatternsOfKey] = {}
    for p in patterns:
        for key in ways_to_write(p):
            before = by_key.get(key)
            by_key[key] = p if before is None else (*_all_of(before), p)
    return by_key


class Matcher:
    """An Aho-Corasick automaton over the normal forms of all patterns."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        by_key = patterns_by_key(patterns)
        self._begin(list(by_key), list(by_key.values()).__getitem__)

    @classmethod
    def of_keys(cls, keys: list[str], patterns_of: Callable[[int], PatternsOfKey]) -> Matcher:
        """One whose patterns are made when their keys are found, as few ever are.

        Args:
            keys: the keys of `patterns_by_key`, in its order.
            patterns_of: gives what stands under the key with a number.
        """
        made = cls.__new__(cls)
        made._begin(keys, patterns_of)
        return made

    def _begin(self, keys: list[str], patterns_of: Callable[[int], PatternsOfKey]) -> None:
        self._keys = keys
        self._patterns_of = patterns_of
        self._counting: dict[str | None, dict[int, _Counting]] = {}
        self._automaton = AhoCorasick(keys, implementation=Implementation.ContiguousNFA)

    def find(self, fields: Mapping[str, str], lang: str | None) -> Findings:
        """All whole-word hits in ``fields`` (name to text), less those inside a set's exceptions."""
        return self.find_in([field_of(name, original) for name, original in fields.items()], lang)

    def find_in(self, fields: Iterable[Field], lang: str | None) -> Findings:
        """The same in fields that were read before: their words and their normal form are known."""
        found = Findings(lang, {})
        for place in fields:
            found.fields[place.name] = place
            hits = self._field_hits(place, lang)
            # The automaton reports matches by where they end;
            # everything below reads them by where they begin.
            hits.sort(key=_place_of)
            masks = _masks(hits)
            for hit in hits:
                own = hit.pattern.set_name
                if not hit.pattern.excluded and not (masks and _masked(hit, masks.get(own, ()))):
                    found.hits.setdefault(own, []).append(hit)
        return found

    def _field_hits(self, place: Field, lang: str | None) -> list[Hit]:
        text = place.normal.text
        name = place.name
        length = len(text)
        found: list[Hit] = []
        matches = self._in_language(text, lang)
        # Dictionaries cut words only where a short term was found, and all places in one go.
        if short := [start for start, end, unspaced, _ in matches if unspaced and end - start <= SHORT]:
            place.ruler.look_at(short)
        for start, end, unspaced, same in matches:
            fitting = same
            begin = start
            if unspaced:
                if not is_unspaced_word(place.ruler, text, start, end):
                    # What is open at its end needs to be no whole word.
                    fitting = [p for p in same if p.prefix]
                    if not (fitting and begins_unspaced_word(place.ruler, text, start, end)):
                        continue
            elif start and text[start - 1] != " ":
                word = begin_of_word(text, start)
                if word is None:
                    continue
                begin = word
            # Most words have spaces around them, and nothing needs to be asked of these.
            is_whole = unspaced or (begin == start and (end == length or text[end] == " "))
            for p in fitting:
                stop = end if is_whole else end_of_word(text, start, end, p, lang, prefixed=begin < start)
                if stop and not ((p.exact or p.proper) and not _case_fits(place, start, end, p)):
                    # As `Hit(…)`, without its call: there are a hundred in an article.
                    found.append(tuple.__new__(Hit, (p, name, begin, stop)))
        return found

    def _in_language(self, text: str, lang: str | None) -> list[_Match]:
        """Where the keys stand whose patterns, or some of them, count in a language."""
        known = self._counting.setdefault(lang, {})
        found: list[_Match] = []
        for key, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            counting = known.get(key)
            if counting is None:
                same = [p for p in _all_of(self._patterns_of(key)) if p.counts_in(lang)]
                counting = known[key] = _Counting(is_unspaced(self._keys[key]), same)
            if counting.patterns:
                found.append((start, end, *counting))
        return found


def _all_of(same: PatternsOfKey) -> tuple[Pattern, ...]:
    """The patterns of a key, of which one stands by itself."""
    return same if isinstance(same, tuple) else (same,)


_place_of = itemgetter(2, 3)
"""The begin and the end of a hit."""


def _masks(hits: Iterable[Hit]) -> dict[str, list[tuple[int, int]]]:
    """Where exceptions stand, by set, in the order of the text."""
    masks: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        if hit.pattern.excluded:
            masks.setdefault(hit.pattern.set_name, []).append((hit.start, hit.end))
    return masks


def _masked(hit: Hit, spans: Sequence[tuple[int, int]]) -> bool:
    # All spans that begin no later than the hit; the second number stands above every end.
    place = bisect_right(spans, (hit.start, 1 << 60))
    return any(hit.end <= e for _, e in spans[:place])


def _case_fits(place: Field, start: int, end: int, p: Pattern) -> bool:
    """Whether an exact term, or a proper name, is written as it must be."""
    low, high = place.normal.span(start, end)
    written = as_written(place.original[low:high])
    return written == as_written(p.spelling) if p.exact else written[:1].isupper()
