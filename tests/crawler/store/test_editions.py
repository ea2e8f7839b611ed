"""Reports far from a day are read only where they name an edition of a series."""

from __future__ import annotations

from pathlib import Path

from crawler.store import stories
from tests.builders import NOON, keep, later, new_store

EXPO = "The 22nd China-ASEAN Expo opened in Nanning on Friday with agreements on trade and investment between China and ASEAN."
RICE = "China and Laos signed an agreement on rice exports and bilateral trade in Vientiane on Friday."


def test_only_reports_that_name_an_edition_are_read(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    expo = keep(store, "22nd China-ASEAN Expo opens", EXPO, published=NOON)
    keep(store, 'China, Laos sign rice agreement, "e: the letter" says', RICE, published=NOON)
    with store.read() as connection:
        found = stories.load_reports(connection, later(hours=-1), later(hours=1), editions=True)
        assert len(stories.load_reports(connection, later(hours=-1), later(hours=1))) == 2
    assert [report.article for report in found] == [expo.article]
