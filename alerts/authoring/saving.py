"""Writes a new topic into config.yaml: its term sets and the topic at once, and into the history of changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from alerts.authoring.answers import Answers, AnswersError
from alerts.authoring.building import topic_values, used_sets
from alerts.operations import tuning
from alerts.operations.live_config import Live
from alerts.operations.tuning import EntryKey
from crawler.config.config_file import write_whole
from crawler.config.yaml_text import block_text

ANSWERS_FILE = "topic-answers"


def entries_of(answers: Answers, name: str) -> dict[EntryKey, Mapping[str, Any]]:
    """The entries of config.yaml that the answers make, the term sets first, because the topic names them."""
    sets = {EntryKey("terms", own): spellings for own, spellings in used_sets(answers, name).items()}
    return {**sets, EntryKey("topics", name): topic_values(answers)}


def entries_yaml(answers: Answers, name: str) -> str:
    """The entries as config.yaml has them."""
    values: dict[str, Any] = {}
    for (section, own), entry in entries_of(answers, name).items():
        values.setdefault(section, {})[own] = dict(entry)
    return block_text(values)


def check(live: Live, answers: Answers, name: str) -> None:
    """Make sure that the entries can be written.

    Raises:
        ConfigError, AseanwatchError: they cannot.
    """
    tuning.draft_together(live, entries_of(answers, name))


def save(
    connection: Connection, live: Live, answers: Answers, name: str, actor: str, now: datetime
) -> int | None:
    """Write the topic; gives the number of the change.

    Raises:
        ConfigError, AseanwatchError: it cannot be written; then nothing is.
    """
    return tuning.apply_together(connection, live, entries_of(answers, name), actor, now)


def keep_answers(answers: Answers, folder: Path, former: Path | None = None) -> Path:
    """Write answers into the file that they came from, else into a new one of a folder, so that they can be gone on with.

    Raises:
        AnswersError: the folder cannot be written.
    """
    # A file that others wrote may be read-only, and a pipe cannot be written back to.
    if former is not None and former.is_file() and os.access(former, os.W_OK):
        with suppress(OSError):
            write_whole(former.resolve(), answers.yaml().encode())
            return former
    number = 1
    while True:
        path = folder / f"{ANSWERS_FILE}{'' if number == 1 else f'-{number}'}.yaml"
        try:
            # Never over what is there: it may be other answers.
            with path.open("x", encoding="utf-8") as stream:
                stream.write(answers.yaml())
        except FileExistsError:
            number += 1
        except OSError as error:
            raise AnswersError(f"{path}: {error.strerror}") from None
        else:
            return path
