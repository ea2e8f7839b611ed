"""Places that the gazetteer lacks: what a word of place, or the word for a kind of place, says of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from crawler.judging.places.mentions import PlaceMention, where_words
from crawler.judging.text.dates import calendar_names
from crawler.judging.text.matching import Findings
from crawler.judging.text.script import UNSPACED_LETTERS
from crawler.runtime.data_tables import table


def names_unknown_place(
    findings: Findings, sentence: tuple[str, int, int], known: Iterable[PlaceMention]
) -> bool:
    """Whether a sentence says "in Somewhere", and nothing that is known stands there.

    Args:
        findings: what was found where.
        sentence: its field, and where it begins and ends in the original.
        known: the places that are known.
    """
    name, start, end = sentence
    field = findings.fields[name]
    # A party of the name, or the base itself, is no town: "in China-Laos trade".
    spans = (
        field.normal.span(h.start, h.end) for hits in findings.hits.values() for h in hits if h.field == name
    )
    taken = [(m.low, m.high) for m in known if m.hit.field == name] + [s for s in spans if s[1] > start]
    return any(
        not any(low < m.end("name") and m.start("name") < high for low, high in taken)
        for m in _placed(findings.lang).finditer(field.original, start, end)
        if m["name"].lower() not in _dated()
    )


@cache
def _placed(lang: str | None) -> re.Pattern[str]:
    """A name behind a word of place, or beside the word for a town, district or province."""
    where = where_words(lang)
    if where["spaced"]:
        kinds = "|".join(map(re.escape, where["kinds"])) or "(?!)"
        found = "|".join(map(re.escape, where["before"])) or "(?!)"
        # No word of a headline's capitals: two letters or more, and the name goes on in small ones.
        name = r"(?P<name>[^\W\d_a-z][\w'’-]*[a-zà-ỹ][\w'’-]*)"
        return re.compile(rf"(?<![^\W_])(?:{found})\s+(?:(?:{kinds})\s+)*{name}")
    letters = f"[{UNSPACED_LETTERS}]{{2,16}}"
    behind = where.get("behind", ())
    # "Town in": an ending alone would cut words anywhere.
    endings = [word for word in behind if any(word != other and word.endswith(other) for other in behind)]
    if endings:
        return re.compile(rf"(?P<name>{letters}?)(?:{'|'.join(map(re.escape, endings))})")
    # Kinds of towns; the words of place of Chinese, which stand in this list too, are shorter.
    kinds_before = [
        w for w in table("bases.yaml")["towns"].get(lang or "", {}).get("before", ()) if len(w) > 2
    ]
    found = "|".join(map(re.escape, kinds_before)) or "(?!)"
    return re.compile(rf"(?:{found})(?P<name>{letters})")


@cache
def _dated() -> frozenset[str]:
    """Months and days of the week, which words of place stand before, too."""
    return frozenset(word.lower() for names in calendar_names() for word in names)
