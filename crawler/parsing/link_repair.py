"""Links as people and programs write them, mended as far as it is plain what was meant.

Browsers read most of these too (WHATWG URL Standard, 4.4): slashes turned round, too few or too many of them behind the scheme.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

_WHOLE = re.compile(r"https?://(?![/\\])(?!https?:)[^\\]*", re.IGNORECASE)
_QUOTES = ('"', "'", "\u201c", "\u201d", "\u2018", "\u2019")
_UNSET = frozenset(["undefined", "null", "nan", "none", "[object object]"])
"""What programs write for a link that is not set."""
_TWICE = re.compile(r"https?\s*:?\s*/*(?=https?:/)", re.IGNORECASE)
_SCHEME = re.compile(r"(https?)\s*(:/*|//)", re.IGNORECASE)
_HOST = re.compile(r"((?:[\w-]+\.)+([^\W\d_]{2,}))(?::\d+)?(?=[/?#]|$)")
_FILES = frozenset(
    ["html", "htm", "shtml", "xhtml", "php", "asp", "aspx", "jsp", "do", "cgi", "xml", "rss", "pdf", "jpg", "jpeg", "png", "gif"]
)  # fmt: skip
"""What a name ends with that is the name of a page and not of a host."""
_SCHEME_AS_FOLDER = re.compile(r"(https?)/+", re.IGNORECASE)
_ONE_WORD_HOST = re.compile(r"https?://([^\W_][\w-]*)(?=/[^/])", re.IGNORECASE)
_FRONT = re.compile(r"^(?:www\d?|m|amp)\.", re.IGNORECASE)


def as_meant(link: str) -> str:
    """A link without quotation marks around it; empty for what programs write where it is not set."""
    if link[:1] in _QUOTES:
        link = link.strip("".join(_QUOTES)).strip()
    return "" if link.strip("/").lower() in _UNSET else link


def mended(base: str, link: str) -> str:
    """A link as it was meant; one that is right, or that cannot be mended, as it is; empty for a scheme alone.

    Args:
        base: the address that it stands at.
        link: as it is written, without spaces around it.
    """
    link = as_meant(link)
    if _WHOLE.fullmatch(link):
        return _without_host_in_path(base, link)
    link = _TWICE.sub("", _with_slashes(link), count=1)
    scheme = _SCHEME.match(link)
    if scheme is None:
        return _with_scheme(base, link)
    rest = link[scheme.end() :].lstrip("/")
    if not rest:
        return ""
    if _host_in(rest):
        return _without_host_in_path(base, f"{scheme[1].lower()}://{rest}")
    # Only a host is missing: the path is one of this site.
    return (
        urljoin(base, f"/{rest}") if scheme[2].startswith(":/") and rest[:1] not in ("", "?", "#") else link
    )


def _with_slashes(link: str) -> str:
    place = re.search(r"[?#]|$", link)
    end = place.start() if place else len(link)
    return link[:end].replace("\\", "/") + link[end:]


def _host_in(rest: str) -> str | None:
    """The host that an address without its scheme begins with."""
    found = _HOST.match(rest)
    return None if found is None or found[2].lower() in _FILES else found[1].lower()


def _with_scheme(base: str, link: str) -> str:
    """A link that begins with the name of a host: "www.outlet.example/a" is no path."""
    host = _host_in(link)
    if host is not None and (host.startswith("www.") or _is_own(base, host)):
        return f"{urlsplit(base).scheme}://{link}"
    return link


def _without_host_in_path(base: str, link: str) -> str:
    """An address that a parser of feeds made of such a link when it joined it to the base."""
    site = _site(base)
    if site is None:
        return link
    for begin in (site.folder, site.root):
        if not link.startswith(begin):
            continue
        scheme = _SCHEME_AS_FOLDER.match(link, len(begin))
        rest = link[scheme.end() if scheme else len(begin) :].lstrip("/")
        host = _host_in(rest)
        if host is not None and (scheme or _is_own(base, host)):
            return f"{scheme[1].lower() if scheme else site.scheme}://{rest}"
    one_word = _ONE_WORD_HOST.match(link)
    # "http:///news/1" was made "http://news/1": a host of one word is nobody's on the web.
    if one_word is not None and site.is_on_web and one_word[1].lower() != "localhost":
        return site.root + link[one_word.start(1) :]
    return link


def holds_own_host(base: str, link: str) -> bool:
    """Whether the path of an address holds the name of its own site, which it may have been joined to by mistake."""
    site = _site(base)
    return site is not None and link.startswith(site.root) and site.name in link[len(site.root) :]


class _LinkSite(NamedTuple):
    """What relative links at an address are joined to.

    ``name`` is its host without "www."; ``is_on_web`` says that it has several parts.
    """

    scheme: str
    name: str
    folder: str
    root: str
    is_on_web: bool


@lru_cache(maxsize=256)
def _site(base: str) -> _LinkSite | None:
    """The site of an address; None where it has none."""
    parts = urlsplit(base)
    host = (parts.hostname or "").lower()
    if not host:
        return None
    folder = base.partition("?")[0].rpartition("/")[0] + "/"
    return _LinkSite(parts.scheme, _FRONT.sub("", host), folder, urljoin(base, "/"), "." in host)


def _is_own(base: str, host: str) -> bool:
    site = _site(base)
    return site is not None and site.name == _FRONT.sub("", host)
