"""Links of aggregators and of redirecting services, resolved to the outlet's own address where the link itself holds it.

Google News wrote the outlet's address into its links, in base64 inside a small protocol buffer, until 2024; its newer ones hold a
key that only Google can read: those stay as they are, and the article goes under the outlet that the feed's ``source`` names.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import parse_qsl, urlsplit

from crawler.parsing.urls import is_web_url

_GOOGLE_NEWS = re.compile(
    r"^https?://news\.google\.com/(?:rss/|__i/rss/rd/)?(?:articles|read)/([A-Za-z0-9_-]{20,})"
)
_INSIDE = re.compile(rb"https?://[\x21-\x7e]+")
_CARRIERS = {
    "www.google.com": ("/url", ("url", "q")), "google.com": ("/url", ("url", "q")), "www.bing.com": ("/news/apiclick.aspx", ("url",)),
    "bing.com": ("/news/apiclick.aspx", ("url",)), "l.facebook.com": ("/l.php", ("u",)), "lm.facebook.com": ("/l.php", ("u",)),
    "feedproxy.google.com": ("/", ("url",)), "r.search.yahoo.com": ("/", ("RU",)), "out.reddit.com": ("/", ("url",)),
    "link.inoreader.com": ("/", ("url",)),
}  # fmt: skip
"""Services whose links carry the address: by host, the beginning of the path and the names of the parameter."""
_HOSTS = (*_CARRIERS, "news.google.com")
_MAY_CARRY = tuple(h for h in _HOSTS if not any(other in h for other in _HOSTS if other != h))
"""What is in the links of all of them; looking for each takes a tenth of the time of a pattern for all."""
MOST_LAYERS = 3


def resolved(url: str) -> str:
    """The outlet's own address that a link holds, also one inside another; the link itself where it holds none."""
    low = url.lower()
    if not any(host in low for host in _MAY_CARRY):
        return url
    for _ in range(MOST_LAYERS):
        inner = _carried(url) or _in_google_news(url)
        if inner is None or not is_web_url(inner):
            return url
        url = inner
    return url


def _carried(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    place = _CARRIERS.get((parts.hostname or "").lower())
    if place is None or not parts.path.startswith(place[0]):
        return None
    given = dict(parse_qsl(parts.query))
    return next((given[name] for name in place[1] if name in given), None)


def _in_google_news(url: str) -> str | None:
    match = _GOOGLE_NEWS.match(url)
    if match is None:
        return None
    try:
        data = base64.urlsafe_b64decode(match[1] + "=" * (-len(match[1]) % 4))
    except (binascii.Error, ValueError):
        return None
    # Field 4 (0x22), a length of one or two bytes, the address; a second one for phones may follow.
    place = data.find(b"\x22")
    if place < 0 or place + 2 >= len(data):
        return None
    length, start = data[place + 1], place + 2
    if length & 0x80:
        length, start = (length & 0x7F) | (data[place + 2] << 7), place + 3
    found = _INSIDE.fullmatch(data[start : start + length])
    return found[0].decode("ascii") if found else None
