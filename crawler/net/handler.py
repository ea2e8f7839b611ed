"""Lets Scrapy fetch through our fetcher, so that pages and polls share guard, bounds, connections and limits."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.config.settings import Source
from crawler.net.fetcher import Fetcher

SOURCE = "source"
"""The key of a request's meta under which the source is whose headers it carries; Scrapy takes it along through redirects."""
_SPENT = ("content-encoding", "content-length", "transfer-encoding")


class FetcherHandler(BaseDownloadHandler):
    """A Scrapy download handler that uses the spider's own fetcher."""

    async def download_request(self, request: Request) -> Response:
        """The answer to a request; redirects are Scrapy's to follow."""
        left_out = {"user-agent", "accept-encoding", *_withheld(request)}
        sent = ((name.decode("latin-1"), values) for name, values in request.headers.items())
        headers = {
            name: b",".join(values).decode("latin-1") for name, values in sent if name.lower() not in left_out
        }
        fetcher: Fetcher = self.crawler.spider.fetcher  # type: ignore[union-attr]
        reply = await fetcher.fetch(request.url, headers, follow_redirects=False)
        kept = Headers({name: value for name, value in reply.headers.items() if name not in _SPENT})
        kind = responsetypes.from_args(headers=kept, url=request.url, body=reply.body)
        return kind(url=request.url, status=reply.status, headers=kept, body=reply.body, request=request)


def _withheld(request: Request) -> set[str]:
    """The headers of a source that are not for where a redirect has led."""
    source: Source | None = request.meta.get(SOURCE)
    if source is None:
        return set()
    return {name.lower() for name in source.headers} - {
        name.lower() for name in source.headers_for(request.url)
    }
