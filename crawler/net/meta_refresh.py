"""Redirects that stand in a page's markup: Scrapy's middleware, given the beginning of a page alone.

Scrapy looks at the first 4,096 characters, but decodes the whole page for them, and keeps that text with the response until the
page has been read. Pages that wait for that then take twice the memory.
"""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import HtmlResponse, Response

BEGINNING = 4 * 4096
"""Bytes of a page that hold as many characters as Scrapy looks at, in any encoding."""


class BriefMetaRefresh(MetaRefreshMiddleware):
    """Follows the redirects that Scrapy would follow, and leaves pages as they came."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The request that follows from a page, or the page."""
        if not isinstance(response, HtmlResponse):
            return response
        beginning = response.replace(body=response.body[:BEGINNING])
        found = super().process_response(request, beginning)
        return response if found is beginning else found
