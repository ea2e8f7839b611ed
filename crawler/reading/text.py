"""Markup to plain text."""

from __future__ import annotations

import html
import re
import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

# Servers send what they like under any name; what comes of it is judged by what is found in it.
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)
warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)

_TAG = re.compile(r"<[a-zA-Z/!]")
_BLOCK = ("p", "br", "div", "li", "h1", "h2", "h3", "h4", "tr", "blockquote", "section", "figure")
_SILENT = ("script", "style", "noscript", "iframe", "svg", "form", "template")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and the marks that turn the direction of text and can make a title lie."""


def clean(text: str) -> str:
    """Plain text on one line: no control characters, single spaces."""
    return " ".join(_CONTROL.sub("", text).split())


def plain(markup: str | None) -> str:
    """The readable text of a piece of HTML, paragraphs on lines of their own."""
    if not markup:
        return ""
    if not _TAG.search(markup):
        return clean(html.unescape(markup) if "&" in markup else markup)
    soup = BeautifulSoup(markup, "lxml")
    for element in soup(_SILENT):
        element.decompose()
    for element in soup(_BLOCK):
        element.append("\n")
    lines = (clean(line) for line in soup.get_text().split("\n"))
    return "\n".join(line for line in lines if line)
