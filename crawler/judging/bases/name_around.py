"""The text around a word for a base, from which its name is grown, with what limits the name there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from crawler.judging.bases.name_part import Part, end_of_word
from crawler.judging.bases.name_words import is_in_whole
from crawler.judging.text.matching import Field, Findings, Hit
from crawler.judging.weights import weights

ASIDE = re.compile(r"[(（][^()（）,，、;\n]{1,24}[)）]")
"""What stands in brackets inside a name: "Artificial Intelligence (AI) Centre", 德天（板约）瀑布."""
DASHES = frozenset("-–—")
HARD = re.compile(r"[\n,.;:!?()\[\]\"“”«»„‟、，。；：！？（）《》「」『』။၊។៖|【】〔〕［］〈〉]")
_CAPITALS = re.compile(r"\s?|(?:[A-ZÀ-Þ][\w'’-]*\s(?:of\s|and\s|for\s)?)+")

_IN_CASES = frozenset({"ru"})
"""Languages of which terms have the beginning of words alone."""
ENGLISH_ORDER = frozenset({"en", "*"})
"""Languages of the Latin script that put the word for what something is last."""


class Word(NamedTuple):
    """A word of the original text at ``[start, end)``."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """In lower case, without quotes around it."""
        return self.text.casefold().strip("'’‘")

    @property
    def is_capital(self) -> bool:
        """Whether it begins as proper names do: with a capital, or a digit before letters ("5G")."""
        first = self.text.lstrip("'’‘")[:1]
        return first.isupper() or (first.isdigit() and not self.text.isdigit())


class Extent(NamedTuple):
    """A stretch of the original text."""

    start: int
    end: int


@dataclass
class Around:
    """The text around a word for a base, with what limits the name there."""

    findings: Findings
    hit: Hit
    bases: Sequence[Hit]
    acts: Sequence[Hit]
    parties: Sequence[Hit] = ()
    lang: str | None = field(init=False)
    place: Field = field(init=False)
    core: Extent = field(init=False)
    parts: dict[tuple[str, Extent], Sequence[Part]] = field(default_factory=dict, init=False)
    """The parts of stretches of the text, by their kind, once somebody has asked for them (`name_parts`)."""

    def __post_init__(self) -> None:
        self.lang = self.findings.lang
        self.place = self.findings.fields[self.hit.field]
        self.core = self._core()

    def _core(self) -> Extent:
        """The word itself, or the name of a party or project that holds it, without an act at its end (中心揭牌)."""
        low, high = self.hit.start, self.hit.end
        within = [a.start for a in self.acts if a.field == self.hit.field and low < a.start and a.end == high]
        high = min([high, *within])
        holding = [p for p in self.parties if p.field == self.hit.field and p.start <= low and high <= p.end]
        start, end = min([low, *(p.start for p in holding)]), max([high, *(p.end for p in holding)])
        low, high = self.place.normal.span(start, end)
        return Extent(low, self._word_end(high))

    def _word_end(self, end: int) -> int:
        # Of a word in its cases the term has only the beginning: "лаборатори|ю".
        return end_of_word(self.text, end) if self.lang in _IN_CASES else end

    @property
    def is_known_name(self) -> bool:
        """Whether the word stands in a name that the configuration or the packaged tables have."""
        start, end = self.span_of(self.hit)
        return self.core.end - self.core.start > self._word_end(end) - start

    def span_of(self, hit: Hit) -> Extent:
        """Where a hit of the same field stands in the original."""
        return Extent(*self.place.normal.span(hit.start, hit.end))

    @property
    def text(self) -> str:
        """The original text."""
        return self.place.original

    @cached_property
    def low(self) -> int:
        """Where the name may begin: behind the act before it, within reach."""
        reach = weights().names.reach
        ends = [self.span_of(a).end for a in self._limiting if a.end <= self.hit.start]
        return max([0, self.core.start - reach, *ends])

    @cached_property
    def high(self) -> int:
        """Where the name must end: before the act behind it, within reach."""
        reach = weights().names.reach
        starts = [self.span_of(a).start for a in self._limiting if a.start >= self.hit.end]
        return min([len(self.text), self.core.end + reach, *starts])

    @cached_property
    def _limiting(self) -> list[Hit]:
        """The acts that a name does not go on over. In a text a capital makes an act a part of a name: "Open University"."""
        near = [
            a
            for a in self.acts
            if a.field == self.hit.field
            and abs(a.start - self.hit.start) <= 2 * weights().names.reach
            and not is_in_whole(self.text, *self.span_of(a))
        ]
        if self.hit.field == "title":
            return near
        return [a for a in near if not self.text[self.span_of(a).start].isupper() or self._begins_sentence(a)]

    def _begins_sentence(self, hit: Hit) -> bool:
        return self.opens_sentence(self.span_of(hit).start)

    def opens_sentence(self, index: int) -> bool:
        """Whether a sentence begins at a character, where a capital says nothing."""
        before = self.text[:index].rstrip()
        return not before or before[-1] in ".!?:\n—–"

    @cached_property
    def begins_sentence(self) -> bool:
        """Whether the word for the base stands first, where its capital says nothing."""
        return self._begins_sentence(self.hit)

    @cached_property
    def named_places(self) -> list[Extent]:
        """Where countries and cities are named around the word."""
        reach = weights().names.reach
        low, high = self.hit.start - reach, self.hit.end + reach
        named = {*self.place_hits, *self.parties}
        return sorted(self.span_of(h) for h in named if h.field == self.hit.field and low <= h.start <= high)

    @cached_property
    def place_hits(self) -> list[Hit]:
        """The words for countries and cities in the same field."""
        return [
            hit
            for name, hits in self.findings.hits.items()
            if name.startswith(("country_", "places_"))
            for hit in hits
            if hit.field == self.hit.field
        ]

    def named_in(self, extent: Extent) -> int:
        """How many parties are named in a stretch of the text."""
        spans = (self.span_of(p) for p in self.parties if p.field == self.hit.field)
        return sum(extent.start <= s.start and s.end <= extent.end for s in spans)

    def is_of_party(self, word: str) -> bool:
        """Whether a word stands in the name of a party somewhere in this field."""
        spans = (self.span_of(p) for p in self.parties if p.field == self.hit.field)
        return any(word in self.text[slice(*span)] for span in spans)

    def is_place(self, word: Word) -> bool:
        """Whether a word is part of the name of a party, a country or a city."""
        return any(p.start < word.end and word.start < p.end for p in self.named_places)

    def is_place_before(self, index: int) -> bool:
        """Whether the name of a party, a country or a city ends at a character."""
        return any(p.end == index for p in self.named_places)

    def begins_base(self, index: int) -> bool:
        """Whether the name of another base begins at a character: with the word for it, or with capitals before it."""
        near = (self.span_of(b).start for b in self.bases if b.field == self.hit.field and b != self.hit)
        return any(
            start >= index and _CAPITALS.fullmatch(self.text[index:start]) is not None
            for start in near
            if start - index <= weights().names.reach
        )

    @cached_property
    def is_headline_case(self) -> bool:
        """Whether the words of a headline have capitals whatever they are."""
        words = [w for w in self.text.split() if w[:1].isalpha() and len(w) > 3]
        return (
            self.hit.field == "title"
            and len(words) > 3
            and sum(w[:1].isupper() for w in words) >= 0.7 * len(words)
        )
