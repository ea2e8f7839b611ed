"""What poller, spider and ingestor hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

from crawler.config.settings import Source
from crawler.documents.kinds import Answer, Fetched
from crawler.ingest.articles import PageOrder
from crawler.ingest.judge_transport import JudgeRequest
from crawler.model import Document, Entry
from crawler.parsing.urls import canonical
from crawler.store.damaged import DamagedArticle
from crawler.store.sources import Validators
from crawler.store.waiting import Reason, Wait, WaitProblem


class PollFailure(NamedTuple):
    """Why a poll gave nothing.

    Attributes:
        kind: a short stable word, as in the record of polls.
        message: one line for people.
        retry_after: seconds for which the server asks to be left alone.
    """

    kind: str
    message: str
    retry_after: float = 0.0


class ReplyHead(NamedTuple):
    """What the head of a usable reply says.

    Attributes:
        skew: seconds by which the server's clock is ahead of ours.
        fresh: seconds for which the reply says that it is fresh.
        moved_to: where redirects for good lead.
        hubs, topic: where what is new can be subscribed to (WebSub); they count before what the feed itself says.
    """

    skew: float | None = None
    fresh: float = 0.0
    moved_to: str | None = None
    hubs: tuple[str, ...] = ()
    topic: str | None = None


class PushNote(NamedTuple):
    """A hub's push that led to a result.

    Attributes:
        until: when the lease of its subscription ends; None where the push is not proved to be the hub's.
        is_content: whether the result is what was pushed; else the source was asked because of the push.
    """

    until: datetime | None
    is_content: bool


NOTHING_SAID = ReplyHead()


@dataclass(frozen=True, slots=True)
class _Poll:
    """What every result of asking an address of a source has.

    Attributes:
        source: the source; ``url``: the address that was asked, ``at`` a moment.
        gap: the gap in the ledger that this request is to fill.
        push: the push that led to it.
    """

    source: Source
    url: str
    at: datetime
    gap: int | None = field(default=None, kw_only=True)
    push: PushNote | None = field(default=None, kw_only=True)

    @property
    def kind(self) -> str:
        """What an answer is read as; a page with older entries may be anything."""
        return self.source.kind if self.gap is None else "any"


@dataclass(frozen=True, slots=True)
class PollAnswered(_Poll):
    """The server sent content.

    Attributes:
        answer: what it sent.
        head: what the head of the reply says.
        validators: what the answer leaves to ask again with.
        false_not_modified: whether the server says "not modified" although the content is another one.
        notes: what was odd about the answer.
        fetched: what the answer holds, where it was parsed already; ``digest`` is that of its entries then.
    """

    answer: Answer
    head: ReplyHead = NOTHING_SAID
    validators: Validators = field(default_factory=Validators)
    false_not_modified: bool = False
    notes: tuple[str, ...] = ()
    fetched: Fetched | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class PollNotModified(_Poll):
    """The server says that nothing changed since the last answer."""

    head: ReplyHead = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class PollFailed(_Poll):
    """There is no answer, or one that cannot be used; ``notes`` say what was odd about it."""

    failure: PollFailure
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PollPostponed(_Poll):
    """Nothing was asked, because the site wants to be left alone until then."""

    until: datetime


PollResult = PollAnswered | PollNotModified | PollFailed | PollPostponed
"""What came of asking one address of a source."""


@dataclass(frozen=True, slots=True)
class PollFollowUp:
    """What the poller does next.

    Attributes:
        children: addresses to ask as well, such as the sitemaps of an index.
        rest: the same answer with what it holds parsed, to be submitted again: it has more entries than are taken at once.
        gap: a gap in the ledger to fill, where entries slipped out between two polls.
        is_read: whether the answer could be read.
    """

    children: tuple[str, ...] = ()
    rest: PollAnswered | None = None
    gap: int | None = None
    is_read: bool = True


@dataclass(frozen=True, slots=True)
class PageResult:
    """What came of a page order: a document, or a problem in words.

    ``answered`` says that a page came, ``wall`` that it stands behind consent or payment.
    """

    order: PageOrder
    document: Document | None = None
    problem: str | None = None
    answered: bool = False
    wall: bool = False


class Disposition(Enum):
    """What happens to new entries at one address."""

    LINK = auto()
    """Their article is there already: they lead to it."""
    JUDGE = auto()
    """They are judged at once, by the feed's words."""
    JUDGE_LATER = auto()
    """A task of its own judges them."""
    FETCH_PAGE = auto()
    """Their page is fetched first."""
    WAIT = auto()
    """They wait: for a page that is being fetched for others, or because judging them failed."""


