"""Dates in the lines around the headline of a page, where its readers look for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from bs4 import Tag

from crawler.parsing.dates.series import verdict_of
from crawler.parsing.dates.verdict import DateVerdict, Doubt
from crawler.parsing.dates.written import dateline_of, published_in, written, written_in
from crawler.parsing.page_dates.claims import Claim, ClaimPlace, Subject, made
from crawler.parsing.page_dates.elements import element_claims
from crawler.parsing.page_dates.elsewhere import MOST_LINE, claims_elsewhere, is_beside_teaser, standing_alone
from crawler.parsing.page_dates.visible import VisibleText, block_of, blocks_of, element_around

_LONG, _LONG_UNSPACED = 80, 45
"""Characters of a piece that is text, not a line of names and dates; fewer where words are not spaced."""
_NEAR, _FAR = 50, 40
"""Pieces behind the headline that are its line of names and dates, and those in which a line below the lead is looked for."""
_NEXT, _CLOSE = 4, 16
"""Pieces that are next to the headline, and those behind it which count before all others in front of it."""
_BEFORE = 12
"""Pieces before the headline in its own block."""
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_PARAGRAPHS = 3
"""Paragraphs of an article of which the first may be a lead, and the next begin with a date."""
_WORDS = re.compile(r"[^\W\d_]+")
_TELLING, _TELLING_UNSPACED = 3, 14
"""Words in lower case of a line that tells something, and characters of one in a script without spaces between words."""
_SIGN_OF_LABEL = re.compile(r"[:\uff1a|\uff5c/]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]")


def headline_at(pieces: list[VisibleText], subject: Subject) -> tuple[int, int] | None:
    """Where the headline begins and ends among the pieces: an h1 with the page's title, else what reads like it, else the only h1."""
    inside: dict[int, tuple[Tag, list[int]]] = {}
    for number, piece in enumerate(pieces):
        heading = element_around(piece.parent, ("h1", "h2", "h3"))
        if heading is not None:
            inside.setdefault(id(heading), (heading, []))[1].append(number)
    for level in ("h1", "h2", "h3"):
        for heading, numbers in inside.values():
            if heading.name == level and subject.is_headline(" ".join(pieces[n].text for n in numbers)):
                return numbers[0], numbers[-1] + 1
    for number, piece in enumerate(pieces):
        if len(piece.text) < 300 and piece.parent.name != "a" and subject.is_headline(piece.text):
            return number, number + 1
    first = [numbers for heading, numbers in inside.values() if heading.name == "h1"]
    return (first[0][0], first[0][-1] + 1) if len(first) == 1 else None


def line_claims(
    pieces: list[VisibleText], in_frames: Callable[[], list[VisibleText]], subject: Subject
) -> list[Claim]:
    """What stands around the headline; where nothing does, the only day that is named in one way anywhere.

    Args:
        pieces: what readers see of the article.
        in_frames: what they see of it and of the frames around it.
        subject: what the page is about.
    """
    place = headline_at(pieces, subject)
    if place is None:
        found = _before_text(pieces, subject)
    else:
        found = _around_headline(pieces, *place, subject)
    if any(claim.place is not ClaimPlace.CHANGE for claim in found):
        return found
    return [*found, *claims_elsewhere(pieces, in_frames, subject)]


def _around_headline(pieces: list[VisibleText], start: int, end: int, subject: Subject) -> list[Claim]:
    near, far = _behind(pieces, end)
    before = _before(pieces, start)
    own = [p for p in far if not is_beside_teaser(p, subject, {})]
    found = [
        *element_claims(near, subject),
        *element_claims(before, subject),
        *_nearest([near[:_NEXT], before[-_NEXT:], near[:_CLOSE], before, near], subject),
        *made(ClaimPlace.DISTANT_LINE, standing_alone(own, subject)[:1]),
    ]
    is_dated = any(claim.place is not ClaimPlace.CHANGE for claim in found)
    return found if is_dated else [*found, *_dateline(pieces[end + len(near) :], subject)]


def _nearest(places: list[list[VisibleText]], subject: Subject) -> list[Claim]:
    """The dates of the first of some places that has one of publication, and those of changes in all of them."""
    changes: list[Claim] = []
    for pieces in places:
        claims = _found(pieces, subject)
        changes += [claim for claim in claims if claim.place is ClaimPlace.CHANGE]
        published = [claim for claim in claims if claim.place is not ClaimPlace.CHANGE]
        if published:
            return [*published, *changes]
    return changes


