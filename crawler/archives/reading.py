"""One thing of an archive as an article, or why it is none. Called in processes that can be killed, for pages are strangers'."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crawler.archives.items import ArchivedPage, ArchivedRow
from crawler.archives.markup import all_words
from crawler.archives.row_dates import end_of, row_date
from crawler.archives.sources import ArchiveSources
from crawler.config.settings import Source
from crawler.documents.pages import read_page_answer
from crawler.ingest.articles import PageOrder, article_of
from crawler.judging.judge import Judge, Rules
from crawler.model import Article, Document, Entry
from crawler.net.unpacking import UnpackError, unpacked
from crawler.parsing.charsets import decode_page
from crawler.parsing.content_kinds import is_pdf
from crawler.parsing.dates.series import SKEW
from crawler.parsing.dating import ListedItem, Listing, dated
from crawler.parsing.line_joining import joined_lines
from crawler.parsing.page_errors import PageError
from crawler.parsing.text import clean, plain, storable
from crawler.parsing.timestamps import believable
from crawler.parsing.urls import canonical, host_of, is_web_url
from crawler.runtime.clock import now


class Ending(StrEnum):
    """What became of one thing of an archive."""

    ARTICLE = "article"
    IRRELEVANT = "not relevant"
    NOT_CHOSEN = "not chosen"
    NO_ARTICLE = "no article"
    UNDATED = "left out without a date"
    REFUSED = "refused"


_DATED = (Ending.ARTICLE, Ending.UNDATED)
"""What is said of a date matters to these."""


class ReadItem(NamedTuple):
    """What became of one thing: an article, or why there is none; ``has_date`` says whether its own date is known.

    Of an article ``why`` says what is wrong with its date.
    """

    ending: Ending
    article: Article | None = None
    why: str = ""
    has_date: bool = True
    url: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is taken of archives.

    Attributes:
        since: articles from then on; ``until``: articles before then.
        languages: only those; empty: all.
        hosts: only those and hosts below them; empty: all.
        everything: also what is not relevant and matches no topic.
        archived: when the archive was made, where it does not say when it saw its articles.
    """

    since: datetime | None = None
    until: datetime | None = None
    languages: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    everything: bool = False
    archived: datetime | None = None

    def takes_host(self, url: str) -> bool:
        """Whether an address is of a host that is asked for."""
        host = host_of(url)
        return not self.hosts or any(host == one or host.endswith(f".{one}") for one in self.hosts)

    def takes_moment(self, moment: datetime) -> bool:
        """Whether an article of a moment is asked for."""
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """What a process needs to read archives: the rules, the sources of the configuration, and what is taken."""

    rules: Rules
    sources: tuple[Source, ...]
    choices: Choices


@cache
def _reader(plan: str) -> ItemReader:
    return ItemReader(pickle.loads(Path(plan).read_bytes()))


def prepare(plan: str) -> bool:
    """Make a process ready before the first page, so that what it reads once counts against no page's time."""
    reader = _reader(plan)
    reader.judge.classify(_FIRST)
    reader.judge.prefilter.may_be_news(_FIRST.text)
    return True


_FIRST = Article(
    "", "China ASEAN", "Kerja sama China ASEAN, Bangkok, 1 Mei 2025.", "", datetime(2025, 1, 1, tzinfo=UTC)
)


def read_items(plan: str, items: Sequence[ArchivedPage | ArchivedRow]) -> list[ReadItem]:
    """Read several things, in their order.

    Args:
        plan: the path of a pickled `ReadingPlan`, which a process reads once.
        items: pages and rows.
    """
    reader = _reader(plan)
    return [reader.read(item) for item in items]


