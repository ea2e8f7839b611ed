"""The documents name files, tasks and folders that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import rooms

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    path.relative_to(ROOT).as_posix()
    for path in sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
    # what was decided and released in the past speaks of the files of its day
    if "adr" not in path.parts and path.name != "CHANGELOG.md"
]
FILES = {
    path.name
    for folder in ("crawler", "alerts", "tests", "benchmarks", "scripts", "examples")
    for path in (ROOT / folder).rglob("*")
}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_file_of_ours_that_is_named_is_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    paths = re.findall(
        r"(?<![\w/.:-])((?:alerts|crawler|tests|benchmarks|scripts|deploy|examples)/[\w/.-]*\w)", text
    )
    assert [path for path in paths if not (ROOT / path).exists()] == []
    names = re.findall(r"`([a-z_]+\.py)`", text)
    assert [name for name in names if name not in FILES] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_task_that_is_named_is_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    tasks = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= tasks


def test_the_page_of_rooms_is_made_from_the_code_as_it_is() -> None:
    assert (ROOT / "docs" / "reference" / "rooms.md").read_text(
        encoding="utf-8"
    ).rstrip() == rooms.page().rstrip()
