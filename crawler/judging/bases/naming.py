"""What a base is called."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.judging.bases.stages import kind_of
from crawler.judging.entities.names import base_name
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.weights import weights


def name_of(
    findings: Findings, base: Hit, bases: Sequence[Hit], parties: Sequence[Hit], acts: Sequence[Hit]
) -> str:
    """The fullest name that the article gives a base of this kind: one that holds a party, then the longest.

    Args:
        findings: what was found where.
        base: the word for the base that the news is of.
        bases: all words for bases in the part of the article that proves something.
        parties: the words that name China, a partner, or both.
        acts: the words for coming into being; a name ends before them.
    """
    kind = kind_of(base.pattern.spelling)
    same = [b for b in bases if kind_of(b.pattern.spelling) == kind] or [base]
    named = {findings.fields[h.field].normal.text[h.start : h.end] for h in parties}
    names = [base_name(findings.fields[b.field], b, findings.lang, acts) for b in same]

    def fullness(name: str) -> tuple[bool, int]:
        low = name.casefold()
        return any(party in low for party in named), min(len(name), weights().bases.longest_name)

    return max(names, key=fullness)
