"""The text of markup that is as simple as that of most items, without building a tree.

Whatever a parser of HTML would have to put right, or might read in another way, is left to it (`crawler.parsing.text.plain`): nothing
is mended here, and both give the same text.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

_LONGEST = 50_000
_TAG = re.compile("(<[^<>]*>)")
_SIMPLE_TAG = re.compile(
    r"""<(/?)([a-z]+[1-6]?)(?:[ \t\n][^<>"'=]*(?:=[ \t\n]*(?:"[^"<>]*"|'[^'<>]*')(?=[ \t\n/>])[^<>"'=]*)*)?>|<(br|img)/>"""
)
"""Attributes have no value or a quoted one, so that the first ``>`` ends the tag."""
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Characters that a parser leaves out or makes others of. None of them can be printed."""
_DOUBTFUL = re.compile(
    r"&(?!(?:amp|lt|gt|quot|nbsp|[lr][sd]quo|hellip|[nm]dash|#(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6]|1[6-9]\d|[2-9]\d\d|[1-9]\d{3}));)"
)
"""What may be no reference to a character, or one that is read in more than one way."""
_EMPTY = {"br": "\n", "img": ""}
_INLINE = frozenset(("a", "b", "i", "em", "strong", "span", "u", "small", "sub", "sup"))
_LEAVES = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6"))
"""Blocks that hold no others."""
_HOLDERS = frozenset(("div", "blockquote", "ul", "ol", "li"))
_LISTS = ("ul", "ol")
_SILENT = ("script", "style")
_BEGINS = {
    **dict.fromkeys((*_INLINE, *_SILENT), ""),
    **dict.fromkeys((*_LEAVES, *_HOLDERS), "\n"),
}
"""What the beginning and the end of an element are in the text."""
_DEEPEST = 30
_SHORT = 30
"""Characters of tags that are remembered: longer ones hardly come twice."""


def lines_of(markup: str) -> list[str] | None:
    """The text by lines, as it stands there; None where a parser is needed.

    Args:
        markup: it holds at least one tag.
    """
    if len(markup) > _LONGEST:
        return None
    parts = _TAG.split(markup)
    if not _put_breaks(parts):
        return None
    text = "".join(parts)
    if "<" in text or ("&" in text and _DOUBTFUL.search(text)):
        return None
    lines = html.unescape(text).split("\n") if "&" in text else text.split("\n")
    return None if any(not line.isprintable() and _ODD.search(line) for line in lines) else lines


def _put_breaks(parts: list[str]) -> bool:
    """Put what tags are in the text in their places, in text and tags in turn; whether all of them are simple, and in order."""
    inside: list[str] = []
    for place in range(1, len(parts), 2):
        tag = parts[place]
        name = _name_in(tag) if len(tag) <= _SHORT else _read(tag)
        said = _EMPTY.get(name)
        if said is None:
            if name[:1] == "/":
                name = name[1:]
                if not inside or inside.pop() != name:
                    return False
            elif _may_begin(name, inside):
                inside.append(name)
                if name in _SILENT and "<" not in parts[place + 1]:
                    parts[place + 1] = ""
            else:
                return False
            said = _BEGINS[name]
        parts[place] = said
    return not inside


def _read(tag: str) -> str:
    """The name of a tag that is simple, with a slash before it if it ends an element; empty for another one."""
    found = _SIMPLE_TAG.fullmatch(tag)
    if found is None:
        return ""
    name = found[2] or found[3]
    if found[1]:
        return "" if name in _EMPTY else f"/{name}"
    return "" if tag[-2] == "/" and name not in _EMPTY else name


_name_in = lru_cache(4096)(_read)


def _may_begin(name: str, inside: list[str]) -> bool:
    """Whether an element may stand inside of others without ending any of them."""
    if len(inside) > _DEEPEST:
        return False
    around = inside[-1] if inside else "div"
    if around in _SILENT:
        return False
    if name in _INLINE:
        return around not in _LISTS and (name != "a" or "a" not in inside)
    if name in _SILENT:
        return around not in _LISTS
    if name == "li":
        return around in _LISTS
    return (name in _LEAVES or name in _HOLDERS) and around in _HOLDERS and around not in _LISTS
