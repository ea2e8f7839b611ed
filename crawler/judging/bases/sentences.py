"""Where sentences end, and the sentence that something stands in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import NamedTuple

from crawler.judging.text.matching import Field, Findings, Hit
from crawler.judging.weights import weights

_LOWER = "a-zà-öø-ÿđａ-ｚ"
_SENTENCE_END = re.compile(
    # All that may end one comes first, so that the search runs over all else.
    rf"[。！？；។။\n.!?](?:(?<=[。！？；។။])[。！？；។။]*[”’」』\"]?|(?<=\n)(?![ \t]*[{_LOWER}])"
    r"|(?<=[.!?])(?<!\b[A-ZÀ-ÝĐ]\.)(?<!\b(?:Mr|Dr|Ms|St|Ir|Co|No)\.)(?<!\b(?:Mrs|Gov|Sen|Gen|Inc|Ltd|Dra|Drs)\.)(?<!\bProf\.)"
    rf"[”’\")]*(?=\s+[“‘\"(]*[^\W\d{_LOWER}]|\s*$))"
)
"""A full stop before a capital; not behind an initial or a title. A line that goes on in lower case was only wrapped."""


class SentenceSpan(NamedTuple):
    """A sentence at ``[start, end)`` of a field's normal form."""

    field: str
    start: int
    end: int

    def holds(self, hit: Hit) -> bool:
        """Whether a hit stands in it."""
        return hit.field == self.field and self.start <= hit.start < self.end


class FieldSentences:
    """The sentences of one field, in order."""

    def __init__(self, place: Field) -> None:
        # In the original: the normal form has no line breaks, which end sentences too.
        ends = [end for _, end in place.places_of(_SENTENCE_END)]
        starts = place.normal.starts
        cuts = sorted({0, *(bisect_left(starts, end) for end in ends), len(place.normal.text)})
        longest = weights().bases.longest_sentence
        # What has no full stops is cut up, so that work grows with the text and not with its square.
        more = (cut for low, high in pairwise(cuts) for cut in range(low + longest, high, longest))
        # What stands between two paragraphs is no sentence of its own.
        text = place.normal.text
        blank = {low for low, high in pairwise(cuts) if low and text[low:high].isspace()}
        self._cuts = sorted({*cuts, *more} - blank)
        self._breaks = {high for low, high in pairwise(cuts) if low in blank}
        self._spans = [SentenceSpan(place.name, low, high) for low, high in pairwise(self._cuts)]
        self._length = len(self._spans)

    def __len__(self) -> int:
        return self._length

    def number_at(self, index: int) -> int:
        """The number of the sentence that the character at ``index`` stands in."""
        number = bisect_right(self._cuts, index) - 1
        return number if number < self._length else max(0, self._length - 1)

    def around(self, number: int) -> range:
        """A sentence, two before and one behind it; a break between paragraphs counts as one more."""
        low = max(0, number - 1)
        if low and not (self._parted(number) or self._parted(low)):
            low -= 1
        behind = number + 1 < len(self) and not self._parted(number + 1)
        return range(low, number + 1 + behind)

    def _parted(self, number: int) -> bool:
        """Whether an empty line stands before a sentence."""
        return self._cuts[number] in self._breaks

    def __getitem__(self, number: int) -> SentenceSpan:
        return self._spans[number]


def same_sentence(findings: Findings, a: Hit, b: Hit) -> bool:
    """Whether two hits of one field stand in one sentence."""
    place = findings.fields[a.field]
    first, second = (a, b) if a.start <= b.start else (b, a)
    _, low = place.normal.span(first.start, first.end)
    high, _ = place.normal.span(second.start, second.end)
    return not _SENTENCE_END.search(place.original, low, high + 1)


def sentences_in(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text begin and end, in its order."""
    ends = [m.end() for m in _SENTENCE_END.finditer(text)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def sentence_around(place: Field, hit: Hit) -> str:
    """The sentence that a hit stands in, as written; a very long one is cut."""
    reach = weights().bases.sentence
    low, high = place.normal.span(hit.start, hit.end)
    ends = [end for _, end in place.places_of(_SENTENCE_END)]
    start = max((e for e in ends if e <= low), default=0)
    end = min((e for e in ends if e >= high), default=len(place.original))
    return place.original[max(start, low - reach) : min(end, high + reach)].strip()
