"""What machine assistants answered, and what was sent to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from crawler.store.bulk import chunks
from crawler.store.schema import assist_answers, assist_requests
from crawler.store.upserts import upsert

GIVEN, REFUSED, FAILED = "given", "refused", "failed"
"""An answer that was proved; one that was not; none came."""
ASKED = "asked"
"""Somebody asks just now. Where he has gone without a word, others ask from ``next`` on."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What is known of one question.

    Attributes:
        key: that of the question (`question_key`).
        task: translate, brief or check.
        language: the language that the answer is in.
        outcome: given, refused, failed or asked.
        answer: what was given; its form depends on the task. None where nothing was.
        kind: the kind of assistant; ``model`` is its model.
        story: the story that was asked about; ``base`` is the base.
        reason: why it was refused, or what failed.
        tries: how often it was asked.
        next: when it may be asked again; None: never.
    """

    key: str
    task: str
    language: str
    outcome: str
    answer: Any
    kind: str
    model: str
    at: datetime
    story: int | None = None
    base: str | None = None
    reason: str | None = None
    tries: int = 1
    next: datetime | None = None


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request to an assistant, for the record: ``place`` is the host that it went to.

    It is noted before anything is sent, with what it may take by estimate, and again when the answer is there.

    Attributes:
        model: the one that was asked for; empty where none was named.
        until: when the assistant may be asked again, where it failed.
    """

    at: datetime
    task: str
    kind: str
    place: str
    model: str
    language: str
    articles: tuple[int, ...]
    sources: tuple[str, ...]
    characters: int
    tokens_in: int
    tokens_out: int
    money: float
    seconds: float
    outcome: str
    problem: str | None = None
    until: datetime | None = None


def question_key(task: str, language: str, *words: str) -> str:
    """The key of a question: the same words always have the same one, whichever assistant is asked."""
    # Lengths keep ("ab", "c") and ("a", "bc") apart.
    said = "".join(f"{len(part)}:{part}" for part in (task, language, *words))
    return hashlib.blake2b(
        said.encode("utf-8", "surrogatepass"), digest_size=16, person=b"aw-assist"
    ).hexdigest()


def translation_key(text: str, lang: str, to: str) -> str:
    """The key of the translation of a text."""
    return question_key("translate", to, lang, text)


def answers(connection: Connection, keys: Iterable[str]) -> dict[str, StoredAnswer]:
    """What is known of some questions, by their keys."""
    found: dict[str, StoredAnswer] = {}
    for some in chunks(dict.fromkeys(keys)):
        rows = connection.execute(select(assist_answers).where(assist_answers.c.key.in_(some)))
        found |= {row.key: StoredAnswer(**row._mapping) for row in rows}
    return found


def answers_of_stories(connection: Connection, task: str, stories: Iterable[int]) -> list[StoredAnswer]:
    """What was answered about some stories, the latest last."""
    found: list[StoredAnswer] = []
    for some in chunks(dict.fromkeys(stories)):
        wanted = assist_answers.c.task == task, assist_answers.c.story.in_(some)
        found += (
            StoredAnswer(**r._mapping) for r in connection.execute(select(assist_answers).where(*wanted))
        )
    return sorted(found, key=lambda a: (a.at, a.key))


def keep(connection: Connection, found: Sequence[StoredAnswer]) -> None:
    """Keep answers in place of what was known of their questions."""
    for answer in found:
        values: Mapping[str, Any] = asdict(answer)
        connection.execute(
            upsert(connection, assist_answers, values, ["key"], [n for n in values if n != "key"])
        )


def record(connection: Connection, request: SentRequest) -> int:
    """Note a request; gives its number."""
    inserted = insert(assist_requests).returning(assist_requests.c.id)
    return int(connection.scalars(inserted, [_row(request)]).one())


def settle(connection: Connection, number: int, request: SentRequest) -> None:
    """Note what came of a request that was noted before."""
    connection.execute(update(assist_requests).where(assist_requests.c.id == number).values(_row(request)))


def note_problem(connection: Connection, number: int, problem: str) -> None:
    """Note of a request that was answered what of the answer is not believed."""
    connection.execute(
        update(assist_requests).where(assist_requests.c.id == number).values(problem=problem[:300])
    )


def _row(request: SentRequest) -> dict[str, Any]:
    return asdict(request) | {"articles": list(request.articles), "sources": list(request.sources)}


