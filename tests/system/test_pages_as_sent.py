"""What stands under the addresses of articles, as the web sends it: pages in parts, PDFs, pictures, packed files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.ingesting import item, rss
from tests.newsroom.web import Answer, Newsroom
from tests.pdfs import pdf
from tests.system.test_crawl import crawl, folder  # noqa: F401 - a fixture

LEAD = "China and Malaysia agreed on Monday to build a joint demonstration park near the port of Kuantan."
FIRST = "The first stage of the industrial park will cost three billion ringgit, the trade minister of Malaysia told reporters."
LAST = "Both sides of the China-ASEAN cooperation expect works to begin in the second quarter and to employ two thousand people."


def page(*paragraphs: str, more: str = "", title: str = "Park agreed") -> bytes:
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}{more}</article></body></html>".encode()


def test_articles_are_read_whole_and_what_is_no_page_is_named(
    folder: Path,
    room: Newsroom,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = {
        "/parts.html": page(LEAD, more="<a rel='next' href='/parts.html?page=2'>2</a>"),
        "/parts.html?page=2": page(FIRST, more="<a rel='next' href='/parts.html?page=3'>3</a>"),
        "/parts.html?page=3": page(LAST),
        "/broken.html": page(LEAD, FIRST, more="<a rel='next' href='/broken.html?page=2'>2</a>"),
        "/post.html": page(LEAD, FIRST, more="<a rel='next' href='/post.html?page=2'>Next</a>"),
        "/post.html?page=2": page(LAST, title="Harbour fees rise"),
        "/moved.html": page(
            "Whatever stood in this place went somewhere else long ago.", title="Hello there"
        ),
        "/report.html": pdf("Park agreed", LEAD, FIRST),
        "/packed.html": gzip.compress(page(LEAD, LAST)),
        "/picture.html": b"\x89PNG\r\n\x1a\n" + bytes(300),
    }
    links = [room.address(path) for path in answers if "?" not in path]
    feed = rss(
        *(item(f"China and Malaysia agree on park {n}", url, summary=LEAD) for n, url in enumerate(links))
    )
    served = room.answer

    def answer(path: str, query: dict[str, list[str]]) -> Answer:
        if path == "/web/feed":
            return Answer(feed)
        body = answers.get(f"{path}?page={query['page'][0]}" if "page" in query else path)
        return served(path, query) if body is None else Answer(body, "text/html; charset=utf-8")

    monkeypatch.setattr(room, "answer", answer)
    done = crawl(folder, "--url", room.address("/web/feed"), "--json")
    texts = {a["url"].rpartition("/")[2]: a["text"] for a in done.json["articles"]}
    assert texts["parts.html"] == "\n".join((LEAD, FIRST, LAST))
    assert texts["broken.html"] == "\n".join((LEAD, FIRST))
    assert texts["post.html"] == "\n".join((LEAD, FIRST)), "another headline is another article"
    assert texts["moved.html"] == LEAD
    assert "moved.html: the page says nothing of what the source announced" in done.err
    assert FIRST in texts["report.html"]
    assert texts["packed.html"] == "\n".join((LEAD, LAST))
    assert texts["picture.html"] == LEAD
    assert "picture.html: it is an image (PNG), not a page" in done.err
