"""A digest holds to what mail programs can show: Gmail's sizes and style sheets, Outlook's boxes, images off, dark colours."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup, Comment, Tag

from alerts.digests.digest import Digest, RegisterItem, TopicItem
from alerts.digests.message import OutgoingMessage, RenderedMessage, compose
from alerts.digests.render import Rendered
from alerts.digests.wording import FRAMES
from alerts.digests.writing import write
from alerts.identity.links import Links
from tests.alerts.digests.test_rendering import BASE, digest, report, story
from tests.builders import NOON, settings

KNOWN = yaml.safe_load(Path(__file__).with_name("mail_clients.yaml").read_text(encoding="utf-8"))
CLIPPED_BY_GMAIL = 102 * 1024
"""Bytes behind which Gmail cuts a message off."""
STYLE_OF_GMAIL = 8_192
"""Characters of a style element behind which Gmail ignores it."""
LINKS = Links("https://a-rather-long-name.watch.example.org/news-desk", ("k" * 40,))
LONG = "中国—东盟现代热带农业协同创新示范基地 and a long headline in two scripts that goes on and on, " * 2


def full(language: str, stories: int = 6) -> Digest:
    """A digest that has everything that a digest can have."""
    others = tuple(report(f"{LONG}{n}", "th", f"https://outlet.example/{'path/' * 12}{n}") for n in range(5))
    told = [
        story(
            f"{LONG} {n}", n, best=report(f"{LONG} {n}", "zh"), english=report("In English"), others=others, more=3,
            topics=(TopicItem(f"topic-{n % 3}", f"Topic {n % 3}", ("trade", "export")),), corrects=n == 4, old=n == 5,
            base=BASE.key if n == 1 else None, as_a_whole=n == 2,
        )
        for n in range(1, stories + 1)
    ]  # fmt: skip
    moved = RegisterItem(
        "base-2", "Training Base", "en", "launched", "signed", "2025-11-28", ("Sihanoukville",), 9, "It opened.", "zh", "outlet.example", "https://outlet.example/9",
    )  # fmt: skip
    return replace(digest(*told, bases=(BASE,), language=language, omitted=2), register=(moved,))


def rendered(told: Digest) -> Rendered:
    return write(settings(), LINKS, told)


def outgoing(found: Rendered) -> OutgoingMessage:
    message = RenderedMessage("desk", "watch@example.org", NOON, found, links=LINKS, number=123_456)
    return OutgoingMessage(
        "<0123456789abcdef01234567@example.org>", "reader@example.org", message, serial=2**40
    )


def page_of(language: str) -> BeautifulSoup:
    return BeautifulSoup(rendered(full(language)).html, "lxml")


def styled(page: BeautifulSoup) -> list[tuple[Tag, dict[str, str]]]:
    """The elements with a style, each with its properties."""
    return [
        (
            tag,
            dict(
                tuple(map(str.strip, rule.split(":", 1)))
                for rule in str(tag["style"]).split(";")
                if ":" in rule
            ),
        )  # type: ignore[misc]
        for tag in page.select("[style]")
    ]


@pytest.mark.parametrize("language", FRAMES)
def test_only_what_was_looked_up_is_used(language: str) -> None:
    page = page_of(language)
    assert {tag.name for tag in page.find_all(True)} <= set(KNOWN["elements"])
    assert {name for _, rules in styled(page) for name in rules} <= set(KNOWN["properties"])


@pytest.mark.parametrize("language", FRAMES)
def test_what_some_programs_take_out_has_no_look_of_its_own(language: str) -> None:
    dropped = {name for name, known in KNOWN["elements"].items() if known.get("so") in ("as article",)} | {
        "article"
    }
    assert not [tag.name for tag, _ in styled(page_of(language)) if tag.name in dropped]


@pytest.mark.parametrize("language", FRAMES)
def test_nothing_is_laid_out_by_what_outlook_and_gmail_do_not_know(language: str) -> None:
    html = rendered(full(language)).html
    values = " ".join(value for _, rules in styled(BeautifulSoup(html, "lxml")) for value in rules.values())
    assert not re.search(
        r"flex|grid|absolute|fixed|float|url\(|var\(|calc\(|\b\d*\.?\d+(?:rem|em|vw|vh)\b|-\d+px", values
    )
    margins = [
        rules["margin"]
        for tag, rules in styled(BeautifulSoup(html, "lxml"))
        if "auto" in rules.get("margin", "")
    ]
    assert len(margins) == 1


@pytest.mark.parametrize("language", FRAMES)
def test_without_images_nothing_is_missing(language: str) -> None:
    page = page_of(language)
    assert not page.select("img, picture, svg, video, [background], [src], link")


def test_outlook_gets_a_page_of_the_same_width() -> None:
    page = page_of("en")
    begin, end = (c for c in page.body.find_all(string=lambda t: isinstance(t, Comment)))  # type: ignore[union-attr]
    assert begin.startswith("[if mso]")
    width = re.search(r'width="(\d+)"', begin)
    assert width is not None
    assert f"max-width: {width[1]}px" in str(page.select_one(".page")["style"])  # type: ignore[index]
    # Together they are whole: each element that one opens the other ends.
    opened, closed = re.findall(r"<(\w+)", begin), re.findall(r"</(\w+)", end)
    assert opened == closed[::-1]
    assert "mso-hide: all" in str(page.select_one(".preview")["style"])  # type: ignore[index]


@pytest.mark.parametrize("language", FRAMES)
def test_a_program_without_style_sheets_shows_the_same_in_light(language: str) -> None:
    page = page_of(language)
    for sheet in page.select("style"):
        sheet.decompose()
    for name in ("quiet", "lang", "base", "preview", "page", "head", "card", "foot"):
        found = page.select(f".{name}")
        assert found, name
        assert all(tag.get("style") for tag in found), name


def test_gmail_takes_the_style_sheet() -> None:
    (sheet,) = page_of("en").select("style")
    css = sheet.get_text()
    assert len(css) < STYLE_OF_GMAIL
    # A rule that it cannot read makes it drop all of them.
    assert not re.search(r"@import|@font-face|url\(|:is\(|:has\(|&", css)
    assert css.count("{") == css.count("}")
    assert not re.search(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*@", css)  # nor one within another


def test_every_light_colour_has_a_dark_one() -> None:
    css = page_of("en").select_one("style").get_text()  # type: ignore[union-attr]
    light, _, dark = css.partition("@media (prefers-color-scheme: dark)")
    coloured = {
        s.strip()
        for rule in re.findall(r"([^{}]+)\{([^{}]*)\}", light)
        if re.search(r"(?<!-)\bcolor:|border", rule[1])
        for s in rule[0].split(",")
    }
    own = {
        s.strip()
        for rule in re.findall(r"([^{}]+)\{([^{}]*)\}", dark.strip(" {"))
        for s in rule[0].split(",")
    }
    # Hidden, or without a line of its own.
    assert coloured - own - {".preview", ".brief h2"} == set()
    declarations = [
        d for rule in re.findall(r"\{([^{}]*)\}", dark.strip(" {")) for d in rule.split(";") if d.strip()
    ]
    assert all("!important" in d for d in declarations)  # else the inlined colours win


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_can_be_read_in_light_and_dark() -> None:
    css = page_of("en").select_one("style").get_text()  # type: ignore[union-attr]
    light, _, dark = css.partition("@media (prefers-color-scheme: dark)")
    for part, hidden in ((light, "#fbfaf7"), (dark, "")):
        (ground,) = islice(re.findall(r"background: (#\w{6})", part), 1)
        inks = set(re.findall(r"(?<![-\w])color: (#\w{6})", part)) - {hidden}
        for ink in inks:
            lighter, darker = sorted((luminance(ink), luminance(ground)), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ink, ground)


@pytest.mark.parametrize("language", FRAMES)
def test_gmail_clips_no_digest_however_much_it_tells(language: str) -> None:
    found = rendered(full(language, 60))
    page = outgoing(found).own(found.html)
    assert len(page.encode()) < CLIPPED_BY_GMAIL
    raw = compose(outgoing(found))
    html = raw[raw.index(b"Content-Type: text/html") :]
    assert len(html) < CLIPPED_BY_GMAIL
    assert "/feedback/" in page
    assert "/share/" in page


def test_no_mark_is_left_and_no_link_is_empty() -> None:
    found = rendered(full("en"))
    for part in (found.html, found.text):
        own = outgoing(found).own(part)
        assert not re.search("[\U000f0000-\U000fffff]", own)
        assert 'href=""' not in own
