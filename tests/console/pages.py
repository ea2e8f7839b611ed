"""The table of the console's pages, with the newsroom's data: what axe, budgets, languages and pictures go through.

A new page of the console gets a line here; `tests/console/test_page_table.py` finds one that has none.
"""

from __future__ import annotations

from sqlalchemy import select

from crawler.store import Store
from crawler.store.schema import bases, digests

FIXED = {
    "today": "/console/",
    "search": "/console/?q=railway",
    "filtered": "/console/?topic=trade_investment&country=VN&unread=1&lnag=id",
    "volume": "/console/volume?span=365d&by=country",
    "views": "/console/views",
    "register": "/console/register",
    "topics": "/console/topics",
    "topic": "/console/topics/demonstration_base",
    "new-topic": "/console/topics/new",
    "topic-questions": "/console/new-topic?q=%E6%A6%B4%E8%8E%B2",
    "suggestions": "/console/topics/trade_investment/suggestions",
    "terms": "/console/terms/china",
    "changes": "/console/changes",
    "sources": "/console/sources",
    "source-audit": "/console/sources/audit",
    "source": "/console/sources/nanhai-agency",
    "add-source": "/console/sources/add",
    "subscriptions": "/console/subscriptions",
    "subscription": "/console/subscriptions/asean-desk",
    "add-subscription": "/console/subscriptions/add",
    "feedback": "/console/feedback",
    "deliveries": "/console/deliveries",
    "health": "/console/health",
    "sign-in": "/console/sign-in",
    "account": "/console/account",
}


PAGES = {
    **FIXED,
    "story": "/console/stories/{story}",
    "base": "/console/register/{base}",
    "digest": "/console/digests/{digest}",
    "preview": "/console/subscriptions/asean-desk/preview",
}
"""The address of every page by its name; what stands in braces depends on the store."""
MAILS = {"digest", "preview"}
"""Pages that are a mail as its readers get it: in their language, and without the console's frame."""
NO_PAGES = {
    "/console",
    "/console/static/{name}",
    "/console/first-steps",
    "/console/sign-in/organisation",
    "/console/sign-in/organisation/back",
    "/console/views/{number:int}",
}
"""Paths that lead elsewhere, or answer with a part of a page; files have a dot in their path."""


def founding(store: Store) -> tuple[int, str]:
    """The story and the key of the founding base."""
    with store.read() as connection:
        row = connection.execute(
            select(bases.c.story_id, bases.c.key).where(bases.c.name.contains("Innovation Demonstration"))
        ).one()
    return int(row.story_id), str(row.key)


def frame_pages(store: Store) -> dict[str, str]:
    """The address of every page that has the console's frame, by name."""
    return {name: address for name, address in all_pages(store).items() if name not in MAILS}


def all_pages(store: Store) -> dict[str, str]:
    """The address of every page, by name."""
    story, key = founding(store)
    with store.read() as connection:
        number = connection.scalar(select(digests.c.id).order_by(digests.c.id.desc()))
    values = {"story": story, "base": key, "digest": number}
    return {name: address.format(**values) for name, address in PAGES.items()}
