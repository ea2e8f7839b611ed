"""The contents of a store and its digests, in a form that does not depend on ids and other arbitrary numbers.

A base's key is such a number, because it comes from the name in the first report that arrived.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sqlalchemy import select

from alerts.digests.packing import bodies_of
from crawler.analysis.export import rows_of
from crawler.store import Store, bases
from crawler.store.schema import alerts, deliveries, digests
from crawler.store.schema import articles as article_table


def exported(store: Store) -> dict[str, list[str]]:
    """Exports of articles, stories and bases, and the alerts: lines of JSON with addresses in place of ids, sorted."""
    with store.read() as connection:
        urls = {r.id: r.url for r in connection.execute(select(article_table.c.id, article_table.c.url))}
        members: dict[int, list[str]] = {}
        for r in connection.execute(select(article_table.c.story_id, article_table.c.url)):
            members.setdefault(r.story_id, []).append(r.url)
        story = {number: " ".join(sorted(found)) for number, found in members.items() if number is not None}
        raised = [
            {"for": a.subscription, "about": a.about, "kind": a.kind, "story": story[a.story_id], "topics": a.topics, "at": str(a.at)}
            for a in connection.execute(select(alerts))
        ]  # fmt: skip
        keys = {key: b["name"] for b in bases.find(connection) for key in (b["key"],)}
        listed = {what: rows_of(connection, what) for what in ("articles", "stories", "bases")}
    for row in raised:
        row["about"] = _about(row["about"], urls, story, keys)
    found: dict[str, list[str]] = {"alerts": sorted(json.dumps(r, ensure_ascii=False) for r in raised)}
    for what, some in listed.items():
        rows = [json.loads(json.dumps(row, default=str)) for row in some]
        found[what] = sorted(
            json.dumps(_plain(what, row, urls, story), ensure_ascii=False, sort_keys=True) for row in rows
        )
    return found


def _about(about: str, urls: dict[int, str], story: dict[int, str], keys: dict[str, str]) -> str:
    kind, _, rest = about.partition(":")
    if kind == "base":
        key, _, step = rest.partition(":")
        return f"base:{keys[key]}:{step}"
    if kind == "story":
        return f"story:{story[int(rest)]}"
    return f"article:{urls[int(rest)]}" if kind == "article" else about


def _plain(what: str, row: dict[str, Any], urls: dict[int, str], story: dict[int, str]) -> dict[str, Any]:
    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: _named(k, v) for k, v in value.items()}
        return [named(v) for v in value] if isinstance(value, list) else value

    def _named(key: str, value: Any) -> Any:
        if key in ("story",) and isinstance(value, int):
            return story[value]
        if key in ("article", "dup_of", "lead") and isinstance(value, int):
            return urls[value]
        if (
            key in ("articles", "evidence", "ids")
            and isinstance(value, list)
            and all(isinstance(v, int) for v in value)
        ):
            return sorted(urls[v] for v in value)
        return named(value)

    own = urls if what == "articles" else story
    row.pop("key", None)
    return {k: own[v] if k == "id" else _named(k, v) for k, v in row.items()}


def received(store: Store, folder: Path) -> dict[str, Any]:
    """What readers received: each stored digest, each delivery, and the written files."""
    with store.read() as connection:
        # Also of those that a worker has packed: it does so every ten minutes, at any moment of the three days.
        stored = connection.execute(select(digests)).all()
        bodies = bodies_of(connection, stored)
        made = sorted(
            (d.subscription, str(d.due), d.kind, d.subject, bodies[d.id].html, bodies[d.id].text)
            for d in stored
        )
        rows = connection.execute(
            select(deliveries, digests.c.subscription, digests.c.due).join(digests)
        ).all()
    sent = sorted((d.channel, d.recipient, d.subscription, str(d.due), d.status) for d in rows)
    names = {
        _name(d.message_id): f"{d.subscription} {d.due:%Y-%m-%d %H.%M.%S.%f} {d.recipient}" for d in rows
    }

    def same(text: str) -> str:
        """A text with the subscription and moment of a message in place of its random Message-ID."""
        return re.sub(r"[0-9a-f]{24}", lambda found: names.get(found[0], found[0]), text)

    written = [p for p in sorted(folder.iterdir()) if p.suffix in (".eml", ".html", ".txt")]
    files = {same(p.name): same(p.read_bytes().decode("utf-8", "surrogateescape")) for p in written}
    return {"digests": made, "deliveries": sent, "files": files}


def _name(message_id: str) -> str:
    return message_id.strip("<>").partition("@")[0]
