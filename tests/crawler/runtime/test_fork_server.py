"""Processes are forked from one that was begun before there were threads, and none outlives the program."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.documents.process import PARSERS, ReaderProcess
from crawler.ingest import judges
from crawler.runtime import helpers
from tests.conftest import environment

PROGRAM = """
import os, sys, threading
from crawler.documents.process import PARSERS
from crawler.ingest import judges
from crawler.runtime import fork_server
from crawler.runtime.helpers import Helper
from tests.crawler.runtime import test_fork_server as tasks

if sys.argv[1] == "forked":
    fork_server.begin()
if sys.argv[1] != "alone":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
KINDS = ("forked", "spawned")


def echo(connection, more) -> None:  # type: ignore[no-untyped-def]
    """Answer what comes with the process's number."""
    while True:
        connection.send((os.getpid(), connection.recv() + more, "json.tool" in sys.modules))


def hang(connection) -> None:  # type: ignore[no-untyped-def]
    """Say that it began, and look at nothing any more, not even at the connection."""
    connection.send(os.getpid())
    while True:
        sum(range(10_000_000))


def exits(_connection, code) -> None:  # type: ignore[no-untyped-def]
    """End with a code."""
    os._exit(code)


def fails(_connection) -> None:  # type: ignore[no-untyped-def]
    """Fail."""
    raise ValueError("nobody thought of this")


def program(kind: str, body: str) -> subprocess.Popen[str]:
    """Run a program that may begin processes."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM + body, kind], cwd=Path(__file__).parents[3], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=environment() | {"PYTHONUNBUFFERED": ""},
    )  # fmt: skip


def printed(kind: str, body: str) -> tuple[str, str]:
    process = program(kind, body)
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, err
    return out, err


@contextmanager
def watched(pids: list[int]) -> Iterator[list[int]]:
    """The kernel's descriptors of processes: readable once they have ended."""
    found = [os.pidfd_open(pid) for pid in pids]
    try:
        yield found
    finally:
        for one in found:
            os.close(one)


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_answers_until_it_is_ended(kind: str) -> None:
    out, _ = printed(
        kind,
        """
one = Helper("echo", tasks.echo, (1,), ("json.tool", "no.such.module"))
two = Helper("echo", tasks.echo, (2,))
for helper in (one, two):
    helper.connection.send(40)
answers = [helper.connection.recv() for helper in (one, two)]
print([a[1] for a in answers], [a[2] for a in answers], len({os.getpid(), *(a[0] for a in answers)}), one.is_alive())
one.kill()
print(one.end(60), two.end(60))
print([Helper("exits", tasks.exits, (n,)).end(60) for n in (0, 7)])
""",
    )
    loaded = [kind == "forked"] * 2  # once, for all that come later
    # What is only closed ends by itself: a spawned process tells the missing answer, a forked one nothing.
    ended = 0 if kind == "forked" else 1
    assert out.splitlines() == [f"[41, 42] {loaded} 3 True", f"-9 {ended}", "[0, 7]"]


def test_what_fails_in_a_process_is_told_and_the_next_one_begins() -> None:
    out, err = printed(
        "forked",
        """
print(Helper("fails", tasks.fails, ()).end(60))
helper = Helper("echo", tasks.echo, (1,))
helper.connection.send(1)
print(helper.connection.recv()[1])
""",
    )
    assert out.split() == ["1", "2"]
    assert "ValueError: nobody thought of this" in err


def test_none_outlives_a_program_that_is_killed_not_even_one_that_hangs() -> None:
    process = program(
        "forked",
        """
helpers = [Helper("hang", tasks.hang, ()), Helper("echo", tasks.echo, (0,)), Helper("hang", tasks.hang, ())]
helpers[1].connection.send(0)
children = [int(c) for c in open(f"/proc/self/task/{os.getpid()}/children").read().split()]
print(*children, helpers[0].connection.recv(), helpers[1].connection.recv()[0], helpers[2].connection.recv(), flush=True)
threading.Event().wait()
""",
    )
    assert process.stdout is not None
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(set(pids)) == 4, "the process that forks, and three that it forked"
    with watched(pids) as descriptors:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        for descriptor in descriptors:
            assert select.select([descriptor], [], [], 30)[0], "it goes on"


