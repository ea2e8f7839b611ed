"""The tree of a page, and what it holds that may be broken without costing the rest."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from lxml import etree
from lxml import html as lxml_html

from crawler.parsing.text import clean

T = TypeVar("T")
Element = Any
"""An element of lxml, which has no types."""
log = logging.getLogger("aseanwatch")

_NOT_IN_TREE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def tree_of(markup: str) -> Element | None:
    """The tree of a page; None where nothing in it is markup."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    written = _NOT_IN_TREE.sub("", _DECLARATION.sub("", markup)).encode("utf-8", "replace")
    if not written.strip():
        return None
    try:
        return lxml_html.document_fromstring(written, parser=parser, ensure_head_body=False)
    except (etree.LxmlError, ValueError):
        return None


def left_out_if_broken(name: str, read: Callable[[], T], otherwise: T) -> T:
    """What a reader makes of one piece of a page; something else where it raises, so that the piece alone is lost.

    Libraries raise all kinds of errors on what pages hold: addresses that are none, dates out of range, broken JSON.

    Args:
        name: of the piece, for the log.
        read: reads it.
        otherwise: what there is without it.

    Raises:
        MemoryError: it needs more than there is.
    """
    try:
        return read()
    except MemoryError:
        raise
    except Exception as error:
        log.debug("the %s of a page is left out: %s: %s", name, type(error).__name__, error)
        return otherwise


def text_of(element: Element) -> str:
    """The text of an element on one line."""
    return clean(" ".join(element.itertext()))


def metadata(tree: Element) -> dict[str, list[str]]:
    """The values of the meta elements of a page by name or property, in lower case."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        value = clean(element.get("content") or element.get("value") or "")
        if not value:
            continue
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name:
                found.setdefault(name, []).append(value)
    return found


def first(meta: dict[str, list[str]], *names: str) -> str:
    """The first value that one of some names has; empty where none has any."""
    return next((values[0] for name in names if (values := meta.get(name))), "")


def described(element: Element) -> str:
    """The classes and the id of an element, in lower case."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()


def ancestors(element: Element, most: int) -> Iterator[Element]:
    """An element and the elements around it, at most so many."""
    for _ in range(most):
        if element is None:
            return
        yield element
        element = element.getparent()


def leads_away(element: Element) -> bool:
    """Whether an element holds a link to another page, or stands in one."""
    links = [*element.iter("a"), *(e for e in ancestors(element, 4) if e.tag == "a")]
    return any(a.get("href") and "#" not in a.get("href") for a in links)
