"""What a base is called: in the article's language, and in English where the article says it.

Every word for a base of one kind is a candidate, with the name grown around it. The word that the news is of decides: its
own name, or a fuller one of the same base elsewhere. Where it only points back ("this centre"), its name was said before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from crawler.judging.bases.descriptions import description
from crawler.judging.bases.english_names import english_aside, english_elsewhere, is_english_name
from crawler.judging.bases.name_around import Around, Extent
from crawler.judging.bases.name_candidates import NameCandidate, candidate_of
from crawler.judging.bases.name_choice import chosen_name
from crawler.judging.bases.name_given import given_name, quoted_beside
from crawler.judging.bases.name_in_english import (
    english_of,
    kind_in_english,
    plain_english_of,
    region_of,
)
from crawler.judging.bases.name_origins import DESCRIBED, OFFICIAL, REPORT, TRANSLATION
from crawler.judging.bases.name_part import end_of_word
from crawler.judging.bases.name_parts import parties_of
from crawler.judging.bases.sentences import same_sentence
from crawler.judging.bases.stages import kind_of
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.zawgyi import in_unicode
from crawler.judging.weights import weights

_MOST_CITIES = 2


class BaseWords(NamedTuple):
    """The words of an article that its base is named by.

    Attributes:
        bases: those for bases of cooperation, in the part of the article that proves something.
        general: those for places of work of any kind ("centre"), there.
        news: those of bases that some clause says come into being.
        parties: those that name our side, theirs, or both; the more of them a name holds the fuller it is.
        acts: those for coming into being; a name ends before them.
        signs: whether the base that is told stands where those stand who sign.
        old: those of what exists and how it gets on.
    """

    bases: Sequence[Hit]
    general: Sequence[Hit]
    news: Collection[Hit]
    parties: Sequence[Hit]
    acts: Sequence[Hit]
    signs: bool = False
    old: Sequence[Hit] = ()


class BaseName(NamedTuple):
    """What a base is called; each empty where the article does not say it.

    Args:
        own: its name as the article writes it, in Unicode.
        english: its name in English: where the article is in English, gives one, or has a name of known parts.
        parties: the codes of the countries in its name.
        head: the word for what it is in its name.
        plain: what it is, as far as words without a name say it: "research centre for rice".
        plain_english: the same in English, empty where it is not known.
        wide: the region that its name is of beside China in English: "ASEAN".
        origin: where its own name comes from (`crawler.model.BaseMention`).
        english_origin: where its English name comes from.
    """

    own: str = ""
    english: str = ""
    parties: tuple[str, ...] = ()
    head: Hit | None = None
    plain: str = ""
    plain_english: str = ""
    wide: str = ""
    origin: str = DESCRIBED
    english_origin: str = DESCRIBED

    def or_described(
        self, findings: Findings, base: Hit, countries: Sequence[str], cities: Sequence[str]
    ) -> BaseName:
        """The names, with a description in the place of each that is not known."""
        base = self.head or base
        term = base.pattern
        place = findings.fields[base.field]
        low, high = place.normal.span(base.start, base.end)
        written = " ".join(place.original[low : end_of_word(place.original, high)].split())
        kind = self.plain_english or kind_in_english(term.spelling, findings.lang, kind_of(term.spelling))
        sides = self.parties if len(self.parties) > 1 else countries
        # What cooperates with us is all that is read here, so we are one side though no place of ours is named.
        home, ours = findings.parties.home, findings.parties.ours
        sides = sides if {*ours.countries, *ours.codes}.intersection(sides) else (home, *sides)
        cities = cities if len(cities) <= _MOST_CITIES else ()
        own = self.own or description(
            in_unicode(self.plain or written), sides, cities, findings.lang, home=home
        )
        return self._replace(
            own=own, english=self.english or description(kind, sides, cities, "en", self.wide, home=home)
        )


def name_of(findings: Findings, base: Hit, words: BaseWords) -> BaseName:
    """What the article calls a base.

    Args:
        findings: what was found where.
        base: the word for the base that the news is of.
        words: the words around it.
    """
    kind = kind_of(base.pattern.spelling)
    known = [b for b in words.bases if b != base]
    general = [b for b in words.general if not any(_overlap(b, k) for k in (*known, base))]

    def candidate(hit: Hit) -> NameCandidate:
        is_base = hit == base or hit in known
        is_of_kind = kind_of(hit.pattern.spelling) == kind if is_base else _is_called_alike(hit, base, kind)
        around = Around(findings, hit, words.bases, words.acts, words.parties)
        is_old = any(o.field == hit.field and same_sentence(findings, o, hit) for o in words.old)
        return candidate_of(
            around,
            is_news=hit in words.news,
            is_base=is_base,
            is_of_kind=is_of_kind,
            is_old=is_old,
        )

    own = candidate(base)
    others = [candidate(b) for b in (*known, *general)]
    # In brackets behind a name in another language: what stands before them is the name.
    beside = (candidate(b) for b in known if _is_right_before(b, base))
    full = next((c for c in beside if _stands_in_brackets_behind(own, c)), None)
    chosen = full or chosen_name(own, others, signs=words.signs)
    others = [c for c in others if c.is_of_kind]
    if not (chosen and (chosen.is_quoted or chosen.has_both)) and (extent := given_name(own)):
        return _given(own, extent, others)
    if chosen is None:
        return _described(own)
    english = _english(chosen, [own, *others])
    return BaseName(
        chosen.text,
        english.text,
        parties_of(chosen.around, chosen.extent),
        chosen.hit,
        plain_english=plain_english_of(chosen.around, chosen.extent),
        wide=region_of(chosen.around, chosen.extent),
        origin=_origin(chosen),
        english_origin=english.origin,
    )


def _given(own: NameCandidate, extent: Extent, others: Sequence[NameCandidate]) -> BaseName:
    name = NameCandidate(own.around, extent, is_quoted=True)
    english = _english(name, others)
    return BaseName(
        name.text,
        english.text,
        parties_of(own.around, extent),
        plain_english=plain_english_of(own.around, extent),
        origin=OFFICIAL,
        english_origin=english.origin,
    )


class _EnglishName(NamedTuple):
    """A name in English, empty where none is known, and where it comes from."""

    text: str
    origin: str = DESCRIBED


def _origin(name: NameCandidate) -> str:
    """Where a name that stands in the article comes from: quotes and a short form behind it show that it is official."""
    return OFFICIAL if name.is_quoted or name.has_acronym else REPORT


def _described(own: NameCandidate) -> BaseName:
    """What is known of a base without a name: that it is a "research centre for industrial cooperation"."""
    if own.is_of_many or own.text != own.text.lower():
        return BaseName()
    english = own.text if own.around.lang == "en" else plain_english_of(own.around, own.extent)
    return BaseName(plain=own.text, plain_english=english)


def _is_called_alike(general: Hit, base: Hit, kind: str) -> bool:
    """Whether a general word is one for a base's kind; where that says little, it must be the same word."""
    if kind == "base":
        return general.pattern.key == base.pattern.key
    return kind_of(general.pattern.spelling) == kind


