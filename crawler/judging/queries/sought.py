"""The terms that parts of a query look for, and which of them stand wherever others do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crawler.judging.queries.query import Node
from crawler.judging.text.terms import Pattern, expand, pattern
from crawler.model import TermSet

_PROPER = ("country_", "places_", "people_")
"""Sets of names, which count only with a capital."""


class SoughtTerm(NamedTuple):
    """A spelling as it is searched for: its language, its normal form, and how it counts."""

    lang: str
    key: str
    prefix: bool
    exact: bool
    written: str = ""


def terms_of(node: Node, sets: Mapping[str, TermSet]) -> frozenset[SoughtTerm]:
    """All terms that a part of a query reads."""
    found: set[SoughtTerm] = set()
    for leaf in node.walk():
        if leaf.kind == "literal":
            found |= _as_terms([pattern("", "*", leaf.value)])
        for name in expand(sets, leaf.value) if leaf.kind == "set" else ():
            found |= _as_terms(
                pattern(name, lang, s)
                for lang, all_of in sets[name].spellings.items()
                for s in all_of
                if s[:1] != "$"
            )
    return frozenset(found)


def _as_terms(made: Iterable[Pattern | None]) -> set[SoughtTerm]:
    return {
        SoughtTerm(
            p.lang, p.key, p.prefix, p.exact or p.set_name.startswith(_PROPER), p.spelling if p.exact else ""
        )
        for p in made
        if p is not None
    }


def refusing_terms(node: Node, sets: Mapping[str, TermSet]) -> frozenset[SoughtTerm]:
    """The terms each of which alone makes a part of a query hold: those of a set, or of sets joined by OR.

    Not those of a set with exceptions: what stands inside one is not refused.
    """
    if any(sets[name].exceptions for n in node.walk() if n.kind == "set" for name in expand(sets, n.value)):
        return frozenset()
    if node.kind in ("set", "literal") or (
        node.kind == "or" and all(c.kind in ("set", "literal") for c in node.children)
    ):
        return terms_of(node, sets)
    return frozenset()


def is_among(term: SoughtTerm, refused: frozenset[SoughtTerm]) -> bool:
    """Whether wherever a term stands one of the refused ones does."""
    for other in refused:
        if other.lang not in ("*", "en", term.lang) or (
            other.exact and (not term.exact or other.written != term.written)
        ):
            continue
        if other.key == term.key and other.prefix >= term.prefix:
            return True
        if other.prefix and term.key.startswith(other.key):
            return True
        # A whole word of a phrase; in scripts without spaces the dictionaries say what a word is.
        words = f" {term.key} "
        if term.key.isascii() and not term.prefix and f" {other.key} " in words:
            return True
    return False
