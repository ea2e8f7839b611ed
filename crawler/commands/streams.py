"""Standard streams whose reader may go away (``| head``): what is printed after that goes nowhere, and the work goes on.

A crawl that is half done must end as a crawl, a service must not stop because nobody reads its first line.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TextIO

from crawler.commands.terminal import err, out
from crawler.runtime.starting import take_back


class _Patient(io.FileIO):
    """A file that is open for writing; once its reader is gone it takes everything and keeps nothing."""

    def write(self, data: object, /) -> int:
        take_back()
        try:
            return super().write(data)  # type: ignore[arg-type]
        except OSError as error:
            # A pipe without a reader, or a terminal that was closed.
            if error.errno not in (errno.EPIPE, errno.EIO):
                raise
            nowhere = os.open(os.devnull, os.O_WRONLY)
            # The descriptor itself is put elsewhere: whatever
            # else writes to it meets no broken pipe again.
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            # As if all had been written, or the buffer above would try again.
            return len(memoryview(data))  # type: ignore[arg-type]


def keep_printing() -> None:
    """Make standard output and standard error such streams, for this process."""
    sys.stdout = out.file = _patient(sys.stdout)
    sys.stderr = err.file = _patient(sys.stderr)


def _patient(stream: TextIO) -> TextIO:
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        return stream  # one that a program made that calls us
    stream.flush()
    raw = io.BufferedWriter(_Patient(number, "w", closefd=False))
    return io.TextIOWrapper(
        raw, encoding=stream.encoding, errors=stream.errors, line_buffering=stream.isatty() or stream is sys.stderr,
        write_through=stream is sys.stderr,
    )  # fmt: skip
