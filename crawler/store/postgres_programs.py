"""The programs of PostgreSQL that copy a database: found for its version, and given the connection without its password on the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import URL, text

from crawler.store.database import Store, StoreError


def server_version(store: Store) -> int:
    """The major version of a store's PostgreSQL."""
    with store.read() as connection:
        return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000


def program(name: str, version: int = 0) -> str:
    """A program of PostgreSQL that fits a server: of its own version, or the next newer one; Debian has a folder for each.

    Raises:
        StoreError: there is none.
    """
    found = {
        int(file.parts[-3]): str(file)
        for file in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
        if file.parts[-3].isdecimal()
    }
    fitting = [number for number in sorted(found) if number >= version]
    path = found[fitting[0] if version and fitting else max(found)] if found else shutil.which(name)
    if path is None:
        needed = f"postgresql-client-{version}" if version else "postgresql-client"
        raise StoreError(f"{name} is missing, by which PostgreSQL is copied: apt install {needed}")
    return path


def on_database(url: URL, command: Sequence[str], version: int) -> tuple[list[str], dict[str, str]]:
    """A program of PostgreSQL with its arguments, and its environment, to work on a database.

    The password goes by the environment, which only the process's owner can read.
    """
    query = {name: str(value) for name, value in url.query.items()}
    port = str(url.port) if url.port else None
    where = {"host": url.host, "port": port, "user": url.username, "dbname": url.database, **query}
    password = where.pop("password", None) or url.password
    more = {"PGPASSWORD": str(password)} if password else {}
    # As a connection string: options such as sslmode have no switches of their own.
    string = " ".join(f"{name}='{_quoted(value)}'" for name, value in where.items() if value)
    return [program(command[0], version), *command[1:], f"--dbname={string}"], {
        **os.environ,
        **more,
        **_PLAIN,
    }


def run_on(store: Store, command: Sequence[str]) -> None:
    """Run a program of PostgreSQL on a store's database.

    Raises:
        StoreError: it failed; the message is its last line.
    """
    words, environment = on_database(store.url, command, server_version(store))
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise StoreError(f"{command[0]} failed: {last_line(done.stderr)}")


_PLAIN: Mapping[str, str] = {"LC_ALL": "C.UTF-8", "PGCLIENTENCODING": "UTF8"}


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def last_line(text: str) -> str:
    """What a program said at last, if it can be, an error."""
    lines = [
        line for line in text.strip().splitlines() if "error:" in line.lower()
    ] or text.strip().splitlines()
    return lines[-1][:300] if lines else "no reason given"
