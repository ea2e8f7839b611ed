"""Whether both parties take part in what an article reports, or one of them is only mentioned by the way.

The party that is named more rarely must stand in the headline, in the first words of the text, or in one sentence with
a word of cooperation. A list of many countries proves nothing, nor does a sentence about another power alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.script import UNSPACED_LANGUAGES
from crawler.judging.text.sentences import Sentence, Sentences
from crawler.judging.weights import weights


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
