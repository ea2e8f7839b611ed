"""The whole program in one process, as attackers reach it: ``aseanwatch run`` or ``web`` on a free port of the loopback."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alerts.identity import operators
from crawler.commands.context import open_store
from crawler.config import load
from tests import preloaded
from tests.conftest import COMMAND, environment, start

Process = preloaded.Process | subprocess.Popen[bytes]
_ADDRESS = re.compile(rb"web pages at http.*\n")
_WAY_IN = re.compile(rb"(console.*link|link.*console).*\n")


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
    """Run the program in a folder whose ``config.yaml`` says ``web: {port: 0}``, until the block ends.

    It listens already, and has said where; also by which link, where nobody is set up who may use the console.

    Args:
        folder: the folder of ``config.yaml``.
        command: ``web`` or ``run``, with options.
        before: called in the new process before the program begins.
        more: more environment variables.
    """
    log = folder / "service.log"
    process: Process
    with log.open("ab") as out:
        start_of_log = out.tell()
        if before is None and preloaded.suits(more):
            process = start(*command, cwd=folder, log=out, **more)
        else:
            process = subprocess.Popen(
                [*COMMAND, *command], cwd=folder, env=environment(**more), stdout=out, stderr=out,
                preexec_fn=before,  # noqa: PLW1509 - only limits of the system are set there
            )  # fmt: skip
    try:
        port = _port_of(process)
        lines = [_ADDRESS, *([_WAY_IN] if _nobody_is_set_up(folder, environment(**more)) else [])]
        _until_said(process, log, start_of_log, lines)
        yield Service(process, port, folder, log)
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


def _until_said(process: Process, log: Path, since: int, lines: Sequence[re.Pattern[bytes]]) -> None:
    """Wait until the log has such lines, after so many bytes of earlier runs: threads of their own say some of them."""
    while not all(line.search(log.read_bytes(), since) for line in lines):
        if process.poll() is not None:
            raise AssertionError(f"the program ended with {process.returncode} before it said {lines}")


def _nobody_is_set_up(folder: Path, variables: Mapping[str, str]) -> bool:
    store = open_store(load(str(folder / "config.yaml"), variables))
    with store.read() as connection:
        found = operators.exist(connection)
    store.close()
    return not found


def _target(fd: Path) -> str:
    try:
        return str(fd.readlink())
    except OSError:
        return ""
