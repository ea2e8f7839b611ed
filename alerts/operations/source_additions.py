"""Sources that are added to config.yaml by whole lines, kept in the history of its changes so that each can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from alerts.identity.keys import SecretBox
from alerts.operations import change_log
from crawler.config.adding import add_sources
from crawler.config.config_file import read_text
from crawler.config.editing import names_of
from crawler.store.schema import config_versions

SECTION = "sources"


def add_recorded(
    connection: Connection,
    path: Path,
    sources: Sequence[Mapping[str, Any]],
    actor: str,
    now: datetime,
    box: SecretBox | None,
) -> list[int]:
    """Write sources into a file and into its history; gives the numbers of the changes.

    Raises:
        AseanwatchError: as `add_sources`; then nothing is written.
    """
    before = read_text(path)
    add_sources(path, sources)
    return record_additions(connection, before, read_text(path), actor, now, box)


def record_additions(
    connection: Connection, before: str, after: str, actor: str, now: datetime, box: SecretBox | None
) -> list[int]:
    """Keep in the history which sources one text of a configuration has more than another; gives the numbers of the changes."""
    had = set(names_of(before, SECTION))
    numbers = []
    for name in names_of(after, SECTION):
        if name in had:
            continue
        values = {
            "at": now, "actor": actor, "section": SECTION, "name": name,
            "before": change_log.stored(change_log.lines_in(before, after, SECTION, name), box),
            "after": change_log.stored(change_log.lines_in(after, before, SECTION, name), box),
        }  # fmt: skip
        made = insert(config_versions).returning(config_versions.c.id)
        numbers.append(connection.scalars(made, [values]).one())
    return numbers
