"""Whether a service runs that takes over what is changed here, and what to say where none does."""

from __future__ import annotations

from alerts.operations.progress import LONGEST_UNSELECTED, last_selected
from alerts.web.console.request import ConsoleRequest


def is_service_running(request: ConsoleRequest) -> bool:
    """Whether a service works on this store: in this process, or in any other."""
    if request.live.is_serving:
        return True
    with request.store.read() as connection:
        selected = last_selected(connection)
    return selected is not None and abs(request.now - selected) <= LONGEST_UNSELECTED


def asked_soon(request: ConsoleRequest) -> str:
    """When a source is asked that is new, or was resumed or changed."""
    if is_service_running(request):
        return request.gettext("It is asked within seconds.")
    return request.gettext("No service runs now: it is asked as soon as one does (aseanwatch run).")
