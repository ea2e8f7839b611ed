"""Mail addresses and texts as they stand in headers. Read at every start; so nothing that writes mails is loaded here."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.utils import parseaddr
from functools import lru_cache

import idna

from alerts.digests.excerpt import harmless
from crawler.model import AseanwatchError

_IN_QUOTES, _PAIR = re.compile(r'"(?:[^"\\]|\\.)*"'), re.compile(r"\\(.)")
LONGEST_HEADER = 900


def header_text(text: str) -> str:
    """A text that is safe in a header: bounded, and on one line, so that it cannot begin another header."""
    flat = " ".join(harmless(text).split())
    return flat if len(flat) <= LONGEST_HEADER else flat[: LONGEST_HEADER - 1] + "…"


class _Quoted(Address):
    """An address with a local part in quotes (RFC 5321, 4.1.2), which stay as they were given."""

    def __init__(self, name: str, quoted: str, domain: str) -> None:
        super().__init__(name, _PAIR.sub(r"\1", quoted[1:-1]), domain)
        self._given = f"{quoted}@{domain}"

    @property
    def addr_spec(self) -> str:
        """The address as mail goes to it."""
        return self._given


@lru_cache(maxsize=4096)
def address(text: str) -> Address:
    """A mail address with its name; an international domain in its ASCII form (RFC 5891).

    Raises:
        AseanwatchError: it is no mail address.
    """
    name, plain = parseaddr(header_text(text))
    # The name of a channel, which has no addresses: it needs one to stand in a mail's header.
    if "@" not in plain:
        name = ""
        plain = f"{re.sub(r'[^A-Za-z0-9._-]', '-', plain or text) or 'reader'}@localhost"
    local, _, domain = plain.rpartition("@")
    try:
        # `uts46` maps what people type (capitals, full width) to what IDNA 2008 permits.
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
        return (
            _Quoted(name, local, ascii_domain)
            if _IN_QUOTES.fullmatch(local)
            else Address(name, local, ascii_domain)
        )
    except (idna.IDNAError, ValueError, IndexError) as error:
        raise AseanwatchError(f"{text!r} is no mail address: {error}") from None
