"""Which countries build a base together."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.judging.places.event_places import parties_in
from crawler.judging.places.gazetteer import Place
from crawler.judging.places.mentions import place_mentions
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.weights import weights


def countries_of(
    findings: Findings, places: Sequence[tuple[Hit, Place]], parties: Sequence[Hit]
) -> tuple[str, ...]:
    """The countries of the places that the article names; of the parties named first where those are in no member state.

    Where a report was written says nothing of them.
    """
    mentions = place_mentions(findings, places)
    found = {m.place.country for m in mentions if not m.in_dateline} & findings.parties.all
    # A place on our side alone says nothing of the partner; whom the article names first is it.
    if found.isdisjoint(findings.parties.theirs.countries):
        early = weights().bases.early
        written = {m.hit for m in mentions if m.in_dateline}
        named = parties_in(findings, [(h, p) for h, p in places if h not in written], parties)
        found |= {place.country for hit, place in named if hit.field == "title" or hit.start < early}
    return tuple(sorted(found))
