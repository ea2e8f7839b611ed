"""Marks the words of a text that a topic or the relevance matched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from alerts.digests.excerpt import harmless

AROUND = 90
"""Characters on each side of a matched word, where a passage is shown for its sake."""


def spans_in(evidence: Iterable[Mapping[str, Any]], field: str) -> list[tuple[int, int]]:
    """Where matched words stand in a field, in order; words that overlap or touch are one span."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((e["start"], e["end"]) for e in evidence if e["field"] == field):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked_spans(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """A text with the parts in some spans marked; what lies beyond its ends is left out."""
    parts, done = [], 0
    for start, end in spans:
        low, high = max(start, done), min(end, len(text))
        if low < high:
            parts.append(
                Markup("{}<mark>{}</mark>").format(harmless(text[done:low]), harmless(text[low:high]))
            )
            done = high
    return Markup("").join([*parts, escape(harmless(text[done:]))])


def marked_words(text: str, evidence: Iterable[Mapping[str, Any]], field: str) -> Markup:
    """A text in which the words that a topic or the relevance matched are marked."""
    return marked_spans(text, spans_in(evidence, field))


def marked_part(text: str, start: int, spans: Sequence[tuple[int, int]]) -> Markup:
    """A part of a longer text with words marked, given where the part begins and where the words stand in the whole."""
    return marked_spans(text, [(low - start, high - start) for low, high in spans if high > start])


def passage(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """The passage around the first matched word, cut at blanks where there are any."""
    low, high = spans[0]
    start, end = max(low - AROUND, 0), min(high + AROUND, len(text))
    if start:
        blank = text.find(" ", start, low)
        start = blank + 1 if blank >= 0 else start
    if end < len(text):
        blank = text.rfind(" ", high, end)
        end = blank if blank > high else end
    shown = marked_part(text[start:end], start, spans)
    return Markup("{}{}{}").format("…" if start else "", shown, "…" if end < len(text) else "")
