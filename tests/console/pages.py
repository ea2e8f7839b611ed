"""The pages of the console with the newsroom's data."""

from __future__ import annotations

from sqlalchemy import select

from crawler.store import Store
from crawler.store.schema import bases, digests

FIXED = {
    "today": "/console/",
    "search": "/console/?q=railway",
    "register": "/console/register",
    "topics": "/console/topics",
    "topic": "/console/topics/demonstration_base",
    "new-topic": "/console/topics/new",
    "suggestions": "/console/topics/trade_investment/suggestions",
    "terms": "/console/terms/china",
    "changes": "/console/changes",
    "sources": "/console/sources",
    "source": "/console/sources/nanhai-agency",
    "add-source": "/console/sources/add",
    "subscriptions": "/console/subscriptions",
    "subscription": "/console/subscriptions/asean-desk",
    "add-subscription": "/console/subscriptions/add",
    "deliveries": "/console/deliveries",
    "health": "/console/health",
    "sign-in": "/console/sign-in",
    "account": "/console/account",
}


def founding(store: Store) -> tuple[int, str]:
    """The story and the key of the founding base."""
    with store.read() as connection:
        row = connection.execute(
            select(bases.c.story_id, bases.c.key).where(bases.c.name.contains("Innovation Demonstration"))
        ).one()
    return int(row.story_id), str(row.key)


def all_pages(store: Store) -> dict[str, str]:
    """The address of every page, by name."""
    story, key = founding(store)
    with store.read() as connection:
        number = connection.scalar(select(digests.c.id).order_by(digests.c.id.desc()))
    return {
        **FIXED,
        "story": f"/console/stories/{story}",
        "base": f"/console/register/{key}",
        "digest": f"/console/digests/{number}",
    }
