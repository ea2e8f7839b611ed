"""The editor of a term set."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from alerts.operations import tuning
from alerts.web.console import confirmation
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.topic_form import problem_text
from crawler.config.config_file import read_text
from crawler.config.own_file import OwnFile
from crawler.judging.judge import Judge
from crawler.model import AseanwatchError


def terms(request: ConsoleRequest) -> Response:
    """The editor of one term set, as the lines of the file; posted: try, apply, rename or delete it."""
    name = request.path_value("name")
    block = OwnFile(request.live.path, read_text(request.live.path)).block("terms", name)
    if block is None:
        return request.problem(request.gettext("There is no term set %(name)s.", name=name), 404)
    if not request.is_post:
        return _page(request, name, block, doubts=confirmation.doubts_after(request, "terms", name))
    # Browsers send CR LF, whatever the file has.
    edited = "".join(f"{line.rstrip()}\n" for line in request.form_value("block").splitlines())
    try:
        return _change(request, name, edited)
    except AseanwatchError as error:
        return _page(request, name, edited, problem=problem_text(error, "terms", name, request.words))


def _change(request: ConsoleRequest, name: str, block: str) -> Response:
    """Do what the pressed button says; without one try the set."""
    if request.action == "rename":
        done = confirmation.rename(request, "terms", name, request.value("renamed"))
        return done if isinstance(done, Response) else _page(request, name, block, confirmation=done)
    if request.action == "delete":
        return _delete(request, name, block)
    draft = tuning.draft_block(request.live, "terms", name, block)
    if request.action == "apply":
        return _apply(request, name, block, draft)
    trial = tuning.try_sets(request.store, Judge(request.settings.rules()), Judge(draft.settings.rules()))
    doubts = tuning.doubts(draft.settings, "terms", name)
    difference = draft.difference(request.live.path.name)
    return _page(request, name, block, difference=difference, found=trial, doubts=doubts)


def _delete(request: ConsoleRequest, name: str, block: str) -> Response:
    needed = confirmation.confirm_deleting(request, "terms", name)
    if not needed.is_given(request):
        return _page(request, name, block, confirmation=needed)
    return confirmation.delete(request, "terms", name, needed)


def _apply(request: ConsoleRequest, name: str, block: str, draft: tuning.Draft) -> Response:
    needed = confirmation.confirm_applying(request, "terms", name, draft)
    if not needed.is_given(request):
        difference = draft.difference(request.live.path.name)
        doubts = tuning.doubts(draft.settings, "terms", name)
        return _page(request, name, block, confirmation=needed, difference=difference, doubts=doubts)
    with request.store.write() as connection:
        tuning.apply_block(connection, request.live, "terms", name, block, request.person.name, request.now)
        request.audit(connection, "terms: apply", name, **needed.audit_detail())
    return request.redirect(f"/console/terms/{name}", confirmation.applied(request))


def _page(request: ConsoleRequest, name: str, block: str, **more: Any) -> Response:
    values = {"difference": "", "problem": None, "confirmation": None, "found": None, "doubts": [], **more}
    status = 200
    if values["problem"]:
        status = 422
    elif values["confirmation"]:
        status = 409
    return request.page("terms.html.j2", "topics", status, title=f"${name}", name=name, block=block, **values)
