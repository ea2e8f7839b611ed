"""Messages a second to a local server, compared with smtplib and aiosmtplib: ``python -m benchmarks.sending``.

Each sender runs on one core and sends to the same kind of server on the other core. No two messages are alike. The peers also get
their digests as values, render them with the same templates and write them with the standard library's `email`, but they record
nothing. aseanwatch also selects, stores digest and delivery, and records every answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import smtplib
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from alerts.delivery.dispatch import make_due, next_digest
from alerts.delivery.send import Sender
from alerts.digests.digest import Digest
from alerts.digests.writing import write
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import load_subscriptions, register
from benchmarks.crash import Sink, sink
from crawler.config.settings import Settings
from crawler.store import Store
from tests.builders import NOON, keep, later, new_store, settings
from tests.newsroom.news import items


def readied(
    folder: Path, port: int, subscriptions: int, recipients: int, stories: int
) -> tuple[Store, Settings, list[Digest]]:
    """A store with news for every subscription, and the digests that it will make."""
    folder.mkdir()
    store = new_store(folder)
    who = [
        {
            "name": f"desk{n}", "to": [f"reader{n}-{r}@example.org" for r in range(recipients)], "when": "instant", "most": stories,
            "title": f"Desk number {n}",
        }
        for n in range(subscriptions)
    ]  # fmt: skip
    own = settings(*who, smtp={"host": "127.0.0.1", "port": port})
    with store.write() as connection:
        register(connection, own, NOON)
    seen: set[str] = set()
    for item in items():
        if item.labels["story"] and len(seen | {item.labels["story"]}) <= stories:
            seen.add(item.labels["story"])
            keep(
                store,
                item.title,
                item.text,
                source=item.outlet.name,
                published=item.at,
                first_seen=later(days=2),
                lang_hint=item.outlet.lang,
            )
    # Our sample news is older than what is still told as news.
    raise_alerts(store, own, later(days=3), tell_old=True)
    with store.read() as connection:
        digests = [
            next_digest(connection, own, one, later(days=3)) for one in load_subscriptions(connection, own)
        ]
    if not all(digest.stories or digest.bases for digest in digests):
        raise RuntimeError("a digest is empty: nothing would be measured")
    return store, own, digests


def composed(own: Settings, digest: Digest, to: str) -> EmailMessage:
    """A message as a plain script would write it."""
    rendered = write(own, None, digest)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = own.delivery.sender, to, rendered.subject
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    return message


def by_smtplib(own: Settings, digests: Sequence[Digest], recipients: int, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for n, digest in enumerate(digests):
            for r in range(recipients):
                connection.send_message(composed(own, digest, f"reader{n}-{r}@example.org"))


def by_aiosmtplib(own: Settings, digests: Sequence[Digest], recipients: int, port: int) -> None:
    async def go() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as connection:
            for n, digest in enumerate(digests):
                for r in range(recipients):
                    await connection.send_message(composed(own, digest, f"reader{n}-{r}@example.org"))

    asyncio.run(go())


def by_us(store: Store, own: Settings) -> None:
    make_due(store, own, later(days=3))
    sender = Sender(store, own)
    sender.send_due(later(days=3))
    sender.close()


def timed(run: Callable[[], None], server: Sink, expected: int) -> float:
    """Messages a second."""
    server.forget()
    begun = time.perf_counter()
    run()
    seconds = time.perf_counter() - begun
    assert len(server.arrived()) == expected
    return expected / seconds


def main() -> None:
    """Run all in turn, several times, and print the medians."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name, sink(Path(name)) as server:
        os.sched_setaffinity(server.process_id, {cores[-1]})
        os.sched_setaffinity(0, {cores[0]})
        for what, subscriptions, recipients, stories in (
            ("1,000 subscriptions of one reader, 1 story", 1000, 1, 1),
            ("1,000 subscriptions of one reader, 5 stories", 1000, 1, 5),
            ("20 subscriptions of 50 readers, 5 stories", 20, 50, 5),
        ):
            rates: dict[str, list[float]] = {}
            for number in range(given.rounds):
                folder = Path(name) / f"{subscriptions}-{recipients}-{stories}-{number}"
                store, own, digests = readied(folder, server.port, subscriptions, recipients, stories)
                total = subscriptions * recipients
                runs: dict[str, Callable[[], None]] = {
                    "aseanwatch": lambda s=store, o=own: by_us(s, o),  # type: ignore[misc]
                    "smtplib loop": lambda o=own, d=digests, r=recipients: by_smtplib(o, d, r, server.port),  # type: ignore[misc]
                    "aiosmtplib": lambda o=own, d=digests, r=recipients: by_aiosmtplib(o, d, r, server.port),  # type: ignore[misc]
                }
                for peer, run in runs.items():
                    rates.setdefault(peer, []).append(timed(run, server, total))
                store.close()
            ours = statistics.median(rates["aseanwatch"])
            print(f"\n{what}: messages a second, median of {given.rounds}")
            for peer, found in rates.items():
                middle = statistics.median(found)
                print(f"  {peer:14} {middle:8.0f}   ours is {ours / middle:.2f} times as fast")


if __name__ == "__main__":
    main()
