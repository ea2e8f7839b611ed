"""Statuses of HTTP as problems: a short stable kind and a line of words."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

TOO_MANY = 429
BUSY = (TOO_MANY, 503)


class StatusProblem(NamedTuple):
    """What went wrong by a status. ``kind`` is a short stable word for the record, ``message`` one line for people."""

    kind: str
    message: str


def describe_status(status: int) -> StatusProblem:
    """What the status of an answer says went wrong."""
    name = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "unknown status"
    kind = "busy" if status in BUSY else f"http {status}"
    return StatusProblem(kind, f"the server answers {status} {name}")
