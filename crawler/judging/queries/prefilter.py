"""Whether a text can be news by the rules at all: one pass over it, before anything that takes long.

An archive holds a million pages for each thousand that report cooperation. Reading the article out of a page takes fifty times
as long as this look at all its words. What it lets through is judged as ever; what it rules out could not have been relevant and
could match no topic, in whatever language or script: it uses the terms and the normal form of judging itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ahocorasick_rs import AhoCorasick, Implementation

from crawler.judging.text.normal import normalise
from crawler.judging.text.terms import Pattern, is_unspaced, ways_to_write
from crawler.judging.text.words import begin_of_word

PIECE, OVERLAP = 60_000, 400
"""Characters that are looked at together, and those that a piece shares with the next one: terms are far shorter."""
_LEAST_INFLECTED = 3
"""Letters of a term that can have an ending: behind shorter ones the word must end."""
_OURS, _THEIRS, _ALONE = 1, 2, 4
_BOTH = _OURS | _THEIRS


class Prefilter:
    """Rules out texts that name not both parties, and no term of a topic that looks at all articles.

    Args:
        patterns: the patterns of all sets.
        sides: the names of the sets of each side: ``ours``, ``theirs``, and ``alone`` for those of which one term is enough.
        is_open: whether anything may be news, as where another package judges too; then nothing is ruled out.
    """

    def __init__(
        self, patterns: Iterable[Pattern], sides: Mapping[str, frozenset[str]], *, is_open: bool = False
    ) -> None:
        self.is_open = is_open
        marks: dict[str, int] = {}
        for pattern in patterns:
            mark = _OURS * (pattern.set_name in sides["ours"])
            mark |= _THEIRS * (pattern.set_name in sides["theirs"])
            mark |= _ALONE * (pattern.set_name in sides["alone"])
            for key in ways_to_write(pattern) if mark and not pattern.excluded else ():
                marks[key] = marks.get(key, 0) | mark
        self._marks = [(mark, is_unspaced(key), len(key)) for key, mark in marks.items()]
        self._automaton = AhoCorasick(list(marks), implementation=Implementation.ContiguousNFA)

    def may_be_news(self, text: str) -> bool:
        """Whether judging may find news in a text, or in any part of it."""
        if self.is_open:
            return True
        found = 0
        for piece in _pieces(text):
            found |= self._named_in(normalise(piece).text)
            if found & _ALONE or found & _BOTH == _BOTH:
                return True
        return False

    def _named_in(self, text: str) -> int:
        found = 0
        for key, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            mark, unspaced, length = self._marks[key]
            if found & mark == mark:
                continue
            if unspaced or _is_word(text, start, end, length):
                found |= mark
        return found


def _is_word(text: str, start: int, end: int, length: int) -> bool:
    """Whether a word of a script with spaces may begin here; what may follow it depends on languages, and is not looked at."""
    if length < _LEAST_INFLECTED and end < len(text) and text[end].isalnum():
        return False
    return begin_of_word(text, start) is not None


def _pieces(text: str) -> Iterator[str]:
    # A text of many megabytes as a whole would take many times its memory.
    for start in range(0, max(1, len(text)), PIECE):
        yield text[start : start + PIECE + OVERLAP]
