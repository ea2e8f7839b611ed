"""Proof of work for sign-ups: a little computing by the browser, or a short wait if scripts are off. Pure.

The form carries a challenge that we signed: when it was made, and how many bits of work it asks for. It is valid once and
for an hour. The answer is a number. Behind the challenge it gives a SHA-256 with that many leading zero bits. A script of
the page looks for it while the person fills in the form. Without an answer, the challenge must be some seconds old.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData

from alerts.identity.links import signer

PURPOSE = "sign-up"
LIFETIME = timedelta(hours=1)
"""How long a challenge is valid, and so how long a form may be left open."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge: its signed text, when it was made, the bits of work, and the name by which the store knows that it was used."""

    text: str
    made: datetime
    bits: int
    name: str

    def is_answered(self, answer: str) -> bool:
        """Whether a number shows that the work was done."""
        # What the script of the page can find: a whole number below 2 ** 53.
        if not (answer.isascii() and answer.isdigit() and len(answer) <= 15):
            return False
        digest = hashlib.sha256(f"{self.text}:{answer}".encode()).digest()
        return int.from_bytes(digest) >> (256 - self.bits) == 0

    def is_waited_out(self, wait: timedelta, now: datetime) -> bool:
        """Whether it is old enough to be accepted without work."""
        return now - self.made >= wait


def create(keys: Sequence[str], bits: int, now: datetime) -> Challenge:
    """A new challenge."""
    name = secrets.token_hex(12)
    text = signer(tuple(keys), PURPOSE).dumps([name, int(now.timestamp()), bits])
    return Challenge(text if isinstance(text, str) else text.decode(), now, bits, name)


def read(keys: Sequence[str], text: str, now: datetime) -> Challenge | None:
    """The challenge in a posted form; None if we did not sign it, or it is too old."""
    try:
        name, made, bits = signer(tuple(keys), PURPOSE).loads(text)
        challenge = Challenge(text, datetime.fromtimestamp(made, UTC), bits, name)
    except (BadData, ValueError, TypeError):
        return None
    # Some seconds in the future, because the clocks of two machines differ.
    return challenge if timedelta(seconds=-5) <= now - challenge.made <= LIFETIME else None
