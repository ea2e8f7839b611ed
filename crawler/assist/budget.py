"""What assistants may take in a day, and what they took: counted from the record of requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from crawler.assist.model import TokenCount
from crawler.config.assist_settings import AssistantSettings, AssistBudget
from crawler.store.assist import AssistUsage, usage_since

CHARACTERS_PER_TOKEN = 3
"""An estimate for assistants that do not count tokens themselves (`benchmarks.assist_costs` has figures by script)."""
MILLION = 1_000_000


def estimated(characters: int) -> int:
    """Tokens of a text, by estimate."""
    return -(-characters // CHARACTERS_PER_TOKEN)


def counted(usage: TokenCount, sent: int, received: int) -> TokenCount:
    """What an answer took: as the assistant counts it, else by the characters that were sent and received."""
    return TokenCount(usage.tokens_in or estimated(sent), usage.tokens_out or estimated(received))


def price(settings: AssistantSettings, usage: TokenCount) -> float:
    """Money for an answer."""
    return (usage.tokens_in * settings.price_in + usage.tokens_out * settings.price_out) / MILLION


def day_of(now: datetime) -> datetime:
    """When the day of the budget began: midnight in UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def used_today(connection: Connection, now: datetime) -> AssistUsage:
    """What was taken since midnight (UTC), with what requests under way may take."""
    # What a clock that was wrong for a while noted of later days counts then.
    return usage_since(connection, day_of(now), day_of(now) + timedelta(days=1))


def exceeded(budget: AssistBudget, used: AssistUsage, more: TokenCount, money: float) -> str | None:
    """Which limit a further request would pass, in words; None where it may be sent.

    Args:
        budget: the limits of a day.
        used: what was taken of them.
        more: what the request may take, by estimate.
        money: what it may cost.
    """
    if budget.requests is not None and used.requests + 1 > budget.requests:
        return f"{used.requests} of {budget.requests} requests of the day are used"
    tokens = more.tokens_in + more.tokens_out
    if budget.tokens is not None and used.tokens + tokens > budget.tokens:
        return f"{used.tokens} of {budget.tokens} tokens of the day are used"
    if budget.money is not None and used.money + money > budget.money:
        return f"{used.money:.2f} of {budget.money:.2f} of the day's money are used"
    return None
