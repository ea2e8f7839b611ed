"""What people choose for themselves, and what they see before they save it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.console.conftest import Console


def test_language_is_chosen_at_the_head_and_the_zone_in_the_account(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/account")
    page.get_by_label("Time zone").select_option(label="Jakarta")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Times are in Jakarta.")).to_be_visible()
    expect(page.get_by_text("Now it is 1 Dec 04:00.")).to_be_visible()  # seven hours after UTC
    page.locator("header summary").click()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_text("雅加达").last).to_be_visible()


def test_a_subscription_is_tried_before_it_is_saved(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/subscriptions/add")
    page.get_by_label("Mail address").fill("reader@example.org")
    page.get_by_text("Topics, languages, hours").click()
    page.get_by_label("only those ticked").check()
    page.get_by_label("New demonstration bases").check()
    page.get_by_role("button", name="Try it on the last days").click()
    found = page.locator(".found")
    expect(found).to_contain_text("only the topics New demonstration bases")
    expect(found).to_contain_text("Launched: China-ASEAN Collaborative Innovation Demonstration")
    expect(page.get_by_label("Mail address")).to_have_value("reader@example.org")
    expect(page.get_by_label("New demonstration bases")).to_be_checked()
    with shared.store.read() as connection:
        assert not connection.exec_driver_sql(
            "SELECT 1 FROM subscriptions WHERE name LIKE 'reader%' OR name = 'preview'"
        ).all()


def test_where_nothing_waits_the_preview_shows_what_would_have_come(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/subscriptions/asean-desk/preview?days=7")
    expect(page.get_by_text("and 9 more")).to_be_visible()
    page.get_by_role("link", name="the last day").click()
    expect(page.get_by_role("heading", name="What would have come")).to_be_visible()
    page.get_by_role("link", name="← asean-desk").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("asean-desk")
