"""Last night's backup by the very line of the shipped unit: the store is lost, put back by the documented commands, and tells nothing twice."""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, inspect, select, text, update

from alerts.commands.backups import _abandon, _moment, _next
from alerts.delivery.dispatch import dispatch
from alerts.digests.packing import packed
from alerts.identity import operators, tokens
from alerts.identity.organisation_accounts import Account, admit
from alerts.operations.incidents import find_troubles
from alerts.selection import after_restore
from alerts.selection.timing import was_due
from alerts.subscriptions import subscriptions
from crawler.config import load
from crawler.config.settings import Settings, Subscription
from crawler.runtime.clock import now
from crawler.store import Store, StoreError, backups, restoring
from crawler.store.empty_store import newest_schema
from crawler.store.schema import console_sessions, deliveries, digest_packs, metadata
from tests.builders import keep, new_store, some_of
from tests.conftest import Done, environment, run
from tests.many.restoring_world import World
from tests.newsroom.configuration import packaged, with_sections
from tests.postgres import Postgres

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
HEADLINES = (
    "China and Laos launch a new railway between Kunming and Vientiane",
    "China and Thailand sign a trade agreement on fruit exports",
    "China and Malaysia launch a joint laboratory for durian research in Penang",
    "China and Cambodia sign a memorandum on a vocational training centre",
)
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'watch.db'}"
    return str(request.getfixturevalue("database"))


def configured(folder: Path, url: str, *more: dict[str, Any], **storage: Any) -> Settings:
    sections = {
        "storage": {"url": url, "backups": str(folder / "backups"), "copies": 3, **storage}, "web": {"port": 0},
        "sources": [{"name": "outlet", "url": "http://127.0.0.1:9/feed"}],
        "delivery": {"from": "watch@example.org", "secret": f"${{WATCH_SECRET:-{'s' * 32}}}", "channels": {"told": {"type": "folder", "path": str(folder / "told")}}},
        "subscriptions": [
            {"name": "at-once", "channel": "told", "fresh": "3650d"},
            {"name": "daily", "channel": "told", "when": "daily 07:30", "timezone": "UTC", "fresh": "3650d"},
            *more,
        ],
        "operations": {"channel": "told"},
    }  # fmt: skip
    (folder / "config.yaml").write_text(with_sections(packaged(), **sections), encoding="utf-8")
    return load(str(folder / "config.yaml"), environment())


def exec_start(unit: str, folder: Path) -> Done:
    """Run the line of a unit as systemd does, with this program in place of the installed one."""
    (line,) = re.findall(r"^ExecStart=(.*)$", (UNITS / unit).read_text(), re.MULTILINE)
    words = shlex.split(line.replace("/etc/aseanwatch/config.yaml", str(folder / "config.yaml")))
    assert words[0] == "/opt/aseanwatch/bin/aseanwatch"
    return run(*words[1:], cwd=folder)


def told(folder: Path) -> int:
    """The messages that have come."""
    where = folder / "told"
    return len([f for f in where.rglob("*.eml")]) if where.exists() else 0


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but those that a restore itself writes."""
    left_out = {"validators", "restores", "audit", "backups", "console_sessions", "marks"}
    with store.read() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))  # type: ignore[misc]
            for table in metadata.sorted_tables
            if table.name not in left_out
        }


def news(store: Store, number: int, published: datetime, listed: datetime | None = None) -> None:
    """Store a report, as if a source had listed it at a moment."""
    when = {"published": published, "first_seen": listed or published, "listed": listed or published}
    keep(
        store,
        HEADLINES[number],
        f"{HEADLINES[number]}. It is report {number}.",
        url=f"https://outlet.example/{number}",
        **when,
    )


def lose(store: Store, postgres: Callable[[], Postgres]) -> None:
    """Lose all that a store holds."""
    if store.is_sqlite:
        store.close()
        for file in Path(store.url.database or "").parent.glob("watch.db*"):
            file.unlink()
        return
    name = store.url.database
    store.close()
    postgres().do(f"DROP DATABASE {name} WITH (FORCE)")
    postgres().do(f"CREATE DATABASE {name}")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Callable[[], Postgres]:
    return lambda: request.getfixturevalue("postgres")


@pytest.fixture
def today() -> datetime:
    """Noon of a day of which the subscription's hour is over."""
    return now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)


