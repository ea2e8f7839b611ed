"""The size of digests in the store before and after packing: ``python -m benchmarks.packing [--subscriptions N]``.

Each subscription has its own title and gets one digest a day for four days, of up to forty stories. All of them are sent.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select, update

from alerts.delivery.outbox import OutboxItem, put
from alerts.digests.packing import pack_sent
from alerts.digests.writing import write
from benchmarks.sending import readied
from crawler.store import Store
from crawler.store.schema import deliveries, digest_packs, digests
from tests.builders import later

DAYS = 4


def size(store: Store) -> float:
    """Megabytes of the store's file, without free pages."""
    with closing(sqlite3.connect(str(store.url.database))) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(str(store.url.database)).stat().st_size / 1e6


class Sizes(NamedTuple):
    """Megabytes of the store and of the packs in it, the digests that were packed, and the seconds that it took.

    Attributes:
        empty: without digests.
        before: with digests as they were sent.
        after: with packed ones.
    """

    empty: float
    before: float
    after: float
    packs: float
    digests: int
    packed: int
    seconds: float


def packed(subscriptions: int) -> Sizes:
    """Fill a store, pack it, and measure both."""
    with tempfile.TemporaryDirectory() as name:
        store, own, made = readied(Path(name) / "store", 9, subscriptions, 3, 40)
        empty = size(store)
        for day in range(DAYS):
            at = later(days=4 + day)
            items = [
                OutboxItem(
                    d.subscription,
                    "email",
                    (f"r@{d.subscription}.example",),
                    at,
                    at,
                    write(own, None, d),
                    digest=d,
                )
                for d in made
            ]
            with store.write() as connection:
                put(connection, own.delivery, None, items)
                connection.execute(update(deliveries).values(status="sent"))
        before = size(store)
        begun = time.perf_counter()
        count = pack_sent(store, later(days=4 + DAYS) + timedelta(hours=2), most=10**6)
        took = time.perf_counter() - begun
        after = size(store)
        with store.read() as connection:
            packs = connection.scalar(select(func.sum(func.length(digest_packs.c.body)))) or 0
            number = connection.scalar(select(func.count()).select_from(digests)) or 0
        store.close()
    return Sizes(empty, before, after, packs / 1e6, number, count, took)


def main() -> None:
    """Run it and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--subscriptions", type=int, default=250)
    found = packed(options.parse_args().subscriptions)
    each = 1000 * found.seconds / found.packed
    print(f"{found.digests} digests, {found.packed} packed in {found.seconds:.1f} s ({each:.1f} ms each)")
    print(
        f"the store: {found.empty:.1f} MB without digests, {found.before:.1f} MB with them, {found.after:.1f} MB packed"
        f" (packs {found.packs:.2f} MB)"
    )


if __name__ == "__main__":
    main()
