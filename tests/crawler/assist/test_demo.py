"""The packaged sample knows the demo's news and nothing else, and all that it says is believed."""

from __future__ import annotations

import email
from email import policy
from pathlib import Path
from typing import Any

import pytest

from crawler.assist.adapters.demo import DemoAssistant
from crawler.assist.glossary import glossary_from, names_in
from crawler.assist.model import (
    AssistReport,
    BriefRequest,
    Passage,
    Task,
    TranslationRequest,
)
from crawler.assist.trust import believed_brief, believed_translation
from crawler.config.assist_settings import AssistantSettings
from crawler.runtime.data_tables import table
from tests.builders import some_of
from tests.newsroom.news import items

BOOK: Any = table("assist_demo.yaml")
PHRASES = [(lang, text) for lang, said in BOOK["translations"].items() for text in said]
ASSISTANT = DemoAssistant(AssistantSettings(kind="demo"))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_phrase_stands_in_the_news_of_the_demo() -> None:
    said = {lang: squeezed("\n".join(f"{i.title}\n{i.text}" for i in items() if i.outlet.lang == lang)) for lang in BOOK["translations"]}  # fmt: skip
    assert [p for p in PHRASES if squeezed(p[1]) not in said[p[0]]] == []
    titles = {item.title for item in items()}
    assert {t for b in BOOK["briefs"] for t in b["said_by"]} <= titles


@pytest.mark.parametrize(("lang", "text"), some_of(PHRASES, 4))
def test_every_phrase_is_believed(lang: str, text: str) -> None:
    passage = Passage(text, lang)
    names = names_in(text, lang, "en", glossary_from(()))
    (said,) = ASSISTANT.translate(TranslationRequest((passage,), "en", names)).texts
    assert said is not None and believed_translation(passage, "en", said, names).reason is None


@pytest.mark.parametrize("place", some_of(range(len(BOOK["briefs"])), 4))
def test_every_brief_is_believed(place: int) -> None:
    titles = BOOK["briefs"][place]["said_by"]
    telling = [i for i in items() if i.title in titles and i.labels["dup_of"] is None]
    reports = tuple(
        AssistReport(n, n, i.outlet.lang, i.title, i.text, i.outlet.name, i.outlet.name, i.at)
        for n, i in enumerate(telling, 1)
    )
    request = BriefRequest(reports, "en")
    answer = ASSISTANT.brief(request)
    assert answer.statements and believed_brief(request, answer).reason is None


def test_it_says_nothing_of_what_it_does_not_know() -> None:
    asked = TranslationRequest((Passage("ຂ່າວອື່ນ", "lo"), Passage(PHRASES[0][1], "lo")), "en")
    first, second = ASSISTANT.translate(asked).texts
    assert first is None and second
    other = AssistReport(1, 1, "lo", "ຂ່າວອື່ນ", "", "o", "o", items()[0].at)
    assert ASSISTANT.brief(BriefRequest((other,), "en")).statements == ()
    assert not ASSISTANT.reads("lo", "vi") and not ASSISTANT.reads("fr", "en") and ASSISTANT.reads("my", "en")
    assert Task.CHECK not in ASSISTANT.tasks


def test_it_calls_names_as_they_are_wanted() -> None:
    passage = Passage("Ra mắt căn cứ trình diễn đổi mới sáng tạo Trung Quốc - ASEAN", "vi")
    names = {"căn cứ trình diễn đổi mới sáng tạo Trung Quốc - ASEAN": "China-ASEAN Demonstration Base"}
    assert ASSISTANT.translate(TranslationRequest((passage,), "en", names)).texts == ("China-ASEAN Demonstration Base launched",)  # fmt: skip


@pytest.mark.long
def test_an_english_reader_reads_lao_and_burmese_stories(tmp_path: Path) -> None:
    from tests.newsroom.demo import main

    main(tmp_path / "demo", with_assistant=True)
    told = "\n".join(
        str(
            email.message_from_bytes(f.read_bytes(), policy=policy.default).get_body(("plain",)).get_content()
        )  # type: ignore[union-attr]
        for f in (tmp_path / "demo").glob("*.eml")
    )
    for words in (
        "China-Laos Railway nears 4 years of operation", "Myanmar students in Guangxi", "machine translation", "Brief by sample phrase book",
        "ကွမ်ရှီးရှိ မြန်မာကျောင်းသားများ",
    ):  # fmt: skip
        assert words in told
