"""Between whom the cooperation is that a desk watches: our side and theirs, as plain values.

Every country is an ISO 3166-1 code, every region a code of UN M.49 ("002" is Africa), every group of countries the short name
that it goes by (``ASEAN``). What they contain is looked up in `crawler.judging.territories`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

_OF_CHINA = ("HK", "MO")
_MOST_SHOWN = 3


@dataclass(frozen=True)
class Party:
    """One side.

    Args:
        codes: what was named: countries, regions, groups; the first one stands for the side.
        countries: the codes of all countries that they hold.
    """

    codes: tuple[str, ...]
    countries: frozenset[str]

    @property
    def head(self) -> str:
        """The code by which the side is called: ``CN`` of China with Hong Kong and Macao, ``ASEAN``."""
        return self.codes[0]

    @property
    def shown(self) -> tuple[str, ...]:
        """The codes by which people are told of the side: Hong Kong and Macao are of China, and of many only the first is told."""
        own = tuple(c for c in self.codes if c not in _OF_CHINA) if "CN" in self.codes else self.codes
        return own if len(own) <= _MOST_SHOWN else own[:1]

    @property
    def is_group(self) -> bool:
        """Whether the side is called by the name of a group or region, and not of one country."""
        return self.head not in self.countries

    @property
    def wholes(self) -> tuple[str, ...]:
        """The groups and regions that were named."""
        return tuple(code for code in self.codes if code not in self.countries)


@dataclass(frozen=True)
class Parties:
    """Both sides: news is of their cooperation. ``ours`` is the one that all news is about, as China is for the shipped desk."""

    ours: Party
    theirs: Party

    def __hash__(self) -> int:
        # Asked for with each look at what is remembered of two reports; that of a data class takes both sides apart.
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.ours, self.theirs))

    def __reduce__(self) -> tuple[type[Parties], tuple[Party, Party]]:
        # Without what was worked out: a process that was begun anew has other hashes of the same texts.
        return type(self), (self.ours, self.theirs)

    @cached_property
    def all(self) -> frozenset[str]:
        """The codes of the countries of both sides."""
        return self.ours.countries | self.theirs.countries

    @cached_property
    def is_default(self) -> bool:
        """Whether they are those of the shipped configuration."""
        return self == CHINA_ASEAN

    @property
    def sides(self) -> tuple[Party, Party]:
        """Both, ours first."""
        return self.ours, self.theirs

    @property
    def whole(self) -> str:
        """The group that stands for any country of their side where countries are asked for; empty where it is none."""
        return self.theirs.head if self.theirs.is_group else ""

    @property
    def wholes(self) -> frozenset[str]:
        """The groups and regions on both sides."""
        return frozenset(self.ours.wholes + self.theirs.wholes)

    @cached_property
    def home(self) -> str:
        """The country that stands for our side, where it is one; else the code of the group."""
        return self.ours.head

    def in_order(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Codes in the order in which people see them: who stands for our side first, then by the alphabet."""
        return tuple(sorted(codes, key=lambda code: (code != self.ours.head, code)))

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The countries that lists offer: who stands for our side, or its countries where that is a group, then theirs."""
        own = sorted(self.ours.countries) if self.ours.is_group else [self.ours.head]
        return (*own, *sorted(self.theirs.countries - set(own)))


CHINA_ASEAN = Parties(
    Party(("CN", "HK", "MO"), frozenset({"CN", "HK", "MO"})),
    # Timor-Leste since October 2025 (ASEAN Secretariat).
    Party(("ASEAN",), frozenset({"BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN"})),
)
"""The parties of the shipped configuration: what holds where a configuration says nothing."""