class AssistUsage(NamedTuple):
    """What requests of some time took together."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    money: float = 0.0
    seconds: float = 0.0
    characters: int = 0

    @property
    def tokens(self) -> int:
        """Tokens read and written."""
        return self.tokens_in + self.tokens_out


def usage_since(
    connection: Connection, since: datetime | None = None, until: datetime | None = None
) -> AssistUsage:
    """What was sent since a moment, or ever, and before another one. What never left the process counts for nothing."""
    c = assist_requests.c
    sums = [func.coalesce(func.sum(c[n]), 0) for n in AssistUsage._fields[1:]]
    sent: list[ColumnElement[bool]] = [c.characters > 0]
    if since is not None:
        sent.append(c.at >= since)
    if until is not None:
        sent.append(c.at < until)
    return AssistUsage(*connection.execute(select(func.count(), *sums).where(*sent)).one())


def requests_of(connection: Connection, since: datetime | None, limit: int) -> list[Mapping[str, Any]]:
    """The record of requests since a moment, the latest first."""
    statement = select(assist_requests).order_by(assist_requests.c.id.desc()).limit(limit)
    if since is not None:
        statement = statement.where(assist_requests.c.at >= since)
    return [dict(row._mapping) for row in connection.execute(statement)]


class RequestOutcome(NamedTuple):
    """How one request to an assistant ended."""

    at: datetime
    outcome: str
    problem: str | None
    until: datetime | None


def latest_outcomes(
    connection: Connection, kind: str, place: str, model: str, limit: int
) -> list[RequestOutcome]:
    """How the latest requests to one assistant ended, the latest first; those under way are left out."""
    c = assist_requests.c
    statement = (
        select(c.at, c.outcome, c.problem, c.until)
        .where(c.kind == kind, c.place == place, c.model == model, c.outcome != ASKED)
        .order_by(c.id.desc())
        .limit(limit)
    )
    return [RequestOutcome(*row) for row in connection.execute(statement)]


def counts(connection: Connection) -> list[tuple[str, str, int]]:
    """How many answers are kept, by task and outcome."""
    c = assist_answers.c
    rows = connection.execute(select(c.task, c.outcome, func.count()).group_by(c.task, c.outcome))
    return sorted((str(r[0]), str(r[1]), int(r[2])) for r in rows)


def refusals(connection: Connection, since: datetime | None = None) -> list[tuple[str, str, int]]:
    """Why answers were refused: task, reason and how many, the most frequent first."""
    c = assist_answers.c
    refused = [c.outcome == REFUSED, *([c.at >= since] if since is not None else [])]
    rows = connection.execute(
        select(c.task, c.reason, func.count()).where(*refused).group_by(c.task, c.reason)
    )
    return sorted(((r[0], r[1] or "", r[2]) for r in rows), key=lambda r: (-r[2], r[0], r[1]))


def models_of(connection: Connection) -> list[str]:
    """The models of the answers that are kept, or the kinds of assistants where they name none."""
    c = assist_answers.c
    return sorted({r.model or r.kind for r in connection.execute(select(c.model, c.kind).distinct())} - {""})


def forget(connection: Connection, model: str | None = None, *, refused: bool = False) -> int:
    """Forget answers, so that they are asked for again; gives how many.

    Args:
        connection: a connection that writes.
        model: only those of this model or kind.
        refused: only those that were refused, or failed for good.
    """
    c = assist_answers.c
    which: list[ColumnElement[bool]] = []
    if model is not None:
        which.append((c.model == model) | (c.kind == model))
    if refused:
        which.append(c.outcome.in_((REFUSED, FAILED)))
    return int(connection.execute(delete(assist_answers).where(*which)).rowcount)


def prune(connection: Connection, before: datetime) -> int:
    """Delete answers and requests that are older than a moment; gives how many."""
    return sum(
        int(connection.execute(delete(table).where(table.c.at < before)).rowcount)
        for table in (assist_answers, assist_requests)
    )


def is_answering(connection: Connection, task: str) -> bool:
    """Whether the latest request for a task that ended was answered."""
    c = assist_requests.c
    latest = select(c.outcome).where(c.task == task, c.outcome != ASKED).order_by(c.id.desc()).limit(1)
    return connection.scalar(latest) in (GIVEN, REFUSED)
