"""Addresses and identities that a source uses again for other news: ``/topstory.html``, ``/slot/1``, ``latest``. Pure.

An edited headline is no other news, so more than one thing must have changed: the headline, and with it the date.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

SAME_TIME = timedelta(hours=12)
"""Two items with one headline at one place are the same if their dates are no further apart: news of every day is not."""
_ALIKE = 0.5
"""The share of words that two wordings of one headline have in common at least (Dice coefficient)."""
_NUMBER = re.compile(r"\d{5,}")
"""So many digits in an address are the number of an article, or its day."""
_DAY = re.compile(r"(?:19|20|25)\d\d[/_-]?\d\d?[/_-]?\d\d?")
_WORDS_IN_ADDRESS = 2
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff]")
"""Scripts that write no spaces between words: there, pairs of characters take the place of words."""


def is_other_news(title: str, at: datetime | None, before: str, before_at: datetime | None) -> bool:
    """Whether an item is other news than one that came before at its address or under its identity.

    Args:
        title: its headline.
        at: when it was published, None where that is not known: then it is taken for the same.
        before: the headline of the other one.
        before_at: when that was published.
    """
    if at is None or before_at is None or at == before_at or not title or not before:
        return False
    if _DIGITS.sub("0", title) == _DIGITS.sub("0", before):
        # "20 dead" becomes "25 dead" within hours; "Briefing of day 7" is that of another day.
        return title != before and abs(at - before_at) >= SAME_TIME
    return not are_alike(title, before)


def are_alike(one: str, other: str) -> bool:
    """Whether two headlines may be two wordings of one."""
    a, b = _parts(one), _parts(other)
    return 2 * len(a & b) >= _ALIKE * (len(a) + len(b))


def is_of_one_article(url: str, title: str) -> bool:
    """Whether an address can be that of one article only: it has its number or day, or words of its headline."""
    parts = urlsplit(url)
    place = unquote(f"{parts.path}?{parts.query}")
    if _NUMBER.search(place) or _DAY.search(place):
        return True
    words = set(_WORD.findall(place.casefold()))
    return len({w for w in _WORD.findall(title.casefold()) if len(w) > 1} & words) >= _WORDS_IN_ADDRESS


def _parts(title: str) -> set[str]:
    text = title.casefold()
    if _UNSPACED.search(text):
        text = re.sub(r"\s+", "", text)
        return {text[n : n + 2] for n in range(len(text) - 1)} or {text}
    return set(_WORD.findall(text))
