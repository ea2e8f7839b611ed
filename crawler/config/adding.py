"""New sources written into config.yaml: comments, order and everything else stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


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
    from crawler.config.editing import names_of, put_back  # noqa: PLC0415 - a twentieth of a second that hardly any command needs

    new = list(sources)
    if not new:
        return text
    together = put_back(text, "sources", str(new[0]["name"]), "".join(line_of(s, "") for s in new))
    if len(names_of(together, "sources")) == len(names_of(text, "sources")) + len(new):
        return together
    for source in new:  # a list in brackets takes them one by one
        text = put_back(text, "sources", str(source["name"]), line_of(source, ""))
    return text


def add_sources(path: Path, sources: Iterable[Mapping[str, Any]]) -> None:
    """Write more sources into a file; it is left as it is where that would not be a right configuration.

    Raises:
        AseanwatchError: the list cannot be added to; ConfigError: the result would be wrong.
    """
    from crawler.config.editing import read, write  # noqa: PLC0415 - as above

    old = read(path)
    write(path, old, with_sources(old, sources))
