"""Completion in real shells, and the manual page in real readers of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts import build_man
from tests.deploy.conftest import ROOT
from tests.newsroom.configuration import packaged, with_sections

SCRIPTS = {
    # What the shell's own completion puts on the line for the words that a person has typed.
    "bash": """
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        _aseanwatch_completion aseanwatch
        printf '%s\\n' "${COMPREPLY[@]}"
    """,
    "zsh": """
        compdef() { : }; _arguments() { print -l -- "$@" }
        source "$1"; shift
        words=("$@"); CURRENT=$#
        _aseanwatch_completion
    """,
    "fish": """
        source $argv[1]
        complete -C "$argv[2..]"
    """,
}


def completed(shell: str, folder: Path, *words: str) -> str:
    """What a shell offers for a line that ends with the last word."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    program = folder / "bin" / "aseanwatch"
    program.parent.mkdir(exist_ok=True)
    start = "import sys; sys.argv[0] = 'aseanwatch'; from alerts.cli import main; main()"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -c "{start}" "$@"\n')
    program.chmod(0o755)
    plain = os.environ | {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)}
    script = subprocess.run(
        [str(program)], env=plain | {"_ASEANWATCH_COMPLETE": f"source_{shell}"}, capture_output=True, text=True, check=True, cwd=folder
    ).stdout  # fmt: skip
    (folder / shell).write_text(script)
    options = {"bash": ["--norc", "-c"], "zsh": ["-f", "-c"], "fish": ["--no-config", "-c"]}[shell]
    name = [] if shell == "fish" else [shell]
    done = subprocess.run(
        [shell, *options, SCRIPTS[shell], *name, str(folder / shell), *words], env=plain, capture_output=True, text=True, check=False, cwd=folder, timeout=60
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a configuration of its own."""
    sources = [
        {"name": "krung-thep", "url": "https://a.example/"},
        {"name": "mekong-post", "url": "https://b.example/"},
    ]
    subscriptions = [{"name": "night-desk", "channel": "archive"}]
    text = with_sections(packaged(), sources=sources, subscriptions=subscriptions)
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_names_are_completed(shell: str, folder: Path) -> None:
    assert "backtest" in completed(shell, folder, "aseanwatch", "topics", "back")
    offered = completed(shell, folder, "aseanwatch", "crawl", "--source", "")
    assert "krung-thep" in offered and "mekong-post" in offered
    assert "topik-id" not in offered, "a source of the packaged configuration, which is not used here"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["crawl", "--no"], "--no-pages"),
        (["export", "--format", "x"], "xlsx"),
        (["subscriptions", "preview", "n"], "night-desk"),
        (["articles", "list", "--topic", "demo"], "demonstration_base"),
        (["--conf"], "--config"),
    ],
)
def test_options_and_their_values_are_completed(words: list[str], offered: str, folder: Path) -> None:
    assert completed("bash", folder, "aseanwatch", *words).splitlines() == [offered]


def test_names_are_those_of_the_configuration_that_is_named(folder: Path) -> None:
    (folder / "config.yaml").rename(folder / "other.yaml")
    assert "topik-id" in completed("bash", folder, "aseanwatch", "crawl", "--source", "topik")
    assert "mekong-post" in completed(
        "bash", folder, "aseanwatch", "--config", "other.yaml", "crawl", "--source", "me"
    )
    (folder / "other.yaml").write_text("sources: [\x00")
    assert (
        completed("bash", folder, "aseanwatch", "--config", "other.yaml", "crawl", "--source", "me").strip()
        == ""
    )


def test_the_manual_page_is_that_of_the_commands() -> None:
    assert build_man.PAGE.read_text(encoding="utf-8") == build_man.page(), "make docs"


def test_readers_of_manual_pages_find_nothing_wrong() -> None:
    if not shutil.which("mandoc"):
        pytest.skip("mandoc is not installed")
    lint = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", str(build_man.PAGE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.stdout + lint.stderr == ""
    shown = subprocess.run(
        ["mandoc", "-T", "utf8", str(build_man.PAGE)], capture_output=True, text=True, check=True
    ).stdout
    while "\b" in shown:  # bold and underlined letters, as on a typewriter
        at = shown.index("\b")
        shown = shown[: at - 1] + shown[at + 1 :]
    for said in (
        "aseanwatch topics backtest",
        "--no-pages",
        "ASEANWATCH_CONFIG",
        "EXIT STATUS",
        "China–ASEAN",
    ):
        assert said in shown


def test_the_wheel_installs_the_manual_page(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [n for n in names if n.endswith(".data/data/share/man/man1/aseanwatch.1")]
