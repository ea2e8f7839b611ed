"""The numbers, days and sums of an answer held against those of what it is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from crawler.assist.trust.amounts import Amount, amounts, currencies, missing, unproved
from crawler.assist.trust.days import Calendar, calendar_of, spans
from crawler.assist.trust.order import faults_of_order
from crawler.assist.trust.verdict import quoted
from crawler.assist.trust.where import named_in

Dated = tuple[str, str, date]
"""A text, its language, and the day that it was published."""


def faults_of_figures(
    answer: str, to: str, texts: Sequence[Dated], reference: date, *, whole: bool
) -> Iterator[str]:
    """What an answer counts or dates otherwise than what it is made from.

    Args:
        answer: the answer.
        to: its language.
        texts: what it is made from.
        reference: the day that the answer's own "yesterday" counts from.
        whole: whether it is a translation, which keeps every figure. A brief leaves some out, and may tell the days of publication.
    """
    ours = calendar_of(answer, to, reference)
    theirs = [calendar_of(text, lang, day) for text, lang, day in texts]
    our_amounts = amounts(answer, to, lenient=False, besides=ours.taken)
    counted = [
        (text, lang, amounts(text, lang, lenient=True, besides=c.taken))
        for (text, lang, _), c in zip(texts, theirs, strict=True)
    ]
    their_amounts = [a for _, _, found in counted for a in found]
    published = [] if whole else [day for _, _, day in texts]
    yield from _days(answer, ours, theirs, published)
    yield from _numbers(answer, to, ours, theirs, our_amounts, their_amounts, published)
    if whole:
        yield from _kept(texts[0], ours, theirs[0], our_amounts, their_amounts)
    yield from _money(answer, texts)
    yield from faults_of_order((answer, to, our_amounts), counted)


def _days(
    answer: str, ours: Calendar, theirs: Sequence[Calendar], published: Sequence[date]
) -> Iterator[str]:
    known = {day for c in theirs for day in c.named_days}
    # News of a night is dated by the day before or after in another zone.
    around = [day + timedelta(days=shift) for day in published for shift in (-1, 0, 1)]
    known |= {(day.month, day.day) for day in around}
    # Both ways to read 05/11 share their characters: one of them is enough.
    by_place: dict[tuple[int, int], bool] = {}
    for day, start, end in ours.days:
        by_place[start, end] = by_place.get((start, end), False) or day in known
    for (start, end), proved in by_place.items():
        if not proved:
            yield f"It names a day that no report names: {quoted(answer[start:end])}."
            return
    months = {m for c in theirs for m in c.named_months} | {day.month for day in published}
    for month, start, end in ours.months:
        if month not in months:
            yield f"It names a month that no report names: {quoted(answer[start:end])}."
            return


def _numbers(
    answer: str,
    to: str,
    ours: Calendar,
    theirs: Sequence[Calendar],
    our_amounts: Sequence[Amount],
    their_amounts: Sequence[Amount],
    published: Sequence[date],
) -> Iterator[str]:
    years = {float(y) for c in theirs for y in c.years} | {float(day.year) for day in published}
    days = {float(day[1]) for c in theirs for day in c.named_days}
    plain = [a for a in our_amounts if not (a.is_day and any(v in days for v in a.values))]
    found = unproved(plain, their_amounts, years)
    if found and answer[found.start : found.end].isalpha():
        # "Negeri Sembilan" is a place and no nine.
        named = spans((n, n.start, n.end) for n in named_in(answer, to))
        found = unproved([a for a in plain if a.start not in named], their_amounts, years)
    if found:
        yield f"It has a number that no report has: {quoted(answer[found.start : found.end])}."
    years |= {v for a in their_amounts for v in a.values}
    if strange := sorted(y for y in ours.years if float(y) not in years):
        yield f"It names a year that no report names: {strange[0]}."


def _kept(
    text: Dated,
    ours: Calendar,
    theirs: Calendar,
    our_amounts: Sequence[Amount],
    their_amounts: Sequence[Amount],
) -> Iterator[str]:
    """What a translation leaves out."""
    further = {float(y) for y in ours.years} | {float(day[1]) for day in ours.named_days}
    if found := missing(our_amounts, their_amounts, further):
        yield f"It leaves out a number of the original: {quoted(text[0][found.start : found.end])}."
    bare = {v for a in our_amounts for v in a.values}
    by_place: dict[tuple[int, int], bool] = {}
    for day, start, end in theirs.days:
        if any(c.isdigit() for c in text[0][start:end]):
            kept = day in ours.named_days or float(day[1]) in bare
            by_place[start, end] = by_place.get((start, end), False) or kept
    if lost := next((place for place, kept in by_place.items() if not kept), None):
        yield f"It leaves out a day of the original: {quoted(text[0][slice(*lost)])}."
    years = {float(y) for y in theirs.years} - {float(y) for y in ours.years} - bare
    if years:
        yield f"It leaves out a year of the original: {int(min(years))}."


def _money(answer: str, texts: Sequence[Dated]) -> Iterator[str]:
    known = {code for text, _, _ in texts for code in currencies(text)}
    for code, (start, end) in currencies(answer, beside_numbers=True).items():
        if code not in known:
            yield f"It names a currency that no report names: {quoted(answer[start:end])}."
            return
