"""What operators corrected, as labelled news that ``aseanwatch evaluate`` measures by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from crawler.store import articles as article_store
from crawler.store import bases as base_store
from crawler.store.bulk import chunks
from crawler.store.schema import articles, labels, rulings


def labelled(connection: Connection) -> Iterator[dict[str, Any]]:
    """One row for each article that an operator marked, or put together with others or apart from them.

    What was judged and not called wrong counts as right; stories are as the operators have them.
    """
    marks: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(select(labels).order_by(labels.c.id)):
        marks[row.article_id].append(row)
    ruled = {n for r in connection.execute(select(rulings.c.one, rulings.c.other)) for n in (r.one, r.other)}
    wanted = sorted({*marks, *ruled})
    for chunk in chunks(wanted):
        part = chunk
        topics = article_store.topics_of(connection, part)
        for row in connection.execute(select(articles).where(articles.c.id.in_(part)).order_by(articles.c.id)):
            of_story = base_store.find(connection, [row.story_id]) if row.story_id is not None else []
            own = [b for b in of_story if row.id in b["evidence"]]
            yield _row(row, [t["name"] for t in topics.get(row.id, ())], own, marks[row.id])


def _row(row: Any, topics: list[str], own: list[dict[str, Any]], marks: list[Any]) -> dict[str, Any]:
    said = {(m.verdict, m.value) for m in marks}
    verdicts = {m.verdict for m in marks}
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
