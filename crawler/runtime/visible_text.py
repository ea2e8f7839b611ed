"""Text of strangers as people may see it in a log or a terminal: what moves the cursor, colours or reorders is spelled out."""

from __future__ import annotations

import re

_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters except tabulator and line feed, separators of lines, and what turns the direction of text."""


def visible(text: str) -> str:
    r"""A text whose control characters are spelled, such as ``\x1b``; line feeds and tabulators stay. Doing it again changes nothing."""
    return _ACTING.sub(_spelled, text)


def on_one_line(text: str) -> str:
    r"""The same without line feeds, which are spelled ``\n``: no stranger's text can look like a log line of ours."""
    return visible(text).replace("\n", "\\n")


def indented(text: str) -> str:
    """The same with each line set in, so that none looks like a line of its own."""
    return "\n".join(f"    {line}" for line in visible(text).split("\n"))


def _spelled(found: re.Match[str]) -> str:
    code = ord(found[0])
    return {9: "\\t", 13: "\\r"}.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
