"""Mail addresses as people write them: whether they are some, and which one was most likely meant."""

from __future__ import annotations

import re
import unicodedata
from email.utils import formataddr, getaddresses, parseaddr

_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z|\[[0-9A-Fa-f:.]+\]\Z")
_QUOTES = "\"'“”„‘’«»《》〈〉<> \t\u00a0\u3000"
_AT = re.compile(r"\s*(?:\[at\]|\(at\)|\{at\}|\s+at\s+|@+)\s*", re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether a text is one mail address, with or without a name before it."""
    address = parseaddr(text)[1]
    name, _, domain = address.rpartition("@")
    if not name or not _DOMAIN.match(domain) or len(each_address(text)) > 1:
        return False
    # The parser takes blanks away: "news room.sg" would pass.
    bare = text.rpartition("<")[2].rpartition(">")[0] if "<" in text else text
    # A local part in quotes may have blanks (RFC 5321, 4.1.2).
    bare = re.sub(r'^\s*"(?:[^"\\]|\\.)*"(?=@)', "quoted", bare).strip()
    bare = re.sub(r"\s*\([^()]*\)$", "", bare)
    return (
        bool(bare)
        and not any(c.isspace() or c in ",;:" for c in bare.rpartition("@")[0])
        and bare.endswith(domain)
    )


def each_address(text: str) -> tuple[str, ...]:
    """The addresses that a text holds, each with its name; the text itself where it holds one, or none that can be read."""
    found = [pair for pair in getaddresses([text.replace(";", ",")]) if "@" in pair[1]]
    return tuple(map(formataddr, found)) if len(found) > 1 else (text,)


def address_meant(text: str, *, is_one: bool = False) -> str | None:
    """The address that a text which is none was most likely meant to be.

    Args:
        text: the text.
        is_one: whether only one fits; otherwise several become a list.
    """
    plain = unicodedata.normalize("NFKC", text).replace("。", ".").replace("、", ",")
    parts = [p for p in re.split(r"[,;/\s]+", plain) if p]
    if len(parts) > 1 and all("@" in p and is_address(p.strip(_QUOTES)) for p in parts):
        return parts[0].strip(_QUOTES) if is_one else f"[{', '.join(p.strip(_QUOTES) for p in parts)}]"
    named = re.match(r"(.*\S)\s+<?\s*([^\s<>]+@[^\s<>]+?)>?\s*$", plain)
    for whole in (f"{named[1]} <{named[2]}>", f'"{named[1]}" <{named[2]}>') if named else ():
        if is_address(whole):
            return whole
    if plain.count("@") == 1 and re.search(r"@[^,\s]+,[^,\s]+$", plain):
        plain = plain.replace(",", ".")
    bare = re.sub(r"^\s*mailto:", "", plain.strip(_QUOTES), flags=re.IGNORECASE)
    bare = re.sub(r"\.{2,}", ".", _AT.sub("@", bare)).strip(_QUOTES + ".,;")
    return bare if bare != text and is_address(bare) else None
