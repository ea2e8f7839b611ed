"""How many stories of each day have an anchor or a word: what is common says little."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date

_OfDays = tuple[tuple[int, int], ...]
"""Days, by their ordinals, each with a number of stories."""


Having = tuple[int, int]
"""How many stories have a name: of the days before, and of the day itself."""
NOWHERE: Having = (0, 0)


class DayCounts:
    """How many stories of each day have a name.

    Kept by name and not by day, since rarities ask for one name on several days, and most names are of one or two.
    """

    def __init__(self) -> None:
        self._of: dict[str, _OfDays] = {}

    def add(self, names: Iterable[str], day: date) -> None:
        """One story more of a day has these names."""
        number = day.toordinal()
        # Most names are new, and those of one story share what is kept of them.
        alone = ((number, 1),)
        of = self._of
        for name in names:
            known = of.get(name)
            of[name] = alone if known is None else _changed(known, number, 1)

    def take(self, names: Iterable[str], day: date) -> None:
        """One story less of a day has these names; what none has stays so."""
        number = day.toordinal()
        for name in names:
            known = self._of.get(name)
            if known is not None and any(other == number and count > 0 for other, count in known):
                self._of[name] = _changed(known, number, -1)

    def forget(self, within: Collection[date]) -> None:
        """Leave out all other days."""
        kept = {day.toordinal() for day in within}
        left = ((name, tuple(one for one in known if one[0] in kept)) for name, known in self._of.items())
        self._of = {name: known for name, known in left if known}

    def of_days(self, day: date, back: int) -> Callable[[str], Having]:
        """What tells for a name how many stories have it: of so many days before a day, and of the day itself.

        It tells what has been counted until it is asked, but nothing of what came after days were forgotten.
        """
        last = day.toordinal()
        first = last - back
        known = self._of.get

        def having(name: str) -> Having:
            found = known(name)
            if found is None:
                return NOWHERE
            before = today = 0
            for number, count in found:
                if number == last:
                    today = count
                elif first <= number < last:
                    before += count
            return before, today

        return having


def _changed(known: _OfDays, day: int, by: int) -> _OfDays:
    """Numbers of stories, with that of a day changed."""
    if any(other == day for other, _ in known):
        return tuple((other, count + by if other == day else count) for other, count in known)
    return (*known, (day, by))
