"""Places that the gazetteer lacks: what a word of place, or the word for a kind of place, says of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from crawler.judging.places.governing import SENTENCE_END
from crawler.judging.places.mentions import PlaceMention, where_words
from crawler.judging.text.dates import calendar_names
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.script import UNSPACED_LETTERS
from crawler.runtime.data_tables import table


def names_unknown_place(findings: Findings, base: Hit, known: Iterable[PlaceMention]) -> bool:
    """Whether the sentence around a word for a base says "in Somewhere", and no known place stands there.

    Args:
        findings: what was found where.
        base: a word for a base.
        known: the places that are known, and where they stand.
    """
    field = findings.fields[base.field]
    low, high = field.normal.span(base.start, base.end)
    ends = [m.end() for m in SENTENCE_END.finditer(field.original)]
    start = max((e for e in ends if e <= low), default=0)
    end = min((e for e in ends if e >= high), default=len(field.original))
    taken = [(m.low, m.high) for m in known if m.hit.field == base.field]
    # A party of the name, or the base itself, is no town: "in China-Laos trade".
    taken += [
        field.normal.span(h.start, h.end)
        for hits in findings.hits.values()
        for h in hits
        if h.field == base.field and field.normal.span(h.start, h.end)[1] > start
    ]
    return any(
        not any(one < m.end("name") and m.start("name") < other for one, other in taken)
        for m in _placed(findings.lang).finditer(field.original, start, end)
        if m["name"].lower() not in _dated()
    )


@cache
def _placed(lang: str | None) -> re.Pattern[str]:
    """A name behind a word of place, or beside the word for a town, district or province."""
    where = where_words(lang)
    words = [*where["before"]]
    if where["spaced"]:
        kinds = "|".join(map(re.escape, where["kinds"])) or "(?!)"
        found = "|".join(map(re.escape, words))
        # No word of a headline's capitals: two letters or more, and the name goes on in small ones.
        name = r"(?P<name>[^\W\d_a-z][\w'’-]*[a-zà-ỹ][\w'’-]*)"
        return re.compile(rf"(?<![^\W_])(?:{found})\s+(?:(?:{kinds})\s+)*{name}")
    letters = f"[{UNSPACED_LETTERS}]{{2,16}}"
    towns = [w for w in table("bases.yaml")["towns"].get(lang or "", {}).get("before", ()) if len(w) > 2]
    if lang == "my":
        return re.compile(rf"(?P<name>{letters}?)မြို့(?:တွင်|၌|မှာ)")
    found = "|".join(map(re.escape, towns)) or "(?!)"
    return re.compile(rf"(?:{found})(?P<name>{letters})")


@cache
def _dated() -> frozenset[str]:
    """Months and days of the week, which words of place stand before, too."""
    return frozenset(word.lower() for names in calendar_names() for word in names)
