"""The outbox: what waits, what was sent and what failed; trying again, dropping, and using a channel again."""

from __future__ import annotations

from starlette.responses import Response

from alerts.delivery import breaker, outbox
from alerts.web.console.request import ConsoleRequest
from crawler.model import AseanwatchError

SHOWN = 100


def deliveries(request: ConsoleRequest) -> Response:
    """The outbox, the latest first; posted: try again, drop, or use a channel again."""
    if request.is_post:
        return _change(request)
    status = request.value("status")
    if status not in outbox.STATUSES:
        status = ""
    with request.store.read() as connection:
        rows = outbox.listed(connection, status or None, SHOWN)
        down = breaker.states(connection)
        totals = outbox.counts(connection)
    return request.page(
        "deliveries.html.j2",
        "deliveries",
        title=request.gettext("Deliveries"),
        rows=rows,
        down=down,
        totals=totals,
        chosen=status,
        statuses=outbox.STATUSES,
    )


def _change(request: ConsoleRequest) -> Response:
    number = request.value("number")
    channel = request.value("channel")
    with request.store.write() as connection:
        if request.action == "retry":
            outbox.retry(connection, request.integer("number") or None, request.now)
        elif request.action == "drop" and number:
            outbox.drop(connection, request.integer("number"))
        elif request.action == "resume" and channel:
            outbox.resume(connection, channel, request.now)
        else:
            raise AseanwatchError(request.gettext("Nothing was chosen."))
        request.audit(connection, f"delivery: {request.action}", number or channel or "all that failed")
    return request.redirect("/console/deliveries", request.gettext("Done."))
