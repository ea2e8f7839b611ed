"""The stored articles that others may repeat, as `crawler.store.duplicate_index` reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, String, cast, func, select

from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.stories.republishing import Wording
from crawler.model import Article, Classification
from crawler.store import recent_passages
from crawler.store.boilerplate import UNKNOWN, outlet_key
from crawler.store.bulk import looked_up, several
from crawler.store.recent_passages import Holders
from crawler.store.schema import articles, fingerprints, no_copies

_SAME_WORDS = 8
"""How many originals with the same words are compared, the latest ones: a teaser may stand under any number of articles."""


@dataclass
class Original:
    """An article that others may repeat; ``text`` is read when it is needed."""

    number: int
    title: str
    outlet: int
    when: datetime
    is_dated: bool
    is_news: bool
    size: int = 0
    text: str | None = None
    is_ruled_no_copy: bool = False
    parties: Parties = CHINA_ASEAN
    _wording: Wording | None = field(default=None, repr=False)

    def wording(self, text: str) -> Wording:
        """Its words with a text, which is read only where it is needed."""
        if self._wording is None or self._wording.text != text:
            outlet = str(self.outlet) if self.outlet != UNKNOWN else ""
            self._wording = Wording(self.title, text, outlet, self.parties)
        return self._wording

    @cached_property
    def headline(self) -> Wording:
        """Its headline alone."""
        return Wording(self.title, "", parties=self.parties)


def outlet_of(article: Article) -> int:
    """Who published an article, as a number."""
    return outlet_key(article.outlet, article.url, article.source)


def as_original(
    article: Article, reading: Classification, number: int = 0, parties: Parties = CHINA_ASEAN
) -> Original:
    """An article as others may repeat it; ``number`` is its id, where it has one yet."""
    return Original(
        number=number,
        title=article.title,
        outlet=outlet_of(article),
        when=article.when,
        is_dated=article.published is not None,
        is_news=reading.is_news,
        parties=parties,
    )


class Originals(dict[int, Original]):
    """Originals by their numbers. Those that were added are made when somebody asks for them: most concern nobody, and nobody does."""

    def __init__(self, parties: Parties) -> None:
        super().__init__()
        self._parties = parties
        self._added: dict[int, tuple[Article, Classification, int]] = {}

    def add(self, number: int, article: Article, reading: Classification, size: int) -> None:
        """Add an article with so many fingerprints."""
        self._added[number] = article, reading, size

    def __missing__(self, number: int) -> Original:
        article, reading, size = self._added.pop(number)
        made = as_original(article, reading, number, self._parties)
        made.size = size
        made.text = article.text
        self[number] = made
        return made

    def find(self, number: int) -> Original | None:
        """The original of a number, if it is here."""
        return self[number] if number in self or number in self._added else None

    def lacking(self, numbers: Iterable[int]) -> set[int]:
        """Those of some numbers that are not here."""
        return set(numbers) - self.keys() - self._added.keys()


def load(
    connection: Connection, numbers: Collection[int], parties: Parties = CHINA_ASEAN
) -> dict[int, Original]:
    """Originals by their ids, without their texts."""
    found: dict[int, Original] = {}
    for number, title, outlet, url, source, when, published, size, is_news, ruled in looked_up(
        connection, _rows, sorted(numbers)
    ):
        found[number] = Original(
            number=number,
            title=title,
            outlet=outlet_key(outlet, url, source),
            when=when,
            is_dated=published is not None,
            is_news=bool(is_news),
            size=size,
            is_ruled_no_copy=ruled is not None,
            parties=parties,
        )
    return found


@cache
def _rows(count: int) -> Select[Any]:
    names = ("id", "title", "outlet", "url", "source", "when", "published", "fingerprints")
    # An article of a topic that looks at all articles is
    # news without being relevant; its story shows it.
    is_news = articles.c.relevant | articles.c.story_id.is_not(None)
    joined = articles.outerjoin(no_copies, no_copies.c.article_id == articles.c.id)
    columns = (*(articles.c[name] for name in names), is_news.label("is_news"), no_copies.c.article_id)
    return select(*columns).select_from(joined).where(articles.c.id.in_(several(articles.c.id, count)))


def text_of(connection: Connection, number: int) -> str:
    """The text of an article; empty where it is gone."""
    return connection.scalar(select(articles.c.text).where(articles.c.id == number)) or ""


@cache
def _latest_with_words(count: int) -> Select[Any]:
    wanted = articles.c.text_hash.in_(several(articles.c.text_hash, count))
    # Ranked in the database: a teaser's words may stand in
    # thousands of articles, none of which is to be sent here.
    place = func.row_number().over(partition_by=articles.c.text_hash, order_by=articles.c.id.desc())
    ranked = (
        select(articles.c.id, articles.c.text_hash, place.label("place"))
        .where(wanted & articles.c.duplicate_of.is_(None))
        .subquery()
    )
    return select(ranked.c.id, ranked.c.text_hash).where(ranked.c.place <= _SAME_WORDS).order_by(ranked.c.id)


# One row for each passage: of many reports of few events most passages have dozens of holders, and each row costs more
# than a number in it.
@cache
def _holding(dialect: str, count: int) -> Select[Any]:
    # Not `aggregate_strings`, whose comma SQLAlchemy writes into the statement each time.
    joined = func.group_concat if dialect == "sqlite" else func.string_agg
    numbers = joined(cast(fingerprints.c.article_id, String), ",", type_=String)
    wanted = fingerprints.c.hash.in_(several(fingerprints.c.hash, count))
    return select(fingerprints.c.hash, numbers).where(wanted).group_by(fingerprints.c.hash)


def with_same_words(connection: Connection, hashes: Iterable[str]) -> dict[str, list[int]]:
    """The ids of the latest originals with each hash of words, the earliest first."""
    found: dict[str, list[int]] = {}
    for number, text_hash in looked_up(connection, _latest_with_words, sorted(hashes)):
        found.setdefault(text_hash, []).append(number)
    return found


def holders_of(connection: Connection, hashes: Collection[int]) -> dict[int, list[int]]:
    """The ids of the originals that hold each fingerprint."""
    rows = list(looked_up(connection, partial(_holding, connection.dialect.name), sorted(hashes)))
    # Of many reports of few events there are tens of thousands of numbers: they are read and put in order together.
    articles_of = np.fromstring(",".join([joined for _, joined in rows]), dtype=np.int64, sep=",")
    sizes = [joined.count(",") + 1 for _, joined in rows]
    entered = Holders(np.repeat(np.array([h for h, _ in rows], dtype=np.int64), sizes), articles_of)
    return entered.and_of(recent_passages.holders(connection, frozenset(hashes))).by_passage()
