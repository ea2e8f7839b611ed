"""What a change came to, said on the page that follows it: kept in a cookie of one minute that only this console can have written.

An address would do as well, but then every link could put its own words where the product speaks.
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
    """A notice as the cookie's value.

    Args:
        token: what the forms of this session carry; only the console and this browser know it.
        path: of the page that is to say it.
        text: what it says.
        now: the present moment.
    """
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}…"
    content = json.dumps([path, text, int(now.timestamp())], ensure_ascii=False).encode()
    return f"{base64.urlsafe_b64encode(content).decode().rstrip('=')}.{_mark(token, content)}"


def opened(token: str, path: str, value: str, now: datetime) -> str:
    """The notice that a page is to say; "" where there is none for it, or somebody else wrote it."""
    encoded, _, mark = value.partition(".")
    try:
        content = base64.urlsafe_b64decode(f"{encoded}==")
    except ValueError:
        return ""
    if not token or not hmac.compare_digest(mark.encode(), _mark(token, content).encode()):
        return ""
    wanted, text, moment = json.loads(content)
    return text if wanted == path and 0 <= now.timestamp() - moment < LASTS.total_seconds() else ""


def _mark(token: str, content: bytes) -> str:
    return hmac.new(token.encode(), b"notice " + content, hashlib.sha256).hexdigest()
