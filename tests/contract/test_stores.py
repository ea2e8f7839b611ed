"""Which commands create a store, and which refuse to work without one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from typer.testing import Result

from crawler.model import AseanwatchError
from tests.contract.conftest import call as call_command
from tests.contract.test_command_line import COMMANDS
from tests.newsroom.configuration import over_packaged, packaged

MAKE = {
    "crawl": ["crawl"], "import": ["import", "../own/news.jsonl"], "db upgrade": ["db", "upgrade"], "alerts dispatch": ["alerts", "dispatch"],
    "subscriptions add": ["subscriptions", "add", "new", "--to", "a@b.example"], "subscriptions pause": ["subscriptions", "pause", "desk"],
    "subscriptions test": ["subscriptions", "test", "desk"], "operators add": ["operators", "add", "me"],
    "operators link": ["operators", "link"],
    "tokens add": ["tokens", "add", "mine", "--scope", "read"], "suppressions add": ["suppressions", "add", "a@b.example"],
    "bounces read": ["bounces", "read", "../own/bounced"],
}  # fmt: skip
"""Commands that bring something into the store: they make it."""
REFUSE = {
    "articles list": [], "articles show": ["1"], "articles diff": ["1"], "stories list": [], "stories show": ["1"],
    "stories merge": ["1", "2"], "stories split": ["1", "2"], "stories undo": ["1"], "stories labels": [], "stories lag": [], "stories pin": ["1"],
    "why": ["1"], "rejudge": [], "bases list": [], "bases changes": [], "bases show": ["x"], "bases timeline": ["x"], "bases rename": ["x", "y"],
    "bases merge": ["x", "y"], "bases split": ["x", "1"], "bases archive": ["--output", "x.warc"], "bases export": [],
    "sources health": [], "sources audit": [], "coverage": [], "export": [], "topics explain": ["1"], "topics backtest": ["--against", "config.yaml"],
    "topics suggest": [], "topics stats": [], "subscriptions list": [], "subscriptions feedback": [], "subscriptions remove": ["desk"],
    "subscriptions forget": ["a@b.example"], "subscriptions preview": ["desk"], "digests list": [], "digests rebuild": ["1"],
    "deliveries list": [], "deliveries show": ["1"], "deliveries drop": ["1"], "deliveries retry": [], "suppressions list": [], "suppressions remove": ["a@b.example"],
    "bounces list": [], "operators list": [], "operators password": ["me"], "operators totp": ["me"], "operators remove": ["me"],
    "operators signout": ["me"], "operators disable": ["me"], "operators enable": ["me"], "tokens list": [], "tokens remove": ["1"], "db prune": [], "db backup": ["copy.db"],
    "units list": [], "units retry": [], "units drop": ["1"], "articles not-a-copy": ["1"], "db shrink": [],
    "deliveries resume": ["folder"], "entries waiting": [], "entries dropped": [], "entries retry": [],
    "entries drop": ["1", "--why", "none"], "subscriptions set": ["desk", "--most", "9"], "status": [], "changes list": [], "changes undo": ["1"],
    "assist status": [], "assist log": [], "assist fill": [], "assist forget": ["--all"], "assist try": ["--story", "1"],
}  # fmt: skip
"""Commands that read, change or copy what is there."""
NONE = {
    "init", "check", "schema", "licenses", "classify", "evaluate", "sources list", "sources probe", "sources discover", "sources import", "sources add", "sources validate",
    "sources export", "sources pause", "sources set", "sources remove", "sources ask", "topics new", "topics test", "config show", "config diff", "config shorten", "db restore", "db verify", "operators provider", "db copy", "run", "web", "worker", "mcp",
}  # fmt: skip
"""Commands that need none, are given another one, or run for long: those have tests of their own."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration and no store; commands are called in another one."""
    own = tmp_path / "own"
    own.mkdir()
    sections = {
        "sources": [],
        "subscriptions": [{"name": "desk", "channel": "folder"}],
        "storage": {"url": "sqlite:///news.db"},
    }
    channels = {"delivery": {"channels": {"folder": {"type": "folder", "path": "told"}}}}
    (own / "config.yaml").write_text(over_packaged(**sections, **channels), encoding="utf-8")
    (own / "news.jsonl").touch()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return own


def call(folder: Path, *arguments: str) -> Result:
    """A command with the configuration of a folder."""
    return call_command(*arguments, "--config", str(folder / "config.yaml"), stdin="a long password\n" * 2)


def test_each_command_has_its_place() -> None:
    known = {*MAKE, *REFUSE, *NONE}
    assert set(COMMANDS) <= known, set(COMMANDS) - known


@pytest.mark.parametrize("command", sorted(REFUSE))
def test_a_command_that_reads_makes_no_store(folder: Path, command: str) -> None:
    done = call(folder, *command.split(), *REFUSE[command])
    assert isinstance(done.exception, AseanwatchError), done
    assert f"there is no store sqlite:///{folder / 'news.db'} yet" in str(done.exception)
    assert "aseanwatch crawl" in str(done.exception)
    assert {p.name for p in folder.iterdir()} == {"config.yaml", "news.jsonl"}
    assert not list(Path().iterdir())


def test_where_a_store_is_missing_its_whole_path_is_told_also_in_its_own_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    done = call_command("articles", "list")
    assert f"there is no store sqlite:///{folder / 'news.db'} yet" in str(done.exception)


@pytest.mark.parametrize("command", sorted(MAKE))
def test_a_command_that_brings_something_makes_it_beside_the_configuration(
    folder: Path, command: str
) -> None:
    done = call(folder, *MAKE[command])
    assert not isinstance(done.exception, AseanwatchError), done.exception
    with sqlite3.connect(folder / "news.db") as store:
        assert store.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    assert not list(Path().iterdir())


@pytest.mark.parametrize("command", [["crawl"], ["articles", "list"]])
def test_a_store_of_the_current_folder_is_not_left_behind_in_silence(
    folder: Path, command: list[str]
) -> None:
    Path("news.db").touch()
    done = call(folder, *command)
    assert isinstance(done.exception, AseanwatchError)
    assert f"name its whole path: sqlite:///{Path('news.db').absolute()}" in str(done.exception)
    assert not (folder / "news.db").exists()


def test_a_store_of_another_configuration_is_left_alone(folder: Path) -> None:
    Path("news.db").touch()
    Path("config.yaml").write_text(packaged(), encoding="utf-8")
    assert call(folder, "db", "upgrade").exception is None
    assert (folder / "news.db").exists()
    assert Path("news.db").stat().st_size == 0
