"""What machine assistants made stands on pages beside the original, marked, and nowhere where nobody wants it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, expect
from sqlalchemy import event, func, select

from crawler.store import bases
from crawler.store.schema import articles
from tests.console.conftest import Console, served
from tests.machine_words import BY, keep_brief, translate_all
from tests.sessions import BY_TOKEN, SESSION

HARM = "<script>document.title='harmed'</script><b onclick=x>\u202e"
BLOCKS = ("p", "li", "h1", "h3", "h4", "td", "label", "blockquote")


@dataclass(frozen=True)
class Desk:
    """A console with an assistant; a story with one report, which is not in English; and a base."""

    console: Console
    story: int
    article: int
    lang: str
    title: str
    base: str


@pytest.fixture(scope="module")
def desk(three_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("machine")
    with served(three_days, folder, lambda text: f"{text}\nassist: {{kind: demo}}\n") as made:
        translate_all(made.store, made=lambda text: f"Rendered{len(text)} {HARM}")
        with made.store.read() as connection:
            alone = select(articles.c.story_id).group_by(articles.c.story_id).having(func.count() == 1)
            foreign = articles.c.lang.in_(("lo", "th", "zh")) & articles.c.story_id.in_(alone)
            row = connection.execute(select(articles).where(foreign).order_by(articles.c.id)).first()
            assert row is not None
            base = bases.find(connection)[0]["key"]
        said = [(f"It was agreed. {HARM}", [row.id]), ("No report says this.", [10**6])]
        keep_brief(made.store, row.story_id, said)
        yield Desk(made, row.story_id, row.id, row.lang, row.title, base)


def read(desk: Desk, path: str, *, language: str = "en", original: bool = False) -> BeautifulSoup:
    cookies = f"aw_session={SESSION}; aw_language={language}" + ("; aw_original=1" if original else "")
    text = urlopen(Request(desk.console.url + path, headers={"Cookie": cookies})).read().decode()
    assert "\u202e" not in text
    page = BeautifulSoup(text, "lxml")
    assert not page.select("[onclick]")
    assert not [s for s in page.select("script") if "harmed" in s.get_text()]
    return page


def file_of(desk: Desk, path: str, *, original: bool = False) -> str:
    cookies = f"aw_session={SESSION}" + ("; aw_original=1" if original else "")
    return str(
        urlopen(Request(desk.console.url + path, headers={"Cookie": cookies})).read().decode("utf-8-sig")
    )


def ask(desk: Desk, path: str, **query: str) -> Any:
    address = f"{desk.console.url}/api/v1{path}?{urlencode(query)}"
    return json.loads(urlopen(Request(address, headers=BY_TOKEN)).read())


def pages(desk: Desk) -> list[str]:
    return [
        "/console/",
        "/console/?q=%E4%B8%AD%E5%9B%BD",
        f"/console/stories/{desk.story}",
        "/console/register",
        f"/console/register/{desk.base}",
        "/console/sources/nanyang-bao",
    ]


def made_words(page: BeautifulSoup) -> list[Tag]:
    """The innermost elements that say what the machine made."""
    return [
        e
        for e in page.select("body *")
        if e.get_text().startswith("Rendered")
        and not any("Rendered" in c.get_text() for c in e.find_all(True))
    ]


def test_every_word_of_a_machine_is_marked_in_its_language(desk: Desk) -> None:
    found = {path: made_words(read(desk, path)) for path in pages(desk)}
    for path, words in found.items():
        for element in words:
            assert element["lang"] == "en", path
            block = element.find_parent(BLOCKS)
            assert block is not None, path
            assert block.select_one(".machine"), (path, block)
    assert all(found[path] for path in pages(desk) if "register" not in path), "each of them shows some"


def test_a_story_is_read_first_in_english_and_keeps_its_own_words(desk: Desk) -> None:
    page = read(desk, f"/console/stories/{desk.story}")
    assert page.h1.get_text().strip().startswith("Rendered")
    original = page.select_one("h1 .original bdi")
    assert (original.get_text(), original["lang"], original["translate"]) == (desk.title, desk.lang, "no")
    assert f"translated by {BY}" in page.h1.get_text()
    brief = page.select_one("p.summary")
    assert brief.get_text().startswith(f"Brief by {BY}: It was agreed.")
    assert brief.a["href"].startswith("http")
    assert "No report says this." not in page.get_text()
    report = page.select_one(f"#report-{desk.article}")
    assert report.select("mark")
    assert {m.find_parent(lang=True)["lang"] for m in report.select("mark")} == {desk.lang}, (
        "no evidence in a machine's words"
    )


def test_windows_are_named_as_pages_are_read(desk: Desk) -> None:
    for path in (f"/console/stories/{desk.story}", f"/console/register/{desk.base}"):
        heading = read(desk, path).h1.get_text()
        assert read(desk, path).title.get_text().startswith("[MT] Rendered") is heading.strip().startswith(
            "Rendered"
        )
        assert not read(desk, path, original=True).title.get_text().startswith("[MT]")
    assert read(desk, f"/console/stories/{desk.story}").title.get_text().startswith("[MT] Rendered")


def test_files_have_what_pages_show(desk: Desk) -> None:
    def rows(path: str, *, original: bool = False) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(file_of(desk, path, original=original))))

    own = next(row for row in rows("/console/stories.csv") if row["id"] == str(desk.story))
    assert own["title_translated"].startswith("Rendered")
    assert (own["translated_by"], own["brief_by"], own["title"]) == (BY, BY, desk.title)
    assert own["brief"].startswith("It was agreed.")
    names = {row["name_translated"][:8] for row in rows("/console/register.csv")}
    assert "Rendered" in names
    for path in ("/console/stories.csv", "/console/register.csv"):
        assert not [c for c in rows(path, original=True)[0] if "translated" in c or "brief" in c], path


def test_who_wants_the_original_alone_gets_it(desk: Desk) -> None:
    for path in pages(desk):
        page = read(desk, path, original=True)
        assert "Rendered" not in page.get_text(), path
        assert not page.select(".machine, .original"), path
    assert read(desk, pages(desk)[2], original=True).h1.get_text().strip() == desk.title


def test_what_a_source_forbids_is_shown_no_more(desk: Desk) -> None:
    before = desk.console.config.read_text(encoding="utf-8")
    config = yaml.safe_load(before)
    for source in config["sources"]:
        source["assist"] = False
    paths = ["/stories", f"/stories/{desk.story}", "/bases", "/feed.json", f"/bases/{desk.base}"]
    files = [
        "/console/stories.csv",
        "/console/stories.jsonl",
        "/console/register.csv",
        "/console/register.geojson",
    ]
    shown = [ask(desk, path) for path in paths]
    assert all("Rendered" in file_of(desk, path) for path in files)
    try:
        desk.console.config.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        for path in pages(desk):
            assert "Rendered" not in read(desk, path).get_text(), path
            assert "It was agreed" not in read(desk, path).get_text(), path
        for path in files:
            assert "Rendered" not in file_of(desk, path), path
        for path, allowed in zip(paths, shown, strict=True):
            assert "Rendered" in str(allowed), path
            assert "Rendered" not in str(ask(desk, path)), path
    finally:
        desk.console.config.write_text(before, encoding="utf-8")
    assert "Rendered" in read(desk, pages(desk)[0]).get_text(), "and again where it is allowed"


def test_the_marks_are_in_the_language_of_the_page(desk: Desk) -> None:
    marks = {m.get_text() for m in read(desk, "/console/", language="vi").select(".machine")}
    assert marks
    assert not [m for m in marks if "machine" in m or "Brief" in m]


def test_a_page_looks_its_translations_up_at_once(desk: Desk) -> None:
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    event.listen(desk.console.store.engine, "before_cursor_execute", note)
    try:
        read(desk, "/console/", original=True)
        assert not [a for a in asked if "assist_answers" in a]
        read(desk, "/console/")
    finally:
        event.remove(desk.console.store.engine, "before_cursor_execute", note)
    assert len([a for a in asked if "assist_answers" in a]) == 2, "translations, and briefs"


def test_a_person_switches_to_the_original_and_back(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.console.url}/console/stories/{desk.story}")
    expect(page.locator("h1")).to_contain_text("Rendered")
    assert page.title() != "harmed"
    found = (
        Axe()
        .run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        .response["violations"]
    )
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    page.get_by_role("button", name="Show the original only").click()
    expect(page.locator("h1")).to_have_text(desk.title)
    page.get_by_role("button", name="Show machine translations").click()
    expect(page.locator("h1")).to_contain_text("(machine translation)")


def test_the_api_gives_a_machines_words_as_such(desk: Desk) -> None:
    story = ask(desk, f"/stories/{desk.story}")
    assert story["title"] == desk.title
    made = story["translation"]
    assert (made["to"], made["by"], made["machine"]) == ("en", BY, True)
    assert made["text"].startswith("Rendered")
    assert story["summary_translation"]["machine"] is True
    (sentence,) = story["brief"]["sentences"]
    assert sentence["articles"] == [desk.article]
    assert sentence["urls"][0].startswith("http")
    assert story["brief"]["by"] == BY
    assert story["articles"][0]["translation"] == made
    for without in ({"original": "true"}, {"language": "ms"}, {"language": desk.lang}):
        bare = ask(desk, f"/stories/{desk.story}", **without)
        assert not {"translation", "summary_translation", "brief"} & set(bare), without
        assert "translation" not in bare["articles"][0]
    listed = ask(desk, "/stories", limit="200", language="vi,en")["items"]
    assert any("translation" in s for s in listed)
    assert not any("translation" in s for s in listed if s["lang"] in ("vi", "en"))
    assert any(
        "translation" in stage for b in ask(desk, "/bases", language="en")["items"] for stage in b["timeline"]
    )
    assert "translation" not in json.dumps(ask(desk, "/bases", original="true")).replace('"translation"}', "")


def test_feeds_keep_the_title_and_bring_the_translation(desk: Desk) -> None:
    entries = {e["url"]: e for e in ask(desk, "/feed.json")["items"]}
    translated = [e for e in entries.values() if "_aseanwatch" in e]
    assert translated
    for entry in translated:
        made = entry["_aseanwatch"]["translation"]
        assert made["machine"] is True
        assert not entry["title"].startswith("Rendered")
        assert entry["content_text"].startswith(f"{made['text']} (machine translation: {BY})\n")
    assert not [e for e in ask(desk, "/feed.json", original="true")["items"] if "_aseanwatch" in e]
