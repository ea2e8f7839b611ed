"""What a new installation shows before there is any news: the next step, and what happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from alerts.operations.progress import Progress
from crawler.store import Store
from tests.builders import keep
from tests.console.conftest import AFTER, Console, served
from tests.newsroom.configuration import packaged, with_sections


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Console]:
    """A console whose store is empty; it has the sources and topics that the project ships."""
    source, folder = tmp_path / "source", tmp_path / "fresh"
    source.mkdir()
    folder.mkdir()
    text = with_sections(packaged(), storage={"url": "sqlite:///aseanwatch.db"}, subscriptions=[])
    text = with_sections(text, web={"host": "127.0.0.1", "port": 0}).replace(
        "web:\n  host: 127.0.0.1\n  port: 0\n", "web: {}\n"
    )
    (source / "config.yaml").write_text(text, encoding="utf-8")
    with served(source, folder) as made:
        yield made


def test_the_guide_shows_each_step_with_its_state_and_leads_to_the_next(page: Page, fresh: Console) -> None:
    page.goto(f"{fresh.url}/console/")
    expect(page.locator(".steps li")).to_have_count(4)
    expect(page.locator(".steps .done")).to_have_count(2)
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("Say who is told")
    expect(page.locator("main form.filters")).to_have_count(0)
    page.get_by_role("link", name="Add a subscription").click()
    expect(page.get_by_role("navigation", name="First steps")).to_contain_text("See the first mail")
    page.get_by_label("Mail address").fill("desk@example.org")
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_role("navigation", name="First steps").get_by_role("link", name="See the first mail").click()
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("See the first mail")
    expect(page.get_by_role("link", name="Preview it")).to_have_attribute(
        "href", "/console/subscriptions/desk"
    )


def test_steps_are_skipped_one_by_one_or_all_at_once(page: Page, fresh: Console) -> None:
    page.goto(f"{fresh.url}/console/")
    page.get_by_role("button", name="Skip: Say who is told").click()
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("See the first mail")
    page.get_by_role("button", name="hide these steps").click()
    expect(page.get_by_role("heading", name="What happens now")).to_be_visible()
    expect(page.locator(".steps")).to_have_count(0)


def test_until_there_is_news_the_page_says_what_happens_and_then_shows_it(page: Page, fresh: Console) -> None:
    page.goto(f"{fresh.url}/console/")
    expect(page.locator("main")).to_contain_text("the service does not run. Start it with aseanwatch run")
    Progress(fresh.store).selected(AFTER)
    page.reload()
    expect(page.locator("main")).to_contain_text("The first news is here within 15 min")
    brought(fresh.store)
    expect(page.locator(".story")).to_have_count(1, timeout=15_000)


def brought(store: Store) -> None:
    keep(store, "China and ASEAN launch a joint laboratory in Nanning", "It opened on Friday.")


def test_whoever_has_all_steps_behind_them_sees_no_guide(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/topics")
    expect(page.get_by_role("navigation", name="First steps")).to_have_count(0)
    page.goto(f"{shared.url}/console/")
    expect(page.get_by_role("heading", name="First steps")).to_have_count(0)


def test_subscriptions_that_only_fill_a_folder_are_said_to_reach_nobody(page: Page, fresh: Console) -> None:
    text = fresh.config.read_text(encoding="utf-8").replace(
        "subscriptions: []", "subscriptions: [{name: kept, channel: archive}]"
    )
    fresh.config.write_text(text, encoding="utf-8")
    page.goto(f"{fresh.url}/console/")
    expect(page.locator(".steps")).to_contain_text("There is 1 subscription. They only fill a folder")
