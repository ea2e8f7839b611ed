"""The message that the page after a change shows. It is kept in a signed cookie for a minute.

It is not in the URL, because then any link could put its own words where the product speaks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta

LASTS = timedelta(minutes=1)
LONGEST = 600
"""Characters of a notice; a cookie has room for some 4,000 bytes."""


def sealed(token: str, path: str, text: str, now: datetime) -> str:
    """The value of the cookie for a notice.

    Args:
        token: the form token of the session. Only the console and this browser know it.
        path: the page that is to show the notice.
        text: the notice.
        now: the present moment.
    """
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}…"
    content = json.dumps([path, text, int(now.timestamp())], ensure_ascii=False).encode()
    return f"{base64.urlsafe_b64encode(content).decode().rstrip('=')}.{_mark(token, content)}"


def opened(token: str, path: str, value: str, now: datetime) -> str:
    """The notice for a page; empty if there is none, it is for another page, or we did not sign it."""
    encoded, _, mark = value.partition(".")
    try:
        content = base64.urlsafe_b64decode(f"{encoded}==")
    except ValueError:
        return ""
    if not token or not hmac.compare_digest(mark.encode(), _mark(token, content).encode()):
        return ""
    # Parsed after the signature is checked, so that it has the form that `sealed` gave it.
    wanted, text, moment = json.loads(content)
    return text if wanted == path and 0 <= now.timestamp() - moment < LASTS.total_seconds() else ""


def _mark(token: str, content: bytes) -> str:
    return hmac.new(token.encode(), b"notice " + content, hashlib.sha256).hexdigest()
