"""Addresses: one canonical form for all that lead to the same document."""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from crawler.runtime.data_tables import table

LONGEST = 2000
_LONGEST_KEY = 1000
"""Bytes of a key: PostgreSQL's indexes hold no more than 2,704."""
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character of UTF-16, which no encoding can write."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FRONT_HOST = re.compile(r"^(?:www\d?|m|mobile|wap|amp)\.(?=[^.]+\.[^.]+)")
_PLAIN = re.compile(
    r"(?P<host>https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?P<path>(?:/(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9._~-]+)*/?)"
    r"(?:\?(?P<query>[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*(?:&[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*)*))?"
)
"""Addresses of which every part already is as it should be: most are."""
_AMP_PATH = re.compile(r"(?:/amp/?$|^/amp(?=/))|\.amp(?=\.html?$)")


class _TrackingNames(NamedTuple):
    """Names of parameters that follow a reader, and what such names begin with."""

    whole: frozenset[str]
    prefixes: tuple[str, ...]


@cache
def _tracking() -> _TrackingNames:
    names = table("url_parameters.yaml")["tracking"]
    whole = frozenset(n for n in names if n[-1] != "*")
    return _TrackingNames(whole, tuple(n[:-1] for n in names if n[-1] == "*"))


def _is_tracking(name: str) -> bool:
    tracking = _tracking()
    return name.lower() in tracking.whole or name.lower().startswith(tracking.prefixes)


def is_web_url(url: str) -> bool:
    """Whether this is an http or https address with a host, of a length that servers accept."""
    if len(url) > LONGEST or _HALF.search(url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port  # "http://TITLE: subtitle" has none that is a number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


def absolute(base: str, link: str) -> str | None:
    """``link`` resolved against ``base``; None where that is no web address (``javascript:``, ``mailto:``)."""
    if _PLAIN.fullmatch(link) and len(link) <= LONGEST:
        return link
    link = _HALF.sub("", "".join(c for c in link.strip() if c >= " "))
    try:
        url = urljoin(base, link)
    except ValueError:
        return None
    return url if link and is_web_url(url) else None


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """The address without what does not choose the document: fragment, default port, tracking parameters, AMP.

    Escapes are made uniform as browsers send them; the order of parameters is kept sorted. What is no address stays as it is.
    """
    plain = _PLAIN.fullmatch(url)
    if plain and not _AMP_PATH.search(plain["path"]):
        pairs = sorted(
            p for p in (plain["query"] or "").split("&") if p and not _is_tracking(p.partition("=")[0])
        )
        return f"{plain['host']}{plain['path'] or '/'}{'?' if pairs else ''}{'&'.join(pairs)}"
    try:
        parts = urlsplit(safe_url_string(url))
        port = parts.port
    except ValueError:
        return _HALF.sub("", url)
    host = (parts.hostname or "").rstrip(".").lower()
    if port and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(k))
    path = _AMP_PATH.sub("", re.sub(r"/{2,}", "/", parts.path)) or "/"
    return urlunsplit((parts.scheme.lower(), host, path, urlencode(query), ""))


@lru_cache(maxsize=4096)
def url_key(url: str) -> str:
    """What equal addresses have in common: the canonical form without scheme, front host and final slash."""
    host, _, rest = canonical(url).partition("://")[2].partition("/")
    path, mark, query = rest.partition("?")
    return shortened(f"{_FRONT_HOST.sub('', host)}/{path.rstrip('/')}{mark}{query}")


def shortened(key: str) -> str:
    """A key that an index can hold: of a longer one the beginning, and a digest that tells it from others that begin so."""
    if len(key) <= _LONGEST_KEY // 4:
        return key
    written = key.encode("utf-8", "surrogatepass")
    if len(written) <= _LONGEST_KEY:
        return key
    return f"{key[: _LONGEST_KEY // 4]}#{hashlib.blake2b(written, digest_size=16).hexdigest()}"


def same_site(a: str, b: str) -> bool:
    """Whether two addresses have the same host, front hosts (www, m, amp) aside."""
    try:
        one, other = urlsplit(a).netloc, urlsplit(b).netloc
    except ValueError:
        return False
    return _FRONT_HOST.sub("", one.lower()) == _FRONT_HOST.sub("", other.lower())


def host_of(url: str) -> str:
    """The host of an address as people know it, without ``www.``."""
    try:
        return _FRONT_HOST.sub("", (urlsplit(url).hostname or "").lower())
    except ValueError:
        return ""
