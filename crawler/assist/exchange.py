"""One request to an assistant: chosen, within the budget, noted before it is sent, and noted again with what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from crawler.assist import breaker, budget
from crawler.assist.assistants import Assistants, ChosenAssistant, UnusableAssistantError, name_of
from crawler.assist.breaker import AssistantState
from crawler.assist.model import Assistant, AssistError, Task, TokenCount
from crawler.plugins import contained
from crawler.runtime.error_words import in_words
from crawler.store import Store
from crawler.store.assist import (
    ASKED,
    FAILED,
    GIVEN,
    SentRequest,
    StoredAnswer,
    answers,
    keep,
    record,
    settle,
)

LONGEST_PROBLEM = 300
"""Characters of a failure that are kept."""
CLAIMED = timedelta(minutes=2)
"""Beside the timeout: so long nobody else asks what somebody is asking."""
MOST_TRIES = 5
"""A question that got no answer so often is not asked again."""
NEVER_ENDED = "whoever asked it never came back: the program ended while it was asked"
Clock = Callable[[], datetime]


class WithUsage(Protocol):
    """An answer of any task."""

    @property
    def model(self) -> str:
        """The model that gave it."""

    @property
    def usage(self) -> TokenCount:
        """What it took."""


A = TypeVar("A", bound=WithUsage)


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """What an answer says to one question, as it is kept; ``reason`` says why it is not believed, where it is not."""

    answer: Any
    reason: str | None


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """What one request asks: one question or several of a kind, each with its key.

    Attributes:
        task: for what.
        language: the language that the answer is to be in.
        lang: the language of the passages, for translations.
        keys: of the questions.
        ask: asks an assistant for some of them: those that nobody else is asking by now.
        judged: what an answer says to each of those.
        characters: that are sent for some keys.
        articles: whose words are sent for some keys; ``sources`` brought them.
        received: characters of an answer.
        expected: tokens that the answer may have, by estimate; None: as many as are sent.
        story: the story that it is about; ``base`` is the base.
    """

    task: Task
    language: str
    lang: str | None
    keys: tuple[str, ...]
    ask: Callable[[Assistant, Sequence[str]], A]
    judged: Callable[[A, Sequence[str]], Sequence[JudgedAnswer]]
    characters: Callable[[Sequence[str]], int]
    articles: Callable[[Sequence[str]], tuple[int, ...]]
    sources: Callable[[Sequence[str]], tuple[str, ...]]
    received: Callable[[A], int]
    expected: int | None = None
    story: int | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Exchanged(Generic[A]):
    """What came of a question.

    Attributes:
        keys: those that were asked for; others were answered or are being asked by somebody else.
        answer: what the assistant said; None where it said nothing.
        before: what was known of the keys before.
        error: why it said nothing.
        until: when the assistant may be asked again.
        answered_before: whether the request before this one was answered, so that the question itself may be at fault.
        sent: what was noted of the request, and under which ``number``; None where nothing was sent.
    """

    keys: tuple[str, ...]
    answer: A | None
    before: Mapping[str, StoredAnswer]
    chosen: ChosenAssistant
    error: AssistError | None = None
    until: datetime | None = None
    answered_before: bool = False
    sent: SentRequest | None = None
    number: int | None = None


class NotAskedError(AssistError):
    """Nothing was sent: there is no assistant, all rest, or the budget of the day is used.

    Attributes:
        is_lasting: whether only another configuration mends that.
        until: when an assistant may be asked again, where all that there are rest.
    """

    def __init__(self, message: str, *, is_lasting: bool = False, until: datetime | None = None) -> None:
        super().__init__("not asked", message)
        self.is_lasting, self.until = is_lasting, until


def is_open(known: StoredAnswer | None, now: datetime) -> bool:
    """Whether a question may be asked: it never was, or it may be asked again."""
    return known is None or (known.outcome != GIVEN and known.next is not None and known.next <= now)


def choose(
    store: Store, assistants: Assistants, task: Task, lang: str | None, to: str | None, now: datetime, *, at_rest: bool = False,
) -> ChosenAssistant:  # fmt: skip
    """The assistant that a question goes to now: the first that is there for it and does not rest; with ``at_rest`` also one that does.

    Raises:
        NotAskedError: there is none; the message says why.
    """
    names = [name_of(s) for s in assistants.settings.assistants]
    with store.read() as connection:
        states = [breaker.state_of(connection, name, now) for name in names]
    # A key that was mended is tried at once: by whoever has not asked with it yet, such as after a change of the configuration.
    resting = [
        s for s in states if s.rests and not at_rest and not (s.is_denied and s.name not in assistants.tried)
    ]
    try:
        chosen = assistants.choose(task, lang, to, [s.name for s in resting])
    except AssistError as error:
        if isinstance(error, UnusableAssistantError):
            _note_unusable(store, task, error, now)
            assistants.tried.add(error.name)
        raise NotAskedError(str(error)) from error
    if chosen is not None:
        return chosen
    if resting:
        first = min((s.until for s in resting if s.until is not None), default=None)
        raise NotAskedError("; ".join(map(_said_of, resting)), until=first)
    pair = f" from {lang} into {to}" if lang and to else ""
    raise NotAskedError(f"no assistant is set up to {task.value}{pair}", is_lasting=True)


def _said_of(state: AssistantState) -> str:
    return f"{state.name} rests until {state.until:%H:%M:%S} UTC: {state.problem}"


def _note_unusable(store: Store, task: Task, error: UnusableAssistantError, now: datetime) -> None:
    """Note that an assistant cannot be made, so that it is told where its failures are. Others are asked as before."""
    name = error.name
    unusable = SentRequest(
        now, task.value, name.kind, name.place, name.model, "", (), (), 0, 0, 0, 0.0, 0.0, FAILED,
        f"{breaker.UNUSABLE}: {error}"[:LONGEST_PROBLEM], now + breaker.LONGEST,
    )  # fmt: skip
    with store.write(exclusive=False) as connection:
        record(connection, unusable)


def exchange(
    store: Store, assistants: Assistants, question: Question[A], clock: Clock, *, afresh: bool = False
) -> Exchanged[A]:
    """Ask one question.

    Nothing of the store is held while the assistant thinks. What is asked is claimed before, so that two processes never pay for
    one answer; the caller keeps an answer for each key, which ends the claim.

    Raises:
        NotAskedError: nothing was sent.
    """
    now = clock()
    to = question.language or None
    chosen = choose(store, assistants, question.task, question.lang, to, now, at_rest=afresh)
    claimed = _claim(store, assistants, question, chosen, now, afresh=afresh)
    if claimed is None:
        return Exchanged((), None, {}, chosen)
    number, keys, sent, before = claimed
    assistants.tried.add(chosen.name)
    answer: A | None = None
    failure: AssistError | None = None
    with chosen.turn:
        began = time.monotonic()
        try:
            answer = contained(question.ask, chosen.assistant, keys)
        except AssistError as error:
            failure = error
        except Exception as error:  # of a package of others
            failure = AssistError("unreadable", f"it failed: {in_words(error)}")
        if failure is not None:
            usage = failure.usage
            failure = AssistError(failure.kind, _without_secrets(str(failure), chosen), failure.wait)
            failure.usage = usage
        seconds = time.monotonic() - began
    sent = replace(sent, seconds=round(seconds, 3))
    if answer is None:
        failure = failure or AssistError("unreadable", "it gave no answer")
        until, before_it, sent = _note_failure(store, assistants, chosen, number, sent, failure, clock())
    else:
        until, before_it = None, True
        sent = _note_answer(store, chosen, number, sent, answer, question)
    return Exchanged(keys, answer, before, chosen, failure, until, before_it, sent, number)


def _claim(
    store: Store,
    assistants: Assistants,
    question: Question[A],
    chosen: ChosenAssistant,
    now: datetime,
    *,
    afresh: bool,
) -> tuple[int, tuple[str, ...], SentRequest, dict[str, StoredAnswer]] | None:
    """Take the questions that are still open, and note what is about to be sent; None where all are answered or asked by now."""
    name, settings = chosen.name, chosen.settings
    # Exclusive: what is read of the budget and of open questions stays true until it is noted.
    with store.write() as connection:
        before = {} if afresh else answers(connection, question.keys)
        open_ones = [k for k in question.keys if is_open(before.get(k), now)]
        # What nobody came back from so often may be what ends the process.
        lost = [k for k in open_ones if k in before and _attempts(before[k]) >= MOST_TRIES]
        keep(connection, [replace(before[k], outcome=FAILED, reason=NEVER_ENDED, next=None) for k in lost])
        keys = tuple(k for k in open_ones if k not in lost)
        if not keys:
            return None
        size = max(question.characters(keys), 1)
        reads = budget.estimated(size)
        usage = TokenCount(reads, reads if question.expected is None else question.expected)
        money = budget.price(settings, usage)
        used = budget.used_today(connection, now)
        if (limit := budget.exceeded(assistants.settings.budget, used, usage, money)) is not None:
            raise NotAskedError(limit)
        sent = SentRequest(
            now, question.task.value, name.kind, name.place, name.model, question.language, question.articles(keys), question.sources(keys),
            size, usage.tokens_in, usage.tokens_out, money, 0.0, ASKED,
        )  # fmt: skip
        until = now + settings.timeout + CLAIMED
        if not afresh:
            keep(
                connection, [_claimed(question, key, before.get(key), name.kind, now, until) for key in keys]
            )
        return record(connection, sent), keys, sent, before


def _attempts(known: StoredAnswer) -> int:
    """How often a question was tried; one that is still claimed was tried by somebody who has gone."""
    return known.tries + (known.outcome == ASKED)


def _claimed(
    question: Question[A], key: str, known: StoredAnswer | None, kind: str, now: datetime, until: datetime
) -> StoredAnswer:
    tries = _attempts(known) if known is not None else 0
    return StoredAnswer(
        key, question.task.value, question.language, ASKED, None, kind, "", now, question.story, question.base,
        known.reason if known is not None else None, tries, until,
    )  # fmt: skip


def _note_answer(
    store: Store, chosen: ChosenAssistant, number: int, sent: SentRequest, answer: A, question: Question[A]
) -> SentRequest:
    usage = budget.counted(answer.usage, sent.characters, question.received(answer))
    money = budget.price(chosen.settings, usage)
    given = replace(sent, tokens_in=usage.tokens_in, tokens_out=usage.tokens_out, money=money, outcome=GIVEN)
    with store.write(exclusive=False) as connection:
        settle(connection, number, given)
    return given


def _note_failure(
    store: Store, assistants: Assistants, chosen: ChosenAssistant, number: int, sent: SentRequest, failure: AssistError,
    now: datetime,
) -> tuple[datetime | None, bool, SentRequest]:  # fmt: skip
    """Note that no answer came; gives until when the assistant rests, whether it answered the request before, and what is noted."""
    with store.write(exclusive=False) as connection:
        state = breaker.state_of(connection, chosen.name, now)
        # What was cut off by our own end says nothing of the assistant.
        until = None if assistants.is_closed else now + breaker.pause_after(state.failures + 1, failure)
        # What it read before it failed is not known where it does not say so: it is counted as read. What it did not write costs nothing.
        took = failure.usage or TokenCount(sent.tokens_in, 0)
        money = budget.price(chosen.settings, took)
        problem = f"{failure.kind}: {failure}"
        failed = replace(
            sent,
            tokens_in=took.tokens_in,
            tokens_out=took.tokens_out,
            money=money,
            outcome=FAILED,
            problem=problem,
            until=until,
        )
        settle(connection, number, failed)
    return until, not state.failures and state.last_given is not None, failed


def _without_secrets(message: str, chosen: ChosenAssistant) -> str:
    """A failure as it may be kept: an assistant of others may put its key or its whole address into what it raises."""
    for secret in _secrets(chosen):
        message = message.replace(secret, "***")
    return " ".join(message.split())[:LONGEST_PROBLEM]


def _secrets(chosen: ChosenAssistant) -> Iterable[str]:
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415 - only where something failed

    if key := chosen.settings.key.get_secret_value():
        yield key
    with suppress(ValueError):
        parts = urlsplit(chosen.settings.url or "")
        if parts.password:
            yield from {parts.password, unquote(parts.password)}
        if parts.query:
            yield parts.query
