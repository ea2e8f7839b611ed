"""The packaged table of words around bases (``data/bases.yaml``)."""

from __future__ import annotations

from functools import cache
from typing import Any

from crawler.runtime.data_tables import table


@cache
def base_words() -> Any:
    """The table, read once."""
    return table("bases.yaml")
