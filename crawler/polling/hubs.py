"""The rules of subscribing at hubs (WebSub, W3C Recommendation 2018): addresses, signatures, leases, and when what is done next.

Nothing of a subscription is secret in the store: its callback's address and the secret of its signatures are derived from the
service's own key and a random name.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from crawler.polling.state import SourceState

LEASE = timedelta(days=7)
"""For how long we ask to be told; the hub decides (section 5.1, hub.lease_seconds)."""
SHORTEST_LEASE = timedelta(minutes=5)
"""A hub that promises less is not subscribed to: renewing would be more work than polling."""
RENEW_AT = 0.7
"""The share of a lease after which it is renewed, so that a hub that is down for a while is tried again before its end."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=12)
"""Until a request is made again that failed, or that the hub did not verify: the first time, and at most; doubled each time."""
DENIED_FOR = timedelta(days=1)
"""Until a hub is asked again that denied a subscription."""
MOST_LEAVING = 4
"""How often a hub is asked to end a subscription; if it never verifies that, its lease ends by itself."""
MOST_HUBS = 4
"""Of the hubs that a feed names, so many are tried, one after another as they fail."""
LONGEST_REASON = 200
TOKEN_LENGTH = 65
"""Characters of a token: the name of its callback, a full stop, and what proves that we made it."""
TRUSTED = ("sha256", "sha384", "sha512")
"""Signatures (section 8) by which what is pushed is believed. By sha1 a hub is only heard: then the feed itself is asked."""


class HubTopic(NamedTuple):
    """A hub, and the topic to subscribe to there."""

    hub: str
    topic: str


class CallbackKeys(NamedTuple):
    """What proves a callback's caller: the last part of its address, and the secret of its signatures."""

    token: str
    secret: str


def announced(state: SourceState) -> list[HubTopic]:
    """The hubs that a source names, by its latest answer, in the order in which they are to be tried."""
    hubs, topic = state.hints.get("hubs"), state.hints.get("topic")
    named = dict.fromkeys(map(str, hubs)) if hubs and topic else ()
    return [HubTopic(hub, str(topic)) for hub in list(named)[:MOST_HUBS]]


def new_callback() -> str:
    """The name of a new callback."""
    return secrets.token_hex(16)


def keys_of(callback: str, key: str) -> CallbackKeys:
    """The token and the secret of a callback, by one of the service's keys."""
    token = hmac.digest(key.encode(), f"websub callback {callback}".encode(), "sha256").hex()
    # At most 200 bytes (section 5.1).
    secret = hmac.digest(key.encode(), f"websub secret {callback}".encode(), "sha512").hex()
    return CallbackKeys(f"{callback}.{token[:32]}", secret)


def callback_of(token: str, keys: Iterable[str]) -> str | None:
    """The name of the callback that the end of an address stands for; None where it is none of ours."""
    callback = token.partition(".")[0]
    found = [hmac.compare_digest(keys_of(callback, k).token.encode(), token.encode()) for k in keys]
    return callback if any(found) else None


class Signature(NamedTuple):
    """What a signature says: whether it is the hub's, and by a method by which contents are believed."""

    is_right: bool
    is_trusted: bool


def check_signature(header: str, body: bytes, callback: str, keys: Sequence[str]) -> Signature:
    """Check the value of ``X-Hub-Signature``: a method, ``=``, and the HMAC of the body in hexadecimal digits (section 8)."""
    method, _, given = header.strip().partition("=")
    method = method.lower()
    if method not in (*TRUSTED, "sha1"):
        return Signature(False, False)
    right = any(
        hmac.compare_digest(
            hmac.new(keys_of(callback, key).secret.encode(), body, getattr(hashlib, method))
            .hexdigest()
            .encode(),
            given.strip().lower().encode(),
        )
        for key in keys
    )
    return Signature(right, right and method in TRUSTED)


def lease_of(seconds: str) -> timedelta | None:
    """The lease that a hub grants, at most as long as we asked for; None where it is too short, or no number."""
    if not (seconds.isascii() and seconds.isdigit()):
        return None
    # A hub may say any number, and need not mean it.
    lease = timedelta(seconds=min(int(seconds[:18]), LEASE.total_seconds()))
    return lease if lease >= SHORTEST_LEASE else None


def renewal(now: datetime, lease: timedelta) -> datetime:
    """When a lease that begins now is renewed."""
    return now + lease * RENEW_AT


def next_try(now: datetime, tries: int) -> datetime:
    """When a request is made again that so many in a row came to nothing."""
    doublings: int = 2 ** min(tries, 12)
    return now + min(LONGEST_WAIT, FIRST_WAIT * doublings)
