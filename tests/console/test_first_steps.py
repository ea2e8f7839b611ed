"""A new operator's path from an empty console to a digest in a mailbox, in fewer than ten steps; the service applies each at once."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.conftest import EVENING, run
from tests.newsroom.configuration import watching
from tests.newsroom.web import Newsroom
from tests.security.service import running
from tests.system.mail import Post
from tests.system.test_service import end

UNTIL_NEWS_IS_FOUND = """async () => {
    for (;;) {
        const text = await (await fetch("/console/?q=railway")).text();
        if (new DOMParser().parseFromString(text, "text/html").querySelector(".story")) return;
        await new Promise(resolve => setTimeout(resolve, 200));
    }
}"""


class Steps:
    """Counts what a person does."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def click(self, role: str, name: str) -> None:
        self.count += 1
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def type(self, label: str, text: str) -> None:
        """Type into a field and press Enter."""
        self.count += 1
        field = self.page.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Enter")


def test_from_nothing_to_a_digest_in_fewer_than_ten_steps(page: Page, tmp_path: Path) -> None:
    with Newsroom(EVENING) as room, Post() as post:
        mail = {
            "from": "ASEAN Watch <watch@example.org>",
            "smtp": {"host": "127.0.0.1", "port": post.port, "timeout": "20s"},
        }
        watching(
            room, tmp_path, is_whole=True, sources=[], delivery=mail, web={"host": "127.0.0.1", "port": 0}
        )
        with running(tmp_path, ("run",)) as service:
            found = re.search(r"http://127\.0\.0\.1:\d+/console/sign-in#link=[\w-]+", service.said)
            assert found is not None, service.said
            link = found[0]
            console = f"{link.partition('/console/')[0]}/console/"
            page.goto(link)
            expect(page.get_by_role("heading", level=1)).to_have_text("Today")
            steps = Steps(page)
            steps.click("link", "Add a source")
            steps.type("Any address of the site", room.address("/straits-ledger/"))
            steps.click("button", "Add")
            expect(page.get_by_role("status")).to_contain_text("Added")
            assert room.wait_for({"/straits-ledger/feed"})
            page.goto(console)
            page.evaluate(UNTIL_NEWS_IS_FOUND)
            steps.type("Search in all languages", "railway")
            expect(page.locator(".story").first).to_be_visible()
            steps.click("link", "Make a topic of this search")
            expect(page.locator(".found .hits li").first).to_be_visible(timeout=30_000)
            steps.click("button", "Write the topic")
            expect(page.get_by_role("status")).to_contain_text("is written")
            steps.click("link", "Subscribe somebody to this topic")
            steps.type("Mail address", "reader@example.org")
            expect(page.get_by_role("status")).to_contain_text("Added")
            steps.click("button", "Send it now as a test")
            assert post.wait_for(1)
            assert steps.count < 10
            assert end(service.process) == 0
        (address, letter) = post.mails[0]
        assert address == "reader@example.org"
        assert letter["Subject"].startswith("[Test]")
        assert [s["name"] for s in run("sources", "list", "--json", cwd=tmp_path).json] == ["straits-ledger"]
