"""The packaged assistant ``demo``: a phrase book of the demo's own news, to see what an assistant does without having one.

It is no model. Words that are not in its book (``crawler/data/assist_demo.yaml``) get no translation, and other stories no brief.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from crawler.assist.model import (
    AssistError,
    BriefAnswer,
    BriefRequest,
    CheckAnswer,
    CheckRequest,
    Statement,
    Task,
    TokenCount,
    TranslationAnswer,
    TranslationRequest,
)
from crawler.config.assist_settings import AssistantSettings
from crawler.runtime.data_tables import table

MODEL = "sample phrase book"
"""What readers see as the author of its words."""
INTO = "en"
MOST_STATEMENTS = 2


class DemoAssistant:
    """Knows the news of the demo, in English. It counts no tokens, for it takes none."""

    tasks = frozenset({Task.TRANSLATE, Task.BRIEF})

    def __init__(self, settings: AssistantSettings) -> None:
        self._settings = settings

    def reads(self, lang: str, to: str) -> bool:
        """Whether its book has anything of a language; it translates into English only."""
        return to == INTO and lang in _book()["translations"]

    def translate(self, request: TranslationRequest) -> TranslationAnswer:
        """What stands in the book, and None for what does not."""
        texts = tuple(_translated(p.text, request.lang, request.names) for p in request.passages)
        return TranslationAnswer(texts, MODEL, TokenCount())

    def brief(self, request: BriefRequest) -> BriefAnswer:
        """The statements that reports of the request make, with the numbers of these; none of a story that is not in the book."""
        numbers = {_key(report.title): report.number for report in request.reports}
        said = []
        for entry in _book()["briefs"] if request.to == INTO else ():
            telling = tuple(sorted(numbers[k] for t in entry["said_by"] if (k := _key(t)) in numbers))
            if telling:
                said.append(Statement(entry["say"], telling))
        return BriefAnswer(tuple(said[:MOST_STATEMENTS]), MODEL, TokenCount())

    def check(self, request: CheckRequest) -> CheckAnswer:
        """Never asked: it has no opinions."""
        raise AssistError("unreadable", "the sample phrase book has no opinions")

    def close(self) -> None:
        """It holds nothing."""


@cache
def _book() -> Any:
    return table("assist_demo.yaml")


@cache
def _phrases(lang: str) -> dict[str, str]:
    return {_key(said): text for said, text in _book()["translations"].get(lang, {}).items()}


def _translated(text: str, lang: str, names: Mapping[str, str]) -> str | None:
    """A phrase with the names in it as they are wanted, instead of as the book has them."""
    known = _phrases(lang)
    found = known.get(_key(text))
    if found is None:
        return None
    for name, wanted in names.items():
        own = known.get(_key(name))
        if own is not None and wanted not in found:
            found = found.replace(own, wanted)
    return found


def _key(text: str) -> str:
    """A phrase as it is looked up: forms of Unicode and blanks make no difference."""
    return " ".join(unicodedata.normalize("NFC", text).split())
