"""A sign-in that is under way: what we sent to the provider, kept by the browser, sealed, until it comes back.

The browser that comes back must be the one that left. So nobody can sign another person in (login CSRF), and a code that was
caught elsewhere opens nothing.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from alerts.identity.keys import SecretBox
from crawler.model import AseanwatchError

LIFETIME = timedelta(minutes=15)
"""How long a person may take at the provider."""
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """One sign-in that is under way.

    Attributes:
        state: comes back in the address, to the browser that has this attempt.
        nonce: comes back in the ID token: it was made for this attempt.
        verifier: proves to the provider that who redeems the code is who asked for it (PKCE, RFC 7636).
        issuer: the provider that was asked.
        after: the page of ours to go to then.
        language: what the person reads: on the way back the browser keeps the cookie of that to itself.
        at: when it began, in seconds since 1970.
    """

    state: str
    nonce: str
    verifier: str
    issuer: str
    after: str
    language: str
    at: int

    @classmethod
    def begin(cls, issuer: str, after: str, language: str, now: datetime) -> SignInAttempt:
        """A new one, with secrets that nobody can guess."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, issuer, after, language, int(now.timestamp()))

    def sealed(self, box: SecretBox) -> str:
        """As the browser keeps it: it can neither read nor change it."""
        return box.seal(json.dumps(asdict(self)))


def opened(box: SecretBox, sealed: str, now: datetime) -> SignInAttempt | None:
    """What the browser kept; None if it is none of ours, or too old."""
    if not sealed or len(sealed) > LONGEST:
        return None
    try:
        attempt = SignInAttempt(**json.loads(box.open(sealed)))
    except (AseanwatchError, ValueError, TypeError):
        return None
    age = now.timestamp() - attempt.at
    return attempt if -60 <= age <= LIFETIME.total_seconds() else None
