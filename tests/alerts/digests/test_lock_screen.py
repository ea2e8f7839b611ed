"""What a phone shows of a message before it is opened: the subject, the first words of the preview, the first lines of a chat."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from alerts.channels.brief import brief
from alerts.channels.limits import LIMITS
from alerts.digests.digest import LONGEST_SUBJECT, Digest, TopicItem
from alerts.digests.excerpt import Piece, fitted
from alerts.digests.message import OutgoingMessage, RenderedMessage, compose
from alerts.digests.render import render
from alerts.digests.sections import preview_of, sections_of
from alerts.digests.wording import FRAMES, words
from crawler.runtime.cells import width
from tests.alerts.digests.test_rendering import BASE, digest, report, story
from tests.builders import NOON

NAMES = {
    "en": "China–ASEAN Belt and Road Joint Innovation Demonstration Base for Modern Tropical Agriculture and Cold Chains",
    "id": "Basis Percontohan Inovasi Kolaboratif Pertanian Tropis Modern dan Rantai Dingin Tiongkok–ASEAN di Sabah",
    "vi": "Cơ sở trình diễn đổi mới sáng tạo hợp tác Trung Quốc – ASEAN về nông nghiệp nhiệt đới hiện đại và chuỗi lạnh",
    "th": "ฐานสาธิตนวัตกรรมความร่วมมือจีน–อาเซียนด้านการเกษตรเขตร้อนสมัยใหม่และห่วงโซ่ความเย็นแห่งภาคตะวันออกเฉียงเหนือ",
    "zh": "中国—东盟现代热带农业与冷链物流协同创新示范基地暨“一带一路”联合实验室西南国际合作中心二期工程配套产业园区",
}
"""Names that are too long for a subject."""
CITIES = ("Nakhon Ratchasima", "Shenzhen", "Kuala Lumpur", "Ho Chi Minh City")


def of_base(language: str, stories: int = 1, **more: Any) -> Digest:
    """A digest whose first news is a base with a long name."""
    base = replace(BASE, name=NAMES[language], cities=CITIES, story=1, **more)
    told = [story(f"News {n}", n, base=BASE.key if n == 1 else None) for n in range(1, stories + 1)]
    return digest(*told, bases=(base,), language=language)


@pytest.mark.parametrize("stories", [1, 2, 41])
@pytest.mark.parametrize("language", FRAMES)
def test_a_subject_is_short_and_says_stage_name_and_place(language: str, stories: int) -> None:
    say, subject = words(language), of_base(language, stories).subject
    assert width(subject) <= LONGEST_SUBJECT
    stage = say.gettext("launched").casefold()
    assert subject.casefold().startswith(stage)
    assert NAMES[language][:8] in subject
    assert f"{say.bare_place(CITIES[0])} +3" in subject


@pytest.mark.parametrize("kind", [{}, {"corrects": True}, {"old": True}])
@pytest.mark.parametrize("language", FRAMES)
def test_a_headline_in_another_language_has_its_label_and_room_beside_it(
    language: str, kind: dict[str, bool]
) -> None:
    topic, title = (
        TopicItem("rail", "Railways and other transport"),
        "ລົດໄຟ ລາວ-ຈີນ ຂົນສົ່ງ ຜູ້ໂດຍສານ ຫຼາຍ ກວ່າ ສິບ ລ້ານ ຄົນ ແລ້ວ",
    )
    one = story(title, 1, best=report(title, "lo"), topics=(topic,), about=("LA", "KH"), **kind)
    subject = digest(one, *(story("More", n) for n in range(2, 30)), language=language).subject
    assert width(subject) <= LONGEST_SUBJECT
    assert subject.index("Railways") < subject.index("ລົດໄຟ ລາວ")


@pytest.mark.parametrize("kind", [{}, {"corrects": True}, {"old": True}])
@pytest.mark.parametrize("language", FRAMES)
def test_a_long_headline_is_cut_where_its_script_lets_a_line_end(
    language: str, kind: dict[str, bool]
) -> None:
    one = story(NAMES[language], 1, best=report(NAMES[language], language), **kind)
    subject = digest(one, story("More", 2), language=language).subject
    assert width(subject) <= LONGEST_SUBJECT
    said = subject[subject.index(NAMES[language][:8]) : subject.index("…")]
    assert NAMES[language].startswith(said)
    after = NAMES[language][len(said)]
    # No letter has lost its vowel or tone mark, and no word of a script with blanks its end.
    assert width(after) > 0
    assert language in ("th", "zh") or not (said[-1].isalpha() and after.isalpha())


@given(st.text(max_size=300), st.integers(4, 100))
def test_whatever_is_cut_fits(text: str, cells: int) -> None:
    found = fitted(text, cells)
    assert width(found) <= cells
    assert found == text or len(found) <= len(text) + 1


@pytest.mark.parametrize("language", FRAMES)
def test_the_preview_begins_with_news_that_the_subject_does_not_say(language: str) -> None:
    for told in (of_base(language), digest(story("China and Laos agree"), language=language)):
        page = BeautifulSoup(render(told).html, "lxml")
        first = page.body.get_text("\n", strip=True)[:90]  # type: ignore[union-attr]
        assert first.startswith(("基地启动。", "They agreed"))
        assert told.subject not in first
        # What follows in the mail does not run into it.
        hidden = page.select_one(".preview").get_text()  # type: ignore[union-attr]
        assert len(hidden) >= 90


def test_a_story_without_a_summary_says_who_reports_it() -> None:
    told = digest(story(snippet=(), reports=12, languages=("en", "zh")))
    assert preview_of(sections_of(told, told.stories, words()), words()) == (
        "outlet.example (12 reports in 2 languages)"
    )


def in_chat(told: Digest, service: str = "telegram") -> list[str]:
    """The lines of a chat's message."""
    values = TypeAdapter(Digest).dump_json(told).decode()
    message = RenderedMessage(
        "desk", "watch@example.org", NOON, render(told), language=told.language, values=values
    )
    title, text = brief(OutgoingMessage("<1@example.org>", "desk@localhost", message), LIMITS[service])
    return [title, *text.splitlines()]


@pytest.mark.parametrize("language", FRAMES)
@pytest.mark.parametrize("service", ["telegram", "slack", "wecombot"])
def test_the_first_lines_of_a_chat_are_news_and_say_nothing_twice(language: str, service: str) -> None:
    lines = in_chat(
        digest(story(NAMES[language], best=report(NAMES[language], language)), language=language), service
    )
    assert width(lines[0]) <= LONGEST_SUBJECT
    assert lines[1] == "• They agreed"
    lines = in_chat(of_base(language), service)
    assert width(lines[0]) <= LONGEST_SUBJECT
    assert lines[1] == "• News 1"


def test_a_story_without_a_summary_keeps_its_headline_in_a_chat() -> None:
    lines = in_chat(digest(story(snippet=(Piece(""),))))
    assert lines[:2] == ["China and Laos agree", "• China and Laos agree"]


def test_no_subject_is_folded_right_behind_its_name() -> None:
    for language in FRAMES:
        told = of_base(language, 3)
        message = RenderedMessage("desk", "watch@example.org", NOON, render(told), language=language)
        raw = compose(OutgoingMessage("<1@example.org>", "a@example.org", message)).decode()
        assert re.search(r"(?m)^Subject: \S", raw), language
        assert all(len(line) <= 78 for line in raw.partition("\r\n\r\n")[0].splitlines())
