"""Lets Scrapy fetch through our fetcher, so that pages and polls share guard, bounds, connections and limits."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.config.settings import Source
from crawler.net.cookies import Cookies
from crawler.net.fetcher import Fetcher

SOURCE = "source"
"""The key of a request's meta under which the source is whose headers it carries; Scrapy takes it along through redirects."""
_COOKIES = "cookies"
"""The key under which a request and those that its redirects lead to share their cookies."""
_SPENT = ("content-encoding", "content-length", "transfer-encoding")


class FetcherHandler(BaseDownloadHandler):
    """A Scrapy download handler that uses the spider's own fetcher."""

    async def download_request(self, request: Request) -> Response:
        """The answer to a request; redirects are Scrapy's to follow."""
        source: Source | None = request.meta.get(SOURCE)
        own = source.headers_for(request.url) if source is not None else {}
        own_names = {name.lower() for name in own}
        # Scrapy adds its own; libcurl says who asks, and what it can decompress, unless the source has a header for it.
        left_out = ({"user-agent", "accept-encoding"} - own_names) | _withheld(source, own_names)
        cookies: Cookies = request.meta.setdefault(_COOKIES, Cookies())
        sent = ((name.decode("latin-1"), values) for name, values in request.headers.items())
        headers = {
            name: b",".join(values).decode("latin-1") for name, values in sent if name.lower() not in left_out
        }
        fetcher: Fetcher = self.crawler.spider.fetcher  # type: ignore[union-attr]
        reply = await fetcher.fetch(
            request.url,
            headers,
            follow_redirects=False,
            cookies=cookies,
            trust=source.trust_for(request.url) if source is not None else None,
        )
        kept = Headers({name: value for name, value in reply.headers.items() if name not in _SPENT})
        kind = responsetypes.from_args(headers=kept, url=request.url, body=reply.body)
        return kind(url=request.url, status=reply.status, headers=kept, body=reply.body, request=request)


def _withheld(source: Source | None, sent: set[str]) -> set[str]:
    """The headers of a source that are not for where a redirect has led.

    Args:
        source: whose request it is.
        sent: the names of those that may be sent there, in lower case.
    """
    return set() if source is None else {name.lower() for name in source.headers} - sent
