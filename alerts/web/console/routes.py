"""The addresses of the console: who may use each, and which function answers it.

A new page is a function that takes a `ConsoleRequest`, a template, and a line in `routes`. An entry in the navigation is a
line in `SECTIONS`.
"""

from __future__ import annotations

from importlib.resources import files

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from alerts.digests.wording import N_
from alerts.web.console import (
    changes,
    deliveries,
    exports,
    feedback,
    first_run,
    health,
    one_base,
    register,
    source_audits,
    source_page,
    sources,
    story,
    story_corrections,
    subscriptions,
    terms,
    today,
    topics,
    views,
    volume,
)
from alerts.web.console.account import AccountPages
from alerts.web.console.gate import Gate
from alerts.web.console.missing_terms import MissingTermsPages
from alerts.web.console.new_topic import NewTopicPages
from alerts.web.console.request import HEADERS, asset
from alerts.web.console.signing_in import threads
from alerts.web.context import WebContext
from alerts.web.organisation.addresses import BACK, ENDED, WAY

SECTIONS = {
    "today": N_("Today"),
    "register": N_("Register"),
    "topics": N_("Topics"),
    "sources": N_("Sources"),
    "subscriptions": N_("Subscriptions"),
    "deliveries": N_("Deliveries"),
    "health": N_("Health"),
}
"""The navigation: the name of each section, which is its path too, and its label."""
STATIC_TYPES = {
    "console.css": "text/css",
    "keys.js": "text/javascript",
    "editor.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "link.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
BOTH = ["GET", "POST"]


def routes(web: WebContext) -> list[Route]:
    """All pages of the console. `Gate` says what each kind of access means."""
    gate = Gate(web, SECTIONS)
    account = AccountPages(gate.signing_in)
    # Threads of their own: a provider that is slow holds up nobody but who comes from it.
    at_provider = CapacityLimiter(8)
    return [
        Route("/console", _to_today),
        Route("/console/", gate.reader(today.today)),
        Route("/console/", gate.reader(today.mark), methods=["POST"]),
        Route("/console/stories.{form}", gate.reader(exports.stories)),
        Route("/console/volume", gate.reader(volume.volume)),
        Route("/console/views", gate.signed_in(views.views), methods=BOTH),
        Route("/console/views/{number:int}", gate.signed_in(views.view), methods=BOTH),
        Route("/console/first-steps", gate.reader(first_run.progress)),
        Route("/console/first-steps", gate.operator(first_run.skip), methods=["POST"]),
        Route("/console/stories/{story:int}", gate.reader(story.story, shows_marks=False)),
        Route("/console/stories/{story:int}", gate.operator(story_corrections.correct), methods=["POST"]),
        Route("/console/register", gate.reader(register.register)),
        Route("/console/register.{form}", gate.reader(register.export)),
        Route("/console/register/{key}", gate.reader(one_base.base)),
        Route("/console/register/{key}", gate.operator(one_base.correct), methods=["POST"]),
        Route("/console/topics", gate.reader(topics.topics)),
        Route("/console/new-topic", gate.operator(NewTopicPages().page), methods=BOTH),
        Route("/console/topics/{name}", gate.reader(topics.topic), methods=BOTH),
        Route("/console/topics/{name}/suggestions", gate.reader(MissingTermsPages().page)),
        Route("/console/terms/{name}", gate.reader(terms.terms), methods=BOTH),
        Route("/console/changes", gate.reader(changes.changes), methods=BOTH),
        Route("/console/sources", gate.reader(sources.sources)),
        Route("/console/sources.opml", gate.reader(sources.opml), methods=BOTH),
        Route("/console/sources.{form}", gate.reader(exports.sources)),
        # Before the page of one source: Starlette takes the first route that matches.
        Route("/console/sources/audit", gate.reader(source_audits.source_audits)),
        Route("/console/sources/audit", gate.operator(source_audits.source_audits), methods=["POST"]),
        Route("/console/sources/add", gate.operator(sources.add), methods=BOTH),
        Route("/console/subscriptions.{form}", gate.reader(exports.subscriptions)),
        Route("/console/deliveries.{form}", gate.reader(exports.deliveries)),
        Route("/console/sources/{name}", gate.reader(source_page.source), methods=BOTH),
        Route("/console/subscriptions", gate.reader(subscriptions.subscriptions)),
        # Likewise before the page of one subscription.
        Route("/console/subscriptions/add", gate.operator(subscriptions.add), methods=BOTH),
        Route("/console/subscriptions/{name}", gate.reader(subscriptions.subscription), methods=BOTH),
        Route("/console/subscriptions/{name}/preview", gate.reader(subscriptions.preview)),
        Route("/console/feedback", gate.reader(feedback.feedback)),
        Route("/console/digests/{number:int}", gate.reader(subscriptions.past_digest)),
        Route("/console/deliveries", gate.reader(deliveries.deliveries), methods=BOTH),
        Route("/console/health", gate.reader(health.health), methods=BOTH),
        Route("/console/account", gate.reader(account.page), methods=["GET"]),
        Route("/console/account", gate.signed_in(account.change, threads()), methods=["POST"]),
        Route("/console/sign-in", gate.public(gate.sign_in, threads()), methods=BOTH),
        Route(WAY, gate.public(gate.organisation.leave_to_sign_in, page_threads=at_provider)),
        Route(BACK, gate.public(gate.organisation.come_back, page_threads=at_provider)),
        Route(ENDED, gate.organisation.ended_at_provider(web), methods=["POST"]),
        Route("/console/sign-out", gate.signed_in(gate.sign_out), methods=["POST"]),
        Route("/console/language", gate.public(gate.language), methods=["POST"]),
        Route("/console/static/{name}", _static),
        # Browsers ask for it where a page, such as a file of an export, names no icon.
        Route("/favicon.ico", _favicon),
    ]


async def _to_today(request: Request) -> Response:
    return RedirectResponse("/console/", 308)


async def _favicon(request: Request) -> Response:
    return RedirectResponse(asset("icon.svg"), 302)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC_TYPES:
        return PlainTextResponse("There is no such file.\n", 404, headers=HEADERS)
    body = files("alerts").joinpath("web", "static", name).read_bytes()
    # The query is the digest of the content, so that the address changes with it (see `asset`).
    is_versioned = bool(request.url.query)
    caching = {"Cache-Control": "public, max-age=31536000, immutable"} if is_versioned else {}
    return Response(body, media_type=STATIC_TYPES[name], headers=HEADERS | caching)
