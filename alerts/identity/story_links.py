"""Signed links to one story: what a reader thinks of it, and sharing it. Short, because a digest has them for each story."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData

from alerts.identity.links import LinkError, Links, signer
from crawler.model import Phrase

FEEDBACK_FOR = timedelta(days=180)
"""How long a reader can say what they think of a story, from when its mail was made."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_feedback(links: Links, digest: int, message_id: str, story: int, wish: str = "") -> str:
    """The link by which the reader of one mail says what they think of one of its stories.

    It holds no address: it is valid for whoever got the mail with that Message-ID.

    Args:
        links: signs it.
        digest: the number of the digest.
        message_id: of the mail.
        story: the number of the story.
        wish: what is offered first.
    """
    token = f"{digest}-{_digest(links.keys[0], digest, message_id, story)}"
    return "/".join(filter(None, (links.public_url.rstrip("/"), "feedback", token, str(story), wish)))


def digest_in(token: str) -> int:
    """The number of the digest that the token of a feedback link is for.

    Raises:
        LinkError: it is no such token.
    """
    number, _, digest = token.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 19 and digest):
        raise LinkError(Phrase("this link is not one of ours, or is incomplete"))
    return int(number)


def find_message(links: Links, token: str, message_ids: Iterable[str], story: int) -> str | None:
    """The Message-ID for which a token was written; None if it is none of those."""
    digest = digest_in(token)
    given = token.partition("-")[2]
    return next(
        (
            identity
            for identity in message_ids
            for key in links.keys
            if hmac.compare_digest(_digest(key, digest, identity, story), given)
        ),
        None,
    )


def _digest(key: str, digest: int, message_id: str, story: int) -> str:
    secret = hashlib.blake2b(key.encode(), digest_size=32, person=b"aw-feedback").digest()
    made = hashlib.blake2b(f"{digest}|{message_id}|{story}".encode(), digest_size=10, key=secret).digest()
    return base64.b32encode(made).decode().lower()


def write_share(links: Links, story: int, at: datetime) -> str:
    """The link that shows a story to somebody without an account. All that it holds is the story and the day."""
    token = signer(links.keys, "share").dumps([story, (at - _EPOCH).days])
    return f"{links.public_url.rstrip('/')}/share/{token if isinstance(token, str) else token.decode()}"


def read_share(links: Links, token: str, now: datetime, lasts: timedelta) -> tuple[int, datetime]:
    """The story that a link shares, and the last day on which it does.

    The day on which it was written is signed, not its end: a shorter time ends the links that are out already.

    Raises:
        LinkError: it was not written by us, or is too old.
    """
    try:
        story, day = map(int, signer(links.keys, "share").loads(token))
    except (BadData, ValueError, TypeError):
        raise LinkError(Phrase("this link is not one of ours, or is incomplete")) from None
    # The last day counts in full.
    last = _EPOCH + timedelta(days=day) + lasts
    if not lasts or now >= last + timedelta(days=1):
        raise LinkError(Phrase("this link is too old"))
    return story, last
