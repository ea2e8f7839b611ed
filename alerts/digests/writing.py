"""Renders a digest: with the reader's links if there are web pages, else with the sender's address."""

from __future__ import annotations

from datetime import UTC, datetime

from alerts.digests.digest import Digest
from alerts.digests.marks import ARCHIVE, MANAGE
from alerts.digests.render import PageLinks, Rendered, render
from alerts.identity.links import Links
from alerts.identity.story_links import write_feedback, write_share
from crawler.config.settings import Settings

LONG_NUMBER = 10**8
"""A number of a digest or a story that is longer than those of any store so far."""


def write(settings: Settings, links: Links | None, digest: Digest) -> Rendered:
    """A digest in both forms, marks standing for each reader's own links."""
    marks = _marks(settings, links) if links else PageLinks()
    return render(digest, links=marks, sender=settings.delivery.sender)


def _marks(settings: Settings, links: Links) -> PageLinks:
    sample = write_share(links, LONG_NUMBER, datetime(2100, 1, 1, tzinfo=UTC))
    return PageLinks(
        MANAGE,
        ARCHIVE,
        of_stories=True,
        shares=bool(settings.delivery.share_links),
        # The longest link of a story, so that a digest is not too long once it has its links.
        story_link_length=max(
            len(sample), len(write_feedback(links, LONG_NUMBER, "", LONG_NUMBER, "more-like-this"))
        ),
    )
