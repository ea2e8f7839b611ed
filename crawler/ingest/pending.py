"""Entries that wait to become articles: put into groups again by the address that they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from crawler.config.settings import Source
from crawler.ingest.articles import PageOrder
from crawler.ingest.messages import PageResult, UrlGroup
from crawler.model import Entry
from crawler.parsing.urls import url_key
from crawler.store import damaged, entries
from crawler.store.articles import ids_of_keys
from crawler.store.waiting import MAX_TRIES


@dataclass(slots=True)
class PendingGroups:
    """Groups of pending entries by the key of their address.

    ``exhausted`` are the keys whose page is not asked for again.
    """

    groups: dict[str, UrlGroup] = field(default_factory=dict)
    exhausted: set[str] = field(default_factory=set)

    def orders(self) -> list[PageOrder]:
        """The orders of pages that may be asked for."""
        return [group.order() for key, group in self.groups.items() if key not in self.exhausted]

    def given_up(self) -> list[PageResult]:
        """Results without a page, for the groups whose page is not asked for again."""
        return [PageResult(group.order()) for key, group in self.groups.items() if key in self.exhausted]


def load_groups(
    connection: Connection, sources: Iterable[Source], ids: Sequence[int], now: datetime
) -> PendingGroups:
    """Pending entries in groups. Entries whose article has come meanwhile are linked to it.

    Entries of a source that the configuration does not have (any more, or ever, as with ``crawl
    --url``) are judged by their own words: they were fetched, but their pages may not be.

    Args:
        connection: a connection that writes.
        sources: the sources that are still watched.
        ids: the entries.
        now: the present moment.
    """
    by_name = {s.name: s for s in sources}
    waiting = entries.load_pending(connection, ids)
    keys = {p.id: url_key(p.entry.url) for p in waiting}
    known = ids_of_keys(connection, list(set(keys.values())))
    broken = damaged.among(connection, known.values())
    found = PendingGroups()
    done: dict[int, int] = {}
    for p in waiting:
        key = keys[p.id]
        article = broken.get(known.get(key, 0))
        if key in known and not (article and article.is_mended_by_entry(p.entry)):
            # The article came another way, such as another source's entry of the same address.
            done[p.id] = known[key]
            continue
        source = by_name.get(p.entry.source) or _unconfigured(p.entry)
        group = found.groups.setdefault(key, UrlGroup(key, source, None))
        group.entries.append(p.entry)
        group.entry_ids.append(p.id)
        # One entry is enough: the page is the same for all at the address.
        if p.tries >= MAX_TRIES or group.source.name not in by_name:
            found.exhausted.add(key)
        if article is not None:
            group.mend(article)
    entries.link(connection, done, now)
    return found


def _unconfigured(entry: Entry) -> Source:
    """What stands for the source of an entry that the configuration does not have."""
    # Not validated: "any" is no kind that config.yaml knows.
    return Source.model_construct(name=entry.source, url=entry.url, kind="any", pages="never")
