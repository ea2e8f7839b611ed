"""What went wrong with a page's request, in one line that a person understands."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.net.errors import FetchError
from crawler.net.guard import Refused
from crawler.net.statuses import describe_status
from crawler.parsing.text import clean
from crawler.runtime.error_words import in_words


def describe(failure: Failure) -> str:
    """What happened, in words."""
    error = failure.value
    if isinstance(error, HttpError):
        return describe_status(error.response.status).message
    if isinstance(error, FetchError | Refused):
        return str(error)
    if isinstance(error, IgnoreRequest):
        # Scrapy tells by the message alone that robots.txt forbids a page.
        text = str(error)
        return "robots.txt forbids it" if "robots" in text.lower() else clean(text)[:200]
    return clean(in_words(error or Exception()))[:300]
