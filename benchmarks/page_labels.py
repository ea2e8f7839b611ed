"""How titles and authors that a reader found are compared with the labels of a page.

What may differ between two right titles: letter case, punctuation, quotation marks, white space, entities. Between two right sets of
authors the same, and whether they stand in one string ("By A and B") or in several. Nothing else: another order is, a title of honour
is not the same name.

Labels of public sets are wrong in ways that no reader can undo. Two of them are told apart by what the page itself states, so beside
the exact share there is a fair one: labels of titles that the page does not have anywhere are left out, and where a page states several
headlines of one article (its heading, ``og:title``, JSON-LD), the label being one of them, another one is as right.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from lxml import html as lxml_html

_HEADLINE = re.compile(r'"headline"\s*:\s*("(?:[^"\\]|\\.){1,1000}")')
_SPLIT = re.compile(r"\s*[,;/|·•、，]\s*|\s+(?:and|und|et|y|e|og|och|dan|và|with)\s+|\s*&\s*", re.IGNORECASE)
_BY = re.compile(r"^\W*(?:by|von|par|por|oleh)\s+", re.IGNORECASE)


def key(text: str | None) -> str:
    """What equal titles and names have in common: letters, marks and digits, in one case."""
    normal = unicodedata.normalize("NFKC", html.unescape(html.unescape(text or ""))).casefold()
    return "".join(c for c in normal if c.isalnum() or unicodedata.category(c)[0] == "M")


def names(authors: Iterable[str]) -> frozenset[str]:
    """The keys of the names in labels or findings, however they are joined."""
    parts = chain.from_iterable(_SPLIT.split(a) for a in authors)
    return frozenset(filter(None, (key(_BY.sub("", part)) for part in parts)))


def is_right_title(found: str, label: str, page: str) -> bool | None:
    """Whether a title is right by what the page states; None where the page does not have the label, which then says nothing."""
    if key(found) == key(label):
        return True
    tree = lxml_html.document_fromstring(page.encode())
    if key(label) not in key(" ".join(chain(tree.itertext(), tree.xpath("//meta/@content")))):
        return None
    stated = set(map(key, _stated(tree, page)))
    return key(found) in stated and any(key(label) in statement for statement in stated)


def _stated(tree: Any, page: str) -> Iterator[str]:
    """The headlines that a page states for its article; a heading only where it is the only one."""
    yield from tree.xpath(
        "//meta[@property='og:title' or @name='og:title' or @name='twitter:title']/@content"
    )
    headings = {" ".join(h.itertext()) for h in tree.iter("h1")}
    if len(headings) == 1:
        yield from headings
    for match in _HEADLINE.finditer(page):
        try:
            yield str(json.loads(match[1], strict=False))
        except ValueError:
            continue
