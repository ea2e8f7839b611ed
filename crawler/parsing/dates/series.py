"""The dates of one answer read together: what one of them leaves open, the others often tell.

Whether 05-11-2026 is of November or of May is not written in it. All dates of a form in one answer were written by one
program, so an order that gives no day for one of them is not the order of any. What then stays open is decided by what
cannot be in the future, by the order of the list, and by the custom of the country or language, each with a doubt; and
what is open even then is no date: a wrong one sends old news as new or keeps news back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from crawler.parsing.dates.clock import Clock
from crawler.parsing.dates.context import DateContext, Order
from crawler.parsing.dates.days import Reading
from crawler.parsing.dates.relative import Distance, distance
from crawler.parsing.dates.standard import LocalTime, local_time, standard_moment
from crawler.parsing.dates.verdict import DateVerdict, Doubt, Precision, ZoneBasis, first
from crawler.parsing.dates.written import Written, written
from crawler.parsing.dates.zones import WrittenZone, meaning

SKEW = timedelta(days=1)
"""How far ahead of the moment of asking a date may be: clocks go wrong, and zones that are not written are up to 14 hours off."""
_CLOCKS = timedelta(minutes=10)
"""How far ahead it may be without a doubt."""
_LEAST_IN_ORDER = 3
"""Dates of one form that must stand in order before their order proves anything."""


_NEAR, _FAR = 4, 25
"""Days: where the newest of a feed is so near by one order, and so much farther away by the custom, the custom is not kept."""
_THIS_YEAR, _LONG_AGO = 366, 3 * 366
"""Days: the same for years of two digits, of which each order makes another."""
_TIGHTER = 8
"""How much longer a list lasts that goes by months instead of days, at least."""
_LOCAL_RFC822 = re.compile(
    r"[^\d,]{0,20}\d?,?\s*(?P<day>\d{1,2})\s+(?P<month>\S.{0,24}?)\s+(?P<year>\d{4})\s+(?P<time>\d{1,2}:\d{2}(?::\d{2})?\s+[+-]\d{4})"
)
"""週四, 26 11 月 2026 14:05:00 +0800"""
_HAN_NUMBERS = {
    h: n
    for n, h in enumerate(("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"), 1)
}
_HAN_MONTH = re.compile("(十[一二]?|[一二三四五六七八九])月")
Hint = Callable[[int], date | None]
_Decided = tuple[Order | None, tuple[Doubt, ...]]
"""The order of dates, as far as it can be told, and why it is in doubt."""


_NOTHING = DateVerdict(problem="no date")


def read_date(text: str | None, context: DateContext) -> DateVerdict:
    """A single date; see `read_dates`."""
    return read_dates([text or ""], context)[0]


def read_dates(texts: Sequence[str], context: DateContext, hint: Hint | None = None) -> list[DateVerdict]:
    """The dates of one answer, in its order.

    Args:
        texts: each as it is written; markup and words around it ("Published: …") may be there.
        context: the moment of asking, and what is known of the source.
        hint: by its number, the day that something else names for a date, such as its address.
    """
    found: list[DateVerdict | None] = [_standard(text, context) for text in texts]
    rest = [i for i, verdict in enumerate(found) if verdict is None]
    if rest:
        open_dates = {i: _written(texts[i]) for i in rest}
        others = _Evidence(open_dates, hint, context)
        for i in rest:
            found[i] = others.verdict(i)
    return [verdict for verdict in found if verdict is not None]


def read_either(
    texts: Sequence[Sequence[str]], context: DateContext, hint: Hint | None = None
) -> list[DateVerdict]:
    """For each item its date, where it writes several (when it was published, when it was changed): the first that can be read."""
    found = [_standard(row[0], context) for row in texts]
    context = replace(context, is_polled=True)
    rest = [number for number, verdict in enumerate(found) if verdict is None or verdict.moment is None]
    if not rest:
        return [verdict or _NOTHING for verdict in found]
    flat = [(number, text) for number in rest for text in texts[number] if text]
    own = (lambda i: hint(flat[i][0])) if hint else None
    verdicts = iter(read_dates([text for _, text in flat], context, own))
    for number in rest:
        found[number] = first([next(verdicts) for text in texts[number] if text])
    return [verdict or _NOTHING for verdict in found]


def verdict_of(what: Written, context: DateContext, day: date | None = None) -> DateVerdict:
    """The verdict on a date that stands alone; ``day`` is one that something else names for it."""
    return _Evidence({0: what}, lambda _: day, context).verdict(0)


def _standard(text: str, context: DateContext) -> DateVerdict | None:
    if not text:
        return _NOTHING
    found = standard_moment(text)
    if found is None:
        local = local_time(text)
        return _of_local(local, text, context) if local else None
    moment, has_seconds = found
    precision = Precision.SECOND if has_seconds else Precision.MINUTE
    if context.earliest <= moment <= context.asked:  # nearly all dates, and the way of all feeds
        return DateVerdict(moment, precision, ZoneBasis.STATED, (), "", text)
    return _checked(moment, precision, ZoneBasis.STATED, (), text, context)


def _of_local(local: LocalTime, text: str, context: DateContext) -> DateVerdict | None:
    """The verdict on a date that names no zone: the source's is meant, else UTC is assumed."""
    own = context.timezone
    basis = ZoneBasis.ASSUMED if own is None else ZoneBasis.SOURCE
    zone = own or UTC
    if not local.has_time:
        return _checked(first_moment(local.at.date(), zone), Precision.DAY, basis, (), text, context)
    precision = Precision.SECOND if local.has_seconds else Precision.MINUTE
    return _checked(local.at.replace(tzinfo=zone).astimezone(UTC), precision, basis, (), text, context)


