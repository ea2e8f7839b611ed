"""docs/how-to/administer.md is executable: its marked blocks run in their order, as written, on a machine below a folder.

What the blocks name below `/etc` and `/var/lib` lies in that folder. The programs of the system run where they can be told so
(`useradd --prefix`, PostgreSQL's on a real server); `systemd-run` is a stand-in that takes the options which the real one
knows, and has the program run with the environment that they name.
"""

from __future__ import annotations

import json
import re
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import psycopg
import pytest
import yaml

from tests.conftest import environment, run
from tests.deploy.conftest import ROOT
from tests.many.conftest import postgres  # noqa: F401 - a fixture
from tests.newsroom.configuration import with_sections
from tests.postgres import Postgres

TEXT = (ROOT / "docs" / "how-to" / "administer.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^( *)<!-- (run: \w+|not run: [^>]+|config) -->\n\1```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL
)
STAND_IN = """#!{python} -SE
import json, os, re, socket, subprocess, sys
# Stands in for systemd-run: no option that the real one does not know, and the environment of EnvironmentFile.
known = subprocess.run([{real!r}, "--help"], capture_output=True, text=True).stdout if {real!r} else None
words, variables, where = sys.argv[1:], {{}}, os.getcwd()
while words and words[0].startswith("-"):
    name, _, value = words.pop(0).partition("=")
    assert known is None or re.search(r"(^|\\s|,)" + re.escape(name) + r"\\b", known), name
    if name == "--property" and value.startswith("EnvironmentFile="):
        for line in open(value.partition("=")[2]):
            if "=" in line and not line.startswith("#"):
                key, _, text = line.strip().partition("=")
                variables[key] = text
    if name == "--working-directory":
        where = value
assert words.pop(0) == "/opt/aseanwatch/bin/aseanwatch"
typed = sys.stdin.readline() if "operators add" in " ".join(words) else ""
with socket.socket(socket.AF_UNIX) as program:
    program.connect({server!r})
    program.sendall(json.dumps([words, where, typed, variables]).encode() + b"\\n")
    status, out, err = json.loads(program.makefile().read())
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(status)
"""
INSTALL = """#!/bin/sh
# Without the owner: the user is one of the folder's, and not of this machine.
keep=""
for word in "$@"; do
	shift
	case "$skip$word" in
	--owner | --group) skip=1 ;;
	1*) skip="" ;;
	*) set -- "$@" "$word" ;;
	esac
done
exec /usr/bin/install "$@"
"""


def blocks() -> list[tuple[str, str]]:
    """The marked blocks in their order: the mark, and the text without its indentation."""
    found = []
    for indent, mark, _, text in BLOCK.findall(TEXT):
        lines = [line.removeprefix(indent) for line in text.splitlines(keepends=True)]
        found.append((mark, "".join(lines)))
    return found


def of(mark: str) -> list[str]:
    """The texts of the blocks with a mark."""
    return [text for found, text in blocks() if found == mark]


def merged(written: str, block: str) -> dict[str, Any]:
    """The sections of a block, with what the configuration that `init` wrote has in them besides."""
    own, changed = yaml.safe_load(written), yaml.safe_load(block)
    return {name: {**(own.get(name) or {}), **section} for name, section in changed.items()}


