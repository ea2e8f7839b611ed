"""How a page answers: one template, strict headers, forms of bounded size. A GET never changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alerts.rendering import environment

LONGEST_FORM = 20_000
FRAMES = (("en", "English"), ("id", "Bahasa Indonesia"), ("zh", "中文"))

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # addresses hold tokens
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
MAIL_PAGE = SAFE | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
}
"""A digest's page has its styles inlined, as mail programs want them."""


class TooLargeError(Exception):
    """A form that is longer than any of ours can be."""


async def form_of(request: Request, longest: int = LONGEST_FORM) -> dict[str, list[str]]:
    """The fields of a posted form.

    Raises:
        TooLargeError: it is too long.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > longest:
            raise TooLargeError
    return parse_qs(body.decode("utf-8", "replace"), max_num_fields=200)


def language_of(request: Request) -> str:
    """The language of the frame that the reader's browser asks for."""
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if code in dict(FRAMES):
            return code
    return "en"


def page(template: str, language: str, values: Mapping[str, Any], status: int = 200) -> Response:
    """A page of ours."""
    given = {"title": "", "lines": (), **values}
    return HTMLResponse(environment(language).get_template(template).render(given), status, headers=SAFE)


def say_page(language: str, title: str, *lines: str, status: int = 200) -> Response:
    """A page that only says something."""
    return page("page.html.j2", language, {"title": title, "lines": lines}, status)
