"""Which address of the console is answered by what."""

from __future__ import annotations

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from alerts.web.console import deliveries, register, sources, story, subscriptions, today, topics
from alerts.web.console.account import Account
from alerts.web.console.gate import Gate
from alerts.web.console.signing_in import threads
from alerts.web.console.visit import HEADERS

STATIC = {"console.css": "text/css", "keys.js": "text/javascript", "editor.js": "text/javascript", "htmx.min.js": "text/javascript",
          "link.js": "text/javascript"}  # fmt: skip
BOTH = ["GET", "POST"]


def routes(gate: Gate) -> list[Route]:
    """All pages of the console."""
    c, account = "/console", Account(gate)
    return [
        Route(c, _to_today),
        Route(f"{c}/", gate.open(today.today)),
        Route(f"{c}/stories/{{story:int}}", gate.open(story.story)),
        Route(f"{c}/stories/{{story:int}}", gate.open(story.correct, changes=True), methods=["POST"]),
        Route(f"{c}/register", gate.open(register.register)),
        Route(f"{c}/register.{{form}}", gate.open(register.export)),
        Route(f"{c}/register/{{key}}", gate.open(register.base)),
        Route(f"{c}/register/{{key}}", gate.open(register.correct, changes=True), methods=["POST"]),
        Route(f"{c}/topics", gate.open(topics.topics)),
        Route(f"{c}/topics/{{name}}", gate.open(topics.topic), methods=BOTH),
        Route(f"{c}/topics/{{name}}/suggestions", gate.open(topics.suggestions)),
        Route(f"{c}/terms/{{name}}", gate.open(topics.terms), methods=BOTH),
        Route(f"{c}/changes", gate.open(topics.changes), methods=BOTH),
        Route(f"{c}/sources", gate.open(sources.sources)),
        Route(f"{c}/sources.opml", gate.open(sources.opml), methods=BOTH),
        Route(f"{c}/sources/add", gate.open(sources.add, changes=True), methods=BOTH),
        Route(f"{c}/sources/{{name}}", gate.open(sources.source)),
        Route(f"{c}/subscriptions", gate.open(subscriptions.subscriptions)),
        Route(f"{c}/subscriptions/add", gate.open(subscriptions.add, changes=True), methods=BOTH),
        Route(f"{c}/subscriptions/{{name}}", gate.open(subscriptions.subscription), methods=BOTH),
        Route(f"{c}/subscriptions/{{name}}/preview", gate.open(subscriptions.preview)),
        Route(f"{c}/digests/{{number:int}}", gate.open(subscriptions.told)),
        Route(f"{c}/deliveries", gate.open(deliveries.outgoing), methods=BOTH),
        Route(f"{c}/health", gate.open(deliveries.health), methods=BOTH),
        Route(f"{c}/account", gate.open(account.page), methods=["GET"]),
        Route(f"{c}/account", gate.open(account.change, own=True, apart=threads()), methods=["POST"]),
        Route(f"{c}/sign-in", gate.open(gate.sign_in, read=False, apart=threads()), methods=BOTH),
        Route(f"{c}/sign-out", gate.open(gate.sign_out, own=True), methods=["POST"]),
        Route(f"{c}/language", gate.open(gate.language, read=False), methods=["POST"]),
        Route(f"{c}/static/{{name}}", _static),
    ]


async def _to_today(request: Request) -> Response:
    return RedirectResponse("/console/", 308)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        return PlainTextResponse("There is no such file.\n", 404, headers=HEADERS)
    body = files("alerts").joinpath("web", "static", name).read_bytes()
    forever = {"Cache-Control": "public, max-age=31536000, immutable"} if request.url.query else {}
    return Response(body, media_type=STATIC[name], headers=HEADERS | forever)
