"""Who stands around a base: our side, theirs, or another country instead of one of them."""

from __future__ import annotations

import re
from functools import cache

from crawler.judging.bases.candidates import ArticleClauses
from crawler.judging.bases.grammar import by_first_character
from crawler.judging.bases.sentences import SentenceSpan
from crawler.judging.parties import Parties
from crawler.judging.places.elsewhere import country_names
from crawler.judging.text.matching import Field
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import UNSPACED, script_of
from crawler.model import NATIONAL_LANGUAGE
from crawler.runtime.data_tables import table

OURS, THEIRS = 1, 2
BOTH = 2
"""How many sides there are."""


class Sides:
    """The parties of each sentence of an article."""

    def __init__(self, reading: ArticleClauses) -> None:
        self._reading = reading
        parties = reading.parties
        self._named_in: dict[SentenceSpan, int] = {}
        for hits, side in (
            (parties.ours, OURS),
            (parties.theirs, THEIRS),
            (parties.both, OURS | THEIRS),
        ):
            for sentence in reading.by_sentence(hits):
                self._named_in[sentence] = self._named_in.get(sentence, 0) | side
        self._of_theirs = reading.by_sentence(parties.theirs)
        self._of_ours = reading.by_sentence([*parties.ours, *parties.both])
        between = reading.findings.parties
        self._theirs = between.theirs.countries
        self._home = _side_of(NATIONAL_LANGUAGE.get(reading.findings.lang or ""), between)

    def _named(self, sentence: SentenceSpan) -> int:
        return self._named_in.get(sentence, 0)

    def of(self, sentence: SentenceSpan) -> int:
        """How many of the two sides a sentence names: its own country counts in news in a national language."""
        found = self._named(sentence)
        return _count(found | self._home) if found else 0

    def around(self, sentence: SentenceSpan) -> int:
        """How many are named in it or near it.

        Near is the headline, and two sentences before and one behind; for a headline the lead, and what names a base.
        """
        return _count(self._near(sentence))

    def _near(self, sentence: SentenceSpan) -> int:
        found = self._named(sentence) | self._home
        fields = self._reading.sentences
        for name, sentences in fields.items():
            if name == "title":
                near = [*range(len(sentences))]
            elif name == sentence.field:
                near = [*sentences.around(sentences.number_at(sentence.start))]
            else:
                # What a headline says briefly, the text says again where it speaks of the base: elsewhere it may
                # tell of the two countries in general.
                with_bases = {
                    sentences.number_at(b.hit.start) for b in self._reading.bases if b.hit.field == name
                }
                beside = {n + step for n in with_bases for step in (0, 1)}
                near = [n for n in sorted(beside or {0, 1}) if n < len(sentences)]
            for number in near:
                found |= self._named(sentences[number])
        return found

    def near(self, sentence: SentenceSpan) -> bool:
        """Whether a sentence names a side itself, and both stand in it or near."""
        return self._named(sentence) > 0 and self.around(sentence) == BOTH

    def missing(self, sentence: SentenceSpan) -> int:
        """Which of the two sides nothing around a sentence names: ``OURS``, ``THEIRS``, their sum, or 0."""
        return (OURS | THEIRS) & ~self._near(sentence)

    def members_alone(self, sentence: SentenceSpan) -> bool:
        """Whether a sentence names two member states or more, and nobody Chinese."""
        members = {
            hit.pattern.set_name[-2:]
            for hit in self._of_theirs.get(sentence, ())
            if hit.pattern.set_name[-2:] in self._theirs
        }
        return len(members) > 1 and not self._named(sentence) & OURS

    def instead(self, clause: SentenceSpan, sentence: SentenceSpan) -> bool:
        """Whether a clause of a sentence names a third country, or several members, and nobody Chinese.

        "Laos and Thailand opened a park, which a Chinese firm had bid for" is no base with China.
        """
        if any(clause.holds(hit) for hit in self._of_ours.get(sentence, ())):
            return False
        partners = (hit for hit in self._of_theirs.get(sentence, ()) if clause.holds(hit))
        members = {hit.pattern.set_name[-2:] for hit in partners} & self._theirs
        return len(members) > 1 or self.third(clause)

    def third(self, sentence: SentenceSpan) -> bool:
        """Whether a sentence names a country that is of neither side."""
        place = self._reading.findings.fields[sentence.field]
        found = _countries(self._reading.findings.lang, self._reading.findings.parties).finditer(
            place.normal.text, sentence.start, sentence.end
        )
        return any(match.lastgroup == "third" and _is_name(place, match) for match in found)


_SHORT = 3
"""Letters of an abbreviation of a country."""


def _is_name(place: Field, match: re.Match[str]) -> bool:
    """Whether a country is written as a name: "us" is no country, nor is Tagalog "hapon" (afternoon) Japan."""
    low, high = place.normal.span(match.start(), match.end())
    written = place.original[low:high]
    if written.isascii() and len(written) < _SHORT:
        return written.isupper()
    return not written[:1].islower()


def _side_of(country: str | None, parties: Parties) -> int:
    """The side that a country is of; 0 where it is of none."""
    if country in parties.ours.countries:
        return OURS
    return THEIRS if country in parties.theirs.countries else 0


def _count(sides: int) -> int:
    return (sides & OURS > 0) + (sides & THEIRS > 0)


@cache
def _countries(lang: str | None, parties: Parties) -> re.Pattern[str]:
    """What finds countries by their names in CLDR and by the adjectives of the table; ``third`` where one is no party."""
    names = country_names(lang or "en") or country_names("en") or {}
    own: set[str] = set()
    third: set[str] = set()
    for code, name in names.items():
        if code not in ("EU", "UN", "EZ", "QO", "XA", "XB", "ZZ"):
            (own if code in parties.all else third).add(normal_spelling(name))
    third |= {normal_spelling(name) for name in table("base_countries.yaml").get(lang or "en", ())}
    spaced = not any(script_of(name[0]) in UNSPACED for name in third)
    edge = (r"(?<![^\W_])", r"(?![^\W_])") if spaced else ("", "")
    return re.compile(
        f"{edge[0]}(?:(?P<own>{by_first_character(own)})|(?P<third>{by_first_character(third)})){edge[1]}"
    )
