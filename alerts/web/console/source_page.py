"""The page of one source: how it stands, what to do, and the buttons that pause, try, change and remove it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from alerts.digests.machine_made import SaidText
from alerts.operations.source_actions import SourceActions, find_source
from alerts.operations.verdict import standings
from alerts.web.console import charts, confirmation
from alerts.web.console.confirmation import applied
from alerts.web.console.machine_words import machine_words
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.running import asked_soon, is_service_running
from alerts.web.preferences import outlet_countries
from crawler.config.loading import ConfigError
from crawler.config.settings import Source
from crawler.config.source_kinds import SOURCE_KINDS
from crawler.config.values import format_duration
from crawler.documents.reader import ReaderPool
from crawler.fetching.fetchers import polite_fetcher
from crawler.judging.text.language import LANGUAGES
from crawler.model import AseanwatchError
from crawler.parsing.urls import host_of
from crawler.polling.health import health_of
from crawler.polling.state import SourceState
from crawler.runtime.redaction import without_credentials
from crawler.sources.probe import probe
from crawler.store import volumes, websub
from crawler.store.sources import load_gaps, load_states

CHART_DAYS = 35


def source(request: ConsoleRequest) -> Response:
    """One source: its state, its volume by day, its latest entries; posted: pause, resume, try, change or remove it."""
    name = request.path_value("name")
    try:
        found = find_source(request.settings, name)
    except AseanwatchError as error:
        return request.problem(request.words.said_error(error), 404)
    if not request.is_post:
        return _page(request, found)
    try:
        return _act(request, found)
    except AseanwatchError as error:
        return _page(request, found, 422, problem=_said(request, error), posted=_posted(request))


def _act(request: ConsoleRequest, found: Source) -> Response:
    name, gettext = found.name, request.gettext
    actions = SourceActions(request.live, request.store, request.person.name, request.now)
    here = f"/console/sources/{name}"
    if request.action == "try":
        return _tried(request, found, actions)
    if request.action == "pause":
        number = actions.set_paused(name, paused=True)
        done = gettext("Paused: it is asked no more.")
        return request.redirect(here, request.changed(f"{done} {applied(request)}", number))
    if request.action == "resume":
        number = actions.set_paused(name, paused=False)
        done = gettext("Resumed.")
        return request.redirect(here, request.changed(f"{done} {asked_soon(request)}", number))
    if request.action == "remove":
        number = actions.remove(name)
        done = gettext("%(name)s is removed; what it brought stays.", name=name)
        return request.redirect("/console/sources", request.changed(f"{done} {applied(request)}", number))
    if request.action == "save":
        changed = {k: v for k, v in _posted(request).items() if v != _fields(found)[k]}
        number = actions.change(name, {k: v or None for k, v in changed.items()}) if changed else None
        if number is None:
            return request.redirect(here, gettext("Nothing was changed: it says that already."))
        done = gettext("Saved.")
        return request.redirect(here, request.changed(f"{done} {applied(request)}", number))
    raise AseanwatchError(gettext("Nothing was chosen."))


def _tried(request: ConsoleRequest, found: Source, actions: SourceActions) -> Response:
    """What the source answers now. Where a service runs, it asks the source, too, and stores what is new."""
    answer = asyncio.run(_probed(request, found))
    is_stored = found.enabled and is_service_running(request)
    if is_stored:
        actions.ask(found.name)
    return _page(request, found, answer=answer, is_stored=is_stored)


async def _probed(request: ConsoleRequest, found: Source) -> dict[str, Any]:
    with polite_fetcher(request.settings) as fetcher, closing(ReaderPool()) as readers:
        return await probe(fetcher, readers, found, request.now)


def _page(request: ConsoleRequest, found: Source, status: int = 200, **more: Any) -> Response:
    name = found.name
    since = request.now - timedelta(days=CHART_DAYS)
    with request.store.read() as connection:
        state = load_states(connection, [name]).get(name) or SourceState(name)
        counts = volumes.by_day(connection, name, since)
        latest = volumes.latest(connection, name)
        hub = websub.latest_by_source(connection).get(name)
        gaps = [g for g in load_gaps(connection, since) if g.source == name]
    standing, problems = standings([found], {name: state}, request.now)[name]
    changed = {f"{p.since:%Y-%m-%d}" for p in problems if p.since is not None and "volume" in p.kind}
    bars = charts.days(counts, request.now, CHART_DAYS, changed)
    texts = (SaidText(title, found.lang or "", source=name) for title, _, _ in latest)
    values = {
        "machine": machine_words(request, texts=texts),
        "answer": None,
        "is_stored": False,
        "problem": None,
        "posted": None,
        **more,
    }
    values["doubts"] = confirmation.doubts_after(request, "sources", name)
    chart = charts.dated_bars(bars, request.gettext("New entries by day"), request.words)
    return request.page(
        "source.html.j2", "sources", status, chart=chart, title=name, source=found, address=without_credentials(found.address), host=host_of(found.url),
        health=health_of(state, found.enabled), standing=standing, problems=problems, bars=bars, latest=latest, gaps=gaps, hub=hub,
        fields=values["posted"] or _fields(found), kinds=list(SOURCE_KINDS), languages=LANGUAGES, countries=outlet_countries(request.settings), **values,
    )  # fmt: skip


def _fields(found: Source) -> dict[str, str]:
    """The values of the form; what opens an address is not shown."""
    return {
        "url": without_credentials(found.url), "kind": found.kind, "lang": found.lang or "", "country": found.country or "",
        "folder": found.folder or "", "every": format_duration(found.every) if found.every else "", "pages": found.pages or "",
    }  # fmt: skip


def _posted(request: ConsoleRequest) -> dict[str, str]:
    return {key: request.value(key) for key in ("url", "kind", "lang", "country", "folder", "every", "pages")}


def _said(request: ConsoleRequest, error: AseanwatchError) -> str:
    """What is wrong, each key by its own name: where it stands in the file says nothing to whoever fills in a form."""
    if not isinstance(error, ConfigError):
        return request.words.said_error(error)
    return "\n".join(f"{p.key.rpartition('.')[2]}: {request.words.said(p.message)}" for p in error.problems)
