"""The health of the service: queues, delays, incidents, entries that wait, and the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select
from starlette.responses import Response

from alerts.digests.wording import capitalised
from alerts.identity import audit
from alerts.operations import entry_actions, incidents
from alerts.operations.verdict import ServiceVerdict, verdict_on
from alerts.web.console import charts
from alerts.web.console.request import ConsoleRequest
from crawler.model import AseanwatchError
from crawler.polling.delays import quantile, together
from crawler.store import search
from crawler.store.overview import counts_by_day
from crawler.store.schema import articles, deliveries, entries, pending, stories
from crawler.store.waiting import PendingFilter, Reason

CHART_DAYS = 30
SHOWN_INCIDENTS, SHOWN_AUDIT_ENTRIES = 12, 40


class DelayRange(NamedTuple):
    """The delays of entries in seconds: the median and the 95th percentile."""

    median: float
    p95: float


class Figure(NamedTuple):
    """A number of the page: what it counts, and the page that shows more."""

    label: str
    number: Any
    link: str


def health(request: ConsoleRequest) -> Response:
    """The verdict on the service, what is wrong and what to do, and its figures; posted: try entries that wait again, or drop them."""
    if request.is_post:
        return _change_entries(request)
    live = request.live
    with request.store.read() as connection:
        verdict = verdict_on(
            connection, request.store, request.settings, request.now, live.problem, live.restart
        )
        counts = dict(counts_by_day(connection, request.now - timedelta(days=CHART_DAYS)))
        figures = _figures(connection, request)
        assist = _assist(connection, request) if request.settings.assist.enabled else None
        over = [t for t in incidents.list_incidents(connection, SHOWN_INCIDENTS) if t["ended"]]
        # The log has names and addresses of people, which readers of the console need not see.
        log = audit.latest(connection, SHOWN_AUDIT_ENTRIES) if request.person.may_change else []
    bars = charts.days(counts, request.now, CHART_DAYS)
    return request.page(
        "health.html.j2",
        "health",
        title=request.gettext("Health"),
        verdict=verdict,
        sentence=_sentence(request, verdict),
        figures=figures,
        assist=assist,
        log=log,
        bars=bars,
        over=over,
        chart=charts.dated_bars(bars, request.gettext("New stories by day"), request.words),
        refusal=request.store.last_write_error,
        # They may repeat addresses of people, as the log does.
        warnings=live.warnings if request.person.may_change else (),
        waits=[
            (w, _why(request, w.reason), request.words.length((request.now - w.oldest).total_seconds()))
            for w in verdict.entries
        ],
        delay=delay_range(together(s.delays for s in verdict.states.values())),
    )


class AssistantRow(NamedTuple):
    """An assistant as the page shows it: how it does, in words; ``problem`` is what it said last, as it said it."""

    name: str
    sentence: str
    problem: str | None


class AssistSection(NamedTuple):
    """The page's section on assistants: each of them, what they took, and why answers were refused."""

    assistants: list[AssistantRow]
    figures: list[Figure]
    unread: list[str]
    limits: list[str]
    refusals: Sequence[tuple[str, str, int]]


def _assist(connection: Connection, request: ConsoleRequest) -> AssistSection:
    from alerts.assist.overview import failure_of, limits, overview_of  # noqa: PLC0415 - whoever has none loads nothing

    gettext, say = request.gettext, request.words
    found = overview_of(connection, request.settings, request.now)
    rows = []
    for state in found.states:
        if state.failures and state.since is not None:
            sentence = gettext(
                "%(what)s since %(moment)s", what=say.said(failure_of(state)), moment=say.moment(state.since)
            )
            if state.until is not None:
                sentence = gettext(
                    "%(what)s; it is asked again %(moment)s", what=sentence, moment=say.moment(state.until)
                )
        elif state.last_given is not None:
            sentence = gettext("last answer %(moment)s", moment=say.moment(state.last_given))
        else:
            sentence = gettext("nothing was sent to it yet")
        rows.append(AssistantRow(str(state.name), sentence, state.problem))
    link = "/console/health#assistants"
    figures = [
        Figure(gettext("requests today"), found.today.requests, link),
        Figure(gettext("tokens today"), found.today.tokens, link),
        Figure(gettext("requests in 30 days"), found.month.requests, link),
        Figure(gettext("tokens in 30 days"), found.month.tokens, link),
        Figure(gettext("reports that wait for assistants"), found.waiting, link),
    ]
    costs = [
        gettext("Money by the prices of the configuration: %(today)s today, %(month)s in 30 days.", today=f"{found.today.money:.2f}", month=f"{found.month.money:.2f}")
    ] if any(one.price_in or one.price_out for one in request.settings.assist.assistants) else []  # fmt: skip
    words = {"requests": gettext("requests"), "tokens": gettext("tokens"), "money": gettext("money")}
    budget = [
        gettext("Of the day's budget: %(used)s of %(limit)s %(what)s.", used=_amount(used), limit=_amount(limit), what=words[name])
        for name, used, limit in limits(found.budget, found.today) if limit is not None
    ]  # fmt: skip
    by_target: dict[str, list[str]] = {}
    for lang, to in found.unread:
        by_target.setdefault(to, []).append(lang)
    unread = [
        gettext("No assistant translates %(languages)s into %(language)s.", languages=say.languages(langs), language=say.languages([to]))
        for to, langs in by_target.items()
    ]  # fmt: skip
    return AssistSection(rows, figures, unread, [*costs, *budget], found.refusals)


