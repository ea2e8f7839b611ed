"""Signing in and out in a real browser with a real provider: oidc-provider, certified by the OpenID Foundation."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.operations.live_config import Live
from alerts.web.serving import Pages
from crawler.config.settings import DeliverySettings, Web
from crawler.store import Store
from tests.builders import new_store, settings
from tests.console.conftest import browser  # noqa: F401 - a fixture

FOLDER = Path(__file__).parents[1] / "provider"
pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (FOLDER / "node_modules" / "oidc-provider").is_dir(),
    reason="needs Node.js and the provider of tests/provider; make provider installs it",
)


@dataclass
class SignInSite:
    """A console, and the provider whose accounts it lets in."""

    url: str
    issuer: str
    store: Store


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignInSite]:
    folder = tmp_path_factory.mktemp("organisation")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with (folder / "provider.log").open("w") as log:
        process = subprocess.Popen(
            ["node", "provider.mjs", url], cwd=FOLDER, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert process.stdout is not None
            # By another name than the console: to the browser these are two sites, as they are in life.
            issuer = process.stdout.readline().strip()
            assert issuer, (folder / "provider.log").read_text()
            sign_in = {
                "name": "Example Org", "issuer": issuer, "client_id": "aseanwatch", "client_secret": "a secret: +/%&=",
                "scopes": ["openid", "profile", "email", "groups"], "allow_private": ["localhost"],
                "roles": {"operator": ["desk"], "reader": ["staff"]},
            }  # fmt: skip
            own = settings().model_copy(
                update={
                    "web": Web.model_validate({"port": port, "sign_in": sign_in}),
                    "delivery": DeliverySettings.model_validate({"public_url": url}),
                }
            )
            store = new_store(folder)
            pages = Pages(Live(None, own), store)
            pages.start()
            yield SignInSite(url, issuer, store)
            pages.stop()
            store.close()
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    yield page
    context.close()


def sign_in(page: Page, site: SignInSite, name: str, after: str = "/console/register") -> None:
    """Press the button, and sign in at the provider."""
    page.goto(site.url + after)
    page.get_by_role("link", name="Sign in with Example Org").click()
    expect(page).to_have_url(re.compile(re.escape(site.issuer)))
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_a_person_signs_in_works_and_signs_out_of_both(site: SignInSite, window: Page) -> None:
    sign_in(window, site, "mei")
    expect(window).to_have_url(f"{site.url}/console/register")
    expect(window.locator("footer")).to_contain_text("mei")
    window.goto(f"{site.url}/console/sources/add")
    expect(window.get_by_role("heading", level=1)).not_to_contain_text("did not work")
    window.get_by_role("button", name="Sign out").click()
    # The provider asks whether to end its session too, then sends the person back.
    window.get_by_role("button", name=re.compile("Yes")).click()
    expect(window).to_have_url(re.compile(re.escape(f"{site.url}/console/sign-in")))
    window.goto(f"{site.url}/console/")
    expect(window).to_have_url(re.compile("/console/sign-in"))
    window.get_by_role("link", name="Sign in with Example Org").click()
    expect(window.locator("input[name=login]")).to_be_visible()


def test_the_provider_ends_the_session_of_another_browser(site: SignInSite, window: Page) -> None:
    sign_in(window, site, "budi")
    expect(window).to_have_url(f"{site.url}/console/register")
    # The person signs out at the provider itself; it tells us by the back channel.
    window.goto(f"{site.issuer}/session/end")
    with window.expect_response(re.compile("session/end/(confirm|success)")):
        window.get_by_role("button", name=re.compile("Yes")).click()
    window.goto(f"{site.url}/console/register")
    expect(window).to_have_url(re.compile("/console/sign-in"))


def test_a_reader_looks_and_who_has_no_group_stays_out(site: SignInSite, window: Page) -> None:
    sign_in(window, site, "budi")
    expect(window).to_have_url(f"{site.url}/console/register")
    window.goto(f"{site.url}/console/sources/add")
    expect(window.locator("main")).to_contain_text("Only operators may do this.")
    window.context.clear_cookies()
    sign_in(window, site, "cook")
    expect(window.locator("main")).to_contain_text("nothing there gives you a role here")
