"""Whether both parties take part in what an article reports, or one of them is only mentioned by the way.

The party that is named more rarely must stand in the headline, in the first words of the text, or in one sentence with
a word of cooperation. A list of many countries proves nothing, nor does a sentence about another power alone. Nor do they
take part together where all that is said to be done together is done by one of them with somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from itertools import groupby
from math import inf

from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.script import UNSPACED_LANGUAGES
from crawler.judging.text.sentences import Sentence, Sentences
from crawler.judging.weights import weights

_AND = (
    "and|with|&|dan|dengan|bersama|serta|và|với|cùng|at|และ|กับ|និង|ជាមួយ|ແລະ|ກັບ|နှင့်|နဲ့|与|和|同|跟|及"
    "|und|mit|et|avec|e|com|y|con|و|と|와|과|и|с"
)
_JOINED = re.compile(rf"\s*(?:[,،、，\-–—·/]|(?:{_AND})(?:\s+(?:la|le|les|el|a|o|the))?)\s*|")
"""What stands between two parties that do something as one."""
_BEGINNING = 4
"""Characters of a headline before its subject: an article, a bracket."""


def takes_part(
    findings: Findings,
    one: Sequence[Hit],
    other: Sequence[Hit],
    working: Sequence[Hit],
    powers: Sequence[Hit],
) -> bool:
    """Whether the party that is named more rarely takes part in what is reported.

    Args:
        findings: what was found where.
        one: the words that name one party; some.
        other: the words that name the other one, or both countries from its side.
        working: words of cooperation.
        powers: the words that name other countries.
    """
    weaker, stronger = (one, other) if _mentions(one) <= _mentions(other) or not other else (other, one)
    if any(hit.field == "title" for hit in weaker):
        return True
    lead = weights().relevance.lead_words * letters_of_a_word(findings.lang)
    early = [hit for hit in weaker if hit.start < lead]
    # Most news is told by this, and need not be cut into sentences.
    if early and not powers:
        return True
    sentences = Sentences(findings)
    among_others = _with_many(powers, sentences)
    if powers:
        among_others |= sentences.with_any(powers) - sentences.with_any(stronger)
    if any(sentences.of(hit) not in among_others for hit in early):
        return True
    named = sentences.with_any(weaker) - among_others
    return any(sentences.of(hit) in named for hit in working)


@dataclass(frozen=True, slots=True)
class Actors:
    """The words of an article that name who may act in it.

    Args:
        ours: our side.
        theirs: their side.
        both: names that hold both sides.
        powers: other countries.
    """

    ours: Sequence[Hit]
    theirs: Sequence[Hit]
    both: Sequence[Hit]
    powers: Sequence[Hit]


def acts_with_others(findings: Findings, actors: Actors, working: Sequence[Hit]) -> bool:
    """Whether what is done together is done by one side with somebody else, and the other side stands beside it.

    Every sentence with a word of cooperation is held to be about those whom it names; where it names three, about the
    two that stand closest. The headline and the first sentence count double.

    Args:
        findings: what was found where.
        actors: who may act.
        working: words of cooperation.
    """
    if actors.both and not actors.powers:
        return False
    acting = _SentenceActors(findings, actors)
    if acting.headline_of_both():
        return False
    ours = 0.0
    others = 0
    first = 0
    for sentence in acting.sentences.with_any(working):
        head = sentence.number == 0
        weight = 2 if head else 1
        if acting.of_both(sentence):
            # A sentence that names others, too, proves less.
            ours += weight / 2 if acting.names_powers(sentence) else weight
        elif acting.of_others(sentence):
            others += weight
            first += head
    return first > 0 and others >= weights().relevance.others_share * ours


def acts_alone(findings: Findings, actors: Actors, two_sides: Sequence[Hit], working: Sequence[Hit]) -> bool:
    """Whether there are words of cooperation, and none stands in a sentence that names China or speaks of two sides.

    Then neighbours work together at home, and China is where goods come from, or what prices depend on.
    """
    acting = _SentenceActors(findings, actors)
    acts = acting.sentences.with_any(working)
    named = acting.sentences.with_any([*actors.ours, *actors.both, *two_sides])
    return bool(acts) and acts.isdisjoint(named) and not acting.headline_of_both()


class AsOne(Enum):
    """Where a headline names both parties as one."""

    NOWHERE = auto()
    SOMEWHERE = auto()
    SUBJECT = auto()
    """It begins with them: they do what it says."""


def named_as_one(findings: Findings, one: Sequence[Hit], other: Sequence[Hit]) -> AsOne:
    """Whether the headline names both parties as one: "Laos, China open …", "จีน-ลาว …"."""
    text = findings.fields["title"].normal.text
    heads = [[hit for hit in hits if hit.field == "title"] for hits in (one, other)]
    starts = [
        min(a.start, b.start)
        for a in heads[0]
        for b in heads[1]
        if (a.end <= b.start or b.end <= a.start)
        and _JOINED.fullmatch(text, min(a.end, b.end), max(a.start, b.start))
    ]
    if not starts:
        return AsOne.NOWHERE
    return AsOne.SUBJECT if min(starts) <= _BEGINNING else AsOne.SOMEWHERE


class _SentenceActors:
    """Of whom the sentences of an article tell."""

    def __init__(self, findings: Findings, actors: Actors) -> None:
        self.sentences = Sentences(findings)
        self._findings = findings
        self._actors = actors

    # Each side is read when it is asked for: most articles leave no doubt with fewer.
    @cached_property
    def _ours(self) -> dict[Sentence, list[Hit]]:
        return self._by_sentence(self._actors.ours)

    @cached_property
    def _theirs(self) -> dict[Sentence, list[Hit]]:
        return self._by_sentence(self._actors.theirs)

    @cached_property
    def _both(self) -> dict[Sentence, list[Hit]]:
        return self._by_sentence(self._actors.both)

    @cached_property
    def _powers(self) -> dict[Sentence, list[Hit]]:
        return self._by_sentence(self._actors.powers)

    def _by_sentence(self, hits: Sequence[Hit]) -> dict[Sentence, list[Hit]]:
        found: dict[Sentence, list[Hit]] = {}
        for hit in hits:
            found.setdefault(self.sentences.of(hit), []).append(hit)
        return found

    def of_both(self, sentence: Sentence) -> bool:
        """Whether a sentence tells of both sides: no other power stands closer to one of them than they to each other."""
        if sentence in self._both:
            return True
        ours, theirs = self._ours.get(sentence, ()), self._theirs.get(sentence, ())
        if not ours or not theirs:
            return False
        powers = self._powers.get(sentence, ())
        together = self._closest(ours, theirs)
        return together <= weights().relevance.tie_list or together <= min(
            self._closest(powers, ours), self._closest(powers, theirs)
        )

    def headline_of_both(self) -> bool:
        """Whether the headline tells of both sides."""
        return any(self.of_both(s) for s in {*self._both, *self._ours} if s.field == "title")

    def names_powers(self, sentence: Sentence) -> bool:
        """Whether a sentence names another power, and no name that holds both sides."""
        return sentence in self._powers and sentence not in self._both

    def of_others(self, sentence: Sentence) -> bool:
        """Whether a sentence tells of one side and another power, or of member states alone."""
        ours, theirs = self._ours.get(sentence, ()), self._theirs.get(sentence, ())
        if self._powers.get(sentence):
            return bool(ours or theirs)
        return not ours and len({hit.pattern.set_name for hit in theirs if _is_country(hit)}) > 1

    def _closest(self, some: Sequence[Hit], others: Sequence[Hit]) -> float:
        return min((self._findings.distance(a, b) for a in some for b in others), default=inf)


def _is_country(hit: Hit) -> bool:
    return hit.pattern.set_name.startswith("country_")


def _mentions(hits: Sequence[Hit]) -> int:
    """How often a party is named; a name that several spellings find stands there once."""
    return len({(hit.field, hit.start) for hit in hits})


def _with_many(powers: Sequence[Hit], sentences: Sentences) -> frozenset[Sentence]:
    """The sentences that list so many other countries that each of them is one of many."""
    named = sorted({(sentences.of(hit), hit.pattern.set_name) for hit in powers})
    most = weights().relevance.most_powers
    return frozenset(
        sentence for sentence, same in groupby(named, key=lambda pair: pair[0]) if len(list(same)) > most
    )


def letters_of_a_word(lang: str | None) -> int:
    """About as many letters say as much as a word. The words themselves are not counted: that would cost too much."""
    return 2 if lang in UNSPACED_LANGUAGES else 6
