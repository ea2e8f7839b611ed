"""Statuses of HTTP as problems: a short stable kind and a line of words."""

from __future__ import annotations

from http import HTTPStatus

TOO_MANY = 429
BUSY = (TOO_MANY, 503)


def told_by(status: int) -> tuple[str, str]:
    """What an answer's status says went wrong."""
    name = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "unknown status"
    return "busy" if status in BUSY else f"http {status}", f"the server answers {status} {name}"
