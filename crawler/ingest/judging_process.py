"""What a process that judges does, and what it is asked and gives. It needs no store and no configuration, so none is loaded here."""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from crawler.ingest.judge_transport import (
    JudgeRequest,
    JudgeResult,
    read_requests,
    written_failure,
    written_results,
)
from crawler.judging.judge import Judge, ReadArticle, Rules
from crawler.model import Article, AseanwatchError
from crawler.runtime.command_log import set_up_as
from crawler.runtime.error_words import in_words
from crawler.runtime.memory import GC_THRESHOLDS, comes, use_one_arena
from crawler.runtime.processes import name_process
from crawler.runtime.right_of_way import give_way

log = logging.getLogger("aseanwatch")

TOGETHER = 25
"""Articles of which each step of judging is done in a row. With 10 less is gained, with 100 no more."""


class Patience(NamedTuple):
    """Seconds that a process may take for `TOGETHER` articles before it counts as hanging: of computing, and by the clock."""

    computing: float
    waiting: float


PATIENCE = Patience(computing=60.0, waiting=900.0)
"""A hundred times as much as they take. By the clock far more: where others want the cores, a nice process hardly gets any."""
LONGEST_PROBLEM = 500
"""Characters of why an article cannot be judged that are shown: some errors repeat all that they were given."""


def judge_all(
    judge: Judge, requests: Sequence[JudgeRequest], before: Callable[[], object] = lambda: None
) -> list[JudgeResult]:
    """Judge articles, each step for some of them in a row (`Judge.begin`); one that cannot be judged holds up no other.

    Most are settled by the first step. The others are gathered, however many of them there are, and go on together.

    Args:
        judge: judges them.
        requests: the articles.
        before: called before each `TOGETHER` of them, at each step.
    """
    results: list[JudgeResult | None] = [None] * len(requests)
    waiting: list[tuple[int, ReadArticle | None]] = []
    for place, request in enumerate(requests):
        if place % TOGETHER == 0:
            before()
        begun = _begin(judge, request)
        if begun is not None and begun.ruled_out is not None:
            results[place] = JudgeResult(begun.ruled_out)
            continue
        waiting.append((place, begun))
        if len(waiting) == TOGETHER:
            before()
            _go_on(judge, requests, waiting, results)
            waiting = []
            before()
    before()
    _go_on(judge, requests, waiting, results)
    return [result for result in results if result is not None]


def _go_on(
    judge: Judge,
    requests: Sequence[JudgeRequest],
    begun: Sequence[tuple[int, ReadArticle | None]],
    results: list[JudgeResult | None],
) -> None:
    """Judge what was begun, and put it in its place among the results."""
    for _, read in begun:
        if read is not None:
            with suppress(Exception):  # it fails again, and is told, where the article is judged
                judge.search(read)
    for place, read in begun:
        if read is not None and not requests[place].page_may_help:
            with suppress(Exception):  # as above
                judge.decide(requests[place].article, read)
    for place, read in begun:
        results[place] = _judge_one(judge, requests[place], read)


def _begin(judge: Judge, request: JudgeRequest) -> ReadArticle | None:
    give_way()
    with suppress(Exception):  # as above
        return judge.begin(request.article, page_may_help=request.page_may_help)
    return None


def _judge_one(judge: Judge, request: JudgeRequest, begun: ReadArticle | None) -> JudgeResult:
    give_way()
    try:
        classify = judge.classify_without_page if request.page_may_help else judge.classify
        return JudgeResult(classify(request.article, begun=begun))
    except Exception as error:  # a source can hurt only itself, also by what nobody thought of
        log.exception("%s cannot be judged", request.article.url)
        problem = str(error) if isinstance(error, AseanwatchError) else in_words(error)
        return JudgeResult(None, problem[:LONGEST_PROBLEM])


_FIRST = Article(
    "",
    "China ASEAN",
    "Kerja sama China ASEAN: memorandum Xi Jinping, Bangkok, 1 Mei 2025.",
    "",
    datetime(2025, 1, 1, tzinfo=UTC),
)
"""An article that makes a judge read all that it reads when it is first needed."""
_NICENESS = 10
"""A tenth of the share of other processes where cores are scarce: nobody waits for one article, and pages and mails go first."""


def serve(connection: Connection[Any, Any], rules: Rules, debug: bool | None, patience: Patience) -> None:
    """Run in the process: make the judge, and judge until there are no more questions."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a stop from the keyboard reaches all; the parent ends us
    # The system ends a process that hangs, and asks nothing of what hangs, be it a library that is not Python.
    for one in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(one, signal.SIG_DFL)
    name_process("judging")
    os.nice(_NICENESS)
    set_up_as(debug)
    gc.disable()  # what is read here stays; looking through it as it grows takes a tenth of a second
    judge = Judge(rules)
    # A judge of another package may fail here too;
    # that is told with the articles that it fails for.
    with suppress(AseanwatchError):
        judge.classify(_FIRST)  # reads tables and models while nothing waits for them
    # The tables are there for good: the collector need not look through them each time.
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()
    use_one_arena()
    with suppress(EOFError, OSError):
        while comes(connection):
            answer = judge_all(judge, read_requests(connection.recv_bytes()), partial(_end_after, patience))
            _end_after(_NEVER)
            connection.send_bytes(_written(answer))


_NEVER = Patience(0.0, 0.0)


def _end_after(patience: Patience) -> None:
    signal.setitimer(signal.ITIMER_PROF, patience.computing)
    signal.setitimer(signal.ITIMER_REAL, patience.waiting)


def _written(answer: list[JudgeResult]) -> bytes:
    try:
        return written_results(answer)
    except Exception as error:  # a judge of another package gave what cannot be handed on
        return written_failure(f"what was judged cannot be handed on: {in_words(error)}")
