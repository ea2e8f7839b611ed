"""Term sets compiled to patterns: which spelling belongs to which sets, and where it may count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import UNSPACED, script_of
from crawler.model import TermSet
from crawler.runtime.data_tables import table

REFERENCE = re.compile(
    r"^\$([a-z][a-z0-9_]*|(?:country|places|demonyms)_[A-Z]{2}|people_(?:[A-Z]{2}|ASEAN))$"
)


MALAY = frozenset({"id", "ms"})
_MALAY_OR_ANY = MALAY | {"*"}
_LEAST_JOINED = 8
"""Two words with more letters together than this may be written as one. Shorter ones would make other words."""


# Not frozen, though nothing changes one: frozen ones take three times as long to make, and each judge makes all.
@dataclass(slots=True, eq=False)
class Pattern:
    """One spelling of one set, ready to be searched for in normalised text; equal only to itself.

    ``exact`` demands the written case, ``proper`` a capital first letter, ``prefix`` lets the word go on.
    ``excluded`` marks an exception: a longer word inside which the set's spellings do not count.
    """

    set_name: str
    lang: str
    spelling: str
    key: str
    exact: bool = False
    proper: bool = False
    prefix: bool = False
    excluded: bool = False

    def counts_in(self, lang: str | None) -> bool:
        """Whether this spelling counts in a text of that language.

        English names stand in every Latin-script text, Malay and Indonesian share most words, and a script
        of its own cannot be mistaken; any other Latin spelling counts only in its language.
        """
        if lang is None or self.lang in ("*", "en", lang) or {self.lang, lang} == MALAY:
            return True
        return script_of(self.key[0]) not in ("latin", "other")


class UnknownTermSetError(KeyError):
    """A ``$name`` that no term set defines."""


def expand(sets: Mapping[str, TermSet], name: str, path: tuple[str, ...] = ()) -> frozenset[str]:
    """The names of ``name`` and of all sets inside it.

    Raises:
        UnknownTermSetError: a reference leads nowhere, or the sets contain one another in a circle.
    """
    if name not in sets or name in path:
        raise UnknownTermSetError(name)
    found = {name}
    for spellings in sets[name].spellings.values():
        for spelling in spellings:
            reference = REFERENCE.match(spelling)
            if reference:
                found |= expand(sets, reference[1], (*path, name))
    return frozenset(found)


def pattern(
    set_name: str, lang: str, spelling: str, *, proper: bool = False, excluded: bool = False
) -> Pattern | None:
    """The pattern of one spelling, or None where nothing of it remains in normal form.

    ``=word`` is case-sensitive, ``word*`` a prefix. Capitals of up to three letters ("RI", "US") always keep
    their case, for in lower case they are other words.
    """
    shown = shown_part(spelling)
    exact = shown is not spelling and spelling[0] == "="
    prefix = shown is not spelling and spelling[-1] == "*"
    key = normal_spelling(shown).strip()
    # A spelling of nothing but invisible characters: the automaton refuses empty terms.
    if not key:
        return None
    if key == shown:
        key = shown  # as a third of them are, which need no second text in memory
    # "US" and "us", "WHO" and "who" are different words.
    exact = exact or (len(shown) <= 3 and shown.isascii() and shown.replace(".", "").isupper())
    latin = script_of(key[0]) == "latin"
    return Pattern(set_name, lang, shown, key, exact, proper and latin, prefix, excluded)


def shown_part(spelling: str) -> str:
    """A spelling without the signs that say how it counts."""
    if len(spelling) < 2:
        return spelling
    return spelling[spelling[0] == "=" : len(spelling) - (spelling[-1] == "*")]


def patterns(sets: Iterable[TermSet], proper: Iterable[str] = ()) -> list[Pattern]:
    """All patterns of ``sets``; those named in ``proper`` hold proper names (a capital is demanded)."""
    names = set(proper)
    out: list[Pattern | None] = []
    for term_set in sets:
        for lang, spellings in term_set.spellings.items():
            out += [
                pattern(term_set.name, lang, s, proper=term_set.name in names)
                for s in spellings
                if not REFERENCE.match(s)
            ]
        out += [pattern(term_set.name, "*", s, excluded=True) for s in term_set.exceptions]
    return [p for p in out if p is not None]


def ways_to_write(p: Pattern) -> list[str]:
    """The keys of a pattern: its own, and for Malay and Indonesian those with its compounds parted and joined."""
    if p.exact or p.lang not in _MALAY_OR_ANY:
        return [p.key]
    # A dict for a set in order: the automaton must be the same in every process.
    keys = {p.key: None}
    if _compound().search(p.key):
        for one, other in _compounds():
            keys |= {re.sub(rf"(?<!\w){one}", other, key): None for key in list(keys) if one in key}
    words = p.key.split(" ")
    if len(words) == 2 and p.lang in MALAY and len(p.key) > _LEAST_JOINED:
        keys["".join(words)] = None
    return list(keys)


@cache
def _compounds() -> tuple[tuple[str, str], ...]:
    """Each compound parted and joined, and the other way round."""
    pairs = [(parted, parted.replace(" ", "")) for parted in table("malay_compounds.yaml")["compounds"]]
    return tuple(pair for one, other in pairs for pair in ((one, other), (other, one)))


@cache
def _compound() -> re.Pattern[str]:
    """Finds out in one go that a key has none, as most keys have."""
    return re.compile("|".join(one for one, _ in _compounds()))


def is_unspaced(key: str) -> bool:
    """Whether a key is (at its ends) in a script without spaces between words."""
    return script_of(key[0]) in UNSPACED or script_of(key[-1]) in UNSPACED