def test_a_lost_store_is_as_it_was_and_nothing_is_told_twice(
    url: str, tmp_path: Path, server: Callable[[], Postgres], today: datetime
) -> None:
    settings = configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    with store.write() as connection:
        subscriptions.register(connection, settings, today - timedelta(days=2))
        operators.add(connection, "ana", "otter violin granite", "operator", today)
        admit(connection, Account("https://id.example", "1", "mei", "", "reader"), today)
        tokens.add(connection, "a script", ["read"], today, "mei")
        operators.begin_session(connection, "ana", "a browser", now())
    news(store, 0, today - timedelta(hours=20))
    dispatch(store, settings, today - timedelta(hours=19))
    dispatch(
        store, settings, today - timedelta(hours=3)
    )  # 07:30 is over: the daily digest waits for tomorrow
    news(store, 1, today - timedelta(hours=2))
    dispatch(store, settings, today - timedelta(hours=1))
    # One message waits when the copy is made, and an alert of the daily digest.
    with store.write() as connection:
        some = select(deliveries.c.id).order_by(deliveries.c.id.desc()).limit(1).scalar_subquery()
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == some)
            .values(status="pending", sent=None, next_try=today)
        )
    before = everything(store)
    done = exec_start("aseanwatch-backup.service", tmp_path)
    assert done.status == 0, done.err
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.stat().st_mode & 0o077 == 0, "it holds people's addresses"
    # The day goes on: what waits is sent, and there is more news.
    news(store, 2, today + timedelta(hours=1))
    dispatch(store, settings, today + timedelta(hours=1))
    dispatch(store, settings, today + timedelta(hours=20))  # 08:00 of the next day: the daily digest
    so_far = told(tmp_path)
    lose(store, server)

    until = (today + timedelta(hours=20)).isoformat()
    restored = run("db", "restore", copy, "--told-until", until, cwd=tmp_path)
    assert restored.status == 0, restored.err
    assert "1 messages and 1 alerts of the copy" in restored.out.replace("\n", " ")
    store = Store(url)
    with store.read() as connection:
        assert connection.scalars(select(console_sessions.c.key)).all() == [], "everybody signs in anew"
        assert {p["name"] for p in operators.list_operators(connection)} == {"ana", "mei"}
        assert tokens.list_tokens(connection)[0]["owner"] == "mei"
        assert operators.find_credentials(connection, "ana") is not None
    after = everything(store)
    differing = {name for name in before if before[name] != after[name]}
    # The message that waited, the alert that waited, the digest that stands for it, and the moment that was due.
    assert differing <= {"deliveries", "alerts", "digests", "subscriptions", "subscription_changes"}
    assert len(after["deliveries"]) == len(before["deliveries"])

    # The crawl lists yesterday's news again: it was told.
    late = today + timedelta(hours=22)
    again = now() + timedelta(minutes=1)
    news(store, 2, today + timedelta(hours=1), again)
    dispatch(store, settings, late)
    assert told(tmp_path) == so_far, "nothing is told twice"
    # What is published afterwards is news.
    news(store, 3, late, again)
    dispatch(store, settings, late + timedelta(minutes=5))
    assert told(tmp_path) == so_far + 1
    store.close()


def test_after_a_wrong_copy_the_right_one_tells_nothing_twice_either(
    url: str, tmp_path: Path, today: datetime
) -> None:
    settings = configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    with store.write() as connection:
        subscriptions.register(connection, settings, today - timedelta(days=9))
    copies = []
    for number in (0, 1):
        news(store, number, today - timedelta(days=4 - number))
        dispatch(store, settings, today - timedelta(days=4 - number) + timedelta(minutes=5))
        copies.append(backups.make(store, tmp_path / f"copy-{number}").file)
    news(store, 2, today)
    dispatch(store, settings, today + timedelta(minutes=5))
    dispatch(store, settings, today + timedelta(hours=20))  # the daily digest
    so_far = told(tmp_path)
    until = (today + timedelta(hours=20)).isoformat()
    store.close()
    for copy, more in zip(copies, (["--told-until", until], []), strict=True):
        done = run("db", "restore", copy, "--replace", *more, cwd=tmp_path)
        assert done.status == 0, done.err
    store = Store(url)
    news(store, 2, today, now() + timedelta(minutes=1))
    dispatch(store, settings, now() + timedelta(minutes=2))
    assert told(tmp_path) == so_far
    store.close()


EVERYBODY = ("at-once", "daily", "hourly")
HOURLY = {
    "name": "hourly", "channel": "told", "when": "hourly", "timezone": "UTC", "quiet": "22:00-06:00", "fresh": "3650d",
}  # fmt: skip


def a_world(folder: Path, url: str) -> World:
    """A world that begins at midnight some days ago."""
    folder.mkdir(exist_ok=True)
    start = now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=9)
    return World(folder, configured(folder, url, HOURLY), start)


