"""Archives come into PostgreSQL as they do into SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawler.archives.files import archives_of
from crawler.archives.import_options import ImportOptions
from crawler.archives.importing import ArchiveImport
from crawler.store import Store
from crawler.store.imports import count_staged, imported_among, of_archives_only
from crawler.store.schema import articles
from tests.builders import new_store, shipped, shipped_judge
from tests.crawler.archives.making import news_warc
from tests.crawler.archives.test_importing import ROWS, PoolHere, grouping, killed_at


def imported(store: Store, path: Path) -> None:
    ArchiveImport(shipped(), store, ImportOptions(), judge=shipped_judge()).run(archives_of([str(path)]))


def test_the_same_stories_come_of_it(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.archives.importing.ReadingPool", PoolHere)
    path = news_warc(tmp_path / "a.warc.gz", ROWS[:15])
    sqlite, postgres = new_store(tmp_path), Store(database)
    postgres.upgrade()
    imported(sqlite, path)
    for number, after in ((2, True), (3, False), (2, False)):
        with killed_at(postgres, number, after=after):
            imported(postgres, path)
    imported(postgres, path)
    assert grouping(postgres) == grouping(sqlite)
    with postgres.read() as connection:
        assert count_staged(connection) == 0
        rows = list(connection.execute(select(articles.c.id, articles.c.story_id)))
        assert len(rows) == connection.scalar(select(func.count()).select_from(articles)) == 15
        assert imported_among(connection, [r.id for r in rows]).history == {r.id for r in rows}
        assert of_archives_only(connection, {r.story_id for r in rows}) == {r.story_id for r in rows}
    postgres.close()
