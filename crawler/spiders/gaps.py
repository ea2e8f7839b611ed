"""Where entries may be found that slipped out between two polls: archived and paged feeds, news sitemaps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from protego import Protego

from crawler.config.settings import Source
from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Refused
from crawler.parsing.urls import absolute
from crawler.polling.state import SourceState

MOST_PAGES = 3


async def older_pages(fetcher: Fetcher, source: Source, state: SourceState) -> AsyncIterator[str]:
    """Addresses that may hold a source's older entries, the likeliest first.

    The feed's own link to its archive or next page (RFC 5005); else the next page as WordPress has it, where the feed's
    address looks like one of its; else the news sitemap that robots.txt names.
    """
    archive = state.hints.get("archive")
    # The publisher's own word; guesses beside it would only cost requests.
    if archive:
        yield str(archive)
        return
    if source.kind not in ("feed", "search"):
        return
    url = state.address or source.address
    parts = urlsplit(url)
    if parts.path.rstrip("/").endswith("/feed"):
        # WordPress serves older items of each feed under this parameter.
        query = dict(parse_qsl(parts.query)) | {"paged": "2"}
        yield urlunsplit(parts._replace(query=urlencode(query)))
        return
    for sitemap in await news_sitemaps(fetcher, url):
        yield sitemap


async def news_sitemaps(fetcher: Fetcher, url: str) -> list[str]:
    """The news sitemaps that a site's robots.txt names (sitemaps.org, "Specifying the Sitemap location")."""
    parts = urlsplit(url)
    try:
        reply = await fetcher.fetch(f"{parts.scheme}://{parts.netloc}/robots.txt", max_size=500_000)
    except (FetchError, Refused):
        return []
    if reply.status != 200:
        return []
    named = Protego.parse(reply.body.decode("utf-8", "ignore")).sitemaps
    # Other sitemaps list a whole site, without a word about when it was published.
    wanted = (absolute(reply.url, s) for s in named if "news" in s.lower())
    return [address for address in wanted if address is not None][:MOST_PAGES]
