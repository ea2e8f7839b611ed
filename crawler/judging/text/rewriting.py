"""Steps that rewrite a text and can say where each character of the result came from.

A step is a function of the whole text, which is fast. Its ``traced`` form also carries origins along; it is run only for
texts in which something was found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple


class Origins(NamedTuple):
    """For each character of a text where it begins and ends in the original."""

    starts: Sequence[int]
    ends: Sequence[int]


class Rewritten(NamedTuple):
    """A text after a step, and whether each of its characters stands where the one stood that it came from."""

    text: str
    keeps_places: bool


class Traced(NamedTuple):
    """A text after a step, and the origins of its characters."""

    text: str
    origins: Origins


_FEW = 24
_BLOCK = 7
_ASCII = frozenset([0])


def blocks_of(text: str) -> frozenset[int]:
    """The blocks of 128 code points that a text's characters lie in: a fast way to know which scripts it has."""
    if text.isascii():
        return _ASCII if text else frozenset()
    return frozenset([ord(char) >> _BLOCK for char in _characters_of(text)])


@lru_cache(maxsize=4)
def _characters_of(text: str) -> frozenset[str]:
    """The characters of a text; steps ask one after another, and of one text while nothing changes it."""
    return frozenset(text)


class Step:
    """One rewriting step: a function of the text, and the same with the origins of its characters.

    ``needs`` are blocks (see `blocks_of`). A text with none of them is not changed by the step. An
    empty set means that any text may be changed.
    """

    needs: frozenset[int] = frozenset()

    def __call__(self, text: str) -> str:
        """The text after the step."""
        return self.apply(text).text

    def apply(self, text: str) -> Rewritten:
        """The text after the step."""
        raise NotImplementedError

    def traced(self, text: str, origins: Origins) -> Traced:
        """The text after the step, whose characters have these origins before it."""
        raise NotImplementedError


class Compose(Step):
    """NFC. Most texts are so already; the others are composed cluster by cluster when their origins are asked for."""

    def apply(self, text: str) -> Rewritten:
        made = unicodedata.normalize("NFC", text)
        return Rewritten(made, made == text)

    def traced(self, text: str, origins: Origins) -> Traced:
        if unicodedata.is_normalized("NFC", text):
            return Traced(text, origins)
        parts, starts, ends, place = [], list[int](), list[int](), 0
        for cluster in _clusters(text):
            composed = unicodedata.normalize("NFC", cluster)
            low, high = (
                min(origins.starts[place : place + len(cluster)]),
                max(origins.ends[place : place + len(cluster)]),
            )
            parts.append(composed)
            starts += [low] * len(composed)
            ends += [high] * len(composed)
            place += len(cluster)
        return Traced("".join(parts), Origins(starts, ends))


def _clusters(text: str) -> list[str]:
    """``text`` cut before each character that can begin a composition of its own."""
    cuts = [i for i, char in enumerate(text) if not i or not _continues(char)]
    return [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _continues(char: str) -> bool:
    """Whether a character may compose with what stands before it: a combining mark, a Hangul vowel or final, and the like."""
    return (
        bool(unicodedata.combining(char))
        or unicodedata.category(char) in ("Mn", "Mc")
        or "\u1160" <= char <= "\u11ff"
    )


class Translate(Step):
    """Each character into what a table says; characters that it lacks stay."""

    def __init__(self, table: Mapping[int, str]) -> None:
        self.table = table
        self._ascii = "".join(map(chr, range(128))).translate(table)
        self._same: set[str] = set()

    def apply(self, text: str) -> Rewritten:
        # Only if each ASCII character stays one: then no place moves.
        if text.isascii() and len(self._ascii) == 128:
            return Rewritten(text.translate(self._ascii), True)
        # Most characters of most scripts stay: replacing the
        # few others one by one is quicker than asking for each.
        changes = self._changes(text)
        keeps = all(len(new) == 1 for new in changes.values())
        # Replaced one after another, a result could be
        # replaced again; then the table must do all at once.
        if len(changes) > _FEW or any(changes.keys() & set(new) for new in changes.values()):
            return Rewritten(text.translate(self.table), keeps)
        for char, new in changes.items():
            text = text.replace(char, new)
        return Rewritten(text, keeps)

    def _changes(self, text: str) -> dict[str, str]:
        """The characters of a text that change, and what each becomes."""
        found: dict[str, str] = {}
        # In one order: sets have none, and the result must not depend on the process.
        for char in sorted(_characters_of(text) - self._same):
            new = char.translate(self.table)
            if new == char:
                self._same.add(char)  # few characters make up most texts
            else:
                found[char] = new
        return found

    def traced(self, text: str, origins: Origins) -> Traced:
        others = [char for char, new in self._changes(text).items() if len(new) != 1]
        if not others:
            return Traced(self(text), origins)
        change = Replace(f"[{re.escape(''.join(others))}]", lambda m: m[0].translate(self.table))
        made, origins = change.traced(text, origins)
        return Traced(self(made), origins)


class Replace(Step):
    """A pattern's matches replaced.

    Args:
        pattern: what is replaced.
        replacement: by what; a string is taken as it is.
        needs: texts without any of these characters have no match, and need no search.
        sign: where this pattern is not found, no match would change; it is quicker to look for.
    """

    def __init__(
        self,
        pattern: str,
        replacement: str | Callable[[re.Match[str]], str],
        needs: Iterable[str] = "",
        sign: str = "",
    ) -> None:
        self.pattern = re.compile(pattern)
        self.replacement = replacement
        self.needs = blocks_of("".join(needs))
        self._sign = re.compile(sign) if sign else self.pattern

    def apply(self, text: str) -> Rewritten:
        made = self.pattern.sub(self.replacement, text) if self._sign.search(text) else text
        # No replacement is longer than what it replaces
        return Rewritten(made, len(made) == len(text))

    def traced(self, text: str, origins: Origins) -> Traced:
        if not self._sign.search(text):
            return Traced(text, origins)
        # Lists, not arrays: between two matches there are a few characters.
        low_origins, high_origins = map(list, origins)
        parts = list[str]()
        starts = list[int]()
        ends = list[int]()
        done = 0
        for match in self.pattern.finditer(text):
            low, high = match.span()
            new = self.replacement(match) if callable(self.replacement) else self.replacement
            parts += [text[done:low], new]
            if len(new) == high - low:
                # As long as before, so each character keeps
                # its own place: finer than one span for all.
                starts += low_origins[done:high]
                ends += high_origins[done:high]
            else:
                starts += low_origins[done:low]
                starts += [min(low_origins[low:high])] * len(new)
                ends += high_origins[done:low]
                ends += [max(high_origins[low:high])] * len(new)
            done = high
        parts.append(text[done:])
        starts += low_origins[done:]
        ends += high_origins[done:]
        return Traced("".join(parts), Origins(starts, ends))
