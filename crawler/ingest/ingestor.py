"""The ingestor: where what was fetched becomes stored entries, and entries become judged articles, once each.

What polls and pages bring is prepared (parsed, looked up, planned by the pure functions of `crawler.ingest.plan`), judged by
whoever judges, and committed in one transaction, with the servers' validators and what is to be done next. So a crash leaves
nothing half done: what was not committed is asked for again, and what waits is found again as pending.

All calls of one process come from one thread (`crawler.ingest.batcher.WriterThread`).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import Connection

from crawler.config.settings import Settings, Source
from crawler.ingest import identifying, plan
from crawler.ingest.articles import PageOrder, article_of
from crawler.ingest.follow_ups import FollowUps
from crawler.ingest.judge_transport import JudgeRequest, JudgeResult
from crawler.ingest.messages import (
    Batch,
    Disposition,
    PageResult,
    ParsedPoll,
    PollAnswered,
    PollFollowUp,
    PollPostponed,
    PollResult,
    UrlGroup,
)
from crawler.ingest.pending import load_groups
from crawler.ingest.progress import IngestProgress, NoProgress, Waiting
from crawler.ingest.source_changes import Rescheduling, take_down
from crawler.ingest.source_states import SourceStates, StateChanges
from crawler.model import Article, Classification, Entry
from crawler.parsing.urls import url_key
from crawler.polling.interval import boosted_until
from crawler.polling.observing import page_seen
from crawler.polling.state import SourceState
from crawler.runtime.right_of_way import give_way
from crawler.store import Store, articles, damaged, entries, remembered, waiting
from crawler.store.article_writer import ArticleWriter, JudgedArticle, StoredArticle
from crawler.store.isolated_writes import RejectedArticle, write_isolated
from crawler.store.sources import add_gap, add_polls, close_gap
from crawler.store.waiting import Reason, Wait, WaitProblem

log = logging.getLogger("aseanwatch")

_REPORTED_LOSS = 1.0
"""A gap is entered into the ledger if at least so many entries were missed by estimate."""


class _Judged(NamedTuple):
    """An article to store, with the entries that lead to it."""

    url: str
    source: Source
    entry_ids: Sequence[int]
    judged: JudgedArticle


class _Stored(NamedTuple):
    """What was stored, with what it was made of."""

    of: _Judged
    article: StoredArticle


@dataclass(slots=True)
class _Outcome:
    """What became of the articles of a batch: those that are stored, and entries that wait."""

    stored: list[_Stored] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def articles(self) -> list[StoredArticle]:
        return [one.article for one in self.stored]

    @property
    def waits(self) -> list[Wait]:
        return [one.wait for one in self.waiting]


class Ingestor:
    """Takes in what poller and spider bring. One for each crawl or worker.

    Args:
        settings: the configuration.
        store: where everything is kept.
        clock: gives the present moment, aware.
        follow_ups: has done what comes next; it also says whether articles are judged with the answers that bring them.
        since: entries published before this are left aside.
        progress: hears of what was stored.

    Attributes:
        states: what is known of sources.
    """

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime], follow_ups: FollowUps,
        since: datetime | None = None, progress: IngestProgress | None = None,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.store = store
        self.clock = clock
        self.states = SourceStates(settings, store, shared=follow_ups.judges_later)
        self._follow_ups = follow_ups
        self._since = since
        self._progress = progress or NoProgress()
        self._writer = ArticleWriter(settings.stories.window, settings.parties.sides)
        self._chance = random.Random()

    # Polls

    def prepare(self, polls: Sequence[PollResult]) -> Batch:
        """Parse the answers of several polls, and find what is new and must be judged before it can be stored."""
        parsed = [self._parsed(poll) for poll in polls]
        with self.store.read() as connection:
            self._look_up(connection, parsed)
            groups = self._grouped(connection, parsed)
        return Batch(parsed, groups, plan.judge_requests(groups, self.settings, self.clock()))

    def commit(self, batch: Batch, results: Sequence[JudgeResult]) -> list[PollFollowUp]:
        """Store what `prepare` found, with its classifications. Returns for each poll what the poller does next."""
        now = self.clock()
        groups = batch.groups
        judged = plan.judged_articles(batch.requests, results)
        with self._transaction(writes_articles=bool(judged)) as connection:
            # `prepare` read without a lock, and judging took
            # its time: what was found then is checked again.
            self._look_again(connection, groups)
            self._add_entries(connection, batch.polls, groups)
            # Validators go with the entries: if this transaction fails,
            # the answer counts as not seen and is asked for again.
            changes = self.states.changes(connection, {p.poll.source.name for p in batch.polls})
            self._take_down_polls(connection, changes, batch.polls, now)
            outcome = self._store(connection, changes, [_of_group(*one) for one in judged])
            entries.lead(connection, _links(outcome), now)
            self._link_others(connection, outcome)
            outcome.waiting += [_waiting(g) for g in groups if _waits(g)]
            # Before what comes next is asked for: a crash
            # after the commit finds these entries as pending.
            waiting.postpone(connection, outcome.waits, now)
            self._follow_up(connection, groups)
            changes.save(now)
        # After the commit: a report must not count what was rolled back.
        for parsed in batch.polls:
            if not isinstance(parsed.poll, PollPostponed):
                self._progress.polled(parsed)
        self._progress.stored(outcome.articles, outcome.waiting)
        return [_next_of(parsed) for parsed in batch.polls]

    def _parsed(self, poll: PollResult) -> ParsedPoll:
        give_way()
        snapshot = self.states.of(poll.source)
        return plan.parse(
            poll, snapshot.address, snapshot.validators_of(poll.url), self.settings.crawl.max_size
        )

    def _look_up(self, connection: Connection, polls: Iterable[ParsedPoll]) -> None:
        """Find out which entries of the answers are new."""
        taken: dict[str, set[str]] = {}
        is_stored = cache(entries.any_of)  # asked several times of each source; nothing is written meanwhile
        for parsed in polls:
            give_way()
            if parsed.outcome != "ok":
                continue
            name = parsed.poll.source.name
            # A batch may hold several answers of a source (sitemaps of
            # an index); an item in two of them is taken from the first.
            before = taken.setdefault(name, set())
            known = self._known(connection, parsed, is_stored)
            found = {e.guid: e for e in parsed.fetched.entries_but(parsed.known | before)}
            snapshot = self.states.of(parsed.poll.source)
            # A digest is kept only of an answer that was
            # stored, so without one this is the source's first.
            was_read = snapshot.validators_of(parsed.poll.url).digest is not None
            self._leave_repeated(connection, parsed, found, was_read=was_read)
            # A site that changes its identities lists pruned
            # articles as if they were new; their addresses tell.
            pruned = remembered.addresses(connection, (url_key(e.url) for e in found.values()))
            made = plan.set_pruned_aside(parsed, found, pruned)
            is_archive = not was_read and parsed.poll.url in snapshot.in_turn
            made = plan.taken_of_many(parsed, made, is_archive=is_archive)
            # A few new entries are ordinary news; only a long list
            # may be an archive that moved, and is worth this look-up.
            titles = [e.title for e in made if e.title] if plan.is_long(made) else []
            is_first = not known and bool(titles) and not is_stored(connection, name)
            former = entries.dates_of_titles(connection, name, titles) if titles and not is_first else {}
            plan.take_entries(parsed, made, former, self._since, was_read=was_read)
            self._read_again(connection, parsed, known)
            before |= {e.guid for e in parsed.new}

    def _known(
        self, connection: Connection, parsed: ParsedPoll, is_stored: Callable[[Connection, str], bool]
    ) -> dict[str, entries.KnownItem | None]:
        """What is stored of the items of an answer; those that carry another item's identity get their own."""
        name = parsed.poll.source.name
        guids = list(dict.fromkeys(parsed.fetched.guids))
        known = entries.known_items(connection, name, guids, is_stored)
        # With the first answer of a source nothing is there.
        there = self._there(connection, parsed, known) if known or is_stored(connection, name) else {}
        own = identifying.own_identities(parsed.fetched, known, there)
        if own is not parsed.fetched:
            parsed.fetched = own
            known |= entries.known_items(connection, name, list(set(own.guids) - known.keys()), is_stored)
        parsed.known = set(known)
        return known

    def _there(
        self, connection: Connection, parsed: ParsedPoll, known: Mapping[str, entries.KnownItem | None]
    ) -> dict[str, list[entries.KnownItem]]:
        """What is stored at the addresses of items that may be other news there: those not known, or known by another date."""
        feed = parsed.fetched.feed
        if feed is None:
            return {}
        asked = {
            identifying.place_key(identity.url)
            for identity, date in zip(feed.identities, feed.dates, strict=True)
            if identity.url and date.moment and identifying.may_be_other(date.moment, identity, known)
        }
        return entries.items_at(connection, parsed.poll.source.name, asked)

    def _leave_repeated(
        self, connection: Connection, parsed: ParsedPoll, found: dict[str, Entry], *, was_read: bool
    ) -> None:
        """Take entries for known that are stored under another identity, because their links are others each time."""
        candidates = plan.may_be_repeated(parsed, found, was_read=was_read)
        if not candidates:
            return
        name = parsed.poll.source.name
        former = entries.items_of_titles(connection, name, [e.title for e in candidates if e.title])
        same = identifying.repeated(candidates, former, parsed.fetched.urls, none_known=not parsed.known)
        for guid in same:
            del found[guid]
        parsed.known |= same

    def _read_again(
        self, connection: Connection, parsed: ParsedPoll, known: Mapping[str, entries.KnownItem | None]
    ) -> None:
        """Add known items to the new ones whose words can be read only now."""
        latest = {guid: item for guid, item in known.items() if item is not None and item.damage}
        for reading in range(1, identifying.MOST_READINGS + 1):
            if not latest:
                break
            names = {identifying.again(guid, reading): guid for guid in latest}
            done = entries.known_items(connection, parsed.poll.source.name, list(names))
            unread = {guid: latest[guid] for name, guid in names.items() if name not in done}
            parsed.new += identifying.readable_now(parsed.fetched, unread, reading).values()
            latest = {names[name]: item for name, item in done.items() if item is not None and item.damage}

    def _grouped(self, connection: Connection, polls: Iterable[ParsedPoll]) -> list[UrlGroup]:
        """Group new entries by the address that they lead to, and decide what happens to each group."""
        groups = plan.group_by_url(polls)
        there = articles.ids_of_keys(connection, list(groups))
        judges_later = self._follow_ups.judges_later
        awaited = set() if judges_later else entries.awaiting_pages(connection, groups.keys() - there.keys())
        damaged_ones = damaged.among(connection, there.values())
        plan.dispose(groups, there, awaited, judges_later=judges_later, damaged=damaged_ones)
        return list(groups.values())

    def _look_again(self, connection: Connection, groups: Iterable[UrlGroup]) -> None:
        """Check groups again whose page is fetched for others or is to be fetched. It may have come since `prepare` read the store."""
        asked = {g.key: g for g in groups if g.joins_page or g.disposition is Disposition.FETCH_PAGE}
        if not asked:
            return
        awaited = entries.awaiting_pages(connection, asked)
        there = articles.ids_of_keys(connection, list(asked.keys() - awaited))
        for key, group in asked.items():
            if key in awaited:
                plan.join_page(group)
            elif key in there and (group.mends is None or group.mends.number != there[key]):
                group.disposition = Disposition.LINK
                group.joins_page = False
                group.article = there[key]
            elif group.joins_page:  # tried again with those that the page was fetched for
                group.joins_page = False
                unstored = WaitProblem(Reason.STORING, "what came of its page was not stored")
                group.problem = waiting.problem_at(connection, key) or unstored

    def _add_entries(
        self, connection: Connection, polls: Sequence[ParsedPoll], groups: Sequence[UrlGroup]
    ) -> None:
        """Insert new entries, except those that another process inserted meanwhile."""
        # Two tasks may poll a source at once, as after a lease that ran
        # out. The second waits here and then sees the first one's entries.
        entries.hold(connection, (p.poll.source.name for p in polls if p.new))
        for parsed in polls:
            name = parsed.poll.source.name
            remembered.remember_guids(connection, name, parsed.relisted)
            if parsed.new:
                twice = entries.known_guids(connection, name, [e.guid for e in parsed.new])
                parsed.new = [e for e in parsed.new if e.guid not in twice]
        # By identity: groups hold the same objects as polls, and
        # comparing entries by value would compare whole texts.
        fresh = {id(e) for p in polls for e in p.new}
        rows = [(g, e) for g in groups for e in g.entries if id(e) in fresh]
        for (group, _), number in zip(
            rows, entries.add(connection, [(e, g.key) for g, e in rows]), strict=True
        ):
            group.entry_ids.append(number)
        there = {i: g.article for g in groups if g.article is not None for i in g.entry_ids}
        entries.lead(connection, there, self.clock())

    def _take_down_polls(
        self, connection: Connection, changes: StateChanges, polls: Iterable[ParsedPoll], now: datetime
    ) -> None:
        """Record polls, and change the states of their sources by what they say."""
        rescheduling = Rescheduling(self.states.pace(now), now, self._chance)
        asked = []
        for parsed in polls:
            if not isinstance(parsed.poll, PollPostponed):
                asked.append(parsed)
            # A request for older entries is no poll of the source:
            # it changes neither its rhythm nor its next time.
            if parsed.poll.gap is not None:
                if parsed.new:
                    close_gap(connection, parsed.poll.gap, len(parsed.new), parsed.poll.url)
                continue
            gap = take_down(parsed, changes, rescheduling)
            if gap is not None and gap.lost >= _REPORTED_LOSS:
                parsed.gap = add_gap(connection, parsed.poll.source.name, gap)
        add_polls(connection, [plan.poll_record(parsed) for parsed in asked])

    # Pending entries

    def prepare_pending(self, entry_ids: Sequence[int]) -> Batch:
        """What must be judged of pending entries, in the form in which `prepare` returns it for polls."""
        # Writes: entries whose article has come meanwhile are linked to it at once.
        with self.store.write(exclusive=False) as connection:
            found = load_groups(connection, self.settings.sources, entry_ids, self.clock())
        groups = list(found.groups.values())
        return Batch([], groups, plan.judge_requests(groups, self.settings, self.clock(), found.exhausted))

    def commit_pending(self, batch: Batch, results: Sequence[JudgeResult]) -> None:
        """Store what `prepare_pending` found, with its classifications, and order the pages of what could match."""
        judged = plan.judged_articles(batch.requests, results)
        now = self.clock()
        with self._transaction(writes_articles=bool(judged)) as connection:
            changes = self.states.changes(connection)
            outcome = self._store(connection, changes, [_of_group(*one) for one in judged])
            entries.link(connection, _links(outcome), now)
            self._link_others(connection, outcome)
            outcome.waiting += [_waiting(g) for g in batch.groups if _waits(g)]
            waiting.note(connection, outcome.waits, now)
            # A try counts when its page is ordered, so that
            # a page that kills its process counts as well.
            asked = [g for g in batch.groups if g.disposition is Disposition.FETCH_PAGE]
            entries.count_try(connection, [i for g in asked for i in g.entry_ids])
            self._follow_up(connection, asked)
            changes.save(now)
        self._progress.stored(outcome.articles, outcome.waiting)

    # Pages

    def page_requests(self, results: Sequence[PageResult]) -> list[JudgeRequest]:
        """What must be judged of the results of page orders. Without a page the words of its entries are judged."""
        now = self.clock()
        return [JudgeRequest(article_of(r.order, r.document, now)) for r in results]

    def commit_pages(
        self, results: Sequence[PageResult], requests: Sequence[JudgeRequest], judged: Sequence[JudgeResult]
    ) -> None:
        """Store the articles that orders were for. Entries that cannot be judged stay pending with the reason."""
        new = list[_Judged]()
        unjudged = list[Waiting]()
        for result, request, one in zip(results, requests, judged, strict=True):
            order = result.order
            if one.reading is None:
                wait = Wait(order.entry_ids, Reason.JUDGING, one.problem)
                unjudged.append(Waiting(order.url, order.source, wait))
            elif order.revisit is None:
                article = request.article
                article_judged = JudgedArticle(
                    article, one.reading, url_key(article.url), result.document is not None
                )
                new.append(_Judged(order.url, order.source, order.entry_ids, article_judged))
            # A page that is gone or refuses takes nothing back:
            # only one that could be read is a new version.
            elif result.document is not None:
                self._revise(order.revisit, request.article, one.reading)
        self._commit_pages(results, new, unjudged)
        self._progress.pages_came(results)

    def _commit_pages(
        self, results: Sequence[PageResult], new: Sequence[_Judged], unjudged: Sequence[Waiting]
    ) -> None:
        now = self.clock()
        with self._transaction(writes_articles=True) as connection:
            changes = self.states.changes(connection)
            for result in results:
                # Only a page that came says whether the site's
                # pages can be read; a timeout says nothing of them.
                if result.answered:
                    is_article = result.document is not None
                    changes.patch(
                        result.order.source.name, partial(page_seen, readable=is_article, wall=result.wall)
                    )
            outcome = self._store(connection, changes, new)
            entries.link_pending(connection, _by_address(outcome), now)
            outcome.waiting += unjudged
            # Others joined these addresses while the pages were fetched. Without
            # a reason of theirs they would wait for orders that are over.
            waiting.note(connection, _with_joined(connection, outcome.waiting), now)
            changes.save(now)
        self._progress.stored(outcome.articles, outcome.waiting)

    def _revise(self, number: int, article: Article, reading: Classification) -> None:
        """Keep another version of an article where its page says something else now."""
        with self._transaction(writes_articles=True) as connection:
            if self._writer.revise(connection, number, article, reading, self.clock()):
                self._follow_ups.select(connection)

    def give_up_pages(self, orders: Sequence[PageOrder], problem: str) -> None:
        """Record that orders failed for an unforeseen reason. Their entries are pending with that reason, and are tried again."""
        left = [Waiting(o.url, o.source, Wait(o.entry_ids, Reason.JUDGING, problem)) for o in orders]
        with self._transaction(writes_articles=False) as connection:
            waiting.note(connection, _with_joined(connection, left), self.clock())
        self._progress.stored([], left)

    def give_up_entries(self, entry_ids: Sequence[int], problem: str) -> None:
        """As `give_up_pages`, for entries that are judged by the feed's words."""
        with self._transaction(writes_articles=False) as connection:
            waiting.note(connection, [Wait(entry_ids, Reason.JUDGING, problem)], self.clock())

    # What they share

    def save_states(self) -> None:
        """Write the states of sources that were held back."""
        with self._transaction(writes_articles=False) as connection:
            self.states.changes(connection).save(self.clock(), everything=True)

    @contextmanager
    def _transaction(self, *, writes_articles: bool) -> Iterator[Connection]:
        """One transaction. If it writes articles, it holds the writer's lock: nobody else may join reports to stories meanwhile."""
        writing = (
            self._writer.transaction(self.store) if writes_articles else self.store.write(exclusive=False)
        )
        with writing as connection:
            yield connection

    def _store(self, connection: Connection, changes: StateChanges, judged: Sequence[_Judged]) -> _Outcome:
        """Store what was judged. An article that the store cannot take stays pending and delays no other."""
        outcome = _Outcome()
        if not judged:
            return outcome
        written = write_isolated(self._writer, connection, _mending(connection, judged))
        for one, what in zip(judged, written, strict=True):
            if isinstance(what, RejectedArticle):
                wait = Wait(one.entry_ids, Reason.STORING, what.problem)
                outcome.waiting.append(Waiting(one.url, one.source, wait))
            else:
                outcome.stored.append(_Stored(one, what))
        self._boost(changes, outcome)
        # In the same transaction: where tasks are queued,
        # a story that grew never lacks its selection.
        if any(a.revised or (a.is_new and a.story is not None) for a in outcome.articles):
            self._follow_ups.select(connection)
        return outcome

    def _boost(self, changes: StateChanges, outcome: _Outcome) -> None:
        """Ask a source more often for a while if it has just brought a new story of some topic."""
        until = boosted_until(self.clock())
        for one in outcome.stored:
            if one.article.new_story and one.of.judged.reading.topics:
                changes.patch(one.of.source.name, partial(_boosted, until=until))

    def _link_others(self, connection: Connection, outcome: _Outcome) -> None:
        """Link entries that were pending at the same addresses to the articles, too."""
        # Mostly nothing waits; that look-up is far cheaper than one for each address.
        if outcome.stored and entries.any_pending(connection):
            entries.link_pending(connection, _by_address(outcome), self.clock())

    def _follow_up(self, connection: Connection, groups: Sequence[UrlGroup]) -> None:
        """Have done what comes next for groups of entries that are stored."""
        later = [i for g in groups if g.disposition is Disposition.JUDGE_LATER for i in g.entry_ids]
        orders = [g.order() for g in groups if g.disposition is Disposition.FETCH_PAGE and g.entry_ids]
        self._follow_ups.judge(connection, later)
        self._follow_ups.fetch_pages(connection, orders)


