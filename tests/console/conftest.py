"""A console with three days of the newsroom, and a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from alerts.operations.live_config import live_at
from alerts.web.serving import Pages
from crawler.commands.context import open_store
from crawler.store import Store
from tests.sessions import SESSION, let_in

CHROMIUM = shutil.which("chromium")
expect.set_options(
    timeout=30_000
)  # as long as steps have; a busy machine judges a draft in more than five seconds
AFTER = datetime(2025, 11, 30, 21, tzinfo=UTC)
"""The evening of the newsroom's third day."""


def window(browser: Browser, *, signed_in: bool = True, **options: Any) -> BrowserContext:
    """A new browser window with a session and nothing else."""
    made = browser.new_context(**options)
    if signed_in:
        made.add_cookies([{"name": "aw_session", "value": SESSION, "url": "http://127.0.0.1"}])
    return made


@dataclass(frozen=True)
class Console:
    """A running console: its port, its store, its configuration file."""

    port: int
    store: Store
    config: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def console(three_days: Path, tmp_path: Path) -> Iterator[Console]:
    """A separate console with a copy of these three days."""
    with served(three_days, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared(three_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One console for tests that change nothing."""
    with served(three_days, tmp_path_factory.mktemp("shared")) as made:
        yield made


class served:  # noqa: N801 - reads as what it does
    """A context manager for a console with a copy of a demo's folder."""

    def __init__(
        self,
        source: Path,
        folder: Path,
        change: Callable[[str], str] = lambda text: text,
        clock: Any = lambda: AFTER,
    ) -> None:
        for name in ("aseanwatch.db", "aseanwatch.db-wal"):
            if (source / name).exists():
                shutil.copy(source / name, folder / name)
        text = (source / "config.yaml").read_text(encoding="utf-8")
        text = re.sub(r"sqlite:///\S+", f"sqlite:///{folder / 'aseanwatch.db'}", text)
        self.config = folder / "config.yaml"
        self.config.write_text(
            change(re.sub(r"(?m)^web:.*$", "web: {host: 127.0.0.1, port: 0}", text)), encoding="utf-8"
        )
        live = live_at(str(self.config))
        self.store = open_store(live.settings)
        let_in(self.store, clock())
        self.pages = Pages(live, self.store, clock)

    def __enter__(self) -> Console:
        self.pages.start()
        return Console(self.pages.port, self.store, self.config)

    def __exit__(self, *_: object) -> None:
        self.pages.stop()
        self.store.close()


@pytest.fixture(
    scope="module"
)  # its event loop runs while it exists, which would break tests of other modules
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium; make test installs Debian's")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
        )
        yield made
        made.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser window that is signed in, in English."""
    made = window(browser, viewport={"width": 1440, "height": 900}, locale="en-US")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails on script errors and on requests to other sites."""
    made = context.new_page()
    made.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    made.on(
        "request",
        lambda request: (
            request.url.startswith(("http://127.0.0.1", "data:"))
            or pytest.fail(f"a request to {request.url}")
        ),
    )
    return made
