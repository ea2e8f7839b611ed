"""When an item was published, where its source does not say: by its address, by its place among the others, or not at all.

A wrong guess sends old news as new, or holds new news back. So guesses are kept apart from what a source states
(`Entry.assumed`), and the date of the page itself counts before them. An item of which nothing is known is news where it can
only have come since the last poll. Else it is a *seed*: it is stored and judged, and raises no alert. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.model import Entry
from crawler.parsing.dates.verdict import Doubt, Precision
from crawler.parsing.timestamps import believable

FEW = 3
"""Up to so many new items without a date are news in a source that was read before, wherever they stand."""
MOST_NEWS = 40
"""Items without a date above all known ones are news, unless they are more: then it is an archive, or all identities changed."""
STAMPED = 5
"""A moment that so many items and most of a list carry may be that of the list, not their own."""
_BUILT = timedelta(hours=1)
"""How long ago an answer was built at most, where a moment to the minute tells no more of it."""
CHANGED = timedelta(days=3)
"""If an address names a day so long before the date of its item, the date is that of a later change."""
_ADDRESS_BASIS = f"to the {Precision.DAY}; {Doubt.ADDRESS}"
_TIME_BASIS = f"to the {Precision.SECOND}"
_BUDDHIST = 543
_YEAR = r"(?P<y>19[89]\d|20\d\d|25[3-9]\d)"
_ANY_YEAR = re.compile(r"19[89]\d|20\d\d|25[3-9]\d")
_MONTH, _DAY = r"(?P<m>0?[1-9]|1[0-2])", r"(?P<d>0?[1-9]|[12]\d|3[01])"
_PARTED = re.compile(rf"(?<![\d.]){_YEAR}(?P<s>[/_-]){_MONTH}(?:(?P=s)|/){_DAY}(?!\d)")
"""/2018/05/12/, 2018-05-12, 2018-05/12, 2018_5_12"""
_SURE = re.compile(
    rf"(?<![\d.]){_YEAR}(?:(?P<s>/){_MONTH}/{_DAY}(?=/)|[_-](?P<m2>0[1-9]|1[0-2])[_/-](?P<d2>0[1-9]|[12]\d|3[01])(?!\d))"
)
"""The forms that no other number has by chance. /2018/05/12.html may be the twelfth article of a month."""
_PACKED = (
    re.compile(
        r"(?<!\d)(?P<y>19[89]\d|20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6}|\d{9})?(?!\d)"
    ),
    re.compile(
        r"(?<!\d)(?P<y>19[89]\d|20\d\d)[/-]?(?P<m>0[1-9]|1[0-2])[/-]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"
    ),
)
"""20180512 with or without the time of day behind, 2018/0512, 201805/12"""
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
    if not _ANY_YEAR.search(url):
        return None  # as most addresses
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
    moment = (
        _first_day(_place(url), (_SURE, _DAY_FIRST, *_PACKED) if packed else (_SURE, _DAY_FIRST), seen)
        if url
        else None
    )
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
    stamp = stamp_of(listing.places, {e.guid: e.url for e in new}, new[0].seen) if new else None
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
        basis = f"to the {Precision.DAY}; {Doubt.NEIGHBOURS}"
        return replace(entry, assumed=between, date_basis=basis) if between else replace(entry, seed=True)

    open_to_doubt = {e.guid for e in blank} - news
    return [doubtful(e) if e.guid in open_to_doubt else e for e in found]


def _moved(new: Sequence[Entry], former: Mapping[str, datetime]) -> Sequence[Entry]:
    """Entries with the date under which they were known, where a source changed its addresses or identities.

    Then much of what seems new has a headline that was there before, whatever date it has now. A few such items may be news.
    """
    again = {e.title for e in new if e.title in former}
    if len(again) <= FEW or len(again) * 2 < len(new):
        return new
    basis = f"to the {Precision.SECOND}; {Doubt.FORMER}"
    return [
        replace(e, published=None, assumed=former[e.title], date_basis=basis) if e.title in again else e
        for e in new
    ]


def stamp_of(places: Sequence[ListedItem], addresses: Mapping[str, str], seen: datetime) -> datetime | None:
    """The moment that most of a list carries, where it says when the list was made and not when they were published.

    Outlets publish several items in one minute. So it must be shown to be the list's: it names a second that nobody chooses,
    or the addresses name other days, or all items carry it and the list has only just been made. A bare day may well be that
    of many items.

    Args:
        places: the items in their order.
        addresses: the addresses of new items by identity.
        seen: when the list was asked for.
    """
    moments = Counter(p.published for p in places if p.published is not None)
    exact = {p.published for p in places if p.published is not None and not p.is_day}
    commonest = max(exact, key=moments.__getitem__, default=None)
    if commonest is None or (commonest.hour, commonest.minute, commonest.second) == (0, 0, 0):
        return None
    count, total = moments[commonest], moments.total()
    if count < STAMPED or count * 2 <= total:
        return None
    is_just_made = count == total and abs(seen - commonest) <= _BUILT
    is_of_list = commonest.second != 0 or is_just_made or _is_contradicted(commonest, places, addresses, seen)
    return commonest if is_of_list else None


def _is_contradicted(
    moment: datetime, places: Sequence[ListedItem], addresses: Mapping[str, str], seen: datetime
) -> bool:
    """Whether most addresses of the items that carry a moment name days long before it."""
    urls = [addresses[p.guid] for p in places if p.published == moment and p.guid in addresses]
    days = [day for url in urls if (day := day_of_address(url, seen, parted=True)) is not None]
    earlier = [day for day in days if day < moment - CHANGED]
    return len(earlier) * 2 > len(urls)


def stamp_note(new: Sequence[Entry], dated_: Sequence[Entry]) -> tuple[str, ...]:
    """What an operator should know of new entries that lost their date, for it was that of their list.

    Args:
        new: the entries as their source listed them.
        dated_: the same after `dated`.
    """
    lost = [e for e in dated_ if Doubt.STAMP in (e.date_basis or "")]
    before = {e.guid: e.published for e in new}
    moment = before.get(lost[0].guid) if lost else None
    if moment is None:
        return ()
    return (
        f"{len(lost)} entries carry one moment, {moment:%Y-%m-%d %H:%M:%S} UTC: it is taken for that of the list",
    )


def _by_address(entry: Entry, stamp: datetime | None) -> Entry:
    """An entry with the day of its address, where it has no date or one that cannot be its own."""
    if entry.published is None:
        if entry.assumed is not None:
            return entry
        day = day_of_address(entry.url, entry.seen)
        return replace(entry, assumed=day, date_basis=_ADDRESS_BASIS) if day else entry
    if entry.published == stamp:
        day = day_of_address(entry.url, entry.seen)
        basis = f"{_ADDRESS_BASIS if day else entry.date_basis or _TIME_BASIS}; {Doubt.STAMP}"
        return replace(entry, published=None, assumed=day or stamp, date_basis=basis)
    day = day_of_address(entry.url, entry.seen, parted=True)
    if day is not None and day < entry.published - CHANGED:
        return replace(entry, published=None, assumed=day, date_basis=f"{_ADDRESS_BASIS}; {Doubt.CHANGED}")
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
