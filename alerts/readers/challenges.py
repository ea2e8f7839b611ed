"""What a sign-up costs who asks for it: a little work of the browser, or a little waiting where scripts are off. Pure.

A page with the form carries a challenge that we signed: when it was made, and how many bits of work it asks for. It is good
once and for an hour. The answer is a number that, behind the challenge, gives a SHA-256 with so many leading zero bits; a
script of the page looks for it while the form is filled in. Without an answer the challenge must have aged a while.
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
"""How long a challenge is good, which is also the longest that a form may be left open."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One that we made: its text, when, how many bits of work it asks for, and a name by which its use is remembered."""

    text: str
    made: datetime
    bits: int
    name: str

    def is_answered(self, answer: str) -> bool:
        """Whether a number shows that the work was done."""
        if not (answer.isascii() and answer.isdigit() and len(answer) <= 15):
            return False
        digest = hashlib.sha256(f"{self.text}:{answer}".encode()).digest()
        return int.from_bytes(digest) >> (256 - self.bits) == 0

    def is_waited_out(self, wait: timedelta, now: datetime) -> bool:
        """Whether it is as old as it must be where no work was done."""
        return now - self.made >= wait


def create(keys: Sequence[str], bits: int, now: datetime) -> Challenge:
    """A new challenge."""
    name = secrets.token_hex(12)
    text = signer(tuple(keys), PURPOSE).dumps([name, int(now.timestamp()), bits])
    return Challenge(text if isinstance(text, str) else text.decode(), now, bits, name)


def read(keys: Sequence[str], text: str, now: datetime) -> Challenge | None:
    """A challenge that came back; None where it is none of ours, or too old."""
    try:
        name, made, bits = signer(tuple(keys), PURPOSE).loads(text)
        challenge = Challenge(text, datetime.fromtimestamp(made, UTC), bits, name)
    except (BadData, ValueError, TypeError):
        return None
    return challenge if timedelta(seconds=-5) <= now - challenge.made <= LIFETIME else None
