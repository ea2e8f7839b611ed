"""The addresses in an article's page: its own, that of the original elsewhere, those in its text, that of its next part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from crawler.parsing.page_tree import Element, ancestors, described, text_of
from crawler.parsing.urls import absolute, canonical, same_site

MOST_LINKS = 20
_NEXT = re.compile(
    r"^\W*(?:next(?: page)?|下一页|下一頁|下页|下頁|后一页|halaman (?:berikutnya|selanjutnya)|selanjutnya|berikutnya|laman seterusnya|trang (?:sau|tiếp)|tiếp theo"
    r"|หน้า(?:ถัดไป|ต่อไป)|ถัดไป|susunod(?: na pahina)?|ទំព័របន្ទាប់|ໜ້າຕໍ່ໄປ|နောက်စာမျက်နှာ)\W*$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"pag(?:e|ing|ination|er|inas|es)|multipage|fenye|halaman|phan-?trang")
_PART_NAMES = frozenset(("page", "p", "pg", "paged", "halaman", "hal", "part", "trang", "pagenum", "pageno"))
_NUMBERED_PATH = re.compile(
    r"(?P<name>[/_-](?:page|pg|halaman|hal|trang)[/_-]?|[/_-]p|_)?(?P<sign>[/-])?(?P<number>\d{1,2})$"
)
"""A number of two digits at most behind a path, with the name or the sign before it."""
_LATER_PART = re.compile(r"(?:\d_|[a-z]-?)\d+_\d{1,2}$", re.IGNORECASE)
"""The path of an article with a number (``20251128_9``, ``story-99``) and that of a part behind it."""
_OF_POSTS = re.compile(
    r"post-?nav|nav-?(?:single|next|prev|post)|(?:next|prev(?:ious)?)-?(?:post|article|entry|story)|post-?(?:next|prev|pager)|article-?nav|nav-?links(?!.*paginat)|entry-?nav"
    r"|sequel|prev-?next|next-?prev"
)
"""Names of what leads to the post before and the one behind."""
_ENDING = re.compile(r"(?:\.s?html?|\.php|\.aspx?)?/?$")
_OF_SITE = re.compile(r"^/?$|/(?:index(?:\.\w+)?|[^/]*\.(?:php|aspx?|jsp|do|cgi))$")
"""The path of a site, or of a program that shows many articles."""
_LONGEST_NUMBER = 4
_LONGEST_LABEL = 40
"""Characters of a link that leads to a page by its name or number."""


def canonical_of(tree: Element, url: str) -> str:
    """The page's own canonical address where it is on the same site, not the home page; else its final address."""
    own = absolute(url, _link(tree, "canonical"))
    if own and same_site(own, url) and _is_document(own):
        return canonical(own)
    return canonical(url)


def original_of(tree: Element, url: str, meta: dict[str, list[str]]) -> str | None:
    """The address on another site that the page names as its article's; a home page names none."""
    named = (
        _link(tree, "canonical"),
        *meta.get("syndication-source", ())[:1],
        *meta.get("original-source", ())[:1],
    )
    for address in named:
        other = absolute(url, address)
        if other and not same_site(other, url) and _is_document(other):
            return canonical(other)
    return None


def links_of(tree: Element, url: str) -> tuple[str, ...]:
    """The canonical addresses that paragraphs of the page link; home pages and the page itself are left out."""
    found = (absolute(url, a.get("href")) for a in _in_paragraphs(tree))
    keys = dict.fromkeys(canonical(link) for link in found if link and _is_document(link))
    return tuple(k for k in keys if k != canonical(url))


def _in_paragraphs(tree: Element) -> list[Element]:
    found: dict[Element, None] = {}
    for place in tree.iter("article", "main"):
        for paragraph in place.iter("p"):
            found.update((a, None) for a in paragraph.iter("a") if a.get("href"))
            if len(found) >= MOST_LINKS:
                return list(found)[:MOST_LINKS]
    return list(found)