SERVER = """
import resource, signal
(server,) = [int(c) for c in open(f"/proc/self/task/{os.getpid()}/children").read().split()]
"""


def test_where_the_one_that_forks_is_killed_all_that_it_forked_ends_and_the_next_is_begun_anew() -> None:
    out, err = printed(
        "forked",
        """
helpers = [Helper("hang", tasks.hang, ()), Helper("echo", tasks.echo, (1,))]
helpers[0].connection.recv()
"""
        + SERVER
        + """
os.kill(server, signal.SIGKILL)
os.waitpid(server, 0)
after = Helper("echo", tasks.echo, (1,))
after.connection.send(2)
print(after.connection.recv()[1])
print([helper._process._has_ended_within(60) for helper in helpers], helpers[0].end(), after.end(0) in (-9, 1))
""",
    )
    assert out.splitlines() == ["3", "[True, True] None True"]
    assert "cannot be forked" in err


def test_an_order_that_cannot_be_obeyed_or_not_in_time_harms_no_other_process() -> None:
    out, err = printed(
        "forked",
        """
one = Helper("echo", tasks.echo, (1,))
"""
        + SERVER
        + """
fork_server.server()._orders.settimeout(0.2)
os.kill(server, signal.SIGSTOP)
late = Helper("exits", tasks.exits, (7,))
os.kill(server, signal.SIGCONT)
later = Helper("exits", tasks.exits, (8,))
print(late.end(60), later.end(60), fork_server.server().code_of(1))
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.prlimit(server, resource.RLIMIT_NOFILE, (3, hard))
full = Helper("exits", tasks.exits, (9,))
resource.prlimit(server, resource.RLIMIT_NOFILE, (soft, hard))
last = Helper("exits", tasks.exits, (10,))
print(full.end(60), last.end(60))
one.connection.send(1)
print(one.connection.recv()[1], *(type(h._process).__name__ for h in (late, later, full, last)))
""",
    )
    assert out.splitlines() == ["7 8 None", "9 10", "2 _Process Forked _Process Forked"]
    assert "timed out" in err and "Too many open files" in err


def nothing(_connection) -> None:  # type: ignore[no-untyped-def]
    """Do nothing."""


def test_what_waits_to_be_printed_is_printed_once_and_without_streams_the_others_go_on() -> None:
    out, _ = printed(
        "alone",
        """
print("waits")
fork_server.begin()
print(Helper("nothing", tasks.nothing, ()).end(60))
fork_server._begun_here = None
shown, sys.stdout = sys.stdout, None
fork_server.begin()
one = Helper("echo", tasks.echo, (1,))
code = Helper("nothing", tasks.nothing, ()).end(60)
one.connection.send(1)
print(code, one.connection.recv()[1], type(one._process).__name__, file=shown)
""",
    )
    assert out.splitlines() == ["waits", "0", "0 2 Forked"]


def loads(name: str) -> int:
    """Load a module, and tell in which process."""
    __import__(name)
    return os.getpid()


def test_what_is_called_apart_loads_nothing_here_and_raises_what_it_raises() -> None:
    out, _ = printed(
        "forked",
        """
from crawler.runtime.helpers import call_apart
print(call_apart(tasks.loads, "json.tool") != os.getpid(), "json.tool" in sys.modules)
for call, argument in ((tasks.loads, "no.such.module"), (os._exit, 3)):
    try:
        call_apart(call, argument)
    except Exception as error:
        print(type(error).__name__)
""",
    )
    assert out.split() == ["True", "False", "ModuleNotFoundError", "OSError"]


def test_what_was_begun_to_fork_others_can_be_ended_with_them_and_they_are_begun_anew() -> None:
    out, _ = printed(
        "forked",
        """
before = Helper("echo", tasks.echo, (1,))
before.connection.send(1)
print(before.connection.recv()[1])
fork_server.end()
fork_server.end()
print(before._process._has_ended_within(60), before.end(), fork_server.server())
after = Helper("echo", tasks.echo, (2,))
after.connection.send(1)
print(after.connection.recv()[1])
try:
    print(os.waitpid(-1, os.WNOHANG)[0])
except ChildProcessError:
    print("none left behind")
""",
    )
    assert out.splitlines()[:3] == ["2", "True None None", "3"]


