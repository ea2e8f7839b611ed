"""docs/project/dependencies.md says of every package that pyproject.toml asks for what it is for and what it costs."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.build_dependencies import PAGE, declared

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `([^`]+)` \| (\w+) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
LOADED = {"every command", "the service", "when needed"}


def test_every_package_has_a_line_and_no_line_is_left_over() -> None:
    rows = {name: group for name, group, *_ in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert rows == declared(), "make dependencies writes the lines; what a package is for is written by hand"


def test_every_line_says_what_for_and_what_it_costs() -> None:
    for name, _, words, own, saved, milliseconds, loaded in ROW.findall(PAGE.read_text(encoding="utf-8")):
        assert len(words) > 4, name
        assert float(own) >= 0 and float(saved) >= 0 and float(milliseconds) >= 0, name
        assert loaded in LOADED, name


def test_the_locked_files_hold_every_package() -> None:
    base = {name for name, group in declared().items() if group == "base"}
    # Translation in the process takes 237 MB, and a server of translations stands beside the others.
    all_but_one = {name for name, group in declared().items() if group != "argos"}
    for file, wanted in (("runtime.txt", base), ("server.txt", all_but_one)):
        locked = re.findall(
            r"^([\w.-]+)==", (ROOT / "requirements" / file).read_text(encoding="ascii"), re.MULTILINE
        )
        assert wanted <= {re.sub(r"[-_.]+", "-", name).lower() for name in locked}, file
