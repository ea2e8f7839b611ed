"""Sources: how each fares, what is lost, adding one by the address of its site, OPML."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import timedelta

from starlette.responses import Response

from alerts.web.console import charts
from alerts.web.console.visit import Visit
from crawler.config.adding import add_sources
from crawler.documents.reader import ReaderPool
from crawler.fetching.fetchers import polite_fetcher
from crawler.model import AseanwatchError
from crawler.parsing.urls import is_web_url
from crawler.polling.coverage import problems_of
from crawler.polling.delays import quantile, together
from crawler.polling.health import health_of, spoken
from crawler.polling.state import SourceState
from crawler.runtime.redaction import without_credentials
from crawler.sources.coverage import ledger
from crawler.sources.discovery import Candidate, discover
from crawler.sources.opml import name_for, new_sources, read_opml, write_opml
from crawler.store import volumes
from crawler.store.sources import load_gaps, load_states

SPAN = timedelta(days=7)
DAYS = 35


def sources(visit: Visit) -> Response:
    """All sources, those with problems first, with the ledger of languages and countries."""
    with visit.store.reading() as connection:
        found = ledger(connection, visit.settings, visit.now, SPAN)
    states, lost = found.states, found.lost
    problems = {a.name: a.problems for a in found.sources if a.name in states}
    rows = [
        (s, health_of(states.get(s.name) or SourceState(s.name), s.enabled), problems.get(s.name, ()), round(lost.get(s.name, 0.0)))
        for s in visit.settings.sources
    ]
    rows.sort(key=lambda r: (not r[2], not r[0].enabled, r[0].name))
    delays = together(s.delays for s in states.values())
    delay = (spoken(quantile(delays, 0.5) or 0), spoken(quantile(delays, 0.95) or 0)) if delays else None
    return visit.page(
        "sources.html.j2", "sources", title=visit.say.say("Sources"), rows=rows, delay=delay,
        languages=found.languages, countries=found.countries,
    )  # fmt: skip


def source(visit: Visit) -> Response:
    """One source: its health, its problems with advice, its volume by day, its latest entries."""
    name = visit.request.path_params["name"]
    found = next((s for s in visit.settings.sources if s.name == name), None)
    if found is None:
        return visit.problem(visit.say.say("There is no source %(name)s.", name=name), 404)
    with visit.store.reading() as connection:
        state = load_states(connection).get(name) or SourceState(name)
        counts = volumes.by_day(connection, name, visit.now - timedelta(days=DAYS))
        latest = volumes.latest(connection, name)
        gaps = [g for g in load_gaps(connection, visit.now - timedelta(days=DAYS)) if g.source == name]
    problems = problems_of(state, visit.now)
    since = {f"{p.since:%Y-%m-%d}" for p in problems if p.since is not None and "volume" in p.kind}
    bars = charts.days(counts, visit.now, DAYS, since)
    return visit.page(
        "source.html.j2", "sources", title=name, source=found, address=without_credentials(found.address), health=health_of(state, found.enabled), problems=problems,
        bars=bars, chart=charts.bars(bars, visit.say.say("New entries by day")), latest=latest, gaps=gaps,
    )  # fmt: skip


def add(visit: Visit) -> Response:
    """Look for the feeds of a site, and take one."""
    address = visit.one("site")
    if visit.posted and visit.one("do") == "add":
        return _added(visit)
    found: list[tuple[Candidate, str]] = []
    problem = None
    if address:
        address = address if "://" in address else f"https://{address}"
        try:
            if not is_web_url(address):
                raise AseanwatchError(visit.say.say("That is no http or https address."))
            taken = {s.name for s in visit.settings.sources}
            found = [(c, name_for(c.title, c.url, taken)) for c in asyncio.run(_discovered(visit, address))]
            if not found:
                problem = visit.say.say("No feed and no news sitemap was found there.")
        except AseanwatchError as error:
            problem = visit.unforged(str(error))
    known = {s.address for s in visit.settings.sources}
    return visit.page(
        "add_source.html.j2", "sources", 422 if problem else 200, title=visit.say.say("Add a source"), site=address, found=found,
        problem=problem, known=known,
    )  # fmt: skip


async def _discovered(visit: Visit, address: str) -> list[Candidate]:
    with polite_fetcher(visit.settings) as fetcher, closing(ReaderPool()) as readers:
        return await discover(fetcher, readers, address, visit.now)


def _added(visit: Visit) -> Response:
    line = {
        "name": visit.one("name"), "url": visit.one("url"), "kind": visit.one("kind", "feed"), "lang": visit.one("lang") or None,
        "country": visit.one("country") or None,
    }  # fmt: skip
    add_sources(visit.live.path, [line])
    visit.live.look()
    with visit.store.writing() as connection:
        visit.note(connection, "source: add", line["name"], url=without_credentials(str(line["url"])))
    return visit.to(f"/console/sources/{line['name']}", visit.say.say("Added. It is asked within seconds."))


def opml(visit: Visit) -> Response:
    """The feeds as OPML; posted: take over the feeds of an OPML text."""
    if not visit.posted:
        text = write_opml(visit.settings.sources)
        return Response(text, media_type="text/x-opml", headers={"Content-Disposition": 'attachment; filename="sources.opml"'})
    outlines = read_opml(visit.one("opml").encode(), "OPML")
    new = new_sources(outlines, visit.settings.sources)
    if new:
        add_sources(visit.live.path, new)
        visit.live.look()
        with visit.store.writing() as connection:
            visit.note(connection, "sources: import", len(new))
    return visit.to(
        "/console/sources", visit.say.say("%(new)s of %(all)s feeds were new and are added.", new=len(new), all=len(outlines))
    )