def _amount(value: float) -> str:
    return f"{value:g}" if isinstance(value, int) else f"{value:.2f}"


def _sentence(request: ConsoleRequest, verdict: ServiceVerdict) -> str:
    """The verdict in the reader's words."""
    say = request.words
    clauses = [say.said(clause) for clause in verdict.clauses]
    if verdict.last_sent is not None:
        clauses.append(say.gettext("last message %(moment)s", moment=say.moment(verdict.last_sent)))
    if verdict.last_backup is not None:
        clauses.append(say.gettext("last backup %(moment)s", moment=say.moment(verdict.last_backup)))
    sentence = capitalised(say.clauses(clauses))
    if verdict.is_well:
        return say.gettext("All well: %(what)s", what=say.clauses(clauses))
    return sentence


def delay_range(delays: Mapping[int, float]) -> DelayRange | None:
    """The range of the delays of entries; None if there are none."""
    if not delays:
        return None
    return DelayRange(quantile(delays, 0.5) or 0.0, quantile(delays, 0.95) or 0.0)


def _change_entries(request: ConsoleRequest) -> Response:
    """Try the entries of one source that wait for one reason again, or drop them, as `aseanwatch entries` does."""
    source, action = request.value("source"), request.action
    try:
        wanted = PendingFilter(sources=(source,), reasons=(Reason(request.value("reason")),))
    except ValueError:
        raise AseanwatchError(request.gettext("Nothing was chosen.")) from None
    if not source or action not in ("retry", "drop"):
        raise AseanwatchError(request.gettext("Nothing was chosen."))
    why = request.value("why")
    if action == "drop" and not why:
        raise AseanwatchError(request.gettext("Say why they are wanted no more; it is kept with them."))
    with request.store.write() as connection:
        if action == "retry":
            entry_actions.retry(connection, request.settings, wanted, request.person.name, request.now)
            done = request.gettext(
                "Tried again: those of %(source)s are judged within minutes.", source=source
            )
        else:
            entry_actions.drop(connection, wanted, request.person.name, why, request.now)
            done = request.gettext(
                "Dropped: those of %(source)s are kept with your reason, and not judged.", source=source
            )
    return request.redirect("/console/health", done)


def _why(request: ConsoleRequest, reason: Reason) -> str:
    """Why entries wait."""
    gettext = request.gettext
    return {
        Reason.PAGE: gettext("its page is being fetched"),
        Reason.QUEUED: gettext("it waits to be judged"),
        Reason.JUDGING: gettext("it could not be judged"),
        Reason.STORING: gettext("its article could not be stored"),
    }[reason]


def _figures(connection: Connection, request: ConsoleRequest) -> list[Figure]:
    gettext = request.gettext

    def count(table: Any, *conditions: Any) -> int:
        return connection.scalar(select(func.count()).select_from(table).where(*conditions)) or 0

    yesterday = request.now - timedelta(days=1)
    new_articles = count(articles, articles.c.first_seen >= yesterday)
    new_stories = count(stories, stories.c.first_seen >= yesterday)
    # Ids are given in order and entries are never deleted: the highest id is their number, and needs no scan of the table.
    stored = connection.scalar(select(func.max(entries.c.id))) or 0
    found = [
        Figure(gettext("stories since yesterday"), new_stories, "/console/"),
        Figure(gettext("articles since yesterday"), new_articles, "/console/"),
        Figure(gettext("entries in the store"), stored, "/console/sources"),
    ]
    # What waits is a figure only where something does.
    for label, number, link in (
        (gettext("pages still to be fetched"), count(pending, pending.c.reason == Reason.PAGE.value), "/console/health#waiting"),
        (gettext("messages to be sent"), count(deliveries, deliveries.c.status == "pending"), "/console/deliveries?status=pending"),
        (gettext("articles that wait for the search"), int(search.behind(connection)), "/console/"),
    ):  # fmt: skip
        if number:
            found.append(Figure(label, number, link))
    return found
