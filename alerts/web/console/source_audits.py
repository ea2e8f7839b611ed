"""What each source is worth: the sources ranked by what they brought, what is wrong with each, and what to do."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from alerts.operations.source_actions import SourceActions
from alerts.web.console.confirmation import applied
from alerts.web.console.request import ConsoleRequest
from crawler.model import AseanwatchError
from crawler.polling.audit import AuditVerdict, SourceAct, SourceAudit
from crawler.runtime.redaction import without_credentials
from crawler.sources.audit import audit

PERIOD = timedelta(days=30)
"""As far back as polls are recorded."""


def source_audits(request: ConsoleRequest) -> Response:
    """The audit of all sources; posted: write the address to which one of them has moved."""
    audits = _audits(request)
    if request.is_post:
        return _moved(request, audits)
    verdicts = [v for v in AuditVerdict if any(a.verdict is v for a in audits)]
    counts = {v.value: sum(a.verdict is v for a in audits) for v in verdicts}
    chosen = request.value("verdict") if request.value("verdict") in counts else ""
    rows = [(n, a) for n, a in enumerate(audits, 1) if chosen in ("", a.verdict.value)]
    return request.page(
        "source_audits.html.j2", "sources", title=request.gettext("What each source is worth"), rows=rows, counts=counts,
        chosen=chosen, days=PERIOD.days, plain=without_credentials, all=len(audits),
    )  # fmt: skip


def _audits(request: ConsoleRequest) -> list[SourceAudit]:
    with request.store.read() as connection:
        return audit(connection, request.settings, request.now - PERIOD, request.now)


def _moved(request: ConsoleRequest, audits: list[SourceAudit]) -> Response:
    """Write the new address of a source that moved. What the form says is only which: the address is the one that was seen."""
    name = request.value("source")
    found = next((a for a in audits if a.name == name and a.act is SourceAct.MOVE), None)
    if found is None or found.target is None:
        raise AseanwatchError(request.gettext("This source has not moved."))
    actions = SourceActions(request.live, request.store, request.person.name, request.now)
    number = actions.change(name, {"url": found.target})
    done = request.gettext("The new address of %(name)s is written.", name=name)
    return request.redirect("/console/sources/audit", request.changed(f"{done} {applied(request)}", number))
