"""The keys by which reports of one base meet, whatever their language."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def key_of(kind: str, cities: Sequence[str], countries: Sequence[str], name: str) -> str:
    """A key that reports in different languages agree on where they name the same cities; else the name decides."""
    # Cities have one English name in all languages, the names of bases do not.
    ground = "|".join(sorted(cities)) or "|".join(countries) or name.casefold()
    return f"{kind}-{hashlib.blake2b(ground.encode(), digest_size=4).hexdigest()}"
