"""The console's cookies: their names and flags in one place.

Over TLS, cookies that are secrets have the prefix ``__Host-`` (RFC 6265bis). Browsers then accept them only with Secure, for
the whole host and from this host itself, so that neither a neighbouring name nor a page without TLS can set them.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION, FORM, DEVICE, ATTEMPT = "aw_session", "aw_form", "aw_device", "aw_attempt"
LANGUAGE, ZONE, NOTICE, ORIGINAL = "aw_language", "aw_zone", "aw_notice", "aw_original"
_SECRET = (SESSION, FORM, DEVICE, ATTEMPT)
YEAR = 400 * 86_400
"""Seconds that a browser keeps a choice: 400 days, the most that browsers allow."""


def cookie_of(request: HTTPConnection, name: str) -> str:
    """The value of a cookie; empty if there is none."""
    return request.cookies.get(_prefixed(request, name), "")


def set_cookie(
    answer: Response, request: HTTPConnection, name: str, value: str, seconds: int | None = YEAR
) -> None:
    """Set a cookie for some seconds; None: until the browser is closed."""
    answer.set_cookie(
        # ``__Host-`` demands the path "/". Choices are needed by the console alone.
        _prefixed(request, name), value, max_age=seconds, path="/" if name in _SECRET else "/console", httponly=True,
        # An attempt must come along when the provider sends the person back to us, which is from another site.
        samesite="lax" if name == ATTEMPT else "strict", secure=_is_safe(request),
    )  # fmt: skip


def drop_cookie(answer: Response, request: HTTPConnection, name: str) -> None:
    """Delete a secret cookie."""
    answer.delete_cookie(
        _prefixed(request, name), path="/", httponly=True, samesite="strict", secure=_is_safe(request)
    )


def _prefixed(request: HTTPConnection, name: str) -> str:
    return f"__Host-{name}" if _is_safe(request) and name in _SECRET else name


def _is_safe(request: HTTPConnection) -> bool:
    return request.url.scheme == "https"
