"""Text from outside, made fit to be shown: harmless, short, with the words marked that a topic found. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.runtime.cells import width, wrapped

_HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they change the direction of what stands beside them (UAX 9)
    "\ufeff\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"  # tags, halves, private planes: no text
)
"""Zero-width space and joiners stay: Thai, Lao, Khmer and Burmese break and join by them."""
_BREAKS = re.compile(r"[^\S ]")
"""White space of any kind but the blank."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked where a topic's term was found."""

    text: str
    marked: bool = False


def harmless(text: str) -> str:
    """A text without what could change how other text is read; line breaks and the like are spaces."""
    return _BREAKS.sub(" ", _HARMFUL.sub("", text))


def shortened(text: str, most: int) -> str:
    """The beginning of a text up to a word's end; line breaks become spaces one for one, so offsets stay true."""
    # Only the beginning is looked at: a title can have a megabyte.
    flat = _BREAKS.sub(" ", text[: most + 1])
    if len(flat) <= most:
        return flat
    # Without a blank in the last third it is cut anywhere: Thai and Chinese are written without.
    cut = flat.rfind(" ", most * 2 // 3, most)
    return flat[: cut if cut > 0 else most].rstrip() + "…"


def fitted(text: str, cells: int) -> str:
    """The beginning of a text that takes at most so many cells: a Chinese character takes two, and a mark above a letter none.

    It ends where its script lets a line end, in Thai between words too.
    """
    flat = shortened(text, 2 * cells)
    if width(flat) <= cells and not flat.endswith("…"):
        return flat
    return wrapped(flat.removesuffix("…"), cells - 1)[0].rstrip() + "…"


def excerpt(text: str, most: int) -> str:
    """The harmless beginning of a text."""
    return harmless(shortened(text, most))


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in a text without blanks at their ends; one span where nothing but blanks is between two."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        inside = text[max(low, 0) : high]
        start = max(low, 0) + len(inside) - len(inside.lstrip())
        end = start + len(inside.strip())
        if start == end:
            continue
        if found and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def marked(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """``text`` cut into harmless pieces, those inside ``spans`` (offsets in it) marked; spans with nothing between them are joined."""
    pieces: list[Piece] = []
    done = 0
    for start, end in _joined(text, spans):
        pieces += (Piece(text[done:start]), Piece(text[start:end], True))
        done = end
    pieces.append(Piece(text[done:]))
    cleaned = (Piece(harmless(p.text), p.marked) for p in pieces)
    return tuple(p for p in cleaned if p.text)
