"""The digest as readers see it: pictures by a real browser, wide and narrow, light and dark, in every script."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, sync_playwright

from alerts.delivery.dispatch import preview
from alerts.digests.render import Rendered
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import find_subscription, register
from tests.builders import NOON, keep, later, new_store, settings
from tests.newsroom.news import items

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium; make test installs Debian's")
PICTURES = Path(__file__).parent / "pictures"
SIZES = {"wide": (820, 1400), "narrow": (360, 1400)}
MOST_DIFFERENT = 0.004
"""Share of the picture's points that may differ: fonts are drawn a little differently by each version of a browser."""
FONTS = {"th": "Thai", "lo": "Lao", "km": "Khmer", "my": "Myanmar", "zh": "CJK"}


@pytest.fixture(scope="module")
def digest(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """A digest with news in every script, the founding event first."""
    store = new_store(tmp_path_factory.mktemp("pictures"))
    own = settings(
        {
            "name": "asean-desk",
            "to": ["desk@example.org"],
            "when": "daily 20:00",
            "timezone": "Asia/Jakarta",
            "most": 12,
        }
    )
    with store.write() as connection:
        register(connection, own, NOON)
    for item in items():
        address = f"https://{item.outlet.name}.example{item.path}"
        keep(store, item.title, item.text, source=item.outlet.name, url=address, published=item.at, first_seen=later(days=2),
             lang_hint=item.outlet.lang)  # fmt: skip
    raise_alerts(store, own, later(days=2))
    with store.read() as connection:
        return preview(
            connection, own, find_subscription(connection, own, "asean-desk"), later(days=2, hours=1)
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--disable-lcd-text"]
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield made
        made.close()


def opened(browser: Browser, digest: Rendered, size: str, scheme: str) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=True
    )  # type: ignore[arg-type]
    page = context.new_page()
    page.route("**/*", lambda route: route.abort())  # a digest loads nothing from anywhere
    page.set_content(digest.html)
    page.evaluate("document.fonts.ready")
    return page


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of points that differ visibly, looked at from some distance."""
    small = [i.convert("L").resize((i.width // 2, i.height // 2), Image.Resampling.BOX) for i in (one, other)]
    changed = ImageChops.difference(*small).point(lambda value: 255 if value > 60 else 0)
    return changed.histogram()[255] / (changed.width * changed.height)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_digest_looks_as_it_did(
    browser: Browser, digest: Rendered, tmp_path: Path, size: str, scheme: str
) -> None:
    page = opened(browser, digest, size, scheme)
    taken = Image.open(BytesIO(page.screenshot())).convert("RGB")
    file = PICTURES / f"digest-{size}-{scheme}.png"
    if os.environ.get("ASEANWATCH_NEW_PICTURES"):
        taken.quantize(48).save(file, optimize=True)
    expected = Image.open(file).convert("RGB")
    taken.save(tmp_path / file.name)
    assert taken.size == expected.size
    changed = difference(taken, expected)
    assert changed <= MOST_DIFFERENT, (
        f"{changed:.2%} differs; see {tmp_path / file.name}; if it should: make pictures"
    )
    page.context.close()


def test_the_four_pictures_differ() -> None:
    light, dark = (
        Image.open(PICTURES / f"digest-wide-{scheme}.png").convert("RGB") for scheme in ("light", "dark")
    )
    assert difference(light, dark) > 0.5


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_screen(browser: Browser, digest: Rendered, size: str) -> None:
    page = opened(browser, digest, size, "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    too_wide = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert too_wide == 0
    page.context.close()


def test_every_script_is_drawn_by_a_font_that_has_it(browser: Browser, digest: Rendered) -> None:
    page = opened(browser, digest, "narrow", "light")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    for lang, name in FONTS.items():
        node = session.send(
            "DOM.querySelector",
            {"nodeId": root, "selector": f"a[lang={lang}], h3[lang={lang}] a, span[lang={lang}]"},
        )["nodeId"]
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        most = max(fonts, key=lambda f: f["glyphCount"])["familyName"]
        assert name in most, (lang, fonts)
    page.context.close()


def test_a_digest_loads_nothing_from_anywhere(browser: Browser, digest: Rendered) -> None:
    asked: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(digest.html)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("about:")] == []
    context.close()
