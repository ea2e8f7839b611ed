"""No page is forgotten: what the router serves is in the tables of pages, and in the benchmark of their times."""

from __future__ import annotations

import random
from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest
from starlette.routing import Match, Route

from alerts.operations.live_config import Live
from alerts.web.app import application
from alerts.web.console.routes import routes
from alerts.web.context import WebContext
from benchmarks.console import addresses
from benchmarks.desk_mails import READER_PAGES
from crawler.store import Store
from tests.builders import new_store, settings
from tests.console.pages import NO_PAGES, PAGES

OF_MONITORING = {"/healthz", "/readyz", "/metrics"}


@pytest.fixture(scope="module")
def page_routes(tmp_path_factory: pytest.TempPathFactory) -> list[Route]:
    """What the router serves to people of the console."""
    store: Store = new_store(tmp_path_factory.mktemp("routes"))
    web = WebContext(live=None, store=store, clock=None)  # type: ignore[arg-type] - nothing is asked of it
    return [r for r in routes(web) if is_page(r) and r.path not in NO_PAGES]


def is_page(route: Route) -> bool:
    """Whether a route shows something to a person; files have a dot in their path."""
    return "GET" in (route.methods or ()) and "." not in route.path


@pytest.fixture(scope="module")
def reader_routes(tmp_path_factory: pytest.TempPathFactory) -> list[Route]:
    """What the router serves to readers of mails."""
    live = Live(None, settings())
    web = WebContext(live=live, store=new_store(tmp_path_factory.mktemp("readers")), clock=None)  # type: ignore[arg-type]
    return [r for r in application(web).routes if isinstance(r, Route) and is_page(r)
            and not r.path.startswith("/console") and r.path not in OF_MONITORING]  # fmt: skip


def answered(addresses_of_pages: Iterable[str], known: list[Route]) -> set[str]:
    """The paths of the routes that answer these addresses; of several that match one, the first answers."""
    found = set()
    for address in addresses_of_pages:
        scope = {"type": "http", "method": "GET", "path": urlsplit(address).path}
        found |= {next((r.path for r in known if r.matches(scope)[0] is Match.FULL), "")}
    return found


def test_every_page_of_the_router_is_in_the_table(page_routes: list[Route]) -> None:
    listed = [address.format(story=1, base="base-1", digest=1) for address in PAGES.values()]
    assert {r.path for r in page_routes} - answered(listed, page_routes) == set()


def test_every_page_of_the_router_is_timed(page_routes: list[Route]) -> None:
    timed = [next(turns) for turns in addresses(random.Random(1), ["trade"], 9).values()]
    assert {r.path for r in page_routes} - answered(timed, page_routes) == set()


def test_every_page_of_a_readers_link_is_in_the_table(reader_routes: list[Route]) -> None:
    of_machines = {"/websub/{token}"}
    assert {r.path for r in reader_routes} - of_machines - set(READER_PAGES.values()) == set()
