"""A year of the service with daily pruning: every event raises one alert, whatever is listed again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.archive_outlets import FORMS, a_year


def test_in_a_year_of_pruning_each_event_raises_one_alert(tmp_path: Path) -> None:
    headlines, outlets = a_year(tmp_path, FORMS, timedelta(days=6), timedelta(days=17))
    assert sorted(headlines) == sorted(e.title for o in outlets for e in o.events)
