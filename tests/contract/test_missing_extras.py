"""Where a package of an extra is missing, one line says what to install, before anything is done."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crawler.analysis.calendar import calendar_of
from crawler.analysis.output_files import output_to
from crawler.model import AseanwatchError
from crawler.runtime.extras import how_to_add


def test_a_spreadsheet_is_refused_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(AseanwatchError, match=r"spreadsheets need: pip install 'aseanwatch\[xlsx\]'"):
        output_to(tmp_path / "news.xlsx")
    assert list(tmp_path.iterdir()) == []
    output_to(tmp_path / "news.csv")


def test_a_calendar_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(AseanwatchError, match=r"calendars need: pip install 'aseanwatch\[calendar\]'"):
        calendar_of([])


@pytest.mark.parametrize(
    ("installed_by", "command"),
    [
        ("pip", "pip install 'aseanwatch[chat]'"),
        ("pipx", "pipx runpip aseanwatch install 'aseanwatch[chat]'"),
        ("uv", "uv pip install --python '/opt/own tools/bin/python' 'aseanwatch[chat]'"),
    ],
)
def test_the_command_is_that_of_the_program_that_installed_it(
    installed_by: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/opt/own tools/bin/python")
    if installed_by == "pipx":
        (tmp_path / "pipx_metadata.json").touch()
    if installed_by == "uv":
        monkeypatch.setattr("crawler.runtime.extras.find_spec", lambda _: None)
    assert how_to_add("chat") == command
