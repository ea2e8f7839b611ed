"""Titles of topics: a text, or one for each language of the frame."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from crawler.config.config_file import check_text
from crawler.config.editing import with_entry
from crawler.config.loading import ConfigError, plain_values
from crawler.config.section import FrameLanguage
from crawler.config.settings import TopicSetting
from tests.builders import shipped

CONFIG = """\
sources:
  - {name: outlet, url: "https://outlet.example/feed", kind: feed, lang: en}
topics:
  rail:
    query: china
    title:
"""


def test_the_shipped_topics_have_a_title_in_every_language() -> None:
    for name, topic in shipped().topics.items():
        titles = {topic.title_in(language) for language in get_args(FrameLanguage)}
        assert len(titles) == len(get_args(FrameLanguage)), name


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Rail", {"en": "Rail", "zh": "Rail", "vi": "Rail"}),
        ({"en": "Rail", "zh": "铁路"}, {"en": "Rail", "zh": "铁路", "vi": "Rail"}),
        ({"zh": "铁路", "id": "Kereta api"}, {"en": "铁路", "zh": "铁路", "id": "Kereta api", "th": "铁路"}),
        ("", {"en": "", "zh": ""}),
    ],
)
def test_a_reader_sees_the_title_in_the_own_language_else_the_english_one(
    title: object, shown: dict[str, str]
) -> None:
    topic = TopicSetting.model_validate({"query": "china", "title": title})
    assert {language: topic.title_in(language) for language in shown} == shown
    assert topic.model_dump(mode="json")["title"] == title


@pytest.mark.parametrize(
    ("lines", "line", "problem"),
    [
        (
            "      en: Rail\n      fr: Rails\n",
            8,
            "title.fr: 'fr' is not known; allowed: en, id, vi, th or zh",
        ),
        ("      en: Rail\n      zh:\n", 8, "title.zh: is empty"),
        ("      en: Rail\n      zh: 5\n", 8, "title.zh: 5 is not text"),
        ("      [Rail]\n", 6, "title: ['Rail'] is no title; allowed: a text, or one for each language"),
    ],
)
def test_a_wrong_title_is_told_with_its_line(tmp_path: Path, lines: str, line: int, problem: str) -> None:
    with pytest.raises(ConfigError) as error:
        check_text(tmp_path / "config.yaml", CONFIG + lines)
    assert f"config.yaml:{line}: topics.rail.{problem}" in str(error.value)


@pytest.mark.parametrize("title", ["Rail", {"en": "Rail: new", "th": "รถไฟ", "zh": "铁路"}, {"zh": "no"}])
def test_a_written_title_reads_back_the_same_whatever_stood_there(title: object) -> None:
    for present in ("      en: Old\n      vi: Cũ\n", '      {en: "Old"}\n'):
        made = with_entry(CONFIG + present, "topics", "rail", {"query": "china", "title": title})
        values = plain_values(made, "config.yaml")
        assert values["topics"]["rail"] == {"query": "china", "title": title}
        assert values["sources"][0]["name"] == "outlet"
