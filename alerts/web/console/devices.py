"""Signed cookies of browsers that a person signed in with before (OWASP: device cookies).

Such a cookie lets nobody in. Failures of a browser that has one are counted apart from those of strangers, so that strangers
cannot lock its owner out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence


def mark(keys: Sequence[str], name: str, device: str = "") -> str:
    """The cookie of a browser that a name signed in with. The browser keeps its device id if it had one."""
    device = device or secrets.token_hex(16)
    # Signed together with the name: for any other name the same browser is a stranger.
    return f"{device}.{_signature(keys[0], name, device)}"


def device_of(keys: Sequence[str], name: str, cookie: str) -> str:
    """The device id in a cookie; empty if we did not sign the cookie for this name."""
    device, _, given = cookie.partition(".")
    # `compare_digest` raises for other text.
    if not cookie.isascii():
        return ""
    is_ours = any(hmac.compare_digest(_signature(key, name, device), given) for key in keys)
    return device if is_ours else ""


def _signature(key: str, name: str, device: str) -> str:
    return hmac.new(key.encode(), f"device {device} {name}".encode(), hashlib.sha256).hexdigest()
