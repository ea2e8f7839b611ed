"""Processor time of a program is that of all it began, also of what outlives it and what nobody waits for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytest.importorskip("psutil", reason="only the benchmarks need it")

_MEASURED = """
import json, subprocess, sys
from benchmarks.measuring import Laps, adopt_orphans
adopt_orphans()
laps = Laps()
for _ in range(2):
    subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
    laps.ended()
print(json.dumps(laps.processor))
"""
_LEAVES = """
import os, time
if os.fork() == 0:
    if os.fork() == 0:
        until = time.process_time() + 0.4
        while time.process_time() < until:
            pass
os._exit(0)
"""


def test_what_a_program_leaves_behind_counts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, _LEAVES], check=True, capture_output=True, text=True
    )
    assert all(0.4 <= seconds < 2 for seconds in json.loads(done.stdout))
