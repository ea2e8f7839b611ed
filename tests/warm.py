"""Commands without the second that loading the program takes: processes of their own, forked from one that has it loaded.

``python -m tests.warm PATH`` is that process. It listens at a socket for orders, and ends with the process that started it.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import IO, Any

_LONGEST_ORDER = 1 << 20
OWN_START = ("PYTHON", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM", "LANG", "LC_", "TZ")
"""What the names of variables begin with that a program looks at while it is loaded: who sets one needs a process from the start."""


def run(module: str, arguments: Sequence[str], cwd: Path, stdin: str, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Run ``python -m module`` with arguments in a folder; gives its exit status, and what it wrote to both outputs.

    Args:
        module: the module.
        arguments: the command line after it.
        cwd: the folder.
        stdin: the standard input.
        environment: all variables that it sees.

    Raises:
        TimeoutError: it did not end within two minutes; it was killed.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(stdin.encode())
        files[0].seek(0)
        asked = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        asked.settimeout(120)
        asked.connect(_server())
        order = {"module": module, "arguments": list(arguments), "cwd": str(cwd), "environment": dict(environment)}
        socket.send_fds(asked, [json.dumps(order).encode()], [f.fileno() for f in files])
        pid = int(asked.recv(64))
        try:
            status = int(asked.recv(64))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise
        return status, _text(files[1]), _text(files[2])


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


@cache
def _server() -> str:
    """Start the process that has the program loaded; gives the path of its socket."""
    folder = tempfile.TemporaryDirectory()
    path = str(Path(folder.name) / "socket")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.warm", path], cwd=Path(__file__).parents[1], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()

    def end() -> None:
        process.communicate()
        folder.cleanup()

    atexit.register(end)
    return path


def serve(path: str) -> dict[str, Any]:
    """Fork for each order; comes back in the new process alone, with the order."""
    life = os.dup(0)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    listener.listen()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)

    with selectors.DefaultSelector() as selector:
        selector.register(life, selectors.EVENT_READ)
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is not listener:
                    os._exit(0)
                asked, _ = listener.accept()
                if os.fork() == 0:
                    break
                asked.close()
            else:
                continue
            break
    listener.close()
    os.close(life)
    return _begun(asked)


def _begun(asked: socket.socket) -> dict[str, Any]:
    """Stay as the one who says how it ended, and come back in a process that has its folder, files and variables."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    data, files, _, _ = socket.recv_fds(asked, _LONGEST_ORDER, 3)
    pid = os.fork()
    if pid:
        asked.send(str(pid).encode())
        asked.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
        os._exit(0)
    asked.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    order: dict[str, Any] = json.loads(data)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    return order


def load() -> None:
    """Load all of the program, and what it loads only where it is needed."""
    for name in ("crawler", "alerts"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    load()
    ordered = serve(sys.argv[1])
    sys.argv = [ordered["module"], *ordered["arguments"]]
    runpy.run_module(ordered["module"], run_name="__main__", alter_sys=True)
