"""Words that articles of a topic use and no term set knows, with what they would be worth. Pure.

A word is telling when articles of the topic have it far oftener than others of the same language have: the
log-likelihood ratio (Dunning 1993, "Accurate Methods for the Statistics of Surprise and Coincidence").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from crawler.judging.text.matching import Field, Findings, field_of
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import UNSPACED_LETTERS
from crawler.judging.text.terms import is_unspaced
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_WORD = re.compile(f"[^\\W\\d_](?:[^\\W\\d_]|[{UNSPACED_LETTERS}])*")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A term for a topic.

    ``articles`` have it, ``precision`` is the share of them that match the topic already, ``adds`` counts the relevant
    ones that do not; ``score`` is the log-likelihood ratio.
    """

    lang: str
    topic: str
    term: str
    articles: int
    precision: float
    adds: int
    score: float


@dataclass(slots=True)
class _Language:
    """What was counted in one language; all counts are of articles."""

    articles: int = 0
    having: Counter[str] = field(default_factory=Counter)
    relevant: Counter[str] = field(default_factory=Counter)
    of_topic: Counter[str] = field(default_factory=Counter)
    both: dict[str, Counter[str]] = field(default_factory=dict)


class Tally:
    """Counts the unknown words of articles by language and topic."""

    def __init__(self) -> None:
        self._languages: dict[str, _Language] = {}

    def add(self, lang: str, words: Iterable[str], topics: Iterable[str], *, relevant: bool) -> None:
        """Count one article: its unknown words, and the topics that it matches."""
        counted = self._languages.setdefault(lang, _Language())
        own = set(words)
        counted.articles += 1
        counted.having.update(own)
        if relevant:
            counted.relevant.update(own)
        for topic in topics:
            counted.of_topic[topic] += 1
            counted.both.setdefault(topic, Counter()).update(own)

    def suggestions(self, least: int = 3) -> list[Suggestion]:
        """The telling words, best first; each must stand in at least ``least`` articles of its topic."""
        found = [s for lang, counted in self._languages.items() for s in _of_language(lang, counted, least)]
        return sorted(found, key=lambda s: (-s.score, s.lang, s.topic, s.term))


def _of_language(lang: str, counted: _Language, least: int) -> Iterator[Suggestion]:
    weigh = weights().suggestions
    # In a small history a fifth of the articles is one
    # or two: then `least` bounds what is everyday.
    everyday = max(weigh.everyday * counted.articles, least)
    # What is in any text is no sign of a topic; a short history cannot tell by counting.
    grammar = _grammar_words(lang)
    for topic, both in counted.both.items():
        kept = {word: n for word, n in both.items() if n >= least}
        for word in _longest(kept, counted.having):
            if any(edge in grammar for edge in _edges(word)):
                continue
            if any(len(edge) < _least(edge) or counted.having[edge] > everyday for edge in _edges(word)):
                continue
            together = kept[word]
            having = counted.having[word]
            matching = counted.of_topic[topic]
            neither = counted.articles - having - matching + together
            score = likelihood_ratio(together, having - together, matching - together, neither)
            if score >= weigh.sure and together * counted.articles > having * matching:
                adds = max(0, counted.relevant[word] - together)
                yield Suggestion(
                    lang, topic, word, having, round(together / having, 3), adds, round(score, 2)
                )


@cache
def _grammar_words(lang: str) -> frozenset[str]:
    own = "id" if lang == "ms" else lang
    tables = (table("common_words.yaml"), table("grammar_words.yaml"))
    # As the words of texts are: Khmer and Burmese marks have an order there.
    return frozenset(normal_spelling(str(word)) for one in tables for word in one.get(own, ()))


def _edges(word: str) -> tuple[str, str]:
    words = word.split(" ")
    return words[0], words[-1]


def _longest(kept: Mapping[str, int], having: Mapping[str, int]) -> list[str]:
    """The words less those that stand only inside a longer one."""
    # A piece that is never seen alone is no term of its own.
    inside = {piece for word in kept for piece in _pieces(word) if having[piece] == having[word]}
    return [word for word in kept if word not in inside]


def _pieces(word: str) -> Iterator[str]:
    words = word.split(" ")
    for size in range(1, len(words)):
        yield from (" ".join(words[i : i + size]) for i in range(len(words) - size + 1))


def likelihood_ratio(both: int, first: int, second: int, neither: int) -> float:
    """Dunning's G² of a two by two table of counts: 0 where two things are independent."""

    def entropy(*counts: int) -> float:
        total = sum(counts)
        return sum(n * math.log(n / total) for n in counts if n)

    whole = entropy(both, first, second, neither)
    rows = entropy(both + first, second + neither)
    columns = entropy(both + second, first + neither)
    return max(0.0, 2 * (whole - rows - columns))


def unknown_words(findings: Findings) -> set[str]:
    """The words of the headline and the beginning of the text, up to three in a row, that no term reaches into."""
    found: set[str] = set()
    longest = weights().suggestions.longest
    for name, place in findings.fields.items():
        known = [(h.start, h.end) for hits in findings.hits.values() for h in hits if h.field == name]
        run: list[tuple[int, str]] = []
        for start, end, word in _words(place):
            if any(low < end and start < high for low, high in known):
                run = []
                continue
            if run and start > run[-1][0] + 1:
                run = []
            run = [*run[-(longest - 1) :], (end, word)]
            found |= {_joined([w for _, w in run[i:]]) for i in range(len(run))}
    return {w for w in found if len(w) >= _least(w)}


def words_of_headline(headline: str) -> set[str]:
    """The words of a headline that could be terms."""
    return {word for _, _, word in _words(field_of("title", headline)) if len(word) >= _least(word)}


def _least(word: str) -> int:
    return 2 if is_unspaced(word) else weights().suggestions.least_letters


def _joined(words: list[str]) -> str:
    return ("" if is_unspaced(words[0]) else " ").join(words)


def _words(place: Field) -> Iterator[tuple[int, int, str]]:
    """The words of a field: by ICU's dictionaries where a script has no spaces."""
    text = place.normal.text[: weights().suggestions.read]
    for match in _WORD.finditer(text):
        if not is_unspaced(match[0]):
            yield match.start(), match.end(), match[0]
            continue
        start = match.start()
        while start < match.end():
            end = min(place.ruler.word_around(start)[1], match.end())
            # A guard: a word without length would never end the loop.
            if end <= start:
                break
            yield start, end, text[start:end]
            start = end
