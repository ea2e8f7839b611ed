"""How long tests took the last time, kept in ``build/`` by every run: what fits into a time is known before it begins."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

FILE = Path(__file__).parents[2] / "build" / "test-seconds.json"
_SLOW, _SECONDS = ("many", "console", "system", "deploy"), (3.0, 0.5)
"""Folders whose tests start programs, and what a test is taken to need there and elsewhere if it never ran."""


def known() -> dict[str, float]:
    """Seconds of each test function, with all its cases."""
    with suppress(OSError, ValueError):
        return {
            str(name): float(seconds)
            for name, seconds in json.loads(FILE.read_text(encoding="ascii")).items()
        }
    return {}


def expected(test: str, measured: Mapping[str, float]) -> float:
    """Seconds that a test will need."""
    return measured.get(test, _SECONDS[0 if test.split("/")[1] in _SLOW else 1])


def keep(seconds: Counter[str]) -> None:
    """Remember what a run measured; others stay as they were."""
    if seconds:
        FILE.parent.mkdir(exist_ok=True)
        whole = known() | {name: round(value, 2) for name, value in seconds.items()}
        made = FILE.with_suffix(".new")
        made.write_text(json.dumps(whole, indent=0), encoding="ascii")
        made.replace(FILE)
