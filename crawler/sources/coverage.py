"""The ledger of coverage: what was expected, seen and lost of each source, language and country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from crawler.config.settings import Settings, Source
from crawler.polling.coverage import Coverage, coverage_of, grouped
from crawler.polling.state import SourceState
from crawler.store.sources import load_gaps, load_states, lost_by_source


@dataclass(frozen=True, slots=True)
class Ledger:
    """The accounts of enabled sources, by source, language and country, with what they were made of."""

    sources: Sequence[Coverage]
    languages: Sequence[Coverage]
    countries: Sequence[Coverage]
    states: Mapping[str, SourceState]
    gaps: Sequence[Any]
    lost: Mapping[str, float]

    @property
    def total(self) -> Coverage:
        """All sources together."""
        own = self.sources
        return Coverage(
            "all", sum(a.expected for a in own), sum(a.seen for a in own), sum(a.lost for a in own)
        )


def ledger(connection: Connection, settings: Settings, now: datetime, span: timedelta) -> Ledger:
    """The accounts over the last ``span``."""
    states = load_states(connection)
    gaps = load_gaps(connection, now - span)
    lost = lost_by_source(gaps)
    enabled = [s for s in settings.sources if s.enabled]
    accounts = [
        coverage_of(states.get(s.name) or SourceState(s.name), lost.get(s.name, 0.0), now, span)
        for s in enabled
    ]
    languages = grouped(accounts, _groups(enabled, "lang"), now, "language")
    countries = grouped(accounts, _groups(enabled, "country"), now, "country")
    return Ledger(accounts, languages, countries, states, gaps, lost)


def _groups(sources: Sequence[Source], key: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source in sources:
        if value := getattr(source, key):
            found.setdefault(value, []).append(source.name)
    return found
