"""What is shown while the program is loaded: the command, wherever it stands among the arguments."""

from __future__ import annotations

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
