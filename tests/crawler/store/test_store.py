"""The store: migrations, evidence that never changes, one writer, and locks that a dying process loses."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from crawler.store import Store, database, empty_store, entries, overview
from crawler.store import articles as stored_articles
from crawler.store.bulk import chunks
from crawler.store.database import StoreError, migrate
from crawler.store.schema import articles, metadata
from crawler.store.upkeep import backup, prune
from crawler.store.waiting import Reason, Wait, postpone
from tests.builders import NOON, entry, keep, later, new_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def test_migrations_make_exactly_the_schema_of_the_code(store: Store, tmp_path: Path) -> None:
    by_code = Store(f"sqlite:///{tmp_path / 'code.db'}")
    metadata.create_all(by_code.engine)

    def shape(of: Store) -> set[tuple[str, str]]:
        with sqlite3.connect(str(of.url.database)) as raw:
            names = "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE '%version' AND name NOT LIKE 'report_words%'"
            tables = [r[0] for r in raw.execute(names)]  # the search's own tables are SQLite's
            return {(t, str(c[1:4])) for t in tables for c in raw.execute(f"PRAGMA table_info({t})")}

    assert shape(store) == shape(by_code)


def test_a_store_made_at_once_is_what_all_migrations_make(tmp_path: Path) -> None:
    made, migrated = (Store(f"sqlite:///{tmp_path / name}") for name in ("made.db", "migrated.db"))
    made.upgrade()
    with migrated.write() as connection:
        migrate(connection)
        assert not empty_store.create(connection), "there is something already"
    assert made.is_ready()

    def content(of: Store) -> tuple[list[object], dict[str, list[object]]]:
        with sqlite3.connect(str(of.url.database)) as raw:
            shape = raw.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
            ).fetchall()
            tables = [name for kind, name, _, _ in shape if kind == "table"]
            return shape, {t: raw.execute(f'SELECT * FROM "{t}"').fetchall() for t in tables}

    one, other = content(made), content(migrated)
    # By its token one store is told from another: each draws its own.
    (((_, _, drawn),), ((_, _, other_drawn),)) = (c[1].pop("subscription_changes") for c in (one, other))
    assert one == other
    assert len({drawn, other_drawn}) == 2 and drawn


def test_where_a_migration_was_added_the_migrations_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(empty_store, "of_migrations", lambda: 1)
    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    with store.write() as connection:
        assert not empty_store.create(connection)
    store.upgrade()
    assert store.is_ready()


def test_upgrading_twice_changes_nothing(store: Store) -> None:
    store.upgrade()
    with sqlite3.connect(str(store.url.database)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_entry_can_be_stored_once_only(store: Store) -> None:
    with store.write() as connection:
        (number,) = entries.add(connection, [(entry("First"), "outlet.example/1")])
        postpone(connection, [Wait([number], Reason.PAGE)], NOON)
        assert entries.known_guids(connection, "outlet", [entry().guid, "another"]) == {entry().guid}
    with pytest.raises(IntegrityError), store.write() as connection:
        entries.add(connection, [(entry("Changed headline"), "outlet.example/1")])
    with store.read() as connection:
        assert [p.entry.title for p in entries.load_pending(connection)] == ["First"]


def test_what_a_feed_says_of_an_entry_is_kept(store: Store) -> None:
    given = entry(
        "First",
        categories=("News", "地区"),
        enclosures=(("https://o.example/a.mp3", "audio/mpeg", "1"),),
        outlet_url="https://o.example",
    )
    with store.write() as connection:
        postpone(
            connection, [Wait(entries.add(connection, [(given, "outlet.example/1")]), Reason.PAGE)], NOON
        )
        assert [p.entry for p in entries.load_pending(connection)] == [given]


def test_the_same_address_is_one_article(store: Store) -> None:
    first = keep(
        store,
        "China and ASEAN cooperate",
        "China and ASEAN cooperate.",
        url="https://o.example/a?utm_source=x",
    )
    again = keep(store, "Another headline", "Other words.", url="http://www.o.example/a/")
    assert (again.article, again.is_new) == (first.article, False)


def test_more_articles_are_listed_than_one_statement_takes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [keep(store, f"China and ASEAN sign agreement {n} on {n}{n} ports").article for n in range(5)]
    other = keep(store, "Football: a late goal", "Nobody expected it.").article
    several = [*told, other, 10_000]
    with store.read() as connection:
        at_once = stored_articles.find(connection, stored_articles.Filter(ids=several))
        monkeypatch.setattr(stored_articles, "CHUNK", 2)
        monkeypatch.setattr(stored_articles, "chunks", partial(chunks, size=2))
        assert stored_articles.find(connection, stored_articles.Filter(ids=several)) == at_once
        few = stored_articles.find(connection, stored_articles.Filter(ids=several, limit=3))
        assert few == at_once[:3]
        news = stored_articles.headlines_of_news(connection, several)
    assert [h.id for h in news] == [row.id for row in at_once if row.id != other]
    assert {(h.title, h.duplicate_of) for h in news} == {
        (row.title, None) for row in at_once if row.id != other
    }


def test_a_republished_text_points_to_its_original_and_joins_its_story(store: Store) -> None:
    text = (
        "China and ASEAN agreed on Tuesday to widen cooperation in rice research, and a joint team will begin its work in spring. "
        * 3
    )
    first = keep(store, "China, ASEAN widen rice research", text)
    copy = keep(
        store, "Rice: China and ASEAN agree", "BANGKOK - " + text, url="https://copy.example/2", source="copy"
    )
    assert copy.duplicate_of == first.article
    assert copy.story == first.story is not None


def test_a_failing_block_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as connection:
        entries.add(connection, [(entry(), "outlet.example/1")])
        raise RuntimeError
    with store.read() as connection:
        assert entries.load_pending(connection) == []


def test_a_lock_is_held_once_and_let_go(store: Store) -> None:
    other = Store(str(store.url))
    with store.lock("outbox") as mine, other.lock("outbox") as theirs:
        assert (mine, theirs) == (True, False)
    with other.lock("outbox") as theirs:
        assert theirs


def test_pruning_keeps_what_proves_a_base(store: Store) -> None:
    keep(
        store,
        "China-ASEAN training base launched in Nanning",
        "A China-ASEAN training base was launched in Nanning.",
    )
    keep(
        store,
        "China and Thailand hold trade talks",
        "China and Thailand held talks on trade cooperation.",
        url="https://o.example/2",
    )
    assert prune(store, later(days=1), later(days=1))["articles"] == 1
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(articles)) == 1


def test_a_backup_is_whole(store: Store, tmp_path: Path) -> None:
    keep(store, "China and Thailand hold trade talks", "China and Thailand held talks on trade cooperation.")
    backup(store, tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "copy.db") as raw:
        assert raw.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        Store(f"sqlite:///{tmp_path}/nowhere/store.db").upgrade()
    (tmp_path / "words.db").write_text("these are only words, and long enough to be no database " * 20)
    with pytest.raises(StoreError, match=r"words\.db"):
        Store(f"sqlite:///{tmp_path}/words.db").upgrade()


def test_a_full_disk_is_told_apart_from_a_full_folder_for_what_is_put_aside(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    # SQLite fails alike, wherever it wanted to write.
    with (
        pytest.raises(StoreError, match=r"full\. Its own disk has room.* in /elsewhere"),
        store.write() as connection,
    ):
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        connection.exec_driver_sql("CREATE TABLE large AS SELECT randomblob(1000000)")
    monkeypatch.setattr(database, "_ROOM", 2**62)
    with pytest.raises(StoreError, match=r"full$"), store.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        connection.exec_driver_sql("CREATE TABLE large AS SELECT randomblob(1000000)")


def test_the_outlets_of_a_story_are_counted_and_not_the_sources_that_list_them(store: Store) -> None:
    texts = {
        "Daily One": "In Vientiane the ministers of both countries praised the rail link, which took five years to build.",
        "Daily Two": "Farmers hope that fruit reaches Kunming within a day now that trains run between the two capitals.",
    }
    title = "China and Laos open China-Laos joint railway laboratory in Vientiane"
    for outlet, text in texts.items():
        keep(
            store, title, text, url=f"https://{outlet[-3:].lower()}.example/a", source="search", outlet=outlet
        )
    with store.read() as connection:
        assert [(r["reports"], r["outlets"]) for r in overview.find(connection)] == [(2, 2)]
