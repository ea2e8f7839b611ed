"""Which files are archives, of which form, and how they are opened: compressed, within a WACZ, or from standard input."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Literal, cast

from crawler.archives.compression import BROKEN, zstd
from crawler.archives.items import ArchiveError
from crawler.archives.table_encoding import wide_encoding

ArchiveForm = Literal["warc", "jsonl", "json", "csv"]
STANDARD_INPUT = "-"
_LAYERS = 3
"""How often one file may be packed in another."""
_NAMES = (".warc", ".wacz", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt")
_PACKED = (".gz", ".zst", ".xz", ".bz2")
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"


def _unzstd(stream: Any) -> Any:
    return zstd.ZstdFile(stream)


_UNPACKERS: tuple[tuple[bytes, Callable[[Any], Any]], ...] = (
    (_GZIP, lambda stream: gzip.GzipFile(fileobj=stream)),
    (b"\x28\xb5\x2f\xfd", _unzstd),
    # A frame that is skipped, as WARC in zstd begins with.
    (b"\x5d\x2a\x4d\x18", _unzstd),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
    (b"BZh", bz2.BZ2File),
)


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One archive: a file, an archive within a WACZ (``member``), or standard input (no ``path``)."""

    path: Path | None
    member: str = ""

    @property
    def name(self) -> str:
        """What people call it: the file, and in a WACZ its member."""
        return f"{self.path or STANDARD_INPUT}{'!' if self.member else ''}{self.member}"

    @property
    def size(self) -> int:
        """Bytes of it; 0 where nobody knows."""
        return self.path.stat().st_size if self.path and not self.member else 0


@dataclass(frozen=True, slots=True)
class OpenedArchive:
    """An archive that is open.

    Attributes:
        form: what it is.
        stream: its bytes, unpacked unless each record is packed alone.
        raw: the bytes of the file, which say how much of it was read.
        can_seek: whether reading can begin anywhere.
    """

    form: ArchiveForm
    stream: IO[bytes]
    raw: IO[bytes]
    can_seek: bool


def archives_of(paths: Sequence[str]) -> list[ArchiveFile]:
    """The archives that paths name: files, all archives in folders, all members of WACZ files; each once, in their order.

    Raises:
        ArchiveError: there is no such file, or nothing of a folder is an archive.
    """
    found: dict[tuple[str, str], ArchiveFile] = {}
    for path in paths:
        for one in _archives_of(path):
            found.setdefault((str(one.path and one.path.resolve()), one.member), one)
    return list(found.values())


def _archives_of(name: str) -> Iterable[ArchiveFile]:
    if name == STANDARD_INPUT:
        return [ArchiveFile(None)]
    path = Path(name)
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and _is_named_so(file)]
        if not files:
            raise ArchiveError(
                f"{path}: holds no archive; their names end in {', '.join(_NAMES)}, also packed (.gz)"
            )
        return [one for file in files for one in _members(file)]
    if not path.exists():
        raise ArchiveError(f"{path}: there is no such file")
    return _members(path)


def _is_named_so(path: Path) -> bool:
    name = path.name.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    return name.endswith(_NAMES) and not name.startswith(".")


