"""The outbox: what waits, what was sent and what failed; trying again, dropping, and using a channel again."""

from __future__ import annotations

from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.responses import Response

from alerts.delivery import breaker, outbox
from alerts.delivery.advice import delivery_advice
from alerts.subscriptions.subscriptions import names_after
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.running import is_service_running
from crawler.model import AseanwatchError

SHOWN = 100
MOST_CHOICES = 200
"""Subscriptions that the filter offers; with more, the page of each leads to its deliveries."""


def deliveries(request: ConsoleRequest) -> Response:
    """The outbox, the latest first; posted: try again, drop, or use a channel again."""
    if request.is_post:
        return _change(request)
    status, subscription = _status(request), request.value("subscription")
    digest = request.integer("digest") or None
    with request.store.read() as connection:
        rows = outbox.listed(
            connection, status or None, SHOWN, subscription=subscription or None, digest=digest
        )
        down = breaker.states(connection)
        totals = outbox.counts(connection)
        names = _names(connection, request, subscription)
    return request.page(
        "deliveries.html.j2",
        "deliveries",
        title=request.gettext("Deliveries"),
        rows=[(row, delivery_advice(row["status"], row["failure"])) for row in rows],
        down=down,
        totals=totals,
        chosen=status,
        subscription=subscription,
        names=names,
        digest=digest,
        statuses=outbox.STATUSES,
        most=SHOWN,
        here=_here(request),
    )


def _status(request: ConsoleRequest) -> str:
    status = request.value("status")
    return status if status in outbox.STATUSES else ""


def _names(connection: Connection, request: ConsoleRequest, chosen: str) -> list[str]:
    """The subscriptions that can be chosen, the chosen one among them even if it is there no more."""
    names = names_after(connection, request.settings, "")[:MOST_CHOICES]
    return names if not chosen or chosen in names else [*names, chosen]


def _here(request: ConsoleRequest) -> str:
    """The query of the page, so that a change leads back to the same list."""
    wanted = {
        "status": _status(request),
        "subscription": request.value("subscription"),
        "digest": request.integer("digest"),
    }
    return urlencode({key: value for key, value in wanted.items() if value})


def _change(request: ConsoleRequest) -> Response:
    gettext = request.gettext
    number = request.value("number")
    channel = request.value("channel")
    with request.store.write() as connection:
        if request.action == "retry":
            again = outbox.retry(connection, request.integer("number") or None, request.now)
            done = request.words.ngettext(
                "%(num)s message waits to be sent again.", "%(num)s messages wait to be sent again.", again
            )
        elif request.action == "drop" and number:
            outbox.drop(connection, request.integer("number"))
            done = gettext("Dropped: it is not sent. Among the dropped ones it can be taken up again.")
        elif request.action == "resume" and channel:
            waiting = outbox.resume(connection, channel, request.now)
            done = request.words.ngettext(
                "%(channel)s is tried again; %(num)s message waits for it.",
                "%(channel)s is tried again; %(num)s messages wait for it.",
                waiting,
                channel=channel,
            )
        else:
            raise AseanwatchError(gettext("Nothing was chosen."))
        request.audit(connection, f"delivery: {request.action}", number or channel or "all that failed")
    if request.action != "drop" and not is_service_running(request):
        hint = gettext("No service runs now: aseanwatch run sends it, or aseanwatch alerts dispatch.")
        done = f"{done} {hint}"
    query = _here(request)
    return request.redirect(f"/console/deliveries?{query}" if query else "/console/deliveries", done)