class ItemReader:
    """Reads pages and rows as articles, and judges whether they are asked for.

    Args:
        plan: what it needs.
        judge: a judge of the same rules that is there already.
    """

    def __init__(self, plan: ReadingPlan, judge: Judge | None = None) -> None:
        self.judge = judge or Judge(plan.rules)
        self._sources = ArchiveSources(plan.sources)
        self._choices = plan.choices

    def read(self, item: ArchivedPage | ArchivedRow) -> ReadItem:
        """What becomes of one page or row. Whatever is wrong with it costs no other."""
        url = item.url if isinstance(item, ArchivedPage) else str(item.values.get("url", ""))
        try:
            found = self._of_page(item) if isinstance(item, ArchivedPage) else self._of_row(item)
            return found._replace(url=url)
        except MemoryError:
            raise
        except Exception as error:
            return ReadItem(Ending.REFUSED, why=f"{type(error).__name__}: {clean(str(error))[:200]}", url=url)

    # Pages

    def _of_page(self, page: ArchivedPage) -> ReadItem:
        choices = self._choices
        if not choices.takes_host(page.url):
            return ReadItem(Ending.NOT_CHOSEN)
        if page.seen > now():
            page = replace(page, seen=now())  # a clock that was ahead
        if believable(page.seen, now()) is None:
            return ReadItem(Ending.REFUSED, why=f"when it was archived cannot be true: {page.seen:%Y-%m-%d}")
        # Nothing was published after it was fetched.
        if choices.since is not None and page.seen + SKEW < choices.since:
            return ReadItem(Ending.NOT_CHOSEN)
        if not choices.everything and not self._may_be_news(page):
            return ReadItem(Ending.IRRELEVANT)
        source = self._sources.of(page.url)
        try:
            document = read_page_answer(
                page.body, url=page.url, seen=page.seen, select=source.select.article,
                content_type=page.content_type, origin=source.origin(page.url),
            )  # fmt: skip
        except PageError as error:
            return ReadItem(Ending.NO_ARTICLE, why=str(error))
        return self._judged(document, page.url, page.seen, self._sources.of(page.url, document.lang))

    def _may_be_news(self, page: ArchivedPage) -> bool:
        try:
            body = unpacked(page.body, len(page.body) * 50 + 1_000_000)
        except UnpackError:
            return True  # reading it will say what is wrong
        # A PDF's words are packed.
        if is_pdf(body):
            return True
        return self.judge.prefilter.may_be_news(all_words(decode_page(body, page.content_type).text))

    # Rows

    def _of_row(self, row: ArchivedRow) -> ReadItem:
        values = row.values
        url = _address(str(values.get("url") or ""))
        if url is None:
            return ReadItem(Ending.REFUSED, why="it has no web address (url)")
        if not self._choices.takes_host(url):
            return ReadItem(Ending.NOT_CHOSEN)
        lang = str(values.get("lang") or "")[:20] or None
        outlet = clean(str(values.get("outlet") or ""))[:200]
        source = self._sources.of(url, lang, outlet)
        context = source.origin(url).context(now(), claimed=lang)
        date = row_date(values.get("published"), context)
        seen_date = row_date(values.get("seen"), context)
        found = self._of_dated_row(row, url, source, date.moment, seen_date.moment or self._choices.archived)
        problem = date.problem or ("" if date.moment else seen_date.problem)
        is_dated = found.ending is Ending.ARTICLE and found.has_date
        # The cure is in how the date is written, and not in another one for all.
        return found._replace(why=problem) if problem and not is_dated and found.ending in _DATED else found

    def _of_dated_row(
        self, row: ArchivedRow, url: str, source: Source, published: datetime | None, seen: datetime | None
    ) -> ReadItem:
        """What becomes of a row that may be news, once its dates are known."""
        values = row.values
        lang = str(values.get("lang") or "")[:20] or None
        outlet = clean(str(values.get("outlet") or ""))[:200]
        first_seen = seen or (end_of(published, now()) if published else None)
        if html := values.get("html"):
            body = str(html).encode("utf-8", "replace")
            page = ArchivedPage(row.place, url, first_seen or now(), body, "text/html; charset=utf-8")
            return self._of_page_row(page, published, is_seen=first_seen is not None)
        texts = [_plain(str(values.get(name) or "")) for name in ("text", "summary")]
        text = max(texts, key=len) if len(texts[0]) < len(texts[1]) else texts[0]
        title = clean(_plain(str(values.get("title") or "")))
        if not self._choices.everything and not self.judge.prefilter.may_be_news(f"{title}\n{text}"):
            return ReadItem(Ending.IRRELEVANT)
        document = Document(
            canonical(url), title, text, lang, published, clean(str(values.get("author") or ""))[:300] or None,
            _address(str(values.get("image") or "")),
        )  # fmt: skip
        named = outlet if outlet and outlet.casefold() not in (source.name.casefold(), host_of(url)) else None
        return self._judged(document, url, first_seen, source, named)

    def _of_page_row(self, page: ArchivedPage, published: datetime | None, *, is_seen: bool) -> ReadItem:
        found = self._of_page(page)
        article = found.article
        if article is None or published is None:
            return found if article is None or is_seen or article.published else ReadItem(Ending.UNDATED)
        return found._replace(article=replace(article, published=published, seed=False), has_date=True)

    # Both

    def _judged(
        self, document: Document, url: str, seen: datetime | None, source: Source, outlet: str | None = None
    ) -> ReadItem:
        moment = seen or now()
        entry = Entry(source.name, url, url, "", moment, outlet=outlet)
        entry = dated([entry], Listing([ListedItem(url, None)], (), False))[0]
        article = article_of(PageOrder(url, source, (), entry), document, moment)
        if article.published is None and seen is None:
            return ReadItem(
                Ending.UNDATED,
                why="neither its date nor when it was archived is known; --archived DATE says the latter",
            )
        if seen is None and article.published is not None:
            moment = end_of(article.published, now())
        article = replace(article, first_seen=moment, listed=moment, title=storable(article.title))
        if not self._choices.takes_moment(article.when):
            return ReadItem(Ending.NOT_CHOSEN)
        reading = self.judge.classify(article)
        if self._choices.languages and reading.lang not in self._choices.languages:
            return ReadItem(Ending.NOT_CHOSEN)
        if not reading.is_news and not self._choices.everything:
            return ReadItem(Ending.IRRELEVANT)
        return ReadItem(Ending.ARTICLE, article, has_date=article.published is not None)


def _address(text: str) -> str | None:
    """A web address; one without a scheme, as spreadsheets have them, gets one."""
    text = text.strip()
    if text and "://" not in text and "." in text.partition("/")[0] and " " not in text:
        text = f"https://{text}"
    return text if is_web_url(text) else None


def _plain(text: str) -> str:
    """A text without markup, a paragraph a line."""
    if "<" in text and ("</" in text or "<br" in text.lower()):
        return joined_lines(plain(text))
    return storable(text).replace("\r\n", "\n").strip()
