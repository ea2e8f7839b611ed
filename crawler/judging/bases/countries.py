"""Which countries build a base together."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.judging.places.event_places import parties_in
from crawler.judging.places.gazetteer import CHINA, MEMBERS, Place
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.weights import weights


def countries_of(
    findings: Findings, places: Sequence[tuple[Hit, Place]], parties: Sequence[Hit]
) -> tuple[str, ...]:
    """The countries of the places that the article names; of the parties named first where those are in no member state."""
    found = {p.country for _, p in places} & (CHINA | MEMBERS)
    # A Chinese place alone says nothing of the partner; whom the article names first is it.
    if found.isdisjoint(MEMBERS):
        early = weights().bases.early
        named = parties_in(findings, places, parties)
        found |= {place.country for hit, place in named if hit.field == "title" or hit.start < early}
    return tuple(sorted(found))
