"""The history of changes of the configuration, and taking one back."""

from __future__ import annotations

from starlette.responses import Response

from alerts.operations import tuning
from alerts.web.console.confirmation import applied
from alerts.web.console.request import ConsoleRequest


def changes(request: ConsoleRequest) -> Response:
    """The history; posted: take a change back."""
    if request.is_post:
        return _undo(request)
    with request.store.read() as connection:
        rows = tuning.history(connection, box=request.box)
    return request.page(
        "changes.html.j2", "topics", title=request.gettext("Changes of the configuration"), rows=rows
    )


def _undo(request: ConsoleRequest) -> Response:
    with request.store.write() as connection:
        undone = tuning.undo(
            connection,
            request.live,
            request.integer("number"),
            request.person.name,
            request.now,
            request.box,
        )
        request.audit(connection, "configuration: undo", f"{undone.section}.{undone.name}")
    message = " ".join((request.gettext("Taken back."), applied(request)))
    # From a notice: back to the entry that it was about, if it is still there.
    path = "/console/changes"
    if request.action == "back":
        path = (
            f"/console/{undone.section}/{undone.name}"
            if _exists(request, undone)
            else f"/console/{undone.section}"
        )
    return request.redirect(path, message)


def _exists(request: ConsoleRequest, key: tuning.EntryKey) -> bool:
    return key.name in tuning.entries_by_name(request.live.settings, key.section)
