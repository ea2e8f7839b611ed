"""Dates anywhere on a page, for pages that have none around their headline: only what is of one day counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice

from bs4 import Tag

from crawler.parsing.dates.names import changed_pattern
from crawler.parsing.dates.series import verdict_of
from crawler.parsing.dates.verdict import DateVerdict, Doubt
from crawler.parsing.dates.written import published_in, written, written_in
from crawler.parsing.page_dates.claims import Claim, ClaimPlace, Subject, made
from crawler.parsing.page_dates.elements import claims_of, dated_elements
from crawler.parsing.page_dates.visible import (
    LINK,
    VisibleText,
    block_of,
    blocks_of,
    element_around,
    names_of,
)
from crawler.parsing.text import size_of

MOST_LINE = 600
"""Characters of lines that are looked at together."""
_DATE_NAME = re.compile(
    r"(?:^|[\s_-])(?:dates?|datetime|time|timestamp|published|publish|pubtime|posted|posted-?on|byline|dateline|created|\w*meta|metadata|postmetadata|info"
    r"|submitted|[a-z]*datum|(?!up)(?:[a-z]{2,10})?date|tanggal|waktu|tgl|ngay|ngaydang|thoi-?gian|tarikh|masa|petsa|fecha|shijian|riqi|laiyuan)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Words in the class or id of what holds the date of an article."""
_LONGEST_LINE, _LEAST_DIGITS = 200, 4
"""Characters of a line outside of the text, and the digits of a date with its year."""
_COPYRIGHT = re.compile(r"\W*(?:©|\(c\)|copyright|版权|版權|hak cipta|bản quyền|ลิขสิทธิ์)", re.IGNORECASE)
_MOST_LINKS = 8
_ROWS, _LONGEST_TEASER = 3, 300
"""Blocks around a date that may be a teaser, and characters of one."""
_TODAY = timedelta(hours=36)
_RECENT, _LONGEST_CLOCK = timedelta(days=8), 70
"""How old the day at the head of a page may be that was made some time ago, and characters of it."""
_MOST_ALONE = 200
"""Pieces with numbers that are looked at where there is no headline, and lines at either end of a page; with more, it is a list."""


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


