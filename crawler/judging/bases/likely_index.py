"""Which bases of one kind a report may speak of, the likeliest first: found by numpy in an index, without comparing any of them.

For each base the most that `crawler.judging.bases.sameness.same_base` can find is worked out from what its names, places and days
have in common with those of the report. It is never less, so that those below the best that was found need not be compared.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from crawler.judging.bases.fields import Fields, is_for_training, of_one_field, of_other_field
from crawler.judging.bases.likely import (
    ANCHOR,
    ANY_DAY,
    ANY_PARTNER,
    CITY,
    LAND,
    MOST_DAYS,
    NO_CITY,
    NO_LAND,
    NO_PURPOSE,
    PARTNER,
    BaseAsked,
    in_english,
    named_in,
    of_day,
    purpose_of,
    terms_of,
    word_of,
)
from crawler.judging.bases.own_names import anchors, pieces, purpose_pieces
from crawler.judging.bases.sameness import KnownBase
from crawler.judging.bases.stages import STAGES
from crawler.judging.places.event_places import meet
from crawler.judging.weights import weights

_Flags = NDArray[np.bool_]
_Shares = NDArray[np.float64]
_Places = NDArray[np.int64]
_NOTHING = array("i")
"""Never added to."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEVER = 2**61
"""The time of what was never reported: no days are close to it, and nothing is later."""
_NOBODY = -1
_NO_NAME = 1_000_000
"""The size of the shortest name of a base that has none in a language."""


