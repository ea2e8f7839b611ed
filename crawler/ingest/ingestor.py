"""The intake: where what was fetched becomes stored entries, and entries become judged articles, once each.

All calls come from one thread (see `crawler.ingest.batcher`), so there is one writer. Many answers are taken in together: what they
bring is read and judged first and then written in one transaction, the servers' validators with it, so that a crash leaves
nothing half done: what was not written is asked for again, and what waits for its page is found again as pending.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from crawler.config.settings import Settings, Source
from crawler.documents.kinds import Answer, digest_of, reader_of, unpacked
from crawler.ingest.articles import PageOrder, article_of
from crawler.ingest.judges import Question, Verdict
from crawler.ingest.messages import Batch, Fate, Group, Poll, Settled, Taken, Work
from crawler.ingest.pending import left_over
from crawler.ingest.revisits import due_again, revisits_of
from crawler.ingest.source_states import Watch
from crawler.model import Article, AseanwatchError, CrawlReport, Entry, Reading, SourceFailure
from crawler.parsing.dating import FEW, Listing, dated
from crawler.parsing.feeds import FeedError
from crawler.parsing.urls import url_key
from crawler.polling.interval import boosted_until
from crawler.polling.observing import Seen, page_seen
from crawler.runtime.redaction import without_credentials
from crawler.store import Store, entries, remembered, waiting
from crawler.store.apart import Unkept, keep_apart
from crawler.store.articles import ids_of_keys
from crawler.store.keeping import Judged, Keeper, Kept
from crawler.store.sources import PollRecord, Validators, add_gap, add_polls, close_gap, forget_validators
from crawler.store.waiting import Reason, Wait

log = logging.getLogger("aseanwatch")
W = TypeVar("W", Group, PageOrder)

MOST_NEW = 250
"""New entries of one answer that are taken at once; a source that lists thousands must not hold up the others."""


class Onward(Protocol):
    """Takes, in the transaction that stores what it is about, what is to be done next."""

    def to_judge(self, connection: Connection, groups: Sequence[Group]) -> None:
        """Entries wait to be judged."""
        ...

    def to_fetch(self, connection: Connection, groups: Sequence[Group]) -> None:
        """Entries wait for their pages."""
        ...

    def to_raise(self, connection: Connection) -> None:
        """Stories have grown."""
        ...


@dataclass(frozen=True, slots=True)
class Done(Generic[W]):
    """What was judged and is stored, with the group or the order that it is of."""

    of: W
    judged: Judged
    kept: Kept


@dataclass(frozen=True, slots=True)
class Stuck:
    """A group or an order whose entries wait, and why."""

    of: Group | PageOrder
    wait: Wait


class Intake:
    """Takes in what poller and spider bring. One for each crawl or service.

    Args:
        settings: the configuration.
        store: where everything is kept.
        clock: gives the present moment, aware.
        since: entries published before this are left aside.
        changed: called whenever a source is done or an article is stored, for progress and instant alerts.
        onward: takes what is to be done next where other processes may do it (`crawler.tasks`); without it all is done here.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Callable[[], datetime],
        since: datetime | None = None,
        changed: Callable[[], None] = lambda: None,
        onward: Onward | None = None,
    ) -> None:
        self.settings, self.store, self.clock = settings, store, clock
        self.since, self.changed, self._onward = since, changed, onward
        self.report = CrawlReport()
        self.new_articles: list[int] = []
        self.watch = Watch(settings, store, shared=onward is not None)
        self._keeper = Keeper(settings.stories.window)
        self._asked: set[str] = set()

    def open(self, polls: Sequence[Poll]) -> Batch:
        """Read what several polls brought: what is new in it, and what is to be judged before it can be stored."""
        works = [Work(poll, self.watch.address(poll.source)) for poll in polls]
        for work in works:
            self._read(work)
        with self.store.reading() as connection:
            self._look_up(connection, works)
            groups = self._grouped(connection, works)
        if self._onward is None:
            return Batch(works, groups, self._questions(groups))
        for group in groups:
            group.fate = group.fate if group.fate is Fate.KNOWN else Fate.LATER
        return Batch(works, groups, [])

    def close(self, batch: Batch, verdicts: Sequence[Verdict]) -> tuple[list[PageOrder], list[Taken]]:
        """Store what `open` read, with the verdicts on it; gives the pages to fetch, and for each poll what comes next."""
        now, works, groups = self.clock(), batch.works, batch.groups
        judged = self._judged(batch.questions, verdicts)
        with self._writing(bool(judged) or self._onward is None, {p.poll.source.name for p in works}) as connection:
            self._overtaken(connection, groups)
            self._add_entries(connection, works, groups)
            for work in works:
                self._note(connection, work, now)
            add_polls(connection, [self._record(work) for work in works])
            if self._onward is not None:
                self._onward.to_judge(connection, groups)
            kept, stuck = self._keep(connection, judged)
            stuck += [Stuck(g, g.wait()) for g in groups if g.fate in (Fate.PAGE, Fate.LATER) and g.entry_ids]
            waiting.put_off(connection, [s.wait for s in stuck], now)
            self.watch.save(connection, now)
        for work in works:
            self._count_poll(work)
        self._count(kept, stuck)
        orders = [g.order() for g in groups if g.fate is Fate.PAGE and g.entry_ids and g.key not in self._asked]
        self._asked |= {url_key(o.url) for o in orders}
        return orders, [Taken(w.fetched.children, w.more, w.gap) for w in works]

    @contextmanager
    def _writing(self, keeps: bool, sources: Iterable[str] = ()) -> Iterator[Connection]:
        """One transaction; where it fails, what this process remembers of it goes too.

        Args:
            keeps: articles are kept in it, which takes its turn; else nobody else's writing matters.
            sources: those whose answers are taken in.
        """
        writing = self._keeper.writing(self.store) if keeps else self.store.writing(beside=True)
        with self.watch.unless_it_fails(sources), writing as connection:
            yield connection

    def take_up(self, entry_ids: Sequence[int]) -> Batch:
        """What is to be judged of stored entries that wait, as `open` gives it of answers."""
        with self.store.writing(beside=True) as connection:
            left = left_over(connection, self.settings.sources, entry_ids)
        groups = list(left.groups.values())
        return Batch([], groups, self._questions(groups, left.tired))

    def conclude(self, batch: Batch, verdicts: Sequence[Verdict]) -> None:
        """Store what `take_up` gave, with the verdicts on it; pages that are worth it are fetched by whoever fetches pages."""
        judged, now = self._judged(batch.questions, verdicts), self.clock()
        with self._writing(bool(judged)) as connection:
            kept, stuck = self._keep_apart(connection, judged)
            entries.link(connection, {i: one.kept.article for one in kept for i in one.of.entry_ids})
            stuck += [Stuck(g, g.wait()) for g in batch.groups if g.fate in (Fate.PAGE, Fate.LATER)]
            waiting.note(connection, [s.wait for s in stuck], now)
            self._tell_onward(connection, [one.kept for one in kept], batch.groups)
            self.watch.save(connection, now)

    def _tell_onward(self, connection: Connection, kept: Sequence[Kept], groups: Sequence[Group] = ()) -> None:
        if self._onward is not None:
            self._onward.to_fetch(connection, [g for g in groups if g.fate is Fate.PAGE])
            if any(k.is_new and k.story is not None for k in kept):
                self._onward.to_raise(connection)

    def _read(self, work: Work) -> None:
        """Find out what an answer holds; bytes that are known are not read again."""
        poll = work.poll
        work.problem = poll.problem
        if poll.answer is None:
            work.outcome = "failed" if poll.problem else "unchanged"
            return
        try:
            body = unpacked(poll.answer.body, self.settings.crawl.max_size)
            work.digest = digest_of(body)
            if work.digest == self.watch.validators(poll.source, poll.url).digest and poll.gap is None:
                work.outcome = "unchanged"
                return
            answer = Answer(poll.answer.url, body, poll.answer.content_type, poll.answer.seen)
            work.fetched = poll.fetched or reader_of(poll.kind)(answer, poll.source)
            work.outcome = "ok"
        except FeedError as error:
            work.problem = error.kind, str(error)
        except AseanwatchError as error:
            work.problem = "kind", str(error)
        except Exception as error:  # a source can hurt only itself, also by what nobody thought of
            log.exception("the answer of %s cannot be read", poll.source.name)
            work.problem = "error", f"{type(error).__name__} while reading it; the log says more"

    def _look_up(self, connection: Connection, works: Iterable[Work]) -> None:
        """Make entries of what is new."""
        taken: dict[str, set[str]] = {}
        for work in works:
            if work.outcome != "ok":
                continue
            name, guids = work.poll.source.name, work.fetched.guids
            before = taken.setdefault(name, set())
            work.known = entries.known_guids(connection, name, list(dict.fromkeys(guids)))
            made = self._but_relisted(connection, work, before)
            former = entries.dates_of_titles(connection, name, [e.title for e in made if e.title]) if len(made) > FEW else {}
            made = dated(made, self._listing(work, former)) if made else []
            recent = [e for e in made if self.since is None or (e.published or e.assumed or self.since) >= self.since]
            work.new, work.more, work.aside = recent[:MOST_NEW], len(recent) > MOST_NEW, len(made) - len(recent)
            before |= {e.guid for e in work.new}

    def _but_relisted(self, connection: Connection, work: Work, before: set[str]) -> list[Entry]:
        """The entries that are new, but for those whose address is that of something pruned."""
        made = {e.guid: e for e in work.fetched.entries_but(work.known | before)}
        keys = {guid: url_key(e.url) for guid, e in made.items()}
        pruned = remembered.addresses(connection, keys.values())
        work.relisted = {guid for guid, key in keys.items() if key in pruned}
        work.known |= work.relisted
        return [e for guid, e in made.items() if guid not in work.relisted]

    def _listing(self, work: Work, former: Mapping[str, datetime]) -> Listing:
        """An answer as `dated` looks at it."""
        was_read = self.watch.validators(work.poll.source, work.poll.url).digest is not None
        return Listing(work.fetched.places(work.poll.at), work.known, was_read, former)

    def _grouped(self, connection: Connection, works: Iterable[Work]) -> list[Group]:
        """New entries by the address that they lead to, and what is to become of each."""
        groups: dict[str, Group] = {}
        for work in works:
            for entry in work.new:
                key = url_key(entry.url)
                group = groups.get(key)
                if group is None:
                    group = groups[key] = Group(key, work.poll.source, work.fetched.lang)
                group.entries.append(entry)
        known = ids_of_keys(connection, list(groups))
        for key, group in groups.items():
            group.article = known.get(key)
            if group.article is not None:
                group.fate = Fate.KNOWN
            elif key in self._asked:
                group.fate, group.page_is_asked = Fate.LATER, True  # that order links it when it is done
        return list(groups.values())

    def _questions(self, groups: Iterable[Group], tired: Collection[str] = ()) -> list[tuple[Group, Question]]:
        """What is to be judged by the feed's words; for the others their page is wanted, as far as nobody is tired of asking."""
        found, now = [], self.clock()
        for group in groups:
            policy = "never" if group.key in tired else self.settings.pages_of(group.source)
            if group.fate is Fate.NOW and policy == "always":
                group.fate = Fate.PAGE
            elif group.fate is Fate.NOW:
                found.append((group, Question(article_of(group.order(), None, now), policy == "matching")))
        return found

    def _judged(self, questions: Iterable[tuple[Group, Question]], verdicts: Iterable[Verdict]) -> list[tuple[Group, Judged]]:
        """What can be stored at once. What cannot be judged stays pending, and holds up nothing else."""
        judged = []
        for (group, question), verdict in zip(questions, verdicts, strict=True):
            if verdict.reading is not None:
                key = url_key(question.article.url)
                judged.append((group, Judged(question.article, verdict.reading, key, from_page=False)))
            else:
                group.fate = Fate.LATER if verdict.problem else Fate.PAGE
                group.problem = (Reason.JUDGING, verdict.problem) if verdict.problem else None
        return sorted(judged, key=lambda pair: pair[1].article.when)  # the earliest of equal texts is the original

    def _overtaken(self, connection: Connection, groups: Iterable[Group]) -> None:
        """Look again at groups for which an order was under way: it may have ended since they were read, and sees to them no more."""
        left = {g.key: g for g in groups if g.page_is_asked and g.key not in self._asked}
        known = ids_of_keys(connection, list(left)) if left else {}
        for key, group in left.items():
            group.page_is_asked = False
            if key in known:
                group.fate, group.article = Fate.KNOWN, known[key]
            else:  # tried again with those that the order was for
                group.problem = waiting.problem_at(connection, key) or (Reason.STORING, "what came of its page was not stored")

    def _add_entries(self, connection: Connection, works: Sequence[Work], groups: Sequence[Group]) -> None:
        """Insert new entries; those of another process that came in between are left out."""
        entries.hold(connection, (work.poll.source.name for work in works if work.new))
        for work in works:
            remembered.remember_guids(connection, work.poll.source.name, work.relisted)
            if work.new:
                twice = entries.known_guids(connection, work.poll.source.name, [e.guid for e in work.new])
                work.new = [e for e in work.new if e.guid not in twice]
        fresh = {id(e) for w in works for e in w.new}
        rows = [(g, e) for g in groups for e in g.entries if id(e) in fresh]
        for (group, _), number in zip(rows, entries.add(connection, [(e, g.key) for g, e in rows]), strict=True):
            group.entry_ids.append(number)
        entries.lead(connection, {i: g.article for g in groups if g.article is not None for i in g.entry_ids})

    def _keep(self, connection: Connection, judged: Sequence[tuple[Group, Judged]]) -> tuple[list[Done[Group]], list[Stuck]]:
        """Store what was judged at once and lead its entries to it, and all that waited for the same address."""
        kept, stuck = self._keep_apart(connection, judged)
        entries.lead(connection, {i: one.kept.article for one in kept for i in one.of.entry_ids})
        if self._asked:
            entries.link_pending(connection, {one.judged.key: one.kept.article for one in kept})
        return kept, stuck

    def _keep_apart(self, connection: Connection, judged: Sequence[tuple[W, Judged]]) -> tuple[list[Done[W]], list[Stuck]]:
        """Store what was judged; what the store cannot take of it waits, and holds up nothing else."""
        kept, stuck = list[Done[W]](), list[Stuck]()
        for (of, one), what in zip(judged, keep_apart(self._keeper, connection, [j for _, j in judged]), strict=True):
            if isinstance(what, Unkept):
                stuck.append(Stuck(of, Wait(of.entry_ids, Reason.STORING, what.problem)))
            else:
                kept.append(Done(of, one, what))
        self._heat(kept)
        return kept, stuck

    def _heat(self, kept: Sequence[Done[W]]) -> None:
        """A source that just brought a new story worth an alert is asked more often for a while."""
        until = boosted_until(self.clock())
        for one in kept:
            if one.kept.new_story and one.judged.reading.topics:
                self.watch.hot(one.of.source.name, until)

    def _note(self, connection: Connection, work: Work, now: datetime) -> None:
        """Take down what an answer says of its source."""
        poll, source = work.poll, work.poll.source
        if poll.gap is not None:
            if work.new:
                close_gap(connection, poll.gap, len(work.new), poll.url)
            return
        if work.more:
            self.watch.brought(source, [e.published for e in work.new], now)
            return
        # What --since left aside was not seen: with validators the next crawl would be told "unchanged", and never see it.
        if not work.aside and (work.outcome == "ok" or (work.outcome == "unchanged" and work.digest)):
            self.watch.keep_validators(
                source, poll.url, Validators(poll.validators.etag, poll.validators.last_modified, work.digest)
            )
        if work.fetched.children:
            forget_validators(connection, source.name, {poll.url, *work.fetched.children})
            self.watch.forget_children(source, {poll.url, *work.fetched.children})
            self._note_children(source, work.fetched.children)
        if not work.is_main:
            self.watch.brought(source, [e.published for e in work.new], now)
            return
        if work.outcome == "failed" and work.problem is not None:
            self.watch.failed(source, *work.problem, now, poll.held)
            return
        unchanged = work.outcome == "unchanged"
        seen = Seen(
            listed=len(work.fetched.guids), known=len(work.known), new=[e.published for e in work.new],
            oldest=work.fetched.oldest, unchanged=unchanged, false_not_modified=poll.lied, skew=poll.skew, fresh=poll.fresh,
        )  # fmt: skip
        target = poll.target or (work.fetched.hints.moved if not unchanged else None)
        gap = self.watch.answered(source, seen, now, target, None if unchanged else work.fetched.hints)
        if gap is not None and gap.lost >= 1:
            work.gap = add_gap(connection, source.name, gap)

    def _note_children(self, source: Source, children: Iterable[str]) -> None:
        """Put the sitemaps that an index names on record with the index itself.

        An index that is "unchanged" the next time names nothing: it must not hide one that cannot be read or stored now.
        """
        known = self.watch.addresses(source)
        for child in children:
            if child not in known:
                self.watch.keep_validators(source, child, Validators())

    def _record(self, work: Work) -> PollRecord:
        poll = work.poll
        kind, message = work.problem or (None, "; ".join((*poll.notes, *work.fetched.notes)) or None)
        listed = len(work.fetched.guids) if work.outcome == "ok" else 0
        return PollRecord(poll.source.name, poll.url, poll.at, work.outcome, kind, message, listed, len(work.new))

    def _count_poll(self, work: Work) -> None:
        report, source = self.report, work.poll.source.name
        if work.problem is not None and work.poll.gap is not None:  # a guess where older entries may be; the source itself is well
            report.notes.append(
                SourceFailure(source, "note", f"no older entries at {without_credentials(work.poll.url)}: {work.problem[1]}")
            )
        elif work.problem is not None:
            report.failures.append(SourceFailure(source, *work.problem))
        elif work.is_main and not work.more:
            report.ok += work.outcome == "ok"
            report.unchanged += work.outcome == "unchanged"
        report.entries += 0 if work.more else len(work.fetched.guids)
        report.new_entries += len(work.new)
        report.aside += 0 if work.more else work.aside
        report.notes += [SourceFailure(source, "note", n) for n in (*work.poll.notes, *work.fetched.notes)]

    def resume(self, sources: Iterable[Source], due: datetime | None = None) -> tuple[list[PageOrder], list[Settled]]:
        """The work that was left undone, by an earlier run or by what could not be judged or stored at its time.

        Gives the pages to fetch, and what was tried often enough or needs no page; what is under way is left at that.

        Args:
            sources: the sources that are watched.
            due: only what may be tried again at this moment; without it everything, as a new process does.
        """
        with self.store.writing() as connection:
            left = left_over(connection, sources, but=self._asked, due=due)
            entries.count_try(connection, [i for g in left.groups.values() for i in g.entry_ids])
        tired = left.tired | {key for key, g in left.groups.items() if self.settings.pages_of(g.source) == "never"}
        self._asked |= left.groups.keys()
        orders = [g.order() for key, g in left.groups.items() if key not in tired]
        return orders, [Settled(left.groups[key].order()) for key in left.groups if key in tired]

    def end(self) -> None:
        """Write what is still to be written of the sources."""
        with self._writing(False) as connection:
            self.watch.save(connection, self.clock(), everything=True)

    def revisits(self, sources: Iterable[Source], limit: int = 50) -> list[PageOrder]:
        """The pages that are to be asked for again, for nobody says that an article was edited."""
        with self.store.writing() as connection:
            return revisits_of(connection, sources, due_again(connection, self.clock(), limit))

    def to_judge(self, settled: Sequence[Settled]) -> list[Question]:
        """What is to be judged of what came of page orders; without a page the words of their entries."""
        now = self.clock()
        return [Question(article_of(s.order, s.document, now)) for s in settled]

    def settle(self, settled: Sequence[Settled], questions: Sequence[Question], verdicts: Sequence[Verdict]) -> None:
        """Store the articles that orders were for, with the verdicts on them. What cannot be judged stays pending, with why."""
        new, stuck = list[tuple[PageOrder, Judged]](), list[Stuck]()
        for one, question, verdict in zip(settled, questions, verdicts, strict=True):
            order = one.order
            if one.answered:
                self.watch.remark(order.source.name, partial(page_seen, readable=one.document is not None, wall=one.wall))
            self._asked.discard(url_key(order.url))
            if verdict.reading is None:
                stuck.append(Stuck(order, Wait(order.entry_ids, Reason.JUDGING, verdict.problem)))
            elif order.revisit is None:
                article = question.article
                new.append((order, Judged(article, verdict.reading, url_key(article.url), one.document is not None)))
            elif one.document is not None:
                self._revise(order.revisit, question.article, verdict.reading)
        self._store(new, stuck)
        failed = ((s.order, s.problem) for s in settled if s.problem)
        self.report.page_failures += [SourceFailure(o.source.name, "page", f"{o.url}: {problem}") for o, problem in failed]

    def _store(self, new: Sequence[tuple[PageOrder, Judged]], stuck: Sequence[Stuck]) -> None:
        now = self.clock()
        with self._writing(True) as connection:
            kept, unkept = self._keep_apart(connection, new)
            led = {key: one.kept.article for one in kept for key in (url_key(one.of.url), one.judged.key)}
            entries.link_pending(connection, led)
            waiting.note(connection, _with_joined(connection, (*stuck, *unkept)), now)
            self._tell_onward(connection, [one.kept for one in kept])
            self.watch.save(connection, now)
        self._count(kept, [*stuck, *unkept])

    def leave(self, settled: Sequence[Settled], problem: str) -> None:
        """Nothing came of orders, for a reason that nobody thought of: their entries wait with it, and are tried again."""
        self.let_go(settled)
        stuck = [Stuck(s.order, Wait(s.order.entry_ids, Reason.JUDGING, problem)) for s in settled]
        with self._writing(False) as connection:
            waiting.note(connection, _with_joined(connection, stuck), self.clock())
        self._count([], stuck)

    def let_go(self, settled: Iterable[Settled]) -> None:
        """Nobody sees to these orders any more, so that `resume` finds their entries."""
        self._asked -= {url_key(s.order.url) for s in settled}

    def _revise(self, number: int, article: Article, reading: Reading) -> None:
        """Keep another version of an article where its page says something else now."""
        with self._writing(True) as connection:
            if self._keeper.revise(connection, number, article, reading, self.clock()) and self._onward is not None:
                self._onward.to_raise(connection)

    def _count(self, kept: Sequence[Done[W]], stuck: Sequence[Stuck]) -> None:
        """Count what became of entries, and tell of those that failed."""
        for one in kept:
            self._count_kept(one.kept)
        for left in stuck:
            if left.wait.reason.failed and left.wait.entry_ids:
                words = f"{left.of.url}: {left.wait.reason.spoken}: {left.wait.message}"
                self.report.stuck.append(SourceFailure(left.of.source.name, left.wait.reason.value, words))
        self.changed()

    def _count_kept(self, kept: Kept) -> None:
        if not kept.is_new:
            return
        self.new_articles.append(kept.article)
        self.report.articles += 1
        self.report.duplicates += kept.duplicate_of is not None or kept.displaced is not None
        self.report.relevant += kept.relevant
        self.report.new_stories += kept.new_story


def _with_joined(connection: Connection, stuck: Iterable[Stuck]) -> Iterator[Wait]:
    """Why the entries of orders wait, and with them those that came to the same addresses while the orders were under way."""
    for one in stuck:
        joined = entries.pending_at(connection, url_key(one.of.url))
        yield one.wait._replace(entry_ids=[*dict.fromkeys((*one.wait.entry_ids, *joined))])
