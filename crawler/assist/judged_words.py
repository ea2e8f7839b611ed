"""The tables that answers of assistants are judged by, read once: answers come by the hundred."""

from __future__ import annotations

from functools import cache
from typing import Any

from crawler.runtime.data_tables import table


@cache
def remembered(name: str) -> Any:
    """A table of ``crawler/data``, remembered from the first time on."""
    return table(name)
