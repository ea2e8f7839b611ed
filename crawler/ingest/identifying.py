"""Which items of an answer are known, where their identities alone do not say it. Pure.

An identity may be that of another item by now, an item may come back under another identity, and an item that is known may be
readable only now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from crawler.documents.kinds import Fetched
from crawler.model import Entry
from crawler.parsing.aggregators import resolved
from crawler.parsing.charsets import damage, damaged
from crawler.parsing.dates.verdict import DateVerdict
from crawler.parsing.identity import Identified, at_own_address, instead, reused, without_mark
from crawler.parsing.items import Item
from crawler.parsing.newest import newest_places
from crawler.parsing.reuse import SAME_TIME, is_of_one_article, is_other_news
from crawler.parsing.text import plain
from crawler.parsing.urls import shortened, url_key
from crawler.store.entries import KnownItem

_LEAST, _SHARE = 2, 0.8
_LONG = 24
_AGAIN = "#read-again"
MOST_READINGS = 3
"""How often an item is read again at most: a headline may be whole before its text is."""


def own_identities(
    fetched: Fetched, known: Mapping[str, KnownItem | None], there: Mapping[str, Sequence[KnownItem]]
) -> Fetched:
    """An answer with other identities or addresses for items that carry those of another item, which is stored.

    Some feeds have one item at a time, and the same identity or the same address for all of them.

    Args:
        fetched: what the answer holds.
        known: what is stored of the identities in it.
        there: what is stored by canonical address, without what tells items apart that share one.
    """
    feed = fetched.feed
    if feed is None or not (any(known.values()) or there):
        return fetched
    places = zip(feed.parsed.items, feed.identities, feed.dates, strict=True)
    identities = tuple(_own(feed.url, *place, known, there) for place in places)
    return (
        fetched
        if identities == feed.identities
        else replace(fetched, feed=replace(feed, identities=identities))
    )


def _own(
    base: str,
    item: Item,
    identity: Identified,
    date: DateVerdict,
    known: Mapping[str, KnownItem | None],
    there: Mapping[str, Sequence[KnownItem]],
) -> Identified:
    """The identity of an item, which is another one than the feed gives where that is the one of other news."""
    if identity.url is None:
        return identity
    stored, before = known.get(identity.guid), there.get(place_key(identity.url), ())
    if stored is not None and _has_moved(item, identity, date.moment, stored):
        identity = instead(item, base, date.moment)
        stored, before = known.get(identity.guid), ()
    if stored is None:
        is_known = identity.guid in known
        return (
            identity if is_known or not _is_reused(item, identity, date, before) else at_own_address(identity)
        )
    if not _is_reused(item, identity, date, (stored, *before)):
        return identity
    return reused(identity, date.moment)


def _has_moved(item: Item, identity: Identified, moment: datetime | None, stored: KnownItem) -> bool:
    """Whether an item has another link, another headline and another date than what is stored under its identity."""
    if not identity.own or identity.url is None:
        return False
    if url_key(resolved(identity.url)) == stored.url_key or damaged((item.title, stored.title)):
        return False
    title = " ".join(plain(item.title).split())
    has_same_date = moment is not None and moment == stored.published
    return title != stored.title and not has_same_date


def _is_reused(item: Item, identity: Identified, date: DateVerdict, before: Sequence[KnownItem]) -> bool:
    """Whether an item is other news than all that came before at its address, which may be that of any news."""
    title = " ".join(plain(item.title).split())
    if not before or damage(title) or any(damage(one.title) for one in before):
        return False
    return all(
        is_other_news(title, date.moment, one.title, one.published or one.assumed)
        and not is_of_one_article(identity.url or "", one.title)
        for one in before
    )


def may_be_other(moment: datetime, identity: Identified, known: Mapping[str, KnownItem | None]) -> bool:
    """Whether an item may be other news at an address that it shares with earlier ones: it is not known, or by another date."""
    if identity.guid not in known:
        return True
    stored = known[identity.guid]
    return stored is not None and stored.published != moment


def place_key(url: str) -> str:
    """The canonical address of an item, without what tells it from others that share it."""
    return without_mark(url_key(resolved(url))).rstrip("/")


def repeated(
    found: Sequence[Entry],
    former: Mapping[str, Sequence[KnownItem]],
    listed: Iterable[str],
    *,
    none_known: bool,
) -> set[str]:
    """The identities of entries that are stored under another one, because their links are others with each answer.

    They have a headline that their source had before, and with it the same date, or the same place on the site at nearly the
    same time. Where nothing of an answer is known by its identity and hardly a headline is new, the headlines are enough.

    Args:
        found: entries whose identities are not known.
        former: what is stored by headline.
        listed: the addresses of all items of the answer.
        none_known: whether no item of the answer is known by its identity.
    """
    places = _telling_places(listed)
    by_words = {
        e.guid
        for e in found
        if _is_telling(e.title) and any(_is_near(e, item) for item in former.get(e.title, ()))
    }
    if none_known and len(by_words) >= max(_LEAST, _SHARE * len(found)):
        return by_words
    return {e.guid for e in found if any(_is_same(e, item, places) for item in former.get(e.title, ()))}


def _is_telling(title: str) -> bool:
    """Whether a headline is so long that it is that of one piece of news; "Weather" is that of many."""
    return sum(_weight(character) for character in title) >= _LONG


def _weight(character: str) -> int:
    """How much a character says, in letters of the Latin alphabet: a Chinese one is a word or half of one."""
    if "\u3400" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3":
        return 3
    return 1 if character.isascii() else 2


def _is_near(entry: Entry, item: KnownItem) -> bool:
    if entry.published is None or item.published is None:
        return True
    return abs(entry.published - item.published) < SAME_TIME


def _is_same(entry: Entry, item: KnownItem, places: Collection[str]) -> bool:
    if entry.published is not None and entry.published == item.published:
        return True
    place = _place(url_key(entry.url))
    return place in places and place == _place(item.url_key) and _is_near(entry, item)


def _place(key: str) -> str:
    return key.partition("?")[0].partition("#")[0]


def _telling_places(listed: Iterable[str]) -> set[str]:
    """The places, addresses without their query, that only one item of an answer has."""
    found = defaultdict[str, set[str]](set)
    for url in listed:
        key = url_key(url)
        found[_place(key)].add(key)
    return {place for place, keys in found.items() if len(keys) == 1}


def readable_now(fetched: Fetched, broken: Mapping[str, KnownItem], reading: int = 1) -> dict[str, Entry]:
    """By identity the entries of known items some of whose words could not be read when they were stored, and can be now.

    They get identities of their own, for what is stored is evidence and never changes.

    Args:
        fetched: what the answer holds.
        broken: what is stored of such items; of one that was read again, the latest reading.
        reading: which reading of them this is, from 1.
    """
    if not broken:
        return {}
    others = {guid for guid in fetched.guids if guid not in broken}
    return {
        entry.guid: _as_stored(replace(entry, guid=again(entry.guid, reading)), stored)
        for entry in fetched.entries_but(others)
        if _is_better(entry, stored := broken[entry.guid])
    }


def _is_better(entry: Entry, stored: KnownItem) -> bool:
    now = damage(entry.title, entry.summary, entry.content)
    return now < stored.damage or (0 in stored.damage and 0 not in now)


def _as_stored(entry: Entry, stored: KnownItem) -> Entry:
    """An entry with what was found out of the item's date when it came: what was old then is no news now."""
    if stored.published is None and stored.assumed is not None:
        return replace(entry, published=None, date_basis=None, assumed=stored.assumed, seed=stored.seed)
    if entry.published is not None:
        return entry
    return replace(entry, assumed=None if stored.seed else stored.seen, seed=stored.seed)


def again(guid: str, reading: int = 1) -> str:
    """The identity of an item that is read again, for the first or a later time."""
    return shortened(f"{guid}{_AGAIN}{'' if reading == 1 else f'-{reading}'}")


def newest_of(found: Sequence[Entry], most: int) -> list[Entry]:
    """The newest of more entries than are taken, in their order (see `crawler.parsing.newest`)."""
    return [found[n] for n in newest_places([entry.published for entry in found], most)]
