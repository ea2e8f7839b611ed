"""What reading processes are told holds no secret, and does not outlive the import."""

from __future__ import annotations

import os
import pickle
import resource
import tempfile
from pathlib import Path

import pytest

from crawler.archives.plan_files import plan_file, remove_plans
from crawler.archives.sources import ArchiveSources, without_secrets
from crawler.config.settings import Source


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_it_is_gone_at_the_end_and_when_stopped(tmp_path: Path) -> None:
    with plan_file(b"x") as path:
        assert Path(path).read_bytes() == b"x"
        assert Path(path).parent.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.iterdir())
    with plan_file(b"x"):
        remove_plans()
        assert not list(tmp_path.iterdir())


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))  # Python ignores the signal of it
    try:
        with pytest.raises(OSError, match=r"aseanwatch-import-.*plan"), plan_file(b"long"):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())


def test_those_of_killed_imports_go_and_those_of_running_ones_stay(tmp_path: Path) -> None:
    left = tmp_path / "aseanwatch-import-dead"
    left.mkdir()
    (left / "plan").write_bytes(b"x")
    os.utime(left, (1, 1))
    with plan_file(b"running") as running:
        os.utime(Path(running).parent, (1, 1))
        with plan_file(b"other"):
            assert not left.exists() and Path(running).exists()


def test_no_secret_of_a_source_is_in_it() -> None:
    source = Source.model_validate(
        {
            "name": "outlet", "url": "https://feeds.outlet.example/s3cret-path/rss?key=s3cret", "kind": "feed", "lang": "ms",
            "headers": {"Authorization": "Bearer s3cret"},
        }
    )  # fmt: skip
    plain = without_secrets(source)
    assert b"s3cret" not in pickle.dumps(plain)
    for url in ("https://feeds.outlet.example/1", "https://www.outlet.example/2"):
        assert ArchiveSources([plain]).of(url).name == ArchiveSources([source]).of(url).name
        assert plain.origin(url) == source.origin(url)
