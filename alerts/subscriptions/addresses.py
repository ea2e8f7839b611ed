"""Compares mail addresses: one reader may be spelled in several ways, and gets everything once. Pure.

Every comparison of readers uses `canonical`. Mail is sent to the address as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import idna

from alerts.digests.addresses import address
from alerts.digests.excerpt import harmless
from crawler.model import AseanwatchError, Phrase

_SINGLE = re.compile(r'(?:"(?:[^"\\]|\\.)+"|[^\s"(),:;<>@\[\\\]]+)@[^\s"(),:;<>@\[\\\]]+')
"""One address and nothing beside it: no name, comment, route or second address (RFC 5321, 4.1.2)."""
_ATEXT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~")
_QUOTED_LOCAL = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])+"')
_COMMANDS = ("-", "|", "/", "!", "~", "&", "\\", "@", ":")
"""Beginnings of local parts that some mail program takes for an option, a command, a file, a route or an address list."""
_ROUTES = frozenset("%!|`")
"""Early mail systems routed by these to another host. No mailbox of today has them."""
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NOT_PUBLIC = frozenset((
    "localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "private", "invalid", "onion", "arpa", "test",
    "example", "alt",
))  # fmt: skip
"""Top-level names that are for this machine, for private networks, or for no mail.

RFC 6761 (with ``test`` and ``example``), RFC 6762, RFC 7686, RFC 9476 (``alt``), and ICANN's name collisions.
"""
_NAMED = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|[^\s<>()\[\]"',;:]+)@[^\s<>()\[\]"',;:]*""")
"""What looks like an address among other words, even if its end was cut off."""


@lru_cache(maxsize=16_384)
def canonical(text: str) -> str:
    """The form of an address that is compared: without a display name, in one case and Unicode form, its domain in ASCII.

    A domain has no case (RFC 5321, 2.4). A local part may have one, but no known provider distinguishes it, and a person who
    writes ``Chief@`` and ``chief@`` means the same reader.

    Raises:
        AseanwatchError: it is no mail address.
    """
    found = address(text)
    # Zero-width spaces and the like
    shown = "".join(c for c in found.username if unicodedata.category(c) != "Cf")
    # Normalised again, because folding can undo it (Unicode 3.13, D146: caseless matching).
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    return f"{folded}@{found.domain.rstrip('.').lower()}"


def readable(text: str) -> str | None:
    """The canonical form of a stored or received text; None if it is no address."""
    try:
        return canonical(text)
    except AseanwatchError:
        return None


def single(text: str) -> str | None:
    """The canonical form of a text that must be one address, perhaps in angle brackets; None if it is anything else.

    That is also a text with other words beside an address, or with hidden characters in it.
    """
    bare = text.strip(" \t")
    if bare.startswith("<") and bare.endswith(">"):
        bare = bare[1:-1]
    is_hidden = harmless(bare) != bare or any(unicodedata.category(c)[0] in "CZ" and c != " " for c in bare)
    return readable(bare) if not is_hidden and _SINGLE.fullmatch(bare) else None


def of_stranger(text: str) -> str:
    """An address that a stranger gave, as mail may go to it: one mailbox of a public domain, as it was given.

    Refused is what could lead anywhere else: this machine and other hosts without a public domain, literal addresses, several
    addresses, names and comments beside one, routes through other hosts, commands and options for mail programs, characters
    that nobody sees, letters that only look like the mailbox's own, and what is too long (RFC 5321, 4.5.3.1).

    Raises:
        AseanwatchError: it is none of that.
    """
    local, _, domain = text.rpartition("@")
    ascii_domain = _ascii(domain)
    if single(text) is None or text.startswith("<") or "=?" in text or ascii_domain is None:
        raise AseanwatchError(Phrase("that is no mail address"))
    is_quoted = local.startswith('"')
    is_sound = bool(_QUOTED_LOCAL.fullmatch(local)) if is_quoted else _is_dot_atom(local)
    inner = local[1:-1] if is_quoted else local
    if (
        not is_sound
        or inner.strip().startswith(_COMMANDS)
        or _ROUTES.intersection(inner)
        or not _is_own_spelling(inner)
    ):
        raise AseanwatchError(Phrase("that is no mail address"))
    if (
        len(local.encode()) > 64
        or len(local.encode()) + 1 + len(ascii_domain) > 254
        or not _is_public(ascii_domain)
    ):
        raise AseanwatchError(Phrase("that is no mail address"))
    return f"{local}@{domain}"


def _ascii(domain: str) -> str | None:
    try:
        return domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return None


def _is_own_spelling(local: str) -> bool:
    """Whether `canonical` changes nothing of a local part but its case.

    Else a provider may know nobody of the spelling that is written to, while it counts as the reader whom it resembles.
    """
    return unicodedata.normalize("NFKC", local) == local and local.casefold() == local.lower()


def _is_dot_atom(local: str) -> bool:
    """Whether a local part needs no quotes (RFC 5322, 3.2.3), also in other scripts (RFC 6531, 3.3)."""
    return all(
        part and all(c in _ATEXT or (not c.isascii() and c.isprintable()) for c in part)
        for part in local.split(".")
    )


def _is_public(domain: str) -> bool:
    """Whether a domain can be one of the public network: labels by RFC 1123, 2.1, and no name that is for other uses."""
    labels = domain.split(".")
    is_sound = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return (
        is_sound
        and labels[-1] not in _NOT_PUBLIC
        and not labels[-1].isdigit()
        and domain != "localhost.localdomain"
    )


def same_spelling(one: str, other: str) -> bool:
    """Whether two addresses are spelled the same, apart from display names and case. It is stricter than `canonical`."""
    return readable(one) == readable(other) is not None and _spelling(one) == _spelling(other)


def _spelling(text: str) -> tuple[str, str]:
    found = address(text)
    local = found.username
    is_plain = unicodedata.normalize("NFKC", local) == local  # the lower case of a Kelvin sign is a k
    return local.lower() if is_plain else local, found.domain.rstrip(".").lower()


def nameless(words: str) -> str:
    """A text without the addresses in it, for people who may not know who reads."""
    return _NAMED.sub("…", words)


def plain(text: str) -> str:
    """The address that mail is sent to: as it was given, without a display name.

    Raises:
        AseanwatchError: it is no mail address.
    """
    return address(text).addr_spec


def once(addresses: Iterable[str]) -> tuple[str, ...]:
    """Addresses without other spellings of the same reader. The first spelling is kept, as is text that is no address."""
    found: dict[str, str] = {}
    for text in addresses:
        found.setdefault(readable(text) or text, text)
    return tuple(found.values())
