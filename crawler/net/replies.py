"""Answers of servers as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REDIRECTS = {301: True, 302: False, 303: False, 307: False, 308: True}
"""Statuses that lead elsewhere, and whether for good (RFC 9110, section 15.4)."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: its status and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status.

    Attributes:
        url: where it came from, after redirects.
        status: its status.
        headers: by lower-case names.
        body: decompressed.
        hops: the redirects that led to it.
        cookies: what it sets, as ``Set-Cookie`` has it (RFC 6265, section 4.1).
        seconds: how long it took.
        notes: why its body is not all that the server has to send.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[Hop, ...] = ()
    cookies: tuple[str, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def moved(self) -> str | None:
        """Where permanent redirects lead, as far as they go before one that is not permanent."""
        found = None
        for hop in self.hops:
            if not REDIRECTS[hop.status]:
                break
            found = hop.url
        return found
