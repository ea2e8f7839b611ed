"""What each source is worth: the sources ranked by what they brought, what is wrong with each, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from time import monotonic, thread_time
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection
from starlette.responses import Response

from alerts.operations.source_actions import SourceActions
from alerts.web.console.confirmation import applied
from alerts.web.console.request import ConsoleRequest
from crawler.model import AseanwatchError
from crawler.polling.audit import AuditVerdict, SourceAct, SourceAudit, SourceYield
from crawler.runtime.redaction import without_credentials
from crawler.sources.audit import audit
from crawler.store import Store
from crawler.store.source_yields import source_yields

DEAR, KEPT_FOR_EACH, KEPT = 0.1, 100.0, 300.0
"""Counting that takes longer (seconds of computing) is kept for so many seconds for each second that it took, and for so many at most."""
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
        found = _yields(request, connection)
        return audit(connection, request.settings, request.now - PERIOD, request.now, found)


class _Counted(NamedTuple):
    """What the sources of these names brought, and until when (on the clock of `time.monotonic`) that need not be counted again."""

    names: Sequence[str]
    found: Sequence[SourceYield]
    until: float


_counted: WeakKeyDictionary[Store, _Counted] = WeakKeyDictionary()


def _yields(request: ConsoleRequest, connection: Connection) -> Sequence[SourceYield]:
    """What the sources brought. All entries of a month are read for it, so that it is kept for a while where that took long."""
    names = [s.name for s in request.settings.sources]
    known = _counted.get(request.store)
    if known is not None and known.names == names and monotonic() < known.until:
        return known.found
    begun = thread_time()
    found = source_yields(connection, names, request.now - PERIOD)
    took = thread_time() - begun
    if took > DEAR:
        _counted[request.store] = _Counted(names, found, monotonic() + min(KEPT, took * KEPT_FOR_EACH))
    return found


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
