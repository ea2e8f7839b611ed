"""All terms of all sets found in one pass over a text, as whole words in every script."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml
from ahocorasick_rs import AhoCorasick, Implementation

from crawler.judging.normal import Normal, normalise
from crawler.judging.script import Ruler, script_of
from crawler.judging.terms import Pattern, is_unspaced
from crawler.model import Evidence

_SHORT = 4
"""Up to this many characters an unspaced term must be a whole dictionary word; longer ones prove themselves."""

_ENDINGS = {
    "en": re.compile(r"(?:'s|s'|s|es|'s-)(?![^\W_])"),
    "id": re.compile(r"-?(?:nya|lah|kah|pun|ku|mu)(?![^\W_])"),
    "ms": re.compile(r"-?(?:nya|lah|kah|pun|ku|mu)(?![^\W_])"),
    "tl": re.compile(r"(?:ng|'t|'y|t|'ng)(?![^\W_])"),
    "de": re.compile(r"(?:s|en|er|e|n|es)(?![^\W_])"),
    "fr": re.compile(r"(?:s|e|es)(?![^\W_])"),
    "pt": re.compile(r"(?:s|es|a|as|os)(?![^\W_])"),
    "es": re.compile(r"(?:s|es|a|as|os)(?![^\W_])"),
}
"""Inflections that may follow a term: English plural and possessive, Malay clitics, Filipino linkers."""

_ARABIC_BEFORE = re.compile(r"(?<!\w)(?:و|ب|ل|ف|ك)?(?:ال|لل)?$")


class Hit(NamedTuple):
    """A pattern found at ``[start, end)`` of a field's normal form."""

    pattern: Pattern
    field: str
    start: int
    end: int


@dataclass(slots=True)
class Field:
    """One field (``title`` or ``text``) of an article, in both forms."""

    name: str
    original: str
    normal: Normal
    ruler: Ruler


@dataclass(slots=True)
class Findings:
    """Everything found in one article, by set; ``about`` holds its ``lang``, ``source`` and the ``country`` codes it names."""

    lang: str | None
    fields: dict[str, Field]
    hits: dict[str, list[Hit]] = field(default_factory=dict)
    about: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, names: Iterable[str]) -> list[Hit]:
        """The hits of the sets ``names``, in the order of the text, the title first."""
        lists = [found for name in names if (found := self.hits.get(name))]
        if len(lists) < 2:
            return lists[0] if lists else []  # in order already
        return sorted((hit for found in lists for hit in found), key=lambda h: (h.field != "title", h.start, h.end))

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


class Matcher:
    """An Aho-Corasick automaton over the normal forms of all patterns."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        by_key: dict[str, list[Pattern]] = {}
        for p in patterns:
            by_key.setdefault(p.key, []).append(p)
        self._keys = [(is_unspaced(key), tuple(same)) for key, same in by_key.items()]
        self._fitting: dict[tuple[int, str | None], list[Pattern]] = {}
        self._automaton = AhoCorasick(list(by_key), implementation=Implementation.ContiguousNFA)

    def find(self, fields: Mapping[str, str], lang: str | None) -> Findings:
        """All whole-word hits in ``fields`` (name to text), less those inside a set's exceptions."""
        found = Findings(lang, {})
        for name, original in fields.items():
            normal = normalise(original)
            place = Field(name, original, normal, Ruler(normal.text))
            found.fields[name] = place
            hits = self._field_hits(place, lang)
            hits.sort(key=_place_of)
            masks = _masks(hits)
            for hit in hits:
                own = hit.pattern.set_name
                if not hit.pattern.excluded and not (masks and _masked(hit, masks.get(own, ()))):
                    found.hits.setdefault(own, []).append(hit)
        return found

    def _field_hits(self, place: Field, lang: str | None) -> list[Hit]:
        text, name = place.normal.text, place.name
        found: list[Hit] = []
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        place.ruler.look_at(start for key, start, end in matches if end - start <= _SHORT and self._keys[key][0])
        for key, start, end in matches:
            unspaced, same = self._keys[key]
            fitting = self._fitting.get((key, lang))
            if fitting is None:
                fitting = self._fitting[key, lang] = [p for p in same if p.counts_in(lang)]
            if not fitting:
                continue
            if not (_unspaced_word(place.ruler, text, start, end) if unspaced else _begins_word(text, start)):
                continue
            for p in fitting:
                stop = end if unspaced else _end_of_word(text, start, end, p, lang)
                if stop and not ((p.exact or p.proper) and not _case_fits(place, start, end, p)):
                    found.append(Hit(p, name, start, stop))
        return found


