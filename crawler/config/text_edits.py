"""Changes to a text: what stands between two offsets is replaced, every other byte stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crawler.config.spans import BREAKS


class Edit(NamedTuple):
    """What stands between two offsets is to be replaced."""

    start: int
    end: int
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """A text after edits that do not overlap; their offsets are those of the text before."""
    # From the end to the beginning, so that the offsets of those that are left stay right.
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def replace_lines(text: str, start: int, end: int, lines: str) -> Edit:
    """The edit that puts other lines in place of some, in the file's own line breaks; a last line without one stays so."""
    own = "\r\n" if "\r\n" in text else "\n"
    made = lines.replace("\n", own)
    # The file ends without a line break, and goes on doing so.
    if end == len(text) and text and text[-1] not in BREAKS:
        made = made.removesuffix(own)
        made = own + made if start == end else made
    return Edit(start, end, made)


def lines_of(text: str) -> list[str]:
    """The lines of a text, each with its line break."""
    return text.splitlines(keepends=True)


def indented(text: str, margin: int) -> str:
    """Lines with a margin; empty ones stay empty."""
    made = "".join(f"{' ' * margin}{line}" if line.strip("\r\n") else line for line in lines_of(text))
    return made if made.endswith("\n") else made + "\n"
