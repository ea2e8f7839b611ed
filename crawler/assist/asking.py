"""Asks assistants, believes what can be proved, and keeps it.

Each question is asked once, whoever asks: its answer is kept under a key of its words. What failed is asked again after growing
pauses, what was refused once more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crawler.assist.assistants import Assistants, ChosenAssistant
from crawler.assist.exchange import (
    MOST_TRIES,
    Clock,
    Exchanged,
    JudgedAnswer,
    NotAskedError,
    Question,
    choose,
    exchange,
    is_open,
)
from crawler.assist.model import AssistError, BriefRequest, CheckRequest, Passage, Task
from crawler.assist.questions import (
    brief_key,
    brief_question,
    check_key,
    check_question,
    numbered,
    translation_question,
)
from crawler.runtime.clock import now as present
from crawler.runtime.error_words import in_words
from crawler.store import Store
from crawler.store.assist import (
    ASKED,
    FAILED,
    GIVEN,
    REFUSED,
    StoredAnswer,
    answers,
    keep,
    note_problem,
    translation_key,
)

__all__ = ["ask_brief", "ask_check", "ask_translations", "brief_key", "check_key"]

log = logging.getLogger("aseanwatch")

REFUSED_TRIES = 2
"""An answer that cannot be proved is asked for once more, and then kept as refused."""
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
"""Until a question is asked again that got no answer."""
AGAIN = timedelta(minutes=2)
"""Until what was refused is asked once more."""
OF_THE_ASSISTANT = ("unreachable", "limited", "denied")
"""Failures that say nothing of the question: they count for the assistant alone. But for the first one after an answer: a question
that the assistant does not take, or that it falls over, would else keep it from all others for ever."""


def ask_translations(
    store: Store,
    assistants: Assistants,
    passages: Sequence[Passage],
    to: str,
    names: Mapping[str, str] | None = None,
    *,
    clock: Clock = present,
    not_asked: Callable[[NotAskedError], object] = lambda error: None,
) -> dict[str, StoredAnswer]:
    """The translations of passages, asked for where they are not there yet.

    Nothing of a source is sent that forbids it (``assist: false``).

    Args:
        store: where answers are kept.
        assistants: who is asked.
        passages: in any languages; those that are in the wanted one already, or blank, are left out.
        to: the language that they are wanted in.
        names: what names in them are called in that language.
        clock: gives the present moment.
        not_asked: is told why some could not be asked, such as a budget that ended in between.

    Returns:
        What is known of each by now, by `translation_key`; without those that could not be asked.
    """
    wanted: dict[str, Passage] = {}
    for passage in passages:
        if passage.text.strip() and passage.lang != to and assistants.may_send(passage.source):
            wanted.setdefault(translation_key(passage.text, passage.lang, to), passage)
    with store.read() as connection:
        known = answers(connection, wanted)
    moment = clock()
    open_ones = {key: passage for key, passage in wanted.items() if is_open(known.get(key), moment)}
    found = {key: answer for key, answer in known.items() if key not in open_ones}
    for lang in dict.fromkeys(p.lang for p in open_ones.values()):
        mine = {key: passage for key, passage in open_ones.items() if passage.lang == lang}
        try:
            most = choose(store, assistants, Task.TRANSLATE, lang, to, moment).settings.batch
            for keys in _batches(mine, known, most):
                asked = _ask_batch(
                    store, assistants, {k: mine[k] for k in keys}, to, dict(names or {}), clock
                )
                found |= {answer.key: answer for answer in asked}
        except NotAskedError as error:
            not_asked(error)
    return found


def _batches(
    keys: Mapping[str, Passage], known: Mapping[str, StoredAnswer], most: int
) -> Iterator[list[str]]:
    """Questions that are asked together. What failed before is asked alone, so that it holds up no other."""
    tried = {key for key in keys if key in known and (known[key].tries or known[key].outcome == ASKED)}
    fresh = [key for key in keys if key not in tried]
    for start in range(0, len(fresh), most):
        yield fresh[start : start + most]
    for key in keys:
        if key in tried:
            yield [key]


def _ask_batch(
    store: Store, assistants: Assistants, passages: Mapping[str, Passage], to: str, names: Mapping[str, str], clock: Clock
) -> list[StoredAnswer]:  # fmt: skip
    question = translation_question(passages, to, names)
    return _kept(store, question, exchange(store, assistants, question, clock), clock)


def ask_brief(
    store: Store,
    assistants: Assistants,
    request: BriefRequest,
    story: int,
    *,
    clock: Clock = present,
) -> StoredAnswer:
    """A brief on a story, asked for where there is none of just these reports.

    Only reports of sources that allow it are shown to the assistant; without any nothing is asked.

    Returns:
        What is known of it; ``failed``, and not kept, where nothing could be asked.
    """
    allowed = tuple(r for r in request.reports if assistants.may_send(r.source))
    request = BriefRequest(numbered(allowed), request.to, request.names)
    question = brief_question(request, story)
    if not allowed:
        return _not_asked(question, "its sources allow no assistant", clock())
    return _ask_one(store, assistants, question, clock)


def ask_check(
    store: Store,
    assistants: Assistants,
    request: CheckRequest,
    story: int,
    base_key: str | None,
    *,
    key: str | None = None,
    clock: Clock = present,
) -> StoredAnswer:
    """An opinion on a candidate for a new base, asked for where there is none.

    Args:
        store: where answers are kept.
        assistants: who is asked.
        request: the candidate and its reports.
        story: the story that it is of.
        base_key: the base that the rules made of it, if they did.
        key: the key of the question; None: that of just this clause and these reports.
        clock: gives the present moment.

    Nothing is sent where any of the reports comes of a source that forbids it: the caller leaves those out.

    Returns:
        What is known of it; ``failed``, and not kept, where nothing could be asked.
    """
    question = check_question(request, story, base_key, key)
    if not request.reports or not all(assistants.may_send(r.source) for r in request.reports):
        return _not_asked(question, "its sources allow no assistant", clock())
    return _ask_one(store, assistants, question, clock)


def _ask_one(store: Store, assistants: Assistants, question: Question[Any], clock: Clock) -> StoredAnswer:
    (key,) = question.keys
    with store.read() as connection:
        known = answers(connection, [key]).get(key)
    if known is not None and not is_open(known, clock()):
        return known
    try:
        done = exchange(store, assistants, question, clock)
    except NotAskedError as error:
        return known or _not_asked(question, str(error), clock())
    if not done.keys:
        with store.read() as connection:
            return answers(connection, [key])[key]
    return _kept(store, question, done, clock)[0]


def _kept(store: Store, question: Question[Any], done: Exchanged[Any], clock: Clock) -> list[StoredAnswer]:
    """Keep what came of each key of a question."""
    moment = clock()
    tries = {key: _tries(done.before.get(key)) for key in done.keys}
    judged: Sequence[JudgedAnswer] = ()
    if done.answer is not None:
        try:
            judged = question.judged(done.answer, done.keys)
        except Exception as error:
            # Else it would be asked, and paid for, for ever.
            log.exception("an answer to %s cannot be judged", question.task.value)
            problem = f"it cannot be judged: {in_words(error)}"
            done = replace(done, answer=None, error=AssistError("unreadable", problem))
    if done.answer is None:
        found = [_failed(question, key, tries[key], done, moment) for key in done.keys]
    else:
        found = [
            _answered(question, k, tries[k], done, j, moment) for k, j in zip(done.keys, judged, strict=True)
        ]
    refused = [a for a in found if a.outcome == REFUSED]
    with store.write(exclusive=False) as connection:
        keep(connection, found)
        if refused and done.number is not None:
            note_problem(
                connection, done.number, f"refused {len(refused)} of {len(found)}: {refused[0].reason}"
            )
    for answer in found:
        if answer.outcome == REFUSED and answer.next is None:
            log.info("an answer to %s is refused: %s", answer.task, answer.reason)
    return found


def _tries(known: StoredAnswer | None) -> int:
    return 0 if known is None else known.tries + (known.outcome == ASKED)


def _answered(
    question: Question[Any], key: str, tries: int, done: Exchanged[Any], judged: JudgedAnswer, now: datetime
) -> StoredAnswer:
    refused = judged.reason is not None
    again = now + AGAIN if refused and tries + 1 < REFUSED_TRIES else None
    return StoredAnswer(
        key, question.task.value, question.language, REFUSED if refused else GIVEN, None if refused else judged.answer,
        done.chosen.name.kind, _model(done.chosen, done.answer), now, question.story, question.base, judged.reason, tries + 1, again,
    )  # fmt: skip


def _failed(
    question: Question[Any], key: str, tries: int, done: Exchanged[Any], now: datetime
) -> StoredAnswer:
    error = done.error or AssistError("unreadable", "it gave no answer")
    # What is wrong with the assistant is no try of the question: after an outage of a day nothing is given up.
    may_be_its_own = done.answered_before and error.kind != "limited"
    tries += error.kind not in OF_THE_ASSISTANT or may_be_its_own
    pause = now + PAUSES[min(max(tries, 1), len(PAUSES)) - 1]
    again = max(pause, done.until or now) if tries else done.until or pause
    return StoredAnswer(
        key, question.task.value, question.language, FAILED, None, done.chosen.name.kind, done.chosen.name.model, now,
        question.story, question.base, f"{error.kind}: {error}"[:300], tries, again if tries < MOST_TRIES else None,
    )  # fmt: skip


def _model(chosen: ChosenAssistant, answer: Any) -> str:
    return str(answer.model or chosen.name.model)


def _not_asked(question: Question[Any], reason: str, now: datetime) -> StoredAnswer:
    (key,) = question.keys
    return StoredAnswer(
        key, question.task.value, question.language, FAILED, None, "", "", now, question.story, question.base, reason, 0, now
    )  # fmt: skip