@dataclass
class Machine:
    """A machine below a folder."""

    root: Path

    @property
    def server(self) -> Path:
        """Where the stand-in of systemd-run asks for the program."""
        return self.root / "bin" / "server"

    def below(self, text: str) -> str:
        """A text with the folders of the machine in place of the system's."""
        text = text.replace("sqlite:////var/", f"sqlite:///{self.root}/var/")
        return re.sub(r"(?<![\w/.])/(etc|var/lib|var/backups)/", rf"{self.root}/\1/", text)

    def run(self, script: str, cwd: Path, stdin: str = "", **more: str) -> str:
        """Run a block as a shell does that stops at the first error; returns what it printed.

        The program is not started anew for each command: the test runs it for the stand-in.
        """
        script = self.below(script)
        with ExitStack() as stack:
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            self.server.unlink(missing_ok=True)
            server.bind(str(self.server))
            server.listen()
            files = [stack.enter_context(TemporaryFile("w+")) for _ in range(2)]
            files[0].write(stdin)
            files[0].seek(0)
            # A session of its own: what asks for a password at a terminal then reads its input.
            shell = subprocess.Popen(
                ["sh", "-c", "set -eu\n" + script], cwd=cwd, stdin=files[0], stdout=files[1], stderr=subprocess.STDOUT,
                env=environment(PATH=f"{self.root}/bin:{environment()['PATH']}", **more), start_new_session=True,
            )  # fmt: skip
            while shell.poll() is None:
                if select.select([server], [], [], 0.02)[0]:
                    with server.accept()[0] as asked:
                        words, where, typed, variables = json.loads(asked.makefile().readline())
                        done = run(*words, cwd=Path(where), stdin=typed, **variables)
                        asked.sendall(json.dumps([done.status, done.out, done.err]).encode())
            files[1].seek(0)
            said = files[1].read()
        assert shell.returncode == 0, f"{script}\n{said[-3000:]}"
        return said

    def configure(self, block: str) -> None:
        """Put a block of the documentation into the configuration."""
        target = self.root / "etc" / "aseanwatch" / "config.yaml"
        written = target.read_text(encoding="utf-8")
        assert "extends: packaged" in written and len(written.splitlines()) < 80
        sections = merged(written, self.below(block))
        target.write_text(with_sections(written, **sections), encoding="utf-8")

    def unit(self, name: str) -> str:
        """Run the line of an installed unit with its environment."""
        text = (self.root / "etc" / "systemd" / "system" / name).read_text()
        (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
        (file,) = re.findall(r"^EnvironmentFile=-(.*)$", text, re.MULTILINE)
        return self.run(
            f"systemd-run --property=EnvironmentFile={file} --working-directory=/var/lib/aseanwatch {line}",
            self.root,
        )


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    root = tmp_path_factory.mktemp("machine")
    for folder in ("etc/systemd/system", "var/lib", "var/backups", "bin", "usr/sbin"):
        (root / folder).mkdir(parents=True)
    for file in ("passwd", "group", "shadow", "gshadow", "subuid", "subgid", "login.defs"):
        (root / "etc" / file).touch()
    stand_in = STAND_IN.format(
        python=sys.executable, real=shutil.which("systemd-run"), server=str(root / "bin" / "server")
    )
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    adding = f'exec {useradd} --prefix {root} "$@"' if useradd else "exit 0"
    for name, text in (
        ("systemd-run", stand_in),
        ("install", INSTALL),
        ("useradd", f"#!/bin/sh\n{adding}\n"),
    ):
        (root / "bin" / name).write_text(text)
        (root / "bin" / name).chmod(0o755)
    yield Machine(root)


def newest(folder: Path) -> Path:
    return max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)


def test_every_block_of_commands_says_whether_it_runs() -> None:
    fences = len(re.findall(r"^ *```(?:sh|yaml)$", TEXT, re.MULTILINE))
    marked = len(blocks())
    # Pieces of config.yaml that show one key need no mark.
    assert len(re.findall(r"^ *```sh$", TEXT, re.MULTILINE)) == sum(
        not m.startswith("config") for m, _ in blocks()
    )
    assert marked <= fences
    assert len([m for m, _ in blocks() if m.startswith("run:")]) >= 7


def test_every_command_of_the_program_is_one() -> None:
    import typer

    from alerts.cli import build

    program = typer.main.get_command(build())
    found = re.findall(r"(?:as-aseanwatch|(?:run --rm|exec) (?:web|backup)(?: aseanwatch)?) ([^#\n`]+)", TEXT)
    assert len(found) > 8
    for line in found:
        context = program.make_context(
            "aseanwatch", line.replace("$COPY", "copy").split(), resilient_parsing=False
        )
        name, sub, rest = program.resolve_command(context, [*context._protected_args, *context.args])  # type: ignore[attr-defined]
        sub.make_context(name, rest)


def test_every_unit_that_is_named_is_there() -> None:
    names = set(re.findall(r"\baseanwatch[\w-]*(?:@\d?)?\.(?:service|timer)\b", TEXT))
    there = {f.name for f in (ROOT / "deploy" / "systemd").iterdir()}
    assert {re.sub(r"@\d", "@", name) for name in names} <= there


