"""Tokens in mails that come back: who was written to, and what may be done for them. Pure.

A token is the first half of the delivery's Message-ID and a keyed digest of it. It has letters and
digits of one case, so it survives mail programs, folding, and servers that change the case of
addresses. It does not reveal its reader.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from enum import StrEnum

from alerts.digests.addresses import address
from crawler.config.settings import DeliverySettings

PLACE = "{id}"
"""Where ``delivery.return_path`` holds each delivery's own token."""
_TOKEN = re.compile(r"(?<![0-9a-z])([0-9a-f]{24})-([a-z2-7]{16})(?![0-9a-z])", re.I | re.A)
_MOST = 50


class Kind(StrEnum):
    """What a token proves: that it was the return path of a mail, or that its reader may be taken off."""

    RETURN = "return"
    UNSUBSCRIBE = "unsubscribe"


def token(kind: Kind, key: str, message_id: str) -> str:
    """The token of a delivery."""
    name = message_id.strip("<>").partition("@")[0]
    return f"{name}-{_digest(kind, key, name)}"


def names_in(text: str, kind: Kind, keys: Sequence[str]) -> list[str]:
    """The first halves of the Message-IDs whose tokens of a kind are in a text.

    Forged tokens do not count.
    """
    found = []
    # Bounded: anybody may send a mail with thousands of made-up tokens.
    for name, digest in list(dict.fromkeys(_TOKEN.findall(text)))[:_MOST]:
        own = name.lower()
        # All keys: the mail that is answered may be older than the newest one.
        if any(hmac.compare_digest(_digest(kind, key, own), digest.lower()) for key in keys):
            found.append(own)
    return found


def _digest(kind: Kind, key: str, name: str) -> str:
    secret = hashlib.blake2b(key.encode(), digest_size=32, person=b"aw-mail-token").digest()
    # The kind is part of it: a return path, which every
    # server on the way sees, must take nobody off.
    made = hashlib.blake2b(f"{kind}|{name}".encode(), digest_size=10, key=secret).digest()
    # Base 32, because some servers change the case of local parts.
    return base64.b32encode(made).decode().lower()


def return_path(delivery: DeliverySettings) -> str:
    """Where mails come back to, without a place for tokens."""
    wanted = delivery.return_path or delivery.sender
    return address(re.sub(r"[+=._-]?" + re.escape(PLACE), "", wanted)).addr_spec


def own_return_path(delivery: DeliverySettings, made: str | None) -> str:
    """The envelope's sender of one delivery, with its token where the configuration has a place for it (VERP)."""
    wanted = delivery.return_path or delivery.sender
    if PLACE not in wanted or made is None:
        return return_path(delivery)
    return address(wanted.replace(PLACE, made)).addr_spec
