"""Tables of short records by name, in a file that is mapped into memory: all processes share it, and none makes objects of it.

A file has a head, where the name of each record begins, the records, and the names in the order of their bytes. Numbers are of the
byte order that most machines have, whatever the machine.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from struct import Struct, error

_HEAD = Struct("<8sIII")
"""The kind of file, the checksum of what it was made of, how many records there are, and the bytes of each."""
_BEGINS = Struct("<II")
"""Where a name begins, and where the next one does."""
_KIND = b"records1"
_NUMBER = 4


def written(records: Mapping[str, bytes], of: int) -> bytes:
    """A table as it stands in its file.

    Args:
        records: by their names; all of one length.
        of: the checksum of what they were made of (`zlib.crc32`).

    Raises:
        ValueError: the records differ in length.
    """
    named = sorted((name.encode(), record) for name, record in records.items())
    widths = {len(record) for _, record in named} or {0}
    if len(widths) > 1:
        raise ValueError(f"records of {sorted(widths)} bytes in one table")
    begins = [0]
    for name, _ in named:
        begins.append(begins[-1] + len(name))
    return b"".join(
        (
            _HEAD.pack(_KIND, of, len(named), *widths),
            *(number.to_bytes(_NUMBER, "little") for number in begins),
            *(record for _, record in named),
            *(name for name, _ in named),
        )
    )


class MappedTable:
    """Records by their names.

    Args:
        content: the file, see `written`.

    Raises:
        ValueError: it is no such file, or cut off.

    Attributes:
        of: the checksum of what it was made of.
        width: the bytes of each record.
    """

    def __init__(self, content: bytes | mmap.mmap) -> None:
        self._content = content
        try:
            kind, self.of, self._count, self.width = _HEAD.unpack_from(content)
            self._records = _HEAD.size + _NUMBER * (self._count + 1)
            self._names = self._records + self._count * self.width
            whole = self._names + self._begin(self._count)
        except error:
            raise ValueError("it is cut off") from None
        if kind != _KIND or whole != len(content):
            raise ValueError("it is no table of records, or cut off")

    def _begin(self, place: int) -> int:
        at = _HEAD.size + _NUMBER * place
        return int.from_bytes(self._content[at : at + _NUMBER], "little")

    def __len__(self) -> int:
        count: int = self._count
        return count

    def get(self, name: str) -> bytes | None:
        """The record of a name; None where there is none."""
        content, names = self._content, self._names
        wanted = name.encode("utf-8", "surrogatepass")
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            begin, end = _BEGINS.unpack_from(content, _HEAD.size + _NUMBER * middle)
            there = content[names + begin : names + end]
            if there == wanted:
                at = self._records + middle * self.width
                return content[at : at + self.width]
            if there < wanted:
                low = middle + 1
            else:
                high = middle
        return None


def mapped(path: Traversable) -> MappedTable:
    """The table in a file; read as a whole where it lies where nothing can be mapped, as in an archive.

    Raises:
        OSError: there is no such file.
        ValueError: it is no table.
    """
    with path.open("rb") as file:
        try:
            content: bytes | mmap.mmap = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            content = file.read()
    return MappedTable(content)
