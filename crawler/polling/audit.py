"""What each source is worth: what it brought over a time, what is wrong with it, and what to do about it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from crawler.model import Length, Phrase
from crawler.polling.coverage import SourceProblem, problems_of
from crawler.polling.state import SourceState
from crawler.polling.weights import AuditWeights, weights

_HOURS = (1, 2, 3, 6, 12, 24)
"""Intervals that are proposed."""
_DEAD = ("gone", "given up", "failing")


class AuditVerdict(StrEnum):
    """What a source is by its audit; those that need an act first."""

    DEAD = "dead"
    MOVED = "moved"
    DUPLICATED = "duplicated"
    SILENT = "silent"
    IDLE = "nothing relevant"
    NOISY = "noisy"
    LATE = "late"
    FAILING = "failing"
    NEW = "too new"
    PAUSED = "paused"
    WELL = "well"


class SourceAct(StrEnum):
    """What to do about a source."""

    KEEP = "keep"
    WAIT = "wait"
    MOVE = "move"
    REMOVE = "remove"
    REPLACE = "replace"
    SLOW_DOWN = "slow down"


@dataclass(frozen=True, slots=True)
class SourceYield:
    """What a source brought over a time.

    Attributes:
        entries: items that it listed, each address once.
        elsewhere: those of them that another source had listed before.
        articles: articles that it brought first; ``relevant`` and ``copies`` of other sources' articles among them.
        stories: stories that it reported; ``shared`` those that other sources reported too, ``firsts`` those of them, and of its
            own, that it reported first.
        lags: seconds by which its first report of each shared story came after the first one of all.
        topics: that its articles match.
        alerts: raised on its articles.
        requests: polls and fetched pages.
        overlaps: for other sources the number of its items that they listed too.
    """

    source: str
    entries: int = 0
    elsewhere: int = 0
    articles: int = 0
    relevant: int = 0
    copies: int = 0
    stories: int = 0
    shared: int = 0
    firsts: int = 0
    lags: tuple[float, ...] = ()
    topics: tuple[str, ...] = ()
    alerts: int = 0
    requests: int = 0
    overlaps: Mapping[str, int] = field(default_factory=dict)

    @property
    def duplicated(self) -> float:
        """The share of its items that another source brought first or that repeat another's article, 0..1."""
        return min(1.0, (self.elsewhere + self.copies) / self.entries) if self.entries else 0.0

    @property
    def lag(self) -> float | None:
        """The median of its lags, in seconds."""
        return median(self.lags) if self.lags else None

    @property
    def cost(self) -> float | None:
        """Requests for each relevant article; None where there is none."""
        return self.requests / self.relevant if self.relevant else None


@dataclass(frozen=True, slots=True)
class SourceAudit:
    """The audit of one source.

    Attributes:
        found: what it brought.
        verdict: what it is; ``why`` in words, ``since`` when, where that is known.
        act: what to do; ``target`` is the address, source or interval that the act needs.
        replacements: names of sources that could take its place.
    """

    found: SourceYield
    verdict: AuditVerdict
    why: Phrase | None = None
    since: datetime | None = None
    act: SourceAct = SourceAct.KEEP
    target: str | None = None
    replacements: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The source's name."""
        return self.found.source


def rank(audits: Iterable[SourceAudit]) -> list[SourceAudit]:
    """The audits by what the sources brought, the best first: first reports, relevant articles, alerts, articles."""
    return sorted(
        audits,
        key=lambda a: (-a.found.firsts, -a.found.relevant, -a.found.alerts, -a.found.articles, a.name),
    )


def audit_of(
    found: SourceYield,
    state: SourceState,
    others: Mapping[str, SourceYield],
    now: datetime,
    *,
    enabled: bool = True,
) -> SourceAudit:
    """The audit of one source; what weighs most decides.

    Args:
        found: what it brought.
        state: what polling knows of it.
        others: what the sources beside it brought that are asked and answer, by name.
        now: the present moment.
        enabled: whether it is asked.
    """
    if not enabled:
        return SourceAudit(found, AuditVerdict.PAUSED)
    weigh = weights().audit
    return (
        _by_state(found, state, now)
        or _duplicated(found, others, weigh)
        or _expensive(found, state, weigh)
        or _late(found, weigh)
        or SourceAudit(found, AuditVerdict.WELL)
    )


def _by_state(found: SourceYield, state: SourceState, now: datetime) -> SourceAudit | None:
    """What polling says of a source, whatever it brought; None where it is asked and answers as it should."""
    weigh = weights().audit
    if state.polled is None:
        return SourceAudit(found, AuditVerdict.NEW, Phrase("not asked yet"), act=SourceAct.WAIT)
    problems = {p.kind: p for p in problems_of(state, now)}
    if (failing := next((problems[k] for k in _DEAD if k in problems), None)) is not None:
        return _failing(found, failing, now)
    if "moved" in problems:
        why = problems["moved"].message
        return SourceAudit(found, AuditVerdict.MOVED, _phrase(why), act=SourceAct.MOVE, target=state.address)
    if state.since is None or now - state.since < weigh.watched:
        why = Phrase("watched for less than %(length)s", length=Length(weigh.watched.total_seconds()))
        return SourceAudit(found, AuditVerdict.NEW, why, act=SourceAct.WAIT)
    if "silent" in problems:
        silent = problems["silent"]
        return SourceAudit(
            found, AuditVerdict.SILENT, _phrase(silent.message), silent.since, SourceAct.REPLACE
        )
    return None


