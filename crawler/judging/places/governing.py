"""What governs a place in its sentence: a base and its coming into being, a meeting, or a body that is from there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple

from crawler.judging.places.mentions import NEVER, PlaceMention, any_of, site_words, where_words
from crawler.judging.text.matching import Field, Findings, Hit
from crawler.judging.weights import weights

HEAD_FINAL = frozenset({"zh", "ja", "ko", "my"})
"""Languages in which what happens at a place stands behind it."""
# Thai ends no sentence with a dot, and many an abbreviation: "22 พ.ค. ณ อ.ปลวกแดง".
_SENTENCE_END = re.compile(
    r"[。！？；။។\n.!?](?:(?<![.!?])|(?=\s+[^\Wa-z\d_]|\s*$)(?<!\b[A-Z]\.)(?<!\bSt\.)(?<!\bTP\.)(?<![\u0e00-\u0e7f]\.))"
)
_FEW = 1
"""Words between "near" and the place that it goes with."""
_CLAUSE_BREAK = re.compile(r"[，；]| - | – |\(|（")
_OPENING = " \n\t\"'“”‘’「『"
_CLAUSE_END = re.compile(r"[，,。；;！？\n]")


_SHORT_SCHOOL = re.compile(r"(?<![^\s(\"“])([A-Z]{2,6})[ \u00a0]$")
"""Capitals that stand for the kind of a body, right before the place where it has its seat."""


class PlaceRole(Enum):
    """What a place is to a base."""

    SITE = "the base is there"
    CEREMONY = "a ceremony is held there"
    FRONTED = "the sentence begins with it"
    SCHOOL = "a school that has its seat there"
    HOST = "the base is at such a school"
    MEETING = "people met, spoke or signed there"
    BODY = "people or a body are from there"
    EARLIER = "another base, or one of earlier days, is there"
    NAMED = "it is only named"


class _Cue(NamedTuple):
    """A word that may govern a place: of the base, of an act, of a meeting, of a ceremony, or "located"."""

    start: int
    end: int
    kind: str


class Surroundings:
    """The words of one article that may govern a place."""

    def __init__(self, findings: Findings, bases: Iterable[Hit], acts: Iterable[Hit]) -> None:
        self._findings = findings
        self._known = [*(("base", hit) for hit in bases), *(("act", hit) for hit in acts)]
        self._cues: dict[tuple[str, int], list[_Cue]] = {}
        self._ends = {
            name: [start for start, _ in field.places_of(_SENTENCE_END)]
            for name, field in findings.fields.items()
        }

    def sentence(self, field: str, place: int) -> int:
        """The number of the sentence around a position of the original."""
        return bisect_left(self._ends[field], place)

    def _limits(self, field: str, number: int) -> tuple[int, int]:
        """Where a sentence begins and ends."""
        ends = self._ends[field]
        start = ends[number - 1] + 1 if number else 0
        end = ends[number] if number < len(ends) else len(self._findings.fields[field].original)
        return start, end

    def span_around(self, hit: Hit) -> tuple[str, int, int]:
        """The field in which a hit stands, and where its sentence begins and ends in the original."""
        low, _ = _span(self._findings.fields[hit.field], hit)
        return (hit.field, *self._limits(hit.field, self.sentence(hit.field, low)))

    def begins_with_here(self, base: Hit) -> bool:
        """Whether the sentence of a base begins with a word that means the place which the one before names."""
        field, start, end = self.span_around(base)
        text = self._findings.fields[field].original[start:end].lstrip(_OPENING)
        return _words_here(self._findings.lang).match(text) is not None

    def tells_of_earlier(self, mention: PlaceMention) -> bool:
        """Whether the words before a place in its sentence speak of other bases, or of earlier days."""
        return self._placed_before(mention, "background")

    def tells_of_other(self, mention: PlaceMention) -> bool:
        """Whether the words before a place in its sentence say that something else is there."""
        return self._placed_before(mention, "elsewhere")

    def is_near(self, mention: PlaceMention) -> bool:
        """Whether the words right before a place say that something is only near it."""
        text = self._findings.fields[mention.hit.field].original
        before = text[max(0, mention.low - weights().locating.before) : mention.low]
        found = [m.end() for m in _words("near", self._findings.lang).finditer(before)]
        return bool(found) and len(before[found[-1] :].split()) <= _FEW

    def _placed_before(self, mention: PlaceMention, kind: str) -> bool:
        start, _ = self._limits(mention.hit.field, self.sentence(mention.hit.field, mention.low))
        start = max(start, mention.low - weights().locating.govern)
        text = self._findings.fields[mention.hit.field].original[start : mention.low]
        return _words(kind, self._findings.lang).search(text) is not None

    def _around(self, field: str, low: int, high: int) -> list[_Cue]:
        """The words between two positions of one sentence that may govern a place."""
        number = self.sentence(field, low)
        cues = self._cues.get((field, number))
        # Few sentences name places, and only in these are the words looked for.
        if cues is None:
            cues = self._cues[field, number] = self._cues_of(field, number)
        return [c for c in cues if low <= c.start and c.end <= high]

    def _cues_of(self, field: str, number: int) -> list[_Cue]:
        """The words of a sentence that may govern a place, in order."""
        place, lang = self._findings.fields[field], self._findings.lang
        start, end = self._limits(field, number)
        met = _spans_of(_words("meetings", lang), place.original, start, end)
        found = [_Cue(*span, "meeting") for span in met]
        for kind, list_of in (("ceremony", "ceremonies"), ("seat", "seats")):
            found += [
                _Cue(*span, kind) for span in _spans_of(_words(list_of, lang), place.original, start, end)
            ]
        known = ((_span(place, hit), kind) for kind, hit in self._known if hit.field == field)
        # "Signed" brings a base about, but not where it was signed.
        found += [
            _Cue(*span, kind)
            for span, kind in known
            if start <= span[0] < end and not (kind == "act" and any(_meet(span, m) for m in met))
        ]
        return sorted(found)

    def role(self, mention: PlaceMention) -> PlaceRole:
        """What a place is to the base."""
        lang = self._findings.lang
        text = self._findings.fields[mention.hit.field].original
        start, end = self._limits(mention.hit.field, self.sentence(mention.hit.field, mention.low))
        before = text[max(start, mention.low - weights().locating.body) : mention.low]
        if (seat := self._as_seat(mention, before)) is not None:
            return seat
        body = self._body_before(mention, before)
        if body is not None:
            return _of_school(lang, before[:body], before[body:], behind=False)
        if _is_of_partner(lang, before):
            return PlaceRole.BODY
        if self.lists_sites(mention) or not mention.placed:
            return PlaceRole.SITE if self.lists_sites(mention) else PlaceRole.NAMED
        reach = weights().locating.govern
        start = max(start, mention.low - reach)
        end = min(end, mention.high + reach)
        cues = self._around(mention.hit.field, start, end)
        if lang in HEAD_FINAL:
            return self._head_final(mention, cues, text, end)
        return _head_initial(mention, cues, text, lang)

    def lists_sites(self, mention: PlaceMention) -> bool:
        """Whether the words before a place in its sentence begin a list of sites: "the other two are Semarang and Bintan"."""
        field = mention.hit.field
        start, _ = self._limits(field, self.sentence(field, mention.low))
        text = self._findings.fields[field].original[start : mention.low]
        last = max(
            _words("other_sites", self._findings.lang).finditer(text), key=lambda m: m.end(), default=None
        )
        # A list has no clause within it: "分别设在万象和金边，由天津援建".
        return last is not None and not _CLAUSE_BREAK.search(text, last.end())

    def role_of_school(self, mention: PlaceMention) -> PlaceRole:
        """What the town of a school is to the base, by the words around the school's name."""
        text = self._findings.fields[mention.hit.field].original
        before = text[max(0, mention.low - weights().locating.body) : mention.low]
        hosts = mention.placed or _at_schools(self._findings.lang).search(before)
        return PlaceRole.HOST if hosts else PlaceRole.SCHOOL

    def meant_again(self, mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
        """The places that a sentence with a word for the base means by "in that city", which it named before."""
        found = []
        again = _words("again", self._findings.lang)
        for name, field in self._findings.fields.items():
            here = [m for m in mentions if m.hit.field == name]
            for match in again.finditer(field.original):
                start, end = self._limits(name, self.sentence(name, match.start()))
                named = [m for m in here if start <= m.low and m.high <= match.start() and m.place.is_city]
                if named and any(c.kind == "base" for c in self._around(name, match.end(), end)):
                    found.append(named[-1])
        return found

    def _body_before(self, mention: PlaceMention, before: str) -> int | None:
        """Where the word for a body begins that is from a place; None where a base or an act stands between, or none is there."""
        found = None
        offset = mention.low - len(before)
        for match in _words("bodies", self._findings.lang).finditer(before):
            # "An institute in Pakse" may be the base itself; "pusat" of "kantor pusat" is part of the body's name.
            here = self._around(mention.hit.field, offset + match.start(), mention.low)
            if not any(c.kind == "base" and c.end > offset + match.end() for c in here):
                found = match
        if found is None:
            return None
        cues = self._around(mention.hit.field, offset + found.end(), mention.low)
        stands_between = any(c.kind in ("base", "act") for c in cues)
        words = re.sub(r"^\w+", "", before[found.end() :]).split()
        spaced = where_words(self._findings.lang)["spaced"]
        # What is a word of other languages is two in Vietnamese, which spaces its syllables.
        most = weights().locating.body_words * (2 if self._findings.lang == "vi" else 1)
        far = len(words) > most if spaced else len(before) - found.end() > most * 3
        return None if stands_between or far else found.start()

    def _as_seat(self, mention: PlaceMention, before: str) -> PlaceRole | None:
        """What a place is that ends or begins the name of a body; None where it does neither."""
        lang = self._findings.lang
        if mention.of_institution:
            return _of_school(lang, before, mention.behind, behind=True)
        if (school := self._short_school_before(mention, before)) is None:
            return None
        return PlaceRole.HOST if _at_schools(lang).search(before[:school]) else PlaceRole.SCHOOL

    def _short_school_before(self, mention: PlaceMention, before: str) -> int | None:
        """Where the capitals right before a place begin that are short for a school there: IIT Delhi, UIN Jakarta; None where none do.

        Capitals for a base (SEZ Rayong) or for a country (UAE) are none of a school, and in a headline of capitals nothing is.
        """
        found = _SHORT_SCHOOL.search(before)
        if found is None or mention.written.isupper():
            return None
        start, end = mention.low - len(before) + found.start(1), mention.low
        if any(c.kind == "base" for c in self._around(mention.hit.field, start, end)):
            return None
        field = self._findings.fields[mention.hit.field]
        countries = (
            hit
            for name, hits in self._findings.hits.items()
            if name.startswith("country_")
            for hit in hits
            if hit.field == mention.hit.field
        )
        return None if any(_meet(_span(field, h), (start, end)) for h in countries) else found.start(1)

    def _head_final(self, mention: PlaceMention, cues: Sequence[_Cue], text: str, end: int) -> PlaceRole:
        clause = _CLAUSE_END.search(text, mention.high, end)
        stop = clause.start() if clause and self._findings.lang != "my" else end
        behind = [c for c in cues if mention.high <= c.start < stop]
        # "在南宁举行的揭牌仪式": what a meeting word holds is told by the act behind it.
        kinds = [c.kind for c in behind]
        if not kinds:
            return PlaceRole.SITE if any(c.kind in ("base", "act") for c in cues) else PlaceRole.FRONTED
        if kinds[0] == "meeting":
            held = any(k == "ceremony" for k in kinds) and "act" in kinds
            return PlaceRole.SITE if held else PlaceRole.MEETING
        return PlaceRole.SITE


def _head_initial(mention: PlaceMention, cues: Sequence[_Cue], text: str, lang: str | None) -> PlaceRole:
    before = [c for c in cues if c.end <= mention.low]
    if before:
        nearest = max(before, key=lambda c: (c.end, c.end - c.start))
        kinds = {"meeting": PlaceRole.MEETING, "ceremony": PlaceRole.CEREMONY}
        return kinds.get(nearest.kind, PlaceRole.SITE)
    behind = [c for c in cues if c.start >= mention.high and c.kind in ("act", "meeting")]
    # "A park in Subang, signed in Jakarta": what was signed elsewhere was not signed here.
    if behind and behind[0].kind == "meeting" and not _placed_behind(lang).match(text, behind[0].end):
        # "At Jerowaru for a laboratory that both have discussed since the summit" is no meeting there.
        bases = [c for c in cues if c.kind == "base" and mention.high <= c.start < behind[0].start]
        if not bases or behind[0].start - bases[-1].end <= weights().locating.qualifier:
            return PlaceRole.MEETING
    return PlaceRole.FRONTED


@cache
def _placed_behind(lang: str | None) -> re.Pattern[str]:
    """A word of place with a name behind it, right behind a word."""
    found = "|".join(map(re.escape, where_words(lang)["before"])) or NEVER
    return re.compile(rf"\w*\s+(?:{found})\s+[^\W\d_a-z]")


def _is_of_partner(lang: str | None, before: str) -> bool:
    """Whether the word right before a place makes it a party's: "with Tianjin", "ຂອງນະຄອນໜານໜິງ"."""
    return _of_partner(lang).search(before) is not None


@cache
def _of_partner(lang: str | None) -> re.Pattern[str]:
    kinds = any_of([*where_words(lang)["kinds"], *site_words()["partner_kinds"].get(lang, ())])
    words = site_words()["partners"].get(lang, ())
    return re.compile(rf"(?:{any_of(words)})\s*(?:{kinds})?\s*$", re.IGNORECASE)


def _of_school(lang: str | None, before: str, name: str, *, behind: bool) -> PlaceRole:
    """What a place in the name of a body is: a school's may be where the base is, if words say that it is at the school."""
    if not _schools().search(name):
        return PlaceRole.BODY
    at = _at_schools(lang)
    # "Chiang Mai University" begins with the place, "Universitas Negeri Yogyakarta" with the word for what it is.
    return PlaceRole.HOST if at.search(before) else PlaceRole.SCHOOL


@cache
def _schools() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, site_words()["schools"])), re.IGNORECASE)


@cache
def _at_schools(lang: str | None) -> re.Pattern[str]:
    words = site_words()["at_schools"].get(lang, ())
    return re.compile(rf"(?:{any_of(words)})\s*$", re.IGNORECASE)


@cache
def _words_here(lang: str | None) -> re.Pattern[str]:
    spaced = where_words(lang)["spaced"]
    return re.compile(any_of(site_words()["here"].get(lang, ()), whole=spaced), re.IGNORECASE)


@cache
def _words(kind: str, lang: str | None) -> re.Pattern[str]:
    """The words of a kind in a language; those of English where the table has none of it."""
    words = site_words()[kind]
    return re.compile(any_of(words.get(lang, words["en"]), whole=lang == "vi"), re.IGNORECASE)


_LONGEST_WORD = 60
"""Characters of the longest word or words in the tables, with what may stand behind them."""


def _spans_of(words: re.Pattern[str], text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where words stand that begin in ``[start, end)``."""
    found = (m.span() for m in words.finditer(text, start, min(len(text), end + _LONGEST_WORD)))
    return [span for span in found if span[0] < end]


def _span(field: Field, hit: Hit) -> tuple[int, int]:
    return field.normal.span(hit.start, hit.end)


def _meet(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]
