"""Digests for readers who said of a story that it is not for them: the same digest without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from alerts.delivery.outbox import OutboxItem, deliver_also, digest_of, missed_by, put, reader_of
from alerts.digests.digest import Digest
from alerts.digests.writing import write
from alerts.identity.links import Links
from alerts.subscriptions.reader_feedback import NOTHING, Declined, declined_by
from crawler.config.settings import Settings, Subscription

KIND = "personal"
"""The kind of a digest that leaves out what its readers declined; it stands for the digest of everybody."""
Declines = Mapping[tuple[str, str], Declined]
"""What readers declined, by subscription and canonical address (`reader_feedback.declined`)."""


def without(digest: Digest, declined: Declined) -> Digest:
    """A digest without what a reader declined; the same one where that is nothing of it."""
    if declined == NOTHING:
        return digest
    stories = tuple(s for s in digest.stories if not declined.covers(s.story, s.base_key))
    bases = tuple(b for b in digest.bases if not declined.covers(b.story or 0, b.key))
    register = tuple(r for r in digest.register if not declined.covers(r.story or 0, r.key))
    own = replace(digest, stories=stories, bases=bases, register=register)
    return digest if own == digest else own


def is_empty(digest: Digest) -> bool:
    """Whether a digest tells nothing."""
    return not (digest.stories or digest.bases or digest.omitted or digest.register)


def personal(
    settings: Settings, links: Links | None, item: OutboxItem, declines: Declines, *, empty_too: bool = False
) -> tuple[OutboxItem, list[OutboxItem]]:
    """Take the readers who declined some of a digest out of its recipients, and write a digest of their own for them.

    Readers who declined the same share one. Whoever declined all there is gets none.

    Args:
        settings: the configuration.
        links: that write the readers' links.
        item: the digest as everybody else gets it.
        declines: what readers declined.
        empty_too: whether a digest without news is sent.
    """
    assert item.digest is not None  # only digests have stories to leave out
    groups: dict[Digest, list[str]] = {}
    for recipient in item.recipients:
        declined = declines.get((item.subscription, reader_of(recipient)), NOTHING)
        groups.setdefault(without(item.digest, declined), []).append(recipient)
    everybody = tuple(groups.pop(item.digest, ()))
    others = [
        replace(item, recipients=tuple(mine), rendered=write(settings, links, own), digest=own, kind=KIND)
        for own, mine in groups.items()
        if empty_too or not is_empty(own)
    ]
    return replace(item, recipients=everybody), others


def put_missed(
    connection: Connection,
    settings: Settings,
    links: Links | None,
    one: Subscription,
    recipient: str,
    since: datetime,
    now: datetime,
) -> None:
    """Deliver what other readers of a subscription got meanwhile to one reader, without what that reader declined."""
    declined = declined_by(connection, one.name, recipient)
    as_they_are: list[int] = []
    for number in missed_by(connection, settings.delivery, one, recipient, since, now):
        digest = digest_of(connection, number) if declined != NOTHING else None
        own = without(digest, declined) if digest is not None else None
        if digest is None or own is digest:
            as_they_are.append(number)
        elif own is not None and not is_empty(own):
            item = OutboxItem(
                subscription=one.name, channel=one.channel, recipients=(recipient,), due=now, made=now,
                rendered=write(settings, links, own), kind=KIND, digest=own, covers=(number,),
            )  # fmt: skip
            put(connection, settings.delivery, links, [item])
    deliver_also(connection, settings.delivery, one, recipient, as_they_are, now)


def covering(items: Sequence[OutboxItem], number: int) -> list[OutboxItem]:
    """The same messages, each standing for the digest of that number."""
    return [replace(item, covers=(number,)) for item in items]