class LikelyBases:
    """The bases of one kind, by all that reports are compared with.

    A base has a place, a small number; a thing that it is looked up by holds the places of all that have it, or the only one.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._known: dict[int, tuple[int, KnownBase, array[int]]] = {}
        self._terms: dict[str, int] = {}
        self._places: list[int | array[int]] = []
        self._free: list[int] = []
        self._cities: set[str] = set()
        self._near: dict[str, set[str]] = {}
        self._fields: dict[Fields, int] = {}
        # By place:
        self._numbers = array("q")
        self._field_numbers = array("i")
        self._since = array("q")
        self._stages = array("b")
        self._teaches = array("b")
        self._fewest_anchors = array("i")
        self._shortest: dict[str, array[int]] = {}

    def __contains__(self, number: object) -> bool:
        return number in self._known

    def put(self, known: KnownBase) -> None:
        """Take in a base, or what has changed of it."""
        place, before, old = self._known.get(known.id) or (None, None, _NOTHING)
        if before is not None and _is_compared_alike(before, known):
            return
        if place is None:
            place = self._free.pop() if self._free else self._new_place()
        self._numbers[place] = known.id
        self._field_numbers[place] = self._fields.setdefault(known.fields, len(self._fields))
        self._since[place] = _NEVER if known.since is None else _microseconds(known.since)
        self._stages[place] = STAGES.index(known.stage)
        self._teaches[place] = any(is_for_training(name, lang) for lang, name in known.names)
        self._fewest_anchors[place] = min((len(anchors(n, lang)) for lang, n in known.names), default=0)
        self._measure(known, before, place)
        terms = array("i", (self._number_of(term) for term in terms_of(known)))
        for term in set(old).difference(terms):
            self._leave(term, place)
        for term in set(terms).difference(old):
            self._hold(term, place)
        for city in known.cities - self._cities:
            self._cities.add(city)
            for asked, near in self._near.items():
                if meet([asked], [city]):
                    near.add(city)
        self._known[known.id] = (place, known, terms)

    def remove(self, number: int) -> None:
        """Take out a base, if it is there."""
        if number not in self._known:
            return
        place, known, terms = self._known.pop(number)
        for term in terms:
            self._leave(term, place)
        self._measure(None, known, place)
        self._numbers[place] = _NOBODY
        self._free.append(place)

    def _measure(self, known: KnownBase | None, before: KnownBase | None, place: int) -> None:
        """Note how long the shortest name of a base is in each language, in the place of what was noted before."""
        for lang, _ in before.names if before is not None else ():
            self._sizes(lang)[place] = _NO_NAME
        for lang, name in known.names if known is not None else ():
            sizes = self._sizes(lang)
            sizes[place] = min(sizes[place], len(pieces(name)))

    def known(self, number: int) -> KnownBase:
        """A base that was put in, as it was."""
        return self._known[number][1]

    def likeliest(self, asked: BaseAsked) -> list[tuple[float, int]]:
        """The bases that something may speak of which is of another event: the most that comparing can find, and the number.

        Args:
            asked: what an article says.

        Returns:
            The most likely first, of equals the lowest number.
        """
        if not self._known:
            return []
        at = np.flatnonzero(self._may_be(asked))
        if not len(at):
            return []
        bound = self._bounds(asked, at)
        found = np.flatnonzero(bound > 0)
        bound, numbers = bound[found], np.frombuffer(self._numbers, dtype=np.int64)[at[found]]
        order = np.lexsort((numbers, -bound))
        return list(zip(bound[order].tolist(), numbers[order].tolist(), strict=True))

    def _may_be(self, asked: BaseAsked) -> _Flags:
        """Those that may lie where it lies, and are of its partners."""
        cities = asked.mention.cities
        found: _Flags = np.frombuffer(self._numbers, dtype=np.int64) != _NOBODY
        if cities:
            found &= self._having([NO_CITY]) | self._meeting(cities)
        if asked.lands:
            found &= self._having([NO_LAND, *(LAND + land for land in asked.lands)])
        if asked.partners:
            mine = self._having(PARTNER + partner for partner in asked.partners)
            found &= mine | ~self._having([ANY_PARTNER])
        return found

    def _bounds(self, asked: BaseAsked, at: _Places) -> _Shares:
        """The most that comparing can find for those at some places; 0 where it finds that they are not the same."""
        weigh = weights().register
        like, shared = self._likeness(asked, at), self._anchors_shared(asked, at)
        known_name = like >= weigh.same_name
        unique = self._having((ANCHOR + thing for thing in asked.unique_things), at)
        entity = self._having((ANCHOR + thing for thing in asked.entities), at)
        in_city = self._having((CITY + city for city in asked.mention.cities), at)
        soon, days = self._soon(asked, at)
        across = (soon | days) & ~self._having([named_in(asked.lang)], at)
        across &= self._having((LAND + land for land in asked.lands), at)
        likely = known_name | entity | in_city | across
        one_field, other_field = self._of_fields(asked, at, likely)
        by_own_name = unique | (known_name & asked.is_own_name)
        likely &= by_own_name | ~(other_field | self._teaching_otherwise(asked, at))
        by_name = unique | (known_name & asked.says_which)
        meeting = self._meeting(asked.mention.cities)[at]
        likely &= by_name | ~self._doubtful(asked, at, soon, meeting, one_field)

        alike = np.maximum(like, shared)
        has_like_name = like >= weigh.like_name
        if len(asked.anchors) > 1:
            has_like_name |= shared >= weigh.like_anchors
        bound = np.zeros(len(like))
        of_field = across & one_field
        bound[of_field] = weigh.one_field + alike[of_field] * weigh.alike_share
        of_city = in_city & (has_like_name | one_field)
        bound[of_city] = weigh.one_city + alike[of_city] * weigh.alike_share
        bound[entity] = np.maximum(bound[entity], weigh.one_entity)
        by_likeness = known_name & meeting if asked.says_only_what else known_name
        bound[by_likeness] = np.maximum(bound[by_likeness], like[by_likeness])
        bound[~likely] = 0
        return bound

    def _likeness(self, asked: BaseAsked, at: _Places) -> _Shares:
        """The most that a name of it can be like a name of each, as if one name had the words of all."""
        most = np.zeros(len(at))
        for lang, name in asked.names:
            if lang not in self._shortest:
                continue
            words, purpose = pieces(name), purpose_pieces(name, asked.parties)
            like = self._shares((word_of(lang, word) for word in words), len(words), self._sizes(lang), at)
            if purpose:
                ways = (way(lang, piece) for piece in purpose for way in (word_of, purpose_of))
                like[~self._having([NO_PURPOSE + lang, *ways], at)] = 0
            np.maximum(most, like, out=most)
        for name in (name for lang, name in asked.names if lang == "en"):
            most[self._having([in_english(name)], at)] = 1
        return most

    def _anchors_shared(self, asked: BaseAsked, at: _Places) -> _Shares:
        """The same of what names speak of in any language."""
        return self._shares((ANCHOR + a for a in asked.anchors), len(asked.anchors), self._fewest_anchors, at)

    def _shares(self, terms: Iterable[str], count: int, fewest: array[int], at: _Places) -> _Shares:
        """The most that Dice's coefficient of some things and those of each can be, of which it has so many at least."""
        common = self._counted(terms)[at]
        sizes = np.maximum(np.frombuffer(fewest, dtype=np.int32)[at], common)
        shares: _Shares = 2 * common / np.maximum(count + sizes, 1)
        return shares

    def _soon(self, asked: BaseAsked, at: _Places) -> tuple[_Flags, _Flags]:
        """Those that were reported first in the same days, and those that have an act of its day."""
        day = asked.mention.date
        days = self._having([] if day is None else [of_day(day), ANY_DAY], at)
        if asked.when is None:
            return np.zeros(len(days), dtype=bool), days
        age = np.abs(_microseconds(asked.when) - np.frombuffer(self._since, dtype=np.int64)[at])
        return age <= weights().register.same_days // _MICROSECOND, days

    def _of_fields(self, asked: BaseAsked, at: _Places, likely: _Flags) -> tuple[_Flags, _Flags]:
        """Which are for the same, and which for something else."""
        numbers = np.frombuffer(self._field_numbers, dtype=np.int32)[at]
        one, other = np.zeros(len(self._fields), dtype=bool), np.zeros(len(self._fields), dtype=bool)
        known = list(self._fields)
        for number in np.unique(numbers[likely]).tolist():
            one[number] = of_one_field(asked.fields, known[number])
            other[number] = of_other_field(asked.fields, known[number])
        return one[numbers], other[numbers]

    def _teaching_otherwise(self, asked: BaseAsked, at: _Places) -> _Flags:
        """Where one studies and the other teaches."""
        teaching: _Flags = np.frombuffer(self._teaches, dtype=np.int8)[at] != 0
        laboratory, mine = "laboratory", asked.mention.kind
        if mine == laboratory and self._kind != laboratory and not asked.teaches:
            return teaching
        if asked.teaches and self._kind == laboratory and mine != laboratory:
            return ~teaching
        return np.zeros(len(teaching), dtype=bool)

    def _doubtful(
        self, asked: BaseAsked, at: _Places, soon: _Flags, meeting: _Flags, one_field: _Flags
    ) -> _Flags:
        """Those that would begin a second time, or of which another event of these days tells."""
        found = np.zeros(len(soon), dtype=bool)
        if not asked.mention.is_new or asked.when is None:
            return found
        since = np.frombuffer(self._since, dtype=np.int64)[at]
        no_further = asked.stage <= np.frombuffer(self._stages, dtype=np.int8)[at]
        if not asked.looks_back:
            old = _microseconds(asked.when) - since > weights().register.opened_anew // _MICROSECOND
            found |= old & (~meeting | ~one_field if asked.says_only_what else ~meeting)
        if asked.names_only_parties:
            found |= soon & self._having([named_in(asked.lang)], at)
        return found & no_further

    def _meeting(self, cities: Iterable[str]) -> _Flags:
        """Those that lie in a city or near it."""
        near: set[str] = set()
        for city in cities:
            if city not in self._near:
                self._near[city] = {known for known in self._cities if meet([city], [known])}
            near |= self._near[city]
        return self._having(CITY + city for city in near)

    def _having(self, terms: Iterable[str], at: _Places | None = None) -> _Flags:
        """Those at some places, else all, that have any of some things."""
        found = np.zeros(len(self._numbers), dtype=bool)
        for term in terms:
            held = self._held(term)
            if held is not None:
                found[held] = True
        return found if at is None else found[at]

    def _counted(self, terms: Iterable[str]) -> NDArray[np.int64]:
        """How many of some things each has."""
        held = [np.atleast_1d(places) for term in terms if (places := self._held(term)) is not None]
        if not held:
            return np.zeros(len(self._numbers), dtype=np.int64)
        return np.bincount(np.concatenate(held), minlength=len(self._numbers))

    def _held(self, term: str) -> int | NDArray[np.int32] | None:
        number = self._terms.get(term)
        if number is None:
            return None
        held = self._places[number]
        return held if isinstance(held, int) else np.frombuffer(held, dtype=np.int32)

    def _number_of(self, term: str) -> int:
        number = self._terms.setdefault(term, len(self._places))
        if number == len(self._places):
            self._places.append(_NOTHING)
        return number

    def _hold(self, term: int, place: int) -> None:
        held = self._places[term]
        if isinstance(held, int):
            self._places[term] = array("i", (held, place))
        elif held:
            held.append(place)
        else:
            self._places[term] = place

    def _leave(self, term: int, place: int) -> None:
        held = self._places[term]
        if isinstance(held, int):
            self._places[term] = _NOTHING
            return
        places = np.frombuffer(held, dtype=np.int32)
        self._places[term] = array("i", places[places != place].tobytes())

    def _sizes(self, lang: str) -> array[int]:
        """By place the size of the shortest name in a language."""
        found = self._shortest.setdefault(lang, array("i"))
        if len(found) < len(self._numbers):
            found.extend([_NO_NAME] * (len(self._numbers) - len(found)))
        return found

    def _new_place(self) -> int:
        for column in (self._numbers, self._field_numbers, self._since, self._stages, self._teaches):
            column.append(0)
        self._fewest_anchors.append(0)
        return len(self._numbers) - 1


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _is_compared_alike(a: KnownBase, b: KnownBase) -> bool:
    """Whether a base is found by the same things as before."""
    if (a.stage, a.cities, a.countries, a.fields, a.since, a.english) != (
        b.stage, b.cities, b.countries, b.fields, b.since, b.english,
    ):  # fmt: skip
        return False
    return set(a.names) == set(b.names) and _few(a.days) == _few(b.days)


def _few(days: Collection[date]) -> frozenset[date] | None:
    return frozenset(days) if len(days) <= MOST_DAYS else None
