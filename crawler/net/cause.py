"""Why a transfer failed."""

from __future__ import annotations

from typing import NamedTuple


class Cause(NamedTuple):
    """Why a transfer failed. ``kind`` is a short stable word, ``message`` one line."""

    kind: str
    message: str
