"""One key for all addresses of one feed: with http or https, with or without ``www`` and a slash, through FeedBurner."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from crawler.parsing.urls import canonical, host_of
from crawler.runtime.url_hosts import net_location

_FEEDBURNER = re.compile(r"feeds\d?\.feedburner\.com|feedproxy\.google\.com")
_WORDPRESS = re.compile(r"/feed/(?:rss2?|atom|rdf)$")
"""One feed of WordPress in its other formats."""


def feed_key(url: str) -> str:
    """What two addresses have in common if they are surely of one feed.

    Args:
        url: an address; a place for a query (``{query}``) is as good as any other text.
    """
    address = canonical(url)
    host = host_of(address)
    try:
        parts = urlsplit(address)
        location = net_location(host, parts.port)
    except ValueError:
        return address
    path = re.sub(r"/+", "/", parts.path).rstrip("/")
    if _FEEDBURNER.fullmatch(host):
        return f"feedburner/{path.strip('/').removeprefix('~r/').lower()}"
    pairs = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n.lower() != "format"]
    if ("feed", "rss2") in pairs:
        pairs.remove(("feed", "rss2"))
        path += "/feed"
    path = _WORDPRESS.sub("/feed", path)
    query = "&".join(f"{name}={value}" for name, value in sorted(pairs))
    return f"{location}{path}{'?' if query else ''}{query}"
