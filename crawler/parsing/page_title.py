"""The headline of an article's page: what its candidates agree on, without the name of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlsplit

from crawler.parsing.headline_likeness import key_of, pairs_of
from crawler.parsing.linked_data import LinkedData
from crawler.parsing.page_headings import LONGEST, headings_of, named_like_headlines, unescaped
from crawler.parsing.page_tree import Element, first, text_of

_SEPARATOR = re.compile(
    r"\s*[|｜丨¦ㅣ]\s*|\s+(?:-{1,3}|–|—|·|•|»|›|«|::?|~|/|>|<)\s+|_+|\s*::\s*|-{2,}|—+|(?<=[^\x00-\u02ff])[-:：](?=[^\s\x00-\u02ff])|(?<=[^\x00-\u02ff])[:：](?=\w)"
)
"""Between a headline and the name of a site. A hyphen without spaces is one only between characters of scripts without hyphens."""
_FIRM = re.compile(r"[|｜丨¦ㅣ_»]|::")
"""Signs that hardly stand in a headline."""
_TAIL = 30
_PART = 0.4
"""A part of a headline is one itself where it is more than this share of it."""
_ALIKE = 0.35
"""Share of pairs of neighbouring characters that two wordings of one headline have in common, at least."""
_NAME, _MOST_LOWER = 0.6, 12
"""A name is shorter than this share of a headline; lower headings that are looked at."""
_FOR_AGREEMENT = 0.1
_HEADING, _NAMED, _LINKED, _HEAD = "heading", "named", "linked data", "head"
_SHOWN = (_HEADING, _NAMED)
_RULES = frozenset("|｜-–—·•_»")
_SIGNS = frozenset(":：|｜-–—·•/_»")
_OUTLET = re.compile(
    r"(?:网|網|报|報|社|频道|頻道|新闻|新聞|资讯|在线|线上|客户端|电视台|周刊|杂志|财经|要闻|国际|中心|门户)$"
    r"|\b(?:news|times|post|daily|online|tribune|herald|gazette|press|media|\w+\.(?:com|net|org|co|id|my|sg|th|vn|ph|cn|kh|la|mm)(?:\.\w\w)?)$"
    r"|^(?:berita|báo|ข่าว|สำนักข่าว|หนังสือพิมพ์)",
    re.IGNORECASE,
)
"""How names of outlets end, or begin."""


@dataclass(frozen=True, slots=True)
class _HeadlineCandidate:
    """A wording of the headline.

    Attributes:
        text: the words.
        weight: how far it is trusted.
        voice: who gave it out. A template writes ``og:title``, ``twitter:title`` and the title element from one field,
            often one that is written for search engines: together they are one voice.
    """

    text: str
    weight: float
    voice: str


def title_of(tree: Element, url: str, meta: dict[str, list[str]], data: LinkedData) -> str:
    """The headline of the page's article; empty where the page has none.

    Args:
        tree: the page.
        url: its address.
        meta: the values of its meta elements.
        data: its linked data.
    """
    sites = _names_of_site(tree, url, meta, data)
    raw = [c for c in _candidates(tree, meta, data) if c.text]
    sites |= {key_of(c.text) for c in raw if c.voice == _HEADING and _is_behind_headline(c.text, raw)}
    below = _below_name(tree, raw, meta)
    if below is not None:
        sites |= {key_of(c.text) for c in raw if c.voice == _HEADING}
        raw.append(below)
    # An outlet's name stands in the title of a page, hardly in its heading: what ends like one there is the headline's.
    whole = {key_of(c.text) for c in raw if c.voice in (_HEADING, _LINKED)}
    found = [
        replace(c, text=_without_site(c.text, sites, raw, whole)) for c in raw if not _is_site(c.text, sites)
    ]
    if not any(c.voice == _HEADING for c in found):
        found = [*_instead_of_heading(tree, sites), *found]
    if not found:
        return next((c.text for c in raw), "")
    found = [_mended(c, found) for c in found]
    found = [_confirmed(c, found) for c in found]
    return max(found, key=lambda c: (_support(c, found), -found.index(c))).text


def _below_name(
    tree: Element, raw: list[_HeadlineCandidate], meta: dict[str, list[str]]
) -> _HeadlineCandidate | None:
    """A lower heading that has the words of the page's title, where those above it only name the site or a section."""
    above = [c.text for c in raw if c.voice == _HEADING]
    title = next((t for t in tree.iter("title")), None)
    if title is None or (above and first(meta, "og:title") in above):
        return None
    parts = {key_of(part) for part in _SEPARATOR.split(unescaped(text_of(title))) if part}
    for heading in islice(tree.iter("h2", "h3"), _MOST_LOWER):
        text = unescaped(text_of(heading))
        key = key_of(text)
        is_longest = key in parts and len(key) == max(map(len, parts))
        if is_longest and all(_is_other_and_short(one, text) for one in above):
            return _HeadlineCandidate(text, 2.7, _HEADING)
    return None


