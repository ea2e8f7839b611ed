"""The headline of an article's page: what its candidates agree on, without the name of the site."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.parsing.linked_data import LinkedData
from crawler.parsing.page_tree import Element, ancestors, described, first, text_of
from crawler.parsing.text import clean

_LONGEST, _MOST_HEADINGS = 400, 12
_SEPARATOR = re.compile(
    r"\s*[|｜丨¦]\s*|\s+(?:-{1,3}|–|—|·|•|»|›|«|::?|~|/|>|<)\s+|_+|\s*::\s*|-{2,}|—+|(?<=[^\x00-\u02ff])-(?=[^\x00-\u02ff])"
)
"""Between a headline and the name of a site. A hyphen without spaces is one only between characters of scripts without hyphens."""
_FIRM = re.compile(r"[|｜丨¦_»]|::")
"""Signs that hardly stand in a headline."""
_TAIL = 30
_PART = 0.4
"""A part of a headline is one itself where it is more than this share of it."""
_OUTLET = re.compile(
    r"(?:网|網|报|報|社|频道|頻道|新闻|新聞|资讯|在线|线上|客户端|电视台|周刊|杂志|财经|要闻|国际|中心|门户)$"
    r"|\b(?:news|times|post|daily|online|tribune|herald|gazette|press|media|\w+\.(?:com|net|org|co|id|my|sg|th|vn|ph|cn|kh|la|mm)(?:\.\w\w)?)$"
    r"|^(?:berita|báo|ข่าว|สำนักข่าว|หนังสือพิมพ์)",
    re.IGNORECASE,
)
"""How names of outlets end, or begin."""
_OF_HEADLINE = re.compile(r"(?:head(?:line)?|title|judul|tit|biaoti)(?![a-z]*(?:logo|site))")
_OF_SITE = re.compile(r"logo|brand|masthead|site-?(?:title|name)|navbar")


@dataclass(frozen=True, slots=True)
class _HeadlineCandidate:
    text: str
    weight: float


def title_of(tree: Element, url: str, meta: dict[str, list[str]], data: LinkedData) -> str:
    """The headline of the page's article; empty where the page has none.

    Args:
        tree: the page.
        url: its address.
        meta: the values of its meta elements.
        data: its linked data.
    """
    sites = _names_of_site(tree, url, meta, data)
    headings = _headings(tree)
    raw = [c for c in _candidates(tree, meta, data, headings) if c.text]
    # An outlet's name stands in the title of a page, hardly in its heading: what ends like one there is the headline's.
    whole = {_key(text) for text, _ in headings}
    found = [
        _HeadlineCandidate(_without_site(c.text, sites, raw, whole), c.weight)
        for c in raw
        if not _is_site(c.text, sites)
    ]
    if not found:
        return next((c.text for c in raw), "")
    return max(found, key=lambda c: (_support(c, found), -found.index(c))).text


def _candidates(
    tree: Element, meta: dict[str, list[str]], data: LinkedData, headings: list[tuple[str, float]]
) -> Iterator[_HeadlineCandidate]:
    """What a page gives out as its headline, in the order that decides between equals."""
    for text, weight in headings:
        yield _HeadlineCandidate(text, weight)
    yield _HeadlineCandidate(_plain(first(meta, "og:title")), 2.5)
    yield _HeadlineCandidate(data.text("headline")[:_LONGEST], 2.5)
    yield _HeadlineCandidate(
        _plain(
            first(meta, "headline", "title", "dc.title", "dcterms.title", "articletitle", "parsely-title")
        ),
        1.5,
    )
    yield _HeadlineCandidate(_plain(first(meta, "twitter:title")), 1.0)
    title = next((t for t in tree.iter("title") if t.getparent() is None or t.getparent().tag != "svg"), None)
    yield _HeadlineCandidate(_plain(text_of(title)) if title is not None else "", 2.0)
    yield _HeadlineCandidate(data.text("name")[:_LONGEST], 0.5)


def _headings(tree: Element) -> list[tuple[str, float]]:
    """The first headings, those that are marked as the headline first."""
    found: list[tuple[str, float]] = []
    for _, heading in zip(range(_MOST_HEADINGS), tree.iter("h1"), strict=False):
        text = _plain(text_of(heading))
        around = list(ancestors(heading, 6))
        if not text or _is_hidden(heading) or any(_OF_SITE.search(described(e)) for e in around[:2]):
            continue
        is_marked = heading.get("itemprop") in ("headline", "name") or bool(
            _OF_HEADLINE.search(described(heading))
        )
        is_inside = any(e.tag in ("article", "main") for e in around)
        found.append((text, 2.0 + 0.7 * is_marked + 0.7 * is_inside))
    if len(found) > 1:
        found = [(text, weight - 0.8 - 0.2 * min(n, 3)) for n, (text, weight) in enumerate(found)]
    if found:
        return found
    return [(text, 1.2) for text in _marked_as_headline(tree)]


def _marked_as_headline(tree: Element) -> Iterator[str]:
    """What stands in for a heading of the first rank: other elements whose class says that they are the headline."""
    for element in tree.iter("h2", "h3", "div", "p", "span", "td"):
        names = (element.get("class") or "") + " " + (element.get("id") or "")
        if len(names) > 1 and _OF_HEADLINE.search(names.lower()) and len(element) < 4:
            text = _plain(text_of(element))
            if 4 < len(text) <= 200 and not any(e.tag == "a" for e in ancestors(element, 3)):
                yield text
                return


def _is_hidden(element: Element) -> bool:
    return "display:none" in (element.get("style") or "").replace(" ", "")


def _plain(text: str) -> str:
    """A candidate without the entities that were escaped twice."""
    text = html.unescape(text) if "&" in text and ";" in text else text
    return clean(text)[:_LONGEST]


def _names_of_site(tree: Element, url: str, meta: dict[str, list[str]], data: LinkedData) -> set[str]:
    names = [first(meta, "og:site_name"), first(meta, "application-name"), first(meta, "apple-mobile-web-app-title"),
             first(meta, "al:android:app_name"), first(meta, "publisher", "dc.publisher", "copyright"), first(meta, "twitter:site").lstrip("@"), *data.names]  # fmt: skip
    homes = (a for a in tree.iter("a") if (a.get("href") or "").rstrip("/") in ("", "/", _home(url)))
    for _, home in zip(range(4), homes, strict=False):
        names += [
            text_of(home),
            home.get("title") or "",
            *(image.get("alt") or "" for image in home.iter("img")),
        ]
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names += [host, host.split(".")[0]]
    return {key for name in names if 2 <= len(key := _key(name)) <= 40}


def _home(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _key(text: str) -> str:
    """What equal headlines have in common: letters, marks and digits, in one case."""
    return "".join(
        c
        for c in unicodedata.normalize("NFKC", text).casefold()
        if c.isalnum() or unicodedata.category(c)[0] == "M"
    )


def _is_site(text: str, sites: set[str]) -> bool:
    key = _key(text)
    if not key or key in sites:
        return True
    return any(
        len(site) >= 4
        and len(key) <= 40
        and (site in key or key in site)
        and 0.5 <= len(key) / len(site) <= 2
        for site in sites
    )


def _without_site(text: str, sites: set[str], others: list[_HeadlineCandidate], headings: set[str]) -> str:
    """A headline without the names of site and section that stand behind or before it."""
    keys = {_key(c.text) for c in others if c.text != text}
    while found := list(_SEPARATOR.finditer(text)):
        last, opening = found[-1], found[0]
        head, tail = text[: last.start()].strip(), text[last.end() :].strip()
        start, rest = text[: opening.start()].strip(), text[opening.end() :].strip()
        is_heading = _key(text) in headings
        if head and (
            _is_named_apart(head, tail, sites, keys) or _looks_appended(head, tail, last[0], is_heading)
        ):
            text = head
        elif rest and (_is_site(start, sites) or (_key(rest) in keys and len(start) <= _TAIL)):
            text = rest
        else:
            break
    prefix, colon, rest = text.partition(": ")
    return rest.strip() if colon and rest and _key(prefix) in sites else text


def _is_named_apart(head: str, tail: str, sites: set[str], keys: set[str]) -> bool:
    """Whether what stands behind a separator is the site's name, or another place has the headline without it."""
    return not tail or _is_site(tail, sites) or _key(head) in keys


def _looks_appended(head: str, tail: str, sign: str, is_heading: bool) -> bool:
    """Whether what stands behind a separator looks like the name of an outlet."""
    if len(tail) > _TAIL or len(head) < len(tail):
        return False
    return bool(_FIRM.search(sign)) or (not is_heading and _OUTLET.search(tail) is not None)


def _contains(one: str, other: str) -> bool:
    return len(other) > 3 and other in one


def _support(candidate: _HeadlineCandidate, all_of_them: list[_HeadlineCandidate]) -> float:
    """How much says that a candidate is the headline: those that agree, and half of those that hold it or begin it."""
    key = _key(candidate.text)
    if len(key) < 2:
        return -1.0
    total = 0.0
    for other in all_of_them:
        theirs = _key(other.text)
        if theirs == key:
            total += other.weight
        elif _contains(key, theirs) or (_contains(theirs, key) and len(key) > _PART * len(theirs)):
            total += other.weight / 2
    return total