def test_a_machine_is_set_up_backed_up_moved_to_postgresql_and_restored(
    machine: Machine, request: pytest.FixtureRequest
) -> None:
    config, service = of("config"), of("run: service")
    machine.run(of("run: root")[0], ROOT)
    secrets = (machine.root / "etc/aseanwatch/env").read_text()
    assert re.search(r"^WATCH_SECRET=\S{40,}$", secrets, re.MULTILINE)
    if shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin"):
        assert "aseanwatch:" in (machine.root / "etc/passwd").read_text()
    assert (machine.root / "etc/aseanwatch/env").stat().st_mode & 0o077 == 0
    alias = service[0].splitlines()[0] + "\n"
    machine.run(service[0], ROOT)
    machine.configure(config[0])
    said = machine.run(alias + service[1], ROOT, stdin="otter violin granite\n")
    assert (
        "has no errors" in said and "was made with schema" in said and "ana may sign in as operator" in said
    )
    assert "written and read whole" in machine.unit("aseanwatch-backup.service")
    copies = machine.root / "var/lib/aseanwatch/backups"
    (restoring,) = of("run: restore")
    said = machine.run(alias + restoring, ROOT, COPY=str(newest(copies)))
    assert "restored: the store is as it was" in said
    assert len(list(copies.iterdir())) == 1, "reading a copy leaves nothing beside it"
    (back,) = of("run: rollback")
    assert "restored as it is, with schema" in machine.run(alias + back, ROOT, COPY=str(newest(copies)))

    server: Postgres = request.getfixturevalue("postgres")
    password = _database(machine, server)
    text = secrets.replace("DB_PASSWORD=", f"DB_PASSWORD={password}")
    (machine.root / "etc/aseanwatch/env").write_text(text)
    machine.configure(
        re.sub(
            r"watch:(.*?)127\.0\.0\.1/watch", rf"watchdoc:\g<1>127.0.0.1:{server.port}/watchdoc", config[2]
        )
    )
    said = machine.run(alias + service[2], ROOT)
    assert "tables are the same in" in said
    assert "ana" in machine.run(
        f"{alias}as-aseanwatch operators list --config /etc/aseanwatch/config.yaml", ROOT
    )
    assert "written and read whole" in machine.unit("aseanwatch-backup.service")
    copy = newest(copies)
    assert copy.suffix == ".dump"
    server.do("DROP DATABASE watchdoc WITH (FORCE)")
    server.do("CREATE DATABASE watchdoc OWNER watchdoc")
    said = machine.run(alias + restoring, ROOT, COPY=str(copy))
    assert "restored: the store is as it was" in said
    assert "ana" in machine.run(
        f"{alias}as-aseanwatch operators list --config /etc/aseanwatch/config.yaml", ROOT
    )


def _database(machine: Machine, server: Postgres) -> str:
    """Make role and database by the block of the documentation, and let the role in by its password alone."""
    password = "brook lantern 7"
    (block,) = of("run: postgres")
    # The server of the tests has a role of that name already.
    block = re.sub(r"\bwatch\b", "watchdoc", block)
    said = machine.run(
        block, machine.root, stdin=f"{password}\n{password}\n", PGHOST="127.0.0.1", PGPORT=str(server.port), PGUSER="watch", PGDATABASE="postgres",
    )  # fmt: skip
    assert "watchdoc|UTF8" in said
    rules = server.folder / "data" / "pg_hba.conf"
    rules.write_text("host watchdoc watchdoc 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
    server.do("SELECT pg_reload_conf()")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        while True:  # until the server has read its rules anew
            psycopg.connect(f"postgresql://watchdoc:wrong@127.0.0.1:{server.port}/watchdoc").close()
    return password.replace(" ", "%20")


def test_the_files_of_compose_are_made_and_complete(tmp_path: Path) -> None:
    folder = tmp_path / "deploy"
    shutil.copytree(ROOT / "deploy", folder)
    (block,) = of("run: compose")
    done = subprocess.run(
        ["sh", "-c", "set -eu\n" + block], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    values = dict(re.findall(r"^(\w+)=(.*)$", (folder / ".env").read_text(), re.MULTILINE))
    needed = set(re.findall(r"\$\{(\w+):\?", (folder / "compose.yaml").read_text()))
    assert needed and all(values[name] for name in needed)
    assert (folder / ".env").stat().st_mode & 0o077 == 0
    # The configuration that the documentation shows is right, with these secrets.
    assert run("init", cwd=tmp_path).status == 0
    written = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    text = with_sections(written, **merged(written, of("config")[1]))
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    assert run("check", cwd=folder, **values).status == 0
