"""Reports of bases behind other text, to see whether their verdict depends on where in the article the news stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

from crawler.judging.evaluation.rows import Row
from crawler.runtime.data_tables import table

_ENOUGH = 0.85
"""So much of the length asked for is enough: paragraphs are not cut."""


class Front(NamedTuple):
    """What is put in front of a report."""

    name: str
    kind: str
    """The kind of paragraphs; nothing where the report stays as it is."""
    length: int
    """Of the text put in front, in characters."""


FRONTS = (
    Front("as is", "", 0),
    Front("behind 250 characters", "plain", 250),
    Front("behind 750 characters", "plain", 750),
    Front("behind 250 characters of background", "background", 250),
    Front("behind 750 characters of background", "background", 750),
)


def on_bases(rows: Sequence[Row]) -> list[Row]:
    """The rows that report a new base, or are about bases without doing so, in a language that has paragraphs."""
    return [
        row
        for row in rows
        if (row["new_base"] or row.get("near_miss")) and row.get("lang") in _paragraphs() and row.get("text")
    ]


def deeper(rows: Sequence[Row], front: Front) -> list[dict[str, Any]]:
    """The rows with other text in front of theirs; each row always gets the same."""
    return [{**row, "text": _text_of(row, front) + row["text"]} for row in rows]


@cache
def _paragraphs() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The paragraphs by language and kind (data/neutral_paragraphs.yaml)."""
    paragraphs: Mapping[str, Mapping[str, Sequence[str]]] = table("neutral_paragraphs.yaml")
    return paragraphs


def _text_of(row: Row, front: Front) -> str:
    if not front.kind:
        return ""
    chosen = _paragraphs()[row["lang"]][front.kind]
    # Another one comes first for each row, so that no verdict hangs on one paragraph.
    first = crc32(str(row["id"]).encode())
    text = ""
    for number in range(len(chosen)):
        if len(text) >= _ENOUGH * front.length:
            break
        text += chosen[(first + number) % len(chosen)] + "\n"
    return text
