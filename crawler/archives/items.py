"""What stands in an archive, one thing after another, with the place at which reading can go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.model import AseanwatchError

LARGEST = 20_000_000
"""Bytes of a page, a line or a field; what is larger is refused, and skipped without being kept in memory."""


def shown(text: str, most: int = 300) -> str:
    """What stands in an archive, for a line that people read: it stays one line, and not a long one.

    Line breaks, control characters and signs that turn the direction of text are U+FFFD; of a long text the middle is left out.

    Args:
        text: whatever strangers wrote.
        most: characters.
    """
    if len(text) > most:
        end = most // 4
        text = f"{text[: most - end - 1]}…{text[-end:]}"
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


class ArchiveError(AseanwatchError):
    """An archive that cannot be read at all, or not on from some place; the message names it."""


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page as its server sent it.

    Attributes:
        place: where it stands, as the reader of the archive counts: bytes, records, or lines.
        url: its address.
        seen: when it was fetched.
        body: its bytes; undone are chunks and Content-Encoding.
        content_type: what the server said of it.
    """

    place: int
    url: str
    seen: datetime
    body: bytes
    content_type: str = ""

    @property
    def size(self) -> int:
        """Bytes that it takes on its way to another process."""
        return len(self.body)


@dataclass(frozen=True, slots=True)
class ArchivedRow:
    """An article as a table or a line of JSON has it; ``values`` are by field (`crawler.archives.fields`)."""

    place: int
    values: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Bytes that it takes on its way to another process."""
        return sum(len(v) for v in self.values.values() if isinstance(v, str))


@dataclass(frozen=True, slots=True)
class NoArticleThere:
    """A record that holds no article: a request, a picture, a redirect. ``what`` says which, for the summary."""

    place: int
    what: str


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that cannot be read, and why, in words."""

    place: int
    why: str
    url: str = ""


ArchiveItem = ArchivedPage | ArchivedRow | NoArticleThere | RefusedRecord
"""One thing of an archive."""
