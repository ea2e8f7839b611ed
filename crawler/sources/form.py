"""Whether a list of sources is right in form: no feed twice, enough sources of each country and language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crawler.config.settings import Source
from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.text.language import LANGUAGES
from crawler.parsing.feed_addresses import feed_key

COUNTRIES: Mapping[str, int] = {
    **dict.fromkeys((*sorted(CHINA_ASEAN.theirs.countries), "CN"), 4),
    "HK": 3,
    "MO": 3,
    "TW": 3,
}
"""Sources that a country should have at least; fewer where other countries' sources report on it in its own language."""
EACH_LANGUAGE = 3
"""Sources that a language should have at least: with two, one outage leaves one."""


class SameFeed(NamedTuple):
    """Sources that ask the same feed."""

    names: tuple[str, ...]
    address: str


class Shortage(NamedTuple):
    """A country or a language with fewer sources than it should have."""

    name: str
    found: int
    least: int


def same_feeds(sources: Iterable[Source]) -> list[SameFeed]:
    """The sources that ask the same feed under two addresses, paused ones too; a search with other words is another source."""
    found: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        found.setdefault((feed_key(source.url), source.query or ""), []).append(source)
    return [SameFeed(tuple(s.name for s in own), own[0].address) for own in found.values() if len(own) > 1]


def shortages(
    sources: Iterable[Source],
    countries: Mapping[str, int] = COUNTRIES,
    languages: Iterable[str] = LANGUAGES,
) -> list[Shortage]:
    """The countries and languages that too few sources cover; paused sources count for nothing."""
    asked = [s for s in sources if s.enabled]
    by_country = Counter(s.country for s in asked)
    by_language = Counter(s.lang for s in asked)
    found = [Shortage(c, by_country[c], least) for c, least in countries.items() if by_country[c] < least]
    found += [Shortage(x, by_language[x], EACH_LANGUAGE) for x in languages if by_language[x] < EACH_LANGUAGE]
    return found
