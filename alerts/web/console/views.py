"""Saved views: filters of the list of stories under a name and at an address of their own, each person's own."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from alerts.web.console.request import LARGEST_ID, ConsoleRequest
from alerts.web.console.story_filters import StoryFilters, address, read_filters
from alerts.web.console.story_panel import FilterChip, chips
from crawler.model import AseanwatchError
from crawler.store import saved_views
from crawler.store.story_choice import choose
from crawler.store.story_facets import story_facets


class ListedView(NamedTuple):
    """A view as the page lists it: its number and name, how many stories it has, and its filters."""

    id: int
    name: str
    number: int
    filters: list[FilterChip]


def views(request: ConsoleRequest) -> Response:
    """All views of the person; posted: keep the filters of a list under a name."""
    if request.is_post:
        return _save(request)
    with request.store.read() as connection:
        facets = story_facets(request.store, connection)
        listed = []
        for view in saved_views.views_of(connection, request.person.name):
            filters = read_filters(request, facets, view.query)
            number = len(choose(facets, connection, filters.choice))
            listed.append(ListedView(view.id, view.name, number, chips(request, filters)))
    return request.page("views.html.j2", "today", title=request.gettext("Saved views"), views=listed)


def _save(request: ConsoleRequest) -> Response:
    query = _understood(request, request.value("query"))
    with request.store.write() as connection:
        number = saved_views.save(connection, request.person.name, request.value("name"), query, request.now)
    return request.redirect(f"/console/views/{number}")


def _understood(request: ConsoleRequest, query: str) -> str:
    """The filters of a query, without what is none."""
    with request.store.read() as connection:
        return read_filters(request, story_facets(request.store, connection), query[:4_000]).query


def view(request: ConsoleRequest) -> Response:
    """Open a view: the list of stories with its filters; posted: rename it, give it other filters, or remove it."""
    number = min(request.path_id("number"), LARGEST_ID)
    if request.is_post:
        return _change(request, number)
    try:
        with request.store.read() as connection:
            found = saved_views.view_of(connection, request.person.name, number)
    except AseanwatchError as error:
        return request.problem(request.words.said_error(error), 404)
    return request.redirect(address(urlencode([*parse_qsl(found.query), ("view", str(number))])))


def _change(request: ConsoleRequest, number: int) -> Response:
    person = request.person.name
    query = _understood(request, request.value("query"))
    with request.store.write() as connection:
        if request.action == "rename":
            saved_views.rename(connection, person, number, request.value("name"))
        elif request.action == "replace":
            saved_views.replace(connection, person, number, query, request.now)
        elif request.action == "remove":
            saved_views.remove(connection, person, number)
        else:
            raise AseanwatchError(request.gettext("Nothing was chosen."))
    if request.action == "replace":
        return request.redirect(f"/console/views/{number}")
    return request.redirect("/console/views", request.gettext("Done."))


class ViewLink(NamedTuple):
    """A view beside the list: its number, its name, and whether it is the one that is shown."""

    id: int
    name: str
    is_shown: bool
    is_changed: bool


def links(views_of_person: list[saved_views.SavedView], shown: int, filters: StoryFilters) -> list[ViewLink]:
    """The views of a person beside the list.

    Args:
        views_of_person: all of them.
        shown: the number of the one that was opened; 0 for none.
        filters: of the list, which may have been changed since.
    """
    return [
        ViewLink(v.id, v.name, v.id == shown, v.id == shown and v.query != filters.query)
        for v in views_of_person
    ]
