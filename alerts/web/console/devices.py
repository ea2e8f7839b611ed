"""Marks of browsers from which somebody signed in before (OWASP: device cookies), signed so that nobody can make one up.

A mark lets nobody in. It only says whose failures are counted apart from those of strangers, so that these cannot lock out who
has one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence


def mark(keys: Sequence[str], name: str, device: str = "") -> str:
    """The cookie of a browser from which a name signed in; the same device as before where it had one."""
    device = device or secrets.token_hex(16)
    return f"{device}.{_signature(keys[0], name, device)}"


def device_of(keys: Sequence[str], name: str, cookie: str) -> str:
    """The device that a cookie marks for a name; empty where it is not ours or another name's."""
    device, _, given = cookie.partition(".")
    if not cookie.isascii():
        return ""
    is_ours = any(hmac.compare_digest(_signature(key, name, device), given) for key in keys)
    return device if is_ours else ""


def _signature(key: str, name: str, device: str) -> str:
    return hmac.new(key.encode(), f"device {device} {name}".encode(), hashlib.sha256).hexdigest()
