"""Files with people's addresses or secrets are readable only by their owner, whatever the umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.channels.maildir import write_durably
from tests.conftest import run
from tests.security.conftest import configured


@pytest.fixture
def open_handed() -> Iterator[None]:
    """Files are made for everybody, as far as the shell is concerned."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_stores_keys_and_copies_are_made_for_their_owner(tmp_path: Path, open_handed: None) -> None:
    folder = configured(tmp_path / "own")
    assert run("db", "upgrade", cwd=folder).status == 0
    assert run("operators", "add", "ana", cwd=folder, stdin="otter violin granite\n").status == 0
    assert run("operators", "totp", "ana", cwd=folder).status == 0
    assert run("db", "backup", "copy.db", cwd=folder).status == 0
    other = configured(tmp_path / "other")
    assert run("db", "restore", folder / "copy.db", cwd=other).status == 0
    made = [
        p
        for p in tmp_path.rglob("*")
        if p.is_file() and p.name != "config.yaml" and not p.name.endswith(".lock")
    ]
    assert {"aseanwatch.db", "aseanwatch.db.key", "copy.db"} <= {p.name for p in made}
    for file in made:
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


def test_a_store_that_is_there_keeps_the_rights_that_somebody_gave_it(tmp_path: Path) -> None:
    folder = configured(tmp_path)
    assert run("db", "upgrade", cwd=folder).status == 0
    (folder / "aseanwatch.db").chmod(0o640)
    assert run("db", "upgrade", cwd=folder).status == 0
    assert stat.S_IMODE((folder / "aseanwatch.db").stat().st_mode) == 0o640


def test_previews_and_mails_that_a_maildir_takes_are_for_their_owner(
    tmp_path: Path, open_handed: None
) -> None:
    desk = {"name": "desk", "to": ["desk@example.org"], "when": "instant"}
    folder = configured(tmp_path / "own", subscriptions=[desk])
    assert run("db", "upgrade", cwd=folder).status == 0
    assert run("subscriptions", "preview", "desk", cwd=folder).status == 0
    write_durably(folder, "one", b"mail", folder, 0o600)
    made = [folder / "one", *(folder / "preview").iterdir()]
    assert len(made) == 4
    assert [p for p in made if stat.S_IMODE(p.stat().st_mode) & 0o077] == []
