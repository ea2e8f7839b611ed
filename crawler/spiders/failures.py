"""What went wrong with a page's request, in one line that a person understands."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.net.errors import FetchError
from crawler.net.guard import Refused
from crawler.net.statuses import describe_status
from crawler.parsing.text import clean


def describe(failure: Failure) -> tuple[str, str]:
    """A short stable kind, and what happened in words."""
    error = failure.value
    if isinstance(error, HttpError):
        return describe_status(error.response.status)
    if isinstance(error, FetchError):
        return error.kind, str(error)
    if isinstance(error, Refused):
        return "guard", str(error)
    if isinstance(error, IgnoreRequest):
        text = str(error)
        return (
            ("robots", "robots.txt forbids it")
            if "robots" in text.lower()
            else ("ignored", clean(text)[:200])
        )
    return "error", clean(f"{type(error).__name__}: {error}")[:200]
