"""A relative path belongs to the file that names it, wherever a command is called from."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import make_url

from crawler.config import load
from crawler.config.config_file import check_text
from crawler.config.settings import ChannelSettings, DeliverySettings, Smtp
from crawler.config.values import LocalPath
from crawler.runtime.packaged_config import packaged
from tests.crawler.config.test_errors import GOOD, errors

PATHS = """
storage: {url: "sqlite:///news.db"}
delivery:
  bounces: ./bounced
  smtp: {trust: ca.pem}
  channels:
    archive: {type: maildir, path: mail}
    told: {type: folder, path: ../told}
"""


@pytest.mark.parametrize(
    "named", ["own/config.yaml", "../{folder}/own/config.yaml", "{whole}/own/config.yaml"]
)
def test_relative_paths_begin_at_the_folder_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "config.yaml").write_text(GOOD + PATHS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = load(named.format(folder=tmp_path.name, whole=tmp_path), {})
    delivery = settings.delivery
    found = [
        make_url(settings.storage.url).database, delivery.bounces, delivery.smtp.trust, *(c.path for c in delivery.channels.values())
    ]  # fmt: skip
    expected = [own / "news.db", own / "bounced", own / "ca.pem", own / "mail", tmp_path / "told"]
    assert [Path(p or "").resolve() for p in found] == expected


@pytest.mark.parametrize("own", ["", "storage: {keep: 9d}\n"])
def test_the_default_store_lies_beside_the_file_too(tmp_path: Path, own: str) -> None:
    (tmp_path / "config.yaml").write_text(GOOD + own, encoding="utf-8")
    assert load(tmp_path / "config.yaml", {}).storage.url == f"sqlite:///{tmp_path / 'aseanwatch.db'}"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("sqlite:////var/lib/news.db", "sqlite:////var/lib/news.db"),
        ("postgresql+psycopg://me:pa%20ss@host/news", "postgresql+psycopg://me:pa%20ss@host/news"),
        ("sqlite://", "sqlite://"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
    ],
)
def test_whole_addresses_stay_as_they_are(tmp_path: Path, url: str, kept: str) -> None:
    (tmp_path / "config.yaml").write_text(GOOD + f"storage: {{url: '{url}'}}", encoding="utf-8")
    assert load(tmp_path / "config.yaml", {}).storage.url == kept


def test_an_address_whose_file_would_depend_on_the_folder_of_the_caller_is_refused(tmp_path: Path) -> None:
    (told,) = errors(tmp_path, GOOD + "storage: {url: 'sqlite:///file:news.db?uri=true'}")
    assert "allowed: sqlite:///FILE" in told


def test_home_is_the_home_of_who_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    (tmp_path / "config.yaml").write_text(GOOD + "delivery: {bounces: ~/bounced}", encoding="utf-8")
    assert load(tmp_path / "config.yaml", {}).delivery.bounces == "/home/someone/bounced"


def test_a_draft_of_a_file_means_the_same_paths(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD + PATHS, encoding="utf-8")
    assert check_text(path, GOOD + PATHS) == load(path, {})


def test_the_packaged_configuration_keeps_its_store_in_the_current_folder() -> None:
    assert load(packaged(), {}).storage.url == "sqlite:///aseanwatch.db"


def test_every_key_that_names_a_file_is_such_a_path() -> None:
    for model, names in ((ChannelSettings, ["path"]), (DeliverySettings, ["bounces"]), (Smtp, ["trust"])):
        for name in names:
            field = model.model_fields[name]
            assert any(
                getattr(a, "func", None) is LocalPath.__metadata__[0].func
                for a in (*field.metadata, *_inner(field.annotation))
            )


def _inner(annotation: object) -> list[object]:
    return [m for a in get_args(annotation) for m in getattr(a, "__metadata__", ())]
