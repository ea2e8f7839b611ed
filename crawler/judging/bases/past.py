"""What an article looks back on: acts of an earlier year or month, and what has long existed. Such is no news."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from crawler.judging.bases.joint_names import PUNCTUATION
from crawler.judging.bases.words import base_words
from crawler.judging.text.dates import dates_in, months_in
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.weights import weights

_YEAR = re.compile(r"(?<![\d.,])(?:1[89]|2[05])\d{2}(?![\d.,]\d|\d|%)")
_BUDDHIST = 543
"""Years by which the Buddhist era (Thai, Lao and Khmer calendars) is ahead of the common one."""


def is_long_ago(findings: Findings, act: Hit, published: date) -> bool:
    """Whether an act is dated to an earlier year or month, as in "launched in 2014" or 今年9月…签署. Then it is no news."""
    weigh = weights().bases
    place = findings.fields[act.field]
    text = place.normal.text
    # A few characters only: a year further away belongs to something else in the sentence.
    before = text[max(0, act.start - weigh.year_before) : act.start]
    behind = text[act.end : act.end + weigh.year_behind]
    if any(_common_era(match[0]) < published.year for match in _YEAR.finditer(f"{before} {behind}")):
        return True
    low, high = place.normal.span(act.start, act.end)
    around = place.original[max(0, low - weigh.month_reach) : high + weigh.month_reach]
    months = months_in(around, findings.lang, published)
    if months and max(months) < published - weigh.lately:
        return True
    days = [m.day for m in dates_in(around, findings.lang, published)]
    return bool(days) and max(days) < published - weigh.look_back


def was_in_earlier_year(findings: Findings, act: Hit, acts: Sequence[Hit], published: date) -> bool:
    """Whether the clause goes on to say that an act was in an earlier year: "opened a laboratory in Luang Prabang in May 2015".

    Another act in between, or a word that begins another clause, has the year to itself. A year that has just ended is
    still lately.
    """
    text = findings.fields[act.field].normal.text
    ends = [h.start for h in acts if h.field == act.field and h.start >= act.end]
    clause = PUNCTUATION.split(text[act.end : min([act.end + weights().bases.clause, *ends])])[0]
    clause = re.split(base_words()["clauses"], clause)[0]
    # In January, news still tells of December.
    last = published.year - 1 if published.month > 1 else published.year - 2
    return any(
        _common_era(match["year"]) <= last for match in re.finditer(base_words()["years_behind"], clause)
    )


def _common_era(year: str) -> int:
    """A year of the common or the Buddhist era in the common one."""
    number = int(year)
    # No news of the common era names a year beyond 2400, which is 1857 in the Buddhist one.
    return number - _BUDDHIST if number > 2400 else number


def weight_of_history(established: Sequence[Hit]) -> float:
    """What words of what has long existed weigh against a new base; early ones weigh most."""
    if not established:
        return 0.0
    weigh = weights().bases
    early = any(h.field == "title" or h.start < weigh.early for h in established)
    # Different words: one that is repeated says no more.
    others = len({h.pattern.key for h in established}) - early
    return weigh.long_ago_early * early + weigh.long_ago * min(weigh.most_long_ago, others)
