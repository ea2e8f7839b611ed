"""Which address of the API is answered by what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from alerts.delivery import outbox
from alerts.digests.excerpt import excerpt
from alerts.digests.feeds import FeedHead, atom_feed, feed_id, item_of_report, json_feed
from alerts.digests.machine_made import made_for
from alerts.digests.message import domain_of
from alerts.digests.summary import summary
from alerts.digests.wording import FRAMES, words
from alerts.identity import audit
from alerts.web.api import machine, models, readers, topics
from alerts.web.api.access import ApiAccess
from alerts.web.api.answering import STREAM, add_answers
from alerts.web.api.events import EventStream, Streams, position_of, stream
from alerts.web.api.parameters import with_known_values
from alerts.web.api.strict import strict
from alerts.web.bounds import USUAL, Bounds
from alerts.web.context import WebContext
from crawler.polling.coverage import problems_of
from crawler.polling.health import health_of
from crawler.polling.state import SourceState
from crawler.runtime.redaction import without_credentials
from crawler.store import bases, search
from crawler.store import stories as story_store
from crawler.store.overview import Cursor, StoryFilter, StoryRow, page, with_details
from crawler.store.reports import reports_of
from crawler.store.schema import stories as story_table
from crawler.store.search_query import parse_search
from crawler.store.sources import load_states

NameQuery = Annotated[str, Query(max_length=80)]
BIGGEST = 2**63 - 1
ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": models.Problem, "content": {"application/problem+json": {}}, "description": text}
    for code, text in (
        (400, "This cannot be understood as one request"),
        (401, "No token, or a wrong one"),
        (403, "The token has not this scope"),
        (404, "There is none"),
        (409, "Something speaks against it; `force` does it all the same"),
        (408, "The body came too slowly"),
        (413, "The body is too long, or the method takes none"),
        (414, "The address is too long"),
        (415, "The body is compressed"),
        (
            422,
            "Something is not allowed, such as a parameter or a value that is not known: `parameter` names it, `nearest` what was probably meant",
        ),
        (429, "Too many event streams of one token or person"),
        (431, "The head of the request is too long"),
        (503, "The store cannot be used at the moment, or too much is under way"),
    )
}


def story_filter(
    topic: NameQuery | None = None,
    lang: NameQuery | None = None,
    country: NameQuery | None = None,
    source: NameQuery | None = None,
    base: Annotated[bool, Query(description="only stories of bases")] = False,
    since: Annotated[datetime | None, Query(description="seen at or after this moment")] = None,
    q: Annotated[str, Query(max_length=200, description="words in any language")] = "",
) -> StoryFilter:
    """The filter of a request."""
    return StoryFilter(topic, lang, country, source, base, None if since is None else _in_utc(since), q)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError:  # the first and the last day there are, in zones where that is another year in UTC
        raise HTTPException(422, "since: this moment is not in the years 1 to 9999 of UTC") from None


def headline_languages(
    headlines: Annotated[
        str,
        Query(
            max_length=80,
            description="languages for the headlines, best first; a story without a report in any of them keeps its own",
        ),
    ] = "en",
) -> tuple[str, ...]:
    """The languages in which a request wants headlines."""
    return tuple(dict.fromkeys(headlines.split(",")))[:20]


Headlines = Annotated[tuple[str, ...], Depends(headline_languages)]
Filter = Annotated[StoryFilter, Depends(story_filter)]
PageSize = Annotated[int, Query(ge=1, le=200)]
PageCursor = Annotated[
    str | None, Query(pattern=r"^[0-9]{1,16}_[0-9]{1,18}$", description="`next` of the page before")
]


def api(web: WebContext, bounds: Bounds = USUAL) -> FastAPI:
    """The API of a configuration and its store, to be mounted at ``/api/v1``."""
    access = ApiAccess(web)
    app = FastAPI(
        # FastAPI would show the description to everybody; `_add_description` asks for a token.
        title="aseanwatch", version="1", docs_url=None, redoc_url=None, openapi_url=None, responses=ERRORS,
        description=f"News of {words('en').pair_of(web.settings.parties.sides)} cooperation: stories, the register of bases, topics, sources, deliveries.",
    )  # fmt: skip
    app.router.route_class = strict(access, web)
    add_answers(app)
    reads = Depends(access.require_read)
    _add_description(app, web, reads)
    _add_news(app, web, reads)
    _add_register(app, web, reads)
    _add_events(app, web, access, bounds)
    topics.add(app, web, access)
    _add_service(app, web, access)
    readers.add(app, web, access)
    return app


def _add_description(app: FastAPI, web: WebContext, reads: Any) -> None:
    @app.get("/openapi.json", dependencies=[reads], include_in_schema=False)
    def description(request: Request) -> dict[str, Any]:
        """What the API can do (OpenAPI), for who may use it."""
        described = with_known_values(app.openapi(), web)
        return {**described, "servers": [{"url": request.scope.get("root_path", "")}]}


def shown(row: StoryRow) -> dict[str, Any]:
    """A story as the API gives it."""
    lead = row.lead
    return {
        "id": row.id, "title": lead.title or excerpt(lead.text, 200), "summary": summary(lead, 320), "lang": lead.lang, "url": lead.url,
        "outlet": lead.outlet or lead.source, "first_seen": row.first_seen, "last_seen": row.last_seen, "reports": row.reports,
        "copies": row.copies, "languages": list(row.languages), "countries": list(row.countries), "topics": row.topics,
        "bases": [b._asdict() for b in row.bases],
    }  # fmt: skip


def _cursor(text: str | None) -> Cursor | None:
    if not text:
        return None
    seen, _, story = text.partition("_")
    return Cursor(datetime.fromtimestamp(int(seen) / 1e6, UTC), int(story))


class StoryListing(NamedTuple):
    """One page of stories, and the cursor of the following one."""

    rows: list[StoryRow]
    following: str | None


def _add_news(app: FastAPI, web: WebContext, reads: Any) -> None:
    def stories_of(
        filters: Filter, headlines: tuple[str, ...], cursor: str | None, limit: int
    ) -> StoryListing:
        after = _cursor(cursor)
        if filters.search:
            if problem := parse_search(filters.search).problem:
                raise HTTPException(422, f"q: {problem}")
            # The index of the search is filled after articles
            # are stored; what is searched must be there.
            search.refresh(web.store, waits=False)
        with web.store.read() as connection:
            rows, following = page(connection, filters, after, limit, headlines)
        following_text = f"{round(following.seen.timestamp() * 1e6)}_{following.story}" if following else None
        return StoryListing(rows, following_text)

    @app.get("/stories", dependencies=[reads], tags=["news"])
    def list_stories(
        filters: Filter,
        headlines: Headlines,
        asked: machine.Asked,
        cursor: PageCursor = None,
        limit: PageSize = 50,
    ) -> models.Page[models.Story]:
        """Stories, those seen last first."""
        rows, following = stories_of(filters, headlines, cursor, limit)
        with web.store.read() as connection:
            languages = machine.languages_for(web.settings, asked, headlines)
            made = machine.for_stories(connection, web.settings, languages, rows)
        items = [models.Story(**shown(r), **machine.of_story(made, r)) for r in rows]
        return models.Page[models.Story](items=items, next=following)

    @app.get("/stories/{number}", dependencies=[reads], tags=["news"])
    def one_story(number: int, headlines: Headlines, asked: machine.Asked) -> models.StoryDetail:
        """One story with all its reports."""
        with web.store.read() as connection:
            found = (
                connection.execute(story_table.select().where(story_table.c.id == number)).first()
                # Larger numbers fit no column: PostgreSQL and SQLite's driver would raise.
                if abs(number) <= BIGGEST
                else None
            )
            rows = (
                with_details(connection, [StoryRow(found.id, found.first_seen, found.last_seen)], headlines)
                if found
                else []
            )
            if not rows:
                raise HTTPException(404, f"there is no story {number}")
            reports = reports_of(connection, story_store.members(connection, [number])[number])
            languages = machine.languages_for(web.settings, asked, headlines)
            made = machine.for_stories(connection, web.settings, languages, rows, reports)
        listed = [models.Report(**r.plain(), translation=machine.translation(made.title(r))) for r in reports]
        return models.StoryDetail(**shown(rows[0]), **machine.of_story(made, rows[0]), articles=listed)

    @app.get("/feed.{form}", dependencies=[reads], tags=["news"], response_class=Response)
    def feed(form: str, filters: Filter, headlines: Headlines, asked: machine.Asked) -> Response:
        """The same as an Atom (``atom``) or JSON Feed (``json``)."""
        kinds = {"atom": ("application/atom+xml", atom_feed), "json": ("application/feed+json", json_feed)}
        if form not in kinds:
            raise HTTPException(404, "a feed ends in .atom or .json")
        rows = stories_of(filters, headlines, None, 50).rows
        settings = web.settings
        domain, base = (
            domain_of(settings.delivery.sender),
            (settings.delivery.public_url or "http://localhost").rstrip("/"),
        )
        titles = {name: settings.topic_title(name, headlines[0]) for r in rows for name in r.topics}
        languages = machine.languages_for(settings, asked, headlines)
        with web.store.read() as connection:
            made = made_for(connection, settings, languages, titles_of=[r.lead for r in rows])
        say = words(next((lang for lang in (*languages, *headlines) if lang in FRAMES), "en"))
        items = [
            item_of_report(
                feed_id(domain, "story", r.id),
                r.lead,
                [titles[name] for name in r.topics],
                say,
                made.title(r.lead),
            )
            for r in rows
        ]
        head = FeedHead(
            feed_id(domain, "stories"),
            "aseanwatch",
            base,
            f"{base}/api/v1/feed.atom",
            f"{base}/api/v1/feed.json",
            None,
        )
        media, write = kinds[form]
        return Response(write(head, items), media_type=media)


def _add_register(app: FastAPI, web: WebContext, reads: Any) -> None:
    @app.get("/bases", dependencies=[reads], tags=["register"])
    def list_bases(
        asked: machine.Asked, stage: NameQuery | None = None, country: NameQuery | None = None
    ) -> models.Page[models.Base]:
        """The register, the oldest first."""
        with web.store.read() as connection:
            chosen = [
                r
                for r in bases.find(connection)
                if (not stage or r["status"] == stage) and (not country or country in r["countries"])
            ]
            languages = machine.languages_for(web.settings, asked)
            items = machine.with_translations(connection, web.settings, languages, chosen)
        return models.Page[models.Base](items=items)

    @app.get("/bases/{key}", dependencies=[reads], tags=["register"])
    def one_base(key: str, asked: machine.Asked) -> models.Base:
        """One base; a key of an entry that was merged gives the one that stayed."""
        with web.store.read() as connection:
            current = bases.current_keys(connection, [key]).get(key)
            if current is None:
                raise HTTPException(404, f"there is no base {key}")
            languages = machine.languages_for(web.settings, asked)
            found = bases.find(connection, keys=[current])
            return machine.with_translations(connection, web.settings, languages, found)[0]


def _add_events(app: FastAPI, web: WebContext, access: ApiAccess, bounds: Bounds) -> None:
    streams = Streams(bounds.streams, bounds.streams_each)
    reads = Depends(access.require_read)

    @app.get(
        "/events", tags=["news"], response_class=StreamingResponse, responses={200: {"content": {STREAM: {}}}}
    )
    def events(
        request: Request,
        last_event_id: Annotated[str | None, Header(max_length=60)] = None,
        actor: str = reads,
    ) -> EventStream:
        """New stories and alerts as they come (server-sent events). It ends as soon as the token or session is good no more."""

        def is_welcome() -> bool:
            return not web.live.ended and access.may_still_read(request)

        parts = stream(
            web.store,
            position_of(last_event_id),
            shown,
            is_welcome,
            request.is_disconnected,
            bounds.stream_pause,
        )
        return EventStream(parts, streams, actor)


def _add_service(app: FastAPI, web: WebContext, access: ApiAccess) -> None:
    writes = Depends(access.require_write)

    @app.get("/sources", dependencies=[Depends(access.require_read)], tags=["service"])
    def list_sources() -> models.Page[models.SourceHealth]:
        """The sources and how each fares."""
        with web.store.read() as connection:
            states = load_states(connection)
        rows = []
        for s in web.settings.sources:
            state = states.get(s.name) or SourceState(s.name)
            h = health_of(state, s.enabled)
            rows.append(
                models.SourceHealth(
                    name=s.name, url=without_credentials(s.address), kind=s.kind, lang=s.lang, country=s.country, enabled=s.enabled, outcome=h["outcome"],
                    message=h["message"], polled=h["at"], due=h["next"], interval=h["interval"], delay_median=h["delay_median"],
                    delay_p95=h["delay_p95"], problems=[p.kind for p in problems_of(state, web.clock())] if s.name in states else [],
                )
            )  # fmt: skip
        return models.Page[models.SourceHealth](items=rows)

    @app.get("/deliveries", dependencies=[Depends(access.require_read)], tags=["service"])
    def list_deliveries(status: NameQuery | None = None, limit: PageSize = 50) -> models.Page[models.Delivery]:  # fmt: skip
        """The outbox, the latest first, without recipients."""
        with web.store.read() as connection:
            rows = outbox.listed(connection, status, limit)
        return models.Page[models.Delivery](
            items=[models.Delivery(**{k: r[k] for k in models.Delivery.model_fields}) for r in rows]
        )

    @app.post("/deliveries/{number}/retry", tags=["service"], status_code=204)
    def retry(number: int, actor: str = writes) -> None:
        """Try a delivery again that was given up."""
        with web.store.write() as connection:
            if abs(number) > BIGGEST or not outbox.retry(connection, number, web.clock()):
                raise HTTPException(404, f"no delivery {number} was given up")
            audit.record(connection, actor, "delivery: retry", number, web.clock())
