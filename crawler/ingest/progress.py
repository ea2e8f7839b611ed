"""What a crawl counts: its report, and who is notified of each change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from crawler.config.settings import Source
from crawler.documents.kinds import FEED_LIST, FRONT_PAGE
from crawler.ingest.messages import PageResult, ParsedPoll
from crawler.model import CrawlReport, SourceFailure
from crawler.runtime.redaction import without_credentials
from crawler.store.article_writer import StoredArticle
from crawler.store.waiting import Wait


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entries at one address that wait, and why."""

    url: str
    source: Source
    wait: Wait


class IngestProgress(Protocol):
    """Hears of what was stored, and of what was not."""

    def polled(self, parsed: ParsedPoll) -> None:
        """A poll was taken in."""
        ...

    def stored(self, articles: Iterable[StoredArticle], waiting: Iterable[Waiting]) -> None:
        """Articles were stored, and some entries wait."""
        ...

    def pages_came(self, results: Iterable[PageResult]) -> None:
        """Pages came, or did not."""
        ...

    def rests(self, source: Source, until: str) -> None:
        """A source was not asked, because its site wants to be left alone."""
        ...

    def refused(self, sources: str, error: Exception) -> None:
        """The store took nothing of what sources brought."""
        ...


class NoProgress:
    """Counts nothing, for a process that runs for ever and has no report: that would grow with each article and each failure."""

    def polled(self, parsed: ParsedPoll) -> None:
        """See `IngestProgress`."""

    def stored(self, articles: Iterable[StoredArticle], waiting: Iterable[Waiting]) -> None:
        """See `IngestProgress`."""

    def pages_came(self, results: Iterable[PageResult]) -> None:
        """See `IngestProgress`."""

    def rests(self, source: Source, until: str) -> None:
        """See `IngestProgress`."""

    def refused(self, sources: str, error: Exception) -> None:
        """See `IngestProgress`."""


class CrawlProgress:
    """The report of a crawl as it grows.

    Args:
        changed: called with the report whenever a source is done or an article is stored.

    Attributes:
        report: what was done so far.
        new_articles: the numbers of the articles that are new.
        leads: addresses that are no sources and may lead to some, each with what it turned out to be.
    """

    def __init__(self, changed: Callable[[CrawlReport], None] = lambda _: None) -> None:
        self.report = CrawlReport()
        self.new_articles: list[int] = []
        self.leads: list[tuple[Source, str]] = []
        self._changed = changed

    def polled(self, parsed: ParsedPoll) -> None:
        """See `IngestProgress`."""
        report = self.report
        poll = parsed.poll
        name = poll.source.name
        if parsed.failure is not None and poll.gap is not None:
            # Such an address is only a guess at older entries; the
            # source itself is well, so this is no failure of it.
            words = f"no older entries at {without_credentials(poll.url)}: {parsed.failure.message}"
            report.notes.append(SourceFailure(name, "note", words))
        elif parsed.failure is not None and parsed.failure.kind in (FRONT_PAGE, FEED_LIST):
            self.leads.append((poll.source, parsed.failure.kind))
        elif parsed.failure is not None:
            report.failures.append(SourceFailure(name, parsed.failure.kind, parsed.failure.message))
        # A source counts once, with the last portion of its
        # own address, not with each sitemap that it names.
        elif parsed.is_main and not parsed.more:
            report.ok += parsed.outcome == "ok"
            report.unchanged += parsed.outcome == "unchanged"
        if not parsed.more:
            report.entries += len(parsed.fetched.guids)
            report.aside += parsed.aside
            notes = (*parsed.notes, *parsed.fetched.notes)
            report.notes += [SourceFailure(name, "note", note) for note in notes]
        report.new_entries += len(parsed.new)

    def stored(self, articles: Iterable[StoredArticle], waiting: Iterable[Waiting]) -> None:
        """See `IngestProgress`."""
        for article in articles:
            self._count(article)
        for one in waiting:
            if one.wait.reason.failed and one.wait.entry_ids:
                words = f"{one.url}: {one.wait.reason.spoken}: {one.wait.message}"
                self.report.stuck.append(
                    SourceFailure(one.source.name, one.wait.reason.value, words, one.url)
                )
        self._changed(self.report)

    def _count(self, article: StoredArticle) -> None:
        if not article.is_new:
            return
        self.new_articles.append(article.article)
        self.report.articles += 1
        # A copy is counted whichever of the two arrived first;
        # the displaced article was counted as none then.
        self.report.duplicates += article.duplicate_of is not None or article.displaced is not None
        self.report.relevant += article.relevant
        self.report.new_stories += article.new_story

    def pages_came(self, results: Iterable[PageResult]) -> None:
        """See `IngestProgress`."""
        for result in results:
            name, url = result.order.source.name, result.order.url
            if result.problem:
                words = f"{url}: {result.problem}"
                self.report.page_failures.append(SourceFailure(name, "page", words, url))
            elif result.document is not None and result.document.note:
                words = f"{url}: {result.document.note}"
                self.report.notes.append(SourceFailure(name, "note", words, url))

    def rests(self, source: Source, until: str) -> None:
        """See `IngestProgress`."""
        self.report.resting.append(SourceFailure(source.name, "resting", until))
        self._changed(self.report)

    def leads_nowhere(self, source: Source, kind: str, words: str) -> None:
        """Record that an address is no source, and that none was found from it."""
        self.report.failures.append(SourceFailure(source.name, kind, words))

    def refused(self, sources: str, error: Exception) -> None:
        """See `IngestProgress`."""
        words = f"what it brought could not be stored: {error}"
        self.report.failures.append(SourceFailure(sources, "store", words))
