"""What in a query can never hold, whatever an article says, and what holds for nearly every article. Proofs, no guesses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from crawler.judging.queries.query import NEW_BASE, Node, wanted_terms
from crawler.judging.text.terms import Pattern, expand, pattern
from crawler.judging.weights import weights
from crawler.model import TermSet

_EVERYWHERE = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "and",
        "or",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "it",
        "this",
        "that",
        "not",
        "no",
        "的",
        "了",
        "和",
        "在",
        "是",
        "与",
        "及",
        "有",
        "为",
        "不",
        "也",
        "就",
        "都",
        "而",
        "yang",
        "dan",
        "di",
        "ke",
        "dari",
        "untuk",
        "dengan",
        "ini",
        "itu",
        "pada",
        "và",
        "của",
        "là",
        "các",
        "có",
        "trong",
        "cho",
        "với",
        "được",
        "ที่",
        "และ",
        "ของ",
        "ใน",
        "เป็น",
        "มี",
        "ได้",
        "ให้",
        "กับ",
        "ang",
        "ng",
        "mga",
        "sa",
        "at",
        "na",
        "ay",
        "និង",
        "នៃ",
        "ແລະ",
        "ຂອງ",
        "နှင့်",
        "များ",
    ]
)
"""Words that stand in nearly every text of their language."""


_PROPER = ("country_", "places_", "people_")
"""Sets of names, which count only with a capital."""


class SoughtTerm(NamedTuple):
    """A spelling as it is searched for: its language, its normal form, and how it counts."""

    lang: str
    key: str
    prefix: bool
    exact: bool
    written: str = ""


def impossibilities(query: Node, sets: Mapping[str, TermSet]) -> Iterator[str]:
    """Parts of a query that can never hold, each with what to do about it.

    Args:
        query: what `parse` gave; its sets are among ``sets``.
        sets: all term sets.
    """
    for node in query.walk():
        if node.kind == "set" and not terms_of(node, sets):
            yield f"${node.value} has no terms, so that it never matches; give it spellings, or leave it out"
        elif node.kind == "atleast":
            yield from _too_many(node, sets)
        elif node.kind in ("near", "onear"):
            yield from _nowhere_near(node)
        elif node.kind == "and":
            yield from _swallowed(node, sets)
            yield from _contradictions(node, sets)


def too_broad(query: Node) -> Iterator[str]:
    """What a query finds nearly everywhere: nothing but words of every text, or nothing but what is not wanted."""
    wanted = wanted_terms(query)
    has_about = any(n.kind == "about" for n in query.walk())
    if not wanted and not has_about:
        yield "there is only NOT, so that it matches all other news; write first what to look for, such as railway NOT football"
    # Short capitals keep their case: IT and IN are no words of every text.
    if wanted and all(
        n.kind == "literal" and n.value.casefold() in _EVERYWHERE and not n.value.isupper() for n in wanted
    ):
        shown = ", ".join(dict.fromkeys(n.value for n in wanted))
        yield f"there are only words that nearly every text has ({shown}); write what the news is about"


def highest_score(query: Node, sets: Mapping[str, TermSet]) -> float:
    """The score that no article exceeds: all terms in the headline, as often as can be, in a short text."""
    if not wanted_terms(query) or _can_count_nothing(query):
        return 1.0
    weigh = weights().topics
    best = sum(weight for weight in _weights(query, sets).values())
    # Of one term: in the lead, once more in the headline, and its repeats; see `crawler.judging.queries.topics`.
    return round(1 - math.exp(-best * (2.0 + weigh.repeats) / weigh.saturation), 4)


def _can_count_nothing(node: Node) -> bool:
    """Whether a query can hold by something that has no terms, which scores 1."""
    if node.kind in ("about", "not"):
        return True
    if node.kind in ("and", "near", "onear"):
        return all(map(_can_count_nothing, node.children))
    return any(map(_can_count_nothing, node.children))


def _weights(node: Node, sets: Mapping[str, TermSet], above: float = 1.0) -> dict[str, float]:
    weight = above * node.weight
    if node.kind in ("set", "literal"):
        return {term.key: weight for term in terms_of(node, sets)}
    found: dict[str, float] = {}
    for child in node.children if node.kind != "not" else ():
        for key, own in _weights(child, sets, weight).items():
            found[key] = max(own, found.get(key, 0.0))
    return found


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


def _too_many(node: Node, sets: Mapping[str, TermSet]) -> Iterator[str]:
    different = len({t.key for leaf in wanted_terms(node) for t in terms_of(leaf, sets)})
    if different < node.number:
        yield (
            f"ATLEAST/{node.number} never holds: there are only {different} different terms; write ATLEAST/{different} or add terms"
            if different
            else f"ATLEAST/{node.number} never holds: it has no terms to count"
        )


def _nowhere_near(node: Node) -> Iterator[str]:
    name = f"{node.kind.upper()}/{node.number}"
    for child in node.children:
        # Whatever holds without a word has no place that something could be near to.
        if not wanted_terms(child) and not any(n.value == NEW_BASE for n in child.walk()):
            shown = "NOT" if child.kind == "not" else child.value or child.kind
            yield f"{name} never holds: {shown} has no place in a text; put it outside, with AND"
    one, other = (_field(child) for child in node.children)
    if {one, other} == {"title", "text"}:
        yield f"{name} never holds between title: and text:; put one field before both: title:(a {name} b)"


def _field(node: Node) -> str:
    return node.value if node.kind == "within" else ""


def _swallowed(node: Node, sets: Mapping[str, TermSet]) -> Iterator[str]:
    wanted = [c for c in node.children if c.kind != "not"]
    for refused in (c.children[0] for c in node.children if c.kind == "not"):
        gone = _refusing(refused, sets)
        if refused in wanted or any(
            (need := _needed(c, sets)) and all(_is_among(t, gone) for t in need) for c in wanted
        ):
            yield (
                f"the NOT swallows everything: all terms before it are among those that it refuses ({_shown(refused)});"
                " leave the NOT out, or refuse less"
            )


def _needed(node: Node, sets: Mapping[str, TermSet]) -> frozenset[SoughtTerm] | None:
    """Terms one of which must be found for a part to hold; None where it can hold without any."""
    if node.kind in ("set", "literal"):
        return terms_of(node, sets)
    if node.kind in ("not", "about"):
        return None
    below = [_needed(child, sets) for child in node.children]
    known = [terms for terms in below if terms is not None]
    if node.kind in ("and", "near", "onear"):
        return min(known, key=len, default=None)
    return frozenset().union(*known) if len(known) == len(below) else None


def _refusing(node: Node, sets: Mapping[str, TermSet]) -> frozenset[SoughtTerm]:
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


def _is_among(term: SoughtTerm, refused: frozenset[SoughtTerm]) -> bool:
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


def _contradictions(node: Node, sets: Mapping[str, TermSet]) -> Iterator[str]:
    """Conditions that no article fulfils together: it has one language and one source."""
    wanted: dict[str, list[str]] = {}
    for child in node.children:
        name, _, value = child.value.partition(":") if child.kind == "about" else ("", "", "")
        if name in ("lang", "source") and value not in wanted.setdefault(name, []):
            wanted[name].append(value)
    for name, values in wanted.items():
        if len(values) > 1 and not any(v.endswith("*") for v in values):
            yield (
                f"{' AND '.join(f'{name}:{v}' for v in values)} never holds: an article has one"
                f" {'language' if name == 'lang' else name}; write ({' OR '.join(f'{name}:{v}' for v in values)})"
            )
    langs = wanted.get("lang", [])
    if len(langs) == 1 and not langs[0].endswith("*"):
        yield from _unspoken(node, langs[0], sets)


def _unspoken(node: Node, lang: str, sets: Mapping[str, TermSet]) -> Iterator[str]:
    """Sets none of whose spellings counts in the language that a query asks for."""
    for child in node.children:
        bare = child.children[0] if child.kind == "within" else child
        if bare.kind != "set":
            continue
        made = [
            pattern(name, own, s)
            for name in expand(sets, bare.value)
            for own, spellings in sets[name].spellings.items()
            for s in spellings
            if s[:1] != "$"
        ]
        if any(p is not None for p in made) and not any(p is not None and p.counts_in(lang) for p in made):
            yield f"${bare.value} AND lang:{lang} never holds: no spelling of ${bare.value} counts in {lang}; add some under {lang}:"


def _shown(node: Node) -> str:
    return " OR ".join(
        f"${n.value}" if n.kind == "set" else n.value
        for n in node.walk()
        if n.kind in ("set", "literal", "about")
    )
