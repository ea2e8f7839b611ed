"""Schools and institutes whose names do not say in which town they are: where they have their seat."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from crawler.judging.places.gazetteer import Place
from crawler.judging.text.matching import Findings, Hit, Matcher
from crawler.judging.text.nearness import outermost
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.terms import patterns
from crawler.model import TermSet
from crawler.runtime.data_tables import table

_SET = "campuses"


def campuses_in(findings: Findings, countries: frozenset[str]) -> list[tuple[Hit, Place]]:
    """The schools of some countries that an article names, each with the town of its seat.

    Args:
        findings: what was found in the article.
        countries: the codes of the countries that it concerns.
    """
    matcher, places = _campuses()
    found = outermost(matcher.find_in(findings.fields.values(), findings.lang).of([_SET]))
    seats = ((hit, places[hit.pattern.key]) for hit in found)
    return [(hit, place) for hit, place in seats if place.country in countries]


@cache
def _campuses() -> tuple[Matcher, dict[str, Place]]:
    """The packaged table, read at the first report of a base."""
    listed = list(_listed(table("campuses.yaml")))
    places = {normal_spelling(name): place for name, place in reversed(listed)}
    own = TermSet(_SET, {"*": tuple(name for name, _ in listed)})
    return Matcher(patterns([own], [own.name])), places


def _listed(found: Any) -> Iterator[tuple[str, Place]]:
    for country, towns in found.items():
        for town, names in towns.items():
            yield from ((str(name), Place(town, country)) for name in names)