def _mending(connection: Connection, judged: Sequence[_Judged]) -> list[JudgedArticle]:
    """What was judged, each with the stored article that it mends: the one at its address, or where it was listed.

    Found in the transaction that writes, for it may have come, or may have been mended, since the entries were read.
    """
    keys = [(url_key(one.url), one.judged.key) for one in judged]
    there = articles.ids_of_keys(connection, list({key for pair in keys for key in pair}))
    broken = damaged.among(connection, there.values())
    if not broken:
        return [one.judged for one in judged]
    found = []
    for one, pair in zip(judged, keys, strict=True):
        article = one.judged.article
        at = [broken[there[key]] for key in pair if there.get(key) in broken]
        mends = next((old for old in at if old.is_mended_by(article.title, article.text)), None)
        found.append(replace(one.judged, mends=mends))
    return found


def _boosted(state: SourceState, until: datetime) -> SourceState:
    return replace(state, boosted_until=until)


def _of_group(group: UrlGroup, judged: JudgedArticle) -> _Judged:
    return _Judged(group.url, group.source, group.entry_ids, judged)


def _waits(group: UrlGroup) -> bool:
    """Whether the entries of a group wait from now on."""
    waits = (Disposition.FETCH_PAGE, Disposition.JUDGE_LATER, Disposition.WAIT)
    return group.disposition in waits and bool(group.entry_ids) and group.article is None


