"""Bounds of processor time, for work that would take many times as long if it grew with the square of what it is given."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time


def takes_at_most(seconds: float, work: Callable[[], object]) -> bool:
    """Whether work is done in so much processor time: a machine that does much else makes one time of three longer, not all."""
    return any(_spent(work) < seconds for _ in range(3))


def _spent(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began
