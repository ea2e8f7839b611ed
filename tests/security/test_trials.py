"""Each trial in the topic editor and the API is separate: none sees another's text or errors, and none leaves a file behind."""

from __future__ import annotations

import codecs
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from alerts.identity import operators, tokens
from alerts.operations import tuning
from alerts.operations.live_config import Live
from crawler.config import load
from crawler.config.config_file import check_text, read_text, write_text
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store import Store
from tests.crawler.config.test_errors import GOOD
from tests.security.api import ask
from tests.security.service import Service, running

AT_ONCE = 20
NOBODY = 65_534


@pytest.fixture
def desk(tmp_path: Path) -> Live:
    """A small configuration of its own."""
    path = tmp_path / "config.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return Live(path, load(path))


def together(call: Callable[[int], Any], count: int = AT_ONCE) -> list[Any]:
    """What calls side by side give, each with its number."""
    ready = threading.Barrier(count)

    def begun(number: int) -> Any:
        ready.wait()
        return [call(number) for _ in range(5)]

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begun, range(count)))


def _tried(desk: Live, number: int) -> str:
    """What a try says: an error that names its own word, or its own query."""
    query = f"$nothing_{number}" if number % 2 else f'"own words {number}"'
    try:
        return (
            tuning.draft(desk, "topics", f"topic_{number}", {"query": query})
            .settings.topics[f"topic_{number}"]
            .query
        )
    except AseanwatchError as error:
        return str(error)


def test_tries_side_by_side_never_see_one_another(desk: Live) -> None:
    for number, answers in enumerate(together(lambda n: _tried(desk, n))):
        assert len(set(answers)) == 1
        if number % 2:
            assert f"unknown term set $nothing_{number}" in answers[0] and answers[0].count("unknown") == 1
        else:
            assert answers[0] == f'"own words {number}"'
    assert [p.name for p in desk.path.parent.iterdir()] == ["config.yaml"]
    assert read_text(desk.path) == GOOD


@pytest.fixture
def sealed_folder() -> Iterator[Path]:
    """A folder that this process may read and not write, as in a container; also where the tests run as root."""
    # Python looks for a codec when it is first needed, and the other user may not read where it lies.
    codecs.lookup("utf-8-sig")
    folder = Path(tempfile.mkdtemp(prefix="sealed", dir="/tmp"))
    (folder / "config.yaml").write_text(GOOD, encoding="utf-8")
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    yield folder
    os.seteuid(user)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_try_needs_no_place_to_write(sealed_folder: Path) -> None:
    path = sealed_folder / "config.yaml"
    desk = Live(path, load(path))
    assert _tried(desk, 2) == '"own words 2"'
    assert "$nothing_3" in _tried(desk, 3)
    with pytest.raises(AseanwatchError, match=r"config.yaml cannot be written: Permission denied"):
        write_text(path, GOOD, GOOD + "# more\n")
    assert read_text(path) == GOOD


def test_of_writers_side_by_side_one_wins_and_no_file_is_left(desk: Live) -> None:
    def put(number: int) -> str:
        try:
            write_text(desk.path, GOOD, f"{GOOD}# {number}\n")
        except AseanwatchError as error:
            return str(error)
        return "written"

    said = [answer for answers in together(put, 8) for answer in answers]
    assert "written" in said
    assert all(s == "written" or "changed by somebody else" in s for s in said)
    assert check_text(desk.path, read_text(desk.path)).topics
    assert [p.name for p in desk.path.parent.iterdir()] == ["config.yaml"]


@pytest.fixture(scope="module")
def trying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """A running service and a token that may only read."""
    folder = tmp_path_factory.mktemp("trials")
    (folder / "config.yaml").write_text(GOOD + "web: {port: 0}\n", encoding="utf-8")
    store = Store(load(folder / "config.yaml").storage.url)
    store.upgrade()
    with store.write() as connection:
        operators.add(connection, "ana", "seven green herons", "operator", now())
        token = tokens.add(connection, "dashboard", ["read"], now())
    store.close()
    with running(folder) as service:
        yield service, token


def test_tries_of_the_api_side_by_side_are_answered_each_by_its_own(trying: tuple[Service, str]) -> None:
    service, token = trying

    def tried(number: int) -> tuple[int, str]:
        query = f"$nothing_{number}" if number % 2 else f'"own words {number}"'
        status, answer = ask(service.url, f"/topics/topic_{number}/try", {"query": query}, token=token)
        return status, str(answer.get("detail", ""))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(tried, range(AT_ONCE)))
    for number, (status, detail) in enumerate(answers):
        assert status == (422 if number % 2 else 200), detail
        assert detail == (
            f"query: unknown term set $nothing_{number}; add it under terms, or write a set that is there"
            if number % 2
            else ""
        )
    assert not [p.name for p in service.folder.iterdir() if "config" in p.name and p.name != "config.yaml"]
