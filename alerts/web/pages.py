"""What all pages share: strict headers, posted forms, and the template of a short message. A GET never changes anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import Message
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alerts.digests.render import environment
from alerts.digests.wording import FRAMES
from alerts.web.bounds import most_fields
from crawler.model import AseanwatchError

_PART = re.compile(
    rb'\r\ncontent-disposition:[ \t]*form-data;[^\r\n]{0,200}?\bname="([^"\r\n]{1,200})"', re.IGNORECASE
)

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # addresses hold tokens
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
WITH_SCRIPT = SAFE | {"Content-Security-Policy": f"{SAFE['Content-Security-Policy']}; script-src 'self'"}
"""For a page with a script of ours."""
MAIL_PAGE = SAFE | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
}
"""For a digest, whose styles are inlined because mail programs need that."""


class TooLargeError(Exception):
    """A form with more fields than any of ours has."""


class BadFormError(AseanwatchError):
    """A form that none of our pages can send."""


async def form_of(request: Request) -> dict[str, list[str]]:
    """The fields of a posted form. `RequestLimits` has bounded its length by then.

    Raises:
        TooLargeError: the form has too many fields.
        BadFormError: a field contains NUL.
    """
    body = await request.body()
    found = _fields(request.headers.get("content-type", ""), body, most_fields(request.url.path))
    # PostgreSQL cannot store it; in SQLite some functions would end the text there.
    if any("\0" in text for name, values in found.items() for text in (name, *values)):
        raise BadFormError("a field holds the character NUL, which is no text")
    return found


def _fields(kind: str, body: bytes, most: int) -> dict[str, list[str]]:
    """The fields in either encoding: mail programs may use any of the two for one-click unsubscription (RFC 8058, 3.2)."""
    # The parser of mails reads the parameter with its quotes, as the header has the same grammar.
    described = Message()
    described["Content-Type"] = kind
    boundary = described.get_param("boundary")
    if described.get_content_type() == "multipart/form-data" and isinstance(boundary, str) and boundary:
        return _parts(body, boundary.encode("utf-8", "replace"), most)
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=most)
    except ValueError:
        raise TooLargeError from None


def _parts(body: bytes, boundary: bytes, most: int) -> dict[str, list[str]]:
    """The fields of a multipart body (RFC 7578). Files and nested parts are ignored, because none of our forms has any."""
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]
    if len(parts) > most:
        raise TooLargeError
    found: dict[str, list[str]] = {}
    for part in parts:
        head, _, value = part.partition(b"\r\n\r\n")
        name = _PART.search(head)
        if name is not None and b"filename" not in head:
            found.setdefault(name[1].decode("utf-8", "replace"), []).append(value.decode("utf-8", "replace"))
    return found


def language_of(request: Request) -> str:
    """The language that the browser asks for, if we have it; else English."""
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if code in FRAMES:
            return code
    return "en"


def page(
    template: str,
    language: str,
    values: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] = SAFE,
) -> Response:
    """A page from a template."""
    given = {"title": "", "lines": (), **values}
    return HTMLResponse(environment(language).get_template(template).render(given), status, headers=headers)


def say_page(language: str, title: str, *lines: str, status: int = 200) -> Response:
    """A page with a title and some lines."""
    return page("page.html.j2", language, {"title": title, "lines": lines}, status)
