"""What operators corrected, as labelled news that ``aseanwatch evaluate`` measures by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from crawler.store import articles as article_store
from crawler.store import bases as base_store
from crawler.store.bulk import chunks
from crawler.store.schema import articles, labels, link_constraints


def labelled_rows(connection: Connection) -> Iterator[dict[str, Any]]:
    """One row for each article that an operator marked, or put together with others or apart from them.

    What was judged and not called wrong counts as right; stories are as the operators have them.
    """
    corrections: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(select(labels).order_by(labels.c.id)):
        corrections[row.article_id].append(row)
    constrained = {
        n
        for r in connection.execute(select(link_constraints.c.one, link_constraints.c.other))
        for n in (r.one, r.other)
    }
    wanted = sorted({*corrections, *constrained})
    for chunk in chunks(wanted):
        topics = article_store.topics_of(connection, chunk)
        for row in connection.execute(
            select(articles).where(articles.c.id.in_(chunk)).order_by(articles.c.id)
        ):
            of_story = base_store.find(connection, [row.story_id]) if row.story_id is not None else []
            # A story may have bases that this article says nothing of.
            own = [b for b in of_story if row.id in b["evidence"]]
            yield _row(row, [t["name"] for t in topics.get(row.id, ())], own, corrections[row.id])


def _row(row: Any, topics: list[str], own: list[dict[str, Any]], corrections: list[Any]) -> dict[str, Any]:
    said = {(m.verdict, m.value) for m in corrections}
    verdicts = {m.verdict for m in corrections}
    relevant = (row.relevant or "relevant" in verdicts) and "not relevant" not in verdicts
    kept = [t for t in topics if ("wrong topic", t) not in said] if relevant else []
    bases = (
        [{"name": b["name"], "cities": b["cities"], "date": b["date"]} for b in own]
        if relevant and "wrong base" not in verdicts
        else []
    )
    lang = next((value for verdict, value in said if verdict == "wrong language" and value), row.lang)
    return {
        "id": str(row.id), "url": row.url, "lang": lang, "title": row.title, "published": row.published, "source": row.source,
        "text": row.text, "relevant": relevant, "topics": kept, "new_base": bool(bases), "bases": bases, "countries": row.countries,
        "story": f"story-{row.story_id}" if relevant and row.story_id is not None else None,
        "dup_of": str(row.duplicate_of) if row.duplicate_of else None, "hard_negative": not relevant,
    }  # fmt: skip
