"""Which report stands for a story in a list: one that its reader can read, and of those the one with the clearest headline."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

_Item = TypeVar("_Item")

COLUMNS = ("id", "title", "lang", "when", "evidence", "duplicate_of")
"""The columns of an article that the choice depends on."""
SHORT, SHORT_UNSPACED, LONG = 20, 8, 180
"""Characters: a headline with fewer hardly says what happened, one with more is a first paragraph. Scripts without blanks say more in fewer."""
MOST_NAMED = 3
"""Words of the headline that count: who takes part and in what. More of them make no headline clearer."""
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_NO_STATEMENT = re.compile(
    r"[?？]\s*$"  # a question
    r"|(?:\.\.\.|…)\s*$"  # cut off by the feed
    r"|^\s*(?:[\[【(（][^\])】）]{1,24}[\])】）]|[A-Z]{3,14}\s*[|:])"  # a kicker such as LIVE: or 【图集】
)


def language_rank(lang: str, languages: Sequence[str]) -> int:
    """How readily a reader reads a language: 0 is best. Languages that the reader did not name come last, all alike."""
    return languages.index(lang) if lang in languages else len(languages)


def in_best_language(
    items: Iterable[_Item], languages: Sequence[str], lang_of: Callable[[_Item], str]
) -> _Item:
    """What a reader reads best of several things: the first in the best of the languages, else in English, else the first.

    Args:
        items: at least one, in the order in which they count where no language tells.
        languages: what the reader reads, best first.
        lang_of: gives the language of a thing.
    """
    wanted = (*languages, "en")
    return min(items, key=lambda item: language_rank(lang_of(item), wanted))


def headline_faults(title: str) -> int:
    """What makes a headline unclear: 0 where nothing does, 4 where there is none.

    Args:
        title: the headline as published.
    """
    text = title.strip()
    if not text:
        return 4
    shortest = SHORT_UNSPACED if UNSPACED.search(text) else SHORT
    is_shouted = text.isupper() and len(text) > SHORT
    return (not shortest <= len(text) <= LONG) + bool(_NO_STATEMENT.search(text)) + is_shouted


def headline_order(row: Any, languages: Sequence[str]) -> tuple[bool, int, int]:
    """A sort key, the same wherever a report is chosen to stand for others: no copies, the reader's languages, clear headlines.

    Args:
        row: a report with ``duplicate_of``, ``lang`` and ``title``.
        languages: what the reader reads, best first.
    """
    is_copy = row.duplicate_of is not None
    return is_copy, language_rank(row.lang, languages), headline_faults(row.title)


def _named(row: Any) -> int:
    """How many words of a headline say who takes part and in what, as far as more of them make it clearer."""
    found = {e["term"] for e in row.evidence or () if e["field"] == "title"}
    return min(len(found), MOST_NAMED)


def leading(rows: Sequence[Any], languages: Sequence[str] = ("en",)) -> Any:
    """The report that stands for a story.

    Args:
        rows: the story's reports, at least one, with ``COLUMNS``.
        languages: what the reader reads, best first.
    """
    if len(rows) == 1:
        return rows[0]
    return min(rows, key=lambda r: (*headline_order(r, languages), -_named(r), r.when, r.id))
