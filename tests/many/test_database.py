"""The store in PostgreSQL: its schema, one writer at a time, and tasks enqueued in the transaction of their data."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from crawler.analysis.release import not_a_copy
from crawler.store import Store, StoreError, base_register, recent_passages
from crawler.store.bulk import beginning_with
from crawler.store.copying import copy
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.jobs import Job, enqueue
from crawler.store.schema import articles, boilerplate, metadata
from tests.builders import NOON, keep, new_store, shipped


def opened(url: str) -> Store:
    store = Store(url)
    store.upgrade()
    return store


def test_migrations_make_exactly_the_schema_of_the_code(database: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    store = opened(database)
    with store.read() as connection:
        found = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": False}), metadata
        )
    # The last but one has other columns where JSON cannot be indexed; the last is PostgreSQL's alone
    foreign = ("procrastinate_", "report_words", "ix_articles_story_shown", "ix_bases_key_beginning")
    ours = [d for d in found if not any(name in str(d) for name in foreign)]
    assert ours == []


def test_bases_are_found_by_the_beginning_of_their_keys_in_an_index(database: str) -> None:
    asked = base_register._UNDER_KEY.params(own="park-1", beginning=beginning_with("park-1-"))
    with opened(database).read() as connection:
        # No index is worth its cost in an empty register.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        sql = asked.compile(connection, compile_kwargs={"literal_binds": True})
        plan = "\n".join(connection.scalars(text(f"EXPLAIN {sql}".replace(":", r"\:"))))
    assert "ix_bases_key_beginning" in plan
    assert "Seq Scan on bases" not in plan


def test_a_copy_that_differs_is_not_kept(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown, other = new_store(tmp_path), opened(database)
    keep(grown, "China and Laos open a rail link", "China and Laos cooperate on a rail link.")
    from crawler.store import copying

    monkeypatch.setattr(
        copying,
        "_plain",
        lambda value: value if value != "China and Laos open a rail link" else value.upper(),
    )
    real = copying._digest
    monkeypatch.setattr(
        copying, "_digest", lambda c, t: real(c, t) if c.dialect.name == "sqlite" else (0, "")
    )
    with pytest.raises(StoreError, match="differs"):
        copy(grown, other)
    with other.read() as connection:
        assert connection.scalar(select(func.count()).select_from(articles)) == 0


def test_what_an_outlet_repeats_is_learned_and_undone(database: str) -> None:
    store = opened(database)
    footer = "Follow us on all channels and download our app to read all stories without advertisements wherever you are in the region."
    news = (
        "China and Laos sign rail agreement",
        "Vietnam signs durian protocol with China",
        "Thailand and China sign visa agreement",
    )
    kept = [keep(store, title, f"{title}, officials said. {footer}") for title in news]
    assert [k.duplicate_of for k in kept] == [None] * len(news)
    with store.read() as connection:
        learned = connection.scalar(select(func.count()).select_from(boilerplate)) or 0
        rows = recent_passages.of_article(connection, kept[0].article)
    assert learned > len(rows)
    with store.write() as connection:
        as_before = articles.update().where(articles.c.id == kept[1].article)
        connection.execute(
            as_before.values(
                duplicate_of=kept[0].article, duplicate_why="the same words", story_id=kept[0].story
            )
        )
    with store.write() as connection:
        released = not_a_copy(connection, kept[1].article, shipped().rules(), NOON)
    assert released.is_new


def test_there_is_one_writer_at_a_time(database: str) -> None:
    store = opened(database)
    with store.write() as connection:
        set_cursor(connection, "counted", 0)

    def count() -> None:
        for _ in range(20):
            with store.write() as connection:
                set_cursor(connection, "counted", get_cursor(connection, "counted") + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert get_cursor(connection, "counted") == 80


def test_units_are_enqueued_with_what_they_are_about_or_not_at_all(database: str) -> None:
    store = opened(database)

    def waiting() -> list[str]:
        with store.read() as connection:
            return list(connection.scalars(text("SELECT task_name FROM procrastinate_jobs ORDER BY id")))

    with pytest.raises(RuntimeError), store.write() as connection:
        enqueue(connection, [Job("judge", "judge", {"entries": [1]})])
        raise RuntimeError
    assert waiting() == []
    with store.write() as connection:
        assert (
            enqueue(
                connection,
                [Job("judge", "judge", {"entries": [1]}), Job("select", "deliver", queueing_lock="select")],
            )
            == 2
        )
        assert enqueue(connection, [Job("select", "deliver", queueing_lock="select")]) == 0
    assert waiting() == ["judge", "select"]


def test_two_that_enqueue_the_same_at_once_do_not_hinder_each_other(database: str) -> None:
    store = opened(database)
    with store.write(exclusive=False) as one:
        enqueue(one, [Job("select", "deliver", queueing_lock="select")])
        told: list[int] = []

        def other() -> None:
            with store.write(exclusive=False) as connection:
                told.append(enqueue(connection, [Job("select", "deliver", queueing_lock="select")]))

        thread = threading.Thread(target=other)
        thread.start()
    thread.join()
    assert told in ([0], [1])
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1


def test_a_newer_schema_that_only_added_is_used_by_an_older_program(database: str) -> None:
    store = opened(database)
    with store.write() as connection:
        connection.execute(text("ALTER TABLE articles ADD COLUMN mood TEXT"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    older = opened(database)
    assert keep(older, "China and Laos open a rail link", "China and Laos cooperate on a rail link.").is_new
    with older.read() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9001"
