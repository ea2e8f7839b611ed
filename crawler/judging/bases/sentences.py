"""Where sentences end, and which words stand in one."""

from __future__ import annotations

import re

from crawler.judging.text.matching import Field, Findings, Hit
from crawler.judging.weights import weights

_LOWER = "a-zà-öø-ÿđａ-ｚ"
_SENTENCE_END = re.compile(
    rf"[。！？；။។]|\n(?![ \t]*[{_LOWER}])|(?<!\b[^\W\d_])(?<!\b(?:Mr|Dr|Ms|St|Ir))[.!?](?=\s+[^\W\d{_LOWER}]|\s*$)"
)
"""A full stop before a capital; not behind an initial or a title. A line that goes on in lower case was only wrapped."""


def begins_next_sentence(findings: Findings, base: Hit, act: Hit) -> bool:
    """Whether an act begins the sentence behind the base's: "has a centre in Fuqing. Its opening on Wednesday …"."""
    weigh = weights().bases
    if not 0 <= act.start - base.end < weigh.next_reach:
        return False
    place = findings.fields[act.field]
    low, high = place.normal.span(act.start, act.end)
    behind_base = place.normal.span(base.start, base.end)[1]
    ends = list(_SENTENCE_END.finditer(place.original, behind_base, high))
    # In the original: the normal form has no line breaks, which end sentences too.
    return len(ends) == 1 and low - ends[0].end() <= weigh.next_begin


def same_sentence(findings: Findings, a: Hit, b: Hit) -> bool:
    """Whether two hits of one field stand in one sentence."""
    place = findings.fields[a.field]
    first, second = (a, b) if a.start <= b.start else (b, a)
    _, low = place.normal.span(first.start, first.end)
    high, _ = place.normal.span(second.start, second.end)
    return not _SENTENCE_END.search(place.original, low, high + 1)


def sentence_around(place: Field, hit: Hit) -> str:
    """The sentence that a hit stands in, as written; a very long one is cut."""
    reach = weights().bases.sentence
    low, high = place.normal.span(hit.start, hit.end)
    ends = [m.end() for m in _SENTENCE_END.finditer(place.original)]
    start = max((e for e in ends if e <= low), default=0)
    end = min((e for e in ends if e >= high), default=len(place.original))
    return place.original[max(start, low - reach) : min(end, high + reach)].strip()
