"""Answers of a machine assistant, put into a store as if one had been asked: what pages, mails and feeds show of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from alerts.digests.summary import SNIPPET, summarised
from crawler.config.assist_settings import AssistSettings
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store import assist as kept
from crawler.store import bases as base_store
from crawler.store.schema import articles
from tests.builders import NOON

BY = "parrot-2b"


def assisted(settings: Settings, **more: Any) -> Settings:
    """Settings with an assistant; nothing here asks it."""
    return settings.model_copy(update={"assist": AssistSettings(kind="demo", **more)})


def in_english(text: str) -> str:
    """What the machine makes of a text: words that no report has."""
    return f"Rendered: {len(text)} letters of {text[:3]}"


def keep_translation(
    store: Store, text: str, lang: str, said: str, *, to: str = "en", by: str = BY, outcome: str = kept.GIVEN
) -> None:
    """Keep one translation."""
    answer = {"text": said} if outcome == kept.GIVEN else None
    key = kept.translation_key(text, lang, to)
    with store.write() as connection:
        kept.keep(connection, [kept.StoredAnswer(key, "translate", to, outcome, answer, "demo", by, NOON)])


def keep_brief(
    store: Store, story: int, statements: Iterable[tuple[str, Iterable[int]]], *, to: str = "en", by: str = BY
) -> None:
    """Keep the brief on a story: each statement with the articles that say it."""
    answer = {"statements": [{"text": text, "articles": list(said_by)} for text, said_by in statements]}
    key = kept.question_key("brief", to, str(story))
    with store.write() as connection:
        kept.keep(
            connection, [kept.StoredAnswer(key, "brief", to, kept.GIVEN, answer, "demo", by, NOON, story)]
        )


def translate_all(store: Store, *, to: str = "en", made: Callable[[str], str] = in_english) -> None:
    """Keep a translation of each headline and summary, and of each sentence and name of the register."""
    with store.read() as connection:
        rows = connection.execute(select(articles)).all()
        bases = base_store.find(connection)
    passages = [(r.title, r.lang) for r in rows]
    passages += [(summarised(r, SNIPPET).text, r.lang) for r in rows]
    for base in bases:
        passages += [(name, lang) for lang, name in base["names"].items()]
        for proved in (base, *base["timeline"]):
            passages += [(quote["sentence"], lang) for lang, quote in proved["quotes"].items()]
    answers = {
        key: kept.StoredAnswer(key, "translate", to, kept.GIVEN, {"text": made(text)}, "demo", BY, NOON)
        for text, lang in passages
        if text and lang != to
        for key in [kept.translation_key(text, lang, to)]
    }
    with store.write() as connection:
        kept.keep(connection, list(answers.values()))
