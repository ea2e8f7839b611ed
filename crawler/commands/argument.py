"""What a person means by an article on the command line: a stored one, a file, an address, or standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from crawler.analysis.examples import text_article
from crawler.analysis.history import article_of
from crawler.commands.context import open_existing
from crawler.config import load
from crawler.model import Article, AseanwatchError
from crawler.parsing.urls import is_web_url
from crawler.runtime.clock import now
from crawler.runtime.text_file import text_of
from crawler.store.articles import Filter, find


def article_argument(what: str, config: str | None) -> Article:
    """The article that an argument means: a stored one, a page's, or a text's whose first line is the headline."""
    if what == "-":
        return text_article("standard input", text_of(sys.stdin.buffer.read(), "standard input"))
    if is_web_url(what):
        return _page_article(what, config)
    path = Path(what)
    if path.is_file():
        body = path.read_bytes()
        if path.suffix.lower() in (".html", ".htm", ".xhtml", ".pdf"):
            return _from_page(body, path.resolve().as_uri(), what)
        return text_article(what, text_of(body, what))
    if what.isdigit():
        return _stored(int(what), config)
    raise AseanwatchError(f"{what}: neither a stored article's id, nor a file, nor an address")


def _page_article(url: str, config: str | None) -> Article:
    from crawler.fetching.fetchers import fetch_page  # noqa: PLC0415 - most arguments are no addresses

    reply = fetch_page(url, load(config))
    return _from_page(reply.body, reply.url, url, reply.headers.get("content-type", ""))


def _from_page(body: bytes, url: str, name: str, content_type: str = "") -> Article:
    from crawler.documents.pages import read_page_answer  # noqa: PLC0415 - readers of pages, which most commands do without
    from crawler.documents.process import ReaderProcess, UnreadableError  # noqa: PLC0415 - as above
    from crawler.documents.reader import is_small  # noqa: PLC0415 - as above
    from crawler.parsing.page_errors import PageError  # noqa: PLC0415 - as above

    process = ReaderProcess()
    try:
        if is_small(body, "page"):
            page = read_page_answer(body, url=url, seen=now(), content_type=content_type)
        else:
            page = process.call(
                "page", read_page_answer, body, url=url, seen=now(), content_type=content_type
            )
    except (PageError, UnreadableError) as error:
        raise AseanwatchError(f"{name}: {error}") from None
    finally:
        process.terminate()
    return Article(
        page.url,
        page.title,
        page.text,
        name,
        now(),
        lang_hint=page.lang,
        published=page.published,
    )


def _stored(number: int, config: str | None) -> Article:
    _, store = open_existing(config)
    with store.read() as connection:
        rows = find(connection, Filter(ids=[number]))
    if not rows:
        raise AseanwatchError(f"no stored article has the id {number}")
    return article_of(rows[0])
