"""``sources audit`` ranks sources that were really crawled, says what to do about each, and does what is safe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.sources.catalogue import packaged_sources
from crawler.store import Store
from crawler.store.sources import load_states, update_states
from tests.conftest import Done, run
from tests.faults.behaviours import answer
from tests.faults.server import FaultServer
from tests.ingesting import item, rss
from tests.newsroom.configuration import packaged, with_sections

NOW = datetime.now(UTC)
TALE = "China and Laos opened a new railway freight hub in Vientiane on Monday and signed a cooperation agreement, the ministry said. "


def news(site: FaultServer, word: str, numbers: range, hours: float = 5, text: str = TALE) -> bytes:
    rows = (
        item(
            f"China and Laos open freight hub {word} number {n}",
            site.address(f"{word}/2025-{n:04}-hub"),
            at=NOW - timedelta(hours=hours + n / 10),
            summary=f"{text}It is hub {word} {n}.",
        )
        for n in numbers
    )
    return rss(*rows)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with FaultServer({}) as site:
        site.behaviours |= {
            "whole": answer(news(site, "whole", range(40))),
            "part": answer(news(site, "whole", range(25))),
            "own": answer(news(site, "own", range(30))),
            "sport": answer(news(site, "sport", range(9), text="The team won the match on Sunday. ").replace(b"China and Laos open freight hub", b"Team wins")),
            "paused": answer(b""),
            "former": answer(news(site, "former", range(3))),
            "new": answer(news(site, "former", range(3))),
        }  # fmt: skip
        names = ("whole", "part", "own", "sport", "former", "gone")
        sources: list[dict[str, Any]] = [
            {"name": n, "url": site.address(n), "lang": "en", "country": "MM"} for n in names
        ]
        sources[-1] |= {"lang": "my"}
        sources.append({"name": "paused", "url": site.address("paused"), "enabled": False})
        text = with_sections(
            packaged(),
            sources=sources,
            subscriptions=[],
            storage={"url": "sqlite:///aseanwatch.db"},
            crawl={"allow_private": ["127.0.0.1"], "timeout": "5s", "pages": "never"},
        )
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        assert run("crawl", cwd=tmp_path).status == 1
        _as_if_watched(tmp_path, site)
        yield tmp_path


def _as_if_watched(folder: Path, site: FaultServer) -> None:
    """The sources as if they had been watched for four weeks: one fails for ten days, one has moved, one was asked very often."""
    store = Store(f"sqlite:///{folder}/aseanwatch.db")
    since = NOW - timedelta(days=28)
    with store.write() as connection:
        states = load_states(connection)
        changed = [replace(s, since=since) for s in states.values()]
        changed = [
            replace(s, failing_since=NOW - timedelta(days=10)) if s.source == "gone" else s for s in changed
        ]
        changed = [replace(s, address=site.address("new")) if s.source == "former" else s for s in changed]
        update_states(connection, changed)
        connection.exec_driver_sql(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1500)"
            " INSERT INTO polls (source, at, url, outcome, entries, new_entries)"
            " SELECT 'sport', (SELECT max(at) FROM polls), 'x', 'unchanged', 0, 0 FROM n"
        )
    store.close()


def audit(folder: Path, *arguments: str, stdin: str = "") -> Done:
    return run("sources", "audit", *arguments, cwd=folder, stdin=stdin)


def test_each_source_gets_its_verdict_and_what_to_do(folder: Path) -> None:
    rows = {row["source"]: row for row in audit(folder, "--json").json}
    verdicts = {name: (row["verdict"], row["act"]) for name, row in rows.items()}
    assert verdicts == {
        "whole": ("well", "keep"),
        "part": ("duplicated", "remove"),
        "own": ("well", "keep"),
        "sport": ("nothing relevant", "slow down"),
        "former": ("moved", "move"),
        "gone": ("dead", "replace"),
        "paused": ("paused", "keep"),
    }
    assert rows["part"]["target"] == "whole"
    assert rows["part"]["entries"] == 25
    assert rows["whole"]["relevant"] > 0
    assert rows["whole"]["topics"]
    assert rows["sport"]["requests"] >= 1500
    assert "404" in rows["gone"]["why"]
    # Of the same country and language, and not configured yet.
    assert len(rows["gone"]["replacements"]) == 3
    by_name = {s.name: s for s in packaged_sources()}
    assert {(by_name[n].country, by_name[n].lang) for n in rows["gone"]["replacements"]} == {("MM", "my")}
    ranks = [row["source"] for row in audit(folder, "--json").json]
    assert ranks[-1] in ("gone", "paused", "sport")
    assert {ranks[0], ranks[1]} == {"whole", "own"}


@pytest.mark.long
def test_the_table_names_the_command_for_each_act(folder: Path) -> None:
    done = audit(folder)
    assert done.status == 0
    words = " ".join(done.out.split())
    assert "aseanwatch sources remove part" in words
    assert "7 sources, 4 to do something about" in words


def test_a_moved_address_is_written_after_a_question_and_can_be_taken_back(folder: Path) -> None:
    before = (folder / "config.yaml").read_text(encoding="utf-8")
    refused = audit(folder, "--write", stdin="n\n")
    assert refused.status == 1
    assert (folder / "config.yaml").read_text(encoding="utf-8") == before
    done = audit(folder, "--write", stdin="y\n")
    assert done.status == 0, done.err
    sources = {s["name"]: s["url"] for s in yaml.safe_load((folder / "config.yaml").read_text())["sources"]}
    assert sources["former"].endswith("/new")
    assert sources["part"].endswith("/part")
    number = done.err.split("changes undo ")[1].split()[0]
    assert run("changes", "undo", number, cwd=folder).status == 0
    assert (folder / "config.yaml").read_text(encoding="utf-8") == before


@pytest.mark.long
def test_a_short_time_counts_only_what_it_brought(folder: Path) -> None:
    rows = {row["source"]: row for row in audit(folder, "--since", "2099-01-01", "--json").json}
    assert {row["entries"] for row in rows.values()} == {0}
    assert rows["gone"]["verdict"] == "dead"
