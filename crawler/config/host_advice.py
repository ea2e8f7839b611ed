"""Addresses that are never asked, or are hardly meant as they are written: inner networks, odd ports, signs of other keyboards."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from importlib.util import find_spec
from urllib.parse import urlsplit

from crawler.config.settings import Settings
from crawler.runtime.public_addresses import AllowedHosts

Key = tuple[str | int, ...]
Found = Iterator[tuple[Key, str]]
_FULL = "。，；、：？！＃＠＆＝／％“”‘’《》「」【】"


def host_advice(settings: Settings) -> Found:
    """Warnings, each with its key."""
    hosts = AllowedHosts(settings.crawl.allow_private)
    yield from _of_sources(settings, hosts)
    for name, channel in settings.delivery.channels.items():
        if channel.type == "webhook" and channel.url is not None:
            message = never_asked(channel.url.get_secret_value(), hosts, shown="the host")
            if message is not None:
                yield ("delivery", "channels", name, "url"), message
        if (
            channel.type == "chat"
            and channel.url is not None
            and not _is_chat(channel.url.get_secret_value())
        ):
            yield (
                ("delivery", "channels", name, "url"),
                "is no address of a chat that Apprise knows, so that nothing is sent; write one such as tgram://TOKEN/CHAT",
            )
    for i, item in enumerate(settings.crawl.allow_private):
        if re.search(r"[/:]", item) and hosts.is_name(item):
            yield (
                ("crawl", "allow_private", i),
                f"{item} is neither a host nor a network; write such as 10.0.0.5, 10.0.0.0/8 or nas.local, without http:// and port",
            )


def _of_sources(settings: Settings, hosts: AllowedHosts) -> Found:
    for i, source in enumerate(settings.sources):
        if (message := never_asked(source.url, hosts)) is not None:
            yield ("sources", i, "url"), message
        elif (odd := _odd_sign(source.url)) is not None:
            yield ("sources", i, "url"), odd
        elif match := re.search(rf"[{_FULL}]+$|\s|(?<=\?)[^=]*＝", source.url.replace("{query}", "")):
            sign = match[0].strip() or "a blank"
            yield (
                ("sources", i, "url"),
                f"holds {sign}, which hardly belongs to the address; take it out, or write it as the browser does (%20)",
            )


def _odd_sign(url: str) -> str | None:
    """What of an address no browser would ask for as it is written. Programs write what others supply, so that it is no error."""
    if "\\" in url:
        return "has \\ in it; addresses are written with /"
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None  # told by its form
    sign = next((c for c in host if not _is_of_host(c) and not c.isspace()), None)
    return None if sign is None else f"the name of the host holds {sign}; write it without that sign"


def _is_of_host(sign: str) -> bool:
    """Whether a sign may stand in a host, names in other scripts included: vowels and tones of many are combining marks."""
    return sign.isalnum() or sign in "_.:%[]-\u200c\u200d" or unicodedata.category(sign).startswith("M")


def _as_entry(host: str) -> str:
    """A host as an entry of a list of YAML: an address with colons needs quotes."""
    return f"'{host}'" if ":" in host else host


def _is_chat(url: str) -> bool:
    """Whether Apprise takes an address; yes where it is not installed, which is told elsewhere."""
    if find_spec("apprise") is None:
        return True
    import apprise  # noqa: PLC0415 - an extra, and a tenth of a second

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its complaints repeat the address
    return apprise.Apprise().add(url) is True


def never_asked(url: str, hosts: AllowedHosts, shown: str = "") -> str | None:
    """Why an address is never asked, and what lets it through; None where it may be.

    Args:
        url: the address.
        hosts: which hosts may be asked.
        shown: what its host is called; default: by its name.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None  # told by its form
    named = shown or host
    allowed = f"crawl.allow_private: [{shown or _as_entry(host)}]"
    if not hosts.host_allowed(host):
        return f"{named} is a private address, which is never asked; write {allowed} if it is meant, or its public address"
    if hosts.is_inner_name(host):
        return f"{named} is a name of an inner network, which is never asked; write {allowed} if it is meant, or its public name"
    if not hosts.port_allowed(host, port):
        return f"port {port} is not for the web, and never asked; write {allowed} if it is meant, or leave the port out"
    return None
