"""Evidence in a web archive: whole where pages answer, as it was stored where they do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.analysis.warc import archive
from crawler.config.settings import Crawl
from crawler.model import AseanwatchError
from crawler.store import Store, bases
from tests.builders import keep, new_store, shipped

BASE = "China and ASEAN launched a demonstration base for innovation in Shenzhen and Kuala Lumpur."


@pytest.fixture
def site() -> Iterator[str]:
    """A site with one page; all others are gone."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = self.path == "/there"
            body = b"<h1>A base</h1>" if there else b"gone"
            self.send_response(200 if there else 410)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def store(tmp_path: Path, site: str) -> Store:
    made = new_store(tmp_path)
    keep(made, "China-ASEAN demonstration base launched in Shenzhen", BASE, url=f"{site}/there")
    keep(
        made,
        "China-ASEAN innovation demonstration base opens in Shenzhen",
        "The first China-ASEAN innovation demonstration base opened in Shenzhen; Kuala Lumpur follows, ministers said.",
        url=f"{site}/not-there",
    )
    return made


@pytest.mark.parametrize("name", ["evidence.warc", "evidence.warc.gz"])
def test_pages_and_what_was_stored_of_them(store: Store, site: str, tmp_path: Path, name: str) -> None:
    settings = shipped().model_copy(update={"crawl": Crawl(allow_private=("127.0.0.1",))})
    told: list[tuple[str, str]] = []
    file = tmp_path / name
    assert archive(store, settings, (), file, lambda *what: told.append(what)) == (1, 1)
    assert sorted(told) == [(f"{site}/not-there", "http 410"), (f"{site}/there", "http 200")]
    with file.open("rb") as stream:
        records = [
            (
                r.rec_type,
                r.rec_headers.get_header("WARC-Target-URI"),
                r.content_stream().read(),
                r.http_headers,
            )
            for r in ArchiveIterator(stream, check_digests="raise")
        ]
    kinds = [kind for kind, *_ in records]
    assert kinds == ["warcinfo", "response", "request", "resource", "response", "request", "resource"]
    page = next(r for r in records if r[0] == "response" and r[1] == f"{site}/there")
    assert page[2] == b"<h1>A base</h1>" and page[3].get_statuscode() == "200"
    kept = [json.loads(body) for kind, _, body, _ in records if kind == "resource"]
    assert {k["url"] for k in kept} == {f"{site}/there", f"{site}/not-there"}
    assert all("Shenzhen" in k["text"] and k["base"] and k["versions"] for k in kept)


def test_only_the_bases_that_are_named(store: Store, tmp_path: Path) -> None:
    with store.read() as connection:
        (base,) = bases.find(connection)
    settings = shipped().model_copy(update={"crawl": Crawl(allow_private=())})
    assert archive(store, settings, [base["key"]], tmp_path / "a.warc", lambda *_: None) == (0, 2), (
        "the guard lets nothing through"
    )
    with pytest.raises(AseanwatchError, match="no base has the key nonsense"):
        archive(store, settings, ["nonsense"], tmp_path / "b.warc", lambda *_: None)
