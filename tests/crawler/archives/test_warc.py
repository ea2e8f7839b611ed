"""Web archives are read whatever their records are, and however damaged they are."""

from __future__ import annotations

import gzip
import io
import os
import tracemalloc
import zipfile
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archives.files import ArchiveFile, archives_of, key_of, opened
from crawler.archives.items import (
    LARGEST,
    ArchivedPage,
    ArchiveError,
    ArchiveItem,
    NoArticleThere,
    RefusedRecord,
)
from crawler.archives.warc import read_warc
from tests.crawler.archives.making import PAGE, Warc, chunked, coded, markup

URL = "https://outlet.example/news/{}"
BODY = markup("China and Laos open a railway", "A railway between China and Laos opened. " * 20)


def items(path: Path, position: int = 0) -> list[ArchiveItem]:
    (file,) = archives_of([str(path)])
    with opened(file) as archive:
        assert archive.form == "warc"
        return list(read_warc(archive, position))


def pages(path: Path, position: int = 0) -> list[ArchivedPage]:
    return [item for item in items(path, position) if isinstance(item, ArchivedPage)]


@pytest.mark.parametrize("packed", [True, False])
def test_only_pages_that_came_are_read(tmp_path: Path, packed: bool) -> None:
    made = Warc(packed=packed)
    made.page(URL.format(1), BODY)
    made.other("request", URL.format(1), "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n")
    made.other("metadata", URL.format(1), "application/warc-fields")
    made.page(URL.format(2), "", ("Location", URL.format(1)), status="301 Moved Permanently")
    made.page(URL.format(3), "gone", status="404 Not Found")
    made.page("https://outlet.example/robots.txt", "User-agent: *", ("Content-Type", "text/plain"))
    made.page(URL.format("a.png"), b"\x89PNG", ("Content-Type", "image/png"))
    made.page("https://outlet.example/", BODY)
    made.page(URL.format(5), BODY, kind="revisit")
    made.page(URL.format(6), BODY)
    found = items(made.write(tmp_path / "a.warc.gz"))
    assert [one.url for one in found if isinstance(one, ArchivedPage)] == [URL.format(1), URL.format(6)]
    assert {one.what for one in found if isinstance(one, NoArticleThere)} == {
        "about the archive", "requests", "metadata", "redirects", "errors of servers", "robots.txt",
        "no pages (pictures, feeds, scripts)", "front pages", "revisits",
    }  # fmt: skip
    assert not [one for one in found if isinstance(one, RefusedRecord)]


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd"])
@pytest.mark.parametrize("in_chunks", [True, False])
def test_a_page_is_read_as_its_author_wrote_it(tmp_path: Path, coding: str, in_chunks: bool) -> None:
    body = coded(BODY.encode(), coding)
    headers = [PAGE, ("Content-Encoding", coding)]
    if in_chunks:
        body, headers = chunked(body), [*headers, ("Transfer-Encoding", "chunked")]
    made = Warc()
    made.page(URL.format(1), body, *headers)
    # Archives keep the header of what they undid.
    made.page(URL.format(2), BODY, *headers)
    assert [one.body.decode() for one in pages(made.write(tmp_path / "a.warc.gz"))] == [BODY, BODY]


@pytest.mark.parametrize("packed", [True, False])
def test_reading_goes_on_behind_any_record(tmp_path: Path, packed: bool) -> None:
    made = Warc(packed=packed)
    for n in range(12):
        made.page(URL.format(n), BODY)
    path = made.write(tmp_path / "a.warc.gz")
    whole = pages(path)
    assert [one.url for one in whole] == [URL.format(n) for n in range(12)]
    assert all(a.place < b.place for a, b in pairwise(whole))
    for n, one in enumerate(whole):
        assert [p.url for p in pages(path, one.place)] == [URL.format(k) for k in range(n + 1, 12)]


def test_a_file_that_was_packed_as_a_whole_is_read_and_taken_up(tmp_path: Path) -> None:
    made = Warc(packed=False)
    for n in range(5):
        made.page(URL.format(n), BODY)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(made.content))
    whole = pages(path)
    assert [one.url for one in whole] == [URL.format(n) for n in range(5)]
    assert [one.url for one in pages(path, whole[2].place)] == [URL.format(3), URL.format(4)]


