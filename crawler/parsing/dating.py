"""When an item was published, where its source does not say: by its address, by its place among the others, or not at all.

A wrong guess sends old news as new, or holds new news back. So guesses are kept apart from what a source states
(`Entry.assumed`), and the date of the page itself counts before them. An item of which nothing is known is news where it can
only have come since the last poll. Else it is a *seed*: it is stored and judged, and raises no alert. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.model import Entry
from crawler.parsing.timestamps import believable

FEW = 3
"""Up to so many new items without a date are news in a source that was read before, wherever they stand."""
MOST_NEWS = 40
"""Items without a date above all known ones are news, unless they are more: then it is an archive, or all identities changed."""
STAMPED = 5
"""A moment that so many items and most of a list carry is that of the list, not their own."""
CHANGED = timedelta(days=3)
"""If an address names a day so long before the date of its item, the date is that of a later change."""
_BUDDHIST = 543
_YEAR = r"(?P<y>19[89]\d|20\d\d|25[3-9]\d)"
_MONTH, _DAY = r"(?P<m>0?[1-9]|1[0-2])", r"(?P<d>0?[1-9]|[12]\d|3[01])"
_PARTED = re.compile(rf"(?<![\d.]){_YEAR}(?P<s>[/_-]){_MONTH}(?:(?P=s)|/){_DAY}(?!\d)")
"""/2018/05/12/, 2018-05-12, 2018-05/12, 2018_5_12"""
_SURE = re.compile(
    rf"(?<![\d.]){_YEAR}(?:(?P<s>/){_MONTH}/{_DAY}(?=/)|[_-](?P<m2>0[1-9]|1[0-2])[_/-](?P<d2>0[1-9]|[12]\d|3[01])(?!\d))"
)
"""The forms that no other number has by chance. /2018/05/12.html may be the twelfth article of a month."""
_PACKED = (
    re.compile(
        r"(?<!\d)(?P<y>19[89]\d|20\d\d)[/-]?(?P<m>0[1-9]|1[0-2])[/-]?(?P<d>0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?(?!\d)"
    ),
)
"""20180512, 2018/0512, 201805/12, with or without the time of day behind"""
_DAY_FIRST = re.compile(
    r"(?<![\d.])(?P<d>1[3-9]|2\d|3[01])(?P<s>[_-])(?P<m>0[1-9]|1[0-2])(?P=s)(?P<y>19[89]\d|20\d\d|25[3-9]\d)(?!\d)"
)
"""29-10-2021: only days that are no month, for others may be written month first."""
_ARCHIVE = re.compile(r"^https?://web\.archive\.org/web/\d{4,14}\w{0,3}/")
_MONTH_ONLY = re.compile(rf"/{_YEAR}(?:/|-)(?P<m>0[1-9]|1[0-2])(?=/)")
"""/2018/05/a-title, as many blogs have it"""


def day_of_address(url: str, seen: datetime, *, parted: bool = False) -> datetime | None:
    """The day that an address names, as its last moment, or ``seen`` where that is earlier; None where it names none.

    A day counts as its end, so that nothing seems older, or earlier than what it repeats, than it may be. A month without
    a day counts only once it is over.

    Args:
        url: the address.
        seen: when it was seen; what lies more than a day ahead is no date.
        parted: accept only the forms that no other number has by chance (2018/05/12/, 2018-05-12).
    """
    place = _place(url)
    found = _first_day(place, (_SURE,) if parted else (_PARTED, _DAY_FIRST, *_PACKED), seen)
    if found is not None or parted:
        return found
    for match in _MONTH_ONLY.finditer(place):
        first = _moment(match["y"], match["m"], "1", seen)
        end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if first else seen
        if end < seen - timedelta(days=1):
            return end
    return None


def named_day(url: str | None, seen: datetime, *, packed: bool = False) -> date | None:
    """The day that an address names in a form that no other number has by chance; with ``packed`` also as 20180512."""
    moment = _first_day(_place(url), (_SURE, _DAY_FIRST, *_PACKED) if packed else (_SURE, _DAY_FIRST), seen) if url else None
    return moment.date() if moment else None


def _place(url: str) -> str:
    """The part of an address that may name a day; of a page in an archive that of the page, not when it was archived."""
    parts = urlsplit(_ARCHIVE.sub("", url))
    return f"{parts.path}?{parts.query}"


def _first_day(place: str, patterns: Iterable[re.Pattern[str]], seen: datetime) -> datetime | None:
    for pattern in patterns:
        for match in pattern.finditer(place):
            numbers = match.groupdict()
            month, day = numbers.get("m2") or match["m"], numbers.get("d2") or match["d"]
            moment = _moment(match["y"], month, day, seen)
            if moment is not None:
                return moment
    return None


def _moment(year: str, month: str, day: str, seen: datetime) -> datetime | None:
    number = int(year) - _BUDDHIST if int(year) > 2500 else int(year)
    try:
        start = datetime(number, int(month), int(day), tzinfo=UTC)
    except ValueError:
        return None
    if believable(start, seen) is None:
        return None
    return min(start + timedelta(days=1) - timedelta(seconds=1), seen)


class ListedItem(NamedTuple):
    """An item in the order of an answer: its identity, when it says that it was published, and whether that is a bare day."""

    guid: str
    published: datetime | None
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """An answer as a whole.

    Attributes:
        places: its items, in its order.
        known: the identities among them that were known before.
        was_read: whether the same address was read to its end before.
        former: by headline, when news of other identities was published that the source had under the same one.
    """

    places: Sequence[ListedItem]
    known: Collection[str]
    was_read: bool
    former: Mapping[str, datetime] = field(default_factory=dict)


def dated(new: Sequence[Entry], listing: Listing) -> list[Entry]:
    """New entries with a date, where one can be found; the others are marked as seeds where they may be old."""
    stamp = _stamp(listing.places)
    found = [_by_address(entry, stamp) for entry in _moved(new, listing.former)]
    own = {e.guid: e.published or e.assumed for e in found}
    moments = [own.get(p.guid) or p.published for p in listing.places]
    at: dict[str, int] = {}
    for number, place in enumerate(listing.places):
        at.setdefault(place.guid, number)
    known = [number for number, place in enumerate(listing.places) if place.guid in listing.known]
    top = known[0] if known else 0
    blank = [e for e in found if e.published is None and e.assumed is None]
    above = [e for e in blank if at.get(e.guid, len(moments)) < top]
    news = {e.guid for e in above} if len(above) <= MOST_NEWS else set()
    if listing.was_read and len(blank) <= FEW:
        news |= {e.guid for e in blank}
    order = _order(moments)

    def doubtful(entry: Entry) -> Entry:
        between = _by_order(at.get(entry.guid), moments, order)
        return replace(entry, assumed=between) if between else replace(entry, seed=True)

    open_to_doubt = {e.guid for e in blank} - news
    return [doubtful(e) if e.guid in open_to_doubt else e for e in found]


def _moved(new: Sequence[Entry], former: Mapping[str, datetime]) -> Sequence[Entry]:
    """Entries with the date under which they were known, where a source changed its addresses or identities.

    Then much of what seems new has a headline that was there before, whatever date it has now. A few such items may be news.
    """
    again = {e.title for e in new if e.title in former}
    if len(again) <= FEW or len(again) * 2 < len(new):
        return new
    return [replace(e, published=None, assumed=former[e.title]) if e.title in again else e for e in new]


def _stamp(places: Sequence[ListedItem]) -> datetime | None:
    """The moment that most of a list carries: it says when the list was made. A bare day may well be that of many items."""
    moments = [p.published for p in places if p.published is not None]
    exact = {p.published for p in places if p.published is not None and not p.is_day}
    commonest = max(exact, key=moments.count, default=None)
    if commonest is None or (commonest.hour, commonest.minute, commonest.second) == (0, 0, 0):
        return None
    count = moments.count(commonest)
    return commonest if count >= STAMPED and count * 2 > len(moments) else None


def _by_address(entry: Entry, stamp: datetime | None) -> Entry:
    """An entry with the day of its address, where it has no date or one that cannot be its own."""
    if entry.published is None:
        return replace(entry, assumed=entry.assumed or day_of_address(entry.url, entry.seen))
    if entry.published == stamp:
        return replace(entry, published=None, assumed=day_of_address(entry.url, entry.seen) or stamp)
    day = day_of_address(entry.url, entry.seen, parted=True)
    if day is not None and day < entry.published - CHANGED:
        return replace(entry, published=None, assumed=day)
    return entry


def _order(moments: Sequence[datetime | None]) -> int:
    """-1 where the newest stand first, 1 where they stand last, 0 where there is no order."""
    said = [m for m in moments if m is not None]
    down = sum(a > b for a, b in pairwise(said))
    up = sum(a < b for a, b in pairwise(said))
    if max(down, up) < 4 * min(down, up) or down == up:
        return 0
    return -1 if down > up else 1


def _by_order(number: int | None, moments: Sequence[datetime | None], order: int) -> datetime | None:
    """The date of the older neighbour; of the newer one where the item is the oldest. Above the newest nothing is known."""
    if number is None or not order:
        return None
    before = next((m for m in reversed(moments[:number]) if m is not None), None)
    after = next((m for m in moments[number + 1 :] if m is not None), None)
    newer, older = (before, after) if order < 0 else (after, before)
    return (older or newer) if newer is not None else None
