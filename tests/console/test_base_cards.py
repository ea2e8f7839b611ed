"""Unread news of bases stands on cards: what it is, how far it has come, where, what proves it, and who reported it first."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.console.conftest import Console, window
from tests.console.pages import founding


def test_a_card_names_the_base_its_stage_day_cities_proof_and_first_report(
    page: Page, console: Console
) -> None:
    story, key = founding(console.store)
    page.goto(f"{console.url}/console/")
    card = page.locator(".card", has=page.locator(f'a[href="/console/register/{key}"]')).first
    expect(card.locator("h3 a")).to_have_attribute("href", f"/console/stories/{story}")
    expect(card).to_contain_text("Launched · 28 Nov 2025 · Shenzhen, Guangzhou, Singapore, Kuala Lumpur")
    expect(card.locator("blockquote")).to_contain_text("officially launched on Friday")
    expect(card).to_contain_text("first: nanhai-agency 28 Nov 21:40 · 15 reports in 10 languages")
    expect(card.locator("svg.map a")).to_have_count(4)
    card.get_by_role("button", name="Read", exact=True).click()
    expect(page.locator(".card", has=page.locator(f'a[href="/console/register/{key}"]'))).to_have_count(0)


def test_a_card_fits_a_telephone(browser: Browser, console: Console) -> None:
    context = window(browser, viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{console.url}/console/")
    box = page.locator(".card svg.map").first.bounding_box()
    assert box is not None and box["width"] <= 240
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".card svg.map").first).to_contain_text("深圳")
    context.close()
