"""The file of a configuration, changed by programs: read byte for byte, checked, compared, replaced whole."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.config.loading import Loaded, load_with_lines, plain_values, read_config
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.runtime.packaged_config import packaged


def difference(before: str, after: str, name: str) -> str:
    """What changes between two texts of a file, as a unified difference."""
    lines = (before.splitlines(keepends=True), after.splitlines(keepends=True))
    return "".join(difflib.unified_diff(*lines, name, name, n=2))


def read_text(path: Path) -> str:
    """A file's text with its own line breaks, so that it can be written back byte for byte.

    Raises:
        AseanwatchError: it is not UTF-8.
    """
    try:
        # Bytes, not text: Python's text mode would turn \r\n into \n, and each line would change.
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise AseanwatchError(f"{path.name} is not UTF-8 ({error.reason} at byte {error.start})") from None


def only_changed(before: str, after: str, section: str, names: Collection[str]) -> None:
    """Make sure that a change concerns some entries of a section and nothing else of the file.

    Whatever text a program was given to write: where it would reach beyond its place, nothing is written.

    Raises:
        AseanwatchError: it changes something else.
    """
    # Compared as values, not as lines: what a text means is what counts, wherever it is put.
    old, new = (_all_but(plain_values(text, "the configuration"), section, names) for text in (before, after))
    if old != new:
        raise AseanwatchError(
            f"this would change more than {section}: {', '.join(names)}; nothing was written"
        )


def _all_but(values: dict[str, Any], section: str, names: Collection[str]) -> dict[str, Any]:
    """All values of a file but some entries of a section; a section without any is none."""
    held = values.get(section) or {}
    if isinstance(held, dict):
        left: Any = {name: value for name, value in held.items() if name not in names}
    else:
        left = [value for value in held if not (isinstance(value, dict) and value.get("name") in names)]
    return {**values, section: left or None}


def check_text(path: Path, text: str) -> Settings:
    """The settings that a text would give in place of a file. They are read from memory: tries side by side share nothing.

    Raises:
        ConfigError: it is wrong; lines are those of the text. AseanwatchError: it is no text that could be written.
    """
    return _LATEST.read(path, _encoded(text)).settings


def load_changed(path: Path) -> Loaded:
    """As `load_with_lines`, of a file that has changed. A text that was checked just now, and then written, is not read again.

    Raises:
        ConfigError: with every problem of the file at once.
    """
    found = _LATEST.taken(path)
    return load_with_lines(path) if found is None else found


@dataclass(frozen=True, slots=True)
class _CheckedText:
    """All that the settings of a text depend on, where it extends no file of this machine."""

    path: Path
    data: bytes
    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def of(cls, path: Path, data: bytes) -> _CheckedText:
        return cls(path, data, Path.cwd(), dict(os.environ))


class _LatestCheck:
    """The text that was checked last: a change is tried, checked before it is written, and taken over, and reading it takes half a second."""

    def __init__(self) -> None:
        self._held: tuple[_CheckedText, Loaded] | None = None

    def read(self, path: Path, data: bytes) -> Loaded:
        given, held = _CheckedText.of(path, data), self._held
        if held is not None and held[0] == given:
            return held[1]
        self._held = None
        loaded = read_config(data, str(path), path.parent, given.environment)
        # Files that it extends may change at any time.
        if set(loaded.files) <= {path, packaged()}:
            self._held = given, loaded
        return loaded

    def taken(self, path: Path) -> Loaded | None:
        """What was read, if the file says it now. It is forgotten: settings that are no longer in force take memory."""
        held, self._held = self._held, None
        with suppress(OSError):
            if held is not None and held[0] == _CheckedText.of(path, path.read_bytes()):
                return held[1]
        return None


_LATEST = _LatestCheck()


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise AseanwatchError(
            f"the character U+{ord(text[error.start]):04X} is no text; leave it out"
        ) from None


def write_text(path: Path, before: str, after: str) -> Settings:
    """Put a text in place of a file, at once and whole.

    Args:
        path: the file.
        before: what the change was made from, as `read_text` gives it.
        after: what it is to say.

    Raises:
        AseanwatchError: somebody else has changed it meanwhile, or it cannot be written; ConfigError: the text is wrong. The file
            stays as it was.
    """
    # Before the file is touched: a wrong configuration never replaces one that is right.
    settings = check_text(path, after)
    # Looked at as late as can be; an editor may have saved while the change was worked out.
    if read_text(path) != before:
        raise AseanwatchError(f"{path.name} has been changed by somebody else meanwhile; nothing was written")
    try:
        write_whole(path, _encoded(after))
    except OSError as error:
        raise AseanwatchError(f"{path.absolute()} cannot be written: {error.strerror}") from None
    return settings


def write_whole(path: Path, data: bytes) -> None:
    """Put bytes in place of a file by way of a new one of their own, which is not left behind."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    scratch = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
            stream.flush()
            # Before the rename: after a power cut there is
            # the old file or the new one, never an empty one.
            os.fsync(stream.fileno())
        # `mkstemp` makes files for their owner alone; the service may run as somebody else.
        scratch.chmod(path.stat().st_mode)
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
