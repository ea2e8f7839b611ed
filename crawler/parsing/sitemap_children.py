"""Which sitemaps of an index hold the newest: by when they were changed, by the dates and numbers in their names, by their place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain, zip_longest
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_YEARS = r"(?:19\d\d|20\d\d|25[5-9]\d)"
"""Years, also of the Buddhist era."""
_DAY = re.compile(rf"(?<!\d)({_YEARS})[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_PART = re.compile(rf"(?<!\d)({_YEARS})[-_/.]?[wqWQ]?(?<=\D)(\d{{1,2}})(?:[-_/.](\d{{1,2}}))?(?!\d)")
"""2025-9, 2025-9-1, 2025-w48, 2025q4"""
_YEAR_LAST = re.compile(rf"(?<!\d)(?:(\d{{1,2}})[-_/.])?(\d{{1,2}})[-_/.]({_YEARS})(?!\d)")
_NAMED = re.compile(
    rf"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-_/.]?({_YEARS})(?!\d)", re.IGNORECASE
)
_NAMED_LAST = re.compile(
    rf"(?<!\d)({_YEARS})[-_/.]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS = re.compile(
    r"(?:yr|yyyy|year|y)=(\d{4})(?:&(?:mm|mo|month|m)=(\d{1,2}))?(?:&(?:dd|day|d)=(\d{1,2}))?"
)
_YEAR = re.compile(rf"(?<!\d)({_YEARS})(?!\d)")
_NUMBER = re.compile(r"\d+")
_NEWS = re.compile(r"news|latest|recent|today|berita|tintuc|tin-tuc|xinwen", re.IGNORECASE)
_END = 99
_NO_NEWS = re.compile(
    r"image|video|author|categor|tag|page|static|product|topic|keyword|attachment|user|profile|tax",
    re.IGNORECASE,
)


class Child(NamedTuple):
    """A sitemap that an index names, with when it says that it was changed."""

    url: str
    changed: datetime | None = None


def newest_first(children: Sequence[Child]) -> list[str]:
    """The addresses of sitemaps, those first that most likely hold the newest.

    What an index says of their changes counts first, unless it says the same of all. Then what stands in their names counts: a
    date, or a number, of which both the highest and the lowest may be the newest.

    Args:
        children: in the order of the index.
    """
    ordered = _by_name(children)
    moments = {c.changed for c in children}
    if len(moments) > 1:
        ordered.sort(key=lambda c: _comparable(c.changed), reverse=True)
    return [c.url for c in ordered]


def _comparable(moment: datetime | None) -> datetime:
    if moment is None:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _by_name(children: Sequence[Child]) -> list[Child]:
    """By kind of name: sitemaps of news, then dated ones, then all others, and last those of pictures, tags and the like."""
    news, dated, others = [], [], defaultdict[str, list[Child]](list)
    counted = {
        _stem(name) for c in children if _day_in(name := _name(c.url)) is None and _NUMBER.search(name)
    }
    for child in children:
        name = _name(child.url)
        # Where others of its kind have numbers that are no years, this is one of them.
        day = None if _stem(name) in counted else _day_in(name)
        if day is not None:
            dated.append((day, child))
        elif _NEWS.search(name) and not _NUMBER.search(name):
            news.append(child)
        else:
            others[_stem(name)].append(child)
    dated.sort(key=lambda pair: pair[0], reverse=True)
    groups = sorted(others, key=lambda stem: bool(_NO_NEWS.search(stem)))
    ranked = [_from_both_ends(others[stem]) for stem in groups]
    likely = [r for stem, r in zip(groups, ranked, strict=True) if not _NO_NEWS.search(stem)]
    unlikely = [r for stem, r in zip(groups, ranked, strict=True) if _NO_NEWS.search(stem)]
    return [*news, *(child for _, child in dated), *_in_turn(likely), *_in_turn(unlikely)]


def _name(url: str) -> str:
    """What tells an address from its neighbours: path and query."""
    parts = urlsplit(url)
    return unquote(f"{parts.path}?{parts.query}")


def _stem(name: str) -> str:
    return _NUMBER.sub("#", name)


def _day_in(name: str) -> tuple[int, int, int] | None:
    """The year, month (or week) and day that a name holds; what it does not say stands for the end."""
    found = _PARTS.search(name) or _DAY.search(name) or _PART.search(name)
    if found is not None:
        return int(found[1]), int(found[2] or _END), int(found[3] or _END)
    turned = _YEAR_LAST.search(name)
    if turned is not None:
        return int(turned[3]), int(turned[2]), int(turned[1] or _END)
    for spelled, month, year in ((_NAMED.search(name), 1, 2), (_NAMED_LAST.search(name), 2, 1)):
        if spelled is not None:
            return int(spelled[year]), _MONTHS.index(spelled[month].lower()) + 1, _END
    only = _YEAR.search(name)
    return (int(only[1]), _END, _END) if only else None


def _from_both_ends(children: Sequence[Child]) -> list[Child]:
    """By the numbers in their names, or by their place: the last, the first, the last but one, and so on."""
    numbered = sorted(children, key=lambda c: [int(n) for n in _NUMBER.findall(_name(c.url))])
    has_order = len({_stem(_name(c.url)) for c in children}) < len(children)
    ends = list(numbered if has_order else children)
    found = []
    while ends:
        found.append(ends.pop())
        if ends:
            found.append(ends.pop(0))
    return found


def _in_turn(groups: Sequence[Sequence[Child]]) -> list[Child]:
    """One of each group after the other."""
    return [child for child in chain.from_iterable(zip_longest(*groups)) if child is not None]
