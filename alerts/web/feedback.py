"""What a reader says of a story by the links in a mail. A GET only shows what a button would do; mail scanners follow links."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from starlette.responses import Response

from alerts.delivery.outbox import digest_of
from alerts.digests.digest import StoryItem
from alerts.digests.marks import FEEDBACK_WISHES, MORE_LIKE_THIS, NOT_FOR_ME
from alerts.digests.wording import MACHINE_TRANSLATION
from alerts.identity.links import Grant, LinkError
from alerts.identity.story_links import FEEDBACK_FOR, digest_in, find_message
from alerts.readers import signup
from alerts.subscriptions import reader_feedback
from alerts.subscriptions.reader_feedback import FeedbackKind
from alerts.web.pages import page, say_page
from alerts.web.reader_request import ReaderRequest
from crawler.model import AseanwatchError, Phrase
from crawler.store import stories
from crawler.store.schema import deliveries, digests

_KINDS = {
    FEEDBACK_WISHES[NOT_FOR_ME]: FeedbackKind.NOT_FOR_ME,
    FEEDBACK_WISHES[MORE_LIKE_THIS]: FeedbackKind.MORE_LIKE_THIS,
}
UNDO = "undo"


class StoryLink(NamedTuple):
    """What a link stands for: its reader's right to the subscription, the story, and the digest that told it.

    ``number`` is that of the story in the digest; since then it may have been merged into ``story``.
    """

    grant: Grant
    story: int
    number: int
    digest: int
    is_test: bool


def feedback(request: ReaderRequest) -> Response:
    """Ask what a reader thinks of a story; posted: note it, or take it back."""
    wish = str(request.http.path_params.get("wish", ""))
    with request.store.read() as connection:
        link = _read(request, connection)
        record = signup.require_reader(connection, request.settings, link.grant)
        item = _story_in(connection, link)
        known = reader_feedback.said(connection, *_whose(link), link.story)
    name = record.subscription.title or record.subscription.name
    headline = item.best.title_in(request.words, MACHINE_TRANSLATION) if item is not None else None
    if not request.is_post:
        return _page(request, wish, name, headline, known)
    if link.is_test:
        return say_page(request.language, request.gettext("This was a test mail: nothing is noted."))
    with request.store.write() as connection:
        # Again in the transaction that writes: the link may have been revoked meanwhile.
        signup.require_reader(connection, request.settings, link.grant)
        if request.action == UNDO:
            reader_feedback.take_back(connection, *_whose(link), link.story)
        elif request.action in _KINDS:
            kind = _KINDS[request.action]
            reader_feedback.say(connection, *_whose(link), link.story, kind, request.now)
        else:
            raise AseanwatchError(request.gettext("Nothing was chosen."))
        known = reader_feedback.said(connection, *_whose(link), link.story)
    return _page(request, wish, name, headline, known, done=True)


def _whose(link: StoryLink) -> tuple[str, str]:
    return link.grant.subscription, link.grant.address


def _read(request: ReaderRequest, connection: Connection) -> StoryLink:
    """What the link in the path stands for.

    Raises:
        LinkError: it was not written by us, or is too old.
    """
    token, story = request.path_value("token"), int(request.path_value("story"))
    number = digest_in(token)
    columns = (
        deliveries.c.message_id, deliveries.c.recipient, deliveries.c.serial, digests.c.subscription, digests.c.made, digests.c.kind,
    )  # fmt: skip
    mine = select(*columns).join(digests, digests.c.id == deliveries.c.digest_id)
    rows = {r.message_id: r for r in connection.execute(mine.where(deliveries.c.digest_id == number))}
    found = rows.get(find_message(request.links, token, rows, story) or "")
    if found is None:
        raise LinkError(Phrase("this link is not one of ours, or is incomplete"))
    if request.now > found.made + FEEDBACK_FOR:
        raise LinkError(Phrase("this link is too old"))
    grant = Grant("feedback", found.subscription, found.recipient, number, found.serial)
    merged_into = stories.successor(connection, story)
    return StoryLink(grant, merged_into or story, story, number, found.kind == "test")


def _story_in(connection: Connection, link: StoryLink) -> StoryItem | None:
    """The story as the mail told it; None if that is kept no longer."""
    digest = digest_of(connection, link.digest)
    return next((s for s in digest.stories if s.story == link.number), None) if digest else None


def _page(
    request: ReaderRequest,
    wish: str,
    name: str,
    headline: str | None,
    known: FeedbackKind | None,
    *,
    done: bool = False,
) -> Response:
    """The page of a story: what was said of it, what may be said, and what each does."""
    gettext = request.gettext
    effects = {
        FeedbackKind.NOT_FOR_ME: (
            gettext("Not for me"),
            gettext(
                "You hear no more of this story, nor of what comes of it. Other stories still reach you."
            ),
        ),
        FeedbackKind.MORE_LIKE_THIS: (
            gettext("More like this"),
            gettext("Whoever runs this service sees that its readers want more of this."),
        ),
    }
    offered: list[dict[str, Any]] = [
        {"value": value, "label": effects[kind][0], "effect": effects[kind][1]}
        for value, kind in sorted(_KINDS.items(), key=lambda item: item[0] != wish)
        if kind != known
    ]
    title = gettext("What do you think of this story?") if known is None else effects[known][0]
    if known is None and wish in _KINDS and not done:
        title = effects[_KINDS[wish]][0]
    values = {
        "title": title,
        "headline": headline,
        "subscription": name,
        "said": effects[known] if known is not None else None,
        "undone": done and known is None,
        # What the link asks for is one click; the other thing is offered below it.
        "offered": offered,
    }
    return page("feedback.html.j2", request.language, values)
