"""Messages to a local server, beside smtplib and aiosmtplib: `benchmarks.sending`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.crash import sink
from benchmarks.sending import by_aiosmtplib, by_smtplib, by_us, readied
from benchmarks.watched.ratio import Ratio, paired
from benchmarks.watched.turns import turns

ROUNDS = 3
SHAPES = (
    ("200 subscriptions of one reader, 1 story", 200, 1, 1),
    ("4 subscriptions of 50 readers, 5 stories", 4, 50, 5),
)


def ratios() -> Iterator[Ratio]:
    """By the time of a message; the server's own is not counted."""
    with tempfile.TemporaryDirectory() as name, sink(Path(name)) as server:
        for what, subscriptions, recipients, stories in SHAPES:
            rounds = []
            for number in range(ROUNDS + 1):
                folder = Path(name) / f"{subscriptions}-{number}"
                store, own, digests = readied(folder, server.port, subscriptions, recipients, stories)
                server.forget()
                ways = {
                    "aseanwatch": partial(by_us, store, own),
                    "smtplib": partial(by_smtplib, own, digests, recipients, server.port),
                    "aiosmtplib": partial(by_aiosmtplib, own, digests, recipients, server.port),
                }
                rounds += turns(ways, 1, warm=False)
                store.close()
                arrived = len(server.arrived())
                if arrived != 3 * subscriptions * recipients:
                    raise ValueError(f"{arrived} messages arrived of {3 * subscriptions * recipients}")
            # The first round loads what all of them need.
            yield from paired(what, "processor time", rounds[1:], "aseanwatch")