def _place_of(hit: Hit) -> tuple[int, int]:
    return hit.start, hit.end


def _masks(hits: Iterable[Hit]) -> dict[str, list[tuple[int, int]]]:
    """Where exceptions stand, by set, in the order of the text."""
    masks: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        if hit.pattern.excluded:
            masks.setdefault(hit.pattern.set_name, []).append((hit.start, hit.end))
    return masks


def _masked(hit: Hit, spans: Sequence[tuple[int, int]]) -> bool:
    place = bisect_right(spans, (hit.start, 1 << 60))
    return any(hit.end <= e for _, e in spans[:place])


def _begins_word(text: str, start: int) -> bool:
    """Whether a word of a spaced script may begin here."""
    return not start or not _joins(text[start - 1], text[start]) or _may_precede(text, start)


def _end_of_word(text: str, start: int, end: int, p: Pattern, lang: str | None) -> int:
    """Where the word that begins at ``start`` ends, an inflection included; 0 where it is part of another word."""
    if p.prefix or end == len(text) or not _joins(text[end - 1], text[end]):
        possessive = text.startswith(("'s", "'ng"), end)
        return end + 2 if possessive and p.lang in ("en", "*") else end
    ending = _ENDINGS.get(lang if p.lang in ("*", "en") and lang in _ENDINGS else p.lang)
    inflected = ending.match(text, end) if ending and end - start >= 3 else None
    return inflected.end() if inflected else 0


def _joins(a: str, b: str) -> bool:
    """Whether two neighbouring characters belong to one word of a spaced script."""
    if b == " " or a == " ":
        return False
    if unicodedata.combining(b):
        return True
    if not (a.isalnum() and b.isalnum()):
        return False
    if a < "\u0250" and b < "\u0250":
        return True  # letters and digits of Latin
    return script_of(a) == script_of(b) or "other" in (script_of(a), script_of(b))


def _may_precede(text: str, start: int) -> bool:
    """Arabic writes the article and one-letter prepositions together with the noun."""
    return script_of(text[start]) == "arabic" and bool(_ARABIC_BEFORE.search(text, max(0, start - 4), start))


def _unspaced_word(ruler: Ruler, text: str, start: int, end: int) -> bool:
    """Whether a term of an unspaced script is a word here, not part of another one."""
    if end < len(text) and unicodedata.category(text[end]) in ("Mn", "Mc"):
        return False  # the next character belongs to the term's last syllable
    if end - start > _SHORT:
        return True
    if script_of(text[start]) == "han" and end - start > 1:
        return not (_cuts_into(ruler, start, start, end) or _cuts_into(ruler, end, start, end))
    if script_of(text[start]) == "han" and _inside_longer_name(text, start):
        return False
    return ruler.is_boundary(start) and ruler.is_boundary(end)


@cache
def _han_words() -> frozenset[str]:
    """Words that a single character must not be found in (data/han_words.yaml)."""
    text = files("crawler").joinpath("data", "han_words.yaml").read_text(encoding="utf-8")
    return frozenset(yaml.safe_load(text)["words"])


def _inside_longer_name(text: str, index: int) -> bool:
    spans = ((low, low + size) for size in (2, 3) for low in range(max(0, index - size + 1), index + 1))
    return any(text[low:high] in _han_words() for low, high in spans)


def _cuts_into(ruler: Ruler, index: int, start: int, end: int) -> bool:
    """Whether a dictionary word lies across ``index`` and only partly inside ``[start, end)``."""
    if ruler.is_boundary(index):
        return False
    low, high = ruler.word_around(index)
    return not (low <= start and high >= end)


def _case_fits(place: Field, start: int, end: int, p: Pattern) -> bool:
    """Whether an exact term, or a proper name, is written as it must be."""
    low, high = place.normal.span(start, end)
    written = unicodedata.normalize("NFKC", place.original[low:high])
    return written == p.spelling if p.exact else written[:1].isupper()
