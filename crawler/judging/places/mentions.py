"""Places as a text names them: whether words place something there, and whether a place belongs to a body or a dateline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from crawler.judging.places.gazetteer import Place
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.script import UNSPACED, UNSPACED_LETTERS, script_of
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

LISTED = re.compile(
    r"^[\s,、၊،;&/()（）]*(?:(?:and|as well as|dan|serta|và|และ|ແລະ|និង|နှင့်|at|y|e|et|und|和|与|及|以及|و)[\s]*)?$",
    re.IGNORECASE,
)
"""What stands between the members of a list."""
NEVER = r"(?!)"


@cache
def site_words() -> Any:
    """The packaged words around places, read once."""
    return table("sites.yaml")


@cache
def where_words(lang: str | None) -> Any:
    """How a language says where something is; English, where nothing is known of it."""
    where = table("bases.yaml")["where"]
    return where.get(lang) or where["en"]


def any_of(words: Iterable[str], *, whole: bool = False) -> str:
    """A pattern of beginnings of words, or of words in scripts without spaces; one that never matches without any.

    ``whole`` demands whole words, for languages whose words do not change.
    """
    end = r"(?!\w)" if whole else ""
    # The two kinds begin differently, so that at no place one of either could be found.
    unspaced: list[str] = []
    spaced: list[str] = []
    for word in sorted(words, key=len, reverse=True):
        (unspaced if script_of(word[0].casefold()) in UNSPACED else spaced).append(re.escape(word))
    parts = [*unspaced, *([rf"(?<!\w)(?:{'|'.join(spaced)}){end}"] if spaced else ())]
    return "|".join(parts) or NEVER


class PlaceMention:
    """A place as a text names it.

    ``placed``: the words around say that something is there. ``of_institution``: it is part of the name of a body, or says where
    one is from. ``in_dateline``: it says where the report was written.
    """

    def __init__(self, findings: Findings, hit: Hit, place: Place) -> None:
        self.hit = hit
        self.place = place
        self.parties = findings.parties
        # Several rules look at the same places of an article; what stands around one is read once.
        around: _PlaceContext | None = findings.around.get(hit)
        if around is None:
            around = findings.around[hit] = _read_around(findings, hit)
        self.low, self.high = around.low, around.high
        self.written, self.before, self.behind = around.written, around.before, around.behind
        self.placed, self.of_institution = around.placed, around.of_institution
        self.in_dateline = around.in_dateline


class _PlaceContext(NamedTuple):
    """What stands at and around a place, and what that says of it (`PlaceMention`)."""

    low: int
    high: int
    written: str
    before: str
    behind: str
    placed: bool
    of_institution: bool
    in_dateline: bool


def _read_around(findings: Findings, hit: Hit) -> _PlaceContext:
    field = findings.fields[hit.field]
    lang = findings.lang
    low, high = field.normal.span(hit.start, hit.end)
    written = field.original[low:high]
    weigh = weights().locating
    before = field.original[max(0, low - weigh.before_list) : low]
    behind = field.original[high : high + weigh.behind]
    # "อำเภอละงู" holds the word for what it is itself.
    placed = _is_placed(before, behind, lang) or _begins_with_kind(written, lang)
    # "Hanoi said" is a government, "officials in Hanoi said" are not.
    speaks = not placed and _speaks().match(behind)
    of_institution = bool(speaks) or _is_of_body(behind, lang)
    in_dateline = hit.field == "text" and _is_dateline(field.original, low, high)
    return _PlaceContext(low, high, written, before, behind, placed, of_institution, in_dateline)


def place_mentions(findings: Findings, places: Sequence[tuple[Hit, Place]]) -> list[PlaceMention]:
    """Places as a text names them, each with whether its words say that something is there."""
    mentions = [PlaceMention(findings, hit, place) for hit, place in places]
    _pass_on(findings, mentions)
    return mentions


def between(findings: Findings, one: PlaceMention, other: PlaceMention) -> str | None:
    """What stands between two mentions of one field, the first one first; None in different fields."""
    if one.hit.field != other.hit.field:
        return None
    return findings.fields[one.hit.field].original[one.high : other.low]


@cache
def _placing(lang: str | None) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before a place in a language: the kinds of places, and before those the words of place."""
    where = where_words(lang)
    kinds = "|".join(map(re.escape, where["kinds"])) or NEVER
    words = "|".join(map(re.escape, where["before"])) or NEVER
    # "in" must not be the end of "Berlin"; without spaces there is no such edge.
    edge = r"(?<![^\W\d_])" if where["spaced"] else ""
    return re.compile(rf"(?:{kinds})\s*$", re.IGNORECASE), re.compile(
        rf"{edge}(?:{words})\s*$", re.IGNORECASE
    )