def _members(path: Path) -> list[ArchiveFile]:
    """A file, or the web archives that it holds as a WACZ. Nothing is unpacked to the disk, so no member's name can lead anywhere."""
    if not path.is_file():
        return [ArchiveFile(path)]  # a pipe: what is looked at is gone
    with _reading(path) as stream:
        if stream.read(4) != _ZIP:
            return [ArchiveFile(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if n.lower().endswith((".warc", ".warc.gz"))]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveError(f"{path}: is a damaged ZIP or WACZ file: {error}") from None
    if not names:
        raise ArchiveError(f"{path}: is a ZIP file without a web archive (.warc, .warc.gz) in it")
    return [ArchiveFile(path, name) for name in dict.fromkeys(names)]


@contextmanager
def _reading(path: Path) -> Iterator[IO[bytes]]:
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from None
    with stream:
        yield stream


def key_of(file: ArchiveFile, choices: str) -> str | None:
    """What an archive is known by, wherever it lies: all of its bytes; and, behind a full stop, what is chosen of it.

    None for standard input and pipes, which nobody can know before they are read.
    """
    if file.path is None or not file.path.is_file():
        return None
    now = file.path.stat()
    content = f"{_digest(file.path.resolve(), now.st_size, now.st_mtime_ns)}\n{file.member}"
    return ".".join(hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in (content, choices))


@lru_cache(maxsize=1)
def _digest(path: Path, size: int, changed: int) -> str:
    """The digest of all bytes of a file. Remembered for the members of a WACZ, as long as the file has its size and moment."""
    with _reading(path) as stream:
        return hashlib.file_digest(
            cast(io.BufferedReader, stream), lambda: hashlib.blake2b(digest_size=16)
        ).hexdigest()


@contextmanager
def opened(file: ArchiveFile, form: ArchiveForm | None = None) -> Iterator[OpenedArchive]:
    """Open an archive.

    Args:
        file: the archive.
        form: what it is, where the operator says so; else its beginning decides.

    Raises:
        ArchiveError: it cannot be opened.
    """
    if file.path is None:
        yield _unpacked(file, sys.stdin.buffer, form, can_seek=False)
        return
    with _reading(file.path) as raw:
        if not file.member:
            yield _unpacked(file, raw, form, can_seek=raw.seekable())
            return
        try:
            archive = zipfile.ZipFile(raw)
            member = archive.open(file.member)
        except (zipfile.BadZipFile, RuntimeError, KeyError, NotImplementedError) as error:
            raise ArchiveError(f"{file.name}: cannot be unpacked: {error}") from None
        with archive, member:
            # In a packed member each step back begins anew.
            is_stored = archive.getinfo(file.member).compress_type == zipfile.ZIP_STORED
            yield _unpacked(file, member, form, can_seek=is_stored)


def _unpacked(file: ArchiveFile, raw: Any, form: ArchiveForm | None, *, can_seek: bool) -> OpenedArchive:
    stream = raw if hasattr(raw, "peek") else io.BufferedReader(raw)
    start = stream.peek(16)
    unpack = next((how for sign, how in _UNPACKERS if start.startswith(sign)), None)
    if unpack is None:
        return OpenedArchive(form or _form_of(file, stream), stream, raw, can_seek)
    if start.startswith(_GZIP) and (form or _form_of_gzip(file, stream)) == "warc":
        # Packed record by record: its reader unpacks it, and can begin at each of them.
        return OpenedArchive("warc", stream, raw, can_seek)
    for _ in range(_LAYERS):
        stream = io.BufferedReader(_Unpacked(unpack(stream)), 1 << 16)
        start = _peeked(file, stream)
        # Downloads are sometimes packed once more on their way.
        unpack = next((how for sign, how in _UNPACKERS if start.startswith(sign)), None)
        if unpack is None:
            return OpenedArchive(form or _form_of(file, stream), cast(IO[bytes], stream), raw, False)
    raise ArchiveError(f"{file.name}: is packed more than {_LAYERS} times; unpack it before")


class _Unpacked(io.RawIOBase):
    """What an unpacker gives, as it comes: where a file breaks off, everything before that is there."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, or a part of it."""
        data = self._stream.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _form_of_gzip(file: ArchiveFile, stream: Any) -> ArchiveForm | None:
    try:
        start = zlib.decompressobj(wbits=47).decompress(stream.peek(4096), 512)
    except zlib.error:
        start = b""
    if start.startswith(tuple(sign for sign, _ in _UNPACKERS)):
        return None  # a whole file that was packed once more
    return "warc" if start.startswith(b"WARC/") or ".warc" in file.name.lower() else None


def _form_of_name(file: ArchiveFile) -> ArchiveForm | None:
    name = file.name.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    if name.endswith((".jsonl", ".ndjson")):
        return "jsonl"
    return "csv" if name.endswith((".csv", ".tsv")) else None


def _peeked(file: ArchiveFile, stream: Any) -> bytes:
    """The beginning of what is unpacked."""
    try:
        return cast(bytes, stream.peek(4096))
    except (*BROKEN, ValueError) as error:
        raise ArchiveError(f"{file.name}: cannot be unpacked: {error}") from None


def _form_of(file: ArchiveFile, stream: Any) -> ArchiveForm:
    start = _peeked(file, stream)
    if start.startswith(b"WARC/"):
        return "warc"
    named = _form_of_name(file)
    if named == "jsonl" and start.lstrip(b"\xef\xbb\xbf \r\n\t").split(b"\n", 1)[0].rstrip() == b"[":
        return "json"  # a list, an object a line, under a name that it does not deserve
    if named is not None:
        return named
    if wide := wide_encoding(start):
        start = start.decode(wide, "ignore").encode("utf-8", "replace")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        return "json"
    if text.startswith(b"{"):
        # One object over several lines is a document; of JSON Lines the first line is whole.
        first = text.split(b"\n", 1)[0].rstrip()
        is_pretty = first in (b"{", b"{\r") or (b"\n" in text and not first.endswith(b"}"))
        return "json" if is_pretty else "jsonl"
    return "csv"
