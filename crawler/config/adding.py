"""New sources written into config.yaml: comments, order and everything else stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crawler.model import AseanwatchError

_KEY = re.compile(r"^[A-Za-z_]+:", re.MULTILINE)


def line_of(source: Mapping[str, Any], margin: str = "  ") -> str:
    """A source as one line of the list of sources."""
    parts = ", ".join(f"{key}: {_plain(value)}" for key, value in source.items() if value not in (None, "", {}))
    return f"{margin}- {{{parts}}}\n"


def _plain(value: Any) -> str:
    text = str(value)
    return (
        text
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", text) and text.lower() not in _WORDS
        else json.dumps(text, ensure_ascii=False)
    )


_WORDS = ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
"""What YAML takes for something else than a word (Norway, for one)."""


def with_sources(text: str, sources: Iterable[Mapping[str, Any]]) -> str:
    """A configuration with more sources at the end of its list.

    Raises:
        AseanwatchError: it has no list of sources that can be added to.
    """
    text = re.sub(r"^sources:[ \t]*\[[ \t]*\][ \t]*(#[^\n]*)?$", r"sources: \1", text, count=1, flags=re.MULTILINE)
    start = re.search(r"^sources:[ \t]*(?:#[^\n]*)?\n", text, re.MULTILINE)
    if start is None:
        raise AseanwatchError("the configuration has no list under sources: that could be added to")
    following = _KEY.search(text, start.end())
    end = following.start() if following else len(text)
    block = text[start.end() : end]
    lines = list(re.finditer(r"^(?:-| +[^\s#])[^\n]*\n?", block, re.MULTILINE))
    first = re.search(r"^( *)- ", block, re.MULTILINE)
    place = start.end() + (lines[-1].end() if lines else 0)
    before = text[:place] if text[:place].endswith("\n") else text[:place] + "\n"
    return before + "".join(line_of(s, first[1] if first else "  ") for s in sources) + text[place:]


def add_sources(path: Path, sources: Iterable[Mapping[str, Any]]) -> None:
    """Write more sources into a file; it is left as it is where that would not be a right configuration.

    Raises:
        AseanwatchError: the list cannot be added to; ConfigError: the result would be wrong.
    """
    from crawler.config.editing import write  # noqa: PLC0415 - a twentieth of a second that hardly any command needs

    old = path.read_text(encoding="utf-8")
    write(path, old, with_sources(old, sources))
