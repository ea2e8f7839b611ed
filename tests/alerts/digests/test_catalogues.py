"""The catalogues are whole: each language of the frame has every message, with every value, and no message is left out."""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO
from typing import get_args

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from alerts.delivery.outbox import STATUSES
from alerts.digests import labels
from alerts.digests.wording import FRAMES, words
from alerts.model import AlertKind
from alerts.selection import reasons
from crawler.analysis.corrections import CORRECTIONS
from crawler.config.section import FrameLanguage
from crawler.config.source_kinds import SOURCE_KINDS
from crawler.model import Phrase

TRANSLATED = sorted(set(FRAMES) - {"en"})
VALUES = re.compile(r"%\(\w+\)[sd]")


def catalogue_of(language: str) -> Catalog:
    content = files("alerts").joinpath("locale", f"{language}.po").read_bytes()
    return read_po(BytesIO(content), locale=language)


def test_the_frame_is_offered_in_the_languages_that_the_configuration_takes() -> None:
    assert set(FRAMES) == set(get_args(FrameLanguage)) == {"en", "id", "vi", "th", "zh"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_untranslated_or_has_lost_a_value(language: str) -> None:
    wrong: list[tuple[object, str]] = []
    for message in catalogue_of(language):
        if not message.id:
            continue
        if message.fuzzy:  # a catalogue is compiled without them
            wrong.append((message.id, "fuzzy"))
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        values = sorted(VALUES.findall(originals[-1]))
        wrong += [
            (message.id, text) for text in translations if not text or sorted(VALUES.findall(text)) != values
        ]
    assert wrong == []


def used_messages() -> set[str]:
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "Phrase": None}
    methods = [("**.py", "python"), ("templates/**.j2", "jinja2")]
    options = {"templates/**.j2": {"newstyle_gettext": "true"}}
    return {
        found if isinstance(found, str) else found[0]
        for package in ("alerts", "crawler")
        for _, _, found, _, _ in extract_from_dir(str(files(package)), methods, options, keywords)
    }


def test_every_message_of_the_code_is_in_every_catalogue_and_no_other() -> None:
    used = used_messages()
    for language in TRANSLATED:
        known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue_of(language) if m.id}
        assert (used - known, known - used) == (set(), set()), language


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_is_no_english_text(language: str) -> None:
    """Words that a language has in common with English are few: each stands here."""
    same = {"id": {"hub", "operator", "program"}, "vi": {"email", "hub"}, "th": set(), "zh": set()}[language]
    kept = {
        m.id
        for m in catalogue_of(language)
        if isinstance(m.id, str) and m.string == m.id and not re.fullmatch(r"(%\(\w+\)s|\W)*", m.id)
    }
    assert kept <= same


def test_the_words_of_the_store_are_those_that_the_catalogues_have() -> None:
    assert labels.DELIVERY_STATES == STATUSES
    assert tuple(SOURCE_KINDS) == labels.SOURCE_KINDS
    assert labels.CORRECTIONS == CORRECTIONS
    assert set(labels.ALERT_KINDS) == {kind.value for kind in AlertKind}


def test_what_changes_something_is_recorded_under_a_name_that_is_translated() -> None:
    """Each action of the audit log that the code writes out; composed ones end in a verb that the list has."""
    said = re.compile(r"""\b(?:audit|record|audited)\(\s*(?:[\w.]+(?:\(\))?,\s*){1,2}f?"([^"]+)",""")
    code = [
        p.read_text()
        for folder in ("web", "commands", "operations", "readers")
        for p in files("alerts").joinpath(folder).rglob("*.py")
    ]  # type: ignore[attr-defined]
    actions = {found for text in code for found in said.findall(text)}
    assert len(actions) > 20
    unknown = set()
    for action in actions:
        pattern = re.escape(re.sub(r"\{[^}]*\}", "\0", action)).replace("\0", "[a-z ]+")
        if not any(re.fullmatch(pattern, known) for known in labels.AUDIT_ACTIONS):
            unknown.add(action)
    assert unknown <= {"command line"}


def test_why_a_story_is_not_told_is_said_in_the_readers_language() -> None:
    say = words("zh")
    reason = reasons.OtherLanguage(7, "my", ("zh", "en"))
    assert str(reason) == "article 7: its language my is not among zh, en"
    assert say.said(reason.phrase()) == "文章 7：语言 my 不在 zh, en 之列"
    assert say.said(
        Phrase("%(0)s; %(1)s", **{"0": reason.phrase(), "1": Phrase("the story has no reports")})
    ) == ("文章 7：语言 my 不在 zh, en 之列; 该事件没有报道")
