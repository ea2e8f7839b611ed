"""What operators correct in the register of bases; re-judging leaves it so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from crawler.model import AseanwatchError, Phrase
from crawler.store.base_proofs import create_base, proofs_of
from crawler.store.base_register import absorb, refresh_base
from crawler.store.bases import id_of, key_of
from crawler.store.schema import articles, base_articles, base_changes, base_names, bases
from crawler.store.upserts import upsert


def rename(connection: Connection, key: str, name: str, lang: str, now: datetime) -> None:
    """Give a base an operator's name in one language.

    Raises:
        AseanwatchError: there is no such base.
    """
    base_id = id_of(connection, key)
    values = {"base_id": base_id, "lang": lang, "name": name, "at": now}
    connection.execute(upsert(connection, base_names, values, ["base_id", "lang"], ["name", "at"]))
    _note(connection, now, base_id, "rename", {"lang": lang, "name": name})
    refresh_base(connection, base_id)


def merge(connection: Connection, key: str, other: str, now: datetime) -> str:
    """Merge two bases: all proofs of ``other`` go to ``key``, and its key leads there. Returns the key that stays.

    Raises:
        AseanwatchError: one of them does not exist, or both are the same.
    """
    base_id = id_of(connection, key)
    gone = id_of(connection, other)
    if base_id == gone:
        raise AseanwatchError(Phrase("%(key)s and %(other)s are one base already", key=key, other=other))
    _note(connection, now, base_id, "merge", {"other": key_of(connection, gone)})
    absorb(connection, base_id, gone, pinned=True)
    return key_of(connection, base_id)


def split(connection: Connection, key: str, article_ids: Sequence[int], now: datetime) -> str:
    """Move proofs to a base of their own, because their articles speak of another base. Returns its key.

    Raises:
        AseanwatchError: there is no such base, an article proves nothing of it, or nothing would remain.
    """
    base_id = id_of(connection, key)
    proofs = {p.article: p for p in proofs_of(connection, [base_id])[base_id]}
    wrong = [a for a in article_ids if a not in proofs]
    if wrong:
        raise AseanwatchError(f"articles that prove nothing of {key}: {', '.join(map(str, wrong))}")
    # A base without proofs is deleted from the register.
    if len(set(article_ids)) == len(proofs):
        raise AseanwatchError(
            Phrase("all articles of %(key)s were named; nothing would remain of it", key=key)
        )
    first = min((proofs[a] for a in article_ids), key=lambda p: (p.when, p.article))
    own_key = connection.scalar(select(bases.c.key).where(bases.c.id == base_id))
    seen = connection.scalar(select(articles.c.first_seen).where(articles.c.id == first.article))
    assert seen is not None
    # A stored mention has no key. The new base gets the old one's, with a number behind it (KEY-2).
    new = create_base(connection, replace(first.mention, key=f"{own_key}"), first.story, seen)
    moved = (base_articles.c.base_id == base_id) & base_articles.c.article_id.in_(article_ids)
    connection.execute(update(base_articles).where(moved).values(base_id=new, pinned=True))
    # Those that stay are pinned as well: judged again, they could follow the others.
    connection.execute(update(base_articles).where(base_articles.c.base_id == base_id).values(pinned=True))
    _note(
        connection, now, base_id, "split", {"other": key_of(connection, new), "articles": list(article_ids)}
    )
    for one in (base_id, new):
        refresh_base(connection, one)
    return key_of(connection, new)


def _note(connection: Connection, now: datetime, base_id: int, kind: str, detail: dict[str, Any]) -> None:
    connection.execute(
        insert(base_changes),
        [{"at": now, "base_id": base_id, "kind": kind, "detail": detail, "actor": "operator"}],
    )
