"""The crawl's tasks of a worker: poll sources, fetch pages, judge. The engine does the steps; here is what each task is about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Connection

from crawler.config.settings import Settings
from crawler.ingest.articles import PageOrder
from crawler.ingest.ingestor import Ingestor
from crawler.ingest.messages import PageResult
from crawler.ingest.pending import PendingGroups, load_groups
from crawler.ingest.revisits import revisit_orders
from crawler.model import Document
from crawler.runtime.clock import now
from crawler.store import Store, websub
from crawler.store.articles import Filter, find
from crawler.store.jobs import enqueue
from crawler.store.sources import bring_forward, postpone
from crawler.tasks.engine import SPIDER_GRACE, CrawlEngine, Parts
from crawler.tasks.follow_ups import QueuedFollowUps, by_site, judge_pages_jobs

_documents = TypeAdapter(Document)
ELSEWHERE = timedelta(seconds=15)
"""When a source is enqueued again that this worker does not know (yet), but another one may."""


class _WantedPages(NamedTuple):
    """The entries that still wait for a page, and the orders of pages to look at again."""

    groups: PendingGroups
    revisits: list[PageOrder]


class CrawlHandlers:
    """The handlers of the crawl's tasks; an async context manager inside a running reactor.

    Args:
        settings: the configuration.
        store: where everything is kept, in PostgreSQL.
        queues: the queues that the worker takes tasks from; only what these need is started.
        clock: gives the present moment.
    """

    def __init__(
        self, settings: Settings, store: Store, queues: Collection[str], clock: Callable[[], datetime] = now
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self._ingestor = Ingestor(settings, store, clock, QueuedFollowUps())
        self._engine = CrawlEngine(
            settings, self._ingestor, Parts(pages="pages" in queues, judges="judge" in queues)
        )
        self._by_name = {s.name: s for s in settings.sources if s.enabled}

    async def __aenter__(self) -> CrawlHandlers:
        """Start what the queues need."""
        await self._engine.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what was started; tasks under way have ended."""
        await self._engine.end_spider(SPIDER_GRACE)
        self._engine.close()

    async def poll(self, sources: Sequence[str], pace: float) -> None:
        """Ask sources of one site. Sources that this worker's configuration does not have are soon left to another worker."""
        wanted = [self._by_name[name] for name in sources if name in self._by_name]
        names = [s.name for s in wanted]
        writer = self._engine.writer
        states = self._ingestor.states
        # While a configuration is taken over, workers
        # differ: another one may know the source already.
        if unknown := [name for name in sources if name not in self._by_name]:
            await writer.run(self._leave_to_others, unknown)
        try:
            pushed = await writer.run(self._load, names, pace)
            await asyncio.gather(*(self._engine.poll(s, is_pushed=s.name in pushed) for s in wanted))
            held = {
                s.address: self._engine.fetcher.limiter.backoff_remaining(states.of(s).address)
                for s in wanted
            }
            # Sources of this site that are due in other tasks would all run into the same refusal.
            if any(held.values()):
                await writer.run(self._postpone_site, max(held.values()), list(held))
            await self._engine.keep_backoffs()
        finally:
            # The next poll may run elsewhere, and changes
            # the stored row: a copy here would be outdated.
            states.evict(names)

    def _leave_to_others(self, names: Sequence[str]) -> None:
        """Sources that this worker does not know (yet, or any more) are due again before their lease ends."""
        with self.store.write(exclusive=False) as connection:
            bring_forward(connection, names, self.clock() + ELSEWHERE)

    def _load(self, names: Sequence[str], pace: float) -> set[str]:
        """Load what is known of sources. Returns those of which pushes wait."""
        with self.store.read() as connection:
            pushed = websub.pushed_sources(connection, names, self.clock())
            self._ingestor.states.load(connection, names)
            self._engine.backoffs.load_with(connection)
        self._ingestor.states.set_pace(pace)
        return pushed

    def _postpone_site(self, seconds: float, addresses: Sequence[str]) -> None:
        """Postpone all sources of a site that wants to be left alone, so that no worker asks it."""
        sites = set(by_site((a, a) for a in addresses))
        of_sites = by_site((s.address, s.name) for s in self._by_name.values())
        names = [name for site, found in of_sites.items() if site in sites for name in found]
        with self.store.write(exclusive=False) as connection:
            postpone(connection, names, self.clock() + timedelta(seconds=seconds))

    async def pages(self, entries: Sequence[int] = (), revisits: Sequence[int] = ()) -> None:
        """Fetch the pages of entries that wait for them, or of articles that may have changed; what came is judged next."""
        writer = self._engine.writer
        # No try is counted here: the queue counts those of the task. A worker that was killed
        # three times over one task would otherwise leave all of its entries to the feed's words.
        wanted = await writer.run(self._wanted, entries, revisits)
        await writer.run(self._engine.backoffs.load)
        results = await asyncio.gather(*map(self._fetch, [*wanted.groups.orders(), *wanted.revisits]))
        await writer.run(self._hand_on, [*results, *wanted.groups.given_up()])
        await self._engine.keep_backoffs()

    def _wanted(self, entry_ids: Sequence[int], revisits: Sequence[int]) -> _WantedPages:
        with self.store.write(exclusive=False) as connection:
            return _WantedPages(self._groups(connection, entry_ids), self._revisits(connection, revisits))

    def _groups(self, connection: Connection, entry_ids: Sequence[int]) -> PendingGroups:
        if not entry_ids:
            return PendingGroups()
        return load_groups(connection, self._by_name.values(), entry_ids, self.clock())

    def _revisits(self, connection: Connection, articles: Sequence[int]) -> list[PageOrder]:
        rows = find(connection, Filter(ids=articles)) if articles else []
        return revisit_orders(connection, self._by_name.values(), rows)

    async def _fetch(self, order: PageOrder) -> PageResult:
        future: asyncio.Future[PageResult] = asyncio.get_running_loop().create_future()

        async def deliver(result: PageResult) -> None:
            if not future.done():
                future.set_result(result)

        self._engine.fetch(order, deliver)
        return await future

    def _hand_on(self, results: Sequence[PageResult]) -> None:
        with self.store.write(exclusive=False) as connection:
            enqueue(connection, judge_pages_jobs([_plain(r) for r in results]))

    async def judge(self, entries: Sequence[int] = (), pages: Sequence[Mapping[str, Any]] = ()) -> None:
        """Judge entries that wait, by the feed's words or what came of their pages, and bring them into their stories.

        What cannot be judged waits with its reason, costs no other, and is tried again later.
        """
        if entries:
            await self._engine.judge_entries(entries)
        if pages and (results := await self._engine.writer.run(self._results, pages)):
            await self._engine.judge_pages(results)

    def _results(self, pages: Sequence[Mapping[str, Any]]) -> list[PageResult]:
        """What came of pages, for the entries that are still pending. When the task runs a second time, none is."""
        with self.store.write(exclusive=False) as connection:
            groups = self._groups(connection, [i for page in pages for i in page["entries"]])
            again = self._revisits(connection, [p["revisit"] for p in pages if p["revisit"]])
        # Orders are made anew from what still waits: an entry
        # may have become an article, or been dropped, meanwhile.
        orders = {i: g.order() for g in groups.groups.values() for i in g.entry_ids}
        revisits = {order.revisit: order for order in again}
        found = []
        for page in pages:
            order = revisits.get(page["revisit"]) or next(
                (orders[i] for i in page["entries"] if i in orders), None
            )
            if order is not None:
                document = _documents.validate_python(page["document"]) if page["document"] else None
                found.append(PageResult(order, document, page["problem"], page["answered"], page["wall"]))
        return found


def _plain(result: PageResult) -> dict[str, Any]:
    """What came of a page, as JSON can hold it."""
    return {
        "entries": list(result.order.entry_ids), "revisit": result.order.revisit, "problem": result.problem,
        "answered": result.answered, "wall": result.wall,
        "document": _documents.dump_python(result.document, mode="json") if result.document else None,
    }  # fmt: skip