def _waiting(group: UrlGroup) -> Waiting:
    return Waiting(group.url, group.source, group.wait())


def _links(outcome: _Outcome) -> dict[int, int]:
    """The articles of entries."""
    return {i: one.article.article for one in outcome.stored for i in one.of.entry_ids}


def _by_address(outcome: _Outcome) -> dict[str, int]:
    """The articles by the canonical addresses that they were found at: a page may have moved."""
    return {
        key: one.article.article for one in outcome.stored for key in (url_key(one.of.url), one.of.judged.key)
    }


def _next_of(parsed: ParsedPoll) -> PollFollowUp:
    rest = None
    if parsed.more and isinstance(parsed.poll, PollAnswered):
        # With what was parsed: a sitemap of 5,000 addresses was parsed twenty times otherwise.
        rest = replace(parsed.poll, fetched=parsed.fetched, digest=parsed.digest)
    return PollFollowUp(parsed.fetched.children, rest, parsed.gap, parsed.failure is None)


def _with_joined(connection: Connection, found: Iterable[Waiting]) -> Iterator[Wait]:
    """Why the entries of orders are pending; entries that joined the same addresses meanwhile get the same reason."""
    for one in found:
        joined = entries.pending_at(connection, url_key(one.url))
        yield one.wait._replace(entry_ids=[*dict.fromkeys((*one.wait.entry_ids, *joined))])
