"""Has what is new read by assistants, a portion at a time: opinions first, then translations, then briefs.

The newest comes first, and before it what is about to be told. What is asked for is what `alerts.assist.passages` says.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from alerts.assist.briefs import brief_request, stories_without_brief
from alerts.assist.passages import passages_of, passages_of_proof
from alerts.assist.queue import CURSOR, FillQueue, begin_again, note_waiting, stories_to_tell
from alerts.assist.scope import ASKED_FOR, READ, asked_for, note_unread, read, read_pairs
from alerts.assist.wanted import wanted_languages
from crawler.assist import budget
from crawler.assist.asking import ask_brief, ask_translations
from crawler.assist.assistants import Assistants
from crawler.assist.exchange import Clock, NotAskedError, choose, is_open
from crawler.assist.glossary import Glossary, glossary_of, glossary_version, names_in
from crawler.assist.model import Passage, Task, TokenCount
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.assist import FAILED, GIVEN, REFUSED, StoredAnswer, translation_key
from crawler.store.bulk import chunks
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.schema import articles, base_articles

log = logging.getLogger("aseanwatch")

PORTION = 24
"""Reports whose words are asked for together: the next look takes up what came meanwhile."""
BRIEFS = 4
"""Stories that get a brief in one look."""
LATER = timedelta(seconds=30)
"""When it is looked again at a report that could not be asked about."""
NEVER = datetime.max.replace(tzinfo=UTC)
GLOSSARY_KEPT = timedelta(minutes=10)
PAIRS_KEPT = timedelta(minutes=30)
"""How long it is not looked again which languages can be read."""
_COLUMNS = (
    "id", "story_id", "title", "text", "lang", "evidence", "duplicate_of", "source",
)  # fmt: skip


@dataclass(slots=True)
class Filled:
    """What one look did.

    Attributes:
        answered: questions that were answered, believed or not, by task.
        waiting: reports and briefs that are left.
        blocked: why no more is asked now; None where there is nothing more to ask, or more can be.
        worked: whether it did anything, so that another look is worth it at once.
    """

    answered: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    blocked: str | None = None
    worked: bool = False


class Filler:
    """Fills the store with what assistants make of news. For one thread at a time.

    Args:
        settings: the whole configuration.
        store: where everything is kept.
        assistants: who is asked.
        clock: gives the present moment.
        first: done at the beginning of each look: what is more urgent than all else, such as opinions on doubtful bases.
        stopping: set where it is to end.
    """

    def __init__(
        self, settings: Settings, store: Store, assistants: Assistants, clock: Clock,
        first: Callable[[], object] | None = None, stopping: threading.Event | None = None,
    ) -> None:  # fmt: skip
        self._settings, self._store, self._assistants, self._clock = settings, store, assistants, clock
        self._first = first or (lambda: None)
        self._stopping = stopping or threading.Event()
        self._queue = FillQueue(settings.assist.fresh)
        self._briefs: dict[int, datetime] = {}
        self._briefs_from: dict[int, int] = {}
        self._resting: tuple[str, datetime] | None = None
        self._paired: datetime | None = None
        self._left: tuple[int, int] | None = None
        self._glossary: tuple[datetime, Glossary] | None = None

    def look(self) -> Filled:
        """One portion of what waits."""
        now, done = self._clock(), Filled()
        self._first()
        with self._store.read() as connection:
            languages = wanted_languages(connection, self._settings)
        self._notice(ASKED_FOR, asked_for(self._settings, languages))
        with self._store.read() as connection:
            self._queue.take_up(connection, now)
            over = done.blocked = self._over_budget(connection, now)
            due = [] if over else self._queue.due(connection, now, PORTION)
            urgent = stories_to_tell(connection, now - self._settings.assist.fresh)
        if due and self._all_rest(now, done):
            due = []
        if due:
            done.worked = True
            self._notice_pairs(languages, now)
            self._translate(due, languages, now, done)
        if not over:
            # What is about to be told gets its brief before the words of what is not.
            ready = [s for s in self._briefs_due(urgent, now) if s in urgent or not due][:BRIEFS]
            if ready and self._can_brief(now, done):
                self._brief(ready, languages, done)
        # What waits is not due yet, for the reason that was noted before.
        if done.blocked is None and self._resting is not None and now < self._resting[1]:
            done.blocked = self._resting[0]
        self._note_position()
        self._note_waiting()
        done.waiting = len(self._queue) + len(self._briefs)
        return done

    def fill(self, watch: Callable[[Filled], object] | None = None) -> Filled:
        """Look until nothing is left that can be asked now."""
        whole = Filled()
        while not self._stopping.is_set():
            done = self.look()
            for task, count in done.answered.items():
                whole.answered[task] = whole.answered.get(task, 0) + count
            whole.waiting, whole.blocked = done.waiting, done.blocked or whole.blocked
            if watch is not None:
                watch(whole)
            if not done.worked:
                break
        return whole

    def _notice(self, cursor: str, value: int) -> None:
        """Have all that is fresh looked at again where something is not as it was (`alerts.assist.scope`)."""
        with self._store.read() as connection:
            if get_cursor(connection, cursor) == value:
                return
        with self._store.write() as connection:
            if get_cursor(connection, cursor):
                begin_again(connection)
                self._queue.begin_again()
            set_cursor(connection, cursor, value)

    def _notice_pairs(self, languages: Sequence[str], now: datetime) -> None:
        """Models may be installed, or taken away, without a change of the configuration."""
        if self._paired is None or now - self._paired >= PAIRS_KEPT:
            self._paired = now
            pairs = read_pairs(self._assistants, self._settings, languages)
            self._notice(READ, read(pairs))
            with self._store.write() as connection:
                note_unread(connection, self._settings, languages, pairs)

    def _note_waiting(self) -> None:
        left = self._queue.newest, len(self._queue)
        if left[0] and left != self._left:
            with self._store.write() as connection:
                note_waiting(connection, *left)
            self._left = left

    def _over_budget(self, connection: Connection, now: datetime) -> str | None:
        limits = self._settings.assist.budget
        return budget.exceeded(limits, budget.used_today(connection, now), TokenCount(1, 1), 0.0)

    def _names(self) -> Glossary:
        """The glossary as the register has it by now; made anew where that has changed, a few times in an hour at most."""
        now = self._clock()
        if self._glossary is None or now - self._glossary[0] >= GLOSSARY_KEPT:
            with self._store.read() as connection:
                version = glossary_version(connection, self._settings)
                known = self._glossary[1] if self._glossary is not None else None
                if known is None or known.version != version:
                    known = glossary_of(connection, self._settings)
            self._glossary = now, known
        return self._glossary[1]

    def _translate(
        self, numbers: Sequence[int], languages: Sequence[str], now: datetime, done: Filled
    ) -> None:
        with self._store.read() as connection:
            rows = _reports(connection, numbers)
            proofs = _proofs(connection, numbers)
        said = {r.id: _passages(r, proofs.get(r.id, ())) for r in rows}
        wanted: dict[int, list[str]] = {r.id: [] for r in rows}
        found: dict[str, StoredAnswer] = {}
        rests: dict[str, datetime] = {}
        for to in languages:
            pairs = dict.fromkeys(p.lang for passages in said.values() for p in passages if p.lang != to)
            later = {lang: self._rests_until(Task.TRANSLATE, now, done, lang, to) for lang in pairs}
            able = [lang for lang, until in later.items() if until is not NEVER]
            mine = {n: [p for p in ps if p.lang in able] for n, ps in said.items()}
            for number, passages in mine.items():
                allowed = {translation_key(p.text, p.lang, to): p.lang for p in passages if self._may_send(p)}
                wanted[number] += allowed
                rests |= {key: until for key, lang in allowed.items() if (until := later[lang]) is not None}
            found |= self._asked([p for ps in mine.values() for p in ps if later[p.lang] is None], to, done)
            if self._stopping.is_set():
                return
        moment = self._clock()
        for number in numbers:
            waits = [_open_until(found.get(key), moment, rests.get(key)) for key in wanted.get(number, ())]
            left = [until for until in waits if until is not None]
            if left:
                self._queue.put_off(number, min(left))
            else:
                self._queue.done(number)
        if Task.BRIEF in _tasks(self._settings):
            for row in rows:
                if row.story_id is not None:
                    self._briefs[row.story_id] = now
                    self._briefs_from[row.story_id] = min(row.id, self._briefs_from.get(row.story_id, row.id))

    def _may_send(self, passage: Passage) -> bool:
        return self._assistants.may_send(passage.source)

    def _all_rest(self, now: datetime, done: Filled) -> bool:
        """Whether no assistant that translates may be asked now, so that it need not be looked what there is to ask."""
        return self._rests_until(Task.TRANSLATE, now, done) not in (None, NEVER)

    def _can_brief(self, now: datetime, done: Filled) -> bool:
        """Whether briefs may be asked for now; where nobody makes any, none is waited for."""
        until = self._rests_until(Task.BRIEF, now, done)
        if until is NEVER:
            self._briefs.clear()
            self._briefs_from.clear()
        return until is None

    def _rests_until(
        self, task: Task, now: datetime, done: Filled, lang: str | None = None, to: str | None = None
    ) -> datetime | None:
        """Until when nobody can be asked for a task, or between two languages; None: now; `NEVER`: nobody does it at all."""
        try:
            choose(self._store, self._assistants, task, lang, to, now)
        except NotAskedError as error:
            if error.is_lasting:
                return NEVER
            self._note_blocked(error, done)
            return max(now + LATER, error.until or now)
        return None

    def _note_blocked(self, error: NotAskedError, done: Filled) -> None:
        """Note why something cannot be asked now: a budget may end, and an assistant fail, within one look."""
        if not error.is_lasting:
            done.blocked = str(error)
            self._resting = done.blocked, self._clock() + LATER

    def _asked(self, passages: Sequence[Passage], to: str, done: Filled) -> dict[str, StoredAnswer]:
        names: dict[str, str] = {}
        for passage in passages:
            names |= names_in(passage.text, passage.lang, to, self._names())
        began = self._clock()
        found = ask_translations(
            self._store, self._assistants, passages, to, names,
            clock=self._clock, not_asked=lambda error: self._note_blocked(error, done),
        )  # fmt: skip
        _count(done, Task.TRANSLATE, [a for a in found.values() if a.at >= began])
        return found

    def _briefs_due(self, urgent: Collection[int], now: datetime) -> list[int]:
        """Stories whose briefs come next: those that are about to be told, then the newest."""
        ready = [s for s, until in self._briefs.items() if until <= now]
        return sorted(ready, key=lambda s: (s not in urgent, -s))

    def _brief(self, numbers: Sequence[int], languages: Sequence[str], done: Filled) -> None:
        for story in numbers:
            waits: list[datetime] = []
            for to in languages:
                if self._stopping.is_set():
                    return
                with self._store.read() as connection:
                    needed = stories_without_brief(
                        connection,
                        [story],
                        to,
                        self._assistants.may_send,
                        self._settings.sources_without_assist,
                    )
                if story in needed:
                    began = self._clock()
                    request = brief_request(needed[story], to, self._names())
                    answer = ask_brief(self._store, self._assistants, request, story, clock=self._clock)
                    _count(done, Task.BRIEF, [answer] if answer.at >= began else [])
                    until = _open_until(answer, self._clock())
                    waits += [until] if until is not None else []
            if waits:
                self._briefs[story] = min(waits)
            else:
                self._briefs.pop(story, None)
                self._briefs_from.pop(story, None)
            done.worked = True

    def _note_position(self) -> None:
        # A brief that could not be made yet is asked for by the process that comes next, too.
        position = min([self._queue.position(), *(number - 1 for number in self._briefs_from.values())])
        with self._store.read() as connection:
            if position <= get_cursor(connection, CURSOR):
                return
        with self._store.write() as connection:
            # Answers may have been forgotten meanwhile, which set it back.
            if self._queue.is_in_step(connection):
                set_cursor(connection, CURSOR, position)
                self._queue.noted = position


@contextmanager
def filler_of(settings: Settings, store: Store, clock: Clock) -> Iterator[Filler]:
    """A filler with assistants of its own, which it lets go of at the end."""
    assistants = Assistants(settings)
    try:
        yield Filler(settings, store, assistants, clock)
    finally:
        assistants.close()


def _tasks(settings: Settings) -> frozenset[Task]:
    """What the assistants of a configuration may be asked for; those that name no task for all."""
    named = [one.tasks for one in settings.assist.assistants]
    return frozenset(Task) if not all(named) else frozenset(Task(t) for tasks in named for t in tasks)


def _reports(connection: Connection, numbers: Sequence[int]) -> list[Any]:
    statement = select(*(articles.c[name] for name in _COLUMNS))
    rows = [
        r for part in chunks(numbers) for r in connection.execute(statement.where(articles.c.id.in_(part)))
    ]
    place = {number: n for n, number in enumerate(numbers)}
    return sorted(rows, key=lambda r: place[r.id])


def _proofs(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Any]]:
    """What reports say of bases, by report."""
    columns = (base_articles.c.article_id, base_articles.c.sentence, base_articles.c.name, articles.c.lang)
    statement = select(*columns).join(articles, articles.c.id == base_articles.c.article_id)
    found: dict[int, list[Any]] = {}
    for part in chunks(numbers):
        for row in connection.execute(statement.where(base_articles.c.article_id.in_(part))):
            found.setdefault(row.article_id, []).append(row)
    return found


def _passages(report: Any, proofs: Iterable[Any]) -> list[Passage]:
    said = [*passages_of(report), *(p for proof in proofs for p in passages_of_proof(proof))]
    return [Passage(text, lang, report.id, report.source) for text, lang in dict.fromkeys(said)]


def _open_until(answer: StoredAnswer | None, now: datetime, rests: datetime | None = None) -> datetime | None:
    """When a question is to be looked at again; None where nothing more is to come.

    Args:
        answer: what is known of it.
        now: the present moment.
        rests: until when nobody who could be asked may be.
    """
    if answer is None:
        return rests or now + LATER
    if answer.next is None:
        return None
    return max(answer.next, now + LATER) if is_open(answer, now) else answer.next


def _count(done: Filled, task: Task, found: Sequence[StoredAnswer]) -> None:
    """Count what was answered just now, and note why no answer came."""
    answered = sum(a.outcome in (GIVEN, REFUSED) for a in found)
    if answered:
        done.answered[task.value] = done.answered.get(task.value, 0) + answered
    if done.blocked is None:
        done.blocked = next((a.reason for a in found if a.outcome == FAILED), None)
