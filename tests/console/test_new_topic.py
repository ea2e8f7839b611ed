"""A new topic is made in the console by question and answer."""

from __future__ import annotations

import re
from html import unescape

import pytest
from playwright.sync_api import Page, expect

from crawler.config import load
from crawler.judging.judge import Judge
from tests.builders import article
from tests.console.conftest import Console
from tests.sessions import BY_SESSION

PATH = "/console/new-topic"


def test_three_steps_lead_from_words_to_a_topic_in_the_file(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/topics")
    page.get_by_role("link", name="New topic").click()
    page.get_by_label("A few words in any language").fill("durian exports")
    page.get_by_label("News that must match").fill("Thai durian exports to China rise\n越南榴莲出口创新高")
    page.get_by_label("News that must not match").fill("Durian museum tells of early exports")
    page.get_by_role("button", name="Suggest terms").click()
    expect(page.get_by_role("checkbox", name="ทุเรียน")).to_be_checked()
    page.get_by_role("checkbox", name="ဒူးရင်း").uncheck()
    page.get_by_label("Further terms").nth(1).fill("en: shipments")
    page.get_by_role("button", name="See what it would catch").click()
    expect(page.get_by_role("heading", name="What it would catch", exact=True)).to_be_visible()
    expect(page.get_by_role("checkbox", name="museum")).to_be_checked()
    page.get_by_label("Title that readers see").fill("Durians across borders")
    page.get_by_role("button", name="Write the topic").click()
    expect(page.get_by_text("The topic durian_exports is written.")).to_be_visible()
    settings = load(console.config)
    assert settings.topics["durian_exports"].title_in("en") == "Durians across borders"
    assert settings.topics["durian_exports"].examples.match == (
        "Thai durian exports to China rise", "越南榴莲出口创新高",
    )  # fmt: skip
    assert "my" not in settings.terms["durian_exports_durian"]
    judge = Judge(settings.rules())
    caught = {
        text: "durian_exports" in {t.name for t in judge.classify(article(text)).topics}
        for text in (
            "Durian shipments to China double",
            "Durian museum shows exports of old",
            "Durians are ripe",
        )
    }
    assert list(caught.values()) == [True, False, False]


def posted(page: Page, console: Console, **form: str) -> tuple[int, str]:
    """The answer to a form of the page."""
    first = page.request.get(console.url + PATH, headers=BY_SESSION | {"Accept-Language": "en"}).text()
    token = re.search(r'name="form" value="([^"]+)"', first)
    assert token
    headers = BY_SESSION | {"Accept-Language": "en", "Origin": console.url}
    answer = page.request.post(console.url + PATH, form={"form": token[1], **form}, headers=headers)
    return answer.status, unescape(answer.text())


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "terms"}, "Say what you look for"),
        ({"do": "terms", "looking_for": "and of"}, "These words name nothing to look for."),
        ({"do": "try", "looking_for": "durian", "asked": "durian"}, "No term is marked"),
        (
            {"do": "try", "looking_for": "durian", "asked": "durian", "own_durian": "榴莲"},
            "names no language",
        ),
        (
            {"do": "try", "looking_for": "durian", "asked": "durian", "own_durian": "xx: 榴莲"},
            "names no language",
        ),
        pytest.param(
            {"do": "try", "looking_for": "durian", "name": "Durian!"},
            "cannot be a name",
            marks=pytest.mark.long,
        ),
        pytest.param(
            {"do": "try", "looking_for": "durian", "name": "finance"}, "already", marks=pytest.mark.long
        ),
        (
            {"do": "try", "looking_for": "durian", "match": "https://nowhere.example/1"},
            "is no stored article",
        ),
        pytest.param(
            {"do": "try", "looking_for": "durian", "own_query": "$nothing"},
            "unknown term set $nothing",
            marks=pytest.mark.long,
        ),
        pytest.param(
            {"do": "try", "looking_for": "durian", "own_query": "(durian"}, "column", marks=pytest.mark.long
        ),
        ({"do": "apply", "looking_for": "durian", "match": "Rice is cheap"}, "Nothing was written"),
        ({"do": "terms", "looking_for": "a1/b1/c1/d1/e1/f1/g1/h1/i1/j1/k1/l1/m1"}, "at most 12"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_answered_stays(
    page: Page, shared: Console, form: dict[str, str], said: str
) -> None:
    before = shared.config.read_bytes()
    status, text = posted(page, shared, **form)
    assert status == 422
    assert said in text
    assert f'value="{form.get("looking_for", "")}"' in text
    assert form.get("match", "") in text
    assert shared.config.read_bytes() == before


def test_languages_without_terms_are_named_where_terms_can_be_added(page: Page, shared: Console) -> None:
    form = {"looking_for": "durian gastrodiplomacy", "asked": "durian gastrodiplomacy"}
    every = ("zh: 美食外交\nid: diplomasi boga\nvi: ngoại giao ẩm thực\nth: การทูตอาหาร\ntl: diplomasya\nkm: ម្ហូប\nlo: ອາຫານ\nmy: အစား")  # fmt: skip
    _, text = posted(page, shared, do="terms", looking_for=form["looking_for"])
    assert text.count("hardly any news there will be found") == 1
    assert "No terms in Chinese, Indonesian, Malay" in text
    marks = {"term": "durian|en|durian", "own_gastrodiplomacy": f"en: gastrodiplomacy\n{every}"}
    _, text = posted(page, shared, do="try", **form, **marks)
    assert "Hardly any news in Chinese, Malay" not in text
    assert "is found: there are no terms of durian." in text


def test_examples_are_picked_from_the_store(page: Page, shared: Console) -> None:
    status, text = posted(page, shared, do="find", looking_for="railway", find="railway")
    assert status == 200
    url = re.search(r'name="take_match" value="([^"]+)"', text)
    assert url
    status, text = posted(page, shared, do="terms", looking_for="railway", take_match=url[1])
    assert f">{url[1]}</textarea>" in text
