"""What is known of where a date was written: the moment of asking, the country, the language, the zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import Locale, UnknownLocaleError

from crawler.parsing.dates.names import facts
from crawler.runtime.zones import zones_of_countries

Order = Literal["dmy", "mdy", "ymd"]
_ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")


EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Before there were news on the web, a date is one that is not set."""


@dataclass(frozen=True, slots=True)
class DateContext:
    """What a date is read against.

    Attributes:
        asked: the moment of asking, in UTC; nothing was published after it.
        country: the country (ISO 3166-1) that the dates are written in, as far as it is known.
        lang: the language that they are written in.
        zone: the zone (IANA) of dates that name none; None: UTC is assumed.
        order: the order of day, month and year that is the custom there.
        is_list: whether they stand on a list page as people read it: then a day without a year is the latest such day, and
            distances count ("5 jam lalu").
        is_polled: whether they are those of a feed or sitemap, whose newest items are mostly new.
        earliest: the moment before which a date is one that is not set.
    """

    asked: datetime
    country: str | None = None
    lang: str | None = None
    zone: str | None = None
    order: Order | None = None
    is_list: bool = False
    is_polled: bool = False
    earliest: datetime = EARLIEST

    @property
    def timezone(self) -> tzinfo | None:
        """The zone of dates that name none."""
        return zone_named(self.zone) if self.zone else None

    @property
    def zones(self) -> tuple[tzinfo, ...]:
        """All zones that its clocks may show: the known one, else those of its country."""
        if self.timezone is not None:
            return (self.timezone,)
        names: Sequence[str] = zones_of_countries().get(self.country or "", ())
        return tuple(zone for name in names if (zone := zone_named(name)) is not None)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where dates come from, as far as an operator set it, and the address that they were fetched from."""

    url: str | None = None
    lang: str | None = None
    country: str | None = None
    timezone: str | None = None

    def context(self, asked: datetime, *, claimed: str | None = None, is_list: bool = False) -> DateContext:
        """What is known of the dates of this origin.

        Each thing that was not set is derived from what was, where that is unambiguous: the country from the address or
        the language, the zone from the country. English says nothing of a country.

        Args:
            asked: the moment of asking.
            claimed: the language that the answer claims; it counts only where nothing else is known, for it is often wrong.
            is_list: whether they stand on a list page.
        """
        lang = _primary(self.lang) or _primary(claimed)
        country = self.country if self.country in _countries() else None
        country = country or (_country_of_address(self.url) if self.url else None)
        country = country or (facts()["country_of_language"].get(lang) if lang else None)
        order = _order_of(country, lang) or _order_of_tag(claimed)
        return DateContext(asked, country, lang, self.timezone or _zone_of(country), order, is_list)


def _primary(lang: str | None) -> str | None:
    return lang.replace("_", "-").partition("-")[0].strip().lower() or None if lang else None


@cache
def _countries() -> frozenset[str]:
    return frozenset(zones_of_countries())


@cache
def _zone_of(country: str | None) -> str | None:
    if country is None:
        return None
    known: str | None = facts()["zone_of_country"].get(country)
    zones: Sequence[str] = zones_of_countries().get(country, ())
    return known or (zones[0] if len(zones) == 1 else None)


def _country_of_address(url: str) -> str | None:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    end = host.rpartition(".")[2]
    if end not in facts()["country_of_domain"]:
        return None
    return "GB" if end == "uk" else end.upper()


def _order_of(country: str | None, lang: str | None) -> Order | None:
    """The custom of the country; Chinese and its neighbours write the year first, in English they keep to no custom."""
    found: Order | None = facts()["order_of_country"].get(country) if country else None
    own: Order | None = facts()["order_of_language"].get(lang) if lang else None
    if found == "ymd" and own != "ymd":
        return own
    return found or own


@cache
def _order_of_tag(tag: str | None) -> Order | None:
    """The custom of a language as a page claims it (``de``, ``en-GB``), by CLDR's short dates.

    English alone says nothing, and ``en-US`` little more: it is what templates come with.
    """
    try:
        locale = Locale.parse((tag or "").replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None
    if locale.language == "en" and locale.territory in (None, "US"):
        return None
    letters = [c for c in locale.date_formats["short"].pattern.lower() if c in "dmy"]
    found = "".join(dict.fromkeys(letters))
    return next((order for order in _ORDERS if order == found), None)


@cache
def zone_named(name: str) -> tzinfo | None:
    """A zone by its IANA name in any case; None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    proper = "/".join("_".join(_capital(p) for p in part.split("_")) for part in name.split("/"))
    try:
        return ZoneInfo(proper.replace("Etc/Gmt", "Etc/GMT").replace("Etc/Utc", "Etc/UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _capital(word: str) -> str:
    return word if word in ("of", "es", "au") else word.capitalize()
