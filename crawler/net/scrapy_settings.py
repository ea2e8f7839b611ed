"""Scrapy's settings out of ours: without what a news crawler does not need, and what our fetcher does for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.config.settings import Crawl

MOST_BYTES = 10_000_000
"""Bytes of pages that were fetched and not read yet; with more, no other page is fetched."""


def scrapy_settings(crawl: Crawl) -> dict[str, Any]:
    """The settings of a crawl of pages. Limits, delays, bounds and decompression are the fetcher's."""
    from scrapy.settings import default_settings  # noqa: PLC0415 - Scrapy is loaded with the first page

    return {
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.net.handler.FetcherHandler")
        | dict.fromkeys(("data", "file", "ftp", "s3")),
        "USER_AGENT": crawl.user_agent,
        "ROBOTSTXT_OBEY": crawl.robots,
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.concurrency,
        "DOWNLOAD_DELAY": 0,
        # Pages of one site that wait to be read do not hold up those of others, unless there are hundreds of them.
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": MOST_BYTES,
        # Scrapy makes so many tasks for each page, and they wait as long as the page does; ours give one thing each.
        "CONCURRENT_ITEMS": 1,
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_TIMES": 1,
        # A busy server (429, 503) is left alone.
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "RETRY_EXCEPTIONS": ["crawler.net.errors.TransientFetchError"],
        "COOKIES_ENABLED": False,
        "COMPRESSION_ENABLED": False,
        # Only those that do something: Scrapy loads the others, too, and what they need, before it leaves them out.
        "DOWNLOADER_MIDDLEWARES_BASE": _only(
            default_settings.DOWNLOADER_MIDDLEWARES_BASE,
            "offsite",
            "downloadtimeout",
            "useragent",
            "retry",
            "redirect",
            "stats",
        ),
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.net.robots.PatientRobots": 100,
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
            "crawler.net.meta_refresh.BriefMetaRefresh": 580,
        },
        "SPIDER_MIDDLEWARES_BASE": _only(
            default_settings.SPIDER_MIDDLEWARES_BASE, "start", "httperror", "metacopy"
        ),
        # What was seen before is known from the store, not from this process's memory.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "TELNETCONSOLE_ENABLED": False,
        # None of Scrapy's: loading those that are switched off takes 10 MB.
        "EXTENSIONS_BASE": {},
        "LOG_ENABLED": False,
    }


def _only(middlewares: Mapping[str, int], *modules: str) -> dict[str, int]:
    """Those middlewares of Scrapy that stand in some modules, with their places."""
    return {path: place for path, place in middlewares.items() if path.split(".")[-2] in modules}
