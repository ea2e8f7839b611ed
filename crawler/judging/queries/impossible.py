"""What in a query can never hold, whatever an article says, and what holds for nearly every article. Proofs, no guesses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from crawler.judging.queries.everywhere import is_everywhere, is_open_beginning
from crawler.judging.queries.proofs import QueryProofs
from crawler.judging.queries.query import NEW_BASE, Node, wanted_terms
from crawler.judging.queries.sought import terms_of
from crawler.judging.text.terms import expand, pattern
from crawler.judging.weights import weights
from crawler.model import TermSet

EMPTY: Mapping[str, Any] = MappingProxyType({})


def impossibilities(
    query: Node, sets: Mapping[str, TermSet], languages: Mapping[str, str] = EMPTY
) -> Iterator[str]:
    """Parts of a query that can never hold, each with what to do about it.

    Args:
        query: what `parse` gave; its sets are among ``sets``.
        sets: all term sets.
        languages: of sources that have one language, that language.
    """
    for node in query.walk():
        if node.kind == "set" and not terms_of(node, sets):
            yield f"${node.value} has no terms, so that it never matches; give it spellings, or leave it out"
        elif node.kind == "atleast":
            yield from _too_many(node, sets)
        elif node.kind in ("near", "onear"):
            yield from _nowhere_near(node)
            yield from _near_to_itself(node, sets)
        elif node.kind == "and":
            yield from _unspoken_of(node, sets)
        elif node.kind == "within":
            yield from _fields_in_fields(node)
    yield from (message for _, message in QueryProofs(query, sets, languages).impossible())


def too_broad(query: Node, sets: Mapping[str, TermSet] = EMPTY) -> Iterator[str]:
    """What a query finds nearly everywhere: words of every text, beginnings of many words, or whatever is not something."""
    wanted = wanted_terms(query)
    proofs = QueryProofs(query, sets, {})
    absent = proofs.by_absence()
    always = list(proofs.always())
    yield from always
    if absent is not None and not always:
        yield (
            f"{absent} alone is enough for it to hold, so that it matches nearly all news;"
            " write first what to look for, and AND before NOT, such as railway NOT football"
            if wanted
            else "there is only NOT, so that it matches all other news; write first what to look for, such as railway NOT football"
        )
    if not wanted and absent is None and not any(n.kind == "about" for n in query.walk()):
        yield "one NOT takes the other away, and no term is left that counts; write the words without NOT"
    yield from _refusing_all(query)
    literals = [n.value for n in wanted if n.kind == "literal"]
    if wanted and len(literals) == len(wanted) and all(map(is_everywhere, literals)):
        shown = ", ".join(dict.fromkeys(literals))
        yield f"there are only words that nearly every text has ({shown}); write what the news is about"
        return
    for value in dict.fromkeys(literals):
        bare = value.removeprefix("=")
        if bare.endswith("*") and is_open_beginning(bare[:-1]):
            yield f"{value} finds every word that begins so; write more of the word"
        elif len(bare) == 1 and bare.isascii() and bare.isalnum():
            yield f"{value} finds single {'letters' if bare.isalpha() else 'digits'}; write the whole word"


def _refusing_all(query: Node) -> Iterator[str]:
    """What stands behind NOT and in nearly every text, so that nearly nothing is left."""
    for refused in (n.children[0] for n in query.walk() if n.kind == "not"):
        parts = refused.children if refused.kind == "or" else (refused,)
        for part in parts:
            is_open = part.value.endswith("*") and is_open_beginning(part.value[:-1])
            if part.kind == "literal" and (is_everywhere(part.value) or is_open):
                yield f"NOT {part.value} refuses nearly every text; leave it out, or write more of what is not wanted"


def refuses_new_bases(query: Node, sets: Mapping[str, TermSet]) -> bool:
    """Whether a query can hold, but for no report of a new base."""
    if any(QueryProofs(query, sets, {}).impossible()):
        return False
    both = Node("and", "", (query, Node("about", NEW_BASE)))
    return any(node is both for node, _ in QueryProofs(both, sets, {}).impossible())


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


def _too_many(node: Node, sets: Mapping[str, TermSet]) -> Iterator[str]:
    different = len({t.key for leaf in wanted_terms(node) for t in terms_of(leaf, sets)})
    if different < node.number:
        yield (
            f"ATLEAST/{node.number} never holds: there are only {different} different terms; write ATLEAST/{different} or add terms"
            if different > 1
            else f"ATLEAST/{node.number} never holds: there is one term alone; write it without ATLEAST, or add terms"
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


def _near_to_itself(node: Node, sets: Mapping[str, TermSet]) -> Iterator[str]:
    """A distance that says nothing: each term of one side is one of the other side, and near to itself."""
    one, other = (terms_of(child, sets) for child in node.children)
    plain = all(child.kind in ("set", "literal", "or") for child in node.children)
    if node.kind == "near" and plain and one and other and (one <= other or other <= one):
        yield f"NEAR/{node.number} says nothing here: a term is near to itself; write two different things, or one of them alone"


def _fields_in_fields(node: Node) -> Iterator[str]:
    inner = node.children[0]
    if inner.kind == "about":
        yield f"{node.value}: says nothing before {inner.value}, which is of the whole article; leave {node.value}: out"
    if inner.kind == "within":
        shown = f"{node.value}:{inner.value}:"
        cure = (
            "leave one of them out"
            if inner.value == node.value
            else f"leave {node.value}: out, or write {node.value}:a AND {inner.value}:b"
        )
        yield f"{shown} reads {inner.value}: alone, for one field counts; {cure}"


def _unspoken_of(node: Node, sets: Mapping[str, TermSet]) -> Iterator[str]:
    langs = [c.value.removeprefix("lang:") for c in node.children if c.value.startswith("lang:")]
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
