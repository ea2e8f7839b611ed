"""What comes before the program is loaded: the command is shown, wherever it stands, and enough files can be open."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from resource import RLIMIT_NOFILE, setrlimit

import pytest

from crawler.runtime.starting import _command


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["check"], "check"),
        (["--config", "a.yaml", "check"], "check"),
        (["--config=a.yaml", "--debug", "sources", "list"], "sources"),
        (["--help"], "--help"),
        (["--config"], "--config"),
        (["--config", "a.yaml"], "--config"),
    ],
    ids=str,
)
def test_the_command_is_what_is_announced(arguments: list[str], command: str) -> None:
    assert _command(arguments) == command


@pytest.mark.parametrize(
    ("soft", "hard", "status", "said"),
    [
        (12, 12, 2, "a process may open no more than 12 files here (ulimit -n); allow 128 at least\n"),
        (12, 4096, 0, ""),  # whoever may allow more does
    ],
)
def test_who_may_open_few_files_only_is_told(soft: int, hard: int, status: int, said: str) -> None:
    limited = partial(setrlimit, RLIMIT_NOFILE, (soft, hard))
    command = [sys.executable, "-m", "alerts", "--help"]
    ended = subprocess.run(command, preexec_fn=limited, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (status, said)
