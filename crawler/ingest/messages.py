"""What poller, spider and intake hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from crawler.config.settings import Source
from crawler.documents.kinds import Answer, Fetched
from crawler.ingest.articles import PageOrder
from crawler.ingest.judges import Question
from crawler.model import Document, Entry
from crawler.parsing.urls import canonical
from crawler.store.sources import Validators
from crawler.store.waiting import Reason, Wait


@dataclass(frozen=True, slots=True)
class Poll:
    """One request of a source and what came of it: an answer, "unchanged", or a problem (kind, message).

    ``held`` are seconds for which the server asks to be left alone, ``target`` is where redirects for good lead, ``gap`` is
    the gap in the ledger that this request is to fill, ``lied`` whether the server says "unchanged" although it is not, ``notes`` are
    what was odd about the answer. ``fetched`` is what the answer holds where it was read already, apart (`crawler.documents.reader`).
    """

    source: Source
    url: str
    at: datetime
    answer: Answer | None = None
    validators: Validators = field(default_factory=Validators)
    problem: tuple[str, str] | None = None
    held: float = 0.0
    target: str | None = None
    skew: float | None = None
    fresh: float = 0.0
    gap: int | None = None
    lied: bool = False
    notes: tuple[str, ...] = ()
    fetched: Fetched | None = None

    @property
    def kind(self) -> str:
        """What the answer is read as; a page with older entries may be anything."""
        return self.source.kind if self.gap is None else "any"


@dataclass(frozen=True, slots=True)
class Taken:
    """What comes next after a poll: addresses to ask as well, and a gap to close where entries slipped out.

    ``more`` asks to hand the same answer in again: it held more than is taken at once.
    """

    children: tuple[str, ...] = ()
    more: bool = False
    gap: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of a page order: a document, or a problem in words; ``answered`` when a page came, ``wall`` when one behind a wall."""

    order: PageOrder
    document: Document | None = None
    problem: str | None = None
    answered: bool = False
    wall: bool = False


class Fate(Enum):
    """What is to become of new entries at one address."""

    KNOWN = "its article is there already"
    NOW = "it is judged by the feed's words"
    PAGE = "its page is fetched first"
    LATER = "it waits for what is under way"


@dataclass(slots=True)
class Work:
    """One poll on its way through the intake; ``main`` is the source's own address, ``aside`` counts what ``--since`` left out.

    ``relisted`` are the identities of items that were pruned, and that are listed under another identity than then.
    """

    poll: Poll
    main: str
    outcome: str = "failed"
    fetched: Fetched = field(default_factory=Fetched)
    digest: str | None = None
    problem: tuple[str, str] | None = None
    known: set[str] = field(default_factory=set)
    new: list[Entry] = field(default_factory=list)
    relisted: set[str] = field(default_factory=set)
    more: bool = False
    aside: int = 0
    gap: int | None = None

    @property
    def is_main(self) -> bool:
        """Whether this is the source's own address, not a sitemap that it names or a page of older entries."""
        return self.poll.gap is None and self.poll.url == self.main


@dataclass(slots=True)
class Group:
    """New entries that lead to one address; the first speaks for them.

    ``page_is_asked`` says that an order for its page is under way already, ``problem`` why there is no article of it.
    """

    key: str
    source: Source
    lang: str | None
    entries: list[Entry] = field(default_factory=list)
    entry_ids: list[int] = field(default_factory=list)
    article: int | None = None
    fate: Fate = Fate.NOW
    page_is_asked: bool = False
    problem: tuple[Reason, str] | None = None

    def wait(self) -> Wait:
        """Why its entries wait: for their page, for their turn, or because of a problem."""
        if self.problem is not None:
            return Wait(self.entry_ids, *self.problem)
        return Wait(self.entry_ids, Reason.PAGE if self.fate is Fate.PAGE or self.page_is_asked else Reason.QUEUED)

    @property
    def url(self) -> str:
        """The address that they lead to, as the first one has it."""
        return self.entries[0].url

    def order(self) -> PageOrder:
        """The order of its page."""
        first = self.entries[0]
        return PageOrder(canonical(first.url), self.source, tuple(self.entry_ids), first, self.lang)


@dataclass(frozen=True, slots=True)
class Batch:
    """Several polls between reading and storing, with what is to be judged in between."""

    works: list[Work]
    groups: list[Group]
    questions: list[tuple[Group, Question]]
