"""The versions of an article as differences: what each edit took out and put in, word by word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, NamedTuple

from icu4py.breakers import WordBreaker
from markupsafe import Markup, escape
from sqlalchemy import Connection, select

from alerts.digests.excerpt import harmless
from crawler.store.bulk import chunks
from crawler.store.schema import article_versions

MOST_WORDS = 1_500
"""Words of a changed passage that are compared; the work grows with their square."""
BESIDE = 12
"""Words that are shown on each side of a change; what lies between is left out."""


class TextDifference(NamedTuple):
    """What changed between two texts, and how many words were added and removed."""

    text: Markup
    added: int
    removed: int


class ArticleEdit(NamedTuple):
    """An edit of an article.

    Attributes:
        at: when the new version was first seen.
        title: the difference of the headlines; None where that is the same.
        text: the difference of the texts; None where they are the same.
        added: words that are new in either.
        removed: words that are gone from either.
        facts: the facts that changed, as stored: with a minus what is gone, with a plus what stands there now.
    """

    at: datetime
    title: Markup | None
    text: Markup | None
    added: int
    removed: int
    facts: Sequence[str]


def edits_of(connection: Connection, reports: Sequence[Any]) -> dict[int, list[ArticleEdit]]:
    """The edits of articles (rows with id, title and text), the latest first; edits that changed no word are left out."""
    older: dict[int, list[Any]] = defaultdict(list)
    for chunk in chunks([r.id for r in reports]):
        mine = select(article_versions).where(article_versions.c.article_id.in_(chunk))
        for row in connection.execute(mine.order_by(article_versions.c.version)):
            older[row.article_id].append(row)
    return {r.id: list(_edits([*older[r.id], r]))[::-1] for r in reports if r.id in older}


def _edits(versions: Sequence[Any]) -> Iterator[ArticleEdit]:
    for before, after in pairwise(versions):
        title, text = difference(before.title, after.title), difference(before.text, after.text)
        added, removed = title.added + text.added, title.removed + text.removed
        if added or removed:
            yield ArticleEdit(
                before.until,
                title.text if title.added or title.removed else None,
                text.text if text.added or text.removed else None,
                added,
                removed,
                before.change or (),
            )


def difference(before: str, after: str) -> TextDifference:
    """The difference between two texts, word by word in every script; long stretches that are the same are left out."""
    old, new = _words(before), _words(after)
    start = _common(old, new)
    tail = _common(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - tail], new[start : len(new) - tail]
    parts = [_same(new[:start], is_first=True, is_last=not (middle_old or middle_new))]
    parts += _compared(middle_old, middle_new)
    if middle_old or middle_new:
        parts.append(_same(new[len(new) - tail :], is_first=False, is_last=True))
    added, removed = _changed(middle_old, middle_new)
    return TextDifference(Markup("").join(parts), added, removed)


def _compared(old: list[str], new: list[str]) -> Iterator[Markup]:
    shown_old, shown_new = old[:MOST_WORDS], new[:MOST_WORDS]
    for what, a, b, c, d in _steps(shown_old, shown_new):
        if what == "equal":
            yield _same(shown_new[c:d], is_first=False, is_last=False)
            continue
        if b > a:
            yield Markup("<del>{}</del>").format("".join(shown_old[a:b]))
        if d > c:
            yield Markup("<ins>{}</ins>").format("".join(shown_new[c:d]))
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        yield Markup("…")


def _steps(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    # From 200 words on `difflib` would take frequent words
    # for junk, and show whole sentences as changed.
    one, other = ([w.strip() for w in words] for words in (old, new))
    return [
        (what, a, b, c, d)
        for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    ]


def _changed(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    steps = [s for s in _steps(old[:MOST_WORDS], new[:MOST_WORDS]) if s[0] != "equal"]
    added = sum(_is_word(w) for _, _, _, c, d in steps for w in new[c:d])
    removed = sum(_is_word(w) for _, a, b, _, _ in steps for w in old[a:b])
    # Beyond what is compared, the difference of the lengths is all that is known.
    rest = len(new[MOST_WORDS:]) - len(old[MOST_WORDS:])
    return added + max(rest, 0), removed + max(-rest, 0)


def _is_word(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _same(words: Sequence[str], *, is_first: bool, is_last: bool) -> Markup:
    """A stretch that did not change: what stands beside a change of it."""
    if len(words) <= 2 * BESIDE:
        return escape("".join(words))
    head = "" if is_first else "".join(words[:BESIDE])
    tail = "" if is_last else "".join(words[-BESIDE:])
    return escape(f"{head}… {tail}" if head else f"… {tail}")


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts begin with alike."""
    for number, (a, b) in enumerate(zip(one, other, strict=False)):
        if a.strip() != b.strip():
            return number
    return min(len(one), len(other))


def _words(text: str) -> list[str]:
    """The words of a text by ICU's rules and dictionaries, each with the blanks behind it."""
    found: list[str] = []
    for part in WordBreaker(harmless(text), "en"):
        if found and part.isspace():
            found[-1] += part
        else:
            found.append(part)
    return found
