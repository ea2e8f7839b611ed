"""Tells whether a form was posted by our own page or by another site's (cross-site request forgery)."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request

from crawler.runtime.url_hosts import plain_host

_USUAL_PORTS = {"http": 80, "https": 443}


def from_another_site(request: Request) -> bool:
    """Whether the browser says that a page of another site made the request (Fetch Metadata)."""
    # "none" is an address that was typed or a bookmark. Old
    # browsers send nothing at all; for those there is the origin.
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def same_site(request: Request) -> bool:
    """Whether a form comes from our own page, as far as the browser tells.

    It does not hold for pages that forbid referrers: browsers send "null" as the origin of their forms (Fetch, 3.2). For
    those there is only `from_another_site`.
    """
    if from_another_site(request):
        return False
    origin = request.headers.get("origin")
    return origin is None or is_of(origin, request.headers.get("host", ""))


def is_of(origin: str, host: str) -> bool:
    """Whether an origin is that of our pages, which are asked for by this host and perhaps a port."""
    own = _place(origin, split(origin).scheme)
    return bool(own[0]) and own == _place(f"//{host}", split(origin).scheme)


def _place(address: str, scheme: str) -> tuple[str, int | None]:
    """The host and port of an address; the usual port of a scheme where it names none."""
    parts = split(address)
    try:
        return plain_host(parts.hostname or ""), parts.port or _USUAL_PORTS.get(scheme)
    except ValueError:
        return "", None


def split(address: str) -> SplitResult:
    """The parts of a URL; all are empty if it is malformed."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
