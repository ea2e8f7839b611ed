"""Finds what an article repeats: by its exact words, else by fingerprints. Read once for each batch.

The index finds texts that share words; `crawler.judging.stories.republishing` says whether one
repeats the other. A duplicate must hide nothing that people should hear of: news is no duplicate of
an article that is none, and not of one that is older than stories grow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import Connection

from crawler.judging.features import FeatureKind, kind_of, value_of
from crawler.judging.judge import judged_part
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.stories.duplicates import (
    are_enough,
    is_long_passage,
    least_shared,
    least_telling,
    letters,
    shares_enough,
    without,
)
from crawler.judging.stories.republishing import Overlap, Wording, are_near, repeats, tells_headline
from crawler.model import Anchors, Article, Classification, Duplicate
from crawler.store import originals, recent_passages
from crawler.store.boilerplate import UNKNOWN, Boilerplate, text_fingerprint
from crawler.store.bulk import chunks
from crawler.store.originals import Original, Originals, as_original, outlet_of

MAX_HOLDERS = 64
"""A passage that so many originals share is boilerplate. It is neither compared nor indexed again."""
MIN_SHARED_PASSAGES = 4
"""Fingerprints that two articles of one outlet share if a passage is repeated. Names and phrases share fewer."""
FEW_REPRINTS = 3
"""So many texts of a batch may repeat old ones and still be news; more than that are an archive."""
_NOTHING: frozenset[int] = frozenset()
_MAX_CANDIDATES = 50
"""Only the originals that share most fingerprints are compared word by word, at most so many."""


class DuplicateIndex:
    """Finds the originals of a batch of articles, those before them in the batch included.

    Args:
        connection: a connection that writes.
        batch: the articles with their readings.
        window: how long a story can grow; an older article hides nothing.
        parties: between whom the cooperation is.
    """

    def __init__(
        self,
        connection: Connection,
        batch: Sequence[tuple[Article, Classification]],
        window: timedelta,
        parties: Parties = CHINA_ASEAN,
    ) -> None:
        self._connection = connection
        self._batch = batch
        self._window = window
        self._parties = parties
        readings = [reading for _, reading in batch]
        hashes = {h for r in readings for h in r.fingerprint}
        self._boilerplate = Boilerplate(
            connection, hashes | {text_fingerprint(r.text_hash) for r in readings}
        )
        self._originals = Originals(parties)
        # A teaser stands under any number of articles: looking
        # its words up finds them all and proves nothing.
        teasers = {r.text_hash for a, r in batch if self._is_teaser_of(a, r)}
        self._load_same_words({r.text_hash for r in readings} - teasers)
        # One look-up for the whole batch; from here on the index
        # is kept in step in memory (`add`, `_remove_from_index`).
        self._holders = originals.holders_of(connection, hashes)
        # Most of them share a phrase with the batch, and nothing is looked up of those.
        self._load({number for r in readings if r.fingerprint for number in self._sharing(r.fingerprint)})
        self._new: dict[int, frozenset[int]] = {}

    def find(self, article: Article, reading: Classification) -> Duplicate | None:
        """The stored article whose words an article repeats, wholly or nearly; always an original.

        The passages that the article shares with others of its outlet become boilerplate.
        """
        # Most articles concern nobody: they have no fingerprints, and come once.
        if not reading.fingerprint and not self._same_words.get(reading.text_hash):
            return None
        asked = as_original(article, reading, parties=self._parties)
        wording = asked.wording(article.text)
        # The exact words first: short texts have too few fingerprints to be found by them.
        found = self._find_same_words(asked, wording, reading)
        own = self.distinctive(asked.outlet, reading)
        shared = self._sharing(own)
        if found is None:
            found = self._find_similar(asked, wording, own, shared)
        # After the search: what becomes boilerplate here was still evidence for this article.
        self._learn(asked, wording, reading, found, own, shared)
        return found

    def without_boilerplate(self, article: Article, reading: Classification) -> Classification:
        """A reading without the words and names that stand only in the outlet's boilerplate: they tie no reports together."""
        repeated = reading.fingerprint & self._boilerplate.of(outlet_of(article))
        if not repeated or not reading.anchors.words:
            return reading
        text = judged_part(article.title, article.text).text
        left = f"{without(article.title, ())}\n{without(text, repeated)}"
        features = frozenset(
            f
            for f in reading.anchors.features
            if kind_of(f) is not FeatureKind.LATIN_NAME or value_of(f) in left
        )
        words = frozenset(w for w in reading.anchors.words if value_of(w) in left)
        return replace(reading, anchors=Anchors(features, words))

    def reprints(self) -> set[tuple[str, str]]:
        """The texts of the batch, by hash and headline, that were stored long before under other addresses.

        Many of them at once are an archive that moved: none is news. A few may be news, where they say
        little: a fair is opened every year, in the same words. A long text that its own outlet prints
        again is as old as it was, also if it is the only one.
        """
        old = [(a, r, known) for a, r in self._batch if r.text_hash for known in self._long_known(a, r)]
        found = {(r.text_hash, a.title) for a, r, _ in old}
        # Whatever their dates say: a site that moves dates its whole archive today.
        if len(found) > FEW_REPRINTS:
            return found
        return {(r.text_hash, a.title) for a, r, known in old if self._is_reprint(a, r, known)}

    def _long_known(self, article: Article, reading: Classification) -> list[Original]:
        """The originals with the same words and headline that are older than stories grow."""
        known = (self._originals[n] for n in self._same_words.get(reading.text_hash, ()))
        return [k for k in known if k.title == article.title and article.when - k.when > self._window]

    def _is_reprint(self, article: Article, reading: Classification, known: Original) -> bool:
        """Whether an outlet prints a long text again that tells what its headline says, and so is no teaser."""
        asked = as_original(article, reading, parties=self._parties)
        if asked.outlet == UNKNOWN or asked.outlet != known.outlet or self._is_teaser(asked.outlet, reading):
            return False
        return letters(article.text) >= least_telling(article.text) and tells_headline(
            asked.wording(article.text)
        )

    def would_hide(self, article: Article, reading: Classification, original: int) -> bool:
        """Whether readers would miss news if an article counted as a duplicate of an original that is too old or no news."""
        self._load([original])
        known = self._originals.find(original)
        return known is not None and not self._may_be_duplicate(
            as_original(article, reading, parties=self._parties), known
        )

    def may_replace(self, reading: Classification, original: int) -> bool:
        """Whether an earlier article may take the place of an original.

        It must be news if the original is, and no operator must have said that the original is no copy.
        """
        known = self._originals.find(original)
        return known is None or (not known.is_ruled_no_copy and (reading.is_news or not known.is_news))

    def is_still_duplicate(
        self, one: tuple[Article, Classification], other: tuple[Article, Classification], *, named: bool
    ) -> bool:
        """Whether an article that is stored as a duplicate is one by the rules of today.

        Args:
            one: the article.
            other: its original.
            named: whether the article's page names the original.
        """
        asked = as_original(*one, parties=self._parties)
        known = as_original(*other, parties=self._parties)
        if not self._may_be_duplicate(asked, known):
            return False
        if named:
            return True
        words = asked.wording(one[0].text)
        text = other[0].text
        long = least_telling(words.text)
        if one[1].text_hash == other[1].text_hash and not self._is_teaser(asked.outlet, one[1]):
            return repeats(words, known.wording(text), Overlap(True, letters(text) >= long)) is not None
        # A duplicate is not in the index, so the fingerprints of the two are compared directly.
        own, theirs = (self._without_repeats(a.outlet, r) for a, (_, r) in ((asked, one), (known, other)))
        smaller = min(len(own), len(theirs))
        shared = len(own & theirs)
        if not shares_enough(shared, smaller):
            return False
        return (
            repeats(words, known.wording(text), Overlap(False, is_long_passage(shared, words.text)))
            is not None
        )

    def _without_repeats(self, outlet: int, reading: Classification) -> frozenset[int]:
        """The fingerprints of a reading that its outlet does not repeat."""
        return reading.fingerprint - self._boilerplate.of(outlet) if reading.fingerprint else _NOTHING

    def _find_same_words(
        self, asked: Original, wording: Wording, reading: Classification
    ) -> Duplicate | None:
        if self._is_teaser(asked.outlet, reading):
            return None
        candidates = self._same_words.get(reading.text_hash, ())
        if not candidates:
            return None
        overlap = Overlap(same_words=True, is_long=letters(wording.text) >= least_telling(wording.text))
        found = []
        for number in candidates:
            known = self._originals[number]
            if self._may_be_duplicate(asked, known):
                why = repeats(wording, known.wording(wording.text), overlap)
                if why is not None:
                    found.append((number, why))
        return Duplicate(found[0][0], f"the same words {found[0][1]}".strip()) if found else None

    def _find_similar(
        self, asked: Original, wording: Wording, own: frozenset[int], shared: Mapping[int, int]
    ) -> Duplicate | None:
        if not are_enough(len(own)):
            return None
        # Ties go to the earlier article, so that a batch
        # gives the same in whatever order the store reads.
        likeliest = sorted(shared, key=lambda a: (-shared[a], a))[:_MAX_CANDIDATES]
        for containment, number in self._by_containment(own, shared, likeliest):
            known = self._originals[number]
            if not self._may_be_duplicate(asked, known):
                continue
            overlap = Overlap(same_words=False, is_long=is_long_passage(shared[number], wording.text))
            why = repeats(wording, known.wording(self._text_of(known)), overlap)
            if why is not None:
                return Duplicate(
                    number, f"{containment:.0%} of the shorter text stands in the other {why}".strip()
                )
        return None

    def _sharing(self, hashes: Collection[int]) -> dict[int, int]:
        """The originals that hold more than phrases of some fingerprints, each with how many: fewer prove nothing, and teach nothing."""
        if not hashes:  # of most articles: they concern nobody
            return {}
        holding = Counter(chain.from_iterable(self._holders.get(h, ()) for h in hashes))
        least = min(MIN_SHARED_PASSAGES, least_shared())
        return {number: shared for number, shared in holding.items() if shared >= least}

    def _by_containment(
        self, own: frozenset[int], shared: Mapping[int, int], likeliest: Iterable[int]
    ) -> Iterator[tuple[float, int]]:
        """The originals that share enough of the shorter text, each with the share: the largest first, of equals the earliest."""
        found = []
        for number in likeliest:
            smaller = min(len(own), self._originals[number].size)
            if shares_enough(shared[number], smaller):
                found.append((-min(1.0, shared[number] / smaller), number))
        return ((-negative, number) for negative, number in sorted(found))

    def _may_be_duplicate(self, asked: Original, known: Original) -> bool:
        """Whether an article may be a duplicate of an original without hiding news.

        An article without a date is as old as the text that it repeats.
        """
        if asked.is_news and not known.is_news:
            return False
        if not asked.is_dated:
            return True
        apart = asked.when - known.when
        return apart <= self._window and (not known.is_dated or -apart <= self._window)

    def learn_boilerplate(self, article: Article, reading: Classification) -> None:
        """Learn as boilerplate what an article shares with others of its outlet, because an operator said that it is no copy."""
        asked = as_original(article, reading, parties=self._parties)
        own = self.distinctive(asked.outlet, reading)
        self._learn(asked, None, reading, None, own, self._sharing(own))

    def _learn(
        self,
        asked: Original,
        wording: Wording | None,
        reading: Classification,
        found: Duplicate | None,
        own: frozenset[int],
        shared: Mapping[int, int],
    ) -> None:
        """Learn as boilerplate the passages that an article shares with other news of its outlet.

        Args:
            asked: the article.
            wording: its words; without them every article that it does not repeat counts as other news.
            reading: its reading.
            found: what it repeats.
            own: the passages that count.
            shared: how many of them each original holds.
        """
        if asked.outlet == UNKNOWN:
            return
        others = {
            number
            for number, common in shared.items()
            if common >= MIN_SHARED_PASSAGES
            and self._originals[number].outlet == asked.outlet
            and (found is None or number != found.original)
            and self._is_other_news(wording, number)
        }
        learned = {h for h in own if others and not others.isdisjoint(self._holders.get(h, ()))}
        # The whole text is a teaser only if this article is no
        # duplicate: an outlet may well print a story twice.
        if found is None and any(
            self._originals[n].outlet == asked.outlet and self._is_other_news(wording, n)
            for n in self._same_words.get(reading.text_hash, ())
        ):
            learned.add(text_fingerprint(reading.text_hash))
        if learned:
            self._remove_from_index(asked.outlet, learned)

    def _is_other_news(self, wording: Wording | None, number: int) -> bool:
        """Whether an original has another headline."""
        return wording is None or not are_near(wording, self._originals[number].headline)

    def _remove_from_index(self, outlet: int, learned: set[int]) -> None:
        """Take passages that became boilerplate of an outlet out of all its articles."""
        gone: dict[int, set[int]] = {}
        self._load({number for h in learned for number in self._holders.get(h, ())})
        for h in learned:
            for number in self._holders.get(h, ()):
                if self._originals[number].outlet == outlet:
                    gone.setdefault(number, set()).add(h)
        self._boilerplate.learn(outlet, learned, gone)
        for number, hashes in gone.items():
            self._originals[number].size -= len(hashes)
            for h in hashes:
                self._holders[h].remove(number)

    def _is_teaser(self, outlet: int, reading: Classification) -> bool:
        """Whether an outlet prints this whole text under different news."""
        repeated = self._boilerplate.of(outlet)
        return bool(repeated) and text_fingerprint(reading.text_hash) in repeated

    def _is_teaser_of(self, article: Article, reading: Classification) -> bool:
        # Who published it is not asked where nobody repeats anything.
        return bool(self._boilerplate) and self._is_teaser(outlet_of(article), reading)

    def distinctive_of(self, article: Article, reading: Classification) -> frozenset[int]:
        """The fingerprints of an article that are no boilerplate."""
        return self.distinctive(outlet_of(article), reading) if reading.fingerprint else _NOTHING

    def distinctive(self, outlet: int, reading: Classification) -> frozenset[int]:
        """The fingerprints of a reading that are no boilerplate of an outlet."""
        own = self._without_repeats(outlet, reading)
        if not own:
            return own
        return frozenset(h for h in own if len(self._holders.get(h, ())) < MAX_HOLDERS)

    def add(
        self, number: int, article: Article, reading: Classification, distinctive: frozenset[int]
    ) -> None:
        """Add an original, so that later articles are compared with it."""
        self._originals.add(number, article, reading, len(distinctive))
        if not self._is_teaser_of(article, reading):
            self._same_words.setdefault(reading.text_hash, []).append(number)
        # Most of what feeds hold concerns nobody. In the index it would cost rows and find nothing.
        if not is_worth_indexing(reading):
            return
        for h in distinctive:
            self._holders.setdefault(h, []).append(number)
        if distinctive:
            self._new[number] = distinctive

    def replace_original(self, old: int, new: int, article: Article, reading: Classification) -> None:
        """Put the article ``new`` in the place of the original ``old``."""
        before = self._originals.find(old)
        self._originals.pop(old, None)
        original = as_original(article, reading, new, self._parties)
        original.size = before.size if before else 0
        original.text = article.text
        self._originals[new] = original
        # In place: the lists are looked up again for later articles of this batch.
        for numbers in (*self._holders.values(), *self._same_words.values()):
            numbers[:] = [new if number == old else number for number in numbers]

    def write(self, at: datetime) -> None:
        """Write what the batch added to the index so far, and what it learned."""
        if self._new:
            recent_passages.add(self._connection, self._new)
            self._new = {}
        self._boilerplate.write(at)

    def _text_of(self, known: Original) -> str:
        if known.text is None:
            known.text = originals.text_of(self._connection, known.number)
        return known.text

    def _load_same_words(self, hashes: Iterable[str]) -> None:
        self._same_words = originals.with_same_words(self._connection, hashes)
        self._load({number for same in self._same_words.values() for number in same})

    def _load(self, numbers: Iterable[int]) -> None:
        missing = self._originals.lacking(numbers)
        self._originals.update(originals.load(self._connection, missing, self._parties))


def without_boilerplate(
    connection: Connection,
    readings: Mapping[int, tuple[Article, Classification]],
    window: timedelta,
    parties: Parties = CHINA_ASEAN,
) -> dict[int, Classification]:
    """Readings of stored articles by their ids, without the words of the boilerplate that is known by now."""
    found: dict[int, Classification] = {}
    for part in chunks(readings.items(), 250):
        index = DuplicateIndex(connection, [pair for _, pair in part], window, parties)
        found |= {number: index.without_boilerplate(*pair) for number, pair in part}
    return found


def is_worth_indexing(reading: Classification) -> bool:
    """Whether anybody could hear of an article: only one that names both parties, or matches a topic."""
    return reading.relevance.score > 0 or reading.is_news
