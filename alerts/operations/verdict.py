"""The verdict on the service in one sentence, with what is wrong and what to do about it: the same for the console and the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from alerts.digests.wording import N_
from alerts.operations.incidents import SPAN, find_troubles
from alerts.operations.progress import LONGEST_UNSELECTED, last_selected
from alerts.operations.remedies import ServiceMatter, clauses_on, matter_of
from crawler.config.settings import Settings, Source
from crawler.model import Length, Phrase
from crawler.polling.coverage import Coverage, SourceProblem, problems_of
from crawler.polling.standing import OVERDUE, SourceStanding, standing_of
from crawler.polling.state import SourceState
from crawler.sources.coverage import Ledger, ledger
from crawler.store import Store, backups, waiting
from crawler.store.schema import deliveries

NAMED = 5
"""Sources in one kind of trouble that are named each with its own trouble; more are counted together."""
_BAD = (SourceStanding.FAILING, SourceStanding.SILENT, SourceStanding.LATE)


@dataclass(frozen=True, slots=True)
class ServiceVerdict:
    """How the service is.

    Attributes:
        is_well: whether nothing is wrong.
        clauses: the verdict in words, one statement each.
        matters: what is wrong, the worst first.
        counts: how many sources stand how.
        lost: reports that slipped out of feeds in the last seven days, by estimate.
        last_sent: when the last message went out.
        last_backup: when the last good copy of the store was made.
        states: what is known of each source.
        entries: which entries wait, for which source and reason.
    """

    is_well: bool
    clauses: tuple[Phrase, ...]
    matters: tuple[ServiceMatter, ...]
    counts: Mapping[SourceStanding, int]
    lost: int
    last_sent: datetime | None
    last_backup: datetime | None
    states: Mapping[str, SourceState]
    entries: Sequence[waiting.Count]


def verdict_on(
    connection: Connection,
    store: Store,
    settings: Settings,
    now: datetime,
    problem: str | None = None,
    restart: Sequence[str] = (),
) -> ServiceVerdict:
    """The verdict at a moment; the arguments are those of `find_troubles`."""
    found = ledger(connection, settings, now, SPAN)
    stands = standings(settings.sources, found.states, now, found.sources)
    counts = Counter(stand for stand, _ in stands.values())
    idle = _idle(connection, counts, now)
    matters = [*idle, *_of_sources(stands, is_idle=bool(idle))]
    troubles = [
        trouble
        for trouble in find_troubles(connection, store, settings, now, problem, restart, found)
        # Told above in other words; and where nothing is asked, all languages are silent.
        if trouble.kind != "standstill"
        and not (trouble.kind == "coverage" and (idle or trouble.about == "sources"))
    ]
    matters += map(matter_of, troubles)
    lost = round(sum(account.lost for account in found.sources))
    entries = waiting.counts(connection)
    waits = [*_waiting_entries(entries), *_waiting_messages(connection, now)]
    clauses = (
        *(m.message for m in idle),
        *_clauses_on_sources(counts),
        _clause_on_losses(found, lost),
        *(waits or [Phrase("nothing waits")]),
        *clauses_on(troubles),
    )
    last_sent = connection.scalar(select(func.max(deliveries.c.sent)))
    last_backup = backups.state(connection).last
    return ServiceVerdict(
        not matters, clauses, tuple(matters), counts, lost, last_sent, last_backup, found.states, entries
    )


def standings(
    sources: Iterable[Source],
    states: Mapping[str, SourceState],
    now: datetime,
    accounts: Iterable[Coverage] = (),
) -> dict[str, tuple[SourceStanding, tuple[SourceProblem, ...]]]:
    """How each source stands, with its problems. Paused ones have none.

    Args:
        sources: the sources.
        states: what is known of each.
        now: the present moment.
        accounts: of the ledger, where there is one: it has the problems already.
    """
    known = {account.name: account.problems for account in accounts}
    found = {}
    for source in sources:
        state = states.get(source.name) or SourceState(source.name)
        problems: tuple[SourceProblem, ...] = ()
        if source.enabled:
            problems = known[source.name] if source.name in known else problems_of(state, now)
        found[source.name] = standing_of(state, problems, now, enabled=source.enabled), problems
    return found


def _idle(connection: Connection, counts: Mapping[SourceStanding, int], now: datetime) -> list[ServiceMatter]:
    """That no service runs, if that is so."""
    selected = last_selected(connection)
    if selected is None:
        # None ever ran. Whoever asks by `aseanwatch crawl` now and then has sources that are on time.
        asked = counts.get(SourceStanding.ON_TIME, 0) + counts.get(SourceStanding.NEW, 0)
        if asked or not counts.get(SourceStanding.LATE):
            return []
        message = Phrase("no service runs: nothing is asked by itself")
        advice = Phrase("start it: aseanwatch run; or ask all sources once: aseanwatch crawl")
    elif now - selected <= LONGEST_UNSELECTED:
        return []
    else:
        message = Phrase(
            "no service has run for %(length)s: nothing is asked and nobody is told any news",
            length=Length((now - selected).total_seconds()),
        )
        advice = Phrase("start it: aseanwatch run; if it runs, its log says what holds it up")
    return [ServiceMatter("standstill", "service", message, advice, "")]


def _clauses_on_sources(counts: Mapping[SourceStanding, int]) -> Iterator[Phrase]:
    watched = sum(n for stand, n in counts.items() if stand is not SourceStanding.PAUSED)
    texts = {
        SourceStanding.FAILING: N_("%(count)s of %(all)s sources failing"),
        SourceStanding.SILENT: N_("%(count)s of %(all)s sources silent"),
        SourceStanding.LATE: N_("%(count)s of %(all)s sources late"),
        SourceStanding.NEW: N_("%(count)s of %(all)s sources not asked yet"),
    }
    found = [
        Phrase(text, count=counts[stand], all=watched) for stand, text in texts.items() if counts.get(stand)
    ]
    if not found and watched:
        found = [_counted(N_("the only source is on time"), N_("all %(count)s sources on time"), watched)]
    if paused := counts.get(SourceStanding.PAUSED):
        found.append(Phrase("%(count)s paused", count=paused))
    yield from found or [Phrase("no source is watched yet")]


def _clause_on_losses(found: Ledger, lost: int) -> Phrase:
    if not lost:
        return Phrase("nothing lost")
    one, many = N_("about %(count)s report lost in 7 days"), N_("about %(count)s reports lost in 7 days")
    return _counted(one, many, lost)


def _counted(one: str, many: str, count: int) -> Phrase:
    """A phrase with a number. Of the frame's languages only English has a plural."""
    return Phrase(one if count == 1 else many, count=count)


