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


SOURCES = ("en", "zh", "lo")
DEAF = "finds hardly any news in zh, lo, for there are no terms of $ferry there; add some under these languages, or write AND lang:en"


@pytest.mark.parametrize(
    ("query", "languages", "subscribed", "told"),
    [
        ("$ferry", SOURCES, None, DEAF),
        ("$ferry", (*SOURCES, None), None, DEAF),
        ("$ferry", (*SOURCES, "hi"), None, "finds hardly any news in zh, lo, hi"),
        ("$ferry AND lang:en", SOURCES, None, ""),
        ("$ferry", ("en",), None, ""),
        # Where no source says its language, nothing is known.
        ("$ferry", (None,), None, ""),
        ("$ferry", SOURCES, "languages: [en]", ""),
        ("$ferry", SOURCES, "languages: [en, zh]", "finds hardly any news in zh, for"),
        ("$ferry", SOURCES, "topics: [other], languages: [en]", DEAF),
        ("$ferry", SOURCES, "except_topics: [trade], languages: [en]", DEAF),
    ],
)
def test_a_topic_that_is_deaf_in_languages_of_the_sources_is_told_once(
    tmp_path: Path, query: str, languages: tuple[str | None, ...], subscribed: str | None, told: str
) -> None:
    sources = "".join(
        f"  - {{name: s{i}, url: 'https://s{i}.example/rss'{f', lang: {lang}' if lang else ''}}}\n"
        for i, lang in enumerate(languages)
    )
    text = GOOD.replace('  - {name: outlet, url: "https://outlet.example/feed"}\n', sources)
    text = text.replace("terms:\n", "terms:\n  ferry: {en: [ferry]}\n")
    text = text.replace("{query: $china AND $trade}", f"{{query: {query}}}\n  other: {{query: words}}")
    if subscribed is not None:
        text += f"subscriptions:\n  - {{name: desk, to: [a@b.example], {subscribed}}}\n"
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    found = [m for key, m in advice(load(tmp_path / "config.yaml", {})) if "hardly any news" in m]
    assert len(found) == bool(told)
    assert told in "".join(found)
