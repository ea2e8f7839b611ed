"""Matchers of packaged terms, whose keys were worked out before (`make parsed`) and whose patterns are made when they are found.

To put ten thousand spellings into normal form takes a tenth of a second, and of their patterns few are ever found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from crawler.judging.text.matching import Matcher, patterns_by_key
from crawler.judging.text.normal import is_as_packaged
from crawler.judging.text.terms import REFERENCE, Pattern, pattern
from crawler.model import TermSet
from crawler.runtime.data_tables import table

_Row = tuple[str, str, str]
"""One spelling: the name of its set, its language, and how it is written."""


class PackedTerms:
    """Some packaged sets without exceptions, whose keys are packaged too.

    Args:
        name: of the file, ``parsed/NAME.json``.
        sets: the sets.
        proper: those of names, which begin with a capital.
    """

    def __init__(self, name: str, sets: Iterable[TermSet], proper: Iterable[str] = ()) -> None:
        self._name = name
        self._proper = frozenset(proper)
        self._rows: list[_Row] = [
            (term_set.name, lang, spelling)
            for term_set in sets
            for lang, spellings in term_set.spellings.items()
            for spelling in spellings
            if not (spelling.startswith("$") and REFERENCE.match(spelling))
        ]
        self._made: dict[int, Pattern | None] = {}

    def matcher(self) -> Matcher:
        """Finds the terms: as a `Matcher` of their patterns does."""
        packed = self._packed() or self.packed()
        rows: Sequence[int | list[int]] = packed["rows"]
        return Matcher.of_keys(packed["keys"].split("\n"), lambda key: self._patterns(rows[key]))

    def packed(self) -> dict[str, Any]:
        """What the file holds: the keys, for each of them the numbers of its spellings, and of which spellings they are."""
        numbers = {p: number for number in range(len(self._rows)) if (p := self._pattern(number)) is not None}
        by_key = patterns_by_key(numbers)
        of = [
            numbers[same] if isinstance(same, Pattern) else [numbers[p] for p in same]
            for same in by_key.values()
        ]
        return {"of": self._checksum(), "keys": "\n".join(by_key), "rows": of}

    def _packed(self) -> dict[str, Any] | None:
        """What is packaged; None where there is nothing, or of other spellings, or other weights are in force."""
        if not is_as_packaged():
            return None
        try:
            found: dict[str, Any] = table(f"parsed/{self._name}.json")
        except OSError:
            return None
        return found if found["of"] == self._checksum() else None

    def _checksum(self) -> int:
        return crc32("\n".join("\t".join(row) for row in self._rows).encode())

    def _patterns(self, row: int | list[int]) -> tuple[Pattern, ...]:
        numbers = row if isinstance(row, list) else [row]
        return tuple(p for number in numbers if (p := self._pattern(number)) is not None)

    def _pattern(self, number: int) -> Pattern | None:
        """The pattern of a spelling: one, whatever languages it is found in."""
        if number not in self._made:
            name, lang, spelling = self._rows[number]
            self._made[number] = pattern(name, lang, spelling, proper=name in self._proper)
        return self._made[number]
