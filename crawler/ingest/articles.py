"""Makes an article of an entry and, if it was fetched, its page."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise

from crawler.config.settings import Source
from crawler.model import Article, Document, Entry
from crawler.parsing.dates.series import SKEW
from crawler.parsing.dates.verdict import Basis, Doubt, is_better
from crawler.parsing.dating import CHANGED
from crawler.parsing.text import clean, size_of, storable
from crawler.parsing.urls import canonical, url_key
from crawler.runtime.data_tables import table

NOTHING_OF_ENTRY = "the page says nothing of what the source announced; the source's words are judged"
"""Why a page that `says_nothing_of` its entry gives no document."""
_SHORT_PAGE = 600
"""Bytes of a page's text up to which it may be an error page in the place of the article."""
_LEAST_WORDS = 3
"""Words of an entry's own, with fewer of which no page can be held against it."""
_LEAST_LETTERS, _STEM = 5, 6
"""Letters of a word that says what a text is about, and those in which its inflections agree."""
_RUNS = re.compile(
    r"(?P<han>[\u3400-\u9fff]+)|(?P<unspaced>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+)|(?P<word>[^\W_]+)"
)
_PIECES = {"han": 3, "unspaced": 6}
"""Characters of the pieces in which texts are compared that part no words."""


@dataclass(frozen=True, slots=True)
class PageOrder:
    """An article page to fetch, and the pending entries that it is for. The first entry represents them.

    ``revisit`` is the article whose page is fetched again, to see whether it was edited.
    """

    url: str
    source: Source
    entry_ids: tuple[int, ...]
    entry: Entry
    lang: str | None = None
    revisit: int | None = None


def article_of(order: PageOrder, document: Document | None, now: datetime) -> Article:
    """The article of an order, in the page's words, or in the feed's if those are much longer."""
    entry = order.entry
    source = order.source
    stated = _stated(entry, source, document, now)
    # Feeds often carry only a teaser, and pages only a paywall: the longest text says most.
    text = max((entry.content, entry.summary, document.text if document else ""), key=len)
    # The page's own words win even if they are somewhat fewer. Less
    # than half of the feed's means that the page was cut short.
    if document and document.text and len(document.text) * 2 > len(text):
        text = document.text
    return Article(
        url=document.url if document else canonical(entry.url),
        title=storable(_title(entry, source, document)),
        text=storable(text),
        source=source.name,
        first_seen=now,
        # The operator knows the outlet; pages are made from templates that often claim English.
        lang_hint=source.lang or order.lang or (document.lang if document else None),
        country=source.country,
        published=stated or entry.assumed,
        author=entry.author or (document.author if document else None),
        image=entry.image or (document.image if document else None),
        outlet=entry.outlet,
        original=document.original if document else None,
        links=tuple(dict.fromkeys(map(url_key, (document.url, *document.links)))) if document else (),
        listed=entry.seen,
        seed=entry.seed and stated is None,
    )


def says_nothing_of(entry: Entry, document: Document) -> bool:
    """Whether a page that was found is about something else than its entry.

    Systems answer with a short page of their own, and a status of success, where an article is gone or hidden. Such a page has
    no word that says something in common with the headline and the summary.
    """
    if size_of(document.text) > _SHORT_PAGE or document.next_part:
        return False
    announced = _telling_words(f"{entry.title}\n{entry.summary}\n{entry.content}")
    return len(announced) >= _LEAST_WORDS and announced.isdisjoint(
        _telling_words(f"{document.title}\n{document.text}")
    )


def _telling_words(text: str) -> set[str]:
    """The words of a text that say what it is about; pieces of it in scripts that part none, pairs of syllables in Vietnamese."""
    found: set[str] = set()
    words: list[str] = []
    for run in _RUNS.finditer(unicodedata.normalize("NFKC", text).casefold()):
        size = _PIECES.get(run.lastgroup or "")
        if size is None:
            words.append(run[0])
        else:
            found.update(run[0][n : n + size] for n in range(len(run[0]) - size + 1))
    found |= {w[:_STEM] for w in words if w.isascii() and len(w) >= _LEAST_LETTERS} - _common_stems()
    found |= {f"{one} {two}" for one, two in pairwise(words) if not (one.isascii() and two.isascii())}
    return found


@cache
def _common_stems() -> frozenset[str]:
    return frozenset(str(word)[:_STEM] for words in table("common_words.yaml").values() for word in words)


def _title(entry: Entry, source: Source, document: Document | None) -> str:
    """The entry's headline; the page's where the source has none of its own or cut it short."""
    title = entry.title
    if entry.outlet and title.endswith(f" - {entry.outlet}"):
        # Search feeds put the outlet behind each headline;
        # two outlets' headlines would never be alike.
        title = title[: -len(entry.outlet) - 3]
    guessed = source.kind == "sitemap" or title.endswith(("…", "..."))
    return document.title if document and document.title and (guessed or not title) else clean(title)


def _stated(entry: Entry, source: Source, document: Document | None, now: datetime) -> datetime | None:
    """When an article was published by its source and its page; what neither states is not assumed here.

    The source's moment counts, but a sure one of the page corrects it where it is in doubt, or where the page is days
    earlier: then the source tells of a change. Most sitemaps tell of changes (lastmod), which are no earlier.
    """
    listed = _possible(entry.published, now)
    page = _possible(document.published, now) if document else None
    if document is None or page is None or _is_by_address(document):
        return listed or (None if entry.assumed else page)
    if listed is None:
        return page
    if source.kind == "sitemap":
        return min(listed, page)
    of_list, of_page = Basis.of(entry.date_basis), Basis.of(document.date_basis)
    if of_page.has_doubts:
        return listed
    is_change = page < listed - CHANGED and not of_page.is_line
    if is_change or is_better(of_page, page, of_list, listed):
        return page
    return listed


def _possible(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment <= now + SKEW else None


def _is_by_address(document: Document) -> bool:
    """Whether the page has no date but that of its address, which `crawler.parsing.dating` reads with more care."""
    return Doubt.ADDRESS in (document.date_basis or "").split("; ")
