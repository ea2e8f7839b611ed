"""What a store knows of what it sent, read before a copy takes its place: so that the copy need not guess what was told."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from alerts.model import AlertKind
from crawler.store.bulk import chunks
from crawler.store.schema import (
    alerts,
    articles,
    deliveries,
    digests,
    earlier_alerts,
    entries,
    polls,
    restores,
    subscriptions,
)

_OF_STORY = frozenset({AlertKind.STORY, AlertKind.NEW_BASE, AlertKind.UPDATE, AlertKind.OLD})
"""Kinds that tell of a story as a whole, by whichever of its reports."""
_COUNTS_FOR: Mapping[str, frozenset[str]] = {
    # A base that began after the copy was made is new to the copy, also where its update was sent.
    AlertKind.NEW_BASE: _OF_STORY,
    AlertKind.STORY: _OF_STORY,
    AlertKind.OLD: _OF_STORY,
    AlertKind.UPDATE: frozenset({AlertKind.UPDATE}),
}
_MOMENT = "moment"
RESULT = ("status", "sent", "accepted", "error", "failure", "in_doubt", "attempts", "first_try")
"""What says what became of a message."""
_NOT_SENT = ("pending", "failed")


@dataclass(frozen=True, slots=True)
class ReplacedStore:
    """What the store before a restore had sent.

    Attributes:
        first: its first sign of work.
        last: its last one.
        sent: alerts that were sent, by (subscription, address, kind): when each was raised.
        digested: of each alert, by (subscription, matter, moment), whether it was sent.
        deliveries: what became of its messages, by Message-ID.
        due: by subscription, the last moment that was dealt with.
        gaps: its own restores, with the first poll after each.
    """

    first: datetime
    last: datetime
    sent: Mapping[tuple[str, str, str], datetime]
    digested: Mapping[tuple[str, str, datetime], bool]
    deliveries: Mapping[str, Mapping[str, Any]]
    due: Mapping[str, datetime]
    gaps: Collection[Mapping[str, Any]]

    def as_text(self) -> str:
        """As text from which `of_text` makes the same."""
        values = {
            "first": self.first, "last": self.last, "sent": [[*key, at] for key, at in self.sent.items()],
            "digested": [[*key, was_sent] for key, was_sent in self.digested.items()], "deliveries": self.deliveries,
            "due": self.due, "gaps": list(self.gaps),
        }  # fmt: skip
        return json.dumps(values, default=lambda moment: {_MOMENT: moment.isoformat()})

    @classmethod
    def of_text(cls, text: str) -> ReplacedStore:
        """What `as_text` wrote."""
        read = json.loads(
            text, object_hook=lambda o: datetime.fromisoformat(o[_MOMENT]) if o.keys() == {_MOMENT} else o
        )
        read["sent"] = {(name, key, kind): at for name, key, kind, at in read["sent"]}
        read["digested"] = {(name, about, at): was_sent for name, about, at, was_sent in read["digested"]}
        return cls(**read)


def read_replaced(connection: Connection, since: datetime) -> ReplacedStore | None:
    """Read what a store had sent; None if it never worked.

    Args:
        connection: to the store that is to be replaced, of this program's schema.
        since: alerts that are older concern no news of today.
    """
    signs = [
        connection.execute(select(func.min(column), func.max(column))).one()
        for column in (polls.c.at, entries.c.seen, deliveries.c.sent, alerts.c.at)
    ]
    moments = [moment for sign in signs for moment in sign if moment is not None]
    if not moments:
        return None
    # A digest whose messages all wait or failed reached nobody; one without messages was for nobody.
    of_digest = deliveries.c.digest_id == digests.c.id
    left = or_(deliveries.c.status.not_in(_NOT_SENT), deliveries.c.in_doubt)
    has_any, has_left = select(1).where(of_digest).exists(), select(1).where(of_digest, left).exists()
    reached = or_(~has_any, has_left)
    rows = connection.execute(
        select(alerts, reached.label("reached"))
        .join(digests, digests.c.id == alerts.c.digest_id, isouter=True)
        .where(alerts.c.at > since)
    ).all()
    mine = [row for row in rows if row.digest_id is not None and row.reached]
    sent = {
        (row.subscription, row.url_key, row.kind): row.at
        for row in connection.execute(select(earlier_alerts).where(earlier_alerts.c.at > since))
    }
    addresses = _addresses(connection, mine)
    for row in mine:
        own = addresses.get((row.story_id, None if row.kind in _OF_STORY else row.article_id), ())
        sent |= {(row.subscription, key, row.kind): row.at for key in own}
    ids = {(r.subscription, r.about, r.at): r.digest_id is not None and bool(r.reached) for r in rows}
    recent = select(deliveries).join(digests, of_digest).where(digests.c.made > since)
    outbox = {
        row.message_id: {name: row._mapping[name] for name in RESULT} for row in connection.execute(recent)
    }
    due = {r.name: r.last_due for r in connection.execute(select(subscriptions)) if r.last_due is not None}
    gaps = [
        {**row._mapping, "first_poll": row.first_poll or first_poll_after(connection, row.at)}
        for row in connection.execute(select(restores).where(restores.c.at > since))
    ]
    return ReplacedStore(min(moments), max(moments), sent, ids, outbox, due, gaps)


def first_poll_after(connection: Connection, at: datetime) -> datetime | None:
    """The first poll after a moment; None if there was none yet."""
    found: datetime | None = connection.scalar(select(func.min(polls.c.at)).where(polls.c.at > at))
    return found


def _addresses(
    connection: Connection, raised: Collection[Row[Any]]
) -> dict[tuple[int, int | None], list[str]]:
    """The addresses of stories and of single reports, by story and report (None: all of the story)."""
    found: dict[tuple[int, int | None], list[str]] = {}
    for part in chunks(sorted({row.story_id for row in raised}), 500):
        columns = (articles.c.id, articles.c.story_id, articles.c.url_key)
        for one in connection.execute(select(*columns).where(articles.c.story_id.in_(part))):
            found.setdefault((one.story_id, None), []).append(one.url_key)
            found[one.story_id, one.id] = [one.url_key]
    return found


def sent_before(connection: Connection, raised: Collection[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Which of some alerts a replaced store had sent, by (subscription, matter).

    Args:
        connection: to the store.
        raised: alerts as rows.
    """
    if not raised or connection.scalar(select(1).select_from(earlier_alerts).limit(1)) is None:
        return set()
    found: dict[tuple[str, int, int], set[str]] = {}
    for part in chunks(sorted({row["story_id"] for row in raised}), 500):
        same = articles.c.url_key == earlier_alerts.c.url_key
        columns = (earlier_alerts.c.subscription, earlier_alerts.c.kind, articles.c.story_id, articles.c.id)
        joined = select(*columns).join(articles, and_(same, articles.c.story_id.in_(part)))
        for one in connection.execute(joined):
            found.setdefault((one.subscription, one.story_id, one.id), set()).add(one.kind)
    by_story: dict[tuple[str, int], set[str]] = {}
    for (name, story, _), kinds in found.items():
        by_story.setdefault((name, story), set()).update(kinds)
    return {
        (row["subscription"], row["about"])
        for row in raised
        if not _COUNTS_FOR.get(row["kind"], frozenset({row["kind"]})).isdisjoint(
            by_story.get((row["subscription"], row["story_id"]), ())
            if row["kind"] in _OF_STORY
            else found.get((row["subscription"], row["story_id"], row["article_id"]), ())
        )
    }
