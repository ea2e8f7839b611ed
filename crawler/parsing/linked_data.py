"""What a page says of its article as linked data: JSON-LD in the words of schema.org."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.parsing.headline_likeness import is_same_headline, key_of
from crawler.parsing.page_tree import Element, left_out_if_broken
from crawler.parsing.text import clean, plain

Node = dict[str, Any]
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|NewsItem|LiveBlogPosting|Reportage\w*)$")
_SITE, _PERSON = re.compile(r"(?:WebSite|Organization)$"), re.compile(r"Person$")
_NESTED_IN = ("@graph", "mainEntity", "mainEntityOfPage")
_DEEPEST = 4
_MOST_SCRIPTS, _MOST_NODES, _LONGEST = 50, 500, 1_000_000
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


class LinkedData:
    """The articles that a page describes as its own; those that it only lists are not among them.

    Attributes:
        articles: the best described one first.
        names: how the page's JSON-LD names its publisher and its site.
    """

    def __init__(self, tree: Element, url: str) -> None:
        nothing: list[Any] = []
        values = left_out_if_broken("linked data", lambda: list(_values(tree)), nothing)
        nodes = [node for value in values for node in _within(value, _DEEPEST)][:_MOST_NODES]
        self._by_id = {str(n["@id"]): n for n in nodes if "@id" in n and len(n) > 1}
        found = [node for node in nodes if _is_a(node, _ARTICLE)]
        self.articles = sorted(found, key=lambda node: (not _is_at(node, url), -len(node)))
        # The owner of a blog is described as a person and as an organisation at once.
        sites = [n for n in nodes if _is_a(n, _SITE) and not _is_a(n, _PERSON)]
        self.names = [clean(str(n["name"])) for n in sites if isinstance(n.get("name"), str)]
        for publisher in (self.resolved(p) for a in found for p in _listed(a.get("publisher"))):
            if (
                isinstance(publisher, dict)
                and isinstance(publisher.get("name"), str)
                and not _is_a(publisher, _PERSON)
            ):
                self.names.append(clean(publisher["name"]))

    def resolved(self, value: Any) -> Any:
        """A value, or the node that it refers to by its ``@id``."""
        if isinstance(value, dict) and len(value) <= 2 and "name" not in value:
            return self._by_id.get(str(value.get("@id")), value)
        return value

    def text(self, name: str) -> str:
        """A property of the article that is text; empty where it has none."""
        return next((written(a[name]) for a in self.articles if isinstance(a.get(name), str)), "")

    def body_of(self, title: str) -> str:
        """The text of the article with a headline, a paragraph a line; empty where it is not told.

        An article whose headline is another one is another story, of which a template left the description on the page. A
        live page tells its entries instead.

        Args:
            title: the page's headline.
        """
        own = [a for a in self.articles if _is_of(a, title)]
        body = next((a["articleBody"] for a in own if isinstance(a.get("articleBody"), str)), "")
        body = body or "\n".join(text for a in own for text in _entries(a))
        return "\n".join(plain(html.unescape(line)) for line in body.split("\n") if line.strip())

    def values(self, name: str) -> list[Any]:
        """The values of a property of the first article that has it."""
        for article in self.articles:
            values = [self.resolved(v) for v in _listed(article.get(name))]
            if values:
                return values
        return []


def _is_of(article: Node, title: str) -> bool:
    """Whether an article has a headline, or does not say that it has another one."""
    named = article.get("headline")
    if not isinstance(named, str) or not key_of(named) or not title:
        return True
    return is_same_headline(written(named), title)


def _entries(article: Node) -> Iterator[str]:
    for entry in _listed(article.get("liveBlogUpdate")):
        if isinstance(entry, dict) and isinstance(entry.get("articleBody"), str):
            yield entry["articleBody"]


def written(value: str) -> str:
    """A text of JSON without the entities that many systems leave in it."""
    return clean(html.unescape(html.unescape(value)) if "&" in value else value)


def loads(source: str) -> Any:
    """The value of JSON as pages write it: within comments, with line breaks in strings, with a comma too many; None if none."""
    source = source.strip().removeprefix("<!--").removesuffix("-->").strip().removesuffix(";")
    source = (
        source.removeprefix("//<![CDATA[").removeprefix("<![CDATA[").removesuffix("//]]>").removesuffix("]]>")
    )
    if len(source) > _LONGEST:
        return None
    for text in (source, _TRAILING_COMMA.sub(r"\1", source)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _values(tree: Element) -> Iterator[Any]:
    scripts = (s for s in tree.iter("script") if "ld+json" in (s.get("type") or "").lower())
    for _, script in zip(range(_MOST_SCRIPTS), scripts, strict=False):
        value = loads(script.text or "")
        if value is not None:
            yield value


def _within(value: Any, deep: int) -> Iterator[Node]:
    if isinstance(value, list):
        for one in value:
            yield from _within(one, deep - 1) if deep else ()
    if not isinstance(value, dict):
        return
    yield value
    for name in _NESTED_IN if deep else ():
        yield from _within(value.get(name), deep - 1)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_a(node: Node, kind: re.Pattern[str]) -> bool:
    return any(isinstance(t, str) and kind.search(t) for t in _listed(node.get("@type")))


def _is_at(node: Node, url: str) -> bool:
    page = node.get("mainEntityOfPage")
    places = [node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page]
    return any(isinstance(p, str) and p.split("#")[0].rstrip("/") == url.rstrip("/") for p in places)
