"""A kind of source: a ministry's list of notices, ``{"notices": [{"id", "subject", "body", "href", "date"}]}``."""

from __future__ import annotations

import json
from datetime import datetime

from crawler.config.settings import Source
from crawler.documents.kinds import Answer, Fetched
from crawler.model import Entry
from crawler.parsing.feeds import FeedError


def read(answer: Answer, source: Source) -> Fetched:
    """Parse the entries of an answer.

    Raises:
        FeedError: the answer is no such list. The kind is stable; the message is for people.
    """
    try:
        notices = json.loads(answer.body)["notices"]
        entries = [
            Entry(
                source=source.name, guid=str(n["id"]), url=n["href"], title=n["subject"], summary=n.get("body", ""), seen=answer.seen,
                published=datetime.fromisoformat(n["date"]) if n.get("date") else None,
            )
            for n in notices
        ]  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise FeedError(
            "not a list of notices", f"the answer is no list of notices: {type(error).__name__} {error}"
        ) from None
    return Fetched(tuple(entries), lang=source.lang)
