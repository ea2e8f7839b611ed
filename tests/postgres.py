"""A real PostgreSQL on loopback. Tests start it as an unprivileged user and delete it afterwards."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg


def programs() -> Path | None:
    """The folder of the server's programs, or None if PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


class Postgres:
    """A context manager for one server. PostgreSQL refuses to run as root, so for root it runs as another user."""

    def __init__(self) -> None:
        self.bin = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._numbers = itertools.count(1)
        self._options: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam(
                "postgres" if any(u.pw_name == "postgres" for u in pwd.getpwall()) else "nobody"
            )
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    def _run(self, *command: str) -> None:
        assert self.bin is not None
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]], cwd=self.folder, capture_output=True, text=True, check=False, timeout=60,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **self._options,
        )  # fmt: skip
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(
                f"{command[0]}: {done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}"
            )

    def start(self) -> None:
        """Start it, and return when it answers."""
        listen = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories=''"
        quick = "-c fsync=off -c shared_buffers=64MB -c max_connections=60"
        self._run(
            "pg_ctl",
            "start",
            "-w",
            "-D",
            str(self.folder / "data"),
            "-l",
            str(self.folder / "log"),
            "-o",
            f"{listen} {quick}",
        )

    def kill(self) -> None:
        """Kill it at once, with all its processes."""
        if not (self.folder / "data" / "postmaster.pid").exists():
            return
        first = self.pid()
        family = [first, *(pid for pid, parent in _processes() if parent == first)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(pid in family for pid, _ in _processes()):
            time.sleep(0.005)  # polls the processes
        (
            self.folder / "data" / "postmaster.pid"
        ).unlink()  # a zombie, not yet reaped, would make it look alive

    def __enter__(self) -> Postgres:
        self._run(
            "initdb",
            "-D",
            str(self.folder / "data"),
            "-U",
            "watch",
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--no-locale",
        )
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def pid(self) -> int:
        """The server's first process."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split("\n")[0])

    def new(self, template: str = "template1") -> str:
        """Create a database, and return its URL in the form of `storage.url`."""
        name = f"watch_{next(self._numbers)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql+psycopg://watch@127.0.0.1:{self.port}/{name}"

    def do(self, statement: str) -> None:
        """Run one statement outside the databases of tests."""
        with psycopg.connect(
            f"postgresql://watch@127.0.0.1:{self.port}/postgres", autocommit=True
        ) as connection:
            connection.execute(statement)  # type: ignore[arg-type]


def _processes() -> list[tuple[int, int]]:
    """All living processes with their parents."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found.append((int(stat.parent.name), int(parent)))
    return found
