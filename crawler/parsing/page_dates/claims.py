"""Claims of when an article was published, and how much each place of a page is believed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

from crawler.parsing.dates.context import DateContext
from crawler.parsing.dates.verdict import DateVerdict


class ClaimPlace(Enum):
    """A place of a page, with its weight when places contradict each other."""

    LINKED_DATA = 4.0
    META = 3.9
    MICRODATA = 3.5
    TIME_ELEMENT = 3.0
    BYLINE = 2.9
    ADDRESS = 2.5
    LOOSE_LINE = 2.0
    VAGUE_META = 1.5
    SCRIPT = 1.4
    DISTANT_LINE = 1.3
    CHANGE = 0.5


@dataclass(frozen=True, slots=True)
class Claim:
    """A date with a moment, and the place of the page that it stands in."""

    place: ClaimPlace
    verdict: DateVerdict


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about, by which claims of other articles are told apart.

    Attributes:
        url: its canonical address.
        title: its headline.
        context: what its dates are read against.
        day: the day that its address names, which helps to tell day and month apart.
    """

    url: str
    title: str
    context: DateContext
    day: date | None = None

    def is_headline(self, text: str) -> bool:
        """Whether a text is the headline, or most of it: outlets add their name to one of both."""
        if len(text) > 3 * len(self.title) + 60:
            return False
        one, other = _letters(text), _letters(self.title)
        if not one or not other:
            return False
        short, long = sorted((one, other), key=len)
        return short == long or (len(short) >= 6 and short in long and len(short) * 2 >= len(long))


@lru_cache(maxsize=256)
def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def made(place: ClaimPlace, verdicts: Iterable[DateVerdict]) -> list[Claim]:
    """Claims of those verdicts that have a moment."""
    return [Claim(place, verdict) for verdict in verdicts if verdict.moment is not None]
