"""All words of a page's markup, for the look before it is read: wherever readers may find the article, its words are among them."""

from __future__ import annotations

import html
import re

_UNREAD = re.compile(
    r"<style\b.*?</style\s*>|<select\b.*?</select\s*>|<!--.*?-->|<svg\b.*?</svg\s*>",
    re.DOTALL | re.IGNORECASE,
)
"""What no reader takes for text; lists of all countries stand in forms."""
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|em|font|i|ins|mark|small|span|strong|sub|sup|u|wbr)\b[^<>]*>", re.IGNORECASE
)
"""Elements that may stand within a word."""
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([nrt/\"]))")
_HALF = re.compile("[\ud800-\udfff]")


def all_words(markup: str) -> str:
    """The words of a page and of the data in it: elements taken away, references and the escapes of JSON undone."""
    text = (
        _UNREAD.sub(" ", markup) if "<style" in markup or "<select" in markup or "<!--" in markup else markup
    )
    text = _TAG.sub(" ", _INLINE.sub("", text))
    if "\\" in text:
        text = _HALF.sub(" ", _ESCAPE.sub(_unescaped, text))
    # Twice: feeds and data hold references to references.
    return html.unescape(html.unescape(text)) if "&" in text else text


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return found[2] if found[2] in '/"' else " "
