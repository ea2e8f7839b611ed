"""A new kind of source is a module with a function, and a row in the table of kinds."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from crawler.config import source_kinds, values
from crawler.config.config_file import check_text
from crawler.config.settings import Source
from crawler.documents import kinds
from crawler.documents.kinds import Answer, Fetched, read_whole
from crawler.model import Entry
from crawler.parsing.feeds import FeedError
from tests.newsroom.configuration import packaged, with_sections

NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)


def test_a_row_makes_a_kind_known_to_the_configuration_and_to_the_crawl(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = ModuleType("lines_of_text")
    lines.read = lambda answer, source: Fetched(  # type: ignore[attr-defined]
        tuple(Entry(source.name, line, line, line, answer.seen) for line in answer.body.decode().split())
    )
    monkeypatch.setitem(sys.modules, "lines_of_text", lines)
    table = {**source_kinds.SOURCE_KINDS, "lines": "lines_of_text:read"}
    for module in (values, kinds):
        monkeypatch.setattr(module, "SOURCE_KINDS", table)
    text = with_sections(
        packaged(), sources=[{"name": "ours", "url": "https://o.example/list.txt", "kind": "lines"}]
    )
    (source,) = check_text(tmp_path / "config.yaml", text).sources
    answer = Answer(source.url, b"https://o.example/1\nhttps://o.example/2\n", "text/plain", NOON)
    assert read_whole(source.kind, answer, source, 1000).guids == [
        "https://o.example/1",
        "https://o.example/2",
    ]


@pytest.mark.parametrize("kind", source_kinds.SOURCE_KINDS)
def test_every_row_leads_to_a_function(kind: str) -> None:
    assert callable(kinds.reader_of(kind))


ADDRESS = "https://outlet.example/news/1"


@pytest.mark.parametrize(
    ("body", "content_type", "problem"),
    [
        (b"<html><title>Site</title><body><p>We value your privacy. We and our partners store cookies on your device.</p></body></html>",
         "text/html", "the page is a notice about cookies"),
        (b"<html><title>404</title><body><h1>404</h1><p>The page you requested could not be found.</p></body></html>",
         "text/html", "the page is a notice that there is no such page"),
        (b"<html><body><div id='app'></div></body></html>", "text/html", "no readable article on the page"),
        (b'callback({"title": "Rail link", "body": "The ministers agreed."})', "text/html", "it is JSON within a program (JSONP), not a page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "text/html", "it is an image (PNG), not a page"),
        (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "text/xml", "it is a list of feeds, not a page"),
    ],
    ids=["consent", "error", "empty", "data", "image", "feeds"],
)  # fmt: skip
def test_what_cannot_be_read_at_an_address_is_told_as_what_it_is(
    body: bytes, content_type: str, problem: str
) -> None:
    source = Source.model_construct(name="outlet.example", url=ADDRESS, kind="any", pages="always")
    with pytest.raises(FeedError) as caught:
        read_whole("any", Answer(ADDRESS, body, content_type, NOON), source, 10_000)
    assert problem in str(caught.value)


def test_characters_of_a_page_that_are_lost_are_noted() -> None:
    text = "广西边境贸易额前十个月同比增长百分之十二，创下历史同期新高。" * 4
    body = (
        f"<html><meta charset='utf-8'><title>边境贸易</title><article><p>{text}</p></article></html>".encode()
    )
    cut = body.replace("增长".encode(), "增".encode() + b"\xe9\x95", 1)
    source = Source.model_construct(name="outlet.example", url=ADDRESS, kind="any", pages="always")
    fetched = read_whole("any", Answer(ADDRESS, cut, "text/html", NOON), source, 10_000)
    assert fetched.notes == ("1 character of the page could not be read as utf-8",)
    assert read_whole("any", Answer(ADDRESS, body, "text/html", NOON), source, 10_000).notes == ()
