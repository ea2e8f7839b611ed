"""The lists of the console as files: stories, sources, subscriptions and deliveries, exactly those that the filters show.

Rows are made and sent in portions, so that a long list needs no memory, and a slow reader holds no transaction open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from starlette.responses import Response, StreamingResponse

from alerts.delivery import outbox
from alerts.digests.machine_made import MachineMade, made_for
from alerts.digests.summary import summary
from alerts.subscriptions import subscriptions as subscription_store
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.sources import LEDGER_PERIOD
from alerts.web.console.story_filters import read_filters
from crawler.analysis.export import csv_lines, jsonl_lines
from crawler.analysis.register_files import MEDIA_TYPES
from crawler.polling.health import health_of
from crawler.polling.state import SourceState
from crawler.runtime.redaction import without_credentials
from crawler.sources.coverage import ledger
from crawler.store import search, story_marks
from crawler.store.bulk import chunks
from crawler.store.overview import StoryRow
from crawler.store.schema import subscriptions as subscription_table
from crawler.store.story_choice import choose, rows_of
from crawler.store.story_facets import story_facets

MOST_EXPORTED = 20_000
"""Rows of one file at most."""
PORTION = 200
FORMS = ("csv", "jsonl")
STORIES = (
    "id", "title", "lang", "summary", "url", "outlet", "first_seen", "last_seen", "reports", "copies", "outlets", "languages",
    "countries", "topics", "bases", "unread", "saved",
)  # fmt: skip
MACHINE = ("title_translated", "summary_translated", "translated_by", "brief", "brief_by")
"""Further columns of stories where there is an assistant, and the person wants a machine's words."""
SOURCES = ("name", "url", "kind", "lang", "country", "enabled", "outcome", "message", "polled", "next", "interval", "delay_median", "a_day", "lost", "problems")  # fmt: skip
SUBSCRIPTIONS = ("name", "title", "topics", "except_topics", "languages", "countries", "when", "timezone", "channel", "language", "readers", "state")  # fmt: skip
DELIVERIES = ("id", "subscription", "channel", "recipient", "subject", "status", "attempts", "due", "sent", "failure", "error")  # fmt: skip
Row = Mapping[str, Any]


def stories(request: ConsoleRequest) -> Response:
    """The stories that the filters of the address select, in the order of the list."""
    if request.value("q"):
        search.refresh(request.store, waits=False)
    with request.store.read() as connection:
        facets = story_facets(request.store, connection)
        ids = choose(facets, connection, read_filters(request, facets).choice).ids()
    columns = (*STORIES, *MACHINE) if request.machine_languages else STORIES
    return _file(request, "stories", columns, _story_rows(request, ids[:MOST_EXPORTED]), len(ids))


def _story_rows(request: ConsoleRequest, ids: Sequence[int]) -> Iterator[Row]:
    person = request.person.name
    for part in chunks(ids, PORTION):
        with request.store.read() as connection:
            rows = rows_of(connection, part, request.reading_languages)
            unread = story_marks.unread_of(connection, person, {r.id: r.stored for r in rows})
            saved = story_marks.marked(connection, person, part, story_marks.StoryMark.SAVED)
            leads = [r.lead for r in rows]
            made = made_for(
                connection, request.settings, request.machine_languages, titles_of=leads, summaries_of=leads, stories=part
            )  # fmt: skip
        for row in rows:
            marks = {"unread": row.id in unread, "saved": row.id in saved}
            yield _story(row) | marks | (_made(row, made) if request.machine_languages else {})


def _made(row: StoryRow, machine: MachineMade) -> dict[str, Any]:
    title, summarised, brief = machine.title(row.lead), machine.summary(row.lead), machine.brief(row.id)
    by = title or summarised
    return {
        "title_translated": title.text if title else "", "summary_translated": summarised.text if summarised else "",
        "translated_by": by.by if by else "", "brief": " ".join(s.text for s in brief.sentences) if brief else "",
        "brief_by": brief.by if brief else "",
    }  # fmt: skip


def _story(row: StoryRow) -> dict[str, Any]:
    lead = row.lead
    return {
        "id": row.id, "title": lead.title or summary(lead, 200), "lang": lead.lang, "summary": summary(lead, 320), "url": lead.url,
        "outlet": lead.outlet or lead.source, "first_seen": row.first_seen.isoformat(), "last_seen": row.last_seen.isoformat(),
        "reports": row.reports, "copies": row.copies, "outlets": list(row.outlets), "languages": list(row.languages),
        "countries": list(row.countries), "topics": row.topics, "bases": [b.name for b in row.bases],
    }  # fmt: skip


