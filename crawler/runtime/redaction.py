"""Passwords and keys inside addresses: addresses are listed, logged and handed on; what opens them is not."""

from __future__ import annotations

import re

# A password may hold @, and wrongly also a slash; a port before the slash is none.
_USER = re.compile(r"(://)(?:[^/\s'\"<>]*|[^/\s@:'\"<>]+:(?!\d*(?:[/?#\s]|\Z))[^\s@'\"<>]*)@")
_NAME = (
    r"[\w.%-]*(?:token|secret|passw|pwd|key(?!word)|auth(?!or)|credential|signature)[\w.%-]*|pass|sig|sign"
)
"""Names of parameters that hold keys (not ``keyword``, not ``author``)."""
_PARAMETER = re.compile(rf"(?i)([?&;#](?:{_NAME})=)[^&;#\s'\"<>]+")
HIDDEN = "…"


def without_credentials(text: str) -> str:
    """An address, or any text with addresses in it, with … for user names, passwords and the values of keys."""
    return _PARAMETER.sub(rf"\1{HIDDEN}", _USER.sub(rf"\1{HIDDEN}@", text))