def _overlap(a: Hit, b: Hit) -> bool:
    return a.field == b.field and a.start < b.end and b.start < a.end


def _is_right_before(other: Hit, base: Hit) -> bool:
    """Whether a word stands so close before another one that both may be of one name in two languages."""
    return other.field == base.field and 0 <= base.start - other.end <= weights().names.reach


def _stands_in_brackets_behind(own: NameCandidate, other: NameCandidate) -> bool:
    between = own.around.text[other.extent.end : own.extent.start]
    return own.hit.field == other.hit.field and re.fullmatch(r"[”»」\"]?\s?[(（\[]\s?", between) is not None


def _english(chosen: NameCandidate, candidates: Sequence[NameCandidate]) -> _EnglishName:
    if chosen.around.lang == "en" or is_english_name(chosen.text):
        return _EnglishName(chosen.text, _origin(chosen))
    same = [
        c
        for c in candidates
        if c is chosen or c.text == chosen.text or chosen.shares(c) >= weights().names.same
    ]
    given = (english_aside(c.around.text, c.extent) for c in (chosen, *same))
    plain = plain_english_of(chosen.around, chosen.extent)
    if aside := next((name for name in given if name), ""):
        return _EnglishName(aside, OFFICIAL)
    quoted = (
        c.around.text[slice(*q)]
        for c in candidates
        if c.is_of_kind and c.is_general and (q := quoted_beside(c))
    )
    if official := next((name for name in quoted if is_english_name(name)), ""):
        return _EnglishName(official, OFFICIAL)
    text = chosen.around.findings.fields["text"].original
    if elsewhere := english_elsewhere(text, plain, chosen.acronym):
        return _EnglishName(elsewhere, REPORT)
    made = english_of(chosen.around, chosen.extent)
    return _EnglishName(made, TRANSLATION if made else DESCRIBED)
