"""A terminal for tests: runs a command on a pseudo-terminal and keeps what stands where on its screen."""

from __future__ import annotations

import ctypes
import fcntl
import locale
import os
import pty
import re
import select
import struct
import subprocess
import termios
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.conftest import COMMAND, environment

_SEQUENCE = re.compile(
    r"\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)|\x1b\[(?P<parameters>[?\d;]*)(?P<final>[A-Za-z])"
)


@cache
def _wcwidth() -> Callable[[str], int]:
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    function = ctypes.CDLL(None).wcwidth
    function.argtypes = [ctypes.c_wchar]
    return function  # type: ignore[no-any-return]


def by_c_library(character: str) -> int:
    """The cells of a character as the C library tells them, and with it most terminals."""
    return max(0, _wcwidth()(character))


def by_grapheme(character: str) -> int:
    """The cells of a character as terminals tell them that draw vowels within the cell of their consonant."""
    import unicodedata

    return 0 if unicodedata.category(character) == "Mc" else by_c_library(character)


@dataclass
class Screen:
    """What stands on a terminal: lines of cells, each with the text that begins there.

    Attributes:
        columns: its width; what goes beyond wraps, as on a terminal.
        measure: the cells of a character.
        lines: for each line its cells; a cell that the one before covers is None.
        links: the texts that are links, with where they lead (OSC 8).
    """

    columns: int
    measure: Callable[[str], int] = by_c_library
    lines: list[list[str | None]] = field(default_factory=lambda: [[]])
    links: dict[str, str] = field(default_factory=dict)
    _at: int = 0
    _link: str = ""

    def feed(self, text: str) -> Screen:
        """Print what a program wrote."""
        end = 0
        for found in _SEQUENCE.finditer(text):
            self._print(text[end : found.start()])
            self._obey(found)
            end = found.end()
        self._print(text[end:])
        return self

    def _obey(self, found: re.Match[str]) -> None:
        if found["osc"] is not None:
            kind, _, rest = found["osc"].partition(";")
            self._link = rest.partition(";")[2] if kind == "8" else self._link
        elif found["final"] == "G":
            self._at = int(found["parameters"] or 1) - 1
        elif found["final"] == "K":
            del self.lines[-1][self._at :]

    def _print(self, text: str) -> None:
        for character in text:
            if character == "\r":
                self._at = 0
            elif character == "\n":
                self.lines.append([])
            else:
                self._put(character)

    def _put(self, character: str) -> None:
        wide = self.measure(character)
        line = self.lines[-1]
        if wide == 0:
            if line:
                line[self._at - 1] = (line[self._at - 1] or "") + character
        else:
            if self._at + wide > self.columns:
                self.lines.append(line := [])
                self._at = 0
            line += [" "] * (self._at - len(line))
            line[self._at : self._at + wide] = [character, *[None] * (wide - 1)]
            self._at += wide
        if self._link:
            self.links[self._link] = self.links.get(self._link, "") + character

    def text(self, row: int, start: int = 0, end: int | None = None) -> str:
        """What stands in a line, or in some of its columns."""
        return "".join(cell or "" for cell in self.lines[row][start:end]).strip()


def _started(command: Sequence[str], cwd: Path, columns: int) -> tuple[subprocess.Popen[bytes], int]:
    """A command on a new pseudo-terminal, and the end of it at which a person sits."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    own = environment(TERM="xterm-256color", LC_ALL="C.UTF-8")
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        own.pop(name, None)
    # A session of its own with this terminal as the one that controls it: only then does Ctrl-C interrupt.
    process = subprocess.Popen(
        ["setsid", "--ctty", *command], cwd=cwd, env=own, stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    return process, leader


class Conversation:
    """A command on a pseudo-terminal that asks and is answered.

    Attributes:
        text: all that it wrote so far.
        status: its exit status, once it has ended.
    """

    def __init__(self, *arguments: str | Path, cwd: Path, columns: int = 160) -> None:
        self._process, self._leader = _started([*COMMAND, *map(str, arguments)], cwd, columns)
        self.text = ""
        self.status: int | None = None
        self._read = 0
        self._bytes = b""

    def answer(self, question: str, *lines: str) -> None:
        """Wait until a question is asked, and type lines; of several, each when the question comes again."""
        for line in lines:
            self.wait_for(question)
            self.type(f"{line}\n")

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._leader, text.encode())

    def wait_for(self, text: str) -> None:
        """Wait until a text was written that had not been waited for yet."""
        while (at := self.text.find(text, self._read)) < 0:
            assert self._more(), f"ended without {text!r}:\n{self.text[-3000:]}"
        self._read = at + len(text)

    def interrupt(self) -> str:
        """Press Ctrl-C until it has ended; gives what it wrote last.

        More than once: one that comes between the question and the wait for a key is taken by nobody, and a person presses again.
        """
        for _ in range(10):
            self.type("\x03")
            while select.select([self._leader], [], [], 3)[0]:
                if not self._more():
                    return self.end()
        raise AssertionError(f"Ctrl-C does not end it:\n{self.text[-3000:]}")

    def end(self) -> str:
        """Wait until it has ended; gives what it wrote last."""
        while self._more():
            pass
        self.status = self._process.wait(60)
        os.close(self._leader)
        return self.text[self._read :]

    def _more(self) -> bool:
        ready, _, _ = select.select([self._leader], [], [], 60)
        assert ready, f"nothing more came:\n{self.text[-3000:]}"
        try:
            part = os.read(self._leader, 65536)
        except OSError:  # as below
            return False
        self._bytes += part
        self.text = self._bytes.decode("utf-8", "ignore")
        return bool(part)


def on_terminal(
    *arguments: str | Path, cwd: Path, columns: int = 100, command: Sequence[str] = COMMAND
) -> str:
    """What ``aseanwatch`` writes when it runs on a terminal of some columns."""
    process, leader = _started([*command, *map(str, arguments)], cwd, columns)
    written = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # Linux says so when nobody has the other end any more
            break
        if not part:
            break
        written += part
    os.close(leader)
    process.wait(60)
    return written.decode()
