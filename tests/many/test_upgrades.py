"""Upgrades from the schema of each earlier release keep all data, in SQLite and in PostgreSQL."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    insert,
    select,
    text,
)

from alerts.model import AlertKey
from crawler.store import Store
from crawler.store.empty_store import MIGRATIONS
from crawler.store.schema import alerts, articles
from tests.builders import keep
from tests.conftest import run
from tests.newsroom.configuration import packaged, with_sections

VERSIONS = sorted(f.name[:4] for f in (MIGRATIONS / "versions").glob("0*.py"))
SOME = [
    v if v in (VERSIONS[0], *VERSIONS[-4:-1]) else pytest.param(v, marks=pytest.mark.long)
    for v in VERSIONS[:-1]
]
"""The first version and the latest: what comes between passes through the same steps."""


def at_version(url: str, version: str) -> Store:
    """A store with the schema of an earlier release."""
    store = Store(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    return store


def filled(store: Store) -> dict[str, int]:
    """One row in each table, whatever its columns are in that release; gives how many rows each table has."""
    found = MetaData()
    found.reflect(store.engine)
    with store.write() as connection:
        tables = [
            t
            for t in found.sorted_tables
            if t.name != "alembic_version"
            and not t.name.startswith(("report_words", "procrastinate", "subscription_changes"))
        ]
        for table in tables:
            connection.execute(insert(table), [{c.name: _value(table, c) for c in table.columns}])
        return {t.name: len(connection.execute(select(t)).all()) for t in tables}


def _value(table: Table, column: Any) -> Any:
    kinds: list[tuple[type, Any]] = [
        (Boolean, True), (BigInteger, 1), (Integer, 1), (Float, 0.5), (DateTime, dt.datetime(2025, 11, 30, 7, tzinfo=dt.UTC)), (Date, dt.date(2025, 11, 30)),
        (JSON, ["x"]), (LargeBinary, b"x"),
    ]  # fmt: skip
    name = (table.name, column.name)
    if name in (
        ("articles", "duplicate_of"),
        ("alerts", "digest_id"),
        ("deliveries", "merged_into"),
        ("stories", "split_from"),
    ):
        return None
    if name in (("subscriptions", "added"), ("digests", "content")):
        return None
    if name == ("subscription_changes", "number"):
        return 99  # the first ones are there from the beginning
    if name == ("recent_passages", "hashes"):
        return bytes(4)
    if column.name in ("state", "envelope"):
        return {"source": "x"}
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "x")


def check(url: str, version: str) -> None:
    before = filled(at_version(url, version))
    store = Store(url)
    store.upgrade()
    assert store.is_ready()
    now = MetaData()
    now.reflect(store.engine)
    with store.read() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == VERSIONS[-1]
        for name, rows in before.items():
            assert len(connection.execute(select(now.tables[name])).all()) >= rows, name
    if store.is_sqlite:
        keep(store, "China and Laos open a rail link", "China and Laos cooperate on a rail link.")
    store.close()


@pytest.mark.parametrize("version", SOME)
def test_sqlite(version: str, tmp_path: Path) -> None:
    check(f"sqlite:///{tmp_path / 'old.db'}", version)


@pytest.mark.parametrize("version", SOME)
def test_postgresql(version: str, database: str) -> None:
    check(database, version)


ABOUTS = {
    "base:park-1": "new_base", "base:park-1-2": "new_base", "base:a:b": "new_base", "base:park-1:under construction": "update",
    "base:a:b:signed": "update", "story:7": "story", "article:12": "article", "correction:12:3": "correction", "old:7": "old",
}  # fmt: skip


def check_keys(url: str) -> None:
    """Keys of alerts, and what articles name, are in their columns after an upgrade."""
    old = at_version(url, "0016")
    found = MetaData()
    found.reflect(old.engine)
    of_articles = found.tables["articles"]
    moment = dt.datetime(2025, 11, 30, 7, tzinfo=dt.UTC)
    with old.write() as connection:
        connection.execute(
            insert(found.tables["stories"]), [{"id": 7, "first_seen": moment, "last_seen": moment}]
        )
        rows = [
            {
                "subscription": "desk",
                "about": about,
                "kind": kind,
                "story_id": 7,
                "article_id": 12,
                "topics": [],
                "at": moment,
            }
            for about, kind in ABOUTS.items()
        ]
        connection.execute(insert(found.tables["alerts"]), rows)
        plain = {c.name: _value(of_articles, c) for c in of_articles.columns} | {"story_id": 7}
        for number, features in enumerate(
            (["c:VN", "e:China-ASEAN Expo#22"], ["c:VN", "x:he said e:1"], []), 1
        ):
            connection.execute(
                insert(of_articles), [plain | {"id": number, "url_key": f"u{number}", "features": features}]
            )
    old.close()
    store = Store(url)
    store.upgrade()
    with store.read() as connection:
        alerts_now = connection.execute(select(alerts).order_by(alerts.c.id)).all()
        editions = (
            connection.execute(select(articles.c.names_edition).order_by(articles.c.id)).scalars().all()
        )
    store.close()
    assert [
        (str(AlertKey.of_row(row)), AlertKey.parse(row.about).columns()["subject"]) for row in alerts_now
    ] == [(row.about, row.subject) for row in alerts_now]
    assert [row.about for row in alerts_now] == list(ABOUTS)
    assert list(editions) == [True, False, False]


def test_keys_of_alerts_go_into_columns_in_sqlite(tmp_path: Path) -> None:
    check_keys(f"sqlite:///{tmp_path / 'old.db'}")


def test_keys_of_alerts_go_into_columns_in_postgresql(database: str) -> None:
    check_keys(database)


def test_an_upgrade_says_from_where_to_where_and_an_older_program_that_the_store_is_newer(
    tmp_path: Path,
) -> None:
    at_version(f"sqlite:///{tmp_path / 'watch.db'}", VERSIONS[0]).close()
    url = f"sqlite:///{tmp_path / 'watch.db'}"
    one = {"name": "a", "url": "https://a.example/feed"}
    sections = {"storage": {"url": url}, "sources": [one], "subscriptions": []}
    (tmp_path / "config.yaml").write_text(with_sections(packaged(), **sections), encoding="utf-8")
    assert f"went from schema {VERSIONS[0]} to {VERSIONS[-1]}" in run("db", "upgrade", cwd=tmp_path).out
    assert f"is up to date: schema {VERSIONS[-1]}" in run("db", "upgrade", cwd=tmp_path).out
    store = Store(url)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    store.close()
    for words in (("db", "upgrade"), ("stories", "list")):
        done = run(*words, cwd=tmp_path)
        assert done.status == 0 and "was brought to schema 9001 by a newer program" in done.err.replace(
            "\n", " "
        )
