"""``make demo-parties``: the news of other parties becomes stories, bases and a digest without code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.config import load
from tests.conftest import environment


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's folder and what it printed."""
    folder = tmp_path_factory.mktemp("demo-parties")
    command = [sys.executable, "-m", "tests.newsroom.other_parties"]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment() | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "demo-parties", done.stdout


def test_reports_in_three_languages_are_one_story_with_its_base(shown: tuple[Path, str]) -> None:
    _, said = shown
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "India, Kenya open joint solar training centre in Nakuru 3 3" in lines
    assert "India-Kenya Solar Training Centre launched Nakuru" in lines


def test_hard_negatives_become_no_stories(shown: tuple[Path, str]) -> None:
    _, said = shown
    assert "wickets" not in said
    assert "China and Kenya" not in said


def test_the_digest_is_of_the_parties(shown: tuple[Path, str]) -> None:
    folder, said = shown
    assert "News of India–Africa cooperation" in said
    assert "the digest: Launched: India-Kenya Solar Training Centre (Nakuru)" in said
    assert len(list(folder.glob("*.eml"))) == 1
    assert load(str(folder / "config.yaml")).parties.sides.ours.countries == {"IN"}
