"""The stored articles that others may repeat, as `crawler.store.duplicate_index` reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, bindparam, cast, func, select

from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.stories.republishing import Wording
from crawler.model import Article, Classification
from crawler.store.boilerplate import UNKNOWN, outlet_key
from crawler.store.bulk import chunks, looked_up, several
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


def load(
    connection: Connection, numbers: Collection[int], parties: Parties = CHINA_ASEAN
) -> dict[int, Original]:
    """Originals by their ids, without their texts."""
    found: dict[int, Original] = {}
    for chunk in chunks(sorted(numbers)):
        for row in connection.execute(_rows(articles.c.id.in_(chunk))):
            found[row.id] = Original(
                number=row.id,
                title=row.title,
                outlet=outlet_key(row.outlet, row.url, row.source),
                when=row.when,
                is_dated=row.published is not None,
                is_news=row.is_news,
                size=row.fingerprints,
                is_ruled_no_copy=row.article_id is not None,
                parties=parties,
            )
    return found


def _rows(which: ColumnElement[bool]) -> Any:
    names = ("id", "title", "outlet", "url", "source", "when", "published", "fingerprints")
    # An article of a topic that looks at all articles is
    # news without being relevant; its story shows it.
    is_news = articles.c.relevant | articles.c.story_id.is_not(None)
    joined = articles.outerjoin(no_copies, no_copies.c.article_id == articles.c.id)
    columns = (*(articles.c[name] for name in names), is_news.label("is_news"), no_copies.c.article_id)
    return select(*columns).select_from(joined).where(which)


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


# Made once: with many workers batches are small, and
# building a statement takes longer than running it.
# One row for each passage: of many reports of few events most passages have dozens of holders, and each row costs more
# than a number in it.
_HOLDERS = (
    select(fingerprints.c.hash, func.aggregate_strings(cast(fingerprints.c.article_id, String), ","))
    .where(fingerprints.c.hash.in_(bindparam("hashes", expanding=True)))
    .group_by(fingerprints.c.hash)
)


def with_same_words(connection: Connection, hashes: Iterable[str]) -> dict[str, list[int]]:
    """The ids of the latest originals with each hash of words, the earliest first."""
    found: dict[str, list[int]] = {}
    for number, text_hash in looked_up(connection, _latest_with_words, sorted(hashes)):
        found.setdefault(text_hash, []).append(number)
    return found


def holders_of(connection: Connection, hashes: Iterable[int]) -> dict[int, list[int]]:
    """The ids of the originals that hold each fingerprint."""
    found: dict[int, list[int]] = {}
    for chunk in chunks(sorted(hashes)):
        # All at once: a result that is walked through asks the driver for each row.
        rows: Any = connection.execute(_HOLDERS, {"hashes": chunk}).all()
        for h, numbers in rows:
            found[h] = sorted(map(int, numbers.split(",")))
    return found
