"""The web application: its routes and the middleware around them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from alerts.operations.progress import standstills
from alerts.web import feedback, feeds, readers, shared, signing_up, websub
from alerts.web.api.access import ApiAccess
from alerts.web.api.answering import problem
from alerts.web.api.mounting import LateApi
from alerts.web.assistants.endpoint import PATH, AssistantEndpoint
from alerts.web.bounds import USUAL, Bounds
from alerts.web.console.routes import routes as console_routes
from alerts.web.context import WebContext
from alerts.web.headers import StrictHeaders
from alerts.web.hosts import Hosts
from alerts.web.page_request import Endpoint
from alerts.web.pages import SAFE
from alerts.web.proxies import Proxies
from alerts.web.reader_request import reader_endpoint
from alerts.web.registering import Registering
from alerts.web.request_limits import RequestLimits
from crawler.store import StoreError

log = logging.getLogger("aseanwatch")
CONCURRENT_FEEDS = 3
"""Feeds that are made at once. Programs may ask for any number together; the others wait without taking a thread."""
BOTH = ["GET", "POST"]


def application(
    web: WebContext,
    *,
    with_service: bool = False,
    bounds: Bounds = USUAL,
    since: Callable[[], datetime] | None = None,
) -> Starlette:
    """The web application of a configuration and its store.

    Args:
        web: what all web pages share.
        with_service: whether this process also selects and sends news, so that it is not ready while that stands still.
        bounds: the limits of requests and event streams.
        since: returns the moment from which new subscriptions of the configuration are told what is new; default: the clock of the pages.
    """
    routes: list[BaseRoute] = [
        *_reader_routes(web),
        *_operation_routes(web, with_service=with_service),
        *console_routes(web),
        Mount("/api/v1", LateApi(web, bounds)),
        Route(PATH, AssistantEndpoint(web)),
    ]
    # The first is the outermost. The client's address and the scheme are known before anything
    # counts by them. Refusals get the strict headers too. Limits come before anything reads a body.
    middleware = [
        Middleware(Proxies, live=web.live),
        Middleware(
            StrictHeaders, https=lambda: (web.settings.delivery.public_url or "").startswith("https://")
        ),
        Middleware(RequestLimits, bounds=bounds),
        Middleware(Hosts, live=web.live),
        Middleware(GZipMiddleware, minimum_size=1000),
    ]
    if not with_service:  # a service registers them itself
        middleware.append(Middleware(Registering, live=web.live, store=web.store, clock=since or web.clock))
    return Starlette(routes=routes, exception_handlers={404: _not_found}, middleware=middleware)


def _reader_routes(web: WebContext) -> list[Route]:
    """The pages for readers: sign-up, the links of mails, the archive and the feeds."""
    feed_threads = CapacityLimiter(CONCURRENT_FEEDS)
    sign_up_form = reader_endpoint(web, signing_up.front)

    async def front(request: Request) -> Response:
        """The form to sign up if that is open, else the console."""
        if web.settings.delivery.signup and web.settings.delivery.public_url:
            return await sign_up_form(request)
        return RedirectResponse("/console/", 303)

    return [
        Route("/", front),
        Route(
            "/subscribe",
            reader_endpoint(web, signing_up.subscribe, signing_up.LEAST_SECONDS),
            methods=["POST"],
        ),
        Route("/confirm/{token}", reader_endpoint(web, readers.confirm), methods=BOTH),
        Route("/manage/{token}", reader_endpoint(web, readers.manage), methods=BOTH),
        Route("/one-click/{token}", reader_endpoint(web, readers.one_click), methods=BOTH),
        Route("/change/{token}", reader_endpoint(web, readers.change), methods=BOTH),
        Route("/next/{token}", reader_endpoint(web, readers.upcoming)),
        Route("/rejoin/{token}", reader_endpoint(web, readers.rejoin), methods=BOTH),
        Route("/feedback/{token}/{story:int}", reader_endpoint(web, feedback.feedback), methods=BOTH),
        Route("/feedback/{token}/{story:int}/{wish}", reader_endpoint(web, feedback.feedback), methods=BOTH),
        Route("/share/{token}", reader_endpoint(web, shared.story)),
        Route("/archive/{token}", reader_endpoint(web, readers.archive)),
        Route("/feeds/topics/{name}.{form:str}", reader_endpoint(web, feeds.of_topic, threads=feed_threads)),
        Route("/feed/{token}.{form:str}", reader_endpoint(web, feeds.of_subscription, threads=feed_threads)),
        Route("/websub/{token}", websub.callback(web), methods=BOTH),
        Route("/style.css", _static("templates/style.css", "text/css")),
        Route("/signup.js", _static("web/static/signup.js", "text/javascript")),
    ]


def _operation_routes(web: WebContext, *, with_service: bool) -> list[Route]:
    """What monitoring asks for."""
    return [
        Route("/healthz", _alive),
        Route("/readyz", _ready(web, with_service=with_service)),
        Route("/metrics", _metrics(web)),
    ]


async def _not_found(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        return problem(404, "there is nothing at this address")
    return PlainTextResponse("There is nothing at this address.\n", 404, headers=SAFE)


def _static(path: str, media_type: str) -> Endpoint:
    """A file of the package ``alerts``."""

    async def static(request: Request) -> Response:
        text = files("alerts").joinpath(*path.split("/")).read_text(encoding="utf-8")
        return Response(text, media_type=media_type, headers=SAFE | {"Cache-Control": "max-age=3600"})

    return static


async def _alive(request: Request) -> Response:
    """The process is alive."""
    return PlainTextResponse("ok\n")


def _ready(web: WebContext, *, with_service: bool) -> Endpoint:
    """Whether the process can serve: the store can be read and written and has the schema, and the service makes progress.

    Web pages alone beside an embedded store cannot know whether a service is meant to run, because single commands may do
    its work. They do not look at its progress.
    """

    def obstacle() -> str | None:
        # The store may be readable and full: then nothing
        # new is stored, and readers would wait in vain.
        if web.store.last_write_error is not None:
            return "the store takes nothing; the log says why"
        try:
            if not web.store.is_ready():
                return "the store's schema is older than this program: aseanwatch db upgrade"
            if not with_service and web.settings.work.engine == "embedded":
                return None
            with web.store.read() as connection:
                return "; ".join(s.message for s in standstills(connection, web.clock())) or None
        except StoreError as error:
            log.error("%s", error)
            return "the store cannot be used; the log says why"

    async def ready(request: Request) -> Response:
        found = await run_in_threadpool(obstacle)
        return PlainTextResponse(f"{found or 'ready'}\n", 503 if found else 200)

    return ready


def _metrics(web: WebContext) -> Endpoint:
    """The metrics for Prometheus. They need a token with the scope read, as the API does."""
    access = ApiAccess(web)

    def text_of() -> bytes:
        from alerts.operations.metrics import metrics_text  # noqa: PLC0415 - a tenth of a second, where nobody measures

        return metrics_text(web.live, web.store, web.clock)

    async def metrics(request: Request) -> Response:
        try:
            await run_in_threadpool(access.require_read, request)
            text = await run_in_threadpool(text_of)
        except HTTPException as error:
            return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)
        except StoreError:
            log.exception("the metrics cannot be read")
            return PlainTextResponse("the store cannot be used; the log says why\n", 503)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return metrics
