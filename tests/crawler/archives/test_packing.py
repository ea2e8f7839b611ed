"""Packed archives: once, several times, and broken off anywhere."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.archives.batches import batches_of, items_of
from crawler.archives.compression import BROKEN, zstd
from crawler.archives.fields import FieldMapping
from crawler.archives.files import ArchiveFile, opened
from crawler.archives.items import ArchivedPage, ArchiveError
from tests.crawler.archives.making import Warc, markup

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress, "zst": zstd.compress,
}  # fmt: skip
ROWS = [{"url": f"https://o.example/{n}", "title": f"Headline {n}"} for n in range(60)]
LINES = [json.dumps(row) + "\n" for row in ROWS]
TABLE = ["url,title\n", *(f"{row['url']},{row['title']}\n" for row in ROWS)]


def urls(path: Path) -> list[str]:
    """The addresses that are handed on, also where the file breaks off behind them."""
    found: list[str] = []
    with opened(ArchiveFile(path)) as archive:
        try:
            for batch in batches_of(items_of(archive, FieldMapping({}), 0)):
                found += [
                    one.url if isinstance(one, ArchivedPage) else one.values["url"] for one in batch.items
                ]
        except BROKEN:
            found.append("broken")
    return found


@pytest.mark.parametrize("inner", PACKERS)
@pytest.mark.parametrize("outer", PACKERS)
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.warc", "download"])
def test_what_was_packed_twice_is_unpacked_twice(tmp_path: Path, inner: str, outer: str, name: str) -> None:
    content = "".join(TABLE if name == "a.csv" else LINES).encode()
    wanted = [row["url"] for row in ROWS]
    if name == "a.warc":
        made = Warc(packed=False)
        for url in wanted[:3]:
            made.page(
                url, markup("China and Laos open a railway", "A railway between China and Laos opened. " * 20)
            )
        content, wanted = made.content, wanted[:3]
    path = tmp_path / f"{name}.{inner}"
    path.write_bytes(PACKERS[outer](PACKERS[inner](content)))
    assert urls(path) == wanted


def test_records_that_were_packed_one_by_one_and_then_as_a_whole(tmp_path: Path) -> None:
    made = Warc()
    for row in ROWS[:3]:
        made.page(row["url"], markup("China and Laos open a railway", "A railway opened. " * 20))
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(made.content))
    assert urls(path) == [row["url"] for row in ROWS[:3]]


def test_what_is_packed_again_and_again_is_refused(tmp_path: Path) -> None:
    content = "".join(LINES).encode()
    for _ in range(4):
        content = gzip.compress(content)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(content)
    with (
        pytest.raises(ArchiveError, match=r"a\.jsonl\.gz: is packed more than 3 times"),
        opened(ArchiveFile(path)),
    ):
        pass


@pytest.mark.parametrize("lines", [LINES, TABLE], ids=["jsonl", "csv"])
@pytest.mark.parametrize("whole", [1, 2, 23, 24, 25, 59])
@pytest.mark.parametrize("cut", [1, 5])
def test_all_that_stands_before_a_break_is_read(
    tmp_path: Path, lines: list[str], whole: int, cut: int
) -> None:
    packer = zlib.compressobj(wbits=31)
    content = b""
    for line in lines[:whole]:
        content += packer.compress(line.encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
    rest = packer.compress("".join(lines[whole:]).encode()) + packer.flush()
    path = tmp_path / ("a.csv.gz" if lines is TABLE else "a.jsonl.gz")
    path.write_bytes(content + rest[:cut])
    heads = lines is TABLE
    assert urls(path)[: whole - heads] == [row["url"] for row in ROWS[: whole - heads]]
    assert urls(path)[-1] == "broken"


def test_a_list_that_is_called_lines_is_read_as_a_list(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("[\n" + ",\n".join(map(json.dumps, ROWS)) + "\n]\n")
    assert urls(path) == [row["url"] for row in ROWS]
