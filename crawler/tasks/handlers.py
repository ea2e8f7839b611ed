"""A station: what the units share that one process works on, and the units themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

from pydantic import TypeAdapter
from scrapy.crawler import AsyncCrawlerRunner

from crawler.config.settings import Settings
from crawler.documents.reader import Readers
from crawler.fetching.fetchers import make_fetcher
from crawler.fetching.site_backoffs import SiteBackoffs
from crawler.ingest.articles import PageOrder
from crawler.ingest.batcher import Desk, Pile
from crawler.ingest.ingestor import Intake
from crawler.ingest.judges import Judges, judges_for
from crawler.ingest.messages import Poll, Settled, Taken
from crawler.ingest.pending import LeftOver, left_over
from crawler.ingest.revisits import revisits_of
from crawler.model import CrawlReport, Document
from crawler.net.scrapy_settings import scrapy_settings
from crawler.runtime.clock import now
from crawler.runtime.memory import one_arena, rare_collections
from crawler.spiders.news import NewsSpider, Work
from crawler.spiders.poller import Poller
from crawler.store import Store, StoreError
from crawler.store.articles import Filter, find
from crawler.store.jobs import Job, enqueue
from crawler.store.sources import bring_forward, put_off
from crawler.store.waiting import Reason, Wait, note
from crawler.tasks.follow_ups import Queued, by_site, judge_entries, judge_jobs

log = logging.getLogger("aseanwatch")
_documents = TypeAdapter(Document)
ELSEWHERE = timedelta(seconds=15)
"""A source that one machine has and another does not (yet) is enqueued again after so long."""


class Station:
    """Works on units until it is closed; an async context manager inside a running reactor.

    Args:
        settings: the configuration.
        store: where everything is kept, in PostgreSQL.
        queues: what it will be given; only what these need is started.
        clock: gives the present moment.
    """

    def __init__(self, settings: Settings, store: Store, queues: Collection[str], clock: Callable[[], datetime] = now) -> None:
        self.settings, self.store, self.clock = settings, store, clock
        self.queues = frozenset(queues)
        self.desk = Desk()
        self.intake = Intake(settings, store, clock, onward=Queued())
        self._by_name = {s.name: s for s in settings.sources if s.enabled}
        self._judges: Judges | None = None
        self._orders: asyncio.Queue[PageOrder | None] = asyncio.Queue()
        self._awaited: dict[int, asyncio.Future[Settled]] = {}
        self._spider: asyncio.Future[None] | None = None
        self._collections = rare_collections()

    async def __aenter__(self) -> Station:
        """Start what the queues need."""
        one_arena()
        self._collections.__enter__()
        self._fetcher = make_fetcher(self.settings.crawl)
        self._backoffs = SiteBackoffs(self._fetcher.limiter, self.store, self.clock)
        polls = Pile[Poll, tuple[list[PageOrder], Taken]](self._take)
        self._readers = Readers()
        self._poller = Poller(self._fetcher, self._readers, self.intake.watch, polls, lambda _: None, self.clock)
        if "pages" in self.queues:
            self._runner = AsyncCrawlerRunner(scrapy_settings(self.settings.crawl))
            work = Work(self._orders, self._fetcher, self.desk, self._readers, Pile[Settled, None](self._arrived), self.clock)
            self._spider = asyncio.ensure_future(self._runner.crawl(NewsSpider, work=work))
        if "judge" in self.queues:
            self._judges = judges_for(self.settings.rules(), self.settings.crawl.judges, self.desk, 0)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End what was started; units under way have ended."""
        self._orders.put_nowait(None)
        if self._spider is not None:
            await asyncio.wait([self._spider], timeout=5)
            await self._runner.stop()
        self._fetcher.close()
        self._readers.close()
        if self._judges is not None:
            self._judges.close()
        self.desk.close()
        self._collections.__exit__(None, None, None)

    async def poll(self, sources: Sequence[str], pace: float) -> None:
        """Ask sources of one site. Names that the configuration does not have here are left to somebody else, soon."""
        wanted = [self._by_name[name] for name in sources if name in self._by_name]
        if unknown := [name for name in sources if name not in self._by_name]:
            await self.desk.do(self._leave_to_others, unknown)
        watch, names = self.intake.watch, [s.name for s in wanted]
        try:
            await self.desk.do(self._look_up, names, pace)
            await asyncio.gather(*(self._poller.poll(s) for s in wanted))
            held = {s.address: self._fetcher.limiter.backoff_remaining(watch.address(s)) for s in wanted}
            if any(held.values()) or watch.unsaved:
                await self.desk.do(self._polled, max(held.values(), default=0.0), list(held))
            await self._save_backoffs()
        finally:
            watch.let_go(names)
        self.intake.report = CrawlReport()
        self.intake.new_articles.clear()

    def _leave_to_others(self, names: Sequence[str]) -> None:
        """Sources that this process does not know (yet, or any more) are due again before their lease ends."""
        with self.store.writing(beside=True) as connection:
            bring_forward(connection, names, self.clock() + ELSEWHERE)

    def _look_up(self, names: Sequence[str], pace: float) -> None:
        with self.store.reading() as connection:
            self.intake.watch.look_up(connection, names, pace)
            self._backoffs.load_with(connection)

    def _polled(self, held: float, addresses: Sequence[str]) -> None:
        """Write what is left to be written; a site that wants to be left alone is left alone by all machines."""
        with self.intake.watch.unless_it_fails(), self.store.writing(beside=True) as connection:
            self.intake.watch.save(connection, self.clock())
            if held:
                sites = set(by_site((a, a) for a in addresses))
                names = [name for site, found in self._sites().items() if site in sites for name in found]
                put_off(connection, names, self.clock() + timedelta(seconds=held))

    def _sites(self) -> dict[str, list[str]]:
        return by_site((s.address, s.name) for s in self._by_name.values())

    async def _take(self, polls: Sequence[Poll]) -> list[tuple[list[PageOrder], Taken]]:
        batch = await self.desk.do(self.intake.open, polls)
        _, taken = await self.desk.do(self.intake.close, batch, [])
        return [([], one) for one in taken]

    async def pages(self, entries: Sequence[int] = (), revisits: Sequence[int] = ()) -> None:
        """Fetch the pages of entries that wait for them, or of articles that may have changed; what came is judged next."""
        orders, tired = await self.desk.do(self._orders_of, entries, revisits)
        await self.desk.do(self._backoffs.load)
        settled = await asyncio.gather(*map(self._fetch, orders))
        await self.desk.do(self._hand_on, [*settled, *tired])
        await self._save_backoffs()

    async def _save_backoffs(self) -> None:
        if self._backoffs.unsaved:
            await self.desk.do(self._backoffs.save)

    def _orders_of(self, entry_ids: Sequence[int], revisits: Sequence[int]) -> tuple[list[PageOrder], list[Settled]]:
        with self.store.writing(beside=True) as connection:
            left = left_over(connection, self._by_name.values(), entry_ids) if entry_ids else LeftOver()
            again = revisits_of(connection, self._by_name.values(), find(connection, Filter(ids=revisits))) if revisits else []
        orders = [g.order() for key, g in left.groups.items() if key not in left.tired]
        return [*orders, *again], [Settled(left.groups[key].order()) for key in left.groups if key in left.tired]

    async def _fetch(self, order: PageOrder) -> Settled:
        future: asyncio.Future[Settled] = asyncio.get_running_loop().create_future()
        self._awaited[id(order)] = future
        try:
            self._orders.put_nowait(order)
            return await future
        finally:
            self._awaited.pop(id(order), None)

    async def _arrived(self, settled: Sequence[Settled]) -> list[None]:
        for one in settled:
            future = self._awaited.get(id(one.order))
            if future is not None and not future.done():
                future.set_result(one)
        return [None] * len(settled)

    def _hand_on(self, settled: Sequence[Settled]) -> None:
        self._enqueue(judge_jobs([_plain(s) for s in settled]))

    async def judge(self, entries: Sequence[int] = (), pages: Sequence[Mapping[str, Any]] = ()) -> None:
        """Judge entries that wait, by the feed's words or what came of their pages, and bring them into their stories.

        Where that fails each half becomes a unit of its own, so that what is wrong with one holds up no other for long; what fails
        alone waits with its reason, and is tried again later.
        """
        try:
            await self._judge(entries, pages)
        except StoreError:
            raise
        except Exception as error:
            if len(entries) + len(pages) < 2:
                log.exception("what waits to be judged cannot be")
                await self.desk.do(self._let_wait, [*entries, *(i for p in pages for i in p["entries"])], error)
                return
            smaller = [*judge_entries(entries, _half(entries)), *judge_jobs(pages, _half(pages))]
            log.warning("what is judged together is judged in halves: %s", type(error).__name__)
            await self.desk.do(self._enqueue, smaller)

    def _let_wait(self, entry_ids: Sequence[int], error: Exception) -> None:
        wait = Wait(entry_ids, Reason.JUDGING, f"{type(error).__name__}: {error}")
        with self.store.writing(beside=True) as connection:
            note(connection, [wait], self.clock())

    def _enqueue(self, jobs: Sequence[Job]) -> None:
        with self.store.writing(beside=True) as connection:
            enqueue(connection, jobs)

    async def _judge(self, entries: Sequence[int], pages: Sequence[Mapping[str, Any]]) -> None:
        assert self._judges is not None
        if entries:
            batch = await self.desk.do(self.intake.take_up, entries)
            verdicts = await self._judges.read([question for _, question in batch.questions])
            await self.desk.do(self.intake.conclude, batch, verdicts)
        if pages:
            settled = await self.desk.do(self._settled, pages)
            questions = self.intake.to_judge(settled)
            verdicts = await self._judges.read(questions)
            await self.desk.do(self.intake.settle, settled, questions, verdicts)

    def _settled(self, pages: Sequence[Mapping[str, Any]]) -> list[Settled]:
        """What came of pages, for the entries that still wait; nobody waits where the unit runs a second time."""
        with self.store.writing(beside=True) as connection:
            ids = [i for page in pages for i in page["entries"]]
            left = left_over(connection, self._by_name.values(), ids) if ids else LeftOver()
            again = revisits_of(
                connection, self._by_name.values(), find(connection, Filter(ids=[p["revisit"] for p in pages if p["revisit"]]))
            )
        orders = {i: g.order() for g in left.groups.values() for i in g.entry_ids}
        revisits = {order.revisit: order for order in again}
        found = []
        for page in pages:
            order = revisits.get(page["revisit"]) or next((orders[i] for i in page["entries"] if i in orders), None)
            if order is not None:
                document = _documents.validate_python(page["document"]) if page["document"] else None
                found.append(Settled(order, document, page["problem"], page["answered"], page["wall"]))
        return found


def _half(things: Sequence[object]) -> int:
    return max(1, (len(things) + 1) // 2)


def _plain(settled: Settled) -> dict[str, Any]:
    return {
        "entries": list(settled.order.entry_ids), "revisit": settled.order.revisit, "problem": settled.problem,
        "answered": settled.answered, "wall": settled.wall,
        "document": _documents.dump_python(settled.document, mode="json") if settled.document else None,
    }  # fmt: skip
