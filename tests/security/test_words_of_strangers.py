"""Text from outlets and servers in the log and on the terminal is harmless."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.table import Table

from crawler.commands.terminal import _console
from crawler.config.logs import set_up
from crawler.config.settings import Logs
from crawler.runtime.visible_text import on_one_line, visible
from tests.builders import shipped

HOSTILE = [
    "a\n2026-11-27T00:00:00Z [error    ] all is lost [aseanwatch]", "\x1b[2J\x1b[31mred", "\x9b31mred", "back\b\b\b\bspaced", "over\rwritten",
    "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\", "line\u2028separator\u2029\x85", "\u202egnitirw",
    "nul\x00", "\x7f\x7f",
]  # fmt: skip
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
OURS = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z \[error +\] |    ")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Other tests keep their own log."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], _ = handlers, root.setLevel(level)


def logged(text: str, form: str) -> str:
    """What a log says of a text of a stranger's: in a message, as what it is about, in an error with its traceback."""
    set_up(shipped().model_copy(update={"logs": Logs.model_validate({"format": form})}))
    root, written = logging.getLogger(), io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    log = logging.getLogger("aseanwatch")
    log.error("a source says %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("it failed: %s", text)
    return written.getvalue()


words = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=60).filter(lambda t: t.isprintable() or ACTING.search(t) is not None),
)


@given(words)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_line_of_the_log_is_ours_and_moves_no_terminal(text: str) -> None:
    said = logged(text, "human")
    assert ACTING.search(said) is None
    assert all(OURS.match(line) for line in said.splitlines())
    assert len(re.findall(r"(?m)^\d{4}-", said)) == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_in_json_each_event_is_one_line(text: str) -> None:
    first, second = map(json.loads, logged(text, "json").rstrip("\n").split("\n"))
    assert first["event"] == f"a source says {text}"
    assert "ValueError" in second["exception"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("colours", [False, True])
def test_on_a_terminal_only_our_own_colours_act(
    text: str, colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    written.isatty = lambda: colours  # type: ignore[method-assign]
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    console = _console(written)
    console.print(f"says {text}", style="bold", markup=False)
    table = Table("title")
    table.add_row(text)
    console.print(table)
    own = re.sub("\x1b\\[[0-9;]*m" if colours else "(?!)", "", written.getvalue())
    assert ACTING.search(own) is None
    assert "\x1b[31m" not in written.getvalue()


@given(st.text())
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert "\n" not in on_one_line(text)
    if ACTING.search(text) is None:
        assert visible(text) == text
