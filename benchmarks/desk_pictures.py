"""Pictures of every page and mail for the documentation: ``python -m benchmarks.desk_pictures``.

Each has one picture at 1,440 px in English, and a sheet of small ones: five languages beside each other, wide and on a phone, light and
dark. The console's pages are those of the table that the tests go through (`tests/console/pages.py`).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from sqlalchemy import insert

from alerts.digests.wording import FRAMES
from alerts.identity.operators import LOCAL
from benchmarks.desk_demo import BEGUN, free_port, served_at
from benchmarks.desk_mails import mails_in, reader_pages
from crawler.store.schema import config_versions
from tests.console.conftest import CHROMIUM, Console, window
from tests.console.pages import MAILS, all_pages

FOLDER, PAGE = Path("docs/pictures"), Path("docs/pictures.md")
USED = Path("docs/console")
IN_TEXT = (
    "today",
    "story",
    "register",
    "base",
    "topic",
    "sources",
    "source",
    "subscriptions",
    "deliveries",
    "health",
)
"""Pages whose pictures stand in the other pages of the documentation, at 1,100 px."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOCALES = {"en": "en-SG", "id": "id-ID", "vi": "vi-VN", "th": "th-TH", "zh": "zh-CN"}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
THUMB = 360
"""Pixels of a small picture; two phones beside each other take as much."""
GAP = 8
QUALITY, QUALITY_OF_SHEETS = 70, 55


@dataclass(frozen=True)
class PicturedPage:
    """A page or a mail: its name, the part of the documentation that it stands in, and its address in each language."""

    name: str
    part: str
    addresses: Mapping[str, str]


def opened(browser: Browser, language: str, options: Mapping[str, Any]) -> BrowserContext:
    """A browser window of somebody who reads a language."""
    return window(browser, locale=LOCALES[language], reduced_motion="reduce", **options)


def shots(
    browser: Browser, pages: list[PicturedPage], language: str, options: Mapping[str, Any]
) -> Iterator[tuple[str, str, Image.Image]]:
    """A picture of each page in each scheme: the page's name, the scheme, the picture. Says what is wider than its window."""
    context = opened(browser, language, options)
    tab = context.new_page()
    for page in pages:
        tab.goto(page.addresses[language], wait_until="load")
        if tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            print(
                f"wider than the window: {page.name}, {language}, {options['viewport']['width']} px",
                flush=True,
            )
        for scheme in SCHEMES:
            tab.emulate_media(color_scheme=scheme)
            yield page.name, scheme, Image.open(BytesIO(tab.screenshot())).convert("RGB")
    context.close()


class SheetSet:
    """The sheets of all pages: columns are languages; rows are wide light, wide dark, and both on a phone."""

    def __init__(self, languages: list[str]) -> None:
        self.languages = languages
        self.sheets: dict[str, Image.Image] = {}
        self._tall = THUMB * WIDE["viewport"]["height"] // WIDE["viewport"]["width"]
        self._phone = (THUMB - GAP) // 2
        self._phone_tall = self._phone * PHONE["viewport"]["height"] // PHONE["viewport"]["width"]

    def put(self, name: str, language: str, scheme: str, picture: Image.Image) -> None:
        """Put a picture into its place on the sheet of its page."""
        wide = len(self.languages) * (THUMB + GAP) - GAP
        tall = 2 * (self._tall + GAP) + self._phone_tall
        sheet = self.sheets.setdefault(name, Image.new("RGB", (wide, tall), "#808080"))
        left, number = self.languages.index(language) * (THUMB + GAP), SCHEMES.index(scheme)  # type: ignore[arg-type]
        is_phone = picture.width < picture.height
        size = (self._phone, self._phone_tall) if is_phone else (THUMB, self._tall)
        place = (
            (left + number * (self._phone + GAP), 2 * (self._tall + GAP))
            if is_phone
            else (left, number * (self._tall + GAP))
        )
        sheet.paste(picture.resize(size, Image.Resampling.LANCZOS), place)


