"""Splits a message into smaller ones.

That happens if it is too long for its channel, or if the channel refuses one of its stories. Each
part is a delivery with an id of its own. So a part that fails is tried again alone, and no part
comes twice. The delivery that was split stays in the outbox as ``split``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, update

from alerts.delivery.outbox import OutboxItem, digest_of, put
from alerts.delivery.personal import KIND
from alerts.digests.digest import Digest, base_of
from alerts.digests.render import Rendered
from alerts.digests.writing import write
from alerts.identity.links import Links
from crawler.config.settings import Settings
from crawler.store.schema import deliveries, digests

KINDS = ("digest", "catch-up", KIND, "part")
"""What may be split; a note or a test may not."""


def parts_of(digest: Digest, sizes: Sequence[int], *, numbered: bool) -> list[Digest]:
    """Split a digest: its stories in order, so many in each part; bases go with their stories. Pure.

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
        # A base whose story is in no part comes with the last: nothing may be lost by splitting.
        mine = tuple(b for b in left if is_last or b.key in keys)
        left = [b for b in left if b not in mine]
        part, parts = (number, len(sizes)) if numbered else (digest.part, digest.parts)
        found.append(
            replace(
                # What is said of the whole digest is said once: of sources
                # that are silent first, of stories that were left out last.
                digest, stories=stories, bases=mine, omitted=digest.omitted if is_last else 0,
                register=digest.register if is_last else (),
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
    """Whether a delivery's message has several stories, so that it can be split."""
    return row.kind in KINDS and digest is not None and len(digest.stories) > 1


def read(connection: Connection, row: Any) -> Digest | None:
    """The digest of a delivery; None if it may not be split."""
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
    # A part may be split again. Its alerts are marked with the first digest, so that one is named.
    covers = old.covers or [old.id]
    items = [
        OutboxItem(
            subscription=row.subscription,
            channel=row.channel,
            recipients=[row.recipient],
            # Due and made as the whole was: the parts keep its
            # place in the order, and links that end with it.
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
        # The refusal has ended the doubt that the journal's `begin` recorded.
        .values(**{"in_doubt": False, **why, "status": "split"})
    )


def _written(settings: Settings, links: Links | None, digest: Digest) -> Rendered:
    rendered = write(settings, links, digest)
    if digest.parts < 2:
        return rendered
    return replace(rendered, subject=f"{rendered.subject} ({digest.part}/{digest.parts})")