def _before_text(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The date of the lines right before the text, where nobody can say which of them is the headline."""
    for number, piece in enumerate(pieces[:-1]):
        if _is_text(piece) and any(_is_text(p) for p in pieces[number + 1 : number + 4]):
            lines = pieces[max(0, number - _BEFORE) : number]
            return [*element_claims(lines, subject), *_found(lines, subject)]
    return []


def _is_text(piece: VisibleText) -> bool:
    """Whether a piece is part of the text of an article."""
    length = _LONG_UNSPACED if _UNSPACED.search(piece.text) else _LONG
    if len(piece.text) >= length:
        return True
    paragraph = element_around(piece.parent, ("p",))
    return paragraph is not None and _is_long(paragraph, length * 2)


def _is_long(element: Tag, length: int) -> bool:
    """Whether an element has so many characters; a paragraph may have any number of strings."""
    count = 0
    for string in element.strings:
        count += len(string.strip())
        if count >= length:
            return True
    return False


def _behind(pieces: list[VisibleText], end: int) -> tuple[list[VisibleText], list[VisibleText]]:
    """The pieces up to the first text behind the headline, and those between that, which may be a lead, and the next text."""
    near: list[VisibleText] = []
    for piece in pieces[end : end + _NEAR]:
        if _is_text(piece):
            break
        near.append(piece)
    rest = pieces[end + len(near) : end + len(near) + _FAR]
    lead = _run(rest, _is_text)
    if len({id(block_of(piece.parent)) for piece in rest[:lead]}) > 1:
        return near, []  # several paragraphs are the article, and behind it stands other news
    far = _run(rest[lead:], lambda piece: not _is_text(piece))
    return near, [p for p in rest[lead : lead + far] if element_around(p.parent, ("li",)) is None]


def _run(pieces: list[VisibleText], is_of_it: Callable[[VisibleText], bool]) -> int:
    """How many pieces at the beginning are of a kind; those of one paragraph are one run."""
    return next((n for n, piece in enumerate(pieces) if not is_of_it(piece)), len(pieces))


def _before(pieces: list[VisibleText], start: int) -> list[VisibleText]:
    """The pieces before the headline in one block with it."""
    if not start:
        return []
    heading = pieces[start].parent
    block = heading.find_parent(["article", "main", "section"]) or _above(heading)
    if block is None:
        return []
    return [
        p for p in pieces[max(0, start - _BEFORE) : start] if block in p.parent.parents or block is p.parent
    ]


def _above(element: Tag) -> Tag | None:
    """The block two levels above the headline, unless that is the whole page."""
    found: Tag | None = element
    for _ in range(3):
        upper = found.parent if found is not None else None
        if upper is None or upper.name in ("body", "html", "[document]"):
            break
        found = upper
    return found if found is not element else None


def _found(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The date of publication that some lines name, and the dates of changes.

    A date that has its line for itself counts before one with a time of day, and that before one among words: a lead may
    tell of another day.
    """
    ranked: list[tuple[int, DateVerdict]] = []
    changes: list[DateVerdict] = []
    for line, is_heading in _lines(pieces):
        whole = written(line)
        is_alone = not whole.problem
        for what in [whole] if is_alone else [found for _, found in written_in(line)]:
            verdict = verdict_of(what, subject.context, subject.day)
            is_named = (
                subject.day is not None
                and verdict.moment is not None
                and verdict.moment.date() == subject.day
            )
            if (
                not is_named
                and not is_alone
                and not verdict.has_time
                and _is_sentence(line, is_heading=is_heading)
            ):
                continue  # of what it tells of
            if Doubt.CHANGED in verdict.doubts:
                changes.append(verdict)
            elif verdict.moment is not None:
                rank = 0 if is_named else _rank(verdict, is_alone=is_alone, is_heading=is_heading)
                ranked.append((rank, verdict))
    rank, best = min(ranked, key=lambda one: one[0], default=(0, None))
    place = ClaimPlace.LOOSE_LINE if rank == _IN_HEADING else ClaimPlace.BYLINE
    return [*made(place, [best] if best else ()), *made(ClaimPlace.CHANGE, changes)]


def _is_sentence(line: str, *, is_heading: bool) -> bool:
    """Whether a line tells something, rather than names days, places and people."""
    if published_in(line):
        return False
    words = _WORDS.findall(line)
    if any(map(_UNSPACED.match, words)):
        return sum(map(len, words)) >= _TELLING_UNSPACED and not _SIGN_OF_LABEL.search(line)
    telling = sum(word[0].islower() for word in words)
    is_ended = line.rstrip("\"'\u201d\u2019)").endswith((".", "!", "?"))
    return telling >= (1 if is_heading else _TELLING) and (is_ended or is_heading)


_IN_HEADING = 4
"""The rank of a date among the words of a heading: it may be that of the event."""


def _rank(verdict: DateVerdict, *, is_alone: bool, is_heading: bool) -> int:
    if is_alone:
        return 1
    return _IN_HEADING if is_heading else 2 if verdict.has_time else 3


def _lines(pieces: list[VisibleText]) -> list[tuple[str, bool]]:
    """The first blocks of some pieces as lines, each with whether it is a heading."""
    lines: list[tuple[str, bool]] = []
    length = 0
    for block, texts in blocks_of(pieces):
        line = " ".join(texts)[:MOST_LINE]
        lines.append((line, block.name in _HEADINGS))
        length += len(line)
        if length > MOST_LINE:
            break
    return lines


def _dateline(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The date that the first paragraphs begin with."""
    for _, texts in islice(blocks_of(pieces), _PARAGRAPHS):
        what = dateline_of(" ".join(texts))
        if what is not None:
            return made(ClaimPlace.LOOSE_LINE, [verdict_of(what, subject.context, subject.day)])
    return []
