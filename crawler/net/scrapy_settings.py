"""Scrapy's settings out of ours: polite, bounded, and without what a news crawler does not need."""

from __future__ import annotations

from typing import Any

from crawler.config.settings import Crawl
from crawler.net.guard import Guard


def scrapy_settings(crawl: Crawl, guard: Guard) -> dict[str, Any]:
    """The settings of a crawl."""
    return {
        "GUARD": guard,
        "USER_AGENT": crawl.user_agent,
        "ROBOTSTXT_OBEY": crawl.robots,
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.per_host,
        "DOWNLOAD_DELAY": crawl.delay.total_seconds(),
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_TIMEOUT": crawl.timeout.total_seconds(),
        "DOWNLOAD_MAXSIZE": crawl.max_size,
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_TIMES": 1,
        # A busy server (429, 503) is left alone until the next poll.
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "COOKIES_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.net.guard.GuardMiddleware": 50,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawler.net.robots.PatientRobots": 100,
        },
        "SPIDER_MIDDLEWARES": {
            "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
            "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
            "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
        },
        # What was seen before is known from the store, not from this process's memory.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "TELNETCONSOLE_ENABLED": False,
        "EXTENSIONS": {
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scrapy.extensions.corestats.CoreStats": None,
        },
        "LOG_ENABLED": False,
    }
