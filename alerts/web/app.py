"""The application: which address is answered by what."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib.resources import files

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from alerts.digests.wording import words
from alerts.identity.links import LinkError, Links, links_of
from alerts.operations.live_config import Live
from alerts.operations.progress import standstills
from alerts.web import feeds, readers, signing_up
from alerts.web.api.access import Access
from alerts.web.api.answering import problem
from alerts.web.api.app import api
from alerts.web.bounds import USUAL, Bounds
from alerts.web.console.gate import Gate
from alerts.web.console.routes import routes
from alerts.web.headers import StrictHeaders
from alerts.web.hosts import Hosts
from alerts.web.pages import SAFE, TooLargeError, form_of, language_of, say_page
from alerts.web.proxies import Proxies
from alerts.web.request_limits import RequestLimits
from crawler.model import AseanwatchError
from crawler.store import Store, StoreError

log = logging.getLogger("aseanwatch")
Answer = Callable[[readers.Asked], Response]
FEEDS = 3
"""Feeds that are made at once: programs ask for them, any number together, and they wait without a thread."""


def application(
    live: Live, store: Store, clock: Callable[[], datetime], *, beside_service: bool = False, bounds: Bounds = USUAL
) -> Starlette:
    """The web pages of a configuration and its store.

    Args:
        live: the configuration.
        store: where everything is kept.
        clock: gives the present moment.
        beside_service: whether the process also selects and sends.
        bounds: how long a body may take, and how many event streams there may be.
    """
    gate = Gate(live, store, clock)

    few = CapacityLimiter(FEEDS)

    def answering(
        answer: Answer, least_seconds: float = 0, apart: CapacityLimiter | None = None
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            began = time.monotonic()
            try:
                return await answered(request)
            finally:
                await asyncio.sleep(max(0.0, began + least_seconds - time.monotonic()))

        async def answered(request: Request) -> Response:
            language = language_of(request)
            say = words(language)
            try:
                form = await form_of(request) if request.method == "POST" else {}
                settings = live.settings
                asked = readers.Asked(settings, store, _needed(links_of(settings, store)), clock(), request, form, language)
                return await to_thread.run_sync(answer, asked, limiter=apart)
            except TooLargeError:
                return say_page(language, say.say("That was too long."), status=413)
            except LinkError as error:
                return say_page(language, say.say("This link does not work."), str(error), status=403)
            except StoreError:
                log.exception("a page could not be answered")
                return say_page(language, say.say("That did not work."), say.say("Please try again in a minute."), status=503)
            except AseanwatchError as error:
                return say_page(language, say.say("That did not work."), str(error), status=422)

        return endpoint

    async def front(request: Request) -> Response:
        """The form to sign up where that is open, else the console."""
        if live.settings.delivery.signup and live.settings.delivery.public_url:
            return await answering(signing_up.front)(request)
        return RedirectResponse("/console/", 303)

    both = ["GET", "POST"]
    return Starlette(
        routes=[
            Route("/", front),
            Route("/subscribe", answering(signing_up.subscribe, signing_up.LEAST_SECONDS), methods=["POST"]),
            Route("/confirm/{token}", answering(readers.confirm), methods=both),
            Route("/manage/{token}", answering(readers.manage), methods=both),
            Route("/one-click/{token}", answering(readers.one_click), methods=both),
            Route("/change/{token}", answering(readers.change), methods=both),
            Route("/next/{token}", answering(readers.upcoming)),
            Route("/rejoin/{token}", answering(readers.rejoin), methods=both),
            Route("/archive/{token}", answering(readers.archive)),
            Route("/feeds/topics/{name}.{form:str}", answering(feeds.of_topic, apart=few)),
            Route("/feed/{token}.{form:str}", answering(feeds.of_subscription, apart=few)),
            Route("/style.css", _style),
            Route("/signup.js", _script),
            Route("/healthz", _health),
            Route("/readyz", _ready(live, store, clock, beside_service)),
            Route("/metrics", _metrics(Access(live, store, clock), live, store, clock)),
            *routes(gate),
            Mount("/api/v1", api(live, store, clock, bounds)),
        ],
        exception_handlers={404: _missing},
        middleware=[
            Middleware(Proxies, live=live),
            Middleware(StrictHeaders, https=lambda: (live.settings.delivery.public_url or "").startswith("https://")),
            Middleware(RequestLimits, bounds=bounds),
            Middleware(Hosts, live=live),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
    )


def _needed(links: Links | None) -> Links:
    if links is None:
        raise AseanwatchError("delivery.public_url is not set, so that links cannot be made")
    return links


async def _missing(request: Request, error: Exception) -> Response:
    """There is nothing at this address."""
    if request.url.path.startswith("/api/"):
        return problem(404, "there is nothing at this address")
    return PlainTextResponse("There is nothing at this address.\n", 404, headers=SAFE)


async def _style(request: Request) -> Response:
    text = files("alerts").joinpath("templates", "style.css").read_text(encoding="utf-8")
    return Response(text, media_type="text/css", headers=SAFE | {"Cache-Control": "max-age=3600"})


async def _script(request: Request) -> Response:
    text = files("alerts").joinpath("web", "static", "signup.js").read_text(encoding="utf-8")
    return Response(text, media_type="text/javascript", headers=SAFE | {"Cache-Control": "max-age=3600"})


async def _health(request: Request) -> Response:
    """The process lives."""
    return PlainTextResponse("ok\n")


def _ready(
    live: Live, store: Store, clock: Callable[[], datetime], beside_service: bool
) -> Callable[[Request], Awaitable[Response]]:
    """It can serve: the store answers and is written to, this program knows its schema, and the service that is meant to run does.

    Pages alone beside an embedded store cannot know whether a service is meant to run: one-off commands may do its work.
    """

    def look() -> str | None:
        if store.last_write_error is not None:
            return "the store takes nothing; the log says why"
        try:
            if not store.is_ready():
                return "the store's schema is older than this program: aseanwatch db upgrade"
            if not beside_service and live.settings.work.engine == "embedded":
                return None
            with store.reading() as connection:
                return "; ".join(s.message for s in standstills(connection, clock())) or None
        except StoreError as error:
            log.error("%s", error)
            return "the store cannot be used; the log says why"

    async def ready(request: Request) -> Response:
        problem = await run_in_threadpool(look)
        return PlainTextResponse(f"{problem or 'ready'}\n", 503 if problem else 200)

    return ready


def _metrics(access: Access, live: Live, store: Store, clock: Callable[[], datetime]) -> Callable[[Request], Awaitable[Response]]:
    """For Prometheus; like the API for a token with the scope read."""
    from alerts.operations.metrics import answer  # noqa: PLC0415 - a tenth of a second that only a server needs

    async def metrics(request: Request) -> Response:
        try:
            await run_in_threadpool(access.reads, request)
            return Response(
                await run_in_threadpool(answer, live, store, clock), media_type="text/plain; version=0.0.4; charset=utf-8"
            )
        except HTTPException as error:
            return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)
        except StoreError:
            log.exception("the metrics cannot be read")
            return PlainTextResponse("the store cannot be used; the log says why\n", 503)

    return metrics
