"""Runs benchmarks one after the other, each in a process of its own, so that none can hurt another."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.watched.ratio import Ratio
from benchmarks.watched.record import Record

ROOT = Path(__file__).parents[2]
LONGEST = 600.0
"""Seconds by the clock that one benchmark may take; on a machine of its own each takes less than a fifth of it."""

_CLEANING = 15.0
"""Seconds to end by itself when it is told to."""


def run(module: str, longest: float = LONGEST) -> Record:
    """Run a benchmark by the name of its module; what goes wrong is part of the record."""
    load = (round(os.getloadavg()[0], 1), os.cpu_count() or 1)
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.watched.one", module], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    ratios: tuple[Ratio, ...] = ()
    missing: tuple[str, ...] = ()
    failed = None
    try:
        out, errors = process.communicate(timeout=longest)
    except BaseException as error:
        _end(process)
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        failed = f"took longer than {longest:.0f} seconds"
    else:
        try:
            if process.returncode:
                raise ValueError(errors.strip().splitlines()[-1] if errors.strip() else "said nothing")
            said = json.loads(out.splitlines()[-1]) if out.strip() else {}
            ratios, missing = tuple(map(Ratio.of_json, said["ratios"])), tuple(said["missing"])
            if not ratios and not missing:
                raise ValueError("it gave no ratio")
        except (ValueError, KeyError, TypeError) as error:
            failed = f"ended with status {process.returncode}: {error}"[:300]
    return Record(
        ratios, missing, failed, f"{datetime.now(UTC):%Y-%m-%d}", commit(), load, round(time.monotonic() - begun, 1)
    )  # fmt: skip


def _end(process: subprocess.Popen[str]) -> None:
    """End a benchmark with all that it started; it may first end what left its group, such as a database."""
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=_CLEANING)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def commit() -> str:
    """The state of the source, with a + where files were changed since; empty where there is no version control."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    # What a run writes itself is no change.
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!docs")
    return git("rev-parse", "--short=7", "HEAD") + ("+" if changed else "")