def sources(request: ConsoleRequest) -> Response:
    """All sources and how each fares."""
    with request.store.read() as connection:
        found = ledger(connection, request.settings, request.now, LEDGER_PERIOD)
    problems = {a.name: a.problems for a in found.sources}
    rows = []
    for source in request.settings.sources:
        known = found.states.get(source.name) or SourceState(source.name)
        health = health_of(known, source.enabled)
        rows.append(
            {
                "name": source.name, "url": without_credentials(source.address), "kind": source.kind, "lang": source.lang, "country": source.country,
                "enabled": source.enabled, "outcome": health["outcome"], "message": health["message"], "polled": _plain(health["at"]),
                "next": _plain(health["next"]), "interval": health["interval"], "delay_median": health["delay_median"], "a_day": health["rate"],
                "lost": round(found.lost.get(source.name, 0.0)), "problems": [p.kind for p in problems.get(source.name, ())] if source.name in found.states else [],
            }
        )  # fmt: skip
    return _file(request, "sources", SOURCES, rows, len(rows))


def subscriptions(request: ConsoleRequest) -> Response:
    """All subscriptions with their choices, without the addresses of their readers."""
    with request.store.read() as connection:
        names = subscription_store.names_after(connection, request.settings, "")
    return _file(
        request,
        "subscriptions",
        SUBSCRIPTIONS,
        _subscription_rows(request, names[:MOST_EXPORTED]),
        len(names),
    )


def _subscription_rows(request: ConsoleRequest, names: Sequence[str]) -> Iterator[Row]:
    for part in chunks(names, PORTION):
        with request.store.read() as connection:
            records = subscription_store.load_subscriptions(
                connection, request.settings, include_unconfirmed=True, only=part
            )
            opt_outs = subscription_store.load_opt_outs(connection, part)
            unconfirmed = subscription_table.c.confirmed.is_(False) & subscription_table.c.name.in_(part)
            waiting = {r.name for r in connection.execute(subscription_table.select().where(unconfirmed))}
        for record in sorted(records, key=lambda r: r.subscription.name):
            one = record.subscription
            state = "paused" if record.paused else "active"
            yield {
                "name": one.name, "title": one.title or "", "topics": list(one.topics), "except_topics": list(one.except_topics), "languages": list(one.languages), "countries": list(one.countries),
                "when": str(one.when), "timezone": one.timezone or request.settings.schedule.timezone, "channel": one.channel, "language": one.language,
                "readers": len(list(subscription_store.recipients_of(one, opt_outs))) if one.to else 0,
                "state": "not confirmed" if one.name in waiting else state,
            }  # fmt: skip


def deliveries(request: ConsoleRequest) -> Response:
    """The outbox, the latest first, filtered as its page is. Only operators see who the recipients are."""
    status = request.value("status")
    wanted = status if status in outbox.STATUSES else None
    subscription, digest = request.value("subscription") or None, request.integer("digest") or None
    with request.store.read() as connection:
        rows = outbox.listed(connection, wanted, MOST_EXPORTED, subscription=subscription, digest=digest)
        total = outbox.count(connection, wanted, subscription=subscription, digest=digest)
    may_see = request.person.may_change
    shown = (
        {name: _plain(row.get(name)) for name in DELIVERIES} | ({} if may_see else {"recipient": ""})
        for row in rows
    )
    return _file(request, "deliveries", DELIVERIES, shown, total)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _file(
    request: ConsoleRequest, what: str, columns: Sequence[str], rows: Iterable[Row], total: int
) -> Response:
    """A list as a file.

    Args:
        request: the request, whose path ends in the form of the file.
        what: the name of the list.
        columns: the names of the columns.
        rows: the rows.
        total: how many there are; a file that ends before says so in its head.
    """
    form = request.path_value("form")
    if form not in FORMS:
        return request.problem(request.gettext("This list comes as csv or jsonl."), 404)
    lines = csv_lines(rows, columns, mark=True) if form == "csv" else jsonl_lines(rows, columns)
    name = f"{what}-{request.now:%Y-%m-%d}.{form}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Total-Count": str(total),
        "X-Row-Limit": str(MOST_EXPORTED),
    }
    return StreamingResponse(_joined(lines), media_type=MEDIA_TYPES[form], headers=headers)  # type: ignore[index]


def _joined(lines: Iterable[str], size: int = 32_768) -> Iterator[bytes]:
    """Lines in larger pieces: each piece is a chunk of its own on the wire."""
    waiting: list[str] = []
    length = 0
    for line in lines:
        waiting.append(line)
        length += len(line)
        if length >= size:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting, length = [], 0
    yield "".join(waiting).encode("utf-8", "replace")
