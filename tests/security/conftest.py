"""The real program as strangers reach it: directly, and behind Debian's nginx."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import run
from tests.newsroom.configuration import over_packaged
from tests.security.nginx import Nginx
from tests.security.service import Service, running

OPERATOR, PASSWORD = "owner", "otter violin granite"
WAYS = ("direct", "nginx")


def configured(folder: Path, **sections: object) -> Path:
    """A folder with a ``config.yaml`` that polls nothing and serves its pages on a free port; sections replace its own."""
    folder.mkdir(parents=True, exist_ok=True)
    own = {
        "sources": [],
        "subscriptions": [],
        "web": {"host": "127.0.0.1", "port": 0},
        "delivery": {"from": "watch@example.org"},
    }
    (folder / "config.yaml").write_text(over_packaged(**{**own, **sections}), encoding="utf-8")
    if "public_url" in str(sections):
        set_up(folder)  # otherwise nothing is served
    return folder


def set_up(folder: Path, name: str = OPERATOR, password: str = PASSWORD, *options: str) -> None:
    """Add an operator."""
    done = run("operators", "add", name, *options, cwd=folder, stdin=f"{password}\n")
    assert done.status == 0, done.err


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service without news for the tests of a module."""
    with running(configured(tmp_path_factory.mktemp("service"))) as made:
        yield made


@pytest.fixture(scope="module")
def fronts(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The address of that service by one of the `WAYS`."""
    with ExitStack() as stack:
        made: dict[str, str] = {"direct": service.url}

        def front(way: str) -> str:
            if way not in made:
                made[way] = stack.enter_context(Nginx(tmp_path_factory.mktemp("nginx"), service.port)).url
            return made[way]

        yield front


@pytest.fixture(params=WAYS)
def site(request: pytest.FixtureRequest, fronts: Callable[[str], str]) -> str:
    """The address of the service, once directly and once behind nginx."""
    return fronts(str(request.param))


def with_news(three_days: Path, folder: Path) -> Path:
    """Copy the store of the newsroom's three days into a configured folder."""
    for name in ("aseanwatch.db", "aseanwatch.db-wal"):
        if (three_days / name).exists():
            shutil.copy(three_days / name, folder / name)
    return folder