def _is_other_and_short(one: str, text: str) -> bool:
    """Whether a heading has other words than a headline, and so few that it is a name."""
    theirs, own = pairs_of(one), pairs_of(text)
    return len(theirs) < _NAME * len(own) and 2 * len(theirs & own) <= _ALIKE * (len(theirs) + len(own))


def _candidates(tree: Element, meta: dict[str, list[str]], data: LinkedData) -> Iterator[_HeadlineCandidate]:
    """What a page gives out as its headline, in the order that decides between equals."""
    for heading in headings_of(tree):
        yield _HeadlineCandidate(heading.text, heading.weight, _HEADING)
    yield _HeadlineCandidate(unescaped(first(meta, "og:title")), 2.5, _HEAD)
    yield _HeadlineCandidate(data.text("headline")[:LONGEST], 3.0, _LINKED)
    named = first(meta, "headline", "title", "dc.title", "dcterms.title", "articletitle", "parsely-title")
    yield _HeadlineCandidate(unescaped(named), 1.5, _HEAD)
    yield _HeadlineCandidate(unescaped(first(meta, "twitter:title")), 1.0, _HEAD)
    title = next((t for t in tree.iter("title") if t.getparent() is None or t.getparent().tag != "svg"), None)
    yield _HeadlineCandidate(unescaped(text_of(title)) if title is not None else "", 2.0, _HEAD)
    yield _HeadlineCandidate(data.text("name")[:LONGEST], 0.5, _LINKED)


def _is_behind_headline(heading: str, raw: list[_HeadlineCandidate]) -> bool:
    """Whether all that a page gives out is a title with a heading's words behind longer ones and a rule: the name of the site."""
    others = [c.text for c in raw if c.voice != _HEADING]
    if len(others) != 1 or not others[0].endswith(heading):
        return False
    head = others[0].removesuffix(heading).rstrip()
    return len(head) > len(heading) + 1 and head[-1] in _RULES


def _instead_of_heading(tree: Element, sites: set[str]) -> Iterator[_HeadlineCandidate]:
    texts = (t for t in named_like_headlines(tree) if not _is_site(t, sites))
    for text in islice(texts, 1):
        yield _HeadlineCandidate(text, 1.2, _NAMED)


def _mended(candidate: _HeadlineCandidate, found: list[_HeadlineCandidate]) -> _HeadlineCandidate:
    """A wording that ends where another one has a quotation mark was cut there: the template does not escape them."""
    length = len(candidate.text)
    for other in found:
        is_longer = length > 3 and other.text.startswith(candidate.text)
        if is_longer and other.text[length:].lstrip()[:1] == '"':
            return replace(candidate, text=other.text)
    return candidate


def _confirmed(candidate: _HeadlineCandidate, found: list[_HeadlineCandidate]) -> _HeadlineCandidate:
    """A heading counts more where the page words it alike elsewhere, and less where it is short and the page has other words.

    The former heads neither a section nor another story, the latter does.
    """
    if candidate.voice != _HEADING:
        return candidate
    pairs = pairs_of(candidate.text)
    others = [pairs_of(c.text) for c in found if c.voice != _HEADING]
    if any(2 * len(pairs & other) > _ALIKE * (len(pairs) + len(other)) for other in others):
        return replace(candidate, weight=candidate.weight + 1.0)
    if any(len(pairs) < _PART * len(other) for other in others):
        return replace(candidate, weight=candidate.weight - 1.5)
    return candidate


