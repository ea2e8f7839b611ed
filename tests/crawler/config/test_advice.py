"""What is allowed in a configuration and yet hardly meant is told as a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.config import load
from crawler.config.advice import advice
from tests.crawler.config.test_errors import GOOD


def warnings(tmp_path: Path, query: str, more: str = "") -> dict[str, str]:
    text = GOOD.replace("{query: $china AND $trade}", f"{{query: '{query}'}}").replace(
        "relevance:", f"{more}relevance:"
    )
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    return {".".join(map(str, key)): message for key, message in advice(load(tmp_path / "config.yaml", {}))}


def test_what_everybody_writes_is_no_cause_for_a_warning(tmp_path: Path) -> None:
    found = warnings(tmp_path, "$china AND $trade NOT $sport", "")
    assert "topics.trade.query" not in found


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("ATLEAST/9 $sport", "ATLEAST/9 never holds: there is one term alone"),
        ("ATLEAST/3 ($sport OR $crime)", "there are only 2 different terms"),
        ("$trade NOT $trade", "the NOT swallows everything"),
        ("$sport NOT ($trade OR $sport)", "the NOT swallows everything"),
        ("$empty", "$empty has no terms"),
    ],
)
def test_a_rule_that_can_never_match_is_told(tmp_path: Path, query: str, told: str) -> None:
    assert told in warnings(tmp_path, query, "  empty: {}\n")["topics.trade.query"]


def test_a_set_that_nothing_reads_is_told(tmp_path: Path) -> None:
    found = warnings(
        tmp_path, "$china", "  idle: {en: [idle]}\n  inner: {en: [inner]}\n  outer: {en: [$inner]}\n"
    )
    assert found["terms.idle"].startswith(
        "no topic, no rule and no other set reads this set; write $idle into a query"
    )
    assert "terms.inner" in found
    assert "terms.outer" in found
    assert "terms.china" not in found