def wrongly_told(world: World) -> dict[str, int]:
    """Let a day pass; what was then not told exactly once."""
    world.online()
    world.run(14, timedelta(hours=2))
    found = world.told()
    world.close()
    return {
        f"{name}: {title}": found[name, title]
        for title, _ in world.published
        for name in EVERYBODY
        if found[name, title] != 1
    }


@pytest.mark.parametrize(
    "steps",
    [
        # A digest that came late, after its hour.
        "back_up rest:16 publish rest:2 run:1 restore:0",
        # Of what was told before the store was lost, a copy that was made later knows no more than the first.
        "back_up publish run:1 offline lost:0 run:1 back_up restore:1",
        # Published before the store was replaced, and not heard of yet.
        "back_up run:3 publish:20 restore:0",
    ],
)
def test_a_replaced_store_says_itself_what_it_told(tmp_path: Path, steps: str) -> None:
    world = a_world(tmp_path, f"sqlite:///{tmp_path / 'watch.db'}")
    world.run(1)
    for step in steps.split():
        world.do(step)
    assert wrongly_told(world) == {}


def test_a_restore_that_was_broken_off_leaves_the_store_or_is_given_again(url: str, tmp_path: Path) -> None:
    world = a_world(tmp_path, url)
    for step in ("run:1", "back_up", "publish", "run:1"):
        world.do(step)
    before = everything(world.store)
    world.do("broken:0")
    if world.store.is_sqlite:
        assert everything(world.store) == before
    else:
        done = run("operators", "list", cwd=tmp_path)
        assert done.status == 2 and "was broken off; give it again: aseanwatch db restore" in " ".join(
            done.err.split()
        )
        world.do("broken:0")
    world.do("restore:0")
    assert not list(tmp_path.glob("watch.db.restoring*"))
    assert run("operators", "list", cwd=tmp_path).status == 0
    assert wrongly_told(world) == {}


def test_an_older_copy_comes_back_without_a_place_for_copies(url: str, tmp_path: Path) -> None:
    configured(tmp_path, url, backups="/proc/nope")
    store = old_store(url, "0025")
    copy = backups.make(store, tmp_path / "old").file
    store.upgrade()
    done = run("db", "restore", copy, "--replace", cwd=tmp_path)
    assert done.status == 0, done.err
    assert Store(url).version() == newest_schema()


STEPS = st.sampled_from(
    ["publish:20", "publish:20", "run:1", "run:2", "run:5", "run:16", "back_up", "restore:0", "restore:1", "restore:2", "offline", "online"]
)  # fmt: skip
RESTS = st.sampled_from(["rest:1", "rest:5", "rest:20"])
LOSSES = st.sampled_from(["publish", "lost:0", "lost:1", "lost:2"])


