"""A new kind of source is a module with a function, and a row in the table of kinds."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from crawler.config import source_kinds, values
from crawler.config.config_file import check_text
from crawler.documents import kinds
from crawler.documents.kinds import Answer, Fetched, read_whole
from crawler.model import Entry
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
