"""Markup to plain text."""

from __future__ import annotations

import html
import re
import threading

from lxml import etree

from crawler.parsing.simple_markup import lines_of

_TAG = re.compile(r"<[a-zA-Z/!]")
BLOCK = frozenset(
    ("p", "br", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "blockquote", "section", "figure", "figcaption", "article",
     "header", "footer", "pre", "hr", "ul", "ol", "dl", "dt", "dd", "table", "caption", "form", "fieldset", "center")
)  # fmt: skip
_OPENS_LINE = BLOCK - {"br", "hr"}
_CELL = frozenset(("td", "th"))
"""Elements that stand beside each other, as words do."""
SILENT = frozenset(
    ("script", "style", "noscript", "iframe", "svg", "template", "button", "select", "textarea", "object")
)
"""Elements whose text is none of the article. A form's is: some systems put the whole page into one."""
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, soft hyphens and spaces of no width (nobody finds a word with one in it), the marks that turn the direction of text and can make a title lie, and halves of characters."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NOT_IN_MARKUP = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LONGEST = 2_000_000
"""Characters of markup that are read of one piece."""


def clean(text: str) -> str:
    """Plain text on one line: no control characters, single spaces."""
    # Most texts are so already; what can be printed has no white space but the ordinary one.
    if text.isprintable() and "  " not in text and text.strip() == text:
        return text
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text)
    return " ".join(text.split())


def size_of(text: str) -> int:
    """Bytes of a text in UTF-8: a fairer measure than characters, of which a word takes fewer in scripts that need more bytes."""
    return len(text.encode("utf-8", "replace"))


def storable(text: str) -> str:
    """Text that any store takes and gives back as it was: each NUL and each lone half of a character is U+FFFD, in its place."""
    if "\x00" not in text:
        try:
            text.encode()  # in a third of the time that the pattern takes
        except UnicodeEncodeError:
            pass
        else:
            return text
    return _UNSTORABLE.sub("\ufffd", text)


def plain(markup: str | None) -> str:
    """The readable text of a piece of HTML, paragraphs on lines of their own."""
    if not markup:
        return ""
    if "<" not in markup or not _TAG.search(markup):
        return clean(html.unescape(markup) if "&" in markup else markup)
    lines = lines_of(markup)
    if lines is None:
        lines = lines_of_tree(markup)
    return "\n".join(filter(None, map(clean, lines)))


def lines_of_tree(markup: str) -> list[str]:
    """The text of a piece of HTML by lines, as a parser has it."""
    root = _tree(markup[:LONGEST])
    if root is None:
        return []
    parts: list[str] = []
    _gather(root, parts)
    return "".join(parts).split("\n")


class _Parser(threading.local):
    """One parser for each thread: making one anew takes as long as parsing an item's markup."""

    def __init__(self) -> None:
        self.html = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)


_parser = _Parser()


def _tree(markup: str) -> etree._Element | None:
    readable = f"<div>{_NOT_IN_MARKUP.sub('', markup)}</div>"
    try:
        root: etree._Element | None = etree.fromstring(readable, _parser.html)
    except etree.XMLSyntaxError:
        return None
    return root


def _gather(root: etree._Element, parts: list[str]) -> None:
    """The text in its order, with a line break behind each block; no recursion, for markup may be nested without end."""
    # What is not walked yet, the next one last: elements, and the text behind one whose children stand above it.
    waiting: list[etree._Element | str] = [root]
    while waiting:
        element = waiting.pop()
        if isinstance(element, str):
            parts.append(element)
            continue
        tag = element.tag
        if tag in SILENT:
            parts.append(element.tail or "")
            continue
        text = element.text or ""
        parts.append(f"\n{text}" if tag in _OPENS_LINE else text)
        end = "\n" if tag in BLOCK else " " if tag in _CELL else ""
        behind = f"{end}{element.tail or ''}"
        if len(element):
            waiting.append(behind)
            waiting.extend(reversed(element))
        else:
            parts.append(behind)
