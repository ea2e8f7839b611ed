"""The whole program in one process, as attackers reach it: ``aseanwatch run`` or ``web`` on a free port of the loopback."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import preloaded
from tests.conftest import COMMAND, environment, start

Process = preloaded.Process | subprocess.Popen[bytes]


@dataclass(frozen=True)
class Service:
    """A running program.

    Attributes:
        process: of the program.
        port: of its web pages.
        folder: of its configuration and store.
        log: the file of its output.
    """

    process: Process
    port: int
    folder: Path
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """Its output until now, on both streams."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def memory(self) -> int:
        """Its peak memory in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) * 1024


@contextmanager
def running(
    folder: Path, command: Sequence[str] = ("web",), before: Callable[[], None] | None = None, **more: str
) -> Iterator[Service]:
    """Run the program in a folder whose ``config.yaml`` says ``web: {port: 0}``, until the block ends. It listens already.

    Args:
        folder: the folder of ``config.yaml``.
        command: ``web`` or ``run``, with options.
        before: called in the new process before the program begins.
        more: more environment variables.
    """
    log = folder / "service.log"
    process: Process
    with log.open("ab") as out:
        if before is None and preloaded.suits(more):
            process = start(*command, cwd=folder, log=out, **more)
        else:
            process = subprocess.Popen(
                [*COMMAND, *command], cwd=folder, env=environment(**more), stdout=out, stderr=out,
                preexec_fn=before,  # noqa: PLW1509 - only limits of the system are set there
            )  # fmt: skip
    try:
        yield Service(process, _port_of(process), folder, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(12)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _port_of(process: Process) -> int:
    """Wait until a process listens, and return its port."""
    while process.poll() is None:
        inodes = {
            found[1]
            for fd in Path(f"/proc/{process.pid}/fd").glob("*")
            if (found := re.fullmatch(r"socket:\[(\d+)\]", _target(fd)))
        }
        for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            parts = line.split()
            if parts[3] == "0A" and parts[9] in inodes:
                return int(parts[1].rpartition(":")[2], 16)
    raise AssertionError(f"the program ended with {process.returncode} before it listened")


def _target(fd: Path) -> str:
    try:
        return str(fd.readlink())
    except OSError:
        return ""
