"""Three people, twelve tasks of a day at the desk, and the way each takes: selectors of pages and mails as they are now."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from benchmarks.desk_walk import Walk

BASE = re.compile("Innovation Demonstration|Demonstration Base", re.I)
TODAY, MAIL = "console", "mail"


@dataclass(frozen=True)
class DeskPerson:
    """Somebody who works with the product: who, where, and on which screen.

    Attributes:
        name: what the person does, and where.
        locale: of the browser.
        timezone: of the place.
        options: of the browser's window.
    """

    name: str
    locale: str
    timezone: str
    options: dict[str, Any] = field(default_factory=dict)


WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
OPERATOR = DeskPerson("an operator in Jakarta, Indonesian, 1,440 px", "id-ID", "Asia/Jakarta", WIDE)
READER = DeskPerson("a subscriber on a phone in Nanning, Chinese, 390 px", "zh-CN", "Asia/Shanghai", PHONE)
EDITOR = DeskPerson("an editor in Singapore, English, 1,440 px", "en-SG", "Asia/Singapore", WIDE)


@dataclass(frozen=True)
class DeskTask:
    """Something that a person wants.

    Attributes:
        name: short, as a key of stored figures.
        wanted: what the person wants to find or to have done.
        person: who.
        begins: where: at the console's first page, or in the latest mail.
        way: the steps.
    """

    name: str
    wanted: str
    person: DeskPerson
    begins: Literal["console", "mail"]
    way: Callable[[Walk], None]


def section(walk: Walk, name: str) -> None:
    """Go to a section of the console."""
    walk.click(f"nav a[href='/console/{name}']", name)


def new_and_proved(walk: Walk) -> None:
    """The base at the top of Today, and the sentence that proves it."""
    walk.see("#list section h2.base", "news of bases")
    if not walk.page.locator("#list blockquote").count():
        walk.click("section[aria-labelledby=group-base] h3 a", "the story of the new base")
    walk.see("blockquote", "the proof")


def merged_and_undone(walk: Walk) -> None:
    """Two stories on durian are one; then it was a mistake. Where the other is not suggested, its address is pasted."""
    page = walk.page
    other = page.locator("li.story h3 a", has_text="sầu riêng").first
    address = str(other.get_attribute("href"))
    walk.click(page.locator("li.story h3 a", has_text="榴莲"), "a story on durian")
    suggested = page.locator(f"input[name=neighbour][value='{address.rsplit('/', 1)[1]}']")
    if suggested.count():
        walk.click(suggested, "the other story on durian")
    else:
        walk.switch("the list in another tab")
        walk.click_apart("the other story on durian")
        walk.copy_address()
        walk.switch("the first story")
        walk.paste("#other", page.url.split("/console/", maxsplit=1)[0] + address)
    walk.click("button[value=merge]", "merge")
    undo = page.locator(".told form button, main button[value=undo]")
    if undo.count():
        walk.click(undo, "undo")
        return
    report = page.locator("label:has(input[name=article])", has_text="sầu riêng")
    if not report.first.is_visible():
        walk.click(page.locator("details", has=report).locator("summary"), "reports of another event")
    walk.click(report, "its report")
    walk.click("button[value=split]", "split off")


def late_source(walk: Walk) -> None:
    """Which source is late, and what to do about it."""
    section(walk, "health")
    matters = walk.page.locator("main .matters li")
    if matters.count():
        walk.see(matters, "the source, and what to do")
        return
    walk.click("section a[href^='/console/sources/']", "the source that fails")
    walk.see("main .doubtful", "what to do")


def topic_changed(walk: Walk) -> None:
    """Another word in a topic's query, with what it would gain and lose; then it is applied."""
    section(walk, "topics")
    walk.click("table a[href='/console/topics/tourism']", "the topic")
    walk.append("#query", " OR durian")
    walk.page.locator("#tried h3").first.wait_for(timeout=60_000)
    walk.see("#tried h3", "what is gained")
    walk.click("button[value=apply]", "apply")
    if walk.page.locator("[role=alert] button[value=apply]").count():
        walk.click("[role=alert] button[value=apply]", "apply all the same")
    walk.see("[role=status]", "that it was done")


