"""Files that people hand to commands: UTF-8 is read, anything else is told in words with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.analysis.classify import FileError, classify, read_rows
from crawler.commands.argument import article_argument
from crawler.model import AseanwatchError
from crawler.runtime.text_file import TextError, text_of
from crawler.sources.opml import read_opml
from tests.builders import NOON, judge

ROW = '{"id": 1, "text": "中国和东盟签署合作协议"}\n'
OPML = '<opml><body><outline text="中国和东盟的新闻" xmlUrl="https://o.example/feed"/></body></opml>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_read(encoding: str) -> None:
    assert text_of(ROW.encode(encoding), "x") == ROW


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"\n\n" + ROW.encode("gb18030"), 3, "GBK"),
        (b"\n" + "東南亞國家聯盟與中國簽署合作協議".encode("big5"), 2, "looks like"),
        (ROW.encode("utf-16"), 1, "UTF-16"),
        (ROW.encode("utf-16-be"), 1, "not|UTF-16"),
        (b'{"id": 1}'.ljust(40, b" ").decode().encode("utf-16-be"), 1, "UTF-16"),
        ("tiếng Việt: Đông".encode("cp1258", "replace"), 1, "older encoding"),
        ("Société générale à Genève".encode("latin-1"), 1, "older encoding"),
        ("ประเทศไทยและจีนลงนามความร่วมมือ".encode("cp874"), 1, "older encoding"),
        (b"one\ntwo\xff\n", 2, "the byte FF"),
    ],
)
def test_another_encoding_is_named(data: bytes, line: int, words: str) -> None:
    with pytest.raises(TextError, match=words) as caught:
        text_of(data, "news.txt")
    assert str(caught.value).startswith(f"news.txt:{line}: ")


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_news_and_articles_of_another_encoding_are_refused(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "news.jsonl"
    file.write_bytes(ROW.encode(encoding))
    with pytest.raises(AseanwatchError, match="save it as UTF-8"):
        read_rows(file)
    with pytest.raises(AseanwatchError, match="save it as UTF-8"):
        article_argument(str(file), None)


def test_feeds_of_an_opml_file_are_read_as_it_declares() -> None:
    for data in (
        OPML.encode(),
        OPML.encode("utf-16"),
        b'<?xml version="1.0" encoding="gbk"?>' + OPML.encode("gbk"),
    ):
        assert [o.title for o in read_opml(data, "x.opml").feeds] == ["中国和东盟的新闻"]
    with pytest.raises(AseanwatchError, match="GBK"):
        read_opml(OPML.encode("gbk"), "x.opml")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": 1, "text": ' + "[" * 100_000, "is no JSON"),
        ('{"id": 1, "text": "x", "score": ' + "9" * 6000 + "}", "is no JSON"),
        ('{"id": 1, "text": 5}', "must be text: text"),
        ('{"id": 1, "text": "x", "title": ["a"], "url": {}}', "must be text: title, url"),
    ],
)
def test_a_line_that_is_no_news_is_told_with_its_number(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "news.jsonl").write_text(f'{{"id": 0, "text": "y"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(FileError, match=told) as caught:
        read_rows(tmp_path / "news.jsonl")
    assert str(caught.value).startswith(f"{tmp_path / 'news.jsonl'}:2: ")


def test_a_text_may_hold_any_character_that_json_can_spell(tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    texts = ["China and ASEAN\u2028sign\u0085an\x1eagreement", "half a pair: \ud83d", "a whole one: 😀"]
    rows = [json.dumps({"id": i, "text": t, "title": t}, ensure_ascii=i != 0) for i, t in enumerate(texts)]
    file.write_text("\r\n".join(rows), encoding="utf-8", newline="")
    found = read_rows(file)
    assert [r["text"] for r in found] == [texts[0], "half a pair: \ufffd", texts[2]]
    assert len(classify(found, judge(), NOON)) == 3
