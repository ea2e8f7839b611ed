"""What a base is called: in the article's language, and in English where the article says it.

Every word for a base of one kind is a candidate, with the name grown around it. The word that the news is of decides: its
own name, or a fuller one of the same base elsewhere. Where it only points back ("this centre"), its name was said before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from crawler.judging.bases.descriptions import description
from crawler.judging.bases.english_names import english_aside, is_english_name
from crawler.judging.bases.name_around import Around, Extent
from crawler.judging.bases.name_extent import extent_of
from crawler.judging.bases.name_parts import english_of, kind_in_english, parties_of
from crawler.judging.bases.name_words import general_words, name_words, words_of
from crawler.judging.bases.sentences import same_sentence
from crawler.judging.bases.stages import kind_of
from crawler.judging.bases.words import base_words
from crawler.judging.places.gazetteer import CHINA
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.text.zawgyi import in_unicode
from crawler.judging.weights import weights

_QUOTED = re.compile(
    r"“([^“”\n]{4,110})”|«([^«»\n]{4,110})»|「([^「」\n]{4,60})」|『([^『』\n]{4,60})』|《([^《》\n]{4,60})》|‘([^‘’\n]{4,110})’(?!\w)|\"([^\"\n]{4,110})\""
)
_SAYS_SOMETHING = re.compile(r"[.!?;,。！？；，។၊။]")
_ACRONYM = re.compile(r"\s?[(（]\s?[A-Z][A-Z0-9&/ -]{1,14}\s?[)）]")
_MOST_CITIES = 2
_LETTERS = re.compile(r"[^\W\d_]")


class BaseName(NamedTuple):
    """What a base is called; each empty where the article does not say it.

    Args:
        own: its name as the article writes it, in Unicode.
        english: its name in English: where the article is in English, gives one, or has a name of known parts.
        parties: the codes of the countries in its name.
        head: the word for what it is in its name.
    """

    own: str = ""
    english: str = ""
    parties: tuple[str, ...] = ()
    head: Hit | None = None

    def or_described(
        self, findings: Findings, base: Hit, countries: Sequence[str], cities: Sequence[str]
    ) -> BaseName:
        """The names, with a description in the place of each that is not known."""
        base = self.head or base
        term = base.pattern
        place = findings.fields[base.field]
        low, high = place.normal.span(base.start, base.end)
        written = " ".join(place.original[low:high].split())
        kind = kind_in_english(term.spelling, findings.lang, kind_of(term.spelling))
        sides = self.parties if len(self.parties) > 1 else countries
        # What cooperates with China is all that is read here, so it is one side though no place of it is named.
        sides = sides if CHINA.intersection(sides) else ("CN", *sides)
        cities = cities if len(cities) <= _MOST_CITIES else ()
        own = self.own or description(in_unicode(written), sides, cities, findings.lang)
        return self._replace(own=own, english=self.english or description(kind, sides, cities, "en"))


@dataclass
class NameCandidate:
    """A name around one word for a base, and what speaks for it."""

    around: Around
    extent: Extent
    is_quoted: bool

    @cached_property
    def text(self) -> str:
        """The name as it stands, without line breaks and doubled spaces."""
        found = " ".join(self.around.text[self.extent.start : self.extent.end].split()).strip(" -–—'\"")
        return in_unicode(found)

    @property
    def hit(self) -> Hit:
        """The word for the base in it."""
        return self.around.hit

    @cached_property
    def pieces(self) -> frozenset[str]:
        """What it says besides what a base is: words, or pairs of characters in scripts without spaces."""
        low, high = self.around.core
        start, end = self.extent
        before = self.around.text[start:low] if low >= start else ""
        rest = f"{before} {self.around.text[high:end]}" if high <= end else before
        text = normalise(rest).text
        if script_of(next(iter(_LETTERS.findall(text)), "a")) not in UNSPACED:
            return frozenset(
                w for w in re.findall(r"[^\W_]+", text) if len(w) > 1 and w not in general_words()
            )
        for word in general_words():
            text = text.replace(word, " ")
        return frozenset(
            run[i : i + 2] for run in re.findall(r"[^\W_]+", text) for i in range(max(1, len(run) - 1))
        )

    @property
    def is_general(self) -> bool:
        """Whether it only says what the base is: "joint laboratory"."""
        return not self.pieces

    @property
    def is_plain(self) -> bool:
        """Whether it describes a base in small letters and without a party: "a demonstration base for industries"."""
        if self.is_quoted or script_of(next(iter(_LETTERS.findall(self.text)), "a")) in UNSPACED:
            return False
        return self.text == self.text.lower() and not self.around.named_in(self.extent)

    @cached_property
    def points_back(self) -> bool:
        """Whether the report comes back to a base that it has named: "this centre", ສູນດັ່ງກ່າວ."""
        text = self.around.text
        back = words_of("back", self.around.lang)
        before = text[max(0, self.extent.start - 12) : self.extent.start].casefold().strip()
        behind = text[self.extent.end : self.extent.end + 14].casefold().strip()
        if script_of(self.hit.pattern.key[:1]) in UNSPACED:
            is_before = self.around.lang in ("zh", "my")
            return before.endswith(tuple(back)) if is_before else behind.startswith(tuple(back))
        near = [*before.split()[-1:], *re.split(r"\W+", behind)[:1]]
        return not (back | {"the"}).isdisjoint(near)

    @cached_property
    def says_where(self) -> bool:
        """Whether it only tells where something is: "near the Saysettha Development Zone"."""
        where = base_words()["where"].get(self.around.lang) or base_words()["where"]["en"]
        before = self.around.text[max(0, self.extent.start - 24) : self.extent.start].casefold()
        behind = self.around.text[self.extent.end : self.extent.end + 6]
        if behind.startswith(tuple(where.get("behind", ()))):
            return True
        if where["spaced"]:
            words = [w for w in re.findall(r"[^\W\d_]+", before) if w not in ("the", "a", "an")]
            return bool(words) and words[-1] in where["before"]
        return before.rstrip().endswith(tuple(where["before"]))

    @cached_property
    def has_act(self) -> bool:
        """Whether an act stands beside it."""
        beside = weights().names.act
        return any(
            a.field == self.hit.field
            and max(a.start - self.around.hit.end, self.around.hit.start - a.end) <= beside
            and same_sentence(self.around.findings, self.hit, a)
            for a in self.around.acts
        )

    @cached_property
    def has_acronym(self) -> bool:
        """Whether its short form stands behind it in brackets."""
        return _ACRONYM.match(self.around.text, self.extent.end) is not None

    @cached_property
    def is_announced(self) -> bool:
        """Whether the words before it say that a name follows: "called …"."""
        before = self.around.text[max(0, self.extent.start - 24) : self.extent.start].casefold()
        return before.rstrip(' “"«「『‘:').endswith(tuple(name_words()["called"]))

    def shares(self, other: NameCandidate) -> float:
        """The share of what it says that another candidate says too."""
        return len(self.pieces & other.pieces) / len(self.pieces) if self.pieces else 0.0

    @property
    def worth(self) -> float:
        """How likely it is a name that could be printed."""
        worth = 3.0 * self.is_quoted + 2.0 * self.has_acronym + 1.0 * self.is_announced
        worth += 1.0 * bool(self.around.named_in(self.extent)) + min(len(self.pieces), 6) / 4
        return worth - 2.0 * self.around.is_headline_case - 1.5 * self.says_where


def name_of(
    findings: Findings, base: Hit, bases: Sequence[Hit], parties: Sequence[Hit], acts: Sequence[Hit]
) -> BaseName:
    """What the article calls a base.

    Args:
        findings: what was found where.
        base: the word for the base that the news is of.
        bases: all words for bases in the part of the article that proves something.
        parties: the words that name China, a partner, or both; the more of them a name holds the fuller it is.
        acts: the words for coming into being; a name ends before them.
    """
    own = _candidate(findings, base, bases, parties, acts)
    kind = kind_of(base.pattern.spelling)
    candidates = {
        b: _candidate(findings, b, bases, parties, acts)
        for b in bases
        if b != base and (kind_of(b.pattern.spelling) == kind or _is_right_before(b, base))
    }
    others = [c for b, c in candidates.items() if kind_of(b.pattern.spelling) == kind]
    # In brackets behind a name in another language: what stands before them is the name.
    full = next((c for c in candidates.values() if _stands_in_brackets_behind(own, c)), None)
    chosen = full or _chosen(own, others)
    if chosen is None:
        return BaseName()
    sides = parties_of(chosen.around, chosen.extent)
    return BaseName(chosen.text, _english(chosen, [own, *others]), sides, chosen.hit)


def _is_right_before(other: Hit, base: Hit) -> bool:
    """Whether a word stands so close before another one that both may be of one name in two languages."""
    return other.field == base.field and 0 <= base.start - other.end <= weights().names.reach


def _stands_in_brackets_behind(own: NameCandidate, other: NameCandidate) -> bool:
    between = own.around.text[other.extent.end : own.extent.start]
    return own.hit.field == other.hit.field and re.fullmatch(r"[”»」\"]?\s?[(（\[]\s?", between) is not None


def _chosen(own: NameCandidate, others: Sequence[NameCandidate]) -> NameCandidate | None:
    """The best name for the base that the news is of; None where only its kind is told."""
    named = [c for c in others if not c.is_general]
    if own.is_general or own.is_plain:
        likely = [c for c in named if not c.is_plain and _may_be_meant(c, own)]
        proper = max(likely, key=lambda c: c.worth, default=None)
        if proper or own.is_general:
            return proper
    # Another name is the same base's where it says all that its own says, or is given as the name of it.
    same = [c for c in named if own.shares(c) >= weights().names.same or _is_official(c, own)]
    return max([own, *same], key=lambda c: (c.worth, c is own))


def _may_be_meant(other: NameCandidate, own: NameCandidate) -> bool:
    """Whether a name may be that of a base which a report calls only by its kind.

    What it points back to was named before. Else its name stands near, and not only as a place where something is.
    """
    if other.hit.field != own.hit.field:
        return not other.says_where
    if own.points_back and other.hit.start < own.hit.start:
        return True
    near = abs(other.hit.start - own.hit.start) <= weights().bases.next_reach
    # Else it is what the new one is held against: "… the Subic park has 50 tenants already".
    is_news = own.points_back or other.has_act or other.is_quoted or other.has_acronym
    return near and is_news and not other.says_where


def _is_official(other: NameCandidate, own: NameCandidate) -> bool:
    return (
        other.is_quoted
        and (other.is_announced or own.shares(other) >= weights().names.official)
        and other.hit.field == own.hit.field
        and abs(other.hit.start - own.hit.start) <= weights().bases.next_reach
    )


def _english(chosen: NameCandidate, candidates: Sequence[NameCandidate]) -> str:
    if chosen.around.lang == "en" or is_english_name(chosen.text):
        return chosen.text
    same = [
        c
        for c in candidates
        if c is chosen or c.text == chosen.text or chosen.shares(c) >= weights().names.same
    ]
    given = (english_aside(c.around.text, c.extent) for c in (chosen, *same))
    return next((name for name in given if name), "") or english_of(chosen.around, chosen.extent)


def _candidate(
    findings: Findings, base: Hit, bases: Sequence[Hit], parties: Sequence[Hit], acts: Sequence[Hit]
) -> NameCandidate:
    around = Around(findings, base, bases, acts, parties)
    quoted = _quoted_around(around)
    return NameCandidate(around, quoted or extent_of(around), quoted is not None)


def _quoted_around(around: Around) -> Extent | None:
    """The quotation that is the name around a word for a base."""
    low, high = around.core
    line = around.text.rfind("\n", 0, low) + 1
    for match in _QUOTED.finditer(around.text, line, high + 120):
        extent = Extent(*next(span for n in range(1, 8) if (span := match.span(n))[0] >= 0))
        if extent.start <= low and high <= extent.end and _is_name(around, extent):
            return extent
    return None


def _is_name(around: Around, extent: Extent) -> bool:
    """Whether a quotation is a name: its head stands where heads do, and it says nothing."""
    quoted = around.text[extent.start : extent.end]
    if _SAYS_SOMETHING.search(quoted):
        return False
    before = around.text[extent.start : around.core.start]
    behind = around.text[around.core.end : extent.end]
    script = script_of(around.hit.pattern.key[:1])
    if script in ("han", "myanmar"):
        return len(behind) <= 6
    if script in UNSPACED:
        return len(before) <= 6
    words = re.findall(r"[^\W\d_]+", quoted.casefold())
    return _plain(words, around.lang) and quoted.lstrip()[:1].isupper()


def _plain(words: Sequence[str], lang: str | None) -> bool:
    """Whether words hold none that only sentences have."""
    return words_of("sentence", lang).isdisjoint(words)
