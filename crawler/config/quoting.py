"""Text as YAML that reads back the same, whoever supplied it; what no configuration can hold is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from crawler.config.loading import reference_keys
from crawler.config.plain import dotted
from crawler.config.references import Key, escaped
from crawler.model import AseanwatchError

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_WORDS = ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
"""What YAML takes for something else than a word (Norway, for one)."""
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, lone halves of characters and what is no character: stores, mails and feeds (XML) cannot hold them all."""


def quoted(text: str) -> str:
    """A text as a scalar on one line, in quotes unless it is a word."""
    if _BARE.fullmatch(text) and text.lower() not in _WORDS:
        return text
    # Without a bound on the width: YAML would fold long texts over lines.
    made: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**9)
    return made.removesuffix("\n")


def is_text(text: str) -> bool:
    """Whether a text could be written."""
    return _NO_TEXT.search(text) is None


def writable(value: Any, key: Key) -> Any:
    """Values as they must be written under a key to be read back the same.

    Raises:
        AseanwatchError: a text holds a character that is none.
    """
    if isinstance(value, Mapping):
        return {
            _text(name, key) if isinstance(name, str) else name: writable(v, (*key, name))
            for name, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [writable(v, (*key, n)) for n, v in enumerate(value)]
    if not isinstance(value, str):
        return value
    return escaped(_text(value, key)) if reference_keys().mark(key) else _text(value, key)


def _text(text: str, key: Key) -> str:
    found = _NO_TEXT.search(text)
    if found:
        raise AseanwatchError(f"{dotted(key)}: the character U+{ord(found[0]):04X} is no text; leave it out")
    return text
