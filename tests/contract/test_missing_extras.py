"""Where a package of an extra is missing, one line says what to install, before anything is done."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crawler.analysis.calendar import calendar_of
from crawler.analysis.output_files import output_to
from crawler.model import AseanwatchError


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
