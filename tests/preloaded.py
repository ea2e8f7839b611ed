"""Commands without the seconds that loading the program takes: processes of their own, forked from one that has it loaded.

``python -m tests.preloaded FOLDER`` is that process. It listens at a socket for orders. All test processes of a run share it,
and it ends with the last of them.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

_LONGEST_ORDER = 1 << 20
_STAYS = b"stays"
"""What a test process says first on the connection that it keeps as long as it may need the server."""
OWN_START = ("PYTHON", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM", "LANG", "LC_", "TZ")
"""What the names of variables begin with that a program looks at while it is loaded."""
NOWHERE = subprocess.DEVNULL
Output = IO[Any] | int


def suits(more: Mapping[str, str]) -> bool:
    """Whether a command that sets such variables may be forked, and needs no process of its own from the start."""
    return all(name == "PYTHONPATH" or not name.startswith(OWN_START) for name in more)


class Process:
    """A process that the server forked: what `subprocess.Popen` gives, as far as tests use it.

    Attributes:
        pid: its number.
        returncode: its exit status, or minus the signal that ended it; None while it runs.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], *files: Output
    ) -> None:
        """Start ``python -m module`` with arguments in a folder.

        Args:
            module: the module.
            arguments: the command line after it.
            cwd: the folder.
            environment: all variables that it sees.
            files: its standard input, output and errors, as open files or `NOWHERE`.
        """
        order = {
            "module": module,
            "arguments": list(arguments),
            "cwd": str(cwd),
            "environment": dict(environment),
        }
        self._connection = _connected()
        with Path(os.devnull).open("r+b") as nothing:
            given = [nothing if f == NOWHERE else f for f in files]
            socket.send_fds(self._connection, [json.dumps(order).encode()], [_number(f) for f in given])
        self.pid = int(self._connection.recv(64))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its status if it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its status once it has ended.

        Raises:
            subprocess.TimeoutExpired: it takes more seconds than that.
        """
        if self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
            self.returncode = int(self._connection.recv(64))
            self._connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it by force."""
        self.send_signal(signal.SIGKILL)


def run(
    module: str, arguments: Sequence[str], cwd: Path, stdin: str, environment: Mapping[str, str]
) -> tuple[int, str, str]:
    """Run ``python -m module`` with arguments in a folder, and return its exit status, standard output and standard error.

    Args:
        module: the module.
        arguments: the command line after it.
        cwd: the folder.
        stdin: the standard input.
        environment: all its variables.

    Raises:
        subprocess.TimeoutExpired: it did not end within two minutes; it was killed.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(stdin.encode())
        files[0].seek(0)
        process = Process(module, arguments, cwd, environment, *files)
        try:
            status = process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return status, _text(files[1]), _text(files[2])


def _number(file: Output) -> int:
    return file if isinstance(file, int) else file.fileno()


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


def _connected() -> socket.socket:
    """A connection to the server."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.connect(str(_server()[0]))
    return connection


@cache
def _server() -> tuple[Path, socket.socket]:
    """The socket of the server, which is started where no test process of this run has done so; and the connection that stays."""
    run_of = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = (
        Path(tempfile.gettempdir()) / f"aseanwatch-preloaded-{run_of[:12]}"
    )  # the path of a socket may have a hundred letters
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "socket"
    stays = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            stays.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            _start(folder)
            stays.connect(str(path))
        stays.send(_STAYS)
    return path, stays


def _start(folder: Path) -> None:
    """Start the server; returns when it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.preloaded", str(folder)], cwd=Path(__file__).parents[1], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
        start_new_session=True,  # an interrupt at the keyboard is for the tests; it ends after them
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()


class Server:
    """Forks a process for each order, and tells who asked how it ended; ends with the last of the test processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(str(folder / "socket"))
        self._listener.listen(64)
        self._tests = set[socket.socket]()
        self._asked = dict[int, tuple[int, socket.socket]]()
        """By the descriptor of a forked process: its number, and who asked for it."""

    def serve(self) -> dict[str, Any]:
        """Serve; comes back in each forked process alone, with its order."""
        print("ready", flush=True)
        while True:
            for ready in select.select([self._listener, *self._tests, *self._asked], [], [])[0]:
                if ready is self._listener:
                    if order := self._take_order():
                        return order
                elif ready in self._tests:
                    self._tests.remove(ready)
                    ready.close()
                    if not self._tests:
                        self._end()
                else:
                    self._tell_end(ready)

    def _take_order(self) -> dict[str, Any] | None:
        """Fork for an order; gives the order in the forked process alone."""
        asked, _ = self._listener.accept()
        data, files, _, _ = socket.recv_fds(asked, _LONGEST_ORDER, 3)
        if data == _STAYS:
            self._tests.add(asked)
            return None
        if not data:
            asked.close()
            return None
        pid = os.fork()
        if pid == 0:
            for one in (self._listener, asked, *self._tests, *(other for _, other in self._asked.values())):
                one.close()
            for number in self._asked:
                os.close(number)
            return _begun(json.loads(data), files)
        for number in files:
            os.close(number)
        _tell(asked, pid)
        self._asked[os.pidfd_open(pid)] = pid, asked
        return None

    def _tell_end(self, ended: int) -> None:
        pid, asked = self._asked.pop(ended)
        os.close(ended)
        _tell(asked, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        asked.close()

    def _end(self) -> None:
        for name in ("socket", "lock"):
            (self._folder / name).unlink(missing_ok=True)
        with suppress(OSError):
            self._folder.rmdir()
        sys.exit()


def _tell(asked: socket.socket, number: int) -> None:
    with suppress(OSError):  # who asked may be gone
        asked.send(str(number).encode())


def _begun(order: dict[str, Any], files: Sequence[int]) -> dict[str, Any]:
    """Take the folder, files and variables of an order."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    added = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p and p not in sys.path]
    sys.path[:0] = added
    time.tzset()
    return order


def load() -> None:
    """Load the whole program, with modules that it otherwise imports on demand and data that it otherwise reads when it needs them."""
    for name in ("crawler", "alerts"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    # Here, for only this process has loaded the program
    shortcuts = importlib.import_module("tests.shortcuts")
    shortcuts.take()
    shortcuts.share_parsers()
    importlib.import_module("tests.warming").warm()
    gc.collect()
    gc.freeze()


class Ending:
    """How a process ends: as Python ends one, without the tenth of a second in which it takes down every loaded module."""

    def __init__(self) -> None:
        self._status: int | None = None
        self._connections: list[Any] = []
        event.listen(Pool, "connect", lambda connection, _record: self._connections.append(connection))
        atexit.register(self._end)  # the first to be registered is the last to be called

    def run(self, module: str) -> None:
        """Run ``python -m module``, and note with which status it ends."""
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            self._status = 0 if end.code is None else end.code & 0xFF if isinstance(end.code, int) else 1
            raise
        except KeyboardInterrupt:
            raise  # the interpreter ends by the signal
        except BaseException:
            self._status = 1
            raise
        self._status = 0

    def _end(self) -> None:
        if self._status is not None:
            # Python closes them too. Without that SQLite would leave its log beside the store.
            for connection in self._connections:
                with suppress(Exception):
                    connection.close()
            with suppress(OSError, ValueError):  # the interpreter has its own words for this
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(self._status)


if __name__ == "__main__":
    ending = Ending()
    load()
    ordered = Server(Path(sys.argv[1])).serve()
    sys.argv = [ordered["module"], *ordered["arguments"]]
    ending.run(ordered["module"])
