"""The second reader: which candidates for bases it is asked about, and what its opinion brings into the register.

It is asked only about what the rules are not sure of (``assist.doubtful``). What it says is shown; where the operator lets it
(``second_reader: agree``) its yes enters a candidate that the rules left out. Its no is heard by `alerts.selection.second_opinions`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from alerts.digests.build import outlet_of
from alerts.selection.second_opinions import may_decide
from crawler.analysis.history import article_of
from crawler.assist.model import AssistReport, CheckRequest
from crawler.config.settings import Settings
from crawler.judging.bases.stages import STAGES
from crawler.judging.judge import Judge
from crawler.store import base_register, bases, stories
from crawler.store.articles import reread
from crawler.store.assist import GIVEN, StoredAnswer
from crawler.store.base_candidates import BaseCandidate, candidates_between, enter, question_of
from crawler.store.schema import articles

MOST_REPORTS = 4
"""Reports of the story that it is shown, the candidate's own first."""
LONGEST_TEXT = 1500
"""Characters of the beginning of each."""
COLUMNS = ("id", "lang", "title", "text", "url", "source", "outlet", "when", "duplicate_of", "first_seen")


@dataclass(frozen=True, slots=True)
class CandidateQuestion:
    """What the second reader is asked of one candidate; ``base`` is the base that the rules made of it, if they did."""

    candidate: BaseCandidate
    story: int
    base: str | None
    request: CheckRequest


def questions(connection: Connection, settings: Settings, now: datetime) -> list[CandidateQuestion]:
    """The candidates to ask about, the latest first: doubtful, of fresh reports whose source allows it.

    What the register has of a story without any doubt makes a question about another report of it needless.
    """
    assist = settings.assist
    if not assist.enabled or assist.second_reader == "off":
        return []
    candidates = candidates_between(connection, *assist.doubtful, now - assist.fresh)
    if not candidates:
        return []
    allowed = {s.name for s in settings.sources if s.assist}
    numbers = [c.article for c in candidates]
    rows = connection.execute(select(articles.c.id, articles.c.story_id).where(articles.c.id.in_(numbers)))
    story_of = {r.id: r.story_id for r in rows}
    members = stories.members(connection, sorted(set(story_of.values())), COLUMNS)
    begun = bases.of_stories(connection, sorted(members))
    found: dict[str, CandidateQuestion] = {}
    for candidate in candidates:
        story = story_of.get(candidate.article)
        if story is None or candidate.entered is not None:
            continue
        own = next((b.key for b in begun.get(story, ()) if b.step is None), None)
        if own is not None and not candidate.taken:
            continue
        request = request_for(candidate, members.get(story, ()), allowed)
        if request is not None:
            found.setdefault(candidate.question, CandidateQuestion(candidate, story, own, request))
    return list(found.values())


def request_for(
    candidate: BaseCandidate, reports: Sequence[Any], allowed: Collection[str]
) -> CheckRequest | None:
    """What to ask of a candidate: its report, and others of its story that may be shown; None if its own may not be.

    Args:
        candidate: the candidate.
        reports: the articles of its story, with `COLUMNS`.
        allowed: the sources whose words may be sent.
    """
    shown = [
        r for r in reports if r.source in allowed and (r.duplicate_of is None or r.id == candidate.article)
    ]
    own = next((r for r in shown if r.id == candidate.article), None)
    if own is None:
        return None
    ordered = [own, *(r for r in shown if r is not own)][:MOST_REPORTS]
    return CheckRequest(
        candidate.clause,
        candidate.lang,
        1,
        tuple(
            AssistReport(n, r.id, r.lang, r.title, r.text[:LONGEST_TEXT], outlet_of(r), r.source, r.when)
            for n, r in enumerate(ordered, 1)
        ),
        STAGES,
    )


def act_on(
    connection: Connection,
    settings: Settings,
    judge: Callable[[], Judge],
    asked: CandidateQuestion,
    answer: StoredAnswer,
    now: datetime,
) -> bool:
    """Enter a candidate into the register if the second reader may and says that it is a base.

    Args:
        connection: a connection that writes.
        settings: the configuration.
        judge: gives the rules; they judge the article again as one with a base, so that its topics follow.
        asked: what was asked.
        answer: what came of it.
        now: the present moment.

    Returns:
        Whether it was entered.
    """
    candidate = asked.candidate
    if not may_decide(settings) or candidate.taken or candidate.entered is not None:
        return False
    if answer.outcome != GIVEN or answer.answer["verdict"] != "yes":
        return False
    row = connection.execute(select(articles).where(articles.c.id == candidate.article)).first()
    if row is None or row.story_id is None or row.duplicate_of is not None:
        return False
    article = article_of(row)
    reading = judge().classify(article, confirmed=True)
    # Its words or the rules may have changed since it was asked about.
    if reading.doubt is None or question_of(reading.doubt, reading.lang) != candidate.question:
        return False
    reread(connection, candidate.article, article, reading)
    for mention in reading.bases:
        base_register.record_mention(
            connection,
            mention,
            candidate.article,
            row.story_id,
            row.first_seen,
            reading.lang,
            parties=settings.parties.sides,
        )
    enter(connection, candidate.article, now)
    return True
