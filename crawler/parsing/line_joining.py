"""Lines that were wrapped inside words, in the scripts that are written without spaces between words.

A line break in the source of a page is a space to a browser. Where Chinese, Japanese, Thai, Lao, Khmer or Burmese is wrapped by a
program, that space stands inside a word, and nobody finds the word any more.
"""

from __future__ import annotations

import re

_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e81-\u0ecd\u0edc-\u0edf"  # Lao
    "\u1780-\u17d3"  # Khmer
    "\u1000-\u103f\u1050-\u109f\uaa60-\uaa7f"  # Burmese
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff0c\uff1b\uff1a\u3001\u201c\u201d\u300a\u300b"  # Chinese and Japanese, with what stands inside sentences
)
_DEPENDENT = (
    "\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ecd\u17b6-\u17d3\u102b-\u103e\u1056-\u1059\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085"
    "\u3087\u30fc\uff0c\u3002\u3001\uff1b\uff1a"
)
"""Signs that begin no word and no line: vowels, tones and finals that stand on a letter, small kana, marks of punctuation."""
_AT_BREAK = re.compile(rf"<br\s{{0,9}}/?>\s{{0,99}}(?=[{_DEPENDENT}])", re.IGNORECASE)
_FIRST = "\u0e00"
"""Before all letters of these scripts."""
_ENDS = ("。", "！", "？", "”", "」", "…", "៕", "។", "၊", "။", ":", "：", ".", "!", "?")
_LEADING = re.compile(f"[{_DEPENDENT}]")
_LETTER = re.compile(f"[{_UNSPACED}]")
_LEAST_LINES, _WIDTH = 3, 0.8
"""A program wraps lines at one width: but for the last, none is much shorter than the longest."""
_LONGEST_LINE = 100


def without_wrapping(markup: str) -> str:
    """Markup without the line breaks between two characters of a script that is written without spaces."""
    if markup.isascii():
        return markup
    parts: list[str] = []
    before = ""
    for line in markup.split("\n"):
        behind = line.lstrip(" \t\r")
        if parts and before[-1:] > _FIRST and behind[:1] > _FIRST and _are_unspaced(before[-1], behind[0]):
            parts[-1] = before
            before = behind.rstrip(" \t\r")
            parts.append(behind)
        else:
            before = line.rstrip(" \t\r")
            parts += ("\n", line)
    joined = "".join(parts[1:])
    return _AT_BREAK.sub("", joined) if "<br" in joined else joined


def _are_unspaced(one: str, other: str) -> bool:
    return _LETTER.match(one) is not None and _LETTER.match(other) is not None


def joined_lines(text: str, *, are_paragraphs: bool = False) -> str:
    """A text whose lines were wrapped by a program, a paragraph a line again.

    Args:
        text: the lines.
        are_paragraphs: whether each line is a paragraph of its own; only one that begins within a word is joined then.
    """
    lines = text.split("\n")
    if len(lines) < 2 or text.isascii():
        return text
    found: list[str] = []
    position = 0
    while position < len(lines):
        end = _end_of_word(lines, position) if are_paragraphs else _end_of_wrapped(lines, position)
        found.append("".join(lines[position:end]))
        position = end
    return "\n".join(found)


def _end_of_wrapped(lines: list[str], start: int) -> int:
    """Where a paragraph that begins at a line ends."""
    end = start + 1
    while end < len(lines) and _goes_on(lines[end - 1], lines[end]):
        end += 1
    block = lines[start:end]
    if len(block) >= _LEAST_LINES and min(map(len, block[:-1])) >= _WIDTH * max(map(len, block)):
        return end
    return _end_of_word(lines, start)


def _end_of_word(lines: list[str], start: int) -> int:
    """Where the lines end of which each goes on in the middle of a word."""
    end = start + 1
    while end < len(lines) and _LEADING.match(lines[end]) and _LETTER.search(lines[end - 1][-1:]):
        end += 1
    return end


def _goes_on(line: str, following: str) -> bool:
    return (
        0 < len(line) <= _LONGEST_LINE
        and not line.endswith(_ENDS)
        and _LETTER.match(line[-1]) is not None
        and _LETTER.match(following) is not None
    )
