"""How assistants do: what is on, what they took, what waits, what was refused. For the command line and the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from alerts.assist.queue import waiting_reports
from alerts.assist.scope import unread_pairs
from alerts.assist.wanted import wanted_languages
from alerts.digests.wording import N_
from crawler.assist.assistants import name_of
from crawler.assist.breaker import AssistantState, state_of
from crawler.assist.budget import used_today
from crawler.config.assist_settings import AssistBudget
from crawler.config.settings import Settings
from crawler.model import Phrase
from crawler.store import assist as store
from crawler.store.assist import AssistUsage

MONTH = timedelta(days=30)
SHOWN_REFUSALS = 8
FAILURES = {
    "unreachable": N_("cannot be reached"),
    "slow": N_("answers too slowly"),
    "limited": N_("asks to be left alone"),
    "denied": N_("accepts neither key nor request"),
    "unreadable": N_("gives no usable answers"),
    "unusable": N_("cannot be used"),
}
"""What an assistant that fails does, by the kind of `crawler.assist.model.AssistError`."""


@dataclass(frozen=True, slots=True)
class AssistOverview:
    """How assistants do at a moment.

    Attributes:
        states: how each assistant does, in the order in which they are asked.
        tasks: what each is asked for; empty: all that it can.
        today: what was taken since midnight (UTC), which the budget limits; ``month`` in 30 days.
        unread: pairs of languages that no assistant read when it was last asked.
        waiting: reports that were not asked about yet.
        answers: how many answers are kept, by task and outcome.
        refusals: task, reason and count of what was refused in 30 days, the most frequent first.
    """

    states: tuple[AssistantState, ...]
    tasks: tuple[tuple[str, ...], ...]
    languages: tuple[str, ...]
    budget: AssistBudget
    today: AssistUsage
    month: AssistUsage
    unread: Sequence[tuple[str, str]]
    waiting: int
    answers: Sequence[tuple[str, str, int]]
    refusals: Sequence[tuple[str, str, int]]


def overview_of(connection: Connection, settings: Settings, now: datetime) -> AssistOverview:
    """How the assistants of a configuration do. None is loaded or asked for it."""
    section = settings.assist
    languages = wanted_languages(connection, settings) if section.enabled else ()
    return AssistOverview(
        tuple(state_of(connection, name_of(one), now) for one in section.assistants),
        tuple(one.tasks for one in section.assistants),
        languages,
        section.budget,
        used_today(connection, now),
        store.usage_since(connection, now - MONTH),
        unread_pairs(connection, settings, languages),
        waiting_reports(connection, section.fresh, now) if section.enabled else 0,
        store.counts(connection),
        store.refusals(connection, now - MONTH)[:SHOWN_REFUSALS],
    )


def failure_of(state: AssistantState) -> Phrase:
    """What an assistant that fails does, in words."""
    kind = (state.problem or "").partition(":")[0]
    return Phrase(FAILURES.get(kind, N_("gives no usable answers")))


def limits(budget: AssistBudget, used: AssistUsage) -> list[tuple[str, float, float | None]]:
    """What was used of each limit of a day: its name, how much, and the limit where there is one."""
    return [
        ("requests", used.requests, budget.requests),
        ("tokens", used.tokens, budget.tokens),
        ("money", used.money, budget.money),
    ]
