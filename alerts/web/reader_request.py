"""The context of one request to a reader's page, and the endpoints of these pages."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from alerts.digests.wording import words
from alerts.identity.links import Grant, LinkError, Links, links_of
from alerts.web.context import WebContext
from alerts.web.page_request import Endpoint, Form, PageRequest
from alerts.web.pages import TooLargeError, form_of, language_of, say_page
from crawler.model import AseanwatchError
from crawler.store import StoreError

log = logging.getLogger("aseanwatch")


@dataclass(frozen=True, kw_only=True)
class ReaderRequest(PageRequest):
    """A request to a page for readers.

    Attributes:
        links: reads and writes the readers' links.
    """

    links: Links

    def grant(self, purpose: str) -> Grant:
        """What the link in the path stands for.

        Raises:
            LinkError: it is not a valid link for this purpose.
        """
        return self.links.read(purpose, self.path_value("token"), self.now)


ReaderHandler = Callable[[ReaderRequest], Response]
"""Answers one request to a reader's page."""


def reader_endpoint(
    web: WebContext, handler: ReaderHandler, least_seconds: float = 0, threads: CapacityLimiter | None = None
) -> Endpoint:
    """An endpoint that runs a handler in a thread.

    Args:
        web: what all web pages share.
        handler: makes the answer.
        least_seconds: the answer takes at least so long, so that its time tells nothing.
        threads: the threads to run in; without, the usual ones.
    """

    async def endpoint(http: Request) -> Response:
        began = time.monotonic()
        try:
            return await _answer(web, http, handler, threads)
        finally:
            # In ``finally``, because refusals and errors
            # must not tell anything by their time either.
            await asyncio.sleep(max(0.0, began + least_seconds - time.monotonic()))

    return endpoint


async def _answer(
    web: WebContext, http: Request, handler: ReaderHandler, threads: CapacityLimiter | None
) -> Response:
    """The handler's answer, or a page that says what is wrong."""
    language = language_of(http)
    gettext = words(language).gettext
    try:
        form = await form_of(http) if http.method == "POST" else {}
        return await to_thread.run_sync(handler, _reader_request(web, http, form, language), limiter=threads)
    except TooLargeError:
        return say_page(language, gettext("That was too long."), status=413)
    # This and the next before `AseanwatchError`, of which both are kinds.
    except LinkError as error:
        return say_page(
            language, gettext("This link does not work."), words(language).said_error(error), status=403
        )
    except StoreError:
        log.exception("a page could not be answered")
        return say_page(
            language, gettext("That did not work."), gettext("Please try again in a minute."), status=503
        )
    except AseanwatchError as error:
        return say_page(
            language, gettext("That did not work."), words(language).said_error(error), status=422
        )


def _reader_request(web: WebContext, http: Request, form: Form, language: str) -> ReaderRequest:
    settings = web.settings
    links = links_of(settings, web.store)
    if links is None:
        raise AseanwatchError("delivery.public_url is not set, so that links cannot be made")
    return ReaderRequest(
        web=web, http=http, form=form, language=language, settings=settings, now=web.clock(), links=links
    )
