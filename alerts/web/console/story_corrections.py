"""The corrections of a story by its page: each says what it did, leads to what came of it, and can be taken back where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection
from starlette.responses import Response

from alerts.digests.excerpt import excerpt
from alerts.web.console.notice import Notice
from alerts.web.console.request import ConsoleRequest
from crawler.analysis.corrections import label, merge_stories, split_story
from crawler.analysis.release import not_a_copy
from crawler.analysis.undoing import undo_change, undoable
from crawler.model import AseanwatchError
from crawler.store import articles, stories
from crawler.store.leading import leading

HEADLINE = 120
"""Characters of a headline within a notice."""


def correct(request: ConsoleRequest) -> Response:
    """Do what a button of the page says: pin, merge, split, undo, no copy, wrong."""
    number = request.path_id("story")
    action = _ACTIONS.get(request.action)
    if action is None:
        raise AseanwatchError(request.gettext("Nothing was chosen."))
    with request.store.write() as connection:
        shown, done = action(request, connection, number)
        request.audit(
            connection,
            f"story: {request.action}",
            number,
            form={k: v for k, v in request.form.items() if k not in ("form", "do")},
        )
    return request.redirect(f"/console/stories/{shown}", done)


def _pin(request: ConsoleRequest, connection: Connection, number: int) -> tuple[int, Notice]:
    stories.pin(connection, number, request.now, request.value("note"))
    text = request.gettext("Pinned: a change of topics that would lose this story is reported first.")
    return number, Notice(text, undo={"do": "unpin"}, undo_at=_page(number))


def _unpin(request: ConsoleRequest, connection: Connection, number: int) -> tuple[int, Notice]:
    note = stories.pinned(connection).get(number, "")
    stories.unpin(connection, number)
    undo = {"do": "pin", "note": note}
    return number, Notice(request.gettext("No longer pinned."), undo=undo, undo_at=_page(number))


def _merge(request: ConsoleRequest, connection: Connection, number: int) -> tuple[int, Notice]:
    # A suggestion that was chosen, or the address of the other story.
    other = request.value("other").rpartition("/")[2] or request.value("neighbour")
    # 18 digits fit into 63 bits; larger numbers make the databases raise.
    if not (other.isascii() and other.isdecimal() and len(other) < 19):
        raise AseanwatchError(request.gettext("Name the other story by its number or its address."))
    name = _headline(request, connection, int(other))
    reports = merge_stories(connection, number, int(other), request.now, request.person.name)
    text = request.gettext(
        "Merged with %(story)s: %(reports)s now. Nobody is told of it again.",
        story=request.words.quoted(name),
        reports=request.ngettext("%(num)s report", "%(num)s reports", reports),
    )
    return number, Notice(text, undo=_undo_of(connection, number), undo_at=_page(number))


def _split(request: ConsoleRequest, connection: Connection, number: int) -> tuple[int, Notice]:
    rules, chosen = request.settings.rules(), request.integers("article")
    made = split_story(connection, number, chosen, rules, request.now, request.person.name)
    reports = request.ngettext("%(num)s report", "%(num)s reports", made.articles)
    text = request.gettext("%(reports)s split off into a story of its own:", reports=reports)
    undo = _undo_of(connection, number)
    headline = _headline(request, connection, made.story)
    return number, Notice(text, _page(made.story), headline, undo, _page(number))


def _undo(request: ConsoleRequest, connection: Connection, number: int) -> tuple[int, Notice]:
    left = undo_change(connection, request.integer("change"), request.now, request.person.name)
    shown = number if number in left else left[0]
    others = [story for story in left if story != shown]
    if not others:
        return shown, Notice(request.gettext("Taken back: it is one story again."))
    text = request.gettext("Taken back: these are two stories again. The other one:")
    return shown, Notice(text, _page(others[0]), _headline(request, connection, others[0]))


def _release(request: ConsoleRequest, connection: Connection, number: int) -> tuple[int, Notice]:
    released = not_a_copy(connection, request.integer("article"), request.settings.rules(), request.now)
    if released.story is None:
        return number, Notice(
            request.gettext("It counts as no copy now. It is not relevant, so it is in no story.")
        )
    text = request.gettext("It counts as no copy now, and is told as news of its own.")
    if released.story == number:
        return number, Notice(text)
    back = _headline(request, connection, number)
    return released.story, Notice(text, _page(number), request.gettext("Back to %(story)s", story=back))


def _label(request: ConsoleRequest, connection: Connection, number: int) -> tuple[int, Notice]:
    article, verdict, value = request.integer("article"), request.value("verdict"), request.value("value")
    label(connection, article, verdict, value, request.person.name, request.now)
    row = articles.by_id(connection, [article])[article]
    text = request.gettext(
        "Noted, to measure judging by: %(verdict)s. The report:",
        verdict=" ".join(filter(None, (request.gettext(verdict), value))),
    )
    return number, Notice(text, f"#report-{article}", excerpt(row.title or row.url, HEADLINE))


def _headline(request: ConsoleRequest, connection: Connection, number: int) -> str:
    """The headline under which a story is shown to the reader; its number where it has none."""
    reports = stories.members(connection, [number]).get(number)
    if not reports:
        return str(number)
    lead = leading(reports, request.reading_languages)
    return excerpt(lead.title or lead.text, HEADLINE)


def _undo_of(connection: Connection, number: int) -> Mapping[str, str]:
    change = undoable(connection, number)
    return {} if change is None else {"do": "undo", "change": str(change)}


def _page(number: int) -> str:
    return f"/console/stories/{number}"


_ACTIONS: dict[str, Callable[[ConsoleRequest, Connection, int], tuple[int, Notice]]] = {
    "pin": _pin,
    "unpin": _unpin,
    "merge": _merge,
    "split": _split,
    "undo": _undo,
    "release": _release,
    "label": _label,
}
