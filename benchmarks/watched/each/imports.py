"""A web archive that comes in, beside plain reading and extracting of it: `benchmarks.imports`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.imports import measured, write_archive
from benchmarks.watched.ratio import Ratio, paired

SIZE, ROUNDS = 12_000_000, 3
WAYS = {"aseanwatch": "aseanwatch", "warcio": "warcio", "trafilatura": "warcio and trafilatura"}


def ratios() -> Iterator[Ratio]:
    """By the time of a page, start and all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.warc.gz"
        write_archive(path, SIZE)
        runs = [{name: measured(way, path, 1) for way, name in WAYS.items()} for _ in range(ROUNDS)]
    rounds = [{name: one.computing / one.pages for name, one in row.items()} for row in runs]
    yield from paired(f"a page of an archive of {SIZE // 10**6} MB", "processor time", rounds, "aseanwatch")
