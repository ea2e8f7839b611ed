"""One story for somebody without an account, by a link that a reader or an operator passed on. It only shows."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from alerts.digests.addresses import address
from alerts.digests.one_story import one_story
from alerts.digests.render import shared_page
from alerts.identity.story_links import read_share
from alerts.web.pages import MAIL_PAGE
from alerts.web.reader_request import ReaderRequest
from crawler.model import AseanwatchError, Phrase


def story(request: ReaderRequest) -> Response:
    """The page of a shared story: headline, summary, what proves it, and its reports."""
    delivery = request.settings.delivery
    number, last = read_share(request.links, request.path_value("token"), request.now, delivery.share_links)
    with request.store.read() as connection:
        digest = one_story(connection, request.settings, number, request.language, request.now)
    if digest is None:
        raise AseanwatchError(Phrase("this story is kept no longer"))
    service = address(delivery.sender).display_name or "aseanwatch"
    return HTMLResponse(shared_page(digest, service, last), headers=MAIL_PAGE)
