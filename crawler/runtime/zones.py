"""The time zones of countries, as CLDR has them."""

from __future__ import annotations

from functools import cache

from crawler.runtime.data_tables import table


@cache
def zones_of_countries() -> dict[str, list[str]]:
    """The IANA names of each country's zones, by code (ISO 3166-1); as they are packaged, for Babel reads much more with them."""
    found: dict[str, list[str]] = table("parsed/zones.json")
    return found
