"""A running service gets outlets with ten years of archives, and alerts only to what is new."""

from __future__ import annotations

from pathlib import Path

from tests.archive_outlets import alerted, flooded, news_of, stored


def test_added_archives_raise_alerts_only_for_what_is_new(tmp_path: Path) -> None:
    rounds, outlets = flooded(tmp_path, count=10, items=30)
    assert stored(rounds.store) >= 10 * 30
    assert sorted(alerted(rounds.store)[0]) == sorted(news_of(outlets))