def _checked(
    moment: datetime,
    precision: Precision,
    zone: ZoneBasis,
    doubts: tuple[Doubt, ...],
    text: str,
    context: DateContext,
) -> DateVerdict:
    """The verdict on a moment, unless it cannot be one of publication."""
    if moment < context.earliest:
        return DateVerdict(None, precision, zone, doubts, "it is before there were news on the web", text)
    if moment > context.asked + SKEW:
        return DateVerdict(None, precision, zone, doubts, "it is in the future", text)
    if moment > context.asked + _CLOCKS and precision not in (Precision.DAY, Precision.WEEK):
        doubts = (*doubts, Doubt.FUTURE)
    return DateVerdict(moment, precision, zone, doubts, "", text)


class _Evidence:
    """The dates of one answer that are not in a standard form, and what they tell of each other."""

    def __init__(self, dates: dict[int, Written], hint: Hint | None, context: DateContext) -> None:
        self._dates, self._context = dates, context
        self._hint = hint or (lambda _: None)
        self._latest = (context.asked + SKEW).date()
        self._is_thai = context.country == "TH" or context.lang == "th"
        self._shapes: dict[str, list[int]] = defaultdict(list)
        for i, what in dates.items():
            if what.day is not None and what.day.shape:
                self._shapes[what.day.shape].append(i)
        self._orders = {shape: self._order_of(members) for shape, members in self._shapes.items()}

    def verdict(self, i: int) -> DateVerdict:
        what = self._dates[i]
        if what.moment is not None:
            return _checked(what.moment, Precision.SECOND, ZoneBasis.STATED, (), what.text, self._context)
        if what.problem:
            away = distance(what.text) if self._context.is_list and what.precision is None else None
            return self._of_distance(away, what.text) if away else _no_date(what)
        doubts: list[Doubt] = [Doubt.CHANGED] if what.is_changed else []
        reading, order_doubts = self._reading(i)
        if reading is None:
            return DateVerdict(None, Precision.DAY, None, (), self._problem(i), what.text)
        doubts += order_doubts
        day = reading.date()
        if what.weekday is not None and day is not None and day.weekday() != what.weekday:
            doubts.append(Doubt.WEEKDAY)
        return self._at(reading, what, tuple(doubts))

    def _readings(self, i: int) -> tuple[Reading, ...]:
        day = self._dates[i].day
        return day.readings(self._latest, is_thai=self._is_thai) if day else ()

    def _possible(self, i: int) -> tuple[Reading, ...]:
        """The readings of a date that its weekday allows; all where it allows none, for weekdays are often wrong."""
        found, weekday = self._readings(i), self._dates[i].weekday
        fitting = (
            tuple(r for r in found if (day := r.date()) and day.weekday() == weekday)
            if weekday is not None
            else ()
        )
        return fitting or found

    def _past(self, i: int) -> tuple[Reading, ...]:
        return tuple(
            r
            for r in self._possible(i)
            if (day := r.date()) and self._context.earliest.date() <= day <= self._latest
        )

    def _order_of(self, members: Sequence[int]) -> _Decided:
        """The order of all dates of a shape, and why it is in doubt; None where it is open, or where they contradict each other."""
        every = _common(self._possible(i) for i in members)
        if len(every) == 1:
            return next(iter(every)), ()
        past = _common(self._past(i) for i in members)
        custom = self._custom(members)
        if len(past) == 1:
            order = next(iter(past))
            return (None, ()) if custom in every and custom != order else (order, (Doubt.FUTURE_ORDER,))
        hinted = self._hinted(members, past)
        if hinted:
            return hinted, ()
        near = self._near(members, past)
        if near:
            return near, (Doubt.CUSTOM if near == custom else Doubt.NEAR,)
        return self._by_list_or_custom(members, past, custom)

    def _near(self, members: Sequence[int], past: set[Order]) -> Order | None:
        """The only order by which the newest date is near, where it is far away by all others."""
        ages = {order: self._age(members, order) for order in past}
        day = self._dates[members[0]].day
        is_short = day is not None and day.has_year and not day.has_century
        nearest = min(ages, key=ages.__getitem__, default=None)
        if nearest is None or len(ages) < 2:
            return None
        others = [age for order, age in ages.items() if order != nearest]
        if is_short and ages[nearest] <= _THIS_YEAR and all(age > _LONG_AGO for age in others):
            return nearest
        is_near = self._context.is_polled and ages[nearest] <= _NEAR
        return nearest if is_near and all(age >= _FAR for age in others) else None

    def _age(self, members: Sequence[int], order: Order) -> int:
        """Days since the newest of some dates by an order."""
        asked = self._context.asked.date()
        return min((asked - day).days for day in self._days(members, order))

    def _days(self, members: Sequence[int], order: Order) -> list[date]:
        return [day for i in members for r in self._past(i) if r.order == order and (day := r.date())]

    def _by_list_or_custom(self, members: Sequence[int], past: set[Order], custom: Order | None) -> _Decided:
        """The order by which the list goes up or down, and the custom; where they contradict each other, none."""
        sequence = self._sequence(members, past)
        tight = self._tight(members, past) if sequence is None and self._context.is_polled else None
        if tight is not None and tight != custom:
            return tight, (Doubt.SEQUENCE,)
        if custom not in past:
            return (sequence, (Doubt.SEQUENCE,)) if sequence else (None, ())
        return (custom, (Doubt.CUSTOM,)) if sequence in (None, custom) else (None, ())

    def _custom(self, members: Sequence[int]) -> Order | None:
        """The order of the country or language; who writes the year first writes the month before the day without one."""
        day = self._dates[members[0]].day
        custom = self._context.order
        if day is not None and day.is_dotted and custom != "ymd":
            return "dmy"
        return "mdy" if custom == "ymd" and day is not None and not day.has_year else custom

    def _hinted(self, members: Sequence[int], orders: Iterable[Order]) -> Order | None:
        """The only order by which a date is the day that something else names for it."""
        fitting = {
            r.order
            for i in members
            for r in self._past(i)
            if r.order in orders and (hint := self._hint(i)) and _is_day(r, hint)
        }
        other = {
            r.order
            for i in members
            for r in self._past(i)
            if (hint := self._hint(i)) and not _is_day(r, hint)
        }
        sure = fitting - other
        return next(iter(sure)) if len(sure) == 1 else None

    def _sequence(self, members: Sequence[int], orders: Iterable[Order]) -> Order | None:
        """The only order by which the dates go up or down all along the list."""
        straight = []
        for order in orders:
            days = [next((r.date() for r in self._past(i) if r.order == order), None) for i in members]
            steps = [(a > b) - (a < b) for a, b in pairwise(d for d in days if d is not None) if a != b]
            if len(set(steps)) > 1:
                continue
            if len(steps) < _LEAST_IN_ORDER - 1:
                return None
            straight.append(order)
        return straight[0] if len(straight) == 1 else None

    def _tight(self, members: Sequence[int], orders: Iterable[Order]) -> Order | None:
        """The order by which the dates are of some days in a row, where by all others they are of one day in each month."""
        days = {order: sorted(set(self._days(members, order))) for order in orders}
        spans = {order: (found[-1] - found[0]).days for order, found in days.items() if len(found) > 1}
        if len(spans) < 2:
            return None
        best = min(spans, key=spans.__getitem__)
        is_tight = len(days[best]) >= _LEAST_IN_ORDER and all(
            span >= _TIGHTER * spans[best] and len({day.day for day in days[order]}) == 1
            for order, span in spans.items()
            if order != best
        )
        return best if is_tight else None

    def _reading(self, i: int) -> tuple[Reading | None, tuple[Doubt, ...]]:
        """The reading of a date, and why it is in doubt."""
        what = self._dates[i]
        day = what.day
        possible = self._possible(i)
        if day is None or not possible:
            return None, ()
        if not day.has_year and not self._context.is_list:
            return None, ()
        if day.is_minguo and self._context.country != "TW":
            return None, ()
        short = (Doubt.NO_YEAR,) if not day.has_year else () if day.has_century else (Doubt.CENTURY,)
        if not day.shape:
            return possible[0], short if not day.has_year else ()
        if len({r.date() for r in possible}) == 1:
            return possible[0], short if not day.has_year else ()
        order, doubts = self._orders[day.shape]
        if order is None:
            order, doubts = self._order_of_other_shapes(day.shape)
        chosen = next((r for r in self._past(i) if r.order == order), None)
        return (chosen, (*doubts, *short)) if chosen else (None, ())

    def _order_of_other_shapes(self, shape: str) -> tuple[Order | None, tuple[Doubt, ...]]:
        """The order of dates of other shapes, where all that is known of those agrees and nothing of this one speaks against it."""
        sure = {
            order
            for other, (order, doubts) in self._orders.items()
            if other != shape and order and not doubts
        }
        own = _common(self._possible(i) for i in self._shapes[shape])
        if len(sure) == 1 and (order := next(iter(sure))) in own and len(own) > 1:
            return order, (Doubt.OTHER_FORM,)
        return None, ()

    def _problem(self, i: int) -> str:
        day = self._dates[i].day
        if day is not None and not day.has_year:
            return "it names no year"
        if day is not None and day.is_minguo:
            return "its year has three digits"
        if not self._readings(i):
            return "there is no such day"
        return (
            "it may be of several days"
            if len(self._past(i)) > 1
            else "it is no day of the past by the order of the others"
        )

    def _at(self, reading: Reading, what: Written, doubts: tuple[Doubt, ...]) -> DateVerdict:
        """The verdict on a day with its time of day and zone."""
        zone, basis, zone_doubts = self._zone(what.zone)
        doubts += zone_doubts if what.clock else ()
        if zone is None:
            return DateVerdict(
                None, Precision.DAY, None, doubts, "the name of its zone has several meanings", what.text
            )
        clock = None if what.zone is None and _is_day_with_zeros(what.clock) else what.clock
        day = datetime(reading.year, reading.month, reading.day)  # noqa: DTZ001 - its zone comes with its time of day
        try:
            if clock is None:
                return _checked(
                    first_moment(day.date(), zone), Precision.DAY, basis, doubts, what.text, self._context
                )
            at = day + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
            return _checked(
                at.replace(tzinfo=zone).astimezone(UTC),
                clock.precision,
                basis,
                doubts,
                what.text,
                self._context,
            )
        except OverflowError:
            return DateVerdict(None, Precision.DAY, basis, doubts, "there is no such moment", what.text)

    def _zone(self, stated: WrittenZone | None) -> tuple[tzinfo | None, ZoneBasis, tuple[Doubt, ...]]:
        if stated is not None:
            zone, is_sure = meaning(stated, self._context)
            return zone, ZoneBasis.STATED, () if is_sure else (Doubt.ZONE_NAME,)
        own = self._context.timezone
        return (own, ZoneBasis.SOURCE, ()) if own is not None else (UTC, ZoneBasis.ASSUMED, ())

    def _of_distance(self, away: Distance, text: str) -> DateVerdict:
        """The verdict on a distance from the moment of asking: as precise as its unit."""
        zone, basis, doubts = self._zone(away.zone)
        asked = self._context.asked
        if zone is None:
            return DateVerdict(
                None, away.precision, None, (), "the name of its zone has several meanings", text
            )
        if away.precision in (Precision.MONTH, Precision.YEAR):
            return DateVerdict(None, away.precision, basis, (), f"it names a {away.precision} only", text)
        if away.clock is not None:
            day = (asked.astimezone(zone) - away.back).date()
            clock = away.clock
            at = datetime.combine(day, time(), zone) + timedelta(hours=clock.hour, minutes=clock.minute)
            return _checked(at.astimezone(UTC), clock.precision, basis, doubts, text, self._context)
        if away.precision in (Precision.DAY, Precision.WEEK):
            doubts = (Doubt.COARSE,) if away.precision is Precision.WEEK else ()
            day = (asked.astimezone(zone) - away.back).date()
            return _checked(first_moment(day, zone), away.precision, basis, doubts, text, self._context)
        at = (asked - away.back).replace(microsecond=0)
        return _checked(at, away.precision, ZoneBasis.STATED, (), text, self._context)