def three_most_important(walk: Walk) -> None:
    """The three things of today's mail."""
    brief = walk.page.locator("section.brief li")
    walk.see(brief.nth(min(2, brief.count() - 1)), "the third line in brief")


def base_in_the_mail(walk: Walk) -> None:
    """The base: its name, where it is and who told of it first."""
    card = walk.page.locator("section.bases article").first
    walk.see(card.locator("h3, .base").first, "its name")
    walk.see(card.locator("b").first, "its cities")
    walk.see(card.locator("blockquote ~ p.quiet"), "who told of it first")


def read_in_my_language(walk: Walk) -> None:
    """A report of the most important news that the reader can read."""
    walk.see("article a[lang=zh]", "a Chinese headline")
    walk.told.append("its link opens the outlet's page")
    walk.steps += 1


def unsubscribed(walk: Walk) -> None:
    """Out, from the foot of the mail."""
    walk.click("footer a[href*='unsubscribe']", "unsubscribe")
    walk.click("button[value=leave]", "unsubscribe")
    walk.see("h1", "that it is done")


def all_on_railways(walk: Walk) -> None:
    """Every story on railways, although reports are in Thai, Chinese and Indonesian."""
    walk.type("#q", "railway", enter=True)
    walk.see("li.story", "the stories")


def base_in_the_console(walk: Walk) -> None:
    """The demonstration base: its cities, and who reported first."""
    section(walk, "register")
    walk.click(walk.page.locator("main a[href^='/console/register/base']", has_text=BASE).first, "the base")
    walk.see("#places ~ ul li, section[aria-labelledby=places] li", "its cities")
    walk.see("#life ~ ol .reached .meta, ol.life .meta", "who reported first")


def not_for_us(walk: Walk) -> None:
    """A story of Today that the desk does not want."""
    walk.click("#list section:not([aria-labelledby=group-base]) button[value^=not-for-us]", "not for us")


def why_told(walk: Walk) -> None:
    """Who was told of a story, who was not, and why."""
    of_one_country = walk.page.locator("#list li.story h3 a", has_text="Philippines").first
    walk.click(of_one_country, "the story")
    walk.see("#told", "who was told")
    walk.click("section[aria-labelledby=told] summary", "who was not, and why")
    walk.see("section[aria-labelledby=told] details li", "why")


def cited(walk: Walk) -> None:
    """The base with its official name, aliases and stages, and a line to cite it by."""
    section(walk, "register")
    walk.click(walk.page.locator("main a[href^='/console/register/base']", has_text=BASE).first, "the base")
    walk.see("ol.life .reached", "its stages")
    walk.see("section[aria-labelledby=names] dd", "its names")
    walk.copy(".citation", "the citation")


TASKS = (
    DeskTask("new", "what is new today, and where is the proof", OPERATOR, TODAY, new_and_proved),
    DeskTask("merge", "two stories are one: merge them, and undo it", OPERATOR, TODAY, merged_and_undone),
    DeskTask("late", "which source is late, and what to do about it", OPERATOR, TODAY, late_source),
    DeskTask("topic", "add a word to a topic, seeing what that changes", OPERATOR, TODAY, topic_changed),
    DeskTask("digest", "the three most important things of today's digest", READER, MAIL, three_most_important),
    DeskTask("mailed base", "the new base in the digest: name, cities, who told of it first", READER, MAIL, base_in_the_mail),
    DeskTask("own language", "a report of the most important news in Chinese", READER, MAIL, read_in_my_language),
    DeskTask("unsubscribe", "unsubscribe from the foot of the mail", READER, MAIL, unsubscribed),
    DeskTask("railways", "every story on railways, in whatever language it is told", EDITOR, TODAY, all_on_railways),
    DeskTask("base", "the demonstration base, its cities, and who reported first", EDITOR, TODAY, base_in_the_console),
    DeskTask("not for us", "mark a story as not for us", EDITOR, TODAY, not_for_us),
    DeskTask("why told", "who was told of a story, who was not, and why", EDITOR, TODAY, why_told),
    DeskTask("cite", "cite a base: official name, aliases, stages, source", EDITOR, TODAY, cited),
)  # fmt: skip
