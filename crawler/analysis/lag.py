"""Lag: who reported an event first, how long others took, and where there is silence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Lag:
    """One story: its first report, hours until each language and country followed, and which of those watched are silent."""

    story: int
    title: str
    first_when: datetime
    first_lang: str
    first_country: str | None
    first_outlet: str
    reports: int
    languages: dict[str, float]
    countries: dict[str, float]
    silent: tuple[str, ...]
    silent_countries: tuple[str, ...]

    def delays(self) -> str:
        """The hours by language in one line, the fastest first."""
        return ", ".join(f"{lang} {hours:g}" for lang, hours in self.languages.items())

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Over many stories: for each language and country how often it reported, was first and was silent, and its median delay."""

    languages: list[dict[str, Any]]
    countries: list[dict[str, Any]]


def lag_of(story: int, rows: Sequence[Any], languages: Sequence[str], countries: Sequence[str]) -> Lag:
    """The lag of one story.

    Args:
        story: its id.
        rows: its articles.
        languages: the languages that are watched.
        countries: the countries whose sources are watched.
    """
    ordered = sorted(rows, key=lambda r: (r.when, r.id))
    first = ordered[0]

    def delays(name: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for row in ordered:
            code = getattr(row, name)
            if code:
                # Reports are in order: the first of each language or country is its delay.
                found.setdefault(code, round((row.when - first.when).total_seconds() / 3600, 1))
        return found

    by_language = delays("lang")
    by_country = delays("country")
    return Lag(
        story=story,
        title=first.title,
        first_when=first.when,
        first_lang=first.lang,
        first_country=first.country,
        first_outlet=first.outlet or first.source,
        reports=len(rows),
        languages=by_language,
        countries=by_country,
        silent=tuple(x for x in languages if x not in by_language),
        silent_countries=tuple(x for x in countries if x not in by_country),
    )


def matrix(lags: Iterable[Lag]) -> Matrix:
    """What many lags say together."""
    lags = list(lags)
    return Matrix(
        _summed(lags, "languages", "silent", "first_lang"),
        _summed(lags, "countries", "silent_countries", "first_country"),
    )


def _summed(lags: Sequence[Lag], reported: str, silent: str, first: str) -> list[dict[str, Any]]:
    codes = sorted({c for x in lags for c in (*getattr(x, reported), *getattr(x, silent))})
    rows = []
    for code in codes:
        delays = [getattr(x, reported)[code] for x in lags if code in getattr(x, reported)]
        rows.append(
            {
                "code": code,
                "stories": len(delays),
                "first": sum(getattr(x, first) == code for x in lags),
                "median_hours": round(median(delays), 1) if delays else None,
                "silent": sum(code in getattr(x, silent) for x in lags),
            }
        )
    return rows
