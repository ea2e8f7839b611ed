"""Outlets with ten years of archives are added to a running service: only what is new is told."""

from __future__ import annotations

from pathlib import Path

from tests.archives import flooded, news_of, stored, told


def test_of_archives_that_are_added_only_what_is_new_is_told(tmp_path: Path) -> None:
    desk, outlets = flooded(tmp_path, count=10, items=30)
    assert stored(desk.store) >= 10 * 30
    assert sorted(told(desk.store)[0]) == sorted(news_of(outlets))