def listing(pages: list[PicturedPage]) -> str:
    """The page of the documentation that shows all pictures."""
    lines = [
        "# Pages and mails in pictures",
        "",
        "Every page of the console and of readers, and every mail, over the demo's three days of news. Each has a picture at 1,440 px in",
        "English, and a sheet of small ones: English, Indonesian, Vietnamese, Thai and Chinese beside each other; light above dark, and both at",
        "390 px below. `make shots` takes them.",
    ]
    part = ""
    for page in pages:
        if page.part != part:
            part = page.part
            lines += ["", f"## {part}"]
        lines += ["", f"### {page.name}", "", f"![{page.name} at 1,440 px](pictures/{page.name}.webp)", "",
                  f"![{page.name} in five languages, light and dark, wide and on a phone](pictures/{page.name}-all.webp)"]  # fmt: skip
    return "\n".join(lines) + "\n"


def taken(demo: Path, folder: Path, only: str) -> list[PicturedPage]:
    """Take all pictures, and return what they show."""
    folder.mkdir(parents=True, exist_ok=True)
    sheets, shown = SheetSet(list(FRAMES)), []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
        )
        # Each its own store: the readers of the mails are no readers of the console's desk.
        for part in (console_pages, mail_pages):
            own = Path(temporary) / part.__name__
            own.mkdir()
            with served_at(demo, own, free_port()) as console:
                pages = part(console, own)
                wanted = [page for page in pages if only in page.name]
                _take(browser, wanted, sheets, folder)
                if part is console_pages and folder == FOLDER and not only:
                    _in_text(browser, pages)
                shown += wanted
        browser.close()
    for name, sheet in sheets.sheets.items():
        sheet.save(folder / f"{name}-all.webp", quality=QUALITY_OF_SHEETS, method=6)
    return shown


def console_pages(console: Console, folder: Path) -> list[PicturedPage]:
    """The pages of the console, with a change of the configuration to show."""
    change = {"at": BEGUN, "actor": LOCAL, "section": "topics", "name": "tourism"}
    before, after = "tourism:\n  query: $tourism\n", "tourism:\n  query: $tourism OR durian\n"
    with console.store.write() as connection:
        connection.execute(insert(config_versions), [change | {"before": before, "after": after}])
    found = all_pages(console.store)
    return [
        PicturedPage(f"console-{name}", "The console", dict.fromkeys(FRAMES, console.url + address))
        for name, address in found.items()
        if name not in MAILS
    ]


def mail_pages(console: Console, folder: Path) -> list[PicturedPage]:
    """The mails, and the pages that readers' links lead to."""
    mails = mails_in(console, folder)
    pages = [PicturedPage(f"mail-{name}", "Mails", addresses) for name, addresses in mails.items()]
    return pages + [
        PicturedPage(f"reader-{name}", "Pages of readers", dict.fromkeys(FRAMES, address))
        for name, address in reader_pages(console).items()
    ]


def _take(browser: Browser, pages: list[PicturedPage], sheets: SheetSet, folder: Path) -> None:
    """Put pictures of pages on their sheets, and write those at 1,440 px in English."""
    for language in FRAMES:
        for options in (WIDE, PHONE):
            for name, scheme, picture in shots(browser, pages, language, options):
                sheets.put(name, language, scheme, picture)
                if (language, scheme, options) == ("en", "light", WIDE):
                    picture.save(folder / f"{name}.webp", quality=QUALITY, method=6)


def _in_text(browser: Browser, pages: list[PicturedPage]) -> None:
    """Take the pictures that stand in the other pages of the documentation."""
    context = opened(browser, "en", {"viewport": {"width": 1100, "height": 800}})
    tab = context.new_page()
    for page in pages:
        name = page.name.removeprefix("console-")
        if name in IN_TEXT:
            tab.goto(page.addresses["en"])
            tab.screenshot(path=USED / f"{name}.png")
    context.close()


def main() -> None:
    """Take all pictures, and write the page that shows them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--demo", type=Path, default=Path("demo"), help="the folder that make demo left")
    options.add_argument(
        "--only", default="", help="a part of the names of the pages that are wanted; writes no page"
    )
    options.add_argument("--folder", type=Path, default=FOLDER)
    given = options.parse_args()
    pages = taken(given.demo.absolute(), given.folder, given.only)
    size = sum(file.stat().st_size for file in given.folder.glob("*.webp"))
    print(f"{len(pages)} pages, {size / 1e6:.1f} MB in {given.folder}")
    if given.folder == FOLDER and not given.only:
        PAGE.write_text(listing(pages), encoding="utf-8")


if __name__ == "__main__":
    main()
