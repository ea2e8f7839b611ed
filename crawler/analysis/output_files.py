"""The files that rows are written to: checked before the work begins, so that no news is stored that cannot be written out.

A file is added to (JSON Lines, CSV) or refused (a spreadsheet, other columns); `overwrite` puts a new one in its place at
once and whole. What fails half way leaves the file as it was.
"""

from __future__ import annotations

import csv
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from crawler.analysis.export import COLUMNS, Row, write_csv, write_jsonl, write_xlsx
from crawler.model import AseanwatchError
from crawler.runtime.error_words import in_words
from crawler.runtime.extras import how_to_add

FORMS = ("jsonl", "csv", "xlsx")
STANDARD = Path("-")
"""The name of standard output."""
_BOM = b"\xef\xbb\xbf"


class OutputError(AseanwatchError):
    """A file cannot be written, or must not be; one line that says why and what helps."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file that rows can be written to, or standard output (`STANDARD`)."""

    path: Path
    form: str
    overwrite: bool = False
    what: str = "articles"

    @property
    def is_standard(self) -> bool:
        """Whether it is standard output."""
        return self.path == STANDARD

    def write(self, rows: Sequence[Row], stream: IO[str]) -> None:
        """Write rows to the file; to ``stream`` where it is standard output.

        Raises:
            OutputError: they cannot be written; the file is as it was.
        """
        try:
            if self.is_standard:
                _texts(rows, stream, self.form, self.what)
            elif is_special(self.path):
                self._write_through(rows)
            # A spreadsheet is one archive that is written as a whole; it cannot be added to.
            elif self.form == "xlsx" or self.overwrite:
                with replacing(self.path) as scratch:
                    self._write_new(rows, scratch)
            else:
                self._append(rows)
        except Exception as error:  # a spreadsheet's libraries have errors of their own for a full disk
            raise OutputError(
                f"{self.path}: {getattr(error, 'strerror', None) or error or in_words(error)}"
            ) from None

    def _write_new(self, rows: Sequence[Row], path: Path) -> None:
        if self.form == "xlsx":
            write_xlsx(rows, path, self.what)
            return
        with path.open("w", encoding=_encoding(self.form), newline="") as stream:
            _texts(rows, stream, self.form, self.what)

    def _write_through(self, rows: Sequence[Row]) -> None:
        """A pipe or a device: nothing to add to, nothing to put back."""
        with self.path.open("w", encoding="utf-8", newline="") as stream:
            _texts(rows, stream, self.form, self.what)

    def _append(self, rows: Sequence[Row]) -> None:
        """Add rows to what the file holds; half a line, as on a full disk, is taken out again."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if not size:
            with replacing(self.path) as scratch:
                self._write_new(rows, scratch)
            return
        try:
            with self.path.open("r+b") as file:
                # A file that another program left without a last line break would join two rows.
                whole = _ends_with_newline(file, size)
                file.seek(size)
                file.write(b"" if whole or not rows else b"\n")
            with self.path.open("a", encoding="utf-8", newline="") as stream:
                _texts(rows, stream, self.form, self.what, header=False)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError:
            with suppress(OSError):
                # Back to what was there: half a row would make the whole file unreadable.
                os.truncate(self.path, size)
            raise


def output_to(
    path: Path, *, form: str | None = None, overwrite: bool = False, what: str = "articles"
) -> Output:
    """A place to write rows, after a look at whether it can be written.

    Args:
        path: a file, or ``-`` for standard output.
        form: jsonl, csv or xlsx; without it the file's ending says so (standard output: jsonl).
        overwrite: a file that holds something is replaced.
        what: of what the rows are, as in `crawler.analysis.export.COLUMNS`.

    Raises:
        OutputError: it cannot be written, or holds what must not be lost or mixed with rows; or a package is missing for it.
    """
    if path != STANDARD:
        check_writable(path)
    chosen = form or _form_of(path)
    if chosen == "xlsx" and find_spec("openpyxl") is None:
        raise OutputError(f"spreadsheets need: {how_to_add('xlsx')}")
    found = Output(path, chosen, overwrite, what)
    if found.is_standard:
        if chosen == "xlsx":
            raise OutputError("a spreadsheet cannot go to standard output; allowed: jsonl, csv")
        return found
    if is_special(path):
        if chosen == "xlsx":
            raise OutputError(f"{path}: a spreadsheet needs a file of its own")
    elif path.exists() and path.stat().st_size and not overwrite:
        _check_can_be_added_to(path, chosen, what)
    return found


def check_writable(path: Path) -> None:
    """Try whether a file can be written, without changing it.

    Raises:
        OutputError: it is a folder, its folder is missing, or neither may be written.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise OutputError(f"{path}: is a folder; name a file")
        if is_special(target):
            if not os.access(target, os.W_OK):
                raise PermissionError(13, "Permission denied")
        elif target.exists():
            target.open("ab").close()
        elif not target.parent.is_dir():
            raise OutputError(f"{path}: there is no folder {target.parent}")
        else:
            # Only by making a file is it known whether a
            # folder takes one (read-only mounts, quotas).
            with _scratch(target) as probe:
                probe.touch()
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from None


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A scratch file that takes the place of ``path`` when the block ends well; else the old file stays as it was."""
    target = Path(os.path.realpath(path))  # a link stays a link
    with _scratch(target) as scratch:
        yield scratch
        if target.exists():
            # A new file has the rights of the umask; who could read the old one can read it again.
            shutil.copymode(target, scratch)
        with scratch.open("rb") as written:
            os.fsync(written.fileno())
        scratch.replace(target)


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    scratch = target.with_name(f".{secrets.token_hex(6)}.part{target.suffix}")
    try:
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


def _form_of(path: Path) -> str:
    if path == STANDARD:
        return "jsonl"
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        endings = ", ".join(f".{f}" for f in FORMS)
        raise OutputError(
            f"{path}: the ending {path.suffix or '(none)'} names no format; allowed: {endings}, or --format"
        )
    return form


def _encoding(form: str) -> str:
    """Spreadsheets take a CSV file for one of the system's old encoding unless a byte order mark says UTF-8."""
    return "utf-8-sig" if form == "csv" else "utf-8"


def _texts(rows: Sequence[Row], stream: IO[str], form: str, what: str, *, header: bool = True) -> None:
    if form == "csv":
        write_csv(rows, stream, what, header=header)
    else:
        write_jsonl(rows, stream)


def is_special(path: Path) -> bool:
    """Whether a path is a device or a pipe, such as /dev/stdout or what ``>(command)`` names."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _ends_with_newline(file: IO[bytes], size: int) -> bool:
    file.seek(size - 1)
    return file.read(1) == b"\n"


def _check_can_be_added_to(path: Path, form: str, what: str) -> None:
    if form == "xlsx":
        raise OutputError(
            f"{path}: exists, and nothing is added to a spreadsheet; name another file, or --overwrite it"
        )
    with path.open("rb") as file:
        start = file.read(64 * 1024)
    first = start.removeprefix(_BOM).partition(b"\n")[0].rstrip(b"\r")
    try:
        line = first.decode("utf-8")
    except UnicodeDecodeError:
        line = ""
    if form == "jsonl" and not line.lstrip().startswith("{"):
        raise OutputError(f"{path}: exists and holds no JSON Lines; name another file, or --overwrite it")
    if form == "csv" and next(csv.reader([line]), []) != list(COLUMNS[what]):
        raise OutputError(
            f"{path}: exists and its first line is not {','.join(COLUMNS[what])}; name another file, or --overwrite it"
        )
