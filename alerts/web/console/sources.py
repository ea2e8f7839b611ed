"""Sources: how each stands and what to do about it, adding one by the address of its site, OPML."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection
from starlette.responses import Response

from alerts.identity.keys import box_of
from alerts.operations.source_additions import add_recorded
from alerts.operations.verdict import standings
from alerts.web.console.health import delay_range
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.running import asked_soon
from alerts.web.preferences import outlet_countries
from crawler.config.settings import Source
from crawler.documents.reader import ReaderPool
from crawler.fetching.fetchers import polite_fetcher
from crawler.judging.text.language import LANGUAGES
from crawler.model import AseanwatchError
from crawler.parsing.urls import host_of, is_web_url
from crawler.polling.coverage import SourceProblem
from crawler.polling.delays import together
from crawler.polling.health import health_of
from crawler.polling.standing import SourceStanding
from crawler.polling.state import SourceState
from crawler.runtime.redaction import without_credentials
from crawler.sources.coverage import ledger
from crawler.sources.discovery import Candidate, discover
from crawler.sources.opml import name_for, new_sources, read_opml, write_opml

LEDGER_PERIOD = timedelta(days=7)
PAGE_SIZE = 100
"""Sources on one page of the list."""
REMARKS = "REMARKS"
"""The filter for sources of which something is to be said, however they stand."""


class SourceRow(NamedTuple):
    """A source in the list."""

    source: Source
    standing: SourceStanding
    problems: tuple[SourceProblem, ...]
    health: dict[str, Any]
    host: str
    lost: int


def sources(request: ConsoleRequest) -> Response:
    """The sources by how they stand, the worst first, perhaps only those in one state, and the coverage by language and country."""
    with request.store.read() as connection:
        found = ledger(connection, request.settings, request.now, LEDGER_PERIOD)
    states, lost = found.states, found.lost
    stands = standings(request.settings.sources, states, request.now, found.sources)
    standing = Counter(stands[s.name][0] for s in request.settings.sources)
    counts = {s.name: standing[s] for s in SourceStanding if standing[s]}
    remarked = [s for s in request.settings.sources if stands[s.name][1]]
    chosen = request.value("state").upper()
    if chosen == REMARKS:
        listed = remarked
    elif chosen in counts:
        listed = [s for s in request.settings.sources if stands[s.name][0].name == chosen]
    else:
        chosen, listed = "", list(request.settings.sources)
    order = {one: place for place, one in enumerate(SourceStanding)}
    listed = sorted(listed, key=lambda s: (order[stands[s.name][0]], not stands[s.name][1], s.name))
    begin = request.integer("from") if request.integer("from") < len(listed) else 0
    # Only of those that are shown: a desk has hundreds.
    rows = [
        SourceRow(
            source, *stands[source.name],
            health_of(states.get(source.name) or SourceState(source.name), source.enabled),
            host_of(source.url), round(lost.get(source.name, 0.0)),
        )
        for source in listed[begin : begin + PAGE_SIZE]
    ]  # fmt: skip
    delay = delay_range(together(s.delays for s in states.values()))
    return request.page(
        "sources.html.j2", "sources", title=request.gettext("Sources"), rows=rows, begin=begin, following=begin + PAGE_SIZE,
        left=len(listed) - begin - PAGE_SIZE, delay=delay, counts=counts,
        remarked=len(remarked), all=len(request.settings.sources), chosen=chosen, standings=SourceStanding,
        languages=found.languages, countries=found.countries,
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
        problem=problem, known=known, languages=LANGUAGES, countries=outlet_countries(request.settings),
    )  # fmt: skip


async def _discovered(request: ConsoleRequest, address: str) -> list[Candidate]:
    with polite_fetcher(request.settings) as fetcher, closing(ReaderPool()) as readers:
        return await discover(fetcher, readers, address, request.now)


def _added(request: ConsoleRequest) -> Response:
    line = {
        "name": request.value("name"), "url": request.value("url"), "kind": request.value("kind", "feed"), "lang": request.value("lang") or None,
        "country": request.value("country") or None,
    }  # fmt: skip
    with request.store.write() as connection:
        _add(request, connection, [line])
        request.audit(connection, "source: add", line["name"], url=without_credentials(str(line["url"])))
    message = " ".join((request.gettext("Added."), asked_soon(request)))
    return request.redirect(f"/console/sources/{line['name']}", message)


def _add(request: ConsoleRequest, connection: Connection, new: Sequence[Mapping[str, Any]]) -> None:
    box = box_of(request.settings, request.store)
    add_recorded(connection, request.live.path, new, request.person.name, request.now, box)
    # At once: the page that follows must know the sources already.
    request.live.look()


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
        with request.store.write() as connection:
            _add(request, connection, new)
            request.audit(connection, "sources: import", len(new))
    done = request.gettext(
        "%(new)s of %(all)s feeds were new and are added.", new=len(new), all=len(read.feeds)
    )
    return request.redirect("/console/sources", " ".join((done, *read.notes)))