def test_a_process_that_is_begun_anew_does_the_same_and_has_no_other_one_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(helpers, "begin_anew", helpers._begun_anew)
    what = "__import__('os').getpid(), __import__('sys').path, list(__import__('sys').modules)"
    asked = helpers.Helper("calling", helpers._call, (eval, (what,), {}))
    is_raised, (number, path, modules) = asked.connection.recv()
    assert (is_raised, path) == (False, sys.path)
    assert "multiprocessing.resource_tracker" not in modules
    assert number != os.getpid() and asked.end(60) == 0 and not asked.is_alive()
    waiting = helpers.Helper("calling", helpers._call, (os._exit, (3,), {}))
    assert waiting.end(60) == 3
    idle = helpers.Helper("calling", print, ())
    assert idle.end(60) == 0
    hangs = helpers.Helper("calling", helpers._call, (time.sleep, (60,), {}))
    assert hangs.is_alive()
    hangs.kill()
    assert hangs.end(60) == -signal.SIGKILL


STORE_AND_PAGES = {
    "alembic",
    "scrapy",
    "jinja2",
    "cryptography",
    "css_inline",
    "pypinyin",
    "fastapi",
    "sqlalchemy",
    "alerts.delivery",
    "alerts.commands.running",
}


@pytest.mark.parametrize(
    ("loaded", "needless"),
    [
        (judges._LOADED, STORE_AND_PAGES | {"pydantic", "crawler.config", "crawler.store"}),
        (PARSERS, STORE_AND_PAGES),
    ],
    ids=["judging", "reading"],
)
def test_a_service_forks_before_it_loads_what_only_its_main_process_needs(
    loaded: tuple[str, ...], needless: set[str]
) -> None:
    code = f"""
import sys
import alerts.commands.forking
from importlib import import_module
for name in {loaded}:
    import_module(name)
print(*sorted(sys.modules))
"""
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=True,
    ).stdout
    assert not needless & set(out.split())


def test_a_reading_process_that_is_begun_anew_loads_no_judge_and_no_configuration_of_others() -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(helpers, "begin_anew", helpers._begun_anew)
        reader = ReaderProcess()
        try:
            modules = set(reader.call("page", eval, "list(__import__('sys').modules)"))
        finally:
            reader.terminate()
    assert {"crawler.parsing.pages", "crawler.documents.kinds"} <= modules
    needless = STORE_AND_PAGES | {
        "crawler.config.settings",
        "crawler.judging.judge",
        "numpy",
        "py3langid",
        "pycurl",
    }
    assert not needless & modules


def test_what_a_process_is_called_shows_in_lists_of_processes() -> None:
    out, _ = printed(
        "forked",
        """
from crawler.runtime.helpers import call_apart
from crawler.runtime.processes import name_process
from pathlib import Path
print(call_apart(Path.read_text, Path("/proc/self/comm")).strip())
call_apart(name_process, "reading")
""",
    )
    assert out.split() == ["forking"]


HOLDING = """
import os, sys
from crawler.runtime import fork_server
from crawler.runtime.helpers import Helper
from crawler.runtime.stopping import stop_on_signals
from tests.crawler.runtime import test_fork_server as tasks

reading, writing = os.pipe()
with stop_on_signals(lambda: None):
    fork_server.begin()
    helper = Helper("echo", tasks.echo, (1,))
    helper.connection.send(1)
    print(helper.connection.recv()[1], flush=True)
os.close(writing)
print(os.read(reading, 1), flush=True)
helper.connection.send(5)
print(helper.connection.recv()[1], flush=True)
"""


def test_whoever_waits_for_the_end_of_a_pipe_does_not_wait_for_the_processes_that_were_begun_meanwhile() -> (
    None
):
    done = subprocess.run(
        [sys.executable, "-c", HOLDING], cwd=Path(__file__).parents[3], capture_output=True, text=True,
        env=environment(), timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("2\nb''\n6\n", "")
