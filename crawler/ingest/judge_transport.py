"""What is asked of a judge and what it says, and how both get into a process that judges and back: as plain tuples.

Pickle writes and reads tuples by itself; for frozen values it calls Python for each one of them, which took as long as finding out
that most articles concern nobody.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple

from crawler.judging.judge import NO_ANCHORS
from crawler.judging.queries.relevance import UNCONCERNED
from crawler.model import Article, AseanwatchError, Classification


class JudgeRequest(NamedTuple):
    """An article to judge.

    With ``page_may_help`` there is no classification if only the feed's words are known and the
    article could be relevant: then its page is fetched first
    (`crawler.judging.judge.Judge.classify_without_page`).
    """

    article: Article
    page_may_help: bool = False


class JudgeResult(NamedTuple):
    """A classification. None if the page should be fetched first, or if judging failed; then ``problem`` says why."""

    reading: Classification | None
    problem: str | None = None


_values_of_article = attrgetter(*(f.name for f in fields(Article)))
_READING = tuple(f.name for f in fields(Classification))
_values_of_reading = attrgetter(*_READING)
_COMMON = tuple({"relevance": UNCONCERNED, "anchors": NO_ANCHORS}.get(name) for name in _READING)
"""What most articles have in a field; sent as None, which these fields never are."""
_COMMON_PLACES = tuple(n for n, value in enumerate(_COMMON) if value is not None)


def written_requests(requests: Sequence[JudgeRequest]) -> bytes:
    """Articles to judge, each with whether its page may help, for `read_requests`."""
    return _written([(_values_of_article(article), may_help) for article, may_help in requests])


def read_requests(written: bytes) -> list[JudgeRequest]:
    """What `written_requests` wrote."""
    return [JudgeRequest(Article(*values), may_help) for values, may_help in pickle.loads(written)]


def written_results(results: Sequence[JudgeResult]) -> bytes:
    """Classifications, or the problems why there is none, for `read_results`.

    Raises:
        Exception: of whatever kind; a judge of another package gave what cannot be written.
    """
    return _written(
        [(None if reading is None else _values(reading), problem) for reading, problem in results]
    )


def read_results(written: bytes) -> list[JudgeResult]:
    """What `written_results` wrote.

    Raises:
        AseanwatchError: what `written_failure` wrote.
    """
    found = pickle.loads(written)
    if isinstance(found, AseanwatchError):
        raise found
    return [JudgeResult(None if v is None else _reading(v), problem) for v, problem in found]


def written_failure(words: str) -> bytes:
    """In the place of classifications: why they cannot be handed on."""
    return _written(AseanwatchError(words))


def _written(plain: object) -> bytes:
    return pickle.dumps(plain, pickle.HIGHEST_PROTOCOL)


def _values(reading: Classification) -> list[Any]:
    values = list(_values_of_reading(reading))
    for place in _COMMON_PLACES:
        if values[place] is _COMMON[place]:
            values[place] = None
    return values


def _reading(values: list[Any]) -> Classification:
    for place in _COMMON_PLACES:
        if values[place] is None:
            values[place] = _COMMON[place]
    return Classification(*values)
