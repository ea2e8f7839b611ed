"""Missing terms are counted beside the page, from the latest reports."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from alerts.web.console.missing_terms import count_terms
from tests.builders import keep, later, new_store, settings
from tests.console.conftest import Console
from tests.sessions import BY_SESSION

NEWS = (
    ("China and Malaysia open a rail link", "China and Malaysia opened a rail link in Kuala Lumpur on Monday."),
    ("Vietnam and China sign a durian protocol", "Vietnam signed a protocol with China on durian exports on Tuesday."),
    ("China lends Laos money for a dam", "China lends Laos money for a dam on the Mekong, both sides said."),
)  # fmt: skip


def test_the_page_answers_at_once_and_shows_by_itself_what_was_counted(page: Page, console: Console) -> None:
    path = "/console/topics/trade_investment/suggestions"
    first = page.request.get(console.url + path, headers=BY_SESSION | {"Accept-Language": "en"}).text()
    assert "The latest reports are being read" in first
    assert f'<a href="{path}">Look again</a>' in first, "without a script a link asks again"
    page.goto(console.url + path)
    expect(page.locator("#missing [role=status]")).to_have_count(0, timeout=60_000)
    expect(page.locator("#missing")).not_to_be_empty()


def test_only_the_latest_reports_are_read(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for day, (title, text) in enumerate(NEWS):
        keep(
            store,
            title,
            text,
            url=f"https://a.example/{day}",
            published=later(days=day),
            first_seen=later(days=day),
        )
    assert count_terms(store, settings(), later(days=4)).reports > 1
    assert count_terms(store, settings(), later(days=4), most=1).reports == 1