def next_part_of(tree: Element, url: str, first: str | None = None) -> str | None:
    """The address of the next page of the same article; None where this page is all of it, or its last one.

    Such a page is named by ``rel="next"`` or by a link that says so among numbers. Many systems name the next article by the same
    words, so its address has to be that of the first page and the number of the part: two behind the first, which has none or
    one. Other numbers are those of articles.

    Args:
        tree: the page.
        url: its address.
        first: the address of the article's first page; None where this is it.
    """
    links = [_link(tree, "next")]
    anchors = [a for a in tree.iter("a") if a.get("href") and (_is_next(a) or _is_declared_next(a))]
    links += [a.get("href") or "" for a in anchors if not _is_of_posts(a)]
    parts = _parts_of(first or url)
    number = parts.number(url)
    if number is None:
        return None
    return next(
        (a for a in _resolved(links, url) if same_site(a, url) and parts.number(a) == number + 1), None
    )


def _is_declared_next(a: Element) -> bool:
    """Whether ``rel`` says so of a link; one with a headline leads to another article."""
    return "next" in (a.get("rel") or "").lower().split() and len(text_of(a)) <= _LONGEST_LABEL


def _is_of_posts(a: Element) -> bool:
    """Whether a link stands in what leads from one post to another."""
    around = [described(e) for e in (a, *ancestors(a, 4))]
    return any(map(_OF_POSTS.search, around)) and not any("paginat" in names for names in around)


def _is_next(a: Element) -> bool:
    text = text_of(a) if len(a) < 5 else ""
    if not text or len(text) > _LONGEST_LABEL:
        return False
    return _NEXT.match(text) is not None or (
        text.isdigit() and any(_PARTS.search(described(e)) for e in ancestors(a, 4))
    )


def _resolved(links: Iterable[str], url: str) -> Iterable[str]:
    return (address for link in links if link and (address := absolute(url, link)))


@dataclass(frozen=True, slots=True)
class _Parts:
    """How the addresses of an article's parts are made: its path and its other parameters; the number stands in either."""

    path: str
    query: tuple[tuple[str, str], ...]

    def number(self, url: str) -> int | None:
        """Which part of the article an address is; None where it is none."""
        path, query, number = _split(url)
        if query != self.query:
            return None
        if path == self.path:
            return number or 1
        found = _NUMBERED_PATH.search(path)
        if (
            number
            or found is None
            or path[: found.start()] != self.path
            or not (found["name"] or found["sign"])
        ):
            return None
        return int(found["number"])


def _parts_of(first: str) -> _Parts:
    """How the parts of an article are addressed, by the address of its first one, or of a later one that is surely one.

    A higher number behind a path is that of the article as a rule: nobody links an article's second page first.
    """
    path, query, _ = _split(first)
    found = _NUMBERED_PATH.search(path)
    is_first = found is not None and found["name"] is not None and int(found["number"]) == 1
    if found and (is_first or _LATER_PART.search(path)):
        path = path[: found.start()]
    return _Parts(path, query)


def _split(url: str) -> tuple[str, tuple[tuple[str, str], ...], int | None]:
    """An address as path, parameters, and the number of the part among these."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query)
    named = [n for n, v in pairs if n.lower() in _PART_NAMES and v.isdigit() and len(v) < _LONGEST_NUMBER]
    part = next((n for n in named if n != "p"), named[0] if named else None)
    query = tuple(sorted((n, v) for n, v in pairs if n != part))
    # Where nothing else names the article, the number does.
    if part and not query and _OF_SITE.search(parts.path):
        part, query = None, tuple(sorted(pairs))
    return _ENDING.sub("", parts.path).rstrip("/"), query, int(dict(pairs)[part]) if part else None


def _link(tree: Element, rel: str) -> str:
    return next(
        (
            link.get("href") or ""
            for link in tree.iter("link")
            if rel in (link.get("rel") or "").lower().split()
        ),
        "",
    )


def _is_document(address: str) -> bool:
    """Whether an address is more than that of a home page."""
    return canonical(address).rstrip("/").count("/") > 2