def _phrase(text: str) -> Phrase:
    return text if isinstance(text, Phrase) else Phrase(text)


def _failing(found: SourceYield, problem: SourceProblem, now: datetime) -> SourceAudit:
    lasts = now - problem.since if problem.since else timedelta(0)
    why = _phrase(problem.message)
    if problem.kind == "failing" and lasts < weights().audit.dead_after:
        return SourceAudit(found, AuditVerdict.FAILING, why, problem.since, SourceAct.WAIT)
    return SourceAudit(found, AuditVerdict.DEAD, why, problem.since, SourceAct.REPLACE)


def _duplicated(
    found: SourceYield, others: Mapping[str, SourceYield], weigh: AuditWeights
) -> SourceAudit | None:
    """Where other sources list nearly all that it does: first of all one of them alone."""
    if found.entries < weigh.least_entries:
        return None
    for name, both in sorted(found.overlaps.items(), key=lambda pair: (-pair[1], pair[0])):
        other = others.get(name)
        if (
            other is None
            or both < weigh.duplicated * found.entries
            or not _gives_way(found, other, both, weigh)
        ):
            continue
        why = Phrase(
            "%(share)s of what it lists %(other)s lists too", share=f"{both / found.entries:.0%}", other=name
        )
        return SourceAudit(found, AuditVerdict.DUPLICATED, why, act=SourceAct.REMOVE, target=name)
    if found.duplicated >= weigh.duplicated and found.firsts == 0:
        why = Phrase(
            "other sources bring %(share)s of its items before it, or the same articles",
            share=f"{found.duplicated:.0%}",
        )
        return SourceAudit(found, AuditVerdict.DUPLICATED, why, act=SourceAct.REMOVE)
    return None


def _gives_way(found: SourceYield, other: SourceYield, both: int, weigh: AuditWeights) -> bool:
    """Whether of two sources with the same items this one goes: the smaller one, of equals the one that is later."""
    if both < weigh.duplicated * other.entries:
        return True
    return (found.firsts, -found.elsewhere, found.entries, other.source) < (
        other.firsts,
        -other.elsewhere,
        other.entries,
        found.source,
    )


def _expensive(found: SourceYield, state: SourceState, weigh: AuditWeights) -> SourceAudit | None:
    if found.requests < weigh.costly:
        return None
    if found.relevant == 0:
        why = Phrase("%(count)s requests, and no relevant article", count=found.requests)
        # Not removed: of a country that is seldom in the news it may be the only one.
        return SourceAudit(found, AuditVerdict.IDLE, why, act=SourceAct.SLOW_DOWN, target=f"{_HOURS[-2]}h")
    cost = found.requests / found.relevant
    if cost < weigh.costly:
        return None
    why = Phrase("%(count)s requests for each relevant article", count=round(cost))
    wanted = math.ceil(max(state.interval, 60.0) * cost / weigh.costly / 3600)
    hours = next((h for h in _HOURS if h >= wanted), _HOURS[-1])
    return SourceAudit(found, AuditVerdict.NOISY, why, act=SourceAct.SLOW_DOWN, target=f"{hours}h")


def _late(found: SourceYield, weigh: AuditWeights) -> SourceAudit | None:
    lag = found.lag
    if lag is None or len(found.lags) < weigh.least_shared or lag < weigh.late.total_seconds():
        return None
    why = Phrase("half of its reports come %(length)s or more after the first one", length=Length(lag))
    return SourceAudit(found, AuditVerdict.LATE, why)


def audit_all(
    found: Sequence[SourceYield],
    states: Mapping[str, SourceState],
    now: datetime,
    paused: Iterable[str] = (),
) -> list[SourceAudit]:
    """The audits of all sources, ranked.

    Of sources that list the same one stays: none is to be removed for another one that is to be removed itself.

    Args:
        found: what each brought.
        states: what polling knows of them.
        now: the present moment.
        paused: names of those that are not asked.
    """
    off = set(paused)
    usable = {
        y.source: y
        for y in found
        if y.source not in off and (s := states.get(y.source)) is not None and s.failing_since is None
    }
    audits = []
    # The smallest first: what a larger one holds too goes before the larger one is judged.
    for one in sorted(found, key=lambda y: (y.entries, y.firsts, y.source)):
        state = states.get(one.source) or SourceState(one.source)
        # What it overlaps with never is itself, so that it need not be taken out.
        audit = audit_of(one, state, usable, now, enabled=one.source not in off)
        if audit.act is SourceAct.REMOVE:
            usable.pop(one.source, None)
        audits.append(audit)
    return rank(audits)
