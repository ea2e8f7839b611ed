"""Whether hostile sources slow down the others: ``python -m benchmarks.hostile``.

Polls 400 sources in several rounds, 300 of them healthy. The other 100 are first healthy too, then the worst cases of the fault
suite. Prints how long a healthy poll takes from its request to the store in both runs, and the ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from crawler.config.settings import Source
from crawler.judging.judge import Judge
from crawler.runtime.clock import now
from tests.builders import new_store, settings, shipped
from tests.faults.behaviours import THREE, answer, cases
from tests.faults.server import FaultServer
from tests.polling import Polling

WORST = (
    "silent", "drip-body", "drip-headers", "endless-headers", "endless-body", "gzip-bomb", "brotli-bomb", "reset-in-body", "redirect-loop",
    "laughs", "deep", "deep-markup", "a-hundred-thousand-items", "two-thousand-items", "json-deep", "page", "404", "closes-at-once",
)  # fmt: skip
HEALTHY, HOSTILE = 300, 100


def serve() -> None:
    """Serve healthy feeds, which change with each answer, and the hostile ones, until the process is ended."""
    with FaultServer({}) as server:
        given = cases(lambda: server.port)
        server.behaviours.update(
            {name: case.does for name, case in given.items()} | {"healthy": answer(THREE)}
        )
        print(server.port, flush=True)
        asyncio.run(asyncio.sleep(3600))


def sources(port: int, hostile: bool) -> Iterator[Source]:
    """All sources; without hostile ones, healthy ones take their places."""
    for n in range(HEALTHY):
        yield Source.model_validate(
            {"name": f"healthy-{n}", "url": f"http://127.0.0.1:{port}/healthy?{n}", "pages": "never"}
        )
    for n in range(HOSTILE):
        path = WORST[n % len(WORST)] if hostile else "healthy"
        yield Source.model_validate(
            {"name": f"other-{n}", "url": f"http://127.0.0.1:{port}/{path}?{n}", "pages": "never"}
        )


def seconds(port: int, hostile: bool, rounds: int) -> list[float]:
    """Seconds of each healthy poll."""
    chosen = tuple(sources(port, hostile))
    crawl = shipped().crawl.model_copy(
        update={
            "allow_private": ("127.0.0.1",),
            "per_host": 1000,
            "concurrency": 500,
            "timeout": timedelta(seconds=5),
        }
    )
    made = settings().model_copy(update={"sources": chosen, "crawl": crawl})
    found: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        polling = Polling(made, new_store(Path(folder)), now, Judge(shipped().rules()))
        for _ in range(rounds):
            polling.poll_evenly(10.0)
            found += [polling.seconds[f"healthy-{n}"] for n in range(HEALTHY)]
    return found


def main() -> None:
    """Run both and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--serve", action="store_true")
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    if given.serve:
        serve()
        return
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.hostile", "--serve"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    port = int(server.stdout.readline())
    try:
        alone, beside = seconds(port, False, given.rounds), seconds(port, True, given.rounds)
    finally:
        server.kill()
        server.wait()
    print(
        f"{HEALTHY} healthy sources and {HOSTILE} others, spread over 10 seconds a round, {given.rounds} rounds"
    )
    for name, values in (("others healthy", alone), ("others hostile", beside)):
        print(
            f"{name:16} a healthy poll takes {statistics.median(values) * 1000:7.1f} ms (median), {sorted(values)[int(len(values) * 0.95)] * 1000:7.1f} (p95)"
        )
    print(f"the median is {statistics.median(beside) / statistics.median(alone):.2f} times as long")


if __name__ == "__main__":
    main()
