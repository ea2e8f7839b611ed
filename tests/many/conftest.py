"""One PostgreSQL for the tests of a process, one database for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, programs


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server."""
    if programs() is None:
        pytest.skip("no PostgreSQL here: make installs it on Debian")
    with Postgres() as server:
        yield server


@pytest.fixture
def database(postgres: Postgres) -> str:
    """The URL of a new, empty database."""
    return postgres.new()
