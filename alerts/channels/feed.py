"""Outgoing feeds as files for a web server: NAME.atom and NAME.json of each subscription.

Notifies a WebSub hub.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import urllib3

from alerts.channels import DeliveryError
from alerts.channels.failures import Failure
from alerts.channels.maildir import write_durably
from alerts.digests.feeds import FeedHead, atom_feed, feed_id, items_of, json_feed
from alerts.digests.message import OutgoingMessage, domain_of
from alerts.digests.wording import words
from crawler.config.settings import ChannelSettings, Settings
from crawler.model import AseanwatchError
from crawler.net.guard import Guard
from crawler.net.http import NotAllowedError, post
from crawler.net.unreachable import why_unreachable

log = logging.getLogger("aseanwatch")


class FeedChannel:
    """Puts the stories of each digest on top of its subscription's feed. A story that is there already changes nothing."""

    is_mail = False
    merges = False
    side_by_side = 1

    def __init__(self, settings: Settings, own: ChannelSettings) -> None:
        if not own.path:
            raise AseanwatchError("a feed needs a path, the folder of its files")
        self.root, self._most, self._hub = Path(own.path), own.most, own.hub
        self._public = settings.delivery.public_url
        self._pair = words("en").pair_of(settings.parties.sides)
        # The files are written by then: a slow hub gets ten
        # seconds, whatever other channels may take.
        self._guard, self._timeout = (
            Guard(settings.crawl.allow_private),
            min(own.timeout, timedelta(seconds=10)),
        )

    def send(self, outgoing: OutgoingMessage) -> None:
        """Write both files; each is replaced as a whole or not at all."""
        message = outgoing.message
        name = message.subscription
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            before = _items(self.root / f"{name}.json")
            # By the id of the entry, so that a delivery that is repeated changes nothing.
            known = {item["id"] for item in before}
            new = [i for i in items_of(message.content, domain_of(message.sender)) if i["id"] not in known]
            items = (new + before)[: self._most]
            head = self._head(name, domain_of(message.sender))
            # JSON first: it is what is read back. If the process dies
            # in between, the repeat finds nothing new and writes both.
            write_durably(self.root, f"{name}.json", json_feed(head, items), self.root)
            write_durably(self.root, f"{name}.atom", atom_feed(head, items), self.root)
        except OSError as error:
            raise DeliveryError(
                f"{self.root} cannot be written: {error.strerror}", Failure.UNREACHABLE
            ) from None
        if new and self._hub and head.atom_url:
            self._tell(self._hub, head.atom_url)

    def _head(self, name: str, domain: str) -> FeedHead:
        base = f"{self._public.rstrip('/')}/feeds/{quote(name)}" if self._public else None
        return FeedHead(
            feed_id(domain, name), f"{name}: {self._pair} cooperation", self._public, base and f"{base}.atom",
            base and f"{base}.json", self._hub,
        )  # fmt: skip

    def _tell(self, hub: str, topic: str) -> None:
        """Notify the hub (WebSub, section 7).

        If it does not answer, nothing is held up: readers still poll.
        """
        body = urlencode({"hub.mode": "publish", "hub.url": topic}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = post(self._guard, hub, body, headers, self._timeout)
        except (OSError, urllib3.exceptions.HTTPError, NotAllowedError) as error:
            log.warning("the hub of %s cannot be told: %s", topic, why_unreachable(error))
            return
        if answer.status >= 300:
            log.warning("the hub of %s answered %d", topic, answer.status)

    def close(self) -> None:
        """Nothing is held."""

    def abort(self) -> None:
        """Nothing is held."""


def _items(path: Path) -> list[dict[str, object]]:
    """The entries that a feed has so far."""
    if not path.exists():
        return []
    try:
        found: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))["items"]
    except (ValueError, KeyError):
        # It may be somebody's file. Nothing is overwritten, and what is for it waits.
        raise DeliveryError(f"{path} is no feed of ours; move it away", Failure.UNREACHABLE) from None
    return found
