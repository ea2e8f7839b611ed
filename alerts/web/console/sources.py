"""Sources: the health of each, what was lost, adding one by the address of its site, OPML."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import timedelta

from starlette.responses import Response

from alerts.web.console import charts
from alerts.web.console.health import delay_range
from alerts.web.console.request import ConsoleRequest
from crawler.config.adding import add_sources
from crawler.documents.reader import ReaderPool
from crawler.fetching.fetchers import polite_fetcher
from crawler.model import AseanwatchError
from crawler.parsing.urls import is_web_url
from crawler.polling.coverage import problems_of
from crawler.polling.delays import together
from crawler.polling.health import health_of
from crawler.polling.state import SourceState
from crawler.runtime.redaction import without_credentials
from crawler.sources.coverage import ledger
from crawler.sources.discovery import Candidate, discover
from crawler.sources.opml import name_for, new_sources, read_opml, write_opml
from crawler.store import volumes
from crawler.store.sources import load_gaps, load_states

LEDGER_PERIOD = timedelta(days=7)
CHART_DAYS = 35


def sources(request: ConsoleRequest) -> Response:
    """All sources, those with problems first, and the coverage by language and country."""
    with request.store.read() as connection:
        found = ledger(connection, request.settings, request.now, LEDGER_PERIOD)
    states, lost = found.states, found.lost
    problems = {a.name: a.problems for a in found.sources if a.name in states}
    rows = [
        (
            s,
            health_of(states.get(s.name) or SourceState(s.name), s.enabled),
            problems.get(s.name, ()),
            round(lost.get(s.name, 0.0)),
        )
        for s in request.settings.sources
    ]
    rows.sort(key=lambda r: (not r[2], not r[0].enabled, r[0].name))
    delay = delay_range(together(s.delays for s in states.values()))
    return request.page(
        "sources.html.j2", "sources", title=request.gettext("Sources"), rows=rows, delay=delay,
        languages=found.languages, countries=found.countries,
    )  # fmt: skip


def source(request: ConsoleRequest) -> Response:
    """One source: its health, its problems with advice, its volume by day, its latest entries."""
    name = request.path_value("name")
    found = next((s for s in request.settings.sources if s.name == name), None)
    if found is None:
        return request.problem(request.gettext("There is no source %(name)s.", name=name), 404)
    with request.store.read() as connection:
        state = load_states(connection).get(name) or SourceState(name)
        counts = volumes.by_day(connection, name, request.now - timedelta(days=CHART_DAYS))
        latest = volumes.latest(connection, name)
        gaps = [
            g for g in load_gaps(connection, request.now - timedelta(days=CHART_DAYS)) if g.source == name
        ]
    problems = problems_of(state, request.now)
    since = {f"{p.since:%Y-%m-%d}" for p in problems if p.since is not None and "volume" in p.kind}
    bars = charts.days(counts, request.now, CHART_DAYS, since)
    return request.page(
        "source.html.j2", "sources", title=name, source=found, address=without_credentials(found.address), health=health_of(state, found.enabled), problems=problems,
        bars=bars, chart=charts.bars(bars, request.gettext("New entries by day")), latest=latest, gaps=gaps,
    )  # fmt: skip


def add(request: ConsoleRequest) -> Response:
    """Find the feeds of a site; posted: add one of them."""
    address = request.value("site")
    if request.is_post and request.action == "add":
        return _added(request)
    found: list[tuple[Candidate, str]] = []
    problem = None
    if address:
        address = address if "://" in address else f"https://{address}"
        try:
            if not is_web_url(address):
                raise AseanwatchError(request.gettext("That is no http or https address."))
            taken = {s.name for s in request.settings.sources}
            # The handler runs in a thread without an event
            # loop, so that it can have one of its own.
            found = [(c, name_for(c.title, c.url, taken)) for c in asyncio.run(_discovered(request, address))]
            if not found:
                problem = request.gettext("No feed and no news sitemap was found there.")
        except AseanwatchError as error:
            problem = request.without_reflection(request.words.said_error(error))
    known = {s.address for s in request.settings.sources}
    return request.page(
        "add_source.html.j2", "sources", 422 if problem else 200, title=request.gettext("Add a source"), site=address, found=found,
        problem=problem, known=known,
    )  # fmt: skip


async def _discovered(request: ConsoleRequest, address: str) -> list[Candidate]:
    with polite_fetcher(request.settings) as fetcher, closing(ReaderPool()) as readers:
        return await discover(fetcher, readers, address, request.now)


def _added(request: ConsoleRequest) -> Response:
    line = {
        "name": request.value("name"), "url": request.value("url"), "kind": request.value("kind", "feed"), "lang": request.value("lang") or None,
        "country": request.value("country") or None,
    }  # fmt: skip
    add_sources(request.live.path, [line])
    # At once: the page that follows must know the source already.
    request.live.look()
    with request.store.write() as connection:
        request.audit(connection, "source: add", line["name"], url=without_credentials(str(line["url"])))
    return request.redirect(
        f"/console/sources/{line['name']}", request.gettext("Added. It is asked within seconds.")
    )


def opml(request: ConsoleRequest) -> Response:
    """The feeds as OPML; posted: add the feeds of an OPML text."""
    if not request.is_post:
        text = write_opml(request.settings.sources)
        return Response(
            text,
            media_type="text/x-opml",
            headers={"Content-Disposition": 'attachment; filename="sources.opml"'},
        )
    read = read_opml(request.value("opml").encode(), "OPML")
    new = new_sources(read.feeds, request.settings.sources)
    if new:
        add_sources(request.live.path, new)
        request.live.look()
        with request.store.write() as connection:
            request.audit(connection, "sources: import", len(new))
    done = request.gettext(
        "%(new)s of %(all)s feeds were new and are added.", new=len(new), all=len(read.feeds)
    )
    return request.redirect("/console/sources", " ".join((done, *read.notes)))
