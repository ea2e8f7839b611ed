"""Whether an answer puts together what belongs to different events: the sum of one, the town of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from crawler.assist.trust.amounts import amounts
from crawler.assist.trust.days import Day, calendar_of
from crawler.assist.trust.nearest import sentences
from crawler.assist.trust.order import is_year
from crawler.assist.trust.verdict import quoted
from crawler.assist.trust.where import NamedPlaces, named_in


def faults_of_joining(answer: str, to: str, reports: Sequence[tuple[str, str, date]]) -> Iterator[str]:
    """What figure of an answer stands only in sentences of other towns than the answer names.

    Args:
        answer: the answer.
        to: its language.
        reports: the reports that it is made from, each with its language and day.
    """
    towns = [n for n in named_in(answer, to) if n.place]
    calendar = calendar_of(answer, to, reports[0][2])
    ours = [
        a
        for a in amounts(answer, to, lenient=False, besides=calendar.taken)
        if a.is_sure and not is_year(a, answer, to)
    ]
    if not towns or not (ours or calendar.days):
        return
    listed: list[tuple[set[float], bool]] = []
    own: set[float] = set()
    for text, lang, day in reports:
        for sentence in sentences(text):
            dated = calendar_of(sentence, lang, day).taken
            found = [
                a
                for a in amounts(sentence, lang, lenient=True, besides=dated)
                if not is_year(a, sentence, lang)
            ]
            days = calendar_of(sentence, lang, day).named_days
            if not found and not days:
                continue
            ground = NamedPlaces([(sentence, lang)])
            is_there = not ground.names_towns or any(ground.has(t, answer[t.start : t.end]) for t in towns)
            values = {v for a in found for v in a.values} | {_day(d) for d in days}
            listed.append((values, is_there))
            own |= values if is_there and ground.names_towns else set()
    figures = [(a.values, a.start, a.end) for a in ours]
    figures += [(frozenset({_day(day)}), start, end) for day, start, end in calendar.days]
    for wanted, start, end in figures:
        of = [is_there for values, is_there in listed if values & wanted]
        # Where the answer's own towns have no figures, this one may well be theirs.
        if of and not any(of) and own:
            yield f"It has a figure of what is told of another place: {quoted(answer[start:end])}."
            return


def _day(day: Day) -> float:
    """A day as a number that no figure has."""
    return -(100.0 * day[0] + day[1])
