"""What comes next, done in this process as soon as the transaction that asks for it is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import ParamSpec

from sqlalchemy import Connection

from crawler.ingest.articles import PageOrder
from crawler.ingest.follow_ups import ENTRIES_BATCH
from crawler.parsing.urls import url_key
from crawler.store import entries
from crawler.store.bulk import chunks
from crawler.store.database import after_commit

P = ParamSpec("P")


class InlineFollowUps:
    """See `crawler.ingest.follow_ups.FollowUps`. Made on a running event loop.

    Args:
        fetch: begins to fetch a page; whoever gets it calls `page_ended`.
        judge: judges pending entries.
        news: called when stories have grown; selecting what is news of it is not the crawl's.
    """

    judges_later = False

    def __init__(
        self,
        fetch: Callable[[PageOrder], None],
        judge: Callable[[Sequence[int]], Awaitable[None]],
        news: Callable[[], None] = lambda: None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._fetch = fetch
        self._judge = judge
        self._news = news
        self._fetched: set[str] = set()
        self._judged: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def judge(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Have pending entries judged."""
        for part in chunks(entry_ids, ENTRIES_BATCH):
            # After the commit and on the loop: the writer
            # thread must not begin what a rollback would undo.
            after_commit(connection, partial(self._soon, self._begin_to_judge, part))

    def fetch_pages(self, connection: Connection, orders: Sequence[PageOrder]) -> None:
        """Have pages fetched, and judged."""
        for order in orders:
            after_commit(connection, partial(self._soon, self._begin_to_fetch, order))

    def select(self, connection: Connection) -> None:
        """Say that stories have grown, once that is committed. A call that is lost is made up for by the next periodic round."""
        after_commit(connection, partial(self._soon, self._news))

    def entries_left(self, connection: Connection, now: datetime | None) -> list[int]:
        """See `FollowUps`. Without a moment also those that are to be tried later, as a new process does."""
        found = entries.pending_but(connection, self._fetched, now)
        return [i for i in found if i not in self._judged]

    def page_ended(self, order: PageOrder) -> None:
        """Note that a page order has ended, whatever came of it."""
        self._fetched.discard(url_key(order.url))

    async def judging_ended(self) -> None:
        """Wait until no pending entries are being judged; their pages may still be on their way."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def abort(self) -> None:
        """Drop what is being judged. It is pending in the store, and the next start finds it."""
        for task in self._tasks:
            task.cancel()

    def _soon(self, call: Callable[P, None], *about: P.args, **_: P.kwargs) -> None:
        """Call something on the event loop. If the loop has ended, the next process finds the work as pending."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, *about)

    def _begin_to_fetch(self, order: PageOrder) -> None:
        key = url_key(order.url)
        if key not in self._fetched:  # whoever gets it sees to all entries at the address
            self._fetched.add(key)
            self._fetch(order)

    def _begin_to_judge(self, entry_ids: Sequence[int]) -> None:
        self._judged.update(entry_ids)
        # The loop holds tasks weakly; without a reference one could be collected while it runs.
        task = self._loop.create_task(self._judge_to_the_end(entry_ids))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _judge_to_the_end(self, entry_ids: Sequence[int]) -> None:
        try:
            await self._judge(entry_ids)
        finally:  # also where it failed: they wait in the store, and are taken up again when they are due
            self._judged.difference_update(entry_ids)
