"""Hosts of addresses: one form for each, however it is written, and back into an address with what that needs."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import unquote, urlsplit

_PLAIN_LOCATION = re.compile(r"https?://([a-z0-9.-]+(?::[1-9][0-9]{0,4})?)(?=/|$)")


def plain_beginning(url: str) -> str | None:
    """An address up to its path, where nothing in that needs to be looked at twice; else None."""
    found = _PLAIN_LOCATION.match(url)
    return found[0] if found else None


def location_in(url: str) -> str:
    """What an address has between the slashes, as it is written: the host, and perhaps a port and a login.

    Raises:
        ValueError: the address cannot be read.
    """
    found = _PLAIN_LOCATION.match(url)
    return found[1] if found else urlsplit(url).netloc


def host_in(url: str) -> str:
    """The host of an address in its one form (`plain_host`); empty where the address has none or cannot be read."""
    if found := _PLAIN_LOCATION.match(url):
        return found[1].partition(":")[0].removesuffix(".")
    try:
        return plain_host(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def plain_host(host: str) -> str:
    """A host in lower case, without brackets, escapes and a dot at its end; names in other scripts as they are resolved (IDNA).

    An IPv6 address is in its shortest form (RFC 5952). What cannot be resolved stays as it is, in lower case.
    """
    host = host.lower().removeprefix("[").removesuffix("]")
    if ":" in host:
        number, percent, zone = host.partition("%")
        try:
            return f"{IPv6Address(number).compressed}{percent}{zone}"
        except ValueError:
            return host
    host = (unquote(host) if "%" in host else host).removesuffix(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host


def net_location(host: str, port: int | None = None) -> str:
    """A host and perhaps its port as an address has them: an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None else f"{shown}:{port}"


def without_login(location: str) -> str:
    """What an address has between the slashes, without the user name and the password before its last @."""
    return location.rpartition("@")[2]
