"""What is wrong with a page, apart from its readers: these take a quarter of a second to load, and most crawls see no page at first."""

from __future__ import annotations


class PageError(ValueError):
    """A page without a readable article."""
