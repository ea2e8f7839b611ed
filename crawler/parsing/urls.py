"""Addresses: one canonical form for all that lead to the same document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from crawler.parsing.link_repair import holds_own_host, mended
from crawler.runtime.data_tables import table
from crawler.runtime.url_hosts import host_in, net_location, plain_host

LONGEST = 2000
_LONGEST_KEY = 1000
"""Bytes of a key: PostgreSQL's indexes hold no more than 2,704."""
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character of UTF-16, which no encoding can write."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SITE = re.compile(r"https?://[A-Za-z0-9.-]+(?=[/?#])")
_FRONT_HOST = re.compile(r"^(?:www\d?|m|mobile|wap|amp)\.(?=[^.]+\.[^.]+)")
_PLAIN = re.compile(
    r"(?P<host>https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?P<path>(?:/(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9._~-]+)*/?)"
    r"(?:\?(?P<query>[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*(?:&[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*)*))?"
)
"""Addresses of which every part already is as it should be: most are."""
_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*|(?<=/)\((?:[A-Z]\([\w-]+\)){1,4}\)/", re.IGNORECASE
)
""";jsessionid=0A1B, and /(S(abc))/ as ASP.NET writes it without cookies."""
_TOKEN = re.compile(r"[0-9A-Za-z]{20,}")
_HOST = re.compile(
    r"(?:https?(?::|%3[Aa])(?://|%2[Ff]%2[Ff]))?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,10}(?:/|%2[Ff])?",
    re.IGNORECASE,
)
_TELLING_PATH = re.compile(r"/[^/]*(?:\d|[^/]-[^/]|_|%)[^/]*|/[^/]{12,}")
"""A path that says what is read: with a number, several words, or a long one."""
_ITEM = re.compile(r"item-[0-9a-f]{16}")
_AMP_PATH = re.compile(r"(?:/amp/?$|^/amp(?=/))|\.amp(?=\.html?$)")


class _TrackingNames(NamedTuple):
    """Names of parameters that follow a reader, and what such names begin with."""

    whole: frozenset[str]
    prefixes: tuple[str, ...]


@cache
def _names(kind: str) -> _TrackingNames:
    """Names of parameters, and beginnings of names, of one kind."""
    names = table("url_parameters.yaml")[kind]
    whole = frozenset(n for n in names if n[-1] != "*")
    return _TrackingNames(whole, tuple(n[:-1] for n in names if n[-1] == "*"))


class _Ways(NamedTuple):
    """Parameters that may say how a reader came, and the values with which they do."""

    names: frozenset[str]
    values: frozenset[str]


@cache
def _ways() -> _Ways:
    ways = table("url_parameters.yaml")["ways"]
    return _Ways(frozenset(ways["names"]), frozenset(ways["values"]))


@cache
def _telling() -> dict[str, tuple[str, ...]]:
    return {host: tuple(names) for host, names in table("url_parameters.yaml")["telling"].items()}


def _is_of(kind: str, name: str) -> bool:
    names = _names(kind)
    return name in names.whole or name.startswith(names.prefixes)


def _is_tracking(name: str, value: str) -> bool:
    """Whether a parameter says nothing of what is read, on whatever site."""
    low = name.lower()
    if _is_of("tracking", low) or _is_of("sessions", low):
        return True
    return low == "sid" and bool(_TOKEN.fullmatch(value))


def _is_way(name: str, value: str) -> bool:
    """Whether a parameter may say how a reader came, if something else says what is read."""
    ways = _ways()
    is_known = value.lower() in ways.values or bool(_HOST.fullmatch(value))
    return name.lower() in ways.names and is_known


@cache
def _wechat() -> dict[str, frozenset[str]]:
    return {kind: frozenset(names) for kind, names in table("url_parameters.yaml")["wechat"].items()}


def _of_wechat(host: str, given: Mapping[str, str]) -> frozenset[str]:
    """The names of parameters that WeChat added, if the address was shared in it; elsewhere they may mean anything."""
    known = _wechat()
    was_shared = (
        host in known["hosts"] or given.get("from") in known["from"] or not known["signs"].isdisjoint(given)
    )
    return known["names"] if was_shared else frozenset()


def _telling_pairs(host: str, path: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parameters of an address that say what is read, sorted."""
    wanted = _telling().get(host, ())
    given = dict(pairs)
    if wanted and all(given.get(name) for name in wanted):
        return sorted((name, given[name]) for name in wanted)
    wechat = _of_wechat(host, given)
    kept = [(n, v) for n, v in pairs if n.lower() not in wechat and not _is_tracking(n, v)]
    others = [(name, value) for name, value in kept if not _is_way(name, value)]
    identifies = bool(others) or bool(_TELLING_PATH.search(path))
    return sorted(others if identifies else kept)


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
    if _PLAIN.fullmatch(link) and len(link) <= LONGEST and not holds_own_host(base, link):
        return link
    link = _HALF.sub("", "".join(c for c in link.strip() if c >= " "))
    try:
        link = mended(base, link)
        url = urljoin(base, link)
    except ValueError:
        return None
    return url if link and is_web_url(url) else None


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """The address without what does not choose the document: fragment, default port, tracking and session parameters, AMP.

    Only the mark of an item that shares its address with others stays (`crawler.parsing.identity`).

    Escapes are made uniform as browsers send them; the order of parameters is kept sorted. What is no address stays as it is.
    """
    plain = _PLAIN.fullmatch(url)
    if plain and not _AMP_PATH.search(plain["path"]):
        path = plain["path"] or "/"
        if not plain["query"]:
            return f"{plain['host']}{path}"
        given = [(n, v) for n, _, v in (p.partition("=") for p in plain["query"].split("&"))]
        pairs = [f"{n}={v}" for n, v in _telling_pairs(plain["host"].partition("://")[2], path, given)]
        return f"{plain['host']}{path}{'?' if pairs else ''}{'&'.join(pairs)}"
    try:
        parts = urlsplit(safe_url_string(url))
        port = parts.port
    except ValueError:
        return _HALF.sub("", url)
    host = plain_host(parts.hostname or "")
    location = net_location(host, None if port in (None, 0, _DEFAULT_PORTS.get(parts.scheme)) else port)
    path = _SESSION_IN_PATH.sub("", re.sub(r"/{2,}", "/", parts.path))
    path = _AMP_PATH.sub("", path) or "/"
    query = _telling_pairs(location, path, parse_qsl(parts.query, keep_blank_values=True))
    item = parts.fragment if _ITEM.fullmatch(parts.fragment) else ""
    return urlunsplit((parts.scheme.lower(), location, path, urlencode(query), item))


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
    """Whether two addresses have the same host and port, front hosts (www, m, amp) aside."""
    one, other = _site(a), _site(b)
    return one is not None and one == other


def _site(url: str) -> tuple[str, int | None] | None:
    """The host without its front, and the port where it is not the usual one; None where they cannot be read."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    usual = _DEFAULT_PORTS.get(parts.scheme)
    return _FRONT_HOST.sub("", plain_host(parts.hostname or "")), None if port == usual else port


def host_of(url: str) -> str:
    """The host of an address as people know it, without ``www.``."""
    # What stands before the path says it all, and is the same for all that an outlet prints.
    site = _SITE.match(url)
    return _host_of(site[0] if site else url)


@lru_cache(maxsize=4096)
def _host_of(url: str) -> str:
    return _FRONT_HOST.sub("", host_in(url))
