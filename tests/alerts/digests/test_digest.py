"""The digest: the news in its subject, a story with its reports beneath, and nothing that outside text could break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from alerts.delivery.dispatch import preview
from alerts.digests.render import Rendered
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import load_subscriptions, register
from crawler.store import Store
from tests.builders import NOON, keep, later, new_store, settings
from tests.newsroom.news import items

DESK = {"name": "desk", "to": ["desk@example.org"], "when": "daily 20:00", "timezone": "Asia/Jakarta"}


def digest(store: Store, **more: Any) -> Rendered:
    own = settings(DESK | more)
    with store.write() as connection:
        register(connection, own, NOON)
    raise_alerts(store, own, later(hours=1))
    with store.read() as connection:
        return preview(connection, own, load_subscriptions(connection, own)[0], later(hours=1))


@pytest.fixture
def founding(tmp_path: Path) -> Store:
    """A store with all reports of the founding event, seen after noon."""
    store = new_store(tmp_path)
    for item in (i for i in items() if i.labels["story"] == "innovation-base"):
        keep(store, item.title, item.text, source=item.outlet.name, url=f"https://{item.outlet.name}.example{item.path}",
             published=item.at, first_seen=later(days=2), lang_hint=item.outlet.lang)  # fmt: skip
    return store


def test_the_subject_says_the_news(founding: Store) -> None:
    assert (
        digest(founding).subject
        == "Launched: China-ASEAN Collaborative Innovation Demonstration… (Shenzhen +3)"
    )


def test_a_story_has_its_reports_of_every_language_beneath(founding: Store) -> None:
    page = BeautifulSoup(digest(founding).html, "lxml")
    assert len(page.select("article")) == 1  # the base and the story that tells of it are one thing
    assert {e["lang"] for e in page.select("article li a[lang]")} == {
        "en", "zh", "ms", "vi", "th", "tl", "id", "km", "lo", "my",
    }  # fmt: skip
    assert "13 reports in 10 languages, 2 copies" in page.select_one(
        "section[aria-label='New bases']"
    ).get_text(" ", strip=True)


def test_the_base_has_name_places_day_and_the_sentence_that_proves_it(founding: Store) -> None:
    base = BeautifulSoup(digest(founding).html, "lxml").select_one("section[aria-label='New bases'] article")
    words = base.get_text(" ", strip=True)
    assert "New base: China-ASEAN Collaborative Innovation Demonstration Base" in words
    assert (
        "Launched, 28 Nov 2025: Shenzhen (China), Guangzhou (China), Singapore, Kuala Lumpur (Malaysia)"
        in words
    )
    assert base.select_one("blockquote")["cite"].startswith("https://nanhai-agency.example/")


@pytest.mark.parametrize(
    ("language", "quoted", "sentence"),
    [
        ("zh", "zh", "经济合作论坛上正式启动"),
        ("th", "th", "เปิดตัวฐานนวัตกรรมร่วม"),
        ("vi", "vi", "chính thức ra mắt"),
        ("id", "id", "resmi meluncurkan"),
    ],
)
def test_the_proof_is_quoted_in_the_reader_s_language_from_a_report_in_it(
    founding: Store, language: str, quoted: str, sentence: str
) -> None:
    page = BeautifulSoup(digest(founding, language=language).html, "lxml")
    quote = page.select_one("section.bases blockquote")
    assert quote["lang"] == quoted
    assert sentence in quote.get_text()
    assert quote["cite"] == quote.a["href"]
    assert quote.a.get_text() == quote["cite"].split("/")[2]


def test_a_proof_that_only_another_language_has_names_that_language(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for item in (i for i in items() if i.labels["story"] == "innovation-base" and i.outlet.lang == "lo"):
        keep(store, item.title, item.text, source=item.outlet.name, url=f"https://{item.outlet.name}.example{item.path}",
             published=item.at, first_seen=later(days=2), lang_hint=item.outlet.lang)  # fmt: skip
    found = digest(store, language="zh")
    quote = BeautifulSoup(found.html, "lxml").select_one("section.bases blockquote")
    assert quote["lang"] == "lo"
    assert quote.select_one("[lang=zh]").get_text() == "（老挝语）"
    assert "（老挝语）：https://" in found.text


def test_a_reader_s_language_comes_first(founding: Store) -> None:
    page = BeautifulSoup(digest(founding, languages=["id", "zh"]).html, "lxml")
    assert [a["lang"] for a in page.select("article li a")[:3]] == ["id", "id", "zh"]


def test_the_plain_text_stands_alone(founding: Store) -> None:
    text = digest(founding).text
    assert "NEW BASES" in text
    assert "Why you get this: New demonstration bases" in text
    assert "https://warta-nusa.example/" in text
    assert "<" not in text.replace("<watch@example.org>", "")


def test_the_page_is_made_for_every_reader(founding: Store) -> None:
    page = BeautifulSoup(digest(founding).html, "lxml")
    assert page.html["lang"] == "en"
    assert page.title.string
    assert page.select_one("main h1")
    assert not page.select("img, script, table")
    assert page.select_one("h1")["style"]  # inlined, for mail programs that know no style sheets
    assert "prefers-color-scheme: dark" in page.style.string
    assert page.select_one('meta[name="color-scheme"]')["content"] == "light dark"


def test_matched_words_are_marked_as_they_stand(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    keep(store, "China and Vietnam widen trade cooperation", "Trade and investment between China and Vietnam will grow, both sides said.",
         first_seen=later(minutes=1))  # fmt: skip
    page = BeautifulSoup(digest(store).html, "lxml")
    assert "trade" in [b.get_text() for b in page.select("h3 b")]
    assert page.select_one("h3").get_text(strip=False).strip() == "China and Vietnam widen trade cooperation"


def test_outside_text_cannot_break_the_page_or_the_subject(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    title = 'China and Vietnam trade cooperation <script>alert(1)</script>" onload=x {{ 7*7 }}'
    keep(
        store,
        title,
        f"{title} </p><img src=x> trade and investment.",
        first_seen=later(minutes=1),
        url="https://o.example/?a=<b>",
    )
    rendered = digest(store)
    page = BeautifulSoup(rendered.html, "lxml")
    assert not page.select("script, img, [onload]")
    assert "<script>alert(1)</script>" in page.select_one("h3").get_text()
    assert "{{ 7*7 }}" in rendered.html
    assert "\n" not in rendered.subject


def test_no_news_is_said_plainly(tmp_path: Path) -> None:
    rendered = digest(new_store(tmp_path))
    assert "No news in this period" in rendered.html
    assert "No news in this period" in rendered.text
