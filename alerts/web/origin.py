"""Where a form comes from: our own page, or another site's, which may not speak through ours."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request


def from_another_site(request: Request) -> bool:
    """Whether the browser says that another site's page made the request."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def same_site(request: Request) -> bool:
    """Whether a form comes from our own page, as far as the browser tells.

    Pages that forbid referrers cannot be asked so: their forms come from "null" (Fetch, 3.2), and `from_another_site` is all there is.
    """
    if from_another_site(request):
        return False
    origin = request.headers.get("origin")
    return origin is None or split(origin).netloc == request.headers.get("host", "")


def split(address: str) -> SplitResult:
    """The parts of an address; what is none has none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
