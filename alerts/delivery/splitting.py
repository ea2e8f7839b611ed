"""One message in several smaller ones: where a channel takes only so much at once, and where it refuses a story among others.

Each part is a delivery of its own with an id of its own, so that one that fails is tried again alone and no part comes
twice. What was split stays in the outbox as ``split``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, update

from alerts.delivery.outbox import OutboxItem, digest_of, put
from alerts.digests.digest import Digest, base_of
from alerts.digests.render import Rendered
from alerts.digests.writing import write
from alerts.identity.links import Links
from crawler.config.settings import Settings
from crawler.store.schema import deliveries, digests

KINDS = ("digest", "catch-up", "part")
"""What may be split; a note or a test may not."""


def parts_of(digest: Digest, sizes: Sequence[int], *, numbered: bool) -> list[Digest]:
    """A digest as several: so many of its stories in each, in order; bases go with their stories. Pure.

    Args:
        digest: what is split.
        sizes: stories of each part, together all of them.
        numbered: whether each says which of how many it is.
    """
    found: list[Digest] = []
    start = 0
    left = list(digest.bases)
    for number, size in enumerate(sizes, 1):
        is_last = number == len(sizes)
        stories = digest.stories[start : start + size]
        keys = {base_of(s.key, s.base) for s in stories}
        mine = tuple(b for b in left if is_last or b.key in keys)
        left = [b for b in left if b not in mine]
        part, parts = (number, len(sizes)) if numbered else (digest.part, digest.parts)
        found.append(
            replace(
                digest, stories=stories, bases=mine, omitted=digest.omitted if is_last else 0,
                silent=digest.silent if number == 1 else (), part=part, parts=parts,
            )
        )  # fmt: skip
        start += size
    return found


def halves(digest: Digest) -> tuple[int, int]:
    """The sizes of its two halves."""
    first = (len(digest.stories) + 1) // 2
    return first, len(digest.stories) - first


def can_split(row: Any, digest: Digest | None) -> bool:
    """Whether a delivery's message holds several stories that can be told apart."""
    return row.kind in KINDS and digest is not None and len(digest.stories) > 1


def read(connection: Connection, row: Any) -> Digest | None:
    """What a delivery tells, where it may be split."""
    digest = digest_of(connection, row.digest_id)
    return digest if can_split(row, digest) else None


def split(
    connection: Connection,
    settings: Settings,
    links: Links | None,
    row: Any,
    digests_of_parts: Sequence[Digest],
    **why: Any,
) -> None:
    """Put parts in the place of a delivery, due when it was.

    Args:
        connection: of the caller's transaction.
        settings: the configuration.
        links: that write the readers' links.
        row: the delivery.
        digests_of_parts: what each part tells.
        why: values of the delivery that say what became of it, such as its error.
    """
    old = connection.execute(select(digests).where(digests.c.id == row.digest_id)).one()
    covers = old.covers or [old.id]
    items = [
        OutboxItem(
            subscription=row.subscription,
            channel=row.channel,
            recipients=[row.recipient],
            due=old.due,
            made=old.made,
            rendered=_written(settings, links, part),
            kind="part",
            digest=part,
            covers=covers,
        )
        for part in digests_of_parts
    ]
    numbers = put(connection, settings.delivery, links, items)
    # Their first try is that of the whole: what the channel took since then proves that a refusal is theirs.
    kept = {"next_try": row.next_try, "first_try": row.first_try, "attempts": row.attempts}
    connection.execute(update(deliveries).where(deliveries.c.digest_id.in_(numbers)).values(**kept))
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == row.id)
        .values(**{"in_doubt": False, **why, "status": "split"})
    )


def _written(settings: Settings, links: Links | None, digest: Digest) -> Rendered:
    rendered = write(settings, links, digest)
    if digest.parts < 2:
        return rendered
    return replace(rendered, subject=f"{rendered.subject} ({digest.part}/{digest.parts})")
