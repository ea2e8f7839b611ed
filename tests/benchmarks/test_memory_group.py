"""A memory control group ends what takes more than it may, and says so. Needs the right to make one."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from benchmarks.memory_group import MemoryGroup, memory_group

LIMIT = 64_000_000
_TAKES = """
import sys
from pathlib import Path
from benchmarks.memory_group import join
join(Path(sys.argv[1]))
kept = bytearray(int(sys.argv[2]))
for at in range(0, len(kept), 4096):
    kept[at] = 1
"""


@pytest.fixture
def group() -> Iterator[MemoryGroup]:
    try:
        with memory_group(LIMIT) as made:
            yield made
    except SystemExit as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(("takes", "is_ended"), [(8_000_000, False), (200_000_000, True)])
def test_more_than_the_limit_ends_a_process(group: MemoryGroup, takes: int, is_ended: bool) -> None:
    done = subprocess.run([sys.executable, "-c", _TAKES, str(group.folder), str(takes)], check=False)
    assert done.returncode == (-signal.SIGKILL if is_ended else 0)
    assert group.killed() == is_ended
    assert group.most() <= LIMIT
