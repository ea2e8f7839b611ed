"""Ours and its peers in turn, by processor time."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import process_time


def turns(ways: Mapping[str, Callable[[], object]], rounds: int, warm: bool = True) -> list[dict[str, float]]:
    """The processor seconds of each way, round by round; each round begins with another one.

    Args:
        ways: what each does, in this process.
        rounds: how many.
        warm: whether each runs once before, uncounted, so that none pays for loading what it needs.

    A peer that fails is not counted as fast: what it raises is raised.
    """
    names = list(ways)
    if warm:
        for name in names:
            ways[name]()
    spent = []
    for number in range(rounds):
        row = {}
        for name in names[number % len(names) :] + names[: number % len(names)]:
            gc.collect()
            begun = process_time()
            ways[name]()
            row[name] = process_time() - begun
        spent.append({name: row[name] for name in names})
    return spent


def forgiving(way: Callable[..., object], things: list[tuple[object, ...]]) -> Callable[[], None]:
    """Do something to each of many things; a thing that makes a peer fail counts as done."""

    def run() -> None:
        for thing in things:
            with suppress(Exception):
                way(*thing)

    return run
