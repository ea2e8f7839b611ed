"""The examples beside a topic in config.yaml are held against it, by `topics test` and by `check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import EVENING, run
from tests.crawler.config.test_errors import GOOD
from tests.newsroom.configuration import watching
from tests.newsroom.web import Newsroom


def config(folder: Path, examples: str) -> None:
    topic = f"{{query: $china AND $trade, only_relevant: false, examples: {examples}}}"
    text = GOOD.replace("{query: $china AND $trade}", topic).replace(
        "relevance:", "  idle: {en: [idle]}\nrelevance:"
    )
    (folder / "config.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("command", [["topics", "test"], ["check"]])
def test_a_broken_example_is_told_with_its_line_and_why(tmp_path: Path, command: list[str]) -> None:
    config(tmp_path, "{match: [China widens its trade, China plays], no_match: [Trade with China grows]}")
    done = run(*command, cwd=tmp_path)
    line = next(
        n
        for n, text in enumerate((tmp_path / "config.yaml").read_text().splitlines(), 1)
        if "China plays" in text
    )
    assert done.status == 1
    assert (
        f"config.yaml:{line}: topics.trade.examples.match[1]: does not match; it would with: a term of $trade"
        in done.err
    )
    assert (
        f"config.yaml:{line}: topics.trade.examples.no_match[0]: matches, by China, trade"
        in done.err.replace("Trade, China", "China, trade")
    )


@pytest.mark.parametrize("command", [["topics", "test"], ["check"]])
def test_examples_that_hold_are_no_failure(tmp_path: Path, command: list[str]) -> None:
    config(tmp_path, "{match: [China widens its trade], no_match: [China plays football]}")
    done = run(*command, cwd=tmp_path)
    assert done.status == 0
    assert "warning: no topic, no rule and no other set reads this set" in done.err or command != ["check"]


def test_an_address_is_a_stored_article(tmp_path: Path) -> None:
    with Newsroom(EVENING) as room:
        watching(
            room, tmp_path, is_whole=True, sources=[s for s in room.sources() if s["name"] == "song-hong"]
        )
        assert run("crawl", cwd=tmp_path).status == 0
        url = run("articles", "list", "--all", "--json", cwd=tmp_path).json[0]["url"]
        text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
        for address, status in ((url, 1), (room.address("/nobody"), 2)):
            example = f"    examples:\n      no_match: ['{address}']\n    query: source:song-hong\n    only_relevant: false\n"
            added = text.replace("\ntopics:\n", f"\ntopics:\n  all_of_it:\n{example}", 1)
            (tmp_path / "config.yaml").write_text(added, encoding="utf-8")
            assert run("topics", "test", cwd=tmp_path).status == status
