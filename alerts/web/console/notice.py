"""The message that the page after a change shows, with a link and a way back. It is kept in a signed cookie for a minute.

It is not in the URL, because then any link could put its own words where the product speaks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LASTS = timedelta(minutes=1)
_VALUES = 5
LONGEST = 600
"""Characters of a notice; a cookie has room for some 4,000 bytes."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a change did.

    Attributes:
        text: says it.
        link: the address of what came of it; empty for none.
        label: the text of the link.
        undo: the fields of a form that takes the change back; none where that cannot be done.
        undo_at: the address that they are posted to.
    """

    text: str
    link: str = ""
    label: str = ""
    undo: Mapping[str, str] = field(default_factory=dict)
    undo_at: str = ""


def sealed(token: str, path: str, shown: Notice, now: datetime) -> str:
    """The value of the cookie for a notice.

    Args:
        token: the form token of the session. Only the console and this browser know it.
        path: the page that is to show the notice.
        shown: the notice.
        now: the present moment.
        undo: the number of the change that it offers to take back.
    """
    texts = [_shortened(shown.text, LONGEST), shown.link, _shortened(shown.label, LONGEST // 4)]
    content = json.dumps(
        [path, int(now.timestamp()), *texts, dict(shown.undo), shown.undo_at], ensure_ascii=False
    ).encode()
    return f"{base64.urlsafe_b64encode(content).decode().rstrip('=')}.{_mark(token, content)}"


def _shortened(text: str, most: int) -> str:
    return f"{text[:most]}…" if len(text) > most else text


def opened(token: str, path: str, value: str, now: datetime) -> Notice | None:
    """The notice for a page; None if there is none, it is for another page, or we did not sign it."""
    encoded, _, mark = value.partition(".")
    try:
        content = base64.urlsafe_b64decode(f"{encoded}==")
    except ValueError:
        return None
    if not token or not hmac.compare_digest(mark.encode(), _mark(token, content).encode()):
        return None
    # Parsed after the signature is checked, so that it has the form that `sealed` gave it.
    wanted, moment, *shown = json.loads(content)
    if len(shown) != _VALUES:  # an earlier version of the program signed it, a minute ago
        return None
    is_fresh = 0 <= now.timestamp() - moment < LASTS.total_seconds()
    return Notice(*shown) if wanted == path and is_fresh else None


def _mark(token: str, content: bytes) -> str:
    return hmac.new(token.encode(), b"notice " + content, hashlib.sha256).hexdigest()