def _common(readings: Iterable[tuple[Reading, ...]]) -> set[Order]:
    """The orders by which each of some dates is a day."""
    found: set[Order] | None = None
    for options in readings:
        orders: set[Order] = {r.order for r in options}
        found = orders if found is None else found & orders
    return found or set()


def _is_day(reading: Reading, hint: date) -> bool:
    """Whether a reading is the day that an address names, or one beside it: addresses often have the day of UTC."""
    day = reading.date()
    return day is not None and abs(day - hint) <= SKEW


def _written(text: str) -> Written:
    """A date as it is written; also as WordPress writes RFC 822 in other languages, with any name of a weekday."""
    found = written(text)
    if found.problem and (local := _LOCAL_RFC822.fullmatch(text.strip())):
        month = _HAN_MONTH.sub(lambda m: f"{_HAN_NUMBERS[m[1]]}月", local["month"])
        number = re.fullmatch(r"(\d{1,2})\s?(?:月)?", month.strip())
        rest = (
            f"{local['year']}-{number[1]}-{local['day']}"
            if number
            else f"{local['day']} {month} {local['year']}"
        )
        again = written(f"{rest} {local['time']}")
        return again if again.problem else replace(again, text=text)
    return found


def first_moment(day: date, zone: tzinfo) -> datetime:
    """The first moment that lies in a day both in its zone and in UTC, so that it is that day wherever it is shown."""
    local = datetime.combine(day, time(), zone).astimezone(UTC)
    return max(local, datetime.combine(day, time(), UTC))


def _is_day_with_zeros(clock: Clock | None) -> bool:
    """Whether a time of day is no more than a bare day as programs print it."""
    return clock is not None and (clock.hour, clock.minute, clock.second) == (0, 0, 0)


def _no_date(what: Written) -> DateVerdict:
    return DateVerdict(None, what.precision, None, (), what.problem, what.text)
