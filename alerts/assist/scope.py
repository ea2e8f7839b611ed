"""What is asked for: by whom, in which languages, of which sources. Where that changes, all that is fresh is looked at again.

Else news that came before a language, an assistant or a model was added would never be read by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection

from crawler.assist.assistants import Assistants, name_of
from crawler.assist.model import AssistError, Task
from crawler.config.settings import Settings
from crawler.store.cursors import get_cursor, set_cursor

ASKED_FOR, READ = "assistants asked for", "assistants read"
"""Cursors with what was asked for, and which languages could be read, when it was last looked: 0 before the first time."""

_UNREAD = "assistants cannot read "
"""Before two languages: a cursor with what was asked for when nobody read the one in the other, 0 where somebody does."""


def asked_for(settings: Settings, languages: Sequence[str]) -> int:
    """What a configuration asks for, as a number: another one where it asks for something else.

    Args:
        settings: the whole configuration.
        languages: into which news is put.
    """
    assist = settings.assist
    whom = [(str(name_of(one)), sorted(one.tasks)) for one in assist.assistants]
    return _number(sorted(languages), whom, sorted(settings.sources_without_assist), assist.fresh)


def source_languages(settings: Settings) -> list[str]:
    """The languages of the sources whose words may be sent."""
    return sorted({s.lang for s in settings.sources if s.lang and s.enabled and s.assist})


def wanted_pairs(settings: Settings, languages: Sequence[str]) -> list[tuple[str, str]]:
    """Which languages of the sources are wanted in which."""
    return [(lang, to) for to in languages for lang in source_languages(settings) if lang != to]


def read_pairs(assistants: Assistants, settings: Settings, languages: Sequence[str]) -> list[tuple[str, str]]:
    """Which languages of the sources can be read in which; what an assistant that cannot be made would read is left out."""

    def can_read(lang: str, to: str) -> bool:
        try:
            return assistants.for_task(Task.TRANSLATE, lang, to) is not None
        except AssistError:
            return False

    return [(lang, to) for lang, to in wanted_pairs(settings, languages) if can_read(lang, to)]


def read(pairs: Sequence[tuple[str, str]]) -> int:
    """Which languages can be read, as a number."""
    return _number(sorted(pairs))


def note_unread(
    connection: Connection, settings: Settings, languages: Sequence[str], pairs: Collection[tuple[str, str]]
) -> None:
    """Note for those who only look which pairs of languages nobody reads."""
    current = asked_for(settings, languages)
    for lang, to in wanted_pairs(settings, languages):
        name = f"{_UNREAD}{lang} {to}"
        value = 0 if (lang, to) in pairs else current
        if get_cursor(connection, name) != value:
            set_cursor(connection, name, value)


def unread_pairs(
    connection: Connection, settings: Settings, languages: Sequence[str]
) -> list[tuple[str, str]]:
    """The pairs of languages that nobody read when it was last asked; none where something else was asked for then."""
    current = asked_for(settings, languages)
    wanted = wanted_pairs(settings, languages)
    return [(a, b) for a, b in wanted if get_cursor(connection, f"{_UNREAD}{a} {b}") == current]


def _number(*values: Any) -> int:
    digest = hashlib.blake2b(repr(values).encode(), digest_size=7).digest()
    return int.from_bytes(digest) or 1
