"""What readers said of stories by the links in their digests: not for me, or more like this."""

from __future__ import annotations

from typing import Any, NamedTuple

from starlette.responses import Response

from alerts.subscriptions import reader_feedback
from alerts.web.console.machine_words import machine_words
from alerts.web.console.request import ConsoleRequest
from crawler.store import stories
from crawler.store.leading import COLUMNS, leading

MOST_ROWS = 100


class FeedbackRow(NamedTuple):
    """What readers of a subscription said of a story, and the report that leads the story."""

    said: reader_feedback.Feedback
    lead: Any


def feedback(request: ConsoleRequest) -> Response:
    """The list, of all or of one subscription or topic (in the query); the latest first."""
    subscription, topic = request.value("subscription"), request.value("topic")
    with request.store.read() as connection:
        found = reader_feedback.listed(
            connection, subscription=subscription or None, topic=topic or None, limit=MOST_ROWS
        )
        members = stories.members(connection, sorted({f.story for f in found}), (*COLUMNS, "source"))
    rows = [
        FeedbackRow(said, leading(members[said.story], request.reading_languages))
        for said in found
        if said.story in members
    ]
    machine = machine_words(request, titles_of=(row.lead for row in rows))
    title = request.gettext("What readers said")
    return request.page("feedback.html.j2", "subscriptions", title=title, rows=rows, machine=machine)
