"""In which cities a base lies: those that the words before them place it in, not those that are only named beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from crawler.judging.places.gazetteer import Place
from crawler.judging.text.matching import Field, Findings, Hit
from crawler.judging.text.nearness import Row
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

BEIJING = "Beijing"
_LISTED = re.compile(
    r"^[\s,、၊،;&/()（）]*(?:(?:and|as well as|dan|serta|và|และ|ແລະ|និង|နှင့်|at|y|e|et|und|和|与|及|以及|و)[\s]*)?$",
    re.IGNORECASE,
)
"""What stands between the cities of a list."""
_DATELINE = re.compile(r"^[^\n]{0,60}?(?:--|—|–|:|\((?:Xinhua|Bernama|ANTARA|KPL|VNA|TTXVN|AKP|PNA|MNA)\))")
_INSTITUTION = re.compile(
    r"^(?:[ -](?:[A-Z][\w-]+ ){0,4}(?:University|Institute|College|Polytechnic|Municipal|Consulate|Bank|Corporation|Group|Customs)"
    r"|[\u4e00-\u9fff]{0,10}(?:大学|学院|集团|公司|银行|海关|领事馆|市委|市长|市政府|局|委员会|医院))"
)
"""A city in the name of an institution says where that is from."""


@cache
def _where() -> Any:
    return table("bases.yaml")["where"]


def cities_of(
    findings: Findings, places: Sequence[tuple[Hit, Place]], bases: Sequence[Hit], name: str
) -> tuple[str, ...]:
    """The English names of the cities in which a base lies.

    Those that a word of place stands before in a sentence that speaks of the base, and those in its name; where there are
    none, those of the headline; then those beside it.

    Args:
        findings: what was found where.
        places: the places among it.
        bases: the words for a base.
        name: the base's name as the article writes it.
    """
    # All places, also those far from a base: a list passes on what places its first member.
    mentions = place_mentions(findings, places)
    row = Row(bases)
    beside = [t for t in mentions if t.place.is_city and _beside(findings, t.hit, row)]
    named = [t for t in beside if t.written in name]
    placed = [t for t in beside if t.placed and not t.of_institution]
    free = [t for t in mentions if t.place.is_city and not t.of_institution]
    titled = [t for t in free if t.hit.field == "title"]
    # "Officials from Beijing": what no word places there is mostly the government.
    known = [t for t in free if t.in_dateline or t.place.name != BEIJING]
    weigh = weights().locating
    in_text = [t for t in known if not t.in_dateline]
    rest = [t for t in in_text if t in beside] or in_text[: weigh.most_free] or known[: weigh.most_dateline]
    # The surest kind that there is at all; a weaker
    # one beside it would add cities of the background.
    chosen = placed + named or titled or rest
    return tuple(dict.fromkeys(t.place.name for t in sorted(chosen, key=lambda t: t.hit.order)))


def place_mentions(findings: Findings, places: Sequence[tuple[Hit, Place]]) -> list[PlaceMention]:
    """Places as a text names them, each with whether its words say that something is there."""
    mentions = [PlaceMention(findings, hit, place) for hit, place in places]
    _pass_on(findings, mentions)
    return mentions


class PlaceMention:
    """A place as a text names it: ``placed`` by the words around, ``of_institution`` in a name, ``in_dateline``."""

    def __init__(self, findings: Findings, hit: Hit, place: Place) -> None:
        self.hit = hit
        self.place = place
        field = findings.fields[hit.field]
        self.low, self.high = field.normal.span(hit.start, hit.end)
        self.written = field.original[self.low : self.high]
        weigh = weights().locating
        before = field.original[max(0, self.low - weigh.before) : self.low]
        behind = field.original[self.high : self.high + weigh.behind]
        self.placed = _is_placed(before, behind, findings.lang)
        self.of_institution = bool(_INSTITUTION.match(behind))
        # "BANGKOK (Xinhua) —" says where it was written,
        # which is often the capital and not the place.
        dateline = _DATELINE.match(field.original) if hit.field == "text" else None
        self.in_dateline = dateline is not None and self.high <= dateline.end()


def _is_placed(before: str, behind: str, lang: str | None) -> bool:
    """Whether the words around a city say that something is there."""
    where = _where().get(lang) or _where()["en"]
    left = (
        re.sub(
            rf"(?:{'|'.join(map(re.escape, where['kinds'])) or '(?!)'})\s*$", "", before, flags=re.IGNORECASE
        )
        if where["kinds"]
        else before
    )
    words = "|".join(map(re.escape, where["before"]))
    # "in" must not be the end of "Berlin"; without spaces there is no such edge.
    edge = r"(?<![^\W\d_])" if where["spaced"] else ""
    found = bool(words) and re.search(rf"{edge}(?:{words})\s*$", left, re.IGNORECASE) is not None
    suffixes = where.get("behind", ())
    return found or any(behind.startswith(s) for s in suffixes)


def _pass_on(findings: Findings, mentions: Sequence[PlaceMention]) -> None:
    """Pass on that something is there: to the rest of a list, and from a province to the city behind it."""
    ordered = sorted(mentions, key=lambda t: (t.hit.field, t.low))
    if (_where().get(findings.lang) or {}).get("behind"):  # the last of a list carries the ending
        for one, other in pairwise(reversed(ordered)):
            between = (
                findings.fields[one.hit.field].original[other.high : one.low]
                if one.hit.field == other.hit.field
                else "."
            )
            other.placed = other.placed or (
                one.placed and bool(_LISTED.match(between) or one.low == other.low)
            )
    # "in Hue, Da Nang and Vinh": the word of place stands once, before the first.
    for one, other in pairwise(ordered):
        if one.hit.field == other.hit.field and one.placed and not other.placed:
            between = findings.fields[one.hit.field].original[one.high : other.low]
            other.placed = one.low == other.low or bool(_LISTED.match(between))


def _beside(findings: Findings, place: Hit, bases: Row) -> bool:
    return any(
        _one_sentence(findings.fields[place.field], place, b)
        for b in bases.around(place, weights().locating.closest)
    )


def _one_sentence(field: Field, a: Hit, b: Hit) -> bool:
    """Whether two hits stand in one sentence or in two that follow each other, not far apart."""
    low, high = (a, b) if a.start <= b.start else (b, a)
    if high.start - low.end >= weights().locating.far:
        return False
    between = field.normal.text[low.end : high.start]
    # A place in the sentence behind the base's still belongs to
    # it; one in the sentence before was told of something else.
    return len(re.findall(r"[.!?](?= )|[。！？；။]", between)) <= (1 if a.start > b.start else 0)
