"""The poller: asks sources and hands their answers to the intake.

Polls do not go through the spider: an answer that brings nothing new, which is what most polls give, would cost ten times
as much there (docs/adr/0010). Article pages do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from crawler.config.settings import Source
from crawler.documents.kinds import Answer, digest_of_sent, read_whole
from crawler.documents.process import UnreadableError
from crawler.documents.reader import Readers, is_small
from crawler.ingest.articles import PageOrder
from crawler.ingest.batcher import Pile
from crawler.ingest.messages import Poll, Taken
from crawler.ingest.source_states import Watch, fresh_for, skew_of
from crawler.model import AseanwatchError
from crawler.net.errors import FetchError, SiteBackedOffError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Refused
from crawler.net.replies import Reply
from crawler.net.statuses import BUSY, describe_status
from crawler.parsing.feeds import FeedError
from crawler.runtime.log_context import bound
from crawler.runtime.tracing import span
from crawler.spiders.gaps import older_pages
from crawler.store.database import StoreError
from crawler.store.sources import Validators

log = logging.getLogger("aseanwatch")
AGAIN = ("broken", "refused", "unreachable", "http 500", "http 502", "http 504")
"""Problems that often pass within moments: asked again once."""
_WHOLE = (b"</rss>", b"</feed>", b"</rdf:RDF>", b"</urlset>", b"</sitemapindex>", b"</html>", b"}")
"""How an answer ends that is whole although its announced length was wrong."""
_MOST_CHILDREN = 20


class Poller:
    """Polls sources, as many at once as the fetcher lets.

    Args:
        fetcher: how addresses are fetched.
        readers: who reads large answers.
        watch: what is known of each source.
        pile: where answers are handed in.
        ordered: called with the pages that are to be fetched.
        clock: gives the present moment.
    """

    def __init__(
        self, fetcher: Fetcher, readers: Readers, watch: Watch, pile: Pile[Poll, tuple[list[PageOrder], Taken]],
        ordered: Callable[[Sequence[PageOrder]], None], clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._fetcher, self._readers, self._watch, self._pile = fetcher, readers, watch, pile
        self._ordered, self._clock = ordered, clock

    async def poll(self, source: Source) -> str | None:
        """Ask a source; a source can hurt only itself.

        A site that asked to be left alone is left alone: the source is put off, and it is given back in words until when.

        Raises:
            StoreError: what it brought could not be stored.
        """
        with bound(source=source.name), span("poll", source=source.name):
            try:
                await self._poll_alone(source)
            except SiteBackedOffError as rest:
                self._watch.rests(source, rest.seconds, self._clock())
                log.info("%s", rest)
                return str(rest)
        return None

    async def _poll_alone(self, source: Source) -> None:
        try:
            await self._poll(source)
        except (StoreError, SiteBackedOffError):
            raise
        except Exception as error:  # what nobody thought of
            log.exception("polling %s failed", source.name)
            told = f"{type(error).__name__} while polling it; the log says more"
            await self._pile.hand_in(Poll(source, self._watch.address(source), self._clock(), problem=("error", told)))

    async def _poll(self, source: Source) -> None:
        """Ask it, what it names besides, and, where entries slipped out, the pages with its older ones."""
        url = self._watch.address(source)
        taken = await self._ask(source, url)
        # An index that did not change says nothing of the sitemaps that it names.
        children = taken.children or [u for u in self._watch.addresses(source) if u != url]
        await asyncio.gather(*(self._ask_too(source, child) for child in list(children)[:_MOST_CHILDREN]))
        if taken.gap is not None:
            await self._close(source, taken)

    async def _close(self, source: Source, taken: Taken) -> None:
        """Look for the entries that slipped out between two polls."""
        async for url in older_pages(self._fetcher, source, self._watch.state(source.name)):
            await self._ask_too(source, url, taken.gap)

    async def _ask_too(self, source: Source, url: str, gap: int | None = None) -> None:
        """Ask an address besides a source's own; where its site rests by now, the source waits as long."""
        try:
            await self._ask(source, url, gap)
        except SiteBackedOffError as rest:
            self._watch.rests(source, rest.seconds, self._clock())

    async def _ask(self, source: Source, url: str, gap: int | None = None) -> Taken:
        await self._pile.room()
        await self._readers.room()
        poll = await self._read_apart(await self._answer(source, url, gap))
        while True:
            orders, taken = await self._pile.hand_in(poll, len(poll.answer.body) if poll.answer else 0)
            self._ordered(orders)
            if not taken.more:
                return taken

    async def _read_apart(self, poll: Poll) -> Poll:
        """Have a large answer read, so that no other waits for it; small ones, and known ones, are the intake's."""
        source, answer = poll.source, poll.answer
        if answer is None or is_small(answer.body, poll.kind):
            return poll
        if poll.gap is None and await asyncio.to_thread(self._is_known, source, poll.url, answer):
            return poll
        most = self._watch.settings.crawl.max_size
        try:
            fetched = await self._readers.read(answer.url, poll.kind, answer.body, read_whole, poll.kind, answer, source, most)
        except (FeedError, UnreadableError) as error:
            return replace(poll, answer=None, problem=(error.kind, str(error)))
        except AseanwatchError as error:
            return replace(poll, answer=None, problem=("kind", str(error)))
        except Exception as error:  # a source can hurt only itself, also by what nobody thought of
            log.exception("the answer of %s cannot be read", source.name)
            return replace(poll, answer=None, problem=("error", f"{type(error).__name__} while reading it; the log says more"))
        return replace(poll, fetched=fetched)

    async def _answer(self, source: Source, url: str, gap: int | None) -> Poll:
        own = source.headers_for(url)
        headers = self._watch.headers(source, url) if gap is None else own
        if gap is None and headers != own and self._watch.doubts(source, self._clock()):
            return await self._checked(source, url, headers)
        poll = await self._once(source, url, headers, gap)
        if poll.problem and poll.problem[0] in AGAIN:
            return await self._once(source, url, headers, gap)
        return poll

    async def _checked(self, source: Source, url: str, conditional: dict[str, str]) -> Poll:
        """Ask without conditions; where the content is another one, a server that still says "unchanged" lies."""
        poll = await self._once(source, url, source.headers_for(url), None)
        if poll.answer is None or self._is_known(source, url, poll.answer):
            return poll
        again = await self._once(source, url, conditional, None)
        return replace(poll, lied=again.answer is None and again.problem is None)

    def _is_known(self, source: Source, url: str, answer: Answer) -> bool:
        digest = digest_of_sent(answer.body, self._watch.settings.crawl.max_size)
        return digest == self._watch.validators(source, url).digest

    async def _once(self, source: Source, url: str, headers: dict[str, str], gap: int | None) -> Poll:
        notes: tuple[str, ...] = ()
        try:
            reply = await self._fetcher.fetch(url, headers)
        except SiteBackedOffError:
            raise
        except Refused as error:
            return Poll(source, url, self._clock(), problem=("guard", str(error)), gap=gap)
        except FetchError as error:
            if error.partial is None or error.partial.status != 200 or not error.partial.body.rstrip().endswith(_WHOLE):
                return Poll(source, url, self._clock(), problem=(error.kind, str(error)), gap=gap)
            reply, notes = error.partial, ("the answer is shorter than it says",)
        asked_conditionally = any(name.lower().startswith("if-") for name in headers)
        if reply.status == 304 and not asked_conditionally:
            return Poll(
                source, url, self._clock(), problem=("http 304", "the server answers 304 to a request without conditions"), gap=gap
            )
        return self._told(source, url, reply, gap, notes)

    def _told(self, source: Source, url: str, reply: Reply, gap: int | None, notes: tuple[str, ...]) -> Poll:
        now, headers = self._clock(), reply.headers
        held = float(ceil(self._fetcher.limiter.backoff_remaining(reply.url))) if reply.status in BUSY else 0.0
        skew, fresh = skew_of(headers.get("date"), now), fresh_for(headers.get("cache-control"))
        target = reply.moved
        if reply.status == 304:
            return Poll(source, url, now, target=target, skew=skew, fresh=fresh, gap=gap)
        if reply.status != 200:
            kind, message = describe_status(reply.status)
            if held:
                message += f"; its site is left alone until {now + timedelta(seconds=held):%Y-%m-%d %H:%M} UTC"
            return Poll(source, url, now, problem=(kind, message), held=held, skew=skew, gap=gap)
        answer = Answer(reply.url, reply.body, headers.get("content-type", ""), now)
        validators = Validators(headers.get("etag"), headers.get("last-modified"))
        return Poll(source, url, now, answer, validators, target=target, skew=skew, fresh=fresh, gap=gap, notes=notes)