@pytest.mark.parametrize("name", ["a.warc.xz", "a.warc.zst", "a.warc.bz2"])
def test_a_file_that_is_packed_otherwise(tmp_path: Path, name: str) -> None:
    import bz2
    import lzma

    from crawler.archives.compression import zstd

    pack = {"xz": lzma.compress, "zst": zstd.compress, "bz2": bz2.compress}[name.rpartition(".")[2]]
    made = Warc(packed=False)
    for n in range(3):
        made.page(URL.format(n), BODY)
    (tmp_path / name).write_bytes(pack(made.content))
    whole = pages(tmp_path / name)
    assert [one.url for one in whole] == [URL.format(n) for n in range(3)]
    assert [one.url for one in pages(tmp_path / name, whole[0].place)] == [URL.format(1), URL.format(2)]


@settings(max_examples=25, deadline=None)
@given(at=st.floats(0, 1), length=st.integers(1, 400), seed=st.integers(0, 9))
@pytest.mark.parametrize("packed", [True, False])
def test_damage_costs_only_the_records_that_it_is_in(
    tmp_path_factory: pytest.TempPathFactory, packed: bool, at: float, length: int, seed: int
) -> None:
    made = Warc(packed=packed)
    starts = [made.page(URL.format(n), f"{BODY}<!--{os.urandom(300).hex()}-->") for n in range(10)]
    starts.append(len(made.content))
    content = bytearray(made.content)
    place = starts[0] + int(at * (starts[-1] - starts[0] - 1))
    noise = bytes((seed * 31 + n * 7) % 256 for n in range(length))
    content[place : place + length] = noise[: len(content) - place]
    path = tmp_path_factory.mktemp("damage") / "a.warc.gz"
    path.write_bytes(content)
    hit = {n for n in range(10) if starts[n] < place + length and place < starts[n + 1]}
    found = {one.url for one in pages(path)}
    # A record whose length is damaged can take its neighbour along where nothing packs them one by one.
    spoiled = hit if packed else hit | {n + 1 for n in hit}
    assert {URL.format(n) for n in range(10) if n not in spoiled} <= found


@pytest.mark.parametrize("packed", [True, False])
def test_of_a_file_that_breaks_off_all_whole_records_are_read(tmp_path: Path, packed: bool) -> None:
    made = Warc(packed=packed)
    starts = [made.page(URL.format(n), BODY + os.urandom(2000).hex()) for n in range(4)]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(made.content[: starts[3] + 900])
    found = items(path)
    assert [one.url for one in found if isinstance(one, ArchivedPage)] == [URL.format(n) for n in range(3)]
    assert isinstance(found[-1], RefusedRecord) and "ends within it" in found[-1].why


def test_a_wrong_length_is_no_reason_to_lose_the_others(tmp_path: Path) -> None:
    made = Warc()
    made.page(URL.format(0), BODY)
    plain = Warc(packed=False)
    start = len(plain.content)
    plain.page(URL.format(1), BODY)
    record = plain.content[start:]
    length = record.split(b"Content-Length: ")[1].split(b"\r\n")[0]
    for wrong in (b"5", b"999999999", b"-3", b"many"):
        made.stream.write(
            gzip.compress(record.replace(b"Content-Length: " + length, b"Content-Length: " + wrong, 1))
        )
    made.page(URL.format(2), BODY)
    found = [one.url for one in pages(made.write(tmp_path / "a.warc.gz"))]
    assert found[0] == URL.format(0) and found[-1] == URL.format(2)


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    made = Warc()
    made.page(URL.format(0), BODY)
    made.page(URL.format(1), b" " * 24_000_000)
    made.page(URL.format(2), coded(b" " * 24_000_000, "gzip"), PAGE, ("Content-Encoding", "gzip"))
    made.page(URL.format(3), coded(b" " * 24_000_000, "br"), PAGE, ("Content-Encoding", "br"))
    made.page(URL.format(4), coded(b" " * 24_000_000, "zstd"), PAGE, ("Content-Encoding", "zstd"))
    made.stream.write(gzip.compress(b"WARC/1.0\r\n" + b"X" * 3_000_000))
    made.stream.write(gzip.compress(b"WARC/1.0\r\n" + b"A: b\r\n" * 300_000))
    made.page(URL.format(5), BODY)
    path = made.write(tmp_path / "a.warc.gz")
    del made
    tracemalloc.start()
    found = items(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * LARGEST
    assert [one.url for one in found if isinstance(one, ArchivedPage)] == [URL.format(0), URL.format(5)]
    refused = [one for one in found if isinstance(one, RefusedRecord)]
    assert sum("larger than 20 MB" in one.why for one in refused) == 4
    assert sum("header has more than" in one.why for one in refused) == 2


def test_what_is_no_web_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(b"hello " * 100))
    with pytest.raises(ArchiveError, match="no web archive"):
        items(path)


