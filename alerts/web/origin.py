"""Tells whether a form was posted by our own page or by another site's (cross-site request forgery)."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request


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
    return origin is None or split(origin).netloc == request.headers.get("host", "")


def split(address: str) -> SplitResult:
    """The parts of a URL; all are empty if it is malformed."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
