"""Debian's nginx as a reverse proxy: one server for each test, on a free port of the loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
_AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{inside}
}}
"""
PLAIN = """
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass http://127.0.0.1:{upstream}; }}
    }}
"""
"""The configuration that a web search for "nginx reverse proxy" finds: the program sees the loopback as its own name and as the client."""


class Nginx:
    """A running nginx; a context manager.

    Args:
        folder: for its files; made if it is missing.
        upstream: the port of the program behind it.
        inside: the contents of ``http``; ``{port}`` and ``{upstream}`` are replaced, other braces are doubled.
    """

    def __init__(self, folder: Path, upstream: int, inside: str = PLAIN) -> None:
        self.folder, self.upstream, self.inside = folder, upstream, inside
        self.port = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Nginx:
        if PROGRAM is None:
            pytest.skip("needs nginx; make test installs Debian's")
        self.folder.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        inside = self.inside.format(port=self.port, upstream=self.upstream)
        (self.folder / "nginx.conf").write_text(
            _AROUND.format(folder=self.folder, inside=inside), encoding="utf-8"
        )
        command = [
            PROGRAM,
            "-p",
            str(self.folder),
            "-e",
            str(self.folder / "error.log"),
            "-c",
            str(self.folder / "nginx.conf"),
        ]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        until = time.monotonic() + 20
        while not _listens(self.port):
            if self._process.poll() is not None or time.monotonic() > until:
                assert self._process.stderr is not None
                raise AssertionError(self._process.stderr.read() + (self.folder / "error.log").read_text())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
