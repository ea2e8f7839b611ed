"""Renders a digest: with the reader's links if there are web pages, else with the sender's address."""

from __future__ import annotations

from alerts.digests.digest import Digest
from alerts.digests.message import ARCHIVE, MANAGE
from alerts.digests.render import PageLinks, Rendered, render
from alerts.identity.links import Links
from crawler.config.settings import Settings


def write(settings: Settings, links: Links | None, digest: Digest) -> Rendered:
    """A digest in both forms, marks standing for each reader's own links."""
    marks = PageLinks(MANAGE, ARCHIVE) if links else PageLinks()
    return render(digest, links=marks, sender=settings.delivery.sender)
