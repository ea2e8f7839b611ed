"""The kinds of source: what config.yaml calls each, and what reads its answers.

To add a kind, write a parser in `crawler.parsing`, a function ``(answer: Answer, source: Source) -> Fetched`` in
`crawler.documents.kinds` that calls it, and a row here; the configuration, the commands and the crawl know the kind
then. Other packages add kinds by entry points instead (docs/how-to/extend.md).
"""

from __future__ import annotations

from collections.abc import Mapping

SOURCE_KINDS: Mapping[str, str] = {
    "feed": "crawler.documents.kinds:read_feed_answer",
    "sitemap": "crawler.documents.kinds:read_sitemap_answer",
    "listing": "crawler.documents.kinds:read_listing_answer",
    "search": "crawler.documents.kinds:read_feed_answer",
}
"""By name: the module and function that read an answer. They are imported when they are first needed."""