@dataclass(slots=True)
class ParsedPoll:
    """A poll's result between parsing and storing.

    Attributes:
        poll: the result.
        main: the source's own address.
        outcome: ok, unchanged or failed, as in the record of polls.
        fetched: what the answer holds.
        digest: the digest of its entries.
        failure: why it gave nothing.
        head: what the head of a usable reply says.
        notes: what was odd about it.
        known: the identities of its items that were known before.
        new: the entries that are taken now.
        relisted: identities of items that were pruned, and that are listed under another identity than then.
        more: whether it holds more new entries than are taken at once.
        aside: how many entries are older than what was asked for.
        gap: the number of the gap in the ledger that lies before it.
    """

    poll: PollResult
    main: str
    outcome: str = "failed"
    fetched: Fetched = field(default_factory=Fetched)
    digest: str | None = None
    failure: PollFailure | None = None
    head: ReplyHead = NOTHING_SAID
    notes: tuple[str, ...] = ()
    known: set[str] = field(default_factory=set)
    new: list[Entry] = field(default_factory=list)
    relisted: set[str] = field(default_factory=set)
    more: bool = False
    aside: int = 0
    gap: int | None = None

    @property
    def is_pushed(self) -> bool:
        """Whether this is what a hub pushed: perhaps not all that the feed lists, and no answer of its server."""
        return self.poll.push is not None and self.poll.push.is_content

    @property
    def is_main(self) -> bool:
        """Whether this is the source's own address, not a sitemap that it names or a page of older entries."""
        return self.poll.gap is None and self.poll.url == self.main


@dataclass(slots=True)
class UrlGroup:
    """New entries that lead to one canonical address; the first speaks for them.

    Attributes:
        key: the canonical address.
        source: the source of the first.
        lang: the language that its feed states.
        entries: the entries; ``entry_ids``: their numbers, once they are stored.
        disposition: what happens to them.
        article: the article that is there already.
        joins_page: whether they wait for a page that is being fetched for other entries.
        problem: why they wait, where something went wrong.
        mends: the stored article whose words could not all be read, and that theirs are better than.
    """

    key: str
    source: Source
    lang: str | None
    entries: list[Entry] = field(default_factory=list)
    entry_ids: list[int] = field(default_factory=list)
    disposition: Disposition = Disposition.JUDGE
    article: int | None = None
    joins_page: bool = False
    problem: WaitProblem | None = None
    mends: DamagedArticle | None = None

    def mend(self, article: DamagedArticle) -> bool:
        """Take a stored article as the one to be mended, if an entry has better words; that one speaks for the group then."""
        better = next((n for n, entry in enumerate(self.entries) if article.is_mended_by_entry(entry)), None)
        if better is None:
            return False
        self.mends = article
        self.entries.insert(0, self.entries.pop(better))
        if self.entry_ids:
            self.entry_ids.insert(0, self.entry_ids.pop(better))
        return True

    def wait(self) -> Wait:
        """Why its entries wait: for their page, for their turn, or because of a problem."""
        # A problem goes before what the group waits for: people must see what went wrong.
        if self.problem is not None:
            return Wait(self.entry_ids, self.problem.reason, self.problem.message)
        waits_for_page = self.disposition is Disposition.FETCH_PAGE or self.joins_page
        return Wait(self.entry_ids, Reason.PAGE if waits_for_page else Reason.QUEUED)

    @property
    def url(self) -> str:
        """The address that they lead to, as the first one has it."""
        return self.entries[0].url

    def order(self) -> PageOrder:
        """The order of its page."""
        first = self.entries[0]
        return PageOrder(canonical(first.url), self.source, tuple(self.entry_ids), first, self.lang)


class GroupRequest(NamedTuple):
    """A group with the request to judge its article."""

    group: UrlGroup
    request: JudgeRequest


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries between reading and storing, with what is to be judged in between; ``polls`` brought them, if any did."""

    polls: list[ParsedPoll]
    groups: list[UrlGroup]
    requests: list[GroupRequest]
