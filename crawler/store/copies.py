"""The index that finds what an article repeats: by its exact words, else by fingerprints. Read once for each batch.

What is found shares words only; whether it is repeated is said by `crawler.judging.stories.republishing`. A copy hides nothing that
should be heard of: news is no copy of what is none, and none of what is older than stories grow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from crawler.judging.judge import LONGEST
from crawler.judging.stories.duplicates import CONTAINMENT, LEAST, SPACING, least_telling, letters, without
from crawler.judging.stories.republishing import Overlap, Wording, are_near, repeats, tells_headline
from crawler.model import Anchors, Article, Duplicate, Reading
from crawler.store.boilerplate import UNKNOWN, Boilerplate, outlet_key, whole
from crawler.store.rows import insert_rows, parts
from crawler.store.schema import articles, fingerprints, no_copies

MOST_HOLDERS = 64
"""A passage that so many originals share is boilerplate: it tells nothing more, and is looked at and kept no more."""
LEAST_LEARNED = 4
"""Two articles of one outlet share so many fingerprints if a passage is repeated; names and phrases share fewer."""
FEW = 3
"""So many texts of a batch may be printed again word by word."""
_LIKELIEST = 50
_SAME_WORDS = 8
"""Of the originals with the same words the latest are looked at: a teaser can stand under any number."""


@dataclass
class Original:
    """An article that others may repeat; ``text`` is read when it is needed."""

    number: int
    title: str
    outlet: int
    when: datetime
    dated: bool
    is_news: bool
    size: int = 0
    text: str | None = None
    ruled: bool = False
    _wording: Wording | None = field(default=None, repr=False)

    def wording(self, text: str) -> Wording:
        """Its words with a text, which is read only where it is needed."""
        if self._wording is None or self._wording.text != text:
            self._wording = Wording(self.title, text, str(self.outlet) if self.outlet != UNKNOWN else "")
        return self._wording

    @cached_property
    def headline(self) -> Wording:
        """Its headline alone."""
        return Wording(self.title, "")


class Copies:
    """Finds the originals of a batch of articles, those before them in the batch included.

    Args:
        connection: a connection that writes.
        batch: the articles with their readings.
        window: how long a story can grow; what is older hides nothing.
    """

    def __init__(self, connection: Connection, batch: Sequence[tuple[Article, Reading]], window: timedelta) -> None:
        self._connection, self._batch, self._window = connection, batch, window
        readings = [reading for _, reading in batch]
        hashes = {h for r in readings for h in r.fingerprint}
        self._boilerplate = Boilerplate(connection, hashes | {whole(r.text_hash) for r in readings})
        self._originals: dict[int, Original] = {}
        self._same_words: dict[str, list[int]] = {}
        teasers = {r.text_hash for a, r in batch if self._is_teaser(outlet_of(a), r)}
        self._load_same_words({r.text_hash for r in readings} - teasers)
        self._holders = _holders(connection, hashes)
        self._load({a for held in self._holders.values() for a in held})
        self._new: list[tuple[int, int]] = []

    def find(self, article: Article, reading: Reading) -> Duplicate | None:
        """The stored article whose words an article repeats, wholly or nearly; always an original.

        What one outlet prints under different news is learned on the way.
        """
        asked = _asked(article, reading)
        wording = asked.wording(article.text)
        found = self._same(asked, wording, reading) or self._near(asked, wording, reading)
        self._learn(asked, wording, reading, found)
        return found

    def own_words(self, article: Article, reading: Reading) -> Reading:
        """A reading whose words and names are the article's own: those that stand in its outlet's boilerplate alone tie no reports."""
        repeated = reading.fingerprint & self._boilerplate.of(outlet_of(article))
        if not repeated or not reading.anchors.words:
            return reading
        left = f"{without(article.title, ())}\n{without(article.text[:LONGEST], repeated)}"
        features = frozenset(f for f in reading.anchors.features if not f.startswith("m:") or f[2:] in left)
        words = frozenset(w for w in reading.anchors.words if w[2:] in left)
        return replace(reading, anchors=Anchors(features, words))

    def printed_anew(self) -> set[tuple[str, str]]:
        """The texts of the batch, by hash and headline, that were all known long before: an archive under other addresses.

        A few that come again may be news, where they say little: a fair is opened every year, in the same words. A long text
        that its own outlet prints again is as old as it was, also alone.
        """
        old = [(a, r, known) for a, r in self._batch if r.text_hash for known in self._old_prints(a, r)]
        found = {(r.text_hash, a.title) for a, r, _ in old}
        if len(found) > FEW:
            return found
        return {(r.text_hash, a.title) for a, r, known in old if self._is_same_print(a, r, known)}

    def _old_prints(self, article: Article, reading: Reading) -> list[Original]:
        """What had the same words and headline so long before that it hides nothing."""
        known = (self._originals[n] for n in self._same_words.get(reading.text_hash, ()))
        return [k for k in known if k.title == article.title and article.when - k.when > self._window]

    def _is_same_print(self, article: Article, reading: Reading, known: Original) -> bool:
        """Whether an outlet prints a long text again, and no teaser: one that tells what its headline says."""
        asked = _asked(article, reading)
        if asked.outlet == UNKNOWN or asked.outlet != known.outlet or self._is_teaser(asked.outlet, reading):
            return False
        return letters(article.text) >= least_telling(article.text) and tells_headline(asked.wording(article.text))

    def hides(self, article: Article, reading: Reading, original: int) -> bool:
        """Whether an article would be lost as a copy of one that nobody hears of any more, or never did."""
        if original not in self._originals:
            self._load([original])
        known = self._originals.get(original)
        return known is not None and not self._may_repeat(_asked(article, reading), known)

    def may_replace(self, reading: Reading, original: int) -> bool:
        """Whether an earlier article may take the place of an original: it is news if that is, and no operator ruled otherwise."""
        known = self._originals.get(original)
        return known is None or (not known.ruled and (reading.is_news or not known.is_news))

    def confirms(self, one: tuple[Article, Reading], other: tuple[Article, Reading], *, named: bool) -> bool:
        """Whether an article that was taken for a copy of another one is that by the rules of today.

        Args:
            one: the article.
            other: its original.
            named: whether its page names that as its original.
        """
        asked, known = _asked(*one), _asked(*other)
        if not self._may_repeat(asked, known):
            return False
        if named:
            return True
        words, text = asked.wording(one[0].text), other[0].text
        long = least_telling(words.text)
        if one[1].text_hash == other[1].text_hash and not self._is_teaser(asked.outlet, one[1]):
            return repeats(words, known.wording(text), Overlap(True, letters(text) >= long)) is not None
        own, theirs = (self._own(a.outlet, r) for a, (_, r) in ((asked, one), (known, other)))
        smaller, shared = min(len(own), len(theirs)), len(own & theirs)
        if smaller < LEAST or shared < CONTAINMENT * smaller:
            return False
        return repeats(words, known.wording(text), Overlap(False, shared * SPACING >= long)) is not None

    def _own(self, outlet: int, reading: Reading) -> frozenset[int]:
        """The fingerprints of a reading that its outlet does not repeat."""
        return reading.fingerprint - self._boilerplate.of(outlet)

    def _same(self, asked: Original, wording: Wording, reading: Reading) -> Duplicate | None:
        if self._is_teaser(asked.outlet, reading):
            return None
        candidates = self._same_words.get(reading.text_hash, ())
        if not candidates:
            return None
        overlap = Overlap(same_words=True, is_long=letters(wording.text) >= least_telling(wording.text))
        found = []
        for number in candidates:
            known = self._originals[number]
            if self._may_repeat(asked, known):
                why = repeats(wording, known.wording(wording.text), overlap)
                if why is not None:
                    found.append((number, why))
        return Duplicate(found[0][0], f"the same words {found[0][1]}".strip()) if found else None

    def _near(self, asked: Original, wording: Wording, reading: Reading) -> Duplicate | None:
        own = self.telling(asked.outlet, reading)
        if len(own) < LEAST:
            return None
        shared = Counter(article for h in own for article in self._holders.get(h, ()))
        likeliest = sorted(shared, key=lambda a: (-shared[a], a))[:_LIKELIEST]
        for containment, number in self._contained(own, shared, likeliest):
            known = self._originals[number]
            if not self._may_repeat(asked, known):
                continue
            overlap = Overlap(same_words=False, is_long=shared[number] * SPACING >= least_telling(wording.text))
            why = repeats(wording, known.wording(self._text_of(known)), overlap)
            if why is not None:
                return Duplicate(number, f"{containment:.0%} of the shorter text stands in the other {why}".strip())
        return None

    def _contained(self, own: frozenset[int], shared: Counter[int], likeliest: Iterable[int]) -> Iterator[tuple[float, int]]:
        """The originals that share most of the shorter text, the likest first, of equals the earliest."""
        found = []
        for number in likeliest:
            smaller = min(len(own), self._originals[number].size)
            if smaller >= LEAST and shared[number] >= CONTAINMENT * smaller:
                found.append((-min(1.0, shared[number] / smaller), number))
        return ((-negative, number) for negative, number in sorted(found))

    def _may_repeat(self, asked: Original, known: Original) -> bool:
        """Whether nothing is hidden where one is taken for a copy of the other."""
        if asked.is_news and not known.is_news:
            return False
        if not asked.dated:
            return True  # what repeats a text and says no day is as old as that
        apart = asked.when - known.when
        return apart <= self._window and (not known.dated or -apart <= self._window)

    def told_apart(self, article: Article, reading: Reading) -> None:
        """Somebody says that an article is no copy: what it shares with others of its outlet is boilerplate whatever they say."""
        asked = _asked(article, reading)
        self._learn(asked, None, reading, None)

    def _learn(self, asked: Original, wording: Wording | None, reading: Reading, found: Duplicate | None) -> None:
        """Passages that an article shares with others of its outlet, which it does not repeat and which tell other news.

        Without ``wording`` all of them do.
        """
        if asked.outlet == UNKNOWN:
            return
        held: dict[int, set[int]] = {}
        for h in self.telling(asked.outlet, reading):
            for number in self._holders.get(h, ()):
                if self._originals[number].outlet == asked.outlet and (found is None or number != found.original):
                    held.setdefault(number, set()).add(h)
        others = {n: hashes for n, hashes in held.items() if len(hashes) >= LEAST_LEARNED and self._is_other(wording, n)}
        learned = {h for hashes in others.values() for h in hashes}
        if found is None and any(
            self._originals[n].outlet == asked.outlet and self._is_other(wording, n)
            for n in self._same_words.get(reading.text_hash, ())
        ):
            learned.add(whole(reading.text_hash))
        if learned:
            self._take_out(asked.outlet, learned)

    def _is_other(self, wording: Wording | None, number: int) -> bool:
        """Whether another article stands under another headline."""
        return wording is None or not are_near(wording, self._originals[number].headline)

    def _take_out(self, outlet: int, learned: set[int]) -> None:
        """What an outlet repeats is found in none of its articles any more."""
        gone: dict[int, set[int]] = {}
        for h in learned:
            for number in self._holders.get(h, ()):
                if self._originals[number].outlet == outlet:
                    gone.setdefault(number, set()).add(h)
        self._boilerplate.learn(outlet, learned, gone)
        for number, hashes in gone.items():
            self._originals[number].size -= len(hashes)
            for h in hashes:
                self._holders[h].remove(number)

    def _is_teaser(self, outlet: int, reading: Reading) -> bool:
        """Whether an outlet prints this very text under its news."""
        return whole(reading.text_hash) in self._boilerplate.of(outlet)

    def telling(self, outlet: int, reading: Reading) -> frozenset[int]:
        """The fingerprints of a reading that are no boilerplate."""
        own = self._own(outlet, reading)
        return frozenset(h for h in own if len(self._holders.get(h, ())) < MOST_HOLDERS)

    def add(self, number: int, article: Article, reading: Reading, telling: frozenset[int]) -> None:
        """Take an original in, so that later ones are held against it."""
        original = _asked(article, reading, number)
        original.size, original.text = len(telling), article.text
        self._originals[number] = original
        if not self._is_teaser(original.outlet, reading):
            self._same_words.setdefault(reading.text_hash, []).append(number)
        if not worth_the_index(reading):
            return
        for h in telling:
            self._holders.setdefault(h, []).append(number)
        self._new += [(h, number) for h in sorted(telling)]

    def renamed(self, old: int, new: int, article: Article, reading: Reading) -> None:
        """What ``old`` was the original of, ``new`` is from now on."""
        before = self._originals.pop(old, None)
        original = _asked(article, reading, new)
        original.size, original.text = before.size if before else 0, article.text
        self._originals[new] = original
        for held in self._holders.values():
            held[:] = [new if number == old else number for number in held]
        for same in self._same_words.values():
            same[:] = [new if number == old else number for number in same]

    def write(self, at: datetime) -> None:
        """Write what the batch added to the index so far, and what it learned."""
        if self._new:
            insert_rows(self._connection, fingerprints, ("hash", "article_id"), self._new)
            self._new = []
        self._boilerplate.write(at)

    def _text_of(self, known: Original) -> str:
        if known.text is None:
            known.text = self._connection.scalar(select(articles.c.text).where(articles.c.id == known.number)) or ""
        return known.text

    def _load_same_words(self, hashes: Iterable[str]) -> None:
        """The latest originals with each hash of words."""
        for part in parts(sorted(hashes)):
            for number, text_hash in self._connection.execute(_SAME, {"hashes": part}):
                self._same_words.setdefault(text_hash, []).append(number)
        self._load({number for same in self._same_words.values() for number in same})

    def _load(self, numbers: Iterable[int]) -> None:
        """What is to be known of originals, their texts aside."""
        for part in parts(sorted(set(numbers) - self._originals.keys())):
            for row in self._connection.execute(_rows(articles.c.id.in_(part))):
                self._originals[row.id] = Original(
                    row.id, row.title, outlet_key(row.outlet, row.url, row.source), row.when, row.published is not None, row.is_news,
                    row.fingerprints, ruled=row.article_id is not None,
                )  # fmt: skip


def own_words(connection: Connection, read: Mapping[int, tuple[Article, Reading]], window: timedelta) -> dict[int, Reading]:
    """Readings of stored articles by their ids, without the words of boilerplate that is known by now."""
    found: dict[int, Reading] = {}
    for part in parts(read.items(), 250):
        copies = Copies(connection, [pair for _, pair in part], window)
        found |= {number: copies.own_words(*pair) for number, pair in part}
    return found


def _rows(which: ColumnElement[bool]) -> Any:
    names = ("id", "title", "outlet", "url", "source", "when", "published", "fingerprints")
    is_news = articles.c.relevant | articles.c.story_id.is_not(None)
    joined = articles.outerjoin(no_copies, no_copies.c.article_id == articles.c.id)
    return (
        select(*(articles.c[name] for name in names), is_news.label("is_news"), no_copies.c.article_id)
        .select_from(joined)
        .where(which)
    )


def outlet_of(article: Article) -> int:
    """Who published an article, as a number."""
    return outlet_key(article.outlet, article.url, article.source)


def _asked(article: Article, reading: Reading, number: int = 0) -> Original:
    return Original(number, article.title, outlet_of(article), article.when, article.published is not None, reading.is_news)


def worth_the_index(reading: Reading) -> bool:
    """Only what names both parties, or matches a topic, can ever be told to anybody, so only that is worth the index."""
    return reading.relevance.score > 0 or reading.is_news


def _latest_with_words() -> Any:
    """The latest originals with each of some hashes of words, the earliest first."""
    originals = articles.c.text_hash.in_(bindparam("hashes", expanding=True)) & articles.c.duplicate_of.is_(None)
    place = func.row_number().over(partition_by=articles.c.text_hash, order_by=articles.c.id.desc())
    ranked = select(articles.c.id, articles.c.text_hash, place.label("place")).where(originals).subquery()
    return select(ranked.c.id, ranked.c.text_hash).where(ranked.c.place <= _SAME_WORDS).order_by(ranked.c.id)


_SAME = _latest_with_words()
_HOLDING = select(fingerprints.c.hash, fingerprints.c.article_id).where(
    fingerprints.c.hash.in_(bindparam("hashes", expanding=True))
)
"""Made once: batches are small where many processes write, and making a statement takes longer than running it."""


def _holders(connection: Connection, hashes: Iterable[int]) -> dict[int, list[int]]:
    """The originals that hold each fingerprint."""
    found: dict[int, list[int]] = {}
    for part in parts(sorted(hashes)):
        rows: Any = connection.execute(_HOLDING, {"hashes": part})
        for h, article in rows:
            found.setdefault(h, []).append(article)
    return found
