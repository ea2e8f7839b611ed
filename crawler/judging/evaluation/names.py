"""Which of several bases a name is most likely of: how much two names have in common."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Any


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    # Marks are kept: in Thai, Lao, Khmer and Burmese they make other words.
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text)
    return " ".join(kept.split())


def _pieces(text: str) -> Counter[str]:
    """Pairs of neighbouring characters: words cannot be counted in scripts without spaces."""
    return Counter(a + b for a, b in zip(f" {text}", f"{text} ", strict=True))


def likeness(one: str, other: str) -> float:
    """How much two names have in common, 0 to 1 (Dice's coefficient)."""
    first, second = _pieces(_plain(one)), _pieces(_plain(other))
    return 2 * sum((first & second).values()) / max(1, sum(first.values()) + sum(second.values()))


def names_of(base: Mapping[str, Any]) -> list[str]:
    """The names that a labelled base may be called by."""
    return [base[key] for key in ("name", "as_written", "name_en") if base.get(key)]
