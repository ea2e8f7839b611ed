"""The poller: asks sources and submits their answers to be taken in.

Polls do not go through the spider: an answer that brings nothing new, which is what most polls give, would cost ten times
as much there (docs/adr/0010). Article pages do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple, Protocol

from crawler.config.settings import Source
from crawler.documents.kinds import COMPLETE_ENDS, Answer, digest_of_sent, is_cuttable, most_of, read_whole
from crawler.documents.process import UnreadableError
from crawler.documents.reader import ReaderPool
from crawler.ingest.batcher import Batcher
from crawler.ingest.messages import (
    PollAnswered,
    PollFailed,
    PollFailure,
    PollFollowUp,
    PollNotModified,
    PollPostponed,
    PollResult,
    PushNote,
    ReplyHead,
)
from crawler.ingest.source_states import SourceStates
from crawler.model import AseanwatchError
from crawler.net.errors import FetchError, SiteBackedOffError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Refused
from crawler.net.replies import Reply
from crawler.net.statuses import BUSY, describe_status
from crawler.parsing.feeds import FeedError
from crawler.parsing.hints import web_addresses
from crawler.runtime.error_words import in_words
from crawler.runtime.log_context import log_context
from crawler.runtime.tracing import span
from crawler.spiders.answer_headers import clock_skew, freshness_seconds, links_of
from crawler.spiders.gaps import older_pages
from crawler.store.database import StoreError
from crawler.store.sources import Validators
from crawler.store.websub import HubPush

log = logging.getLogger("aseanwatch")

TRANSIENT = ("broken", "refused", "unreachable", "http 500", "http 502", "http 504")
"""Failures that often pass within moments: asked again once."""


class PushReader(Protocol):
    """Where pushes wait."""

    async def read(self, source: str) -> Sequence[HubPush]:
        """What waits of a source, in the order in which it came."""
        ...

    async def forget(self, ids: Sequence[int]) -> None:
        """Forget what is taken in."""
        ...


class _Target(NamedTuple):
    """An address of a source that is asked; ``gap`` is the gap in the ledger that it may fill, ``push`` the push that led to it."""

    source: Source
    url: str
    gap: int | None = None
    push: PushNote | None = None


@dataclass(frozen=True, slots=True)
class Poller:
    """Polls sources, as many at once as the fetcher lets.

    Attributes:
        fetcher: how addresses are fetched.
        readers: who parses large answers.
        states: what is known of each source.
        batcher: where results are submitted.
        clock: gives the present moment.
        max_size: bytes of an answer's content at most.
        pushes: where what hubs pushed is read, and forgotten when it is taken in.
    """

    fetcher: Fetcher
    readers: ReaderPool
    states: SourceStates
    batcher: Batcher[PollResult, PollFollowUp]
    clock: Callable[[], datetime]
    max_size: int
    pushes: PushReader

    async def poll(self, source: Source, *, is_pushed: bool = False) -> str | None:
        """Ask a source, or take in what its hub pushed; a source can hurt only itself.

        A site that asked to be left alone is left alone: the source is postponed, and it is given back in words until when.

        Raises:
            StoreError: what it brought could not be stored.
        """
        with log_context(source=source.name), span("poll", source=source.name):
            try:
                await self._poll_safely(source, is_pushed=is_pushed)
            except SiteBackedOffError as rest:
                await self._postpone(source, rest)
                log.info("%s", rest)
                return str(rest)
        return None

    async def _poll_safely(self, source: Source, *, is_pushed: bool) -> None:
        try:
            await (self._take_pushes(source) if is_pushed else self._poll(source))
        except (StoreError, SiteBackedOffError):
            raise
        except Exception as error:  # what nobody thought of
            log.exception("polling %s failed", source.name)
            failure = PollFailure("error", f"it cannot be polled: {in_words(error, with_text=False)}")
            await self.batcher.submit(
                PollFailed(source, self.states.of(source).address, self.clock(), failure)
            )

    async def _postpone(self, source: Source, rest: SiteBackedOffError) -> None:
        """A source is not asked before its site may be; that is no poll."""
        now = self.clock()
        until = now + timedelta(seconds=rest.seconds)
        await self.batcher.submit(PollPostponed(source, self.states.of(source).address, now, until))

    async def _take_pushes(self, source: Source) -> None:
        """Take in what its hub pushed as if the source had answered with it; ask the source where that is not enough."""
        pushes = await self.pushes.read(source.name)
        ask: PushNote | None = None
        for push in pushes:
            if push.body is None or not await self._take_push(source, push):
                ask = PushNote(push.until, is_content=False)
        if ask is not None:
            await self._poll(source, ask)
        # Only now: what a crash leaves is taken in again, and changes nothing where it was.
        await self.pushes.forget([push.id for push in pushes])

    async def _take_push(self, source: Source, push: HubPush) -> bool:
        """Take in the content of a push; gives whether it could be read."""
        now, url = self.clock(), self.states.of(source).address
        answer = Answer(url, push.body or b"", push.content_type, now)
        note = PushNote(push.until, is_content=True)
        result = PollAnswered(source, url, now, answer, notes=("pushed by its hub",), push=note)
        await self.batcher.wait_for_capacity()
        await self.readers.wait_for_capacity()
        return (await self._submit(result)).is_read

    async def _poll(self, source: Source, push: PushNote | None = None) -> None:
        """Ask it, what it names besides, and, where entries slipped out, the pages with its older ones."""
        url = self.states.of(source).address
        follow_up = await self._ask(_Target(source, url, push=push))
        # An index that did not change is not parsed and names
        # nothing; those of the last time are on record.
        children = self.states.of(source).children_of_poll(follow_up.children)
        if children:
            await asyncio.gather(*(self._ask_too(_Target(source, child)) for child in children))
        if follow_up.gap is not None:
            await self._fill(source, follow_up.gap)

    async def _fill(self, source: Source, gap: int) -> None:
        """Look for the entries that slipped out between two polls."""
        async for url in older_pages(self.fetcher, source, self.states.of(source).state):
            await self._ask_too(_Target(source, url, gap))

    async def _ask_too(self, target: _Target) -> None:
        """Ask an address besides a source's own; where its site rests by now, the source waits as long."""
        try:
            await self._ask(target)
        except SiteBackedOffError as rest:
            await self._postpone(target.source, rest)

    async def _ask(self, target: _Target) -> PollFollowUp:
        # Before the request: what cannot be taken in yet
        # is not fetched either, and memory stays bounded.
        await self.batcher.wait_for_capacity()
        await self.readers.wait_for_capacity()
        result = await self._answer(target)
        if target.push is not None:
            result = replace(result, push=target.push)
        return await self._submit(result)

    async def _submit(self, result: PollResult) -> PollFollowUp:
        if isinstance(result, PollAnswered):
            result = await self._parsed_apart(result)
        size = len(result.answer.body) if isinstance(result, PollAnswered) else 0
        follow_up = await self.batcher.submit(result, size)
        # Portion by portion through the same queue as all
        # others, so that a long answer holds up nobody.
        while follow_up.rest is not None:
            follow_up = await self.batcher.submit(follow_up.rest, size)
        return follow_up

    async def _parsed_apart(self, result: PollAnswered) -> PollAnswered | PollFailed:
        """Have a large answer parsed, so that no other waits for it; small ones, and known ones, are the ingestor's."""
        source, answer = result.source, result.answer
        if not self.readers.reads_apart(answer.url, answer.body, result.kind):
            return result
        # The digest of a large answer takes a while too:
        # in a thread, so that the event loop goes on.
        if result.gap is None and await asyncio.to_thread(self._is_known, source, result.url, answer):
            return result
        try:
            fetched = await self.readers.read(
                answer.url, result.kind, answer.body, read_whole, result.kind, answer, source, self.max_size
            )
        except (FeedError, UnreadableError) as error:
            return _unreadable(result, PollFailure(error.kind, str(error)))
        except AseanwatchError as error:
            return _unreadable(result, PollFailure("kind", str(error)))
        except Exception as error:  # a source can hurt only itself, also by what nobody thought of
            log.exception("the answer of %s cannot be read", source.name)
            failure = PollFailure("error", f"it cannot be read: {in_words(error, with_text=False)}")
            return _unreadable(result, failure)
        return replace(result, fetched=fetched)

    async def _answer(self, target: _Target) -> PollResult:
        plain = target.source.headers_for(target.url)
        if target.gap is not None:
            return await self._with_retry(target, plain)
        snapshot = self.states.of(target.source)
        conditional = snapshot.headers(target.url)
        # Without validators there is no condition, and no 304 to be verified.
        if conditional != plain and snapshot.should_verify_304(self.clock()):
            return await self._verified(target, plain, conditional)
        return await self._with_retry(target, conditional)

    async def _with_retry(self, target: _Target, headers: Mapping[str, str]) -> PollResult:
        result = await self._fetch(target, headers)
        # Once: what fails twice within moments is left to the backoff.
        if isinstance(result, PollFailed) and result.failure.kind in TRANSIENT:
            return await self._fetch(target, headers)
        return result

    async def _verified(
        self, target: _Target, plain: Mapping[str, str], conditional: Mapping[str, str]
    ) -> PollResult:
        """Ask without conditions; where the content is another one, a server that still says "not modified" is wrong."""
        result = await self._fetch(target, plain)
        if not isinstance(result, PollAnswered) or self._is_known(target.source, target.url, result.answer):
            return result
        # The content is another one; a server that says "not
        # modified" to that is wrong (RFC 9110, 15.4.5).
        again = await self._fetch(target, conditional)
        return replace(result, false_not_modified=isinstance(again, PollNotModified))

    def _is_known(self, source: Source, url: str, answer: Answer) -> bool:
        sent = digest_of_sent(source.kind, answer.body, self.max_size)
        return sent == self.states.of(source).validators_of(url).digest

    async def _fetch(self, target: _Target, headers: Mapping[str, str]) -> PollResult:
        notes: tuple[str, ...] = ()
        try:
            reply = await self.fetcher.fetch(
                target.url,
                dict(headers),
                max_size=most_of(target.source.kind, self.max_size),
                trust=target.source.trust_for(target.url),
                cut=is_cuttable(target.source.kind),
            )
            notes = reply.notes
        except SiteBackedOffError:
            raise
        except Refused as error:
            return self._failed(target, PollFailure("guard", str(error)))
        except FetchError as error:
            # Servers that announce the wrong length break off a
            # whole answer; its end shows that nothing is missing.
            if error.partial is None or not _is_complete(error.partial):
                return self._failed(target, PollFailure(error.kind, str(error)))
            reply = error.partial
            notes = ("the answer is shorter than it says",)
        is_conditional = any(name.lower().startswith("if-") for name in headers)
        # RFC 9110, 15.4.5 allows it only to conditional requests.
        # Taken for "unchanged", it would hide all news for ever.
        if reply.status == 304 and not is_conditional:
            words = "the server answers 304 to a request without conditions"
            return self._failed(target, PollFailure("http 304", words))
        return self._result(target, reply, notes)

    def _failed(self, target: _Target, failure: PollFailure) -> PollFailed:
        return PollFailed(target.source, target.url, self.clock(), failure, gap=target.gap)

    def _result(self, target: _Target, reply: Reply, notes: tuple[str, ...]) -> PollResult:
        now, headers = self.clock(), reply.headers
        if reply.status not in (200, 304):
            return PollFailed(target.source, target.url, now, self._refusal(reply, now), gap=target.gap)
        skew, fresh = clock_skew(headers.get("date"), now), freshness_seconds(headers.get("cache-control"))
        links = headers.get("link")
        hubs = web_addresses(reply.url, links_of(links, "hub"))
        topic = next(iter(web_addresses(reply.url, links_of(links, "self"))), None)
        head = ReplyHead(skew, fresh, reply.moved, hubs, topic)
        if reply.status == 304:
            return PollNotModified(target.source, target.url, now, head, gap=target.gap)
        answer = Answer(reply.url, reply.body, headers.get("content-type", ""), now)
        validators = Validators(headers.get("etag"), headers.get("last-modified"))
        return PollAnswered(
            target.source, target.url, now, answer, head, validators, notes=notes, gap=target.gap
        )

    def _refusal(self, reply: Reply, now: datetime) -> PollFailure:
        """A status that is a failure; where the server asks to be left alone, its site is (RFC 9110, 10.2.3)."""
        retry_after = (
            # Rounded up: asked a fraction of a second too early, the server refuses again.
            float(ceil(self.fetcher.limiter.backoff_remaining(reply.url))) if reply.status in BUSY else 0.0
        )
        kind, message = describe_status(reply.status)
        if retry_after:
            until = now + timedelta(seconds=retry_after)
            message += f"; its site is left alone until {until:%Y-%m-%d %H:%M} UTC"
        return PollFailure(kind, message, retry_after)


def _unreadable(result: PollAnswered, failure: PollFailure) -> PollFailed:
    return PollFailed(
        result.source, result.url, result.at, failure, result.notes, gap=result.gap, push=result.push
    )


def _is_complete(partial: Reply) -> bool:
    """Whether an answer that broke off holds all that it was to hold."""
    return partial.status == 200 and partial.body.rstrip().endswith(COMPLETE_ENDS)
