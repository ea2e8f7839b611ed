"""What the headers of an answer say: of the server's clock, of how long the answer stays fresh, of hubs."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

_LONGEST_FRESH = 86_400
"""Seconds; servers that state years mean files that never change, not feeds."""


def clock_skew(date_header: str | None, now: datetime) -> float | None:
    """Seconds by which a server's clock (its Date header) is ahead of ours."""
    try:
        return (parsedate_to_datetime(date_header) - now).total_seconds() if date_header else None
    except (ValueError, TypeError):
        return None


def freshness_seconds(cache_control: str | None) -> float:
    """Seconds for which an answer says that it is fresh (RFC 9111, 5.2.2.1); 0 where it does not."""
    for part in (cache_control or "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip("\"' ").isdigit():
            # Some servers quote the number, though RFC 9111 (5.2.2.1) says that they should not.
            return float(min(int(value.strip("\"' ")), _LONGEST_FRESH))
    return 0.0


_LINK = re.compile(
    r"<([^<>]{1,2000})>"
    r"((?:\s*;\s*[\w!#$&+.^`|~*-]{1,40}\s*(?:=\s*(?:\"[^\"]{0,500}\"|[^\s;,\"]{0,500}))?)*)"
)
_PARAMETER = re.compile(r"([\w!#$&+.^`|~*-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s;,\"]*)))?")


def links_of(link_header: str | None, relation: str) -> list[str]:
    """The links of a relation that an answer's headers name (RFC 8288, section 3), as they are written."""
    found = []
    for target, parameters in _LINK.findall(link_header or ""):
        # Of several the first counts (section 3.3); one may hold several relations.
        named = (
            quoted or plain for name, quoted, plain in _PARAMETER.findall(parameters) if name.lower() == "rel"
        )
        if relation in next(named, "").lower().split():
            found.append(target.strip())
    return found