@cache
def _placing_unknown(lang: str | None) -> re.Pattern[str] | None:
    """What stands before a place that says where another one lies: "di Kuala" Tutong, "in Barangay Tambler," General Santos."""
    where = where_words(lang)
    if not where["spaced"]:
        return None
    kinds = "|".join(map(re.escape, where["kinds"])) or NEVER
    words = "|".join(map(re.escape, where["before"])) or NEVER
    name = r"[^\W\d_a-z][\w'’.-]*"
    # "di tepi Teluk Ekas, Desa Pemongkong, Kecamatan" Jerowaru: from the smallest to the largest.
    one = rf"(?:(?:(?i:{kinds}))\s+){{0,2}}{name}(?:\s{name}){{0,2}}"
    return re.compile(rf"(?<![^\W\d_])(?:{words})\s+{one}(?:,\s+{one}){{0,2}},?\s+(?:(?:(?i:{kinds}))\s+)?$")


@cache
def _placing_gloss(lang: str | None) -> re.Pattern[str]:
    """A word of place before what holds a place, in scripts without spaces.

    That is an unknown name of which what follows is the Latin spelling ("在育瓦安（"), or the province ("在越南老街省").
    """
    words = "|".join(map(re.escape, where_words(lang)["before"])) or NEVER
    held = r"|[\u3400-\u9fff]{1,12}[省府州邦区市](?:境内)?的?$" if lang == "zh" else ""
    return re.compile(rf"(?:{words})(?:[{UNSPACED_LETTERS}]{{2,14}}\s?[(（]$$HELD)".replace("$HELD", held))


@cache
def _divisions(lang: str | None) -> re.Pattern[str]:
    """Words for divisions of a country with which a name begins in a script without spaces."""
    return re.compile("|".join(map(re.escape, site_words()["divisions"].get(lang, ()))) or NEVER)


def _begins_with_kind(written: str, lang: str | None) -> bool:
    found = _divisions(lang).match(written)
    return found is not None and found.end() < len(written)


def _is_placed(before: str, behind: str, lang: str | None) -> bool:
    """Whether the words around a place say that something is there."""
    kinds, words = _placing(lang)
    # What stands before it within the reach of a word of place.
    near = before[-weights().locating.before :]
    if words.search(kinds.sub("", near)):
        return True
    if not where_words(lang)["spaced"] and _placing_gloss(lang).search(near):
        return True
    unknown = _placing_unknown(lang)
    if unknown is not None and unknown.search(before):
        return True
    return any(behind.startswith(s) for s in where_words(lang).get("behind", ()))


@cache
def _of_body(lang: str | None) -> re.Pattern[str]:
    found = site_words()["behind"]
    # English names of bodies stand in texts of every Latin-script language.
    own = [found[lang]] if lang in found and lang != "en" else []
    return re.compile("|".join(f"(?:{p})" for p in (*own, found["en"])))


def _is_of_body(behind: str, lang: str | None) -> bool:
    return bool(_of_body(lang).match(behind))


@cache
def _speaks() -> re.Pattern[str]:
    return re.compile(site_words()["speaks"])


@cache
def _dateline() -> re.Pattern[str]:
    return re.compile(site_words()["dateline"])


def _is_dateline(text: str, low: int, high: int) -> bool:
    """Whether a place stands in the line of place and day with which a report begins."""
    # "BANGKOK (Xinhua) —" says where it was written,
    # which is often the capital and not the place.
    return low <= weights().locating.dateline and bool(_dateline().match(text, high))


def _pass_on(findings: Findings, mentions: Sequence[PlaceMention]) -> None:
    """Pass on that something is there, or that a dateline lists it: to the rest of a list, and from a province to its city."""
    ordered = sorted(mentions, key=lambda t: (t.hit.field, t.low))
    if where_words(findings.lang).get("behind"):  # the last of a list carries the ending
        for one, other in pairwise(reversed(ordered)):
            what = between(findings, other, one)
            linked = what is not None and (LISTED.match(what) or one.low == other.low)
            other.placed = other.placed or (one.placed and bool(linked))
    # "in Hue, Da Nang and Vinh": the word of place stands once, before the first.
    for one, other in pairwise(ordered):
        if one.placed and not other.placed and (what := between(findings, one, other)) is not None:
            other.placed = one.low == other.low or bool(LISTED.match(what))
    for one, other in pairwise(ordered):
        if one.in_dateline and (what := between(findings, one, other)) is not None:
            other.in_dateline = other.in_dateline or bool(what.strip() and LISTED.match(what))
