"""How much processor time it takes to start: the program beside another one, such as the last release (`make starting`).

    python -m benchmarks.starting [--beside PYTHON] [--runs N]

PYTHON is the interpreter of an environment that has the other one. Both take turns, so that a busy machine hurts both alike; the
median of the runs counts. The last row is the time until a one-off crawl of one feed asks its first question, of a server here.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from statistics import median

FEED = b'<rss version="2.0"><channel><title>Nothing</title></channel></rss>'
CALLS: dict[str, tuple[Sequence[str], dict[str, str]]] = {
    "--version": (["--version"], {}),
    "--help": (["--help"], {}),
    "topics --help": (["topics", "--help"], {}),
    "crawl --help": (["crawl", "--help"], {}),
    "an unknown option": (["crawl", "--no-such-option"], {}),
    "completion": (
        [],
        {"COMP_WORDS": "aseanwatch topics ", "COMP_CWORD": "2", "_ASEANWATCH_COMPLETE": "complete_bash"},
    ),
}


def started(python: Path, arguments: Sequence[str], variables: dict[str, str], folder: Path) -> float:
    """Processor seconds of one start, with those of the system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [str(python.parent / "aseanwatch"), *arguments], env=os.environ | variables, cwd=folder, capture_output=True, check=False
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class FirstRequest:
    """A feed on loopback that notes how much processor time the process that crawls has had when it first asks."""

    def __init__(self) -> None:
        self.pid = 0
        self.seconds = float("nan")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if outer.seconds != outer.seconds:
                    fields = Path(f"/proc/{outer.pid}/stat").read_text().rpartition(")")[2].split()
                    outer.seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                self.send_response(200)
                self.send_header("content-type", "application/rss+xml")
                self.end_headers()
                self.wfile.write(FEED)

            def log_message(self, *_: object) -> None:
                return

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/feed"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


def first_request(python: Path, folder: Path) -> float:
    """Processor seconds of a one-off crawl until it asks its first question."""
    for file in folder.glob("aseanwatch.db*"):
        file.unlink()
    feed = FirstRequest()
    program = subprocess.Popen(
        [str(python.parent / "aseanwatch"), "crawl", "--url", feed.address], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    feed.pid = program.pid
    program.wait()
    feed.close()
    return feed.seconds


def configured(python: Path, folder: Path) -> None:
    """Write the shipped configuration with loopback allowed."""
    subprocess.run([str(python.parent / "aseanwatch"), "init"], cwd=folder, capture_output=True, check=True)
    file = folder / "config.yaml"
    text = file.read_text(encoding="utf-8")
    if "allow_private: []" in text:
        text = text.replace("allow_private: []", "allow_private: [127.0.0.1]", 1)
    else:
        text += "\ncrawl: {allow_private: [127.0.0.1]}\n"
    file.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--beside", type=Path, help="the interpreter of the other environment")
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    pythons = [Path(sys.executable), *([asked.beside] if asked.beside else [])]
    print(
        f"Processor seconds, the median of {asked.runs} runs that take turns"
        + (": here, there, ratio" if asked.beside else "")
    )
    with tempfile.TemporaryDirectory() as base:
        folders = []
        for number, python in enumerate(pythons):
            folders.append(Path(base) / str(number))
            folders[-1].mkdir()
            configured(python, folders[-1])
        for name, (arguments, variables) in CALLS.items():
            runs = [
                [started(p, arguments, variables, f) for p, f in zip(pythons, folders, strict=True)]
                for _ in range(asked.runs)
            ]
            show(name, runs)
        show(
            "crawl, first request",
            [[first_request(p, f) for p, f in zip(pythons, folders, strict=True)] for _ in range(asked.runs)],
        )


def show(name: str, runs: Sequence[Sequence[float]]) -> None:
    """One row: the medians, and that of the ratios run by run."""
    columns = [median(column) for column in zip(*runs, strict=True)]
    ratio = f"{median(one / other for one, other in runs):8.2f}" if len(columns) > 1 else ""
    print(f"{name:24}" + "".join(f"{value:8.2f}" for value in columns) + ratio)


if __name__ == "__main__":
    main()
