"""Every page and mail is in one language: no English word of the frame stands in a page of another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from io import BytesIO
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from sqlalchemy import select

from alerts.delivery.outbox import STATUSES
from alerts.digests.build import build, facts_of
from alerts.digests.render import render
from alerts.digests.wording import FRAMES
from crawler.config.loading import load
from crawler.store.schema import alerts
from tests.builders import some_of
from tests.console.conftest import AFTER, Console
from tests.console.pages import frame_pages
from tests.sessions import SESSION

TRANSLATED = sorted(set(FRAMES) - {"en"})
NOT_OURS = "bdi, code, pre, script, style, textarea, kbd, datalist, option, [translate=no], .query, svg title"
"""What news, people, servers and the configuration say, in whatever language."""
ATTRIBUTES = ("title", "aria-label", "placeholder", "alt")
NAMES = re.compile(
    r"https?://\S+|\.?\baseanwatch\b( [a-z]+)*|config\.yaml|delivery\.smtp|Natural Earth|\b(?:CSV|JSON Lines|GeoJSON|HTML|iCalendar|OPML|UTC|ASEAN|AI|http|https|new)\b"
    r"|\$?\b(?:AND|OR|NOT|NEAR|title|text|lead|lang|country|source|xx|XX|base|name)\b"
)
"""What is written so in every language; the last line is the language of queries."""


def page_in(console: Console, path: str, language: str) -> BeautifulSoup:
    request = Request(console.url + path, headers={"Cookie": f"aw_session={SESSION}; aw_language={language}"})
    try:
        body = urlopen(request).read()
    except HTTPError as error:
        body = error.read()
    page = BeautifulSoup(body, "lxml")
    assert page.html is not None
    return page


def frame_texts(page: BeautifulSoup, language: str) -> Iterator[str]:
    """The texts of the frame: what stands in elements that are in no other language and quote nothing."""
    for element in page.select(NOT_OURS):
        element.decompose()
    for element in page.select("body [lang]"):
        if not element.decomposed and element["lang"] != language:
            element.decompose()
    assert page.body is not None
    yield from (" ".join(text.split()) for text in page.body.stripped_strings)
    for element in page.body.select(", ".join(f"[{name}]" for name in ATTRIBUTES)):
        yield from (str(element[name]) for name in ATTRIBUTES if element.has_attr(name))


def english_messages(language: str) -> set[str]:
    """The English texts that the language has another text for, without values."""
    content = files("alerts").joinpath("locale", f"{language}.po").read_bytes()
    return {
        m.id
        for m in read_po(BytesIO(content), locale=language)
        if m.id and isinstance(m.id, str) and m.string != m.id and "%" not in m.id
    }


def names_of(console: Console) -> re.Pattern[str]:
    """The names that operators and outlets have, which are the same in every language."""
    settings = load(console.config)
    names = [s.name for s in settings.sources] + [s.name for s in settings.subscriptions]
    names += [*settings.topics, *settings.delivery.channels, "a test"]
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))


@pytest.mark.parametrize("language", some_of(TRANSLATED, 2))
def test_no_english_message_stands_in_a_page_of_another_language(shared: Console, language: str) -> None:
    messages = english_messages(language)
    found = set()
    for name, path in frame_pages(shared.store).items():
        page = page_in(shared, path, language)
        assert page.html["lang"] == language, name  # type: ignore[index]
        found |= {(name, text) for text in frame_texts(page, language) if text in messages}
    assert found == set()


@pytest.mark.parametrize("language", ["th", "zh"])
def test_a_page_in_another_script_has_no_latin_words_but_names(shared: Console, language: str) -> None:
    names = names_of(shared)
    found = set()
    for name, path in frame_pages(shared.store).items():
        for text in frame_texts(page_in(shared, path, language), language):
            # Codes of languages and countries have two letters.
            if re.search(r"[A-Za-z]{3,}", NAMES.sub("", names.sub("", text))):
                found.add((name, text))
    assert found == set()


@pytest.mark.parametrize("language", FRAMES)
def test_a_page_says_its_zone_once_and_in_its_language(shared: Console, language: str) -> None:
    city = {"en": "Singapore", "id": "Singapura", "vi": "Singapore", "th": "สิงคโปร์", "zh": "新加坡"}[language]
    texts = [t for t in frame_texts(page_in(shared, "/console/", language), language) if city in t]
    footer = page_in(shared, "/console/", language).footer
    assert footer is not None
    assert footer.get_text().count(city) == 1
    assert texts


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_message_stands_in_a_mail_of_another_language(shared: Console, language: str) -> None:
    settings = load(shared.config)
    one = settings.subscriptions[0].model_copy(update={"language": language})
    with shared.store.read() as connection:
        rows = connection.execute(select(alerts).where(alerts.c.subscription == one.name)).all()
        made = build(facts_of(connection, rows), settings, one, rows, AFTER, AFTER)
    assert made.bases or made.stories
    found = render(replace(made, silent=()), sender="desk@example.org")
    messages = english_messages(language)
    texts = set(frame_texts(BeautifulSoup(found.html, "lxml"), language))
    assert texts & messages == set()
    assert not {line.strip() for line in found.text.splitlines()} & messages
    titles = {settings.topic_title(name, "en") for name in settings.topics}
    assert not any(title in text for title in titles for text in texts), (
        "topics are named in the reader's language"
    )


def test_the_states_of_deliveries_are_said_in_the_readers_language(shared: Console) -> None:
    shown = page_in(shared, "/console/deliveries", "th").get_text()
    assert "ส่งแล้ว" in shown
    assert not [s for s in STATUSES if re.search(rf"\b{s}\b", shown)]


def test_the_map_names_cities_in_the_readers_language(shared: Console) -> None:
    labels = [t.get_text() for t in page_in(shared, "/console/register", "zh").select("svg.map text")]
    assert {"深圳", "广州", "新加坡", "吉隆坡"} <= set(labels)


def test_a_topic_gets_a_title_for_each_language_and_keeps_them(console: Console) -> None:
    path = "/console/topics/tourism"
    page = page_in(console, path, "zh")
    form = {
        str(f["name"]): str(f.get("value", ""))
        for f in page.select("#desk input[name]")
        if f.get("type") != "checkbox"
    }
    assert form["title_th"] == "การท่องเที่ยว"
    form |= {
        "query": "$tourism",
        "only_relevant": "1",
        "do": "apply",
        "title": "Travel",
        "title_zh": "旅行: 新",
        "title_id": "",
    }
    form |= {"threshold": "0.3", "if_best": "1", "alert": "story"}
    headers = {"Cookie": f"aw_session={SESSION}; aw_language=zh", "Origin": console.url}
    urlopen(Request(console.url + path, urlencode(form).encode(), headers)).close()
    topic = load(console.config).topics["tourism"]
    assert dict(topic.title) == {"en": "Travel", "vi": "Du lịch", "th": "การท่องเที่ยว", "zh": "旅行: 新"}
    assert "旅行: 新" in page_in(console, "/console/topics", "zh").get_text()
    assert "Travel" in page_in(console, "/console/topics", "id").get_text()
