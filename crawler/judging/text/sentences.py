"""Which sentence of an article a hit stands in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from crawler.judging.text.matching import Findings, Hit

_END = re.compile(
    r"[。！？；។။؟۔\n.!?](?:(?<![.!?])|(?<!\b[A-ZÀ-ÞĀ-ŽА-ЯẠ-Ỹ].)(?<!\b(?:Mr|Dr|Ms|St|Ir).)[\"”’»)]?(?=\s+[^\W\d_]|\s*$))"
)
"""A full stop behind an initial or a title ends nothing. All that may end one comes first, so that the search runs over all else."""


class Sentence(NamedTuple):
    """A sentence of an article, by its place."""

    field: str
    number: int


class Sentences:
    """The sentences of an article; each field is cut once, when it is first asked for."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._ends: dict[str, list[int]] = {}

    def of(self, hit: Hit) -> Sentence:
        """The sentence that a hit begins in."""
        field = self._findings.fields[hit.field]
        ends = self._ends.get(hit.field)
        if ends is None:
            ends = self._ends[hit.field] = [end for _, end in field.places_of(_END)]
        start, _ = field.normal.span(hit.start, hit.end)
        return Sentence(hit.field, bisect_right(ends, start))

    def with_any(self, hits: Iterable[Hit]) -> frozenset[Sentence]:
        """The sentences that some hits begin in."""
        return frozenset(map(self.of, hits))
