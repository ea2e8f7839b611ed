"""Dates anywhere on a page, for pages that have none around their headline: only what is of one day counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice

from bs4 import Tag

from crawler.parsing.dates.series import verdict_of
from crawler.parsing.dates.verdict import DateVerdict, Doubt
from crawler.parsing.dates.written import written, written_in
from crawler.parsing.page_dates.claims import Claim, ClaimPlace, Subject, made
from crawler.parsing.page_dates.elements import claims_of, dated_elements
from crawler.parsing.page_dates.visible import VisibleText, names_of

MOST_LINE = 600
"""Characters of lines that are looked at together."""
_DATE_NAME = re.compile(
    r"(?:^|[\s_-])(?:date|dates|datetime|time|timestamp|published|publish|pubdate|pubtime|posted|posted-?on|byline|dateline|created|meta|info"
    r"|tanggal|waktu|tgl|ngay|ngaydang|thoi-?gian|tarikh|masa|petsa|shijian|riqi|laiyuan)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Words in the class or id of what holds the date of an article."""
_TODAY = timedelta(hours=36)
_MOST_ALONE = 200
"""Pieces with numbers that are looked at where there is no headline; with more, a page is a list."""


def standing_alone(pieces: list[VisibleText], subject: Subject) -> list[DateVerdict]:
    """The dates that have their piece for themselves."""
    found: list[DateVerdict] = []
    numbered = (p for p in pieces if 8 <= len(p.text) <= 70 and any(c.isdigit() for c in p.text))
    for piece in islice(numbered, _MOST_ALONE):
        what = written(piece.text)
        if not what.problem:
            found += _of_publication([verdict_of(what, subject.context, subject.day)])
    return found


def _marked(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The only day that time elements and the like name anywhere."""
    claims = claims_of(dated_elements(pieces)[:_MOST_ALONE], subject)
    return _of_one_day([c.verdict for c in claims if c.place is ClaimPlace.TIME_ELEMENT], subject)


def _called_date(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The only day that elements name whose class or id says that they hold a date."""
    lines: dict[int, tuple[Tag, list[str]]] = {}
    for piece in pieces:
        holder = _holder(piece.parent)
        if holder is not None:
            lines.setdefault(id(holder), (holder, []))[1].append(piece.text)
    found: list[DateVerdict] = []
    for _, texts in islice(lines.values(), _MOST_ALONE):
        line = " ".join(texts)
        if len(line) <= MOST_LINE:
            found += _of_publication(
                verdict_of(what, subject.context, subject.day) for _, what in written_in(line)
            )
    return _of_one_day(found, subject)


def _holder(element: Tag) -> Tag | None:
    node: Tag | None = element
    for _ in range(4):
        if node is None or node.name in ("body", "html", "[document]"):
            return None
        if any(map(_DATE_NAME.search, names_of(node))):
            return node
        node = node.parent
    return None


def _alone(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The only day that stands alone anywhere."""
    return _of_one_day(standing_alone(pieces, subject), subject)


def _of_publication(verdicts: Iterable[DateVerdict]) -> list[DateVerdict]:
    return [v for v in verdicts if v.moment is not None and Doubt.CHANGED not in v.doubts]


def _of_one_day(found: list[DateVerdict], subject: Subject) -> list[Claim]:
    """The first of some dates if all are of one day; a date of today may be that of a clock."""
    today = subject.context.asked
    old = [v for v in found if v.moment is not None and today - v.moment > _TODAY]
    days = {v.moment.date() for v in old if v.moment}
    return made(ClaimPlace.LOOSE_LINE, old[:1] if len(days) == 1 else ())


def claims_elsewhere(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The only day that time elements name anywhere; else what is called a date by class or id; else what stands alone."""
    return _marked(pieces, subject) or _called_date(pieces, subject) or _alone(pieces, subject)
