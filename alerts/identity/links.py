"""Signed links for readers. A link has one purpose, one subscription and one address, and is valid for a time.

It proves only that we wrote it to that address. The signature is an HMAC (itsdangerous). The purpose is its salt, so that a
link for one purpose is not valid for another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, lru_cache

from itsdangerous import BadData, URLSafeSerializer

from alerts.identity.keys import signing_keys
from crawler.config.settings import Settings
from crawler.model import AseanwatchError, Phrase
from crawler.store import Store

LIFETIMES = {
    # A sign-up waits for the click, as long as its owner may get no further note.
    "confirm": timedelta(days=30),
    "manage": timedelta(days=180),  # in every mail: leads to a page that sends a "change" link
    "one-click": timedelta(days=180),  # List-Unsubscribe-Post (RFC 8058)
    "change": timedelta(hours=2),  # sent on request: opens the preferences
    "rejoin": timedelta(days=30),  # in the note that says that somebody is out
    "archive": timedelta(days=400),  # one digest on the web
    "feed": timedelta(days=400),  # an outgoing feed of one subscription
}
"""How long a link is valid, by purpose."""


class LinkError(AseanwatchError):
    """A link that we did not write, that is for something else, or that is too old."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a link permits: a purpose, a subscription, an address, sometimes the number of a digest.

    ``serial`` says which of a reader's links it is one of (`alerts.subscriptions.reader_states`).
    """

    purpose: str
    subscription: str
    address: str
    number: int = 0
    serial: int = 0


@dataclass(frozen=True)
class Links:
    """Writes and reads links.

    Args:
        public_url: where the web pages can be reached from outside.
        keys: secrets, the newest first; the older ones still read what they wrote.
    """

    public_url: str
    keys: tuple[str, ...]

    @cached_property
    def key_id(self) -> str:
        """Identifies the key that signs, without telling it."""
        return _key_id(self.keys[0])

    def with_key(self, key_id: str) -> Links:
        """The links as an earlier key wrote them.

        Raises:
            LinkError: that key is gone.
        """
        for key in self.keys:
            if _key_id(key) == key_id:
                return Links(self.public_url, (key,))
        raise LinkError(f"the key {key_id} that signed these links is no longer in delivery.secret")

    def write(self, grant: Grant, at: datetime) -> str:
        """The URL of a link that is made at a moment. The same moment gives the same URL."""
        return (
            f"{self.public_url.rstrip('/')}/{grant.purpose}/{_token(self.keys, grant, int(at.timestamp()))}"
        )

    def read(self, purpose: str, token: str, now: datetime) -> Grant:
        """What the token of a link permits.

        Raises:
            LinkError: it was not written by us for this purpose, or is too old.
        """
        try:
            subscription, address, number, expires, *more = signer(self.keys, purpose).loads(token)
            # Links of former versions carry no serial; they work until their owner leaves.
            (serial,) = more or [0]
        except (BadData, ValueError, TypeError):
            raise LinkError(Phrase("this link is not one of ours, or is incomplete")) from None
        if now > datetime.fromtimestamp(expires, UTC):
            raise LinkError(Phrase("this link is too old"))
        return Grant(purpose, subscription, address, number, serial)


@lru_cache(maxsize=64)
def _token(keys: tuple[str, ...], grant: Grant, at: int) -> str:
    expires = at + int(LIFETIMES[grant.purpose].total_seconds())
    own = [grant.serial] if grant.serial else []  # links without one are written as they always were
    token = signer(keys, grant.purpose).dumps(
        [grant.subscription, grant.address, grant.number, expires, *own]
    )
    return token if isinstance(token, str) else token.decode()


@cache
def signer(keys: tuple[str, ...], purpose: str) -> URLSafeSerializer:
    """Signs and reads values for one purpose: the newest key signs, all of them read."""
    # itsdangerous signs with the last key of its list, and by default with SHA-1.
    return URLSafeSerializer(
        list(reversed(keys)), f"aseanwatch {purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )


def _key_id(key: str) -> str:
    return hashlib.blake2s(key.encode(), digest_size=4, person=b"awkeyid").hexdigest()


def links_of(settings: Settings, store: Store) -> Links | None:
    """The links of a configuration; None if it has no public URL.

    Raises:
        AseanwatchError: a PostgreSQL store without a secret, or the key file cannot be used.
    """
    public = settings.delivery.public_url
    return Links(public, signing_keys(settings, store)) if public else None
