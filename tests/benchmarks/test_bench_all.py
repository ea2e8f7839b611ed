"""`make bench-all` over made-up benchmarks: what fell, failed or is missing is named."""

from __future__ import annotations

import ast
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.bench_all import EVERY, FIGURES, PAGE, ROOT, watch
from benchmarks.watched.page import page
from benchmarks.watched.record import Figures
from benchmarks.watched.without import WITHOUT

Watch = Callable[..., tuple[int, str, str]]


@pytest.fixture
def watched(tmp_path: Path, monkeypatch, capsys) -> Watch:
    """Runs a made-up benchmark that gives some ratios; returns the status, what was printed, and the page."""

    def run(said: str = "", *names: str, keep: bool = False, longest: float = 60) -> tuple[int, str, str]:
        monkeypatch.setenv("MADE_UP", said)
        chosen = {name: f"tests.benchmarks.made_up.{name}" for name in names or ("steady",)}
        figures, shown = tmp_path / "figures.json", tmp_path / "page.md"
        status = watch(chosen, figures, shown, keep=keep, longest=longest)
        return status, capsys.readouterr().out, shown.read_text(encoding="utf-8")

    return run


def test_a_ratio_that_fell_by_more_than_fifteen_percent_is_named(watched: Watch) -> None:
    assert watched("reader=3.0,3.1,3.2 newsboat=1.2")[0] == 0
    status, out, shown = watched("reader=2.4,2.5,2.6 newsboat=1.2")
    told = "steady: speed beside reader (processor time) fell by 19%, from 3.10 (3.00 to 3.20) to 2.50 (2.40 to 2.60)"
    assert status == 1
    assert f"Wrong: {told}" in out and told in shown and "newsboat (processor time) fell" not in out
    # It stays wrong until it is mended or kept.
    assert watched("reader=2.4,2.5,2.6 newsboat=1.2")[0] == 1
    assert watched("reader=2.4,2.5,2.6 newsboat=1.2", keep=True)[0] == 1
    assert watched("reader=2.4,2.5,2.6 newsboat=1.2")[0] == 0


def test_many_small_falls_are_one_large_fall(watched: Watch) -> None:
    assert [watched(f"reader={value}")[0] for value in (3.0, 2.8, 2.6, 2.5)] == [0, 0, 0, 1]


def test_a_fall_within_the_range_of_the_repeats_is_only_told(watched: Watch) -> None:
    watched("reader=2.0,3.0,4.0")
    status, out, _ = watched("reader=1.9,2.1,2.2")
    assert status == 0
    assert (
        "Note: steady: speed beside reader (processor time) fell by 30%" in out and "within the range" in out
    )


def test_a_peer_that_is_missing_is_named_and_its_ratio_stays_kept(watched: Watch) -> None:
    watched("reader=3.0 newsboat=1.2")
    status, out, shown = watched("reader=3.0 newsboat", keep=True)
    assert status == 0
    for said in (out, shown):
        assert "steady lacks newsboat: not on this machine" in said
        assert "steady: speed beside newsboat was not measured" in said
    assert watched("reader=3.0 newsboat=0.9")[0] == 1


def test_a_package_that_is_missing_is_a_peer_and_a_module_of_ours_is_not(watched: Watch) -> None:
    status, out, shown = watched("", "without_peer", "moved")
    assert status == 1
    assert "Note: without_peer lacks a_peer_that_nobody_has" in out and "a_peer_that_nobody_has" in shown
    assert "Wrong: moved failed: ended with status 1: ModuleNotFoundError" in out


def test_a_benchmark_that_fails_or_says_nothing_is_named_and_the_others_run(watched: Watch) -> None:
    status, out, shown = watched("reader=2.0", "broken", "silent", "steady")
    assert status == 1
    assert "Wrong: broken failed: ended with status 1: RuntimeError: the peer ended with status 3" in out
    assert "Wrong: silent failed" in out and "it gave no ratio" in out
    assert "| steady | speed | reader | processor time | 2.00 |" in shown


def test_a_benchmark_that_hangs_ends_with_all_it_started(watched: Watch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        status, out, _ = watched(str(server.getsockname()[1]), "hanging", longest=2)
        assert status == 1 and "hanging failed: took longer than 2 seconds" in out
        held, _ = server.accept()
        held.settimeout(20)
        # Whoever holds the other end is gone.
        assert held.recv(1) == b""
        held.close()


def test_what_is_not_measured_now_stays_as_it_is(watched: Watch) -> None:
    watched("reader=2.0")
    _, _, shown = watched("", "broken")
    assert "| steady | speed | reader | processor time | 2.00 | 2.00 |" in shown


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"last": {}}', '{"last": {"a": {}}, "base": {}}', '{"last": 3, "base": {}}']
)
def test_a_file_that_is_none_of_these_is_named(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "figures.json"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(ValueError, match=r"figures\.json: .*version control"):
        Figures.read(path)


def test_the_page_is_made_of_the_figures_that_are_kept() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(Figures.read(FIGURES), WITHOUT)
    assert set(json.loads(FIGURES.read_text(encoding="utf-8"))["base"]) <= set(EVERY)


def test_every_benchmark_is_watched_or_said_to_compare_with_nothing() -> None:
    folder = ROOT / "benchmarks"
    programs = {path.stem for path in folder.glob("*.py") if '"__main__"' in path.read_text(encoding="utf-8")}
    imported = {
        node.module.rpartition(".")[2]
        for path in (folder / "watched" / "each").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("benchmarks.")
    }
    peers = {
        "aseanwatch_command",
        "aseanwatch_crawl",
        "bare_scrapy",
        "lemon24_reader",
        "newsboat",
        "rss_to_email",
    }
    assert programs - imported - peers - {"bench_all"} - set(WITHOUT) == set()
    assert {name for name in WITHOUT if not (folder / f"{name}.py").exists()} == set()
