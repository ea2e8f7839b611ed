"""Whose an address is: one reader may be spelled in several ways, and is told everything once. Pure.

Every comparison of readers goes through `canonical`; what is sent goes to the address as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from alerts.message import address
from crawler.model import AseanwatchError

_QUOTED = re.compile(r"\\(.)")


@lru_cache(maxsize=16_384)
def canonical(text: str) -> str:
    """An address as it is compared: without a display name, in one case, one Unicode form, and its domain in ASCII.

    A domain has no case (RFC 5321, 2.4). A local part may, but no known provider tells letters' case apart, and who writes
    ``Chief@`` and ``chief@`` means one person.

    Raises:
        AseanwatchError: it is no mail address.
    """
    found = address(text)
    local = _QUOTED.sub(r"\1", found.username[1:-1]) if found.username.startswith('"') else found.username  # RFC 5321, 4.1.2
    shown = "".join(c for c in local if unicodedata.category(c) != "Cf")  # zero-width spaces and the like
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    return f"{folded}@{found.domain.rstrip('.').lower()}"


def readable(text: str) -> str | None:
    """The same of what was stored or has come in; None where it is no address."""
    try:
        return canonical(text)
    except AseanwatchError:
        return None


def plain(text: str) -> str:
    """An address as mail goes to it: as it was given, without a display name.

    Raises:
        AseanwatchError: it is no mail address.
    """
    return address(text).addr_spec


def once(addresses: Iterable[str]) -> tuple[str, ...]:
    """Addresses without those that are another one's spelling; the first spelling of each stays, and what is no address."""
    found: dict[str, str] = {}
    for text in addresses:
        found.setdefault(readable(text) or text, text)
    return tuple(found.values())
