"""What tells the items of a feed apart: their identities, their addresses, and what to take where those are the same for all.

Programs write one ``guid`` for every item, or the home page as everybody's ``link``. What many different items carry identifies
none of them. Then the next best counts: the link, and where that is shared too, headline and date. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import combinations
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.parsing.items import Item
from crawler.parsing.reuse import are_alike, is_of_one_article
from crawler.parsing.text import plain, storable
from crawler.parsing.urls import absolute, canonical, host_of, is_web_url, shortened

SHARED = 3
"""An address that so many items with different headlines carry is not that of any of them; two may well be one article."""
_SLASHES_OF_HOME = 3
MARK = "#item-"
"""What stands between an address that several items share and what tells them apart."""
_MARKED = re.compile(r"#item-[0-9a-f]{16}$")


class Identified(NamedTuple):
    """An item's identity, and the address that it leads to; None where it has none.

    ``own`` says that the identity is the one that the feed gives, not one that was made of other things.
    """

    guid: str
    url: str | None
    own: bool


def identified(items: Sequence[Item], base: str, moments: Sequence[datetime | None]) -> list[Identified]:
    """Identity and address of each item of a feed.

    Args:
        items: in the feed's order.
        base: the address of the feed, against which links are resolved.
        moments: when each was published, as far as that is known.
    """
    links = [absolute(base, item.link) if item.link else None for item in items]
    if None in links:
        links = _with_addresses_of_ids(items, links, base)
    places = [_Place(item, link, moment) for item, link, moment in zip(items, links, moments, strict=True)]
    shared_links = _shared([link or "" for link in links], places)
    shared_ids = _shared([item.id for item in items], places)
    found: list[Identified] = []
    for item, link, moment in places:
        is_own = bool(item.id) and item.id not in shared_ids and not is_home(item.id)
        is_addressed = link is not None and link not in shared_links and not is_home(link)
        if is_own and is_addressed:  # nearly always
            found.append(Identified(shortened(storable(item.id)), link, True))
            continue
        if is_own:
            guid = shortened(storable(item.id))
        elif is_addressed and link:
            guid = shortened(storable(link))
        else:
            says = bool(item.title or moment)
            guid = by_words(item, moment) if says else shortened(storable(item.id or link or ""))
        url = link if is_addressed or link is None else f"{link.partition('#')[0]}{MARK}{_digest(guid)}"
        found.append(Identified(guid, url, is_own))
    return found


def _with_addresses_of_ids(items: Sequence[Item], links: Sequence[str | None], base: str) -> list[str | None]:
    """The links of all items; for one without a link its identity, if that is an address on the site of the feed or of its items.

    ``isPermaLink="false"`` says that an identity is no address (RSS 2.0). Where there is no other, it mostly is one all the same.
    """
    hosts = {host_of(base), *(host_of(link) for link in links if link)}
    return [
        _address_in(item.id, hosts) if link is None else link for item, link in zip(items, links, strict=True)
    ]


def _address_in(identity: str, hosts: Collection[str]) -> str | None:
    is_address = is_web_url(identity) and not is_home(identity) and host_of(identity) in hosts
    return identity if is_address else None


def by_words(item: Item, moment: datetime | None) -> str:
    """An identity made of an item's headline and date; of its text where it has no headline."""
    words = " ".join(plain(item.title or item.summary or item.content).split())
    return f"item:{_digest(words, moment.isoformat() if moment else '')}"


def instead(item: Item, base: str, moment: datetime | None) -> Identified:
    """The identity of an item whose own turned out to be that of another one: its link, else its words."""
    return identified([item._replace(id="")], base, [moment])[0]


def reused(identity: Identified, moment: datetime | None) -> Identified:
    """The identity of an item whose own was that of other news before: by its date, for headlines are edited."""
    when = moment.isoformat() if moment else ""
    return at_own_address(Identified(f"item:{_digest(identity.guid, when)}", identity.url, False))


def at_own_address(identity: Identified) -> Identified:
    """The same identity with an address that no other item has, at a place that is used again and again."""
    link = (identity.url or "").partition("#")[0]
    return identity._replace(url=f"{link}{MARK}{_digest(identity.guid)}")


def without_mark(address: str) -> str:
    """An address without what tells items apart that share it."""
    return _MARKED.sub("", address)


def is_home(address: str) -> bool:
    """Whether this is the address of a home page, which cannot be that of an article."""
    if address.count("/") > _SLASHES_OF_HOME or address[:4] != "http":
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_root = parts.path in ("", "/") or bool(
        re.fullmatch(r"/(?:index|default|home)\.\w{2,5}", parts.path, re.IGNORECASE)
    )
    return is_root and not parts.query and not parts.fragment


def is_shared_address(url: str) -> bool:
    """Whether an entry's address is one that it shares with others, so that its page is not its article."""
    return bool(_MARKED.search(url))


class _Place(NamedTuple):
    """An item with the address that it leads to, and when it was published."""

    item: Item
    link: str | None
    moment: datetime | None


def _shared(keys: Sequence[str], places: Sequence[_Place]) -> set[str]:
    """The keys that different items carry: with different headlines, and different links or many of them."""
    if len(set(keys)) == len(keys):
        return set()
    holders = defaultdict[str, list[_Place]](list)
    for key, place in zip(keys, places, strict=True):
        if key:
            holders[key].append(place)
    return {key for key, several in holders.items() if _are_different(several, len(keys))}


def _are_different(several: Sequence[_Place], count: int) -> bool:
    """Whether items that carry one key are different ones; ``count`` is how many items the feed has."""
    titles = {place.item.title or place.item.summary for place in several}
    addresses = {canonical(place.link) for place in several if place.link}
    moments = {place.moment for place in several} - {None}
    is_everybodys = len(several) == count == len(moments) or (
        len(several) < SHARED and _have_nothing_in_common(several)
    )
    return len(titles) > 1 and (len(addresses) > 1 or len(titles) >= SHARED or is_everybodys)


def _have_nothing_in_common(several: Sequence[_Place]) -> bool:
    """Whether two items at an address that is not that of one article can be no two wordings of one headline."""
    titles = [plain(place.item.title) for place in several]
    link = several[0].link or ""
    if not all(titles) or any(is_of_one_article(link, title) for title in titles):
        return False
    return not any(are_alike(a, b) for a, b in combinations(titles, 2))


def _digest(*parts: str) -> str:
    written = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(written, digest_size=8).hexdigest()
