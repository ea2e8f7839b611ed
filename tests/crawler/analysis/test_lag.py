"""Lag: who was first, how long others took, where there is silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.analysis.lag import lag_of, matrix
from tests.builders import NOON, later


@dataclass
class Report:
    id: int
    lang: str
    country: str | None
    when: datetime
    source: str = "outlet"
    outlet: str | None = None
    title: str = "Base launched"


def test_delays_count_from_the_first_report() -> None:
    rows = [
        Report(2, "id", "ID", later(hours=30)),
        Report(1, "zh", "CN", NOON),
        Report(3, "id", "ID", later(hours=5)),
    ]
    found = lag_of(7, rows, ["en", "id", "zh"], ["CN", "ID", "TH"])
    assert (found.first_lang, found.first_country) == ("zh", "CN")
    assert found.languages == {"zh": 0.0, "id": 5.0}
    assert (found.silent, found.silent_countries) == (("en",), ("TH",))


def test_many_stories_give_medians_and_count_silence() -> None:
    stories = [
        lag_of(1, [Report(1, "zh", "CN", NOON), Report(2, "vi", "VN", later(hours=2))], ["vi", "zh"], []),
        lag_of(2, [Report(3, "vi", "VN", NOON)], ["vi", "zh"], []),
    ]
    by_code = {row["code"]: row for row in matrix(stories).languages}
    assert by_code["vi"] == {"code": "vi", "stories": 2, "first": 1, "median_hours": 1.0, "silent": 0}
    assert by_code["zh"]["silent"] == 1


def test_nothing_gives_nothing() -> None:
    assert matrix([]).languages == []
