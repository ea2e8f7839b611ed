"""The pages that links in mails lead to, in a real browser: accessible, within a telephone, within their budget, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from benchmarks.desk_demo import free_port, served_at, written_mail
from benchmarks.desk_mails import KINDS, reader_pages, subscription_of
from tests.console.conftest import Console, window
from tests.console.test_pages import MOST_BYTES, MOST_REQUESTS, OF_COLOURS, RULES

ARE_MAILS = {"next", "archive"}
"""They show a mail, whose headings and links are those of mail programs."""


@pytest.fixture(scope="module")
def with_reader(three_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console with public pages, and a reader who got a digest."""
    with served_at(three_days, tmp_path_factory.mktemp("readers"), free_port()) as console:
        written_mail(console, subscription_of("digest", "en") | KINDS["digest"])
        yield console


def test_every_page_is_accessible_and_fits_a_telephone(browser: Browser, with_reader: Console) -> None:
    context = window(browser, signed_in=False, viewport={"width": 360, "height": 740}, locale="en-US")
    page, axe, wrong = context.new_page(), Axe(), []
    for name, address in reader_pages(with_reader).items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, (name, page.locator("body").inner_text())
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            rules = RULES if scheme == "light" and name not in ARE_MAILS else OF_COLOURS
            found = axe.run(page, options={"runOnly": rules}).response["violations"]
            wrong += [(name, scheme, v["id"], [n["html"][:100] for n in v["nodes"]][:2]) for v in found]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append((name, "", "wider than the window", []))
    context.close()
    assert wrong == []


def test_every_page_stays_within_its_budget_and_needs_no_script(
    browser: Browser, with_reader: Console
) -> None:
    context = window(browser, signed_in=False, java_script_enabled=False, locale="en-US")
    for name, address in reader_pages(with_reader).items():
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []
        session.on(
            "Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"])
        )
        page.goto(address, wait_until="load")
        assert sum(sizes) <= MOST_BYTES, (name, sum(sizes))
        assert len(sizes) <= MOST_REQUESTS, (name, len(sizes))
        assert page.locator("h1").first.is_visible(), name
    context.close()
