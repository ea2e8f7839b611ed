"""The console by keyboard: every section, lists, buttons and the way back; never while somebody types, and only while it is wanted."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from alerts.web.console.routes import SECTIONS
from tests.console.conftest import Console


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_every_section_has_a_key_that_is_listed_and_works(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/")
    keys = {
        str(link.get_attribute("href")): str(link.get_attribute("data-key"))
        for link in page.locator("nav[aria-label=Sections] a").all()
    }
    assert len(set(keys.values())) == len(SECTIONS) and all(keys.values())
    press(page, "?")
    for name in SECTIONS:
        expect(page.get_by_role("dialog")).to_contain_text(
            f"g {keys['/console/' + name.replace('today', '')]}"
        )
    press(page, "Escape")
    for address, key in keys.items():
        press(page, "g", key)
        expect(page).to_have_url(f"{shared.url}{address}")
        page.wait_for_load_state("load")


def test_back_leads_to_the_item_that_was_opened(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/")
    press(page, "j", "j", "j")
    headline = page.locator("[data-item].chosen h3 a").inner_text()
    press(page, "o")
    expect(page).to_have_url(re.compile(r"/console/stories/\d+"))
    page.wait_for_load_state("load")
    press(page, "u")
    expect(page).to_have_url(f"{shared.url}/console/")
    expect(page.locator("[data-item].chosen h3 a")).to_have_text(headline)


def test_a_button_pressed_by_key_leaves_the_same_item_chosen(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/?lang=my")
    press(page, "m")
    expect(page).to_have_url(re.compile(r"lang=my"))
    assert page.locator(".story.fresh").count() > 0, "without a chosen item nothing is marked"
    press(page, "j", "s")
    expect(page.locator("[data-item].chosen")).to_contain_text("Saved")


def test_keys_do_nothing_while_somebody_types_or_once_they_are_switched_off(
    page: Page, shared: Console
) -> None:
    page.goto(f"{shared.url}/console/")
    press(page, "/", "g", "r", "?", "j")
    expect(page.get_by_role("searchbox")).to_have_value("gr?j")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="Switch the keys off").click()
    press(page, "Escape", "j")
    expect(page.locator(".chosen")).to_have_count(0)
    page.reload()
    press(page, "j")
    expect(page.locator(".chosen")).to_have_count(0)
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="Switch the keys off").click()
    press(page, "Escape", "j")
    expect(page.locator(".chosen")).to_have_count(1)
