"""A person's way through pages in a real browser, in steps and seconds.

Seconds are those of the keystroke-level model (Card, Moran and Newell, "The keystroke-level model for user performance time with
interactive systems", Communications of the ACM 23(7), 1980, pages 396 to 410; the times of a mouse button are from Kieras, "Using the
Keystroke-Level Model to Estimate Execution Times", 1993), plus the time that the browser really takes to load. A tap of a finger is
counted as a click. The model is of a practised person who makes no mistake, so that differences tell more than the sums.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from time import perf_counter

from playwright.sync_api import Locator, Page

KEY, POINT, PRESS, HAND, THINK = 0.28, 1.10, 0.20, 0.40, 1.35
"""Seconds: K of an average typist; P to a thing on the screen; BB, down and up; H from mouse to keys; M before each decision."""
SWIPE = 0.40
"""Seconds of a turn of the wheel or a swipe, as long as the hand's way to it (H). Each new screen is looked over (M)."""
SCREEN = 0.8
"""Share of the window that a person scrolls on at once."""
_DISTANCE = """e => {
    const box = e.getBoundingClientRect(), tall = innerHeight;
    if (box.top < 0) return -box.top;
    return Math.max(0, Math.min(box.bottom, box.top + tall / 2) - tall);
}"""


class NotFoundOnTheWayError(Exception):
    """A step leads nowhere: the page has no such thing."""


@dataclass
class Walk:
    """One person doing one task on one page of a browser.

    Attributes:
        page: the page, open at the place where the task begins.
        steps: clicks, fields that were typed, and scrolls by a screen so far.
        seconds: the time of all that, with loading.
        told: what was done, in words.
        patience: seconds that a thing may take to appear.
    """

    page: Page
    steps: int = 0
    seconds: float = 0.0
    told: list[str] = field(default_factory=list)
    patience: float = 15.0

    def click(self, what: str | Locator, words: str = "") -> None:
        """Find something, go to it and click it; wait for the page that follows."""
        found = self._found(what)
        self._count(f"click {words or what}", THINK + POINT + PRESS)
        begun = perf_counter()
        found.click()
        self.page.wait_for_load_state("load")
        self.seconds += perf_counter() - begun

    def type(self, what: str | Locator, text: str, *, enter: bool = False) -> None:
        """Type into a field."""
        found = self._found(what)
        self._count(f"type “{text}”", THINK + POINT + PRESS + HAND + (len(text) + enter) * KEY)
        begun = perf_counter()
        found.fill(text)
        if enter:
            found.press("Enter")
            self.page.wait_for_load_state("load")
        self.seconds += perf_counter() - begun

    def append(self, what: str | Locator, text: str) -> None:
        """Type at the end of what a field has."""
        found = self._found(what)
        self._count(f"type “{text.strip()}”", THINK + POINT + PRESS + HAND + (len(text) + 1) * KEY)
        found.press("Control+End")
        found.press_sequentially(text)

    def paste(self, what: str | Locator, text: str) -> None:
        """Paste what was copied into a field."""
        found = self._found(what)
        self._count("paste it", THINK + POINT + PRESS + HAND + 2 * KEY)
        found.fill(text)

    def choose(self, what: str | Locator, value: str) -> None:
        """Choose one of a list that folds out."""
        found = self._found(what)
        self._count(f"choose {value}", THINK + 2 * (POINT + PRESS))
        found.select_option(value)

    def see(self, what: str | Locator, words: str = "") -> Locator:
        """Look for something until it is on the screen, and read it."""
        begun = perf_counter()
        found = self._found(what)
        self.seconds += perf_counter() - begun + THINK
        self.told.append(f"see {words or what}")
        return found

    def copy(self, what: str | Locator, words: str = "") -> None:
        """Mark a text with the mouse, and copy it."""
        self._found(what)
        self._count(f"copy {words or what}", THINK + 2 * (POINT + PRESS / 2) + HAND + 2 * KEY)

    def copy_address(self) -> None:
        """Copy the address of a page from the browser."""
        self._count("copy its address", THINK + POINT + PRESS + HAND + 2 * KEY)

    def click_apart(self, words: str) -> None:
        """Click something in another window, which does not matter here."""
        self._count(f"click {words}", THINK + POINT + PRESS)

    def switch(self, words: str) -> None:
        """Go to another program or window, and find the thing there."""
        self._count(f"switch to {words}", THINK + POINT + PRESS)

    def _found(self, what: str | Locator) -> Locator:
        """The first such thing, scrolled into the window as a person would."""
        found = (self.page.locator(what) if isinstance(what, str) else what).first
        try:
            found.wait_for(state="visible", timeout=self.patience * 1000)
        except Exception as error:
            raise NotFoundOnTheWayError(f"{self.page.url} has no {what}: {self.told}") from error
        distance = found.evaluate(_DISTANCE)
        screens = ceil(distance / (SCREEN * found.evaluate("e => innerHeight")))
        for _ in range(screens):
            self._count("scroll", SWIPE + THINK)
        if screens:
            found.evaluate("e => e.scrollIntoView({block: 'center', behavior: 'instant'})")
        return found

    def _count(self, words: str, seconds: float) -> None:
        self.steps += 1
        self.seconds += seconds
        self.told.append(words)