def _of_sources(
    stands: Mapping[str, tuple[SourceStanding, tuple[SourceProblem, ...]]], *, is_idle: bool
) -> Iterator[ServiceMatter]:
    for bad in _BAD:
        names = sorted(name for name, (stand, _) in stands.items() if stand is bad)
        if not names or (bad is SourceStanding.LATE and is_idle):
            continue  # nothing is asked: then all are late, and that is told already
        if bad is SourceStanding.LATE or len(names) > NAMED:
            yield _of_many(bad, names)
            continue
        for name in names:
            problem = next(p for p in stands[name][1] if p.kind in ("gone", "given up", "failing", "silent"))
            yield ServiceMatter(
                bad, name, _phrase(problem.message), _phrase(problem.advice), f"/console/sources/{name}"
            )


def _phrase(text: str) -> Phrase:
    """A text as a phrase; what servers say is one without values."""
    return text if isinstance(text, Phrase) else Phrase(text)


def _of_many(bad: SourceStanding, names: Sequence[str]) -> ServiceMatter:
    text = {
        SourceStanding.FAILING: N_("sources that fail: %(count)s"),
        SourceStanding.SILENT: N_("sources that answer, but bring nothing new: %(count)s"),
        SourceStanding.LATE: N_("sources that are due and were not asked: %(count)s"),
    }[bad]
    advice = Phrase("the list says of each what to do")
    if bad is SourceStanding.LATE:
        advice = Phrase(
            "nothing yet: they are caught up with; if it lasts, raise crawl.concurrency or add workers"
        )
    return ServiceMatter(
        bad, "", Phrase(text, count=len(names)), advice, f"/console/sources?state={bad.name.lower()}"
    )


def _waiting_entries(entries: Iterable[waiting.Count]) -> Iterator[Phrase]:
    count = sum(w.count for w in entries if w.reason.failed)
    if count:
        yield _counted(N_("%(count)s entry waits"), N_("%(count)s entries wait"), count)


def _waiting_messages(connection: Connection, now: datetime) -> Iterator[Phrase]:
    late = (deliveries.c.status == "pending") & (deliveries.c.next_try < now - OVERDUE)
    count = connection.scalar(select(func.count()).where(late)) or 0
    if count:
        yield _counted(N_("%(count)s message waits"), N_("%(count)s messages wait"), count)
