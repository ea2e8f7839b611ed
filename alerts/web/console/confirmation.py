"""Asks an operator to confirm a change of topics or term sets, says what speaks against it, and carries it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from alerts.operations import tuning
from alerts.operations.objections import Objection, dependents, objections, seal
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.running import is_service_running
from crawler.config.loading import ConfigError
from crawler.config.settings import Settings
from crawler.judging.judge import QueryError, UnknownTermSetError

LONGEST_WAIT = 5.0
"""Seconds to wait for the running service to take a change over, before the page says that it will."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What an operator must confirm before a change.

    Attributes:
        objections: what speaks against the change.
        action: apply, delete or rename. Deleting and renaming are always confirmed.
        is_blocked: config.yaml itself refers to the entry that is to be deleted, and would be wrong without it.
    """

    objections: tuple[Objection, ...]
    action: str
    is_blocked: bool = False

    @property
    def seal(self) -> str:
        """What the form sends back if the operator has seen exactly this."""
        # The word "wish" is part of the digest of forms that are open while the program is upgraded.
        return seal([*self.objections, Objection("wish", self.action)])

    def is_given(self, request: ConsoleRequest) -> bool:
        """Whether the operator has confirmed, or there is nothing to confirm."""
        needs_none = self.action == "apply" and not self.objections
        return needs_none or request.value("sure") == self.seal

    def audit_detail(self) -> dict[str, Any]:
        """What the audit log keeps of it."""
        if not self.objections:
            return {}
        return {"although": [f"{o.kind} {o.text}" for o in self.objections]}


def confirm_applying(request: ConsoleRequest, section: str, name: str, draft: tuning.Draft) -> Confirmation:
    """What to confirm before an entry is changed."""
    found = _objections(request, draft.settings, section, name)
    return Confirmation(found, "apply")


def confirm_deleting(request: ConsoleRequest, section: str, name: str) -> Confirmation:
    """What to confirm before an entry is taken out."""
    found = _objections(request, _without(request.settings, section, name), section, name)
    return Confirmation(found, "delete", is_blocked=not _can_be_deleted(request, section, name))


def _objections(request: ConsoleRequest, after: Settings, section: str, name: str) -> tuple[Objection, ...]:
    with request.store.read() as connection:
        try:
            return tuple(objections(connection, request.settings, after, section, name))
        except (QueryError, UnknownTermSetError):
            # A query refers to the entry, so that no judge can be made of the changed settings: name what refers to it.
            found = dependents(connection, request.settings, section, name)
            return tuple(Objection("dependent", text) for text in found)


def _can_be_deleted(request: ConsoleRequest, section: str, name: str) -> bool:
    try:
        tuning.draft(request.live, section, name, None)
    except ConfigError:
        return False
    return True


def _without(settings: Settings, section: str, name: str) -> Settings:
    """The settings without one entry, whether they would be valid or not."""
    entries = {n: e for n, e in getattr(settings, section).items() if n != name}
    return settings.model_copy(update={section: entries})


def delete(request: ConsoleRequest, section: str, name: str, confirmation: Confirmation) -> Response:
    """Take out an entry after the operator has confirmed.

    Raises:
        ConfigError: other entries of the file depend on it.
    """
    with request.store.write() as connection:
        tuning.apply(connection, request.live, section, name, None, request.person.name, request.now)
        action = f"{section.removesuffix('s')}: delete"
        request.audit(connection, action, name, **confirmation.audit_detail())
    message = request.gettext("%(name)s is taken out.", name=name)
    return request.redirect("/console/topics", f"{message} {applied(request)}")


def rename(request: ConsoleRequest, section: str, name: str, new: str) -> Response | Confirmation:
    """Give an entry another name. Everything that uses it is changed too.

    Returns:
        The answer, or what the operator must confirm first.

    Raises:
        ConfigError, AseanwatchError: the entry cannot have the new name.
    """
    # Only for its errors: what cannot be done is not asked about.
    tuning.draft_renaming(request.live, section, name, new)
    with request.store.read() as connection:
        found = [
            Objection("dependent", text) for text in dependents(connection, request.settings, section, name)
        ]
    confirmation = Confirmation((*found, Objection("renamed", f"{name} → {new}")), "rename")
    if not confirmation.is_given(request):
        return confirmation
    with request.store.write() as connection:
        tuning.rename(connection, request.live, section, name, new, request.person.name, request.now)
        request.audit(connection, f"{section.removesuffix('s')}: rename", name, to=new)
    return request.redirect(f"/console/{section}/{new}", applied(request))


def applied(request: ConsoleRequest) -> str:
    """Whether a change that was saved is in force, will be soon, or is not."""
    gettext = request.gettext
    is_in_force = request.live.is_taken_over(LONGEST_WAIT)
    if request.live.problem is not None:
        return gettext(
            "Saved, but what was said before stays in force: %(problem)s", problem=request.live.problem
        )
    if is_in_force is None and not is_service_running(request):
        return gettext(
            "Applied and saved. No service runs now: it is in force as soon as one does (aseanwatch run)."
        )
    if is_in_force is None:
        return gettext("Applied and saved. A running service takes it over within a few seconds.")
    if is_in_force:
        return gettext("Applied. The running service has taken it.")
    return gettext(
        "Applied and saved. The running service takes it over as soon as what is under way has ended."
    )


def doubts_after(request: ConsoleRequest, section: str, name: str) -> list[str]:
    """What an entry says that is hardly meant, on the page that a change of it led to: the same as its preview said."""
    # Not on every look at the page: to find it takes a fifth of a second.
    return tuning.doubts(request.settings, section, name) if request.notice is not None else []
