"""What the second reader's opinions change: where it may, it holds back the alert of a base of which the rules are not sure.

Its opinion is read from the store. The alert of a doubtful base waits for it a little while, and only as long as the second
reader answers. Whatever is missing or late, the rules decide alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from alerts.selection.stories import ChangedStory
from alerts.selection.views import HeldBase
from crawler.config.settings import Settings
from crawler.store import assist
from crawler.store.articles import sources_of
from crawler.store.base_candidates import BaseCandidate, candidates_of
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.schema import articles, base_articles, base_candidates, bases

WAITING_CURSOR = "opinions waited for"
"""The first article whose alert waits for an opinion, by its stored name; 0 where none does."""


class _Doubt(NamedTuple):
    """A base of which no report of a story makes the rules sure."""

    base: str
    candidates: tuple[BaseCandidate, ...]


def may_decide(settings: Settings) -> bool:
    """Whether the second reader may hold alerts back and bring them."""
    return settings.assist.enabled and settings.assist.second_reader == "agree"


def with_opinions(
    connection: Connection, settings: Settings, views: Sequence[ChangedStory], now: datetime
) -> tuple[list[ChangedStory], set[int]]:
    """Stories without the bases that are held back, and the articles for whose opinion their stories wait.

    Args:
        connection: to the store.
        settings: the configuration.
        views: the stories. Those that wait are left out of the answer.
        now: the present moment.
    """
    if not may_decide(settings):
        return list(views), set()
    doubts = _doubts(connection, settings, views)
    asked = [c for of_story in doubts.values() for d in of_story for c in d.candidates]
    answers = opinions_on(connection, asked, settings.sources_without_assist)
    waiting = _waiting(connection, settings, asked, answers, now)
    found = []
    for changed in views:
        of_story = doubts.get(changed.view.story, ())
        if any(c.article in waiting for d in of_story for c in d.candidates):
            continue
        held = tuple(h for d in of_story if (h := _held(d, answers)) is not None)
        found.append(_without(changed, held) if held else changed)
    return found, waiting


def opinions_on(
    connection: Connection, candidates: Collection[BaseCandidate], withheld: frozenset[str]
) -> dict[str, assist.StoredAnswer]:
    """What is known of the questions about candidates, by question; nothing of those whose source forbids assistants by now."""
    if withheld:
        sources = sources_of(connection, (c.article for c in candidates))
        candidates = [c for c in candidates if sources.get(c.article) not in withheld]
    return assist.answers(connection, (c.question for c in candidates))


def _without(changed: ChangedStory, held: Sequence[HeldBase]) -> ChangedStory:
    gone = {h.base for h in held}
    rest = tuple(b for b in changed.view.bases if b not in gone)
    return replace(changed, view=replace(changed.view, bases=rest, held=tuple(held)))


def _held(doubt: _Doubt, answers: Mapping[str, assist.StoredAnswer]) -> HeldBase | None:
    """Why a base is held back: somebody says that it is none, and nobody that it is one."""
    given = [
        (c, a)
        for c in doubt.candidates
        if (a := answers.get(c.question)) is not None and a.outcome == assist.GIVEN
    ]
    verdicts = {a.answer["verdict"] for _, a in given}
    if "no" not in verdicts or "yes" in verdicts:
        return None
    candidate, answer = next((c, a) for c, a in given if a.answer["verdict"] == "no")
    return HeldBase(doubt.base, candidate.chance, answer.model or answer.kind, answer.answer["quote"])


def _doubts(
    connection: Connection, settings: Settings, views: Iterable[ChangedStory]
) -> dict[int, list[_Doubt]]:
    """The doubtful bases that stories begin with, by story."""
    begun = {v.view.story: v.view for v in views if v.view.bases}
    numbers = [r.article for view in begun.values() for r in view.reports]
    candidates = candidates_of(connection, numbers)
    if not candidates:
        return {}
    proofs = defaultdict(set)
    wanted = base_articles.c.article_id.in_(numbers) & base_articles.c.is_new
    rows = select(bases.c.key, base_articles.c.article_id, base_articles.c.pinned).join(
        bases, bases.c.id == base_articles.c.base_id
    )
    for key, article, pinned in connection.execute(rows.where(wanted)):
        proofs[key].add(None if pinned else article)  # an operator's word leaves no doubt
    low, high = settings.assist.doubtful
    found: dict[int, list[_Doubt]] = {}
    for story, view in begun.items():
        own = {r.article for r in view.reports}
        for base in view.bases:
            proving = proofs[base] & {*own, None}
            of_base = [candidates[n] for n in proving if n is not None and n in candidates]
            if of_base and len(of_base) == len(proving) and all(_is_doubtful(c, low, high) for c in of_base):
                found.setdefault(story, []).append(_Doubt(base, tuple(of_base)))
    return found


def _is_doubtful(candidate: BaseCandidate, low: float, high: float) -> bool:
    return candidate.taken and low <= candidate.chance <= high


def _waiting(
    connection: Connection,
    settings: Settings,
    candidates: Sequence[BaseCandidate],
    answers: Mapping[str, assist.StoredAnswer],
    now: datetime,
) -> set[int]:
    """The articles of candidates whose opinion may still come in time."""
    if not candidates or not settings.assist.patience or not assist.is_answering(connection, "check"):
        return set()
    silent = {s.name for s in settings.sources if not s.assist}
    open_ones = [c.article for c in candidates if _is_open(answers.get(c.question))]
    rows = connection.execute(
        select(articles.c.id, articles.c.source, articles.c.first_seen).where(articles.c.id.in_(open_ones))
    )
    until = settings.assist.patience
    return {r.id for r in rows if r.source not in silent and now < r.first_seen + until}


def _is_open(answer: assist.StoredAnswer | None) -> bool:
    """Whether a question was not asked yet, or is just being asked."""
    return answer is None or answer.outcome == assist.ASKED


def due_again(connection: Connection, settings: Settings, now: datetime) -> tuple[list[int], set[int]]:
    """The stories that waited for an opinion and need wait no longer, and the articles that others still wait for."""
    since = get_cursor(connection, WAITING_CURSOR)
    if not since:
        return [], set()
    numbers = connection.scalars(
        select(base_candidates.c.article_id).where((base_candidates.c.article_id >= since) & base_candidates.c.taken)
    ).all()  # fmt: skip
    candidates = list(candidates_of(connection, numbers).values())
    answers = assist.answers(connection, (c.question for c in candidates))
    waiting = _waiting(connection, settings, candidates, answers, now) if may_decide(settings) else set()
    over = select(articles.c.story_id).where(
        articles.c.id.in_(set(numbers) - waiting) & articles.c.story_id.is_not(None)
    )
    return sorted(connection.scalars(over.distinct())), waiting  # fmt: skip


def wait_for(connection: Connection, numbers: Iterable[int]) -> None:
    """Note which articles' opinions are waited for."""
    set_cursor(connection, WAITING_CURSOR, min(numbers, default=0))
