"""The evidence of bases as a web archive (WARC 1.1, ISO 28500): pages as they answer now, and what was stored of them then.

A page that is gone or refuses leaves its stored words, so that the evidence is whole also when the web is not.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, NamedTuple

from sqlalchemy import select
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.config.settings import Settings
from crawler.fetching.fetchers import polite_fetcher
from crawler.model import AseanwatchError
from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Refused
from crawler.net.replies import Reply
from crawler.store import Store, bases
from crawler.store.schema import articles
from crawler.store.versions import versions_of

_DROPPED = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})
"""Headers of the transfer, which is over: the body is kept as it was meant."""


def evidence(store: Store, keys: Sequence[str] = ()) -> dict[int, dict[str, Any]]:
    """The articles that prove bases: by id, with their base and all their versions.

    Raises:
        AseanwatchError: there is no base under one of the keys.
    """
    found: dict[int, dict[str, Any]] = {}
    with store.read() as connection:
        wanted = [bases.key_of(connection, bases.id_of(connection, key)) for key in keys] or None
        for base in bases.find(connection, keys=wanted):
            for number in base["evidence"]:
                row = connection.execute(select(articles).where(articles.c.id == number)).one()
                found[number] = {
                    "base": base["key"], "name": base["name"], "url": row.url, "title": row.title, "text": row.text, "lang": row.lang,
                    "source": row.source, "published": row.published, "first_seen": row.first_seen,
                    "versions": versions_of(connection, number),
                }  # fmt: skip
    return found


class Archived(NamedTuple):
    """How many pages were archived as their sites have them, and how many only as they are stored."""

    pages: int
    stored_only: int


def archive(
    store: Store, settings: Settings, keys: Sequence[str], file: Path, on_page: Callable[[str, str], None]
) -> Archived:
    """Write the evidence of bases, all of them where none is named.

    Args:
        store: where the evidence is.
        settings: how the network is used.
        keys: the bases.
        file: the archive to write; compressed where its name ends in ``.gz``.
        on_page: called with each page and what became of it.

    Raises:
        AseanwatchError: there is no base under one of the keys, or the file cannot be written.
    """
    proofs = evidence(store, keys)
    try:
        with file.open("wb") as stream:
            return asyncio.run(_write(proofs, settings, stream, file.name, on_page))
    except OSError as error:
        raise AseanwatchError(f"{file} cannot be written: {error.strerror}") from None


async def _write(
    proofs: dict[int, dict[str, Any]],
    settings: Settings,
    stream: IO[bytes],
    name: str,
    on_page: Callable[[str, str], None],
) -> Archived:
    writer = WARCWriter(stream, gzip=name.endswith(".gz"), warc_version="1.1")
    agent = settings.crawl.user_agent
    about = {
        "software": f"aseanwatch/{version('aseanwatch')}",
        "format": "WARC File Format 1.1",
        "http-header-user-agent": agent,
    }
    writer.write_record(writer.create_warcinfo_record(name, about))
    pages = 0
    with polite_fetcher(settings) as fetcher:
        replies = await asyncio.gather(*(_fetched(fetcher, proof["url"]) for proof in proofs.values()))
    for (number, proof), reply in zip(proofs.items(), replies, strict=True):
        if isinstance(reply, Reply):
            _page(writer, proof["url"], reply, agent)
            pages += reply.status == 200
        _stored(writer, number, proof)
        on_page(proof["url"], reply if isinstance(reply, str) else f"http {reply.status}")
    return Archived(pages, len(proofs) - pages)


async def _fetched(fetcher: Fetcher, url: str) -> Reply | str:
    try:
        return await fetcher.fetch(url)
    except (FetchError, Refused) as error:
        return str(error)


def _page(writer: Any, url: str, reply: Reply, agent: str) -> None:
    status = StatusAndHeaders(
        str(reply.status),
        # Else a reader of the archive would unpack a body that is unpacked already.
        [(k, v) for k, v in reply.headers.items() if k not in _DROPPED],
        protocol="HTTP/1.1",
    )
    response = writer.create_warc_record(
        reply.url, "response", payload=io.BytesIO(reply.body), http_headers=status
    )
    asked = StatusAndHeaders(f"GET {url} HTTP/1.1", [("User-Agent", agent)], is_http_request=True)
    request = writer.create_warc_record(
        url, "request", payload=io.BytesIO(b""), http_headers=asked,
        warc_headers_dict={"WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")},
    )  # fmt: skip
    writer.write_record(response)
    writer.write_record(request)


def _stored(writer: Any, number: int, proof: dict[str, Any]) -> None:
    """What was stored when the article was seen, under an address of its own."""
    body = json.dumps({"article": number, **proof}, ensure_ascii=False, default=_as_text, indent=2).encode()
    moment: datetime = proof["first_seen"]
    headers = {
        "WARC-Date": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "WARC-Refers-To-Target-URI": proof["url"],
    }
    writer.write_record(
        writer.create_warc_record(
            f"urn:aseanwatch:article:{number}", "resource", payload=io.BytesIO(body), warc_content_type="application/json",
            warc_headers_dict=headers,
        )
    )  # fmt: skip


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
