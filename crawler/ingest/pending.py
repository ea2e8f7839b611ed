"""Entries that wait to become articles: put into groups again by the address that they lead to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from crawler.config.settings import Source
from crawler.ingest.messages import Group
from crawler.model import Entry
from crawler.parsing.urls import url_key
from crawler.store import entries
from crawler.store.articles import ids_of_keys
from crawler.store.waiting import MOST_TRIES


@dataclass(slots=True)
class LeftOver:
    """Groups of entries by the key of their address, and of which of them the page was tried often enough."""

    groups: dict[str, Group] = field(default_factory=dict)
    tired: set[str] = field(default_factory=set)


def left_over(
    connection: Connection,
    sources: Iterable[Source],
    ids: Sequence[int] | None = None,
    but: Collection[str] = (),
    due: datetime | None = None,
) -> LeftOver:
    """The entries that wait; those whose article has come meanwhile lead to it from now on.

    Entries of a source that the configuration has no more, or never had (``crawl --url``), are judged by their own words:
    they were fetched, and nobody may ask for their pages.

    Args:
        connection: a connection that writes.
        sources: the sources that are still watched.
        ids: only these entries.
        but: keys of addresses that somebody is seeing to already.
        due: only those that may be tried at this moment.
    """
    by_name = {s.name: s for s in sources}
    waiting = entries.load_pending(connection, ids, due, but)
    keys = {p.id: url_key(p.entry.url) for p in waiting}
    known = ids_of_keys(connection, list(set(keys.values())))
    entries.link(connection, {i: known[key] for i, key in keys.items() if key in known})
    found = LeftOver()
    for p in waiting:
        key = keys[p.id]
        if key in known:
            continue
        source = by_name.get(p.entry.source) or _unconfigured(p.entry)
        group = found.groups.setdefault(key, Group(key, source, None))
        group.entries.append(p.entry)
        group.entry_ids.append(p.id)
        if p.tries >= MOST_TRIES or group.source.name not in by_name:
            found.tired.add(key)
    return found


def _unconfigured(entry: Entry) -> Source:
    """What stands for the source of an entry that the configuration does not have."""
    return Source.model_construct(name=entry.source, url=entry.url, kind="any", pages="never")