def _labelled(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The only day that lines anywhere say to be of publication."""
    found: list[DateVerdict] = []
    for line in _lines_with_numbers(pieces):
        found += _of_publication(verdict_of(w, subject.context, subject.day) for w in published_in(line))
    return _of_one_day(found, subject)


def _changed(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The only day that lines anywhere say to be of a change."""
    found: list[DateVerdict] = []
    for line in _lines_with_numbers(pieces):
        if changed_pattern().search(line.lower()):
            verdicts = [verdict_of(what, subject.context, subject.day) for _, what in written_in(line)]
            found += [v for v in verdicts if v.moment is not None and Doubt.CHANGED in v.doubts]
    return made(ClaimPlace.CHANGE, found[:1] if len({v.moment for v in found}) == 1 else ())


def _lines_with_numbers(pieces: list[VisibleText]) -> list[str]:
    """The lines of blocks that may hold a date; not the paragraphs of an article, nor who has the copyright since when."""
    lines = (" ".join(texts) for _, texts in blocks_of(pieces))
    found = [
        line
        for line in lines
        if len(line) <= _LONGEST_LINE
        and sum(map(str.isdigit, line)) >= _LEAST_DIGITS
        and not _COPYRIGHT.match(line)
    ]
    return found if len(found) <= 2 * _MOST_ALONE else [*found[:_MOST_ALONE], *found[-_MOST_ALONE:]]


def _outside_lists(pieces: list[VisibleText], subject: Subject) -> list[VisibleText]:
    """Pieces without those with numbers in lists of links to other articles, and beside a single such link."""
    kept: dict[int, bool] = {}
    found: list[VisibleText] = []
    for piece in pieces:
        if not any(map(str.isdigit, piece.text)):
            found.append(piece)
            continue
        row = element_around(piece.parent, ("li",))
        if (row is None or _is_kept(row, kept)) and not is_beside_teaser(piece, subject, kept):
            found.append(piece)
    return found


def is_beside_teaser(piece: VisibleText, subject: Subject, known: dict[int, bool]) -> bool:
    """Whether a date stands in one small block with the linked headline of another article; ``known`` remembers blocks."""
    block: Tag | None = block_of(piece.parent)
    for _ in range(_ROWS):
        if block is None or block.name in ("body", "html", "[document]", "article", "main"):
            return False
        if id(block) not in known:
            known[id(block)] = _is_teaser(block, subject)
        if known[id(block)]:
            return True
        block = block.parent
    return False


def _is_teaser(block: Tag, subject: Subject) -> bool:
    """Whether a block is short and links a headline that is not the page's own."""
    text = block.get_text(" ") if not _is_article(block) else ""
    if not text or len(text) > _LONGEST_TEASER or block.find("h1") is not None:
        return False
    linked = (link.get_text(" ") for link in block.find_all("a", href=True, limit=_MOST_LINKS))
    return any(size_of(words.strip()) >= LINK and not subject.is_headline(words) for words in linked)


def _is_kept(row: Tag, kept: dict[int, bool]) -> bool:
    """Whether a row of a list may be of the page's own article; ``kept`` remembers the answers for rows and lists."""
    if id(row) not in kept:
        listed = row.parent
        if listed is not None and id(listed) not in kept:
            kept[id(listed)] = not _leads_elsewhere(listed)
        kept[id(row)] = listed is None or kept[id(listed)] or _is_article(row)
    return kept[id(row)]


def _is_article(row: Tag) -> bool:
    """Whether a row of a list is long enough to be an article: some blogs list their only one."""
    length = 0
    for string in row.strings:
        length += len(string.strip())
        if length > MOST_LINE:
            return True
    return False


def _leads_elsewhere(listed: Tag) -> bool:
    """Whether a list links other articles, by a link that is as long as a headline in its script."""
    return any(size_of(link.get_text()) >= LINK for link in listed.find_all("a", limit=_MOST_LINKS))


def _without_clock(pieces: list[VisibleText], subject: Subject) -> list[VisibleText]:
    """Pieces without recent days that stand alone before the headline, outside of its block.

    There outlets show the day of today, or that of when the page was last made.
    """
    place = next((n for n, piece in enumerate(pieces) if _is_in_headline(piece, subject)), 0)
    return [piece for n, piece in enumerate(pieces) if n >= place or not _is_clock(piece, subject)]


def _is_in_headline(piece: VisibleText, subject: Subject) -> bool:
    return element_around(piece.parent, ("h1", "h2")) is not None and subject.is_headline(piece.text)


def _is_clock(piece: VisibleText, subject: Subject) -> bool:
    if not any(map(str.isdigit, piece.text)) or _holder(piece.parent) is not None:
        return False
    what = written(piece.text) if len(piece.text) <= _LONGEST_CLOCK else None
    if what is None or what.problem:
        return False
    moment = verdict_of(what, subject.context, subject.day).moment
    return moment is not None and subject.context.asked - moment < _RECENT


def claims_elsewhere(
    pieces: list[VisibleText], in_frames: Callable[[], list[VisibleText]], subject: Subject
) -> list[Claim]:
    """The only day that the page names in one way: what is marked, what is labelled, what is called a date, what stands alone.

    Args:
        pieces: what readers see of the article.
        in_frames: what they see of it and of the frames around it, where now and then the date stands.
        subject: what the page is about.
    """
    own = _outside_lists(_without_clock(pieces, subject), subject)
    found = (
        _marked(own, subject) or _labelled(own, subject) or _called_date(own, subject) or _alone(own, subject)
    )
    if found:
        return found
    wider = _outside_lists(_without_clock(in_frames(), subject), subject)
    return (
        _marked(wider, subject)
        or _labelled(wider, subject)
        or _called_date(wider, subject)
        or _changed(wider, subject)
    )
