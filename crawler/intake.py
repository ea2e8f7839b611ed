"""The intake: where what was fetched becomes stored entries, and entries become judged articles, once each.

All calls come from one thread (see `crawler.spiders.news`), so there is one writer. Entries are stored, with the
server's validators, before anything else happens to them; whatever a crash interrupts is found again as pending.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from crawler.config.settings import Settings, Source
from crawler.judging.judge import Judge
from crawler.model import Article, CrawlReport, Document, Entry, SourceFailure
from crawler.reading.text import clean
from crawler.reading.urls import canonical, url_key
from crawler.store import Store, entries, versions
from crawler.store.articles import ids_of_keys
from crawler.store.keeping import Judged, Keeper, Kept
from crawler.store.sources import PollRecord, Validators, add_poll, forget_validators, load_validators, save_validators

MOST_TRIES = 3
"""After so many tries at a page, across crashes, an entry's own words have to do."""


class Answered(Protocol):
    """What an answer of a source holds."""

    @property
    def entries(self) -> tuple[Entry, ...]: ...  # noqa: D102
    @property
    def children(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def lang(self) -> str | None: ...  # noqa: D102
    @property
    def notes(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class PageOrder:
    """An article page to fetch, and the entries that wait for it; the first entry speaks for them.

    ``revisit`` is the article whose page is asked for again, to see whether it was edited.
    """

    url: str
    source: Source
    entry_ids: tuple[int, ...]
    entry: Entry
    lang: str | None = None
    revisit: int | None = None


class Intake:
    """Takes in what the spider brings. One for each crawl or service.

    Args:
        settings: the configuration.
        store: where everything is kept.
        judge: what judges articles.
        clock: gives the present moment, aware.
        since: entries published before this are left aside.
        changed: called whenever a source is done or an article is stored, for progress and instant alerts.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        judge: Judge,
        clock: Callable[[], datetime],
        since: datetime | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings, self.store, self.judge, self.clock = settings, store, judge, clock
        self.since, self.changed = since, changed
        self.report = CrawlReport()
        self.new_articles: list[int] = []
        self._keeper = Keeper(settings.stories.window)
        self._asked: dict[str, int] = {}

    def validators(self, source: Source) -> dict[str, Validators]:
        """What to ask a source's addresses with, so that it need not answer what is known."""
        with self.store.reading() as connection:
            return load_validators(connection, source.name)

    def receive(self, source: Source, url: str, fetched: Answered, new: Validators) -> list[PageOrder]:
        """Store the new entries of an answer; gives the pages to fetch. What needs no page is judged at once."""
        recent = [e for e in fetched.entries if self.since is None or e.published is None or e.published >= self.since]
        with self.store.writing() as connection:
            added = entries.add_new(connection, source.name, recent)
            save_validators(connection, source.name, url, new, self.clock())
            if fetched.children:
                forget_validators(connection, source.name, {url, *fetched.children})
            record = PollRecord(source.name, url, self.clock(), "ok", entries=len(recent), new_entries=len(added))
            note = "; ".join(fetched.notes) or None
            add_poll(connection, replace(record, message=note))
            waiting = self._link_known(connection, added)
        self.report.ok += url == source.address
        self.report.entries += len(recent)
        self.report.new_entries += len(added)
        self.report.notes += [SourceFailure(source.name, "note", n) for n in fetched.notes]
        return self._orders(waiting, lambda _: source, fetched.lang)

    def resume(self, sources: Iterable[Source]) -> list[PageOrder]:
        """The work that an earlier run left undone, as page orders; what was tried often enough is judged now."""
        by_name = {s.name: s for s in sources}
        with self.store.writing() as connection:
            left = entries.load_pending(connection)
            waiting = self._link_known(connection, [(p.id, p.entry) for p in left if p.entry.source in by_name])
            entries.count_try(connection, [i for i, _ in waiting])
        given_up = {p.id for p in left if p.tries >= MOST_TRIES}
        return self._orders(waiting, lambda e: by_name[e.source], None, given_up)

    def unchanged(self, source: Source, url: str) -> None:
        """A source said that nothing is new (304)."""
        with self.store.writing() as connection:
            add_poll(connection, PollRecord(source.name, url, self.clock(), "unchanged"))
        self.report.unchanged += url == source.address
        self.changed()

    def failed(self, source: Source, url: str, kind: str, message: str) -> None:
        """A source gave nothing usable; put on record."""
        with self.store.writing() as connection:
            add_poll(connection, PollRecord(source.name, url, self.clock(), "failed", kind, message))
        self.report.failures.append(SourceFailure(source.name, kind, message))
        self.changed()

    def revisits(self, sources: Iterable[Source], limit: int = 50) -> list[PageOrder]:
        """The pages that are to be asked for again, for nobody says that an article was edited."""
        by_name = {s.name: s for s in sources}
        with self.store.writing() as connection:
            rows = versions.due(connection, self.clock(), limit)
            for row in rows:  # at once, so that a page that never answers is not asked for without end
                versions.checked(connection, row, self.clock())
            told = {row.id: entries.of_article(connection, row.id) for row in rows if row.source in by_name}
        return [
            PageOrder(row.url, by_name[row.source], (), told[row.id][0][1], row.lang, revisit=row.id)
            for row in rows
            if told.get(row.id)
        ]

    def settle(self, order: PageOrder, document: Document | None, problem: str | None) -> None:
        """Judge and store the article that an order was for; without a page by the words of its entry."""
        if order.revisit is not None:
            self._revise(order, document)
            return
        if problem:
            self.report.page_failures.append(SourceFailure(order.source.name, "page", f"{order.url}: {problem}"))
        self._asked.pop(url_key(order.url), None)
        self._keep([(order, document)])

    def _revise(self, order: PageOrder, document: Document | None) -> None:
        """Keep another version of an article where its page says something else now."""
        if document is None or order.revisit is None:
            return
        article = _article(order, document, self.clock())
        with self.store.writing() as connection:
            self._keeper.revise(connection, order.revisit, article, self.judge.read(article), self.clock())
        self.changed()

    def _link_known(self, connection: Connection, added: Sequence[tuple[int, Entry]]) -> list[tuple[int, Entry]]:
        """Entries whose article is there already are linked to it; the others are given back."""
        keys = {i: url_key(e.url) for i, e in added}
        known = ids_of_keys(connection, list(set(keys.values())))
        entries.link(connection, {i: known[keys[i]] for i, _ in added if keys[i] in known})
        return [(i, e) for i, e in added if keys[i] not in known]

    def _orders(
        self,
        waiting: Sequence[tuple[int, Entry]],
        source_of: Callable[[Entry], Source],
        lang: str | None,
        given_up: Collection[int] = (),
    ) -> list[PageOrder]:
        """One order for each address; those that need no page, or whose page was given up, are settled at once."""
        groups: dict[str, list[tuple[int, Entry]]] = {}
        for i, entry in waiting:
            groups.setdefault(url_key(entry.url), []).append((i, entry))
        orders = {
            key: PageOrder(canonical(same[0][1].url), source_of(same[0][1]), tuple(i for i, _ in same), same[0][1], lang)
            for key, same in groups.items()
        }
        hopeful = [(key, o) for key, o in orders.items() if not any(i in given_up for i in o.entry_ids)]
        wanted = [o for key, o in hopeful if self._wants_page(o) and key not in self._asked]
        asked = {o.entry_ids for o in wanted}
        self._asked |= {url_key(o.url): o.entry_ids[0] for o in wanted}
        # An address that another source's order is fetching just now stays pending and is linked when that is done.
        later = {o.entry_ids for key, o in orders.items() if key in self._asked and o.entry_ids not in asked}
        self._keep([(o, None) for o in orders.values() if o.entry_ids not in asked | later])
        return wanted

    def _wants_page(self, order: PageOrder) -> bool:
        policy = self.settings.pages_of(order.source)
        if policy == "matching":
            return self.judge.could_match(_article(order, None, self.clock()))
        return policy == "always"

    def _keep(self, batch: Sequence[tuple[PageOrder, Document | None]]) -> None:
        """Judge outside the transaction, then store the whole batch in one."""
        if batch:
            now = self.clock()
            judged = [self._judged(_article(order, document, now), document is not None) for order, document in batch]
            with self.store.writing() as connection:
                kept = self._keeper.keep(connection, judged)
                led = zip(batch, judged, kept, strict=True)
                articles = {key: k.article for (order, _), j, k in led for key in (url_key(order.url), j.key)}
                entries.link_pending(connection, articles)
            for one in kept:
                self._count(one)
        self.changed()

    def _judged(self, article: Article, from_page: bool) -> Judged:
        return Judged(article, self.judge.read(article), url_key(article.url), from_page)

    def _count(self, kept: Kept) -> None:
        if not kept.is_new:
            return
        self.new_articles.append(kept.article)
        self.report.articles += 1
        self.report.duplicates += kept.duplicate_of is not None or kept.displaced is not None
        self.report.relevant += kept.relevant
        self.report.new_stories += kept.new_story


def _article(order: PageOrder, document: Document | None, now: datetime) -> Article:
    """The article of an order: the page's words, or the feed's where they are more."""
    entry, source = order.entry, order.source
    text = max((entry.content, entry.summary, document.text if document else ""), key=len)
    if document and document.text and len(document.text) * 2 > len(text):
        text = document.text
    return Article(
        url=document.url if document else canonical(entry.url),
        title=_title(entry, source, document),
        text=text,
        source=source.name,
        first_seen=now,
        lang_hint=(document.lang if document else None) or order.lang or source.lang,
        country=source.country,
        published=_earliest(entry, document, now),
        author=entry.author or (document.author if document else None),
        image=entry.image or (document.image if document else None),
        outlet=entry.outlet,
        original=document.original if document else None,
        links=tuple(dict.fromkeys(map(url_key, (document.url, *document.links)))) if document else (),
    )


def _title(entry: Entry, source: Source, document: Document | None) -> str:
    """The entry's headline; the page's where the source has none of its own or cut it short."""
    title = entry.title
    if entry.outlet and title.endswith(f" - {entry.outlet}"):
        title = title[: -len(entry.outlet) - 3]
    guessed = source.kind == "sitemap" or title.endswith(("…", "..."))
    return document.title if document and document.title and (guessed or not title) else clean(title)


def _earliest(entry: Entry, document: Document | None, now: datetime) -> datetime | None:
    """The feed's moment; the page's where the feed has none, or claims one later than this very moment."""
    moments = [entry.published, document.published if document else None]
    possible = [m for m in moments if m is not None and m <= now + timedelta(days=1)]
    return possible[0] if possible else None