def test_a_wacz_is_read_without_unpacking_it(tmp_path: Path) -> None:
    one, other = Warc(), Warc()
    one.page(URL.format(1), BODY)
    other.page(URL.format(2), BODY)
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/one.warc.gz", one.content)
        archive.writestr("../../../evil.warc.gz", other.content)
        archive.writestr("datapackage.json", "{}")
    found = []
    for file in archives_of([str(path)]):
        with opened(file) as archive_open:
            found += [i.url for i in read_warc(archive_open, 0) if isinstance(i, ArchivedPage)]
    assert found == [URL.format(1), URL.format(2)]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.wacz"]


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    made = Warc()
    made.page(URL.format(1), BODY)
    one, moved = made.write(tmp_path / "a.warc.gz"), made.write(tmp_path / "b.warc.gz")
    made.page(URL.format(2), BODY)
    longer = made.write(tmp_path / "c.warc.gz")
    keys = [key_of(ArchiveFile(path), "") for path in (one, moved, longer)]
    assert keys[0] == keys[1] != keys[2]
    # One byte in the middle, mended: of the same size, beginning and end.
    long = tmp_path / "d.jsonl"
    content = bytearray(b"x" * 3_000_000)
    found = set()
    for sign in b"ab":
        content[1_500_000] = sign
        long.write_bytes(content)
        os.utime(long, ns=(sign, sign))
        found.add(key_of(ArchiveFile(long), ""))
    assert len(found) == 2
    assert key_of(ArchiveFile(one), "since") != keys[0]
    assert key_of(ArchiveFile(None), "") is None


def test_folders_are_searched_and_others_named(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.jsonl.gz", "deep/a.csv", "readme.md", ".hidden.csv"):
        (tmp_path / name).write_bytes(b"x")
    assert [one.path.name for one in archives_of([str(tmp_path), str(tmp_path / "deep/a.csv")]) if one.path] == [
        "b.jsonl.gz", "a.csv",
    ]  # fmt: skip
    with pytest.raises(ArchiveError, match="no such file"):
        archives_of([str(tmp_path / "nothing.csv")])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArchiveError, match="holds no archive"):
        archives_of([str(tmp_path / "empty")])
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04broken")
    with pytest.raises(ArchiveError, match="damaged ZIP"):
        archives_of([str(tmp_path / "a.zip")])


def test_a_stream_that_cannot_go_back_is_read_too(tmp_path: Path) -> None:
    made = Warc()
    for n in range(3):
        made.page(URL.format(n), BODY)

    class Pipe(io.RawIOBase):
        def __init__(self, content: bytes) -> None:
            self._content = io.BytesIO(content)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            return self._content.readinto(memoryview(buffer)[:100])

    from crawler.archives.files import _unpacked

    archive = _unpacked(ArchiveFile(None), io.BufferedReader(Pipe(made.content)), None, can_seek=False)
    assert [i.url for i in read_warc(archive, 0) if isinstance(i, ArchivedPage)] == [
        URL.format(n) for n in range(3)
    ]


def test_a_pipe_is_not_looked_at_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    made = Warc()
    made.page(URL.format(1), BODY)
    thread = Thread(target=path.write_bytes, args=(made.content,))
    thread.start()
    (file,) = archives_of([str(path)])
    assert key_of(file, "") is None
    with opened(file) as archive:
        assert [i.url for i in read_warc(archive, 0) if isinstance(i, ArchivedPage)] == [URL.format(1)]
    thread.join()
