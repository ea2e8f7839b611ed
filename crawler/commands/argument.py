"""What a person means by an article on the command line: a stored one, a file, an address, or what comes in."""

from __future__ import annotations

import sys
from pathlib import Path

from crawler.analysis.history import article_of
from crawler.commands.context import opened
from crawler.config import load
from crawler.config.settings import Settings
from crawler.model import Article, AseanwatchError
from crawler.parsing.urls import is_web_url, url_key
from crawler.runtime.clock import now
from crawler.runtime.text_file import text_of
from crawler.store import Store
from crawler.store.articles import Filter, find, ids_of_keys

LONGEST_HEADLINE = 200


def article_argument(what: str, config: str | None) -> Article:
    """The article that an argument means: a stored one, a page's, or a text's whose first line is the headline."""
    if what == "-":
        return _text_article("standard input", text_of(sys.stdin.buffer.read(), "standard input"))
    if is_web_url(what):
        return _page_article(what, config)
    path = Path(what)
    if path.is_file():
        body = path.read_bytes()
        if path.suffix.lower() in (".html", ".htm"):
            return _from_page(body, path.resolve().as_uri(), what)
        return _text_article(what, text_of(body, what))
    if what.isdigit():
        return _stored(int(what), config)
    raise AseanwatchError(f"{what}: neither a stored article's id, nor a file, nor an address")


def _text_article(name: str, text: str) -> Article:
    """The first line is the headline, unless it is all there is and longer than headlines are."""
    first, _, rest = text.strip().partition("\n")
    title, body = ("", first) if not rest and len(first) > LONGEST_HEADLINE else (first.strip(), rest.strip())
    return Article(url=f"file:{name}", title=title, text=body, source=name, first_seen=now())


def _page_article(url: str, config: str | None) -> Article:
    from crawler.fetching.fetchers import fetch_page  # noqa: PLC0415 - most arguments are no addresses

    return _from_page(fetch_page(url, load(config)), url, url)


def _from_page(body: bytes, url: str, name: str) -> Article:
    from crawler.documents.process import ReadingProcess, UnreadableError  # noqa: PLC0415 - as above
    from crawler.documents.reader import is_small  # noqa: PLC0415 - readers of pages, which most commands do without
    from crawler.parsing.pages import PageError, read_page  # noqa: PLC0415 - as above

    process = ReadingProcess()
    try:
        if is_small(body, "page"):
            page = read_page(body, url=url, seen=now())
        else:
            page = process.call(read_page, body, url=url, seen=now())
    except (PageError, UnreadableError) as error:
        raise AseanwatchError(f"{name}: {error}") from None
    finally:
        process.end()
    return Article(page.url, page.title, page.text, name, now(), lang_hint=page.lang, published=page.published or page.marked)


def _stored(number: int, config: str | None) -> Article:
    _, store = opened(config)
    with store.reading() as connection:
        rows = find(connection, Filter(ids=[number]))
    if not rows:
        raise AseanwatchError(f"no stored article has the id {number}")
    return article_of(rows[0])


def example_article(text: str, settings: Settings) -> Article:
    """The article of an example: a stored one for an address, else a text whose first line is the headline."""
    if not is_web_url(text):
        return _text_article("example", text)
    store, rows = Store(settings.storage.url), []
    if store.is_made():
        store.upgrade()
        with store.reading() as connection:
            rows = find(connection, Filter(ids=list(ids_of_keys(connection, [url_key(text)]).values())))
    if not rows:
        raise AseanwatchError(f"the example {text} is no stored article; crawl it first: aseanwatch crawl --url {text}")
    return article_of(rows[0])
