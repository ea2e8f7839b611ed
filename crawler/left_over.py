"""Entries that wait to become articles: put into groups again by the address that they lead to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from crawler.config.settings import Source
from crawler.handover import Group
from crawler.reading.urls import url_key
from crawler.store import entries
from crawler.store.articles import ids_of_keys

MOST_TRIES = 3
"""After so many tries at a page, across crashes, an entry's own words have to do."""


@dataclass(slots=True)
class LeftOver:
    """Groups of entries by the key of their address, and of which of them the page was tried often enough."""

    groups: dict[str, Group] = field(default_factory=dict)
    tired: set[str] = field(default_factory=set)


def left_over(
    connection: Connection, sources: Iterable[Source], ids: Sequence[int] | None = None, but: Collection[str] = ()
) -> LeftOver:
    """The entries that wait; those whose article has come meanwhile lead to it from now on.

    Args:
        connection: a connection that writes.
        sources: the sources that are still watched.
        ids: only these entries.
        but: keys of addresses that somebody is seeing to already.
    """
    by_name = {s.name: s for s in sources}
    waiting = [p for p in entries.load_pending(connection, ids) if p.entry.source in by_name]
    keys = {p.id: url_key(p.entry.url) for p in waiting}
    known = ids_of_keys(connection, list(set(keys.values())))
    entries.link(connection, {i: known[key] for i, key in keys.items() if key in known})
    found = LeftOver()
    for p in waiting:
        key = keys[p.id]
        if key in known or key in but:
            continue
        group = found.groups.setdefault(key, Group(key, by_name[p.entry.source], None))
        group.entries.append(p.entry)
        group.entry_ids.append(p.id)
        if p.tries >= MOST_TRIES:
            found.tired.add(key)
    return found