def _names_of_site(tree: Element, url: str, meta: dict[str, list[str]], data: LinkedData) -> set[str]:
    names = [first(meta, "og:site_name"), first(meta, "application-name"), first(meta, "apple-mobile-web-app-title"),
             first(meta, "al:android:app_name"), first(meta, "publisher", "dc.publisher", "copyright"), first(meta, "twitter:site").lstrip("@"), *data.names]  # fmt: skip
    addresses = _homes(url)
    homes = (a for a in tree.iter("a") if a.get("href") in addresses)
    for home in islice(homes, 4):
        names += [
            text_of(home),
            home.get("title") or "",
            *(image.get("alt") or "" for image in home.iter("img")),
        ]
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names += [host, host.split(".")[0]]
    return {key for name in names if 2 <= len(key := key_of(name)) <= 40}


def _homes(url: str) -> frozenset[str]:
    """How links are written that lead to the first page of the site."""
    host = urlsplit(url).netloc.removeprefix("www.")
    return frozenset(
        [
            "/",
            *(
                f"{scheme}//{www}{host}{end}"
                for scheme in ("https:", "http:", "")
                for www in ("", "www.")
                for end in ("", "/")
            ),
        ]
    )


def _is_site(text: str, sites: set[str]) -> bool:
    key = key_of(text)
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
    keys = {key_of(c.text) for c in others if c.text != text}
    while found := list(_SEPARATOR.finditer(text)):
        last, opening = found[-1], found[0]
        head, tail = text[: last.start()].strip(), text[last.end() :].strip()
        start, rest = text[: opening.start()].strip(), text[opening.end() :].strip()
        is_heading = key_of(text) in headings
        if head and (
            _is_named_apart(head, tail, sites, keys) or _looks_appended(head, tail, last[0], is_heading)
        ):
            text = head
        elif rest and (_is_site(start, sites) or (key_of(rest) in keys and len(start) <= _TAIL)):
            text = rest
        else:
            break
    prefix, colon, rest = text.partition(": ")
    return rest.strip() if colon and rest and key_of(prefix) in sites else text


def _is_named_apart(head: str, tail: str, sites: set[str], keys: set[str]) -> bool:
    """Whether what stands behind a separator is the site's name, or another place has the headline without it."""
    return not tail or _is_site(tail, sites) or key_of(head) in keys


def _looks_appended(head: str, tail: str, sign: str, is_heading: bool) -> bool:
    """Whether what stands behind a separator looks like the name of an outlet."""
    if is_heading or len(tail) > _TAIL or len(head) < len(tail) or sign in (":", "："):
        return False
    return bool(_FIRM.search(sign)) or _OUTLET.search(tail) is not None


def _support(candidate: _HeadlineCandidate, found: list[_HeadlineCandidate]) -> float:
    """How much says that a candidate is the headline: the most that each voice says for it, and a little for every agreement."""
    key = key_of(candidate.text)
    if len(key) < 2:
        return -1.0
    said: dict[str, float] = {}
    agreeing = 0
    for other in found:
        share = _agreement(candidate, key, other)
        said[other.voice] = max(said.get(other.voice, 0.0), share * other.weight)
        agreeing += share == 1
    return sum(said.values()) + _FOR_AGREEMENT * agreeing


def _agreement(candidate: _HeadlineCandidate, key: str, other: _HeadlineCandidate) -> float:
    """How far another wording speaks for a candidate, 0 to 1."""
    theirs = key_of(other.text)
    if theirs == key:
        return 1.0
    if len(theirs) > 3 and theirs in key:
        return 0.0 if candidate.voice != _LINKED and _is_decorated(candidate.text, other.text) else 0.5
    if len(key) > 3 and key in theirs and len(key) > _PART * len(theirs):
        is_shown = candidate.voice in _SHOWN and other.voice not in _SHOWN
        if not is_shown or not _is_decorated(other.text, candidate.text):
            return 0.5
        # Linked data say what the whole headline is. Titles have all kinds of things before and behind it.
        return 0.0 if other.voice == _LINKED else 0.9
    return 0.0


def _is_decorated(longer: str, shorter: str) -> bool:
    """Whether a wording is another one with a kicker before it or a name behind it."""
    before, found, behind = longer.casefold().partition(shorter.casefold())
    if not found:
        return False
    return (not before or before.rstrip()[-1:] in _SIGNS) and (not behind or behind.lstrip()[:1] in _SIGNS)
