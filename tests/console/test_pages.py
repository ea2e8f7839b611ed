"""Each page in a real browser: accessible, within its budget, at both widths, in light and dark, in five languages."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.console.conftest import Console, window
from tests.console.pages import all_pages, frame_pages

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""All that another scheme can break: a page has the same elements in both."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
MOST_BYTES, MOST_REQUESTS = 60_000, 6


@pytest.mark.parametrize("width", [1440, pytest.param(360, marks=pytest.mark.long)])
def test_every_page_is_accessible_and_fits(browser: Browser, shared: Console, width: int) -> None:
    context = window(browser, viewport={"width": width, "height": 900}, locale="en-US")
    page, axe, wrong = context.new_page(), Axe(), []
    for name, address in frame_pages(shared.store).items():
        page.goto(shared.url + address)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            rules = RULES if scheme == SCHEMES[0] else OF_COLOURS
            found = axe.run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response[
                "violations"
            ]
            wrong += [(name, scheme, v["id"], [n["html"][:100] for n in v["nodes"]][:2]) for v in found]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append((name, scheme, "wider than the window", []))
    context.close()
    assert wrong == []


@pytest.mark.parametrize(
    "locale",
    ["th-TH", *(pytest.param(one, marks=pytest.mark.long) for one in ("en-US", "id-ID", "vi-VN", "zh-CN"))],
)
def test_the_way_in_is_accessible_and_fits(browser: Browser, shared: Console, locale: str) -> None:
    context = window(browser, signed_in=False, viewport={"width": 360, "height": 740}, locale=locale)
    page = context.new_page()
    page.goto(f"{shared.url}/console/")
    assert page.locator("html").get_attribute("lang") == locale[:2]
    assert Axe().run(page, options={"runOnly": RULES}).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()


def test_first_views_fit_a_telephone_and_stay_within_their_budgets(browser: Browser, shared: Console) -> None:
    """Bytes as they are transferred, requests and whom they ask, the width, and no shift of what is seen."""
    frames, asked = frame_pages(shared.store), set[str]()
    for name, address in all_pages(shared.store).items():
        context = window(browser, viewport={"width": 360, "height": 740}, locale="en-US")
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        page.on("request", lambda request: asked.add(request.url))
        page.add_init_script(
            "window.shift = 0; new PerformanceObserver(l => l.getEntries().forEach(e => window.shift += e.value))"
            ".observe({type: 'layout-shift', buffered: true})"
        )
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []
        session.on(
            "Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"])
        )
        page.goto(shared.url + address, wait_until="load")
        assert sum(sizes) <= MOST_BYTES, (name, sum(sizes))
        assert len(sizes) <= MOST_REQUESTS, (name, len(sizes))
        assert page.evaluate("window.shift") < 0.01, name
        if name in frames:
            assert page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ), name
        context.close()
    assert [url for url in asked if not url.startswith((shared.url, "data:"))] == []


@pytest.mark.parametrize(
    ("locale", "today"),
    [("en-US", "Today"), ("id-ID", "Hari ini"), ("vi-VN", "Hôm nay"), ("th-TH", "วันนี้"), ("zh-CN", "今日")],
)
def test_the_frame_speaks_the_readers_language(
    browser: Browser, shared: Console, locale: str, today: str
) -> None:
    context = window(browser, locale=locale)
    page = context.new_page()
    page.goto(f"{shared.url}/console/")
    assert page.locator("h1").inner_text() == today
    assert page.locator("html").get_attribute("lang") == locale[:2]
    context.close()


def test_reading_needs_no_script(browser: Browser, shared: Console) -> None:
    context = window(browser, java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{shared.url}/console/")
    page.get_by_role("link", name="China-ASEAN innovation base for emerging industries").click()
    assert "13 reports" in page.locator("main").inner_text()
    page.goto(f"{shared.url}/console/topics/demonstration_base")
    page.get_by_role("button", name="See what it would catch").click()
    assert "It catches the same as now" in page.locator("#tried").inner_text()
    context.close()
