"""The addresses in an article's page: its own, that of the original elsewhere, those in its text, that of its next part."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
_PART_OF_PATH = re.compile(r"[/_-](?:page[/_-]?|p)?(\d{1,2})$")
_ENDING = re.compile(r"(?:\.s?html?|\.php|\.aspx?)?/?$")
_DAY = re.compile(r"/\d{1,4}$")
"""A path whose number behind it is that of a day."""
_LONGEST_NUMBER = 4


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


def next_part_of(tree: Element, url: str) -> str | None:
    """The address of the next page of the same article; None where this page is all of it, or its last one.

    Such a page is named by ``rel="next"`` or by a link that says so among numbers. Many systems name the next article by the same
    words, so it has to differ from this page's address only in the number of the page.
    """
    links = [_link(tree, "next")]
    links += [a.get("href") or "" for a in tree.iter("a") if "next" in (a.get("rel") or "").lower().split()]
    links += [a.get("href") or "" for a in tree.iter("a") if _is_next(a)]
    return next((address for address in _resolved(links, url) if _is_next_part(address, url)), None)


def _is_next(a: Element) -> bool:
    text = text_of(a) if len(a) < 5 else ""
    if not text or len(text) > 40:
        return False
    return _NEXT.match(text) is not None or (
        text.isdigit() and any(_PARTS.search(described(e)) for e in ancestors(a, 4))
    )


def _resolved(links: Iterable[str], url: str) -> Iterable[str]:
    return (address for link in links if link and (address := absolute(url, link)))


def _is_next_part(address: str, url: str) -> bool:
    """Whether an address is that of a page with the number one higher, and the same otherwise."""
    if not same_site(address, url):
        return False
    theirs = _numbered(address)
    return any(
        place == their_place and their_number == number + 1
        for place, number in _numbered(url)
        for their_place, their_number in theirs
    )


def _numbered(url: str) -> list[tuple[str, int]]:
    """How an address can be read: as the first page, or as one with a number in its parameters or behind its path."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query)
    numbers = [
        int(v) for n, v in pairs if n.lower() in _PART_NAMES and v.isdigit() and len(v) < _LONGEST_NUMBER
    ]
    query = sorted((n, v) for n, v in pairs if n.lower() not in _PART_NAMES)
    path = _ENDING.sub("", parts.path).rstrip("/")
    if numbers:
        return [(f"{path}?{query}", numbers[0])]
    found = [(f"{path}?{query}", 1)]
    behind = _PART_OF_PATH.search(path)
    if behind and not _DAY.search(path[: behind.start()]):
        found.append((f"{path[: behind.start()]}?{query}", int(behind[1])))
    return found


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
