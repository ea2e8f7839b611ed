"""A news web that was crawled once for all tests of commands: each takes a copy of the store, and changes what it likes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from alerts.cli import build
from tests.conftest import EVENING, made_once, run
from tests.newsroom.configuration import watching, with_sections
from tests.newsroom.web import Newsroom

SUBSCRIPTIONS = [
    {"name": "desk", "channel": "folder", "when": "instant"},
    {"name": "later", "channel": "folder", "when": "weekly mon 07:00"},
]
"""What the store knows already when the news comes, so that the news is new for them."""
ONE_BY_ONE = {"allow_private": ["127.0.0.1"], "per_host": 1, "concurrency": 1}
"""Settings of a crawl to which news always comes in the same order."""
Crawled = Callable[..., Path]


@pytest.fixture(scope="session")
def news_web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the one crawl, which parallel tests share; to be copied, not to be used."""
    with made_once(tmp_path_factory, "crawled") as (folder, is_first):
        if is_first:
            with Newsroom(EVENING) as room:
                watching(room, folder, is_whole=True, crawl=ONE_BY_ONE, subscriptions=SUBSCRIPTIONS)
                assert run("crawl", cwd=folder).status == 0
    return folder


@pytest.fixture(scope="session")
def crawled_in(news_web: Path) -> Crawled:
    """Makes a folder one in which the news web was crawled: ``crawled_in(folder, subscriptions=…)``."""

    def copy(folder: Path, **sections: Any) -> Path:
        for file in news_web.glob("aseanwatch.db*"):
            shutil.copy(file, folder)
        text = (news_web / "config.yaml").read_text(encoding="utf-8")
        (folder / "config.yaml").write_text(
            with_sections(text, **{"subscriptions": SUBSCRIPTIONS[:1], **sections}), encoding="utf-8"
        )
        return folder

    return copy


@pytest.fixture(scope="module")
def crawled(crawled_in: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawled folder for tests that change nothing in it."""
    return crawled_in(tmp_path_factory.mktemp("crawled"))


@pytest.fixture
def own(crawled_in: Crawled, tmp_path: Path) -> Path:
    """A crawled folder for one test."""
    return crawled_in(tmp_path)


_program = cache(build)
_commands = cache(get_command)
"""Making the commands takes longer than most of them."""


def call(*arguments: str, stdin: str = "", **environment: str) -> Result:
    """Call a command in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", _commands)
        return CliRunner().invoke(_program(), arguments, input=stdin, env=environment)
