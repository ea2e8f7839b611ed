"""The threat model and the checklist name only tests that exist, and leave out no point."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("security.md", "asvs.md")
POINTS = (
    "1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 "
    "6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 "
    "10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 "
    "14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2"
)
"""OWASP ASVS 5.0.0: how many points each section has at levels 1 and 2; they are counted from 1."""


def text_of(document: str) -> str:
    return (ROOT / "docs" / "project" / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_test_that_is_named_is_there(document: str) -> None:
    text = text_of(document)
    named = re.findall(r"`(tests/[\w/.]+|test_\w+\.py)`", text)
    assert len(named) > 20
    missing = [
        n
        for n in named
        if not (ROOT / n if n.startswith("tests/") else ROOT / "tests" / "security" / n).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_command_and_file_that_is_named_is_there(document: str) -> None:
    text = text_of(document)
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert {m for m in re.findall(r"`make (\w+)`", text)} <= targets
    files = re.findall(r"`((?:alerts|crawler|deploy|docs)/[\w/.-]+)`", text)
    assert [f for f in files if not (ROOT / f).exists()] == []


def test_no_point_of_the_checklist_is_left_out() -> None:
    asked = [
        f"{section}.{n + 1}"
        for part in POINTS.split()
        for section, _, count in [part.partition(":")]
        for n in range(int(count))
    ]
    rows = re.findall(r"(?m)^\| ([\d. ]+) \| (.+?) \| (yes|part|–) \| (.+) \|$", text_of("asvs.md"))
    answered = [point for points, *_ in rows for point in points.split()]
    assert sorted(answered) == sorted(asked)
    assert len(answered) == 253
