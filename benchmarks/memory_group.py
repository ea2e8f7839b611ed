"""A memory control group of the kernel: processes in it may take so much memory together, as on a machine that has no more.

``python -m benchmarks.memory_group FOLDER COMMAND …`` runs a command in one that exists. It is what systemd makes for ``MemoryMax=`` (systemd.resource-control(5)). Memory of files counts as well, but the kernel takes it
back before it ends a process. Swap is not allowed, where the kernel counts it. Needs Linux and the right to make a group: root, as a rule.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

ROOT = Path("/sys/fs/cgroup")
LET_GO = 30.0
"""Seconds in which processes that are killed must be gone."""


class Files(NamedTuple):
    """What a version of control groups calls its files."""

    limit: str
    swap: str
    now: str
    most: str
    events: str


_SECOND = Files("memory.max", "memory.swap.max", "memory.current", "memory.peak", "memory.events")
_FIRST = Files(
    "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.usage_in_bytes", "memory.max_usage_in_bytes",
    "memory.oom_control",
)  # fmt: skip


@dataclass(frozen=True)
class MemoryGroup:
    """A group that exists.

    Attributes:
        folder: where the kernel shows it.
        files: their names.
    """

    folder: Path
    files: Files

    def now(self) -> int:
        """Bytes that it is charged, files that the kernel keeps in memory included."""
        return int((self.folder / self.files.now).read_text())

    def own(self) -> int:
        """Bytes of these that are no files: the kernel cannot take them back."""
        counts = _counts(self.folder / "memory.stat")
        return counts.get("total_rss", counts.get("anon", 0))

    def most(self) -> int:
        """The most that it was charged at a moment; at most the limit. 0 where the kernel does not say (Linux before 5.19)."""
        with suppress(FileNotFoundError):
            return int((self.folder / self.files.most).read_text())
        return 0

    def killed(self) -> int:
        """How many processes the kernel has ended because the group needed more than its limit."""
        return _counts(self.folder / self.files.events).get("oom_kill", 0)


def join(folder: Path) -> None:
    """Let this process, and all that it starts from now on, belong to the group in a folder."""
    (folder / "cgroup.procs").write_text("0")


def _counts(file: Path) -> dict[str, int]:
    return {name: int(number) for name, number in map(str.split, file.read_text().splitlines())}


def _place() -> tuple[Path, Files]:
    """Where this process may make groups, and what their files are called."""
    own = {}
    for line in Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
        _, kinds, path = line.split(":", 2)
        own.update(dict.fromkeys(kinds.split(","), path))
    if "memory" in own:
        return ROOT / "memory" / own["memory"].lstrip("/"), _FIRST
    # A group of the second version has either processes or groups: so ours stands beside our own one.
    return ROOT / own.get("", "/").lstrip("/").rpartition("/")[0], _SECOND


@contextmanager
def memory_group(limit: int) -> Iterator[MemoryGroup]:
    """A group whose processes may take so many bytes together. Those that are left when it ends are ended.

    Raises:
        SystemExit: no group can be made here.
    """
    place, files = _place()
    try:
        folder = Path(mkdtemp(prefix="aseanwatch-", dir=place))
    except OSError as error:
        raise SystemExit(
            f"no memory control group can be made in {place} ({error.strerror}): run it as root"
        ) from None
    try:
        try:
            (folder / files.limit).write_text(str(limit))
        except OSError as error:
            raise SystemExit(f"{folder / files.limit} cannot be set: {error.strerror}") from None
        with suppress(OSError):  # not every kernel counts swap
            (folder / files.swap).write_text(str(limit if files is _FIRST else 0))
        yield MemoryGroup(folder, files)
    finally:
        _end_all_in(folder)
        folder.rmdir()  # its files are the kernel's, and go with it


def _end_all_in(folder: Path) -> None:
    """End what is still in a group, such as what a process that the kernel ended had begun, and wait until the kernel has let go of it."""
    until = time.monotonic() + LET_GO
    while numbers := (folder / "cgroup.procs").read_text().split():
        if time.monotonic() > until:
            raise SystemExit(f"processes {', '.join(numbers)} do not end")
        for number in numbers:
            with suppress(ProcessLookupError):
                os.kill(int(number), signal.SIGKILL)
        time.sleep(0.05)


if __name__ == "__main__":
    join(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
