"""Names that hold both parties: "China-Laos medicine centre", or "joint laboratory".

A general word for a place of work (centre, 学院) is a base of cooperation only in such a name.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import Row
from crawler.judging.text.script import CUT_BY_RULE
from crawler.judging.weights import weights

PUNCTUATION = re.compile(r"[,.;:!?()，。；：、（）\n]")


_TWO_WORDS = re.compile(r"[^\W\d_]+ [^\W\d_]+")
_ONE_WORD = 40
"""Characters that one word has at most."""


_Span = tuple[str, int, int]
"""A field, and where in its normal form something begins and ends."""


@dataclass(frozen=True)
class PartyWords:
    """The words of an article (``findings``) that name our side, theirs, or both in one."""

    findings: Findings
    ours: Sequence[Hit] = ()
    theirs: Sequence[Hit] = ()
    both: Sequence[Hit] = ()

    @cached_property
    def all(self) -> list[Hit]:
        """All of them, in the order of the text."""
        return sorted({*self.ours, *self.theirs, *self.both}, key=lambda h: h.order)

    @cached_property
    def together(self) -> list[_Span]:
        """Where both sides are named in one breath, as in "China-Laos"."""
        row = Row(self.theirs)
        found: list[_Span] = []
        for hit in self.ours:
            for other in (row.behind(hit, strictly=True), row.before(hit, strictly=True)):
                if other is None or max(hit.start, other.start) - min(hit.end, other.end) > _ONE_WORD:
                    continue  # counting the words between costs more
                # One word between, such as a dash or "and": further apart they are two things.
                if self.findings.distance(hit, other) <= 1:
                    found.append((hit.field, min(hit.start, other.start), max(hit.end, other.end)))
        return found


def in_joint_names(
    findings: Findings,
    heads: Sequence[Hit],
    parties: PartyWords,
    joint: Sequence[Hit],
    *,
    ties: bool = False,
    verbs: re.Pattern[str] | None = None,
) -> list[Hit]:
    """The general words for a place of work ("centre", 学院) that a name of both parties, or "joint", makes one of cooperation.

    No verb of ``verbs`` stands inside a name: "China and Laos sign an agreement with a college".

    With ``ties`` two names only beside each other are none of both: "a Chinese Malaysian businessman opens a centre".
    """
    named = [n for n in parties.together if not (ties and _only_beside(findings, n))]
    names = Spans([(h.field, h.start, h.end) for h in parties.both] + named)
    words = Spans([(j.field, j.start, j.end) for j in joint])
    weigh = weights().bases

    return [
        head
        for head in heads
        if any_of_one_name(findings, head, names, weigh.name_length, verbs)
        or any_of_one_name(findings, head, words, weigh.joint_length, verbs)
    ]


class Spans:
    """Stretches of text in order, to find those next to a place."""

    def __init__(self, spans: Iterable[tuple[str, int, int]]) -> None:
        self._spans = sorted(spans)

    def around(self, hit: Hit) -> Sequence[tuple[str, int, int]]:
        """The few before and behind a hit."""
        place = bisect_left(self._spans, (hit.field, hit.start, 0))
        closest = weights().bases.closest
        return [s for s in self._spans[max(0, place - closest) : place + closest] if s[0] == hit.field]


def any_of_one_name(
    findings: Findings, head: Hit, spans: Spans, most: int, verbs: re.Pattern[str] | None = None
) -> bool:
    """Whether a word stands in one name with some span: at most ``most`` words, no punctuation and no verb lie between."""
    return any(_of_one_name(findings, head, start, end, most, verbs) for _, start, end in spans.around(head))


def _only_beside(findings: Findings, span: tuple[str, int, int]) -> bool:
    """Whether nothing but a space stands between two names."""
    field, start, end = span
    place = findings.fields[field]
    low, high = place.normal.span(start, end)
    return _TWO_WORDS.fullmatch(place.original, low, high) is not None


def _of_one_name(
    findings: Findings, head: Hit, start: int, end: int, most: int, verbs: re.Pattern[str] | None
) -> bool:
    """Whether a word stands so close to a stretch of text that both are of one name, with no punctuation between."""
    low, high = (end, head.start) if end <= head.start else (head.end, start)
    if low > high:
        return True  # one lies in the other
    place = findings.fields[head.field]
    # Distances in these scripts count two characters as a word, so the same name is longer in them.
    longest = most * weights().bases.unspaced_length if findings.lang in CUT_BY_RULE else most
    if place.ruler.distance(low, high) > longest or PUNCTUATION.search(place.normal.text, low, high):
        return False
    return not (verbs and verbs.search(place.normal.text, low, high))
