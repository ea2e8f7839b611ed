"""Probes one source: what its address answers, whether it answers 304, what it lists, what it says of its polling."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawler.config.settings import Source
from crawler.documents.kinds import Answer, is_cuttable, most_of, read_whole
from crawler.documents.process import UnreadableError
from crawler.documents.reader import ReaderPool
from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Refused
from crawler.net.statuses import describe_status
from crawler.parsing.feeds import FeedError
from crawler.runtime.redaction import without_credentials

MOST = 10_000_000
"""Bytes of an answer's content."""


async def probe(fetcher: Fetcher, readers: ReaderPool, source: Source, now: datetime) -> dict[str, Any]:
    """What one source answers; ``problem`` is None where it is usable."""
    found: dict[str, Any] = {
        "source": source.name,
        "url": without_credentials(source.address),
        "kind": source.kind,
        "problem": None,
    }
    try:
        reply = await fetcher.fetch(
            source.address,
            source.headers,
            max_size=most_of(source.kind, MOST),
            trust=source.trust_for(source.address),
            cut=is_cuttable(source.kind),
        )
    except (FetchError, Refused) as error:
        return found | {"problem": str(error)} | await _key(fetcher, source, error)
    found |= {
        "status": reply.status, "seconds": round(reply.seconds, 3), "bytes": len(reply.body), "type": reply.headers.get("content-type"),
        "redirects": [{"status": h.status, "url": without_credentials(h.url)} for h in reply.hops], "moved": reply.moved, "server": reply.headers.get("server"),
        "cache": reply.headers.get("cache-control"),
    }  # fmt: skip
    if reply.status != 200:
        return found | {"problem": describe_status(reply.status).message}
    found |= await _conditions(fetcher, source, reply.headers.get("etag"), reply.headers.get("last-modified"))
    try:
        answer = Answer(reply.url, reply.body, reply.headers.get("content-type", ""), now)
        fetched = await readers.read_inline_if_small(
            reply.url, source.kind, reply.body, read_whole, source.kind, answer, source, MOST
        )
    except (FeedError, UnreadableError) as error:
        return found | {"problem": str(error)}
    entries = fetched.entries_but(())
    moments = [e.published for e in entries if e.published]
    return found | {
        "entries": len(entries), "oldest": min(moments, default=None), "newest": max(moments, default=None), "lang": fetched.lang,
        "children": list(fetched.children), "notes": [*reply.notes, *fetched.notes], "samples": [e.title for e in entries[:3]],
        "ttl": fetched.hints.ttl.total_seconds() if fetched.hints.ttl else None, "archive": fetched.hints.archive,
    }  # fmt: skip


async def _key(fetcher: Fetcher, source: Source, error: Exception) -> dict[str, str]:
    """For a certificate that is not believed the server's key, with which an operator can pin it."""
    if not (isinstance(error, FetchError) and error.kind.startswith("certificate")):
        return {}
    key = await fetcher.key_of(source.address)
    return {"pin": key} if key else {}


async def _conditions(
    fetcher: Fetcher, source: Source, etag: str | None, modified: str | None
) -> dict[str, Any]:
    """Whether the server answers 304 to its own validators."""
    # Without validators there is nothing that a request could be conditional on (RFC 9110, 13.1).
    if not etag and not modified:
        return {"conditional": "no validators"}
    headers = (
        dict(source.headers)
        | ({"If-None-Match": etag} if etag else {})
        | ({"If-Modified-Since": modified} if modified else {})
    )
    try:
        again = await fetcher.fetch(source.address, headers, trust=source.trust_for(source.address))
    except (FetchError, Refused) as error:
        return {"conditional": str(error)}
    return {"conditional": "304 as it should" if again.status == 304 else f"ignored ({again.status})"}
