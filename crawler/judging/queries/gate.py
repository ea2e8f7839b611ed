"""Whether a text can have any of some terms: first by its letters alone, then by the terms as judging finds them.

Most of what feeds bring names nothing that anybody wants to hear of. To know that, neither word breaks nor places nor any other
terms are needed. What judging finds is a part of the normal form; so its letters are a part of the text's letters, in whatever
spelling, with whatever spaces and dashes between them. Where no such letters stand, no such term does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from ahocorasick_rs import BytesAhoCorasick

from crawler.judging.text.letters import Letters, is_latin, keys_of, words_of
from crawler.judging.text.matching import Field, Findings, Matcher
from crawler.judging.text.terms import Pattern, ways_to_write
from crawler.judging.text.words import MALAY_PREFIXES, may_be_prefixed


class TermGate:
    """Rules out texts that have no term of some sets.

    Args:
        patterns: the patterns of all sets.
        names: the sets.
    """

    def __init__(self, patterns: Iterable[Pattern], names: Collection[str]) -> None:
        self._patterns = [p for p in patterns if p.set_name in names]
        counting = [p for p in self._patterns if not p.excluded]
        words = {form for p in counting for form in _in_words(p)}
        letters = set(keys_of([key for p in counting for key in ways_to_write(p)]))
        # A term of signs alone has no letters to look for.
        self._is_blind = b"" in letters
        self._words, self._letters = (BytesAhoCorasick(sorted(forms - {b""})) for forms in (words, letters))

    @cached_property
    def _terms(self) -> Matcher:
        return Matcher(self._patterns)

    def may_have(self, letters: Letters) -> bool:
        """Whether a text with these letters may have a term of the sets. False is sure."""
        automaton = self._words if letters.is_latin else self._letters
        return self._is_blind or bool(automaton.find_matches_as_indexes(letters.searched))

    def find(self, place: Field, lang: str | None) -> Findings:
        """The terms of the sets in one field, as a `Matcher` of all sets finds them there."""
        return self._terms.find_in([place], lang)


def _in_words(p: Pattern) -> Iterator[bytes]:
    """The forms in which a pattern stands in the words of a wholly Latin text: where a word begins, or behind a prefix."""
    for key in ways_to_write(p):
        if is_latin(key):
            words = words_of(key)
            yield b" %b" % words
            if may_be_prefixed(p):
                yield from (b" %b%b" % (prefix.encode(), words) for prefix in MALAY_PREFIXES)