@pytest.mark.long
@given(
    steps=st.one_of(
        st.lists(STEPS | RESTS, min_size=8, max_size=30),
        # Where a store is lost, its last hour is all that is known: it must have worked, and heard of all.
        st.lists(
            STEPS.filter(lambda s: s not in ("publish:20", "offline")) | LOSSES, min_size=8, max_size=30
        ),
    )
)
@hypothesis.settings(
    max_examples=60, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
def test_however_often_copies_are_put_back_everything_is_told_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("world")
    world = a_world(folder, f"sqlite:///{folder / 'watch.db'}")
    world.run(1)
    for step in steps:
        world.do(step)
    assert wrongly_told(world) == {}


@pytest.mark.long
def test_with_tell_again_what_was_told_since_is_told_again(
    url: str, tmp_path: Path, server: Callable[[], Postgres], today: datetime
) -> None:
    settings = configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    with store.write() as connection:
        subscriptions.register(connection, settings, today - timedelta(days=2))
    news(store, 0, today - timedelta(hours=20))
    dispatch(store, settings, today - timedelta(hours=19))
    assert exec_start("aseanwatch-backup.service", tmp_path).status == 0
    (copy,) = (tmp_path / "backups").iterdir()
    news(store, 1, today)
    dispatch(store, settings, today)
    so_far = told(tmp_path)
    assert run("db", "restore", copy, cwd=tmp_path).status == 2, "what is there is replaced only when asked"
    assert run("db", "restore", copy, "--replace", "--tell-again", cwd=tmp_path).status == 0
    store = Store(url)
    news(store, 1, today)
    dispatch(store, settings, today + timedelta(hours=1))
    assert told(tmp_path) == so_far + 2
    # Without it, what the replaced store shows says until when things were told.
    assert run("db", "restore", copy, "--replace", cwd=tmp_path).status == 0
    store = Store(url)
    news(store, 1, today)
    dispatch(store, settings, today + timedelta(hours=2))
    assert told(tmp_path) == so_far + 2
    store.close()


def test_old_copies_go_and_other_files_stay(url: str, tmp_path: Path) -> None:
    configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    folder = tmp_path / "backups"
    folder.mkdir()
    ending = "db" if store.is_sqlite else "dump"
    old = [f"aseanwatch-20250101T031000Z.{ending}.0123abcd.part", f"aseanwatch-20250101T031000Z.{ending}.0123abcd.part-journal",
           "watch.db.before-0026-from-0025", "aseanwatch.before-0026-from-0025.dump"]  # fmt: skip
    stay = [
        "notes.txt",
        f"aseanwatch-20250101T031000Z.{ending}.89abcdef.part",
        "watch.db.before-0028-from-0027-0123abcd",
    ]
    for name in old + stay:
        (folder / name).write_text("mine")
    for name in old:
        os.utime(folder / name, times=(0, 0))
    moment = now()
    later = (moment + timedelta(days=3)).timestamp()
    os.utime(folder / stay[1], times=(later, later))
    for day in (0, 0, 1, 2, 3):
        backups.make_in(store, folder, 3, moment + timedelta(days=day))
    left = {f.name for f in folder.iterdir()}
    assert left >= set(stay) and not left & set(old) and len(left) == 3 + len(stay)
    store.close()


@pytest.mark.parametrize(
    "kind", some_of(["a link to the store", "a file", "a folder", "a link to nothing"], 2)
)
def test_a_copy_replaces_nothing(url: str, tmp_path: Path, kind: str) -> None:
    configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    target = tmp_path / "there"
    if kind == "a file":
        target.write_text("mine")
    elif kind == "a folder":
        target.mkdir()
    else:
        target.symlink_to(tmp_path / ("nothing" if kind == "a link to nothing" else "watch.db"))
    before = sorted(tmp_path.iterdir())
    done = run("db", "backup", target, cwd=tmp_path)
    assert done.status != 0 and "is there already; name a new file" in " ".join(done.err.split())
    assert [f for f in sorted(tmp_path.iterdir()) if f not in before] == []
    assert kind != "a file" or target.read_text() == "mine"
    assert store.is_ready()
    with store.read() as connection:
        assert backups.state(connection).problem is None, "a wrong name is no sign that backups fail"
    store.close()


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal", ".key"])
def test_a_copy_takes_no_name_of_the_store_itself(tmp_path: Path, ending: str) -> None:
    store = Store(f"sqlite:///{tmp_path / 'watch.db'}")
    store.upgrade()
    store.close()
    (tmp_path / "way").symlink_to(tmp_path)
    with pytest.raises(StoreError, match="name a new file"):
        backups.make(store, tmp_path / "way" / f"watch.db{ending}")
    assert store.is_ready()
    store.close()


def test_a_backup_that_fails_is_said(url: str, tmp_path: Path) -> None:
    settings = configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    (tmp_path / "backups").write_text("a file is in the way")
    done = exec_start("aseanwatch-backup.service", tmp_path)
    assert done.status != 0 and "cannot be written" in done.err
    with store.read() as connection:
        (trouble,) = [t for t in find_troubles(connection, store, settings, now()) if t.kind == "backup"]
    assert "the last backup failed" in str(trouble.message) and "cannot be written" in str(trouble.message)
    assert exec_start("aseanwatch-backup-failed.service", tmp_path).status == 0
    with store.read() as connection:
        assert "cannot be written" in (backups.state(connection).problem or ""), "the reason stays"
    (tmp_path / "backups").unlink()
    assert exec_start("aseanwatch-backup.service", tmp_path).status == 0
    with store.read() as connection:
        assert not [t for t in find_troubles(connection, store, settings, now()) if t.kind == "backup"]
        late = now() + timedelta(hours=37)
        (trouble,) = [t for t in find_troubles(connection, store, settings, late) if t.kind == "backup"]
    assert "old" in str(trouble.message)
    status = run("status", cwd=tmp_path)
    assert "last backup" in status.out
    # The unit could not even begin: what runs on failure notes that too.
    assert exec_start("aseanwatch-backup-failed.service", tmp_path).status == 0
    with store.read() as connection:
        assert "journalctl" in (backups.state(connection).problem or "")
    store.close()


@pytest.mark.parametrize(
    "damage",
    [
        "cut off",
        *(
            pytest.param(d, marks=pytest.mark.long)
            for d in ("a flipped byte", "of another kind", "empty", "missing")
        ),
    ],
)
def test_a_damaged_copy_is_refused_and_the_store_stays(url: str, tmp_path: Path, damage: str) -> None:
    configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    for number in range(3):
        news(store, number, now())
    copy = backups.make(store, tmp_path / "copy").file
    data = copy.read_bytes()
    if damage == "cut off":
        copy.write_bytes(data[: len(data) * 3 // 4])
    elif damage == "a flipped byte":
        middle = len(data) // 2
        copy.write_bytes(
            data[:middle] + bytes(b ^ 255 for b in data[middle : middle + 4000]) + data[middle + 4000 :]
        )
    elif damage == "of another kind":
        copy.write_bytes(b"PGDMP" if store.is_sqlite else b"SQLite format 3\0")
    elif damage == "empty":
        copy.write_bytes(b"")
    else:
        copy.unlink()
    before = everything(store)
    done = run("db", "restore", copy, "--replace", cwd=tmp_path)
    assert done.status != 0 and "Traceback" not in done.err
    assert everything(store) == before
    store.close()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("SELECT 1", ""),
        ("UPDATE articles SET published = 'soon'", "articles.published is no moment in 1 rows"),
        ("UPDATE articles SET evidence = '{\"a\": '", "articles.evidence is no JSON in 1 rows"),
        ("UPDATE articles SET story_id = 4711", "belongs to a row of stories that is not there"),
        ("INSERT INTO digest_packs (id, body) VALUES (7, x'00ff')", "digest_packs: row 7 cannot be unpacked"),
    ],
)
def test_contents_that_can_be_checked_are(tmp_path: Path, damage: str, said: str) -> None:
    store = new_store(tmp_path)
    news(store, 0, now())
    copy = backups.make(store, tmp_path / "copy").file
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(damage)
        connection.commit()
    done = run("db", "verify", copy, cwd=tmp_path)
    assert (done.status == 2, said in " ".join(done.err.split())) == (bool(said), True)
    assert said or "rows" in done.out
    store.close()


def test_a_store_that_another_program_holds_is_not_taken_for_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'watch.db'}"
    settings = configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    with store.write() as connection:
        subscriptions.register(connection, settings, now() - timedelta(days=1))
    copy = backups.make(store, tmp_path / "copy").file
    store.close()
    before = (tmp_path / "watch.db").read_bytes()
    # Without waiting: Python's own default is five seconds.
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **more: connect(*given, **{"timeout": 0} | more))
    with closing(connect(tmp_path / "watch.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="another program holds the store"):
            restoring.require_free(Store(url))
        with pytest.raises(StoreError, match="another program holds the store"):
            restoring.restore(Store(url), copy, replace=True, finish=lambda draft: None)
    assert (tmp_path / "watch.db").read_bytes() == before
    assert not list(tmp_path.glob("*.damaged-*"))


def test_a_store_that_is_damaged_itself_is_replaced(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'watch.db'}"
    configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    news(store, 0, now())
    copy = backups.make(store, tmp_path / "copy").file
    store.close()
    for _ in range(2):
        (tmp_path / "watch.db").write_bytes(os.urandom(50_000))
        (tmp_path / "watch.db-wal").write_bytes(b"what was written last")
        done = run("db", "restore", copy, "--replace", cwd=tmp_path)
        assert done.status == 0, done.err
    aside = sorted(tmp_path.glob("watch.db.damaged-*"))
    assert [f.stat().st_size for f in aside] == [50_000, 21] * 2, "nothing of what was damaged is lost"
    assert run("articles", "list", cwd=tmp_path).status == 0


def test_what_others_have_in_the_database_is_theirs(
    database: str, postgres: Postgres, tmp_path: Path
) -> None:
    name = Store(database).url.database
    for statement in (
        f"CREATE ROLE desk_{name} LOGIN",
        f"CREATE ROLE board_{name}",
        f"ALTER DATABASE {name} OWNER TO desk_{name}",
    ):
        postgres.do(statement)
    others = Store(database)
    with others.write() as connection:
        connection.execute(text(f"GRANT ALL ON SCHEMA public TO desk_{name}"))
        connection.execute(
            text("CREATE EXTENSION IF NOT EXISTS pg_trgm" if _has_extension(connection) else "SELECT 1")
        )
        connection.execute(text("CREATE SCHEMA other"))
        connection.execute(text("CREATE TABLE other.ours AS SELECT 1 AS number"))
    own = database.replace("//watch@", f"//desk_{name}@")
    configured(tmp_path, own)
    store = Store(own)
    store.upgrade()
    news(store, 0, now())
    with store.write() as connection:
        connection.execute(text(f"GRANT SELECT ON articles TO board_{name}"))
        connection.execute(text("GRANT SELECT ON stories TO PUBLIC"))
    before = everything(store)
    copy = tmp_path / "copy"
    assert run("db", "backup", copy, cwd=tmp_path).status == 0
    done = run("db", "restore", copy, "--replace", cwd=tmp_path)
    assert done.status == 0, done.err
    assert everything(store) == before
    with others.read() as connection:
        rights = "SELECT has_table_privilege(:role, :table, 'select')"
        assert connection.scalar(text(rights), {"role": f"board_{name}", "table": "articles"})
        assert connection.scalar(text(rights), {"role": f"board_{name}", "table": "stories"})
        assert not connection.scalar(text(rights), {"role": f"board_{name}", "table": "operators"})
        assert connection.scalar(text("SELECT number FROM other.ours")) == 1
    # What stands among the store's tables or on them would go with them.
    with others.write() as connection:
        connection.execute(text("CREATE VIEW other.counted AS SELECT count(*) FROM articles"))
        connection.execute(text("CREATE TABLE notes (word text)"))
    refused = run("db", "restore", copy, "--replace", cwd=tmp_path)
    assert refused.status != 0 and "notes, other.counted" in " ".join(refused.err.split())
    assert everything(store) == before
    others.close()
    store.close()


def _has_extension(connection: Any) -> bool:
    return bool(connection.scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")))


def test_a_backup_that_is_stopped_leaves_no_part(tmp_path: Path) -> None:
    settings = configured(tmp_path, f"sqlite:///{tmp_path / 'watch.db'}")
    store = Store(settings.storage.url)
    store.upgrade()
    part = tmp_path / "backups" / "aseanwatch-20251128T031000Z.db.0123abcd.part"
    part.parent.mkdir()
    backups.UNDER_WAY.add(part)
    part.write_text("ana@example.org")
    with pytest.MonkeyPatch.context() as patch:
        ended: list[int] = []
        patch.setattr("alerts.commands.backups.end_at_once", ended.append)
        _abandon(store)
    backups.UNDER_WAY.clear()
    assert ended and not part.exists()
    with store.read() as connection:
        assert "stopped" in (backups.state(connection).problem or "")
    store.close()


@pytest.mark.long
def test_what_a_newer_program_added_goes_with_a_restore(database: str, tmp_path: Path) -> None:
    configured(tmp_path, database)
    store = Store(database)
    store.upgrade()
    news(store, 0, now())
    copy = backups.make(store, tmp_path / "copy").file
    with store.write() as connection:
        connection.execute(text("CREATE TYPE colour AS ENUM ('red')"))
        connection.execute(
            text(
                "CREATE TABLE of_tomorrow (id int PRIMARY KEY, article bigint REFERENCES articles (id), c colour)"
            )
        )
        connection.execute(text("CREATE VIEW seen AS SELECT * FROM articles"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    assert run("db", "restore", copy, "--replace", cwd=tmp_path).status == 0
    with store.read() as connection:
        assert not inspect(connection).has_table("of_tomorrow")
        assert inspect(connection).has_table("procrastinate_jobs"), "the queue is there again"
    assert store.is_ready()
    store.close()


def test_a_password_reaches_the_programs_and_no_list_of_processes(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    real = subprocess.run
    monkeypatch.setattr(
        subprocess, "run", lambda words, **k: (seen.append((words, k.get("env"))), real(words, **k))[1]
    )
    store = Store(database.replace("watch@", "watch:it's+a%20secret@") + "?application_name=it%27s%20me")
    store.upgrade()
    backups.make(store, tmp_path / "copy")
    words, variables = next((w, e) for w, e in seen if "pg_dump" in w[0])
    assert variables["PGPASSWORD"] == "it's+a secret" and not any("secret" in word for word in words)
    store.close()


@pytest.mark.parametrize(
    ("published", "listed", "known"),
    [
        (6, 12, 6),  # crawled again
        (1, 12, 3),  # older than the copy: at the latest then
        (9, 12, None),  # published after the lost store's end
        (None, 12, 3),  # without a date, in the first answer after the restore
        (None, 20, None),  # without a date, later: new
        (4, 2, 2),  # in the copy, and not looked at yet
    ],
)
def test_what_the_lost_store_knew(published: int | None, listed: int, known: int | None) -> None:
    day = datetime(2025, 11, 28, tzinfo=UTC)

    def at(hour: int | None) -> datetime | None:
        return None if hour is None else day + timedelta(hours=hour, minutes=1)

    gap = after_restore.RestoreGap(
        day + timedelta(hours=3, minutes=1), day + timedelta(hours=8), day + timedelta(hours=11), at(12)
    )
    assert gap.known_since(at(published), at(listed)) == at(known)  # type: ignore[arg-type]


def test_a_day_without_an_hour_counts_as_known_only_in_the_first_answers() -> None:
    day = datetime(2025, 11, 28, tzinfo=UTC)
    gap = after_restore.RestoreGap(
        day - timedelta(hours=3),
        day + timedelta(hours=8),
        day + timedelta(hours=9),
        day + timedelta(hours=10),
    )
    assert gap.known_since(day, day + timedelta(hours=10, minutes=30)) == gap.taken
    assert gap.known_since(day, day + timedelta(hours=12)) is None
    assert gap.known_since(day - timedelta(days=1), day + timedelta(hours=12)) == gap.taken


@pytest.mark.parametrize(
    ("keys", "since", "until", "due"),
    [
        ({"when": "instant"}, 3, 4, True),
        ({"when": "instant", "quiet": "22:00-07:00"}, 3, 6, False),
        ({"when": "instant", "quiet": "22:00-07:00"}, 3, 8, True),
        ({"when": "instant", "days_off": ["fri"]}, 3, 20, False),
        ({"when": "hourly"}, 3.2, 3.9, False),
        ({"when": "hourly"}, 3.2, 4.1, True),
        ({"when": "daily 07:30"}, 3, 7, False),
        ({"when": "daily 07:30"}, 3, 7.5, True),
        ({"when": "daily 07:30"}, 8, 20, False),
        ({"when": "weekly mon 07:30"}, 3, 30, False),
        ({"when": "weekly fri 07:30"}, 3, 30, True),
        ({"when": "instant"}, 5, 5, False),
    ],
)
def test_what_was_due_between_two_moments(
    keys: dict[str, Any], since: float, until: float, due: bool
) -> None:
    friday = datetime(2025, 11, 28, tzinfo=UTC)
    one = Subscription.model_validate({"name": "a", "to": ["a@b.example"], **keys})
    assert was_due(one, "UTC", friday + timedelta(hours=since), friday + timedelta(hours=until)) is due


def test_a_role_without_rights_is_told_what_to_grant(
    database: str, postgres: Postgres, tmp_path: Path
) -> None:
    owners = Store(database)
    owners.upgrade()
    owners.close()
    name = f"guest_{owners.url.database}"
    postgres.do(f"CREATE ROLE {name} LOGIN")
    configured(tmp_path, database.replace("//watch@", f"//{name}@"))
    for command in (["db", "backup", "copy"], ["db", "upgrade"], ["status"], ["articles", "list"]):
        done = run(*command, cwd=tmp_path)
        assert done.status not in (0, None) and f'GRANT owner TO "{name}"' in " ".join(done.err.split()), (
            command
        )
        assert "Traceback" not in done.err
    postgres.do(f"GRANT watch TO {name}")
    assert run("db", "backup", "copy", cwd=tmp_path).status == 0, "what it says to grant is enough"


def test_nothing_is_restored_under_a_running_import(url: str, tmp_path: Path) -> None:
    configured(tmp_path, url)
    store = Store(url)
    store.upgrade()
    copy = backups.make(store, tmp_path / "copy").file
    news(store, 0, now())
    with store.lock("import"):
        done = run("db", "restore", copy, "--replace", cwd=tmp_path)
    assert done.status != 0 and "an import into the store" in " ".join(done.err.split())
    assert everything(store)["articles"]
    store.close()


@pytest.mark.parametrize("zone", ["", "+00:00", "+07:00"])
def test_a_store_cannot_have_worked_in_the_future(zone: str) -> None:
    ahead = now() + timedelta(hours=8)
    with pytest.raises(typer.BadParameter, match="still to come"):
        _moment(f"{ahead:%Y-%m-%dT%H:%M}{zone}")
    assert _moment(f"{now() - timedelta(hours=8):%Y-%m-%dT%H:%M}") is not None


def test_a_daily_backup_knows_its_hour(tmp_path: Path) -> None:
    morning = datetime(2025, 11, 28, 2, tzinfo=UTC)
    assert _next(morning, 3, 10) == morning.replace(hour=3, minute=10)
    assert _next(morning.replace(hour=3, minute=10), 3, 10) == datetime(2025, 11, 29, 3, 10, tzinfo=UTC)
    configured(tmp_path, f"sqlite:///{tmp_path / 'watch.db'}")
    done = run("db", "backup", "--daily", "25:00", cwd=tmp_path)
    assert done.status == 2 and "03:10" in done.err


# Upgrade and rollback.

OF_RESTORING = {"validators", "console_sessions", "sign_in_links", "audit"}
"""Tables that a copy which is put back differs in."""


def old_store(url: str, version: str) -> Store:
    """A store as an earlier program left it, with news in it."""
    from tests.many.test_upgrades import at_version, filled

    store = at_version(url, version)
    filled(store)
    with store.write() as connection:
        connection.execute(update(digest_packs).values(body=packed({})))
    if not store.is_sqlite:
        with store.write() as connection:  # it was filled with numbers of its own
            connection.execute(text("SELECT setval(pg_get_serial_sequence('audit', 'id'), 1000)"))
    return store


@pytest.mark.parametrize("version", [pytest.param("0019", marks=pytest.mark.long), "0025"])
def test_an_upgrade_copies_before_and_a_rollback_brings_that_back(
    url: str, tmp_path: Path, version: str
) -> None:
    configured(tmp_path, url)
    old = old_store(url, version)
    with old.read() as connection:
        found = MetaData()
        found.reflect(connection)
        before = {
            t.name: sorted(map(repr, connection.execute(select(t)).all()))
            for t in found.sorted_tables
            if t.name not in OF_RESTORING
        }
    old.close()
    done = run("db", "upgrade", cwd=tmp_path)
    assert done.status == 0 and f"went from schema {version} to" in done.out, done.err
    (copy,) = (tmp_path / "backups").iterdir()
    assert f"from-{version}" in copy.name and str(copy) in done.err.replace("\n", "")
    assert f"schema: {version}" in run("db", "verify", copy, cwd=tmp_path).out
    # The new program is used.
    store = Store(url)
    with store.write() as connection:
        operators.add(connection, "ana", "otter violin granite", "operator", now())
    store.close()
    done = run("db", "restore", copy, "--replace", "--keep-schema", cwd=tmp_path)
    assert done.status == 0 and f"schema {version}" in done.out, done.err
    store = Store(url)
    with store.read() as connection:
        assert store.version() == version
        found = MetaData()
        found.reflect(connection)
        after = {
            t.name: sorted(map(repr, connection.execute(select(t)).all()))
            for t in found.sorted_tables
            if t.name not in OF_RESTORING
        }
        (note,) = connection.scalars(
            select(found.tables["audit"].c.target).where(found.tables["audit"].c.action == "store: restore")
        )
        assert note == str(copy)
        assert not connection.scalar(text("SELECT count(*) FROM console_sessions"))
    assert after == before
    # The older program goes on; what it adds is in the copy before the next upgrade.
    with store.write() as connection:
        connection.execute(
            text("INSERT INTO incidents (kind, subject, since) VALUES ('x', 'y', '2025-11-28')")
            if False
            else text("UPDATE audit SET id = 7777 WHERE action = 'store: restore'")
        )
    store.close()
    for _ in range(2):
        assert run("db", "upgrade", cwd=tmp_path).status == 0
    (second,) = [f for f in (tmp_path / "backups").iterdir() if f != copy]
    assert run("db", "restore", second, "--replace", "--keep-schema", cwd=tmp_path).status == 0
    with Store(url).read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit WHERE id = 7777")) == 1


def test_an_upgrade_of_postgresql_demands_a_place_for_the_copy(database: str, tmp_path: Path) -> None:
    configured(tmp_path, database, backups=None)
    old_store(database, "0025").close()
    for command in (("db", "upgrade"), ("operators", "list"), ("run", "--no-web")):
        done = run(*command, cwd=tmp_path)
        assert done.status == 2 and "db upgrade --backup FOLDER" in done.err.replace("\n", " "), command
    assert Store(database).version() == "0025"
    assert run("db", "upgrade", "--backup", "kept", cwd=tmp_path).status == 0
    assert [f.name for f in (tmp_path / "kept").iterdir()] == [
        f"aseanwatch.before-{newest_schema()}-from-0025.dump"
    ]


def test_sqlite_is_copied_beside_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'watch.db'}"
    configured(tmp_path, url, backups=None)
    old_store(url, "0025").close()
    assert run("operators", "list", cwd=tmp_path).status == 0
    assert (tmp_path / f"watch.db.before-{newest_schema()}-from-0025").exists()


@pytest.mark.long
def test_where_the_copy_cannot_be_made_nothing_is_upgraded(url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    configured(tmp_path, url, backups=str(tmp_path / "file"))
    old_store(url, "0025").close()
    refused = run("db", "upgrade", cwd=tmp_path)
    assert refused.status == 2 and "--no-backup" in refused.err
    assert Store(url).version() == "0025"
    assert run("db", "upgrade", "--no-backup", cwd=tmp_path).status == 0


@pytest.mark.long
def test_an_empty_store_needs_no_copy(url: str, tmp_path: Path) -> None:
    configured(tmp_path, url)
    assert run("db", "upgrade", cwd=tmp_path).status == 0
    assert not (tmp_path / "backups").exists()
