"""The query language of topics: ``$china AND $base NEAR/12 $launch NOT $sport``.

Operators, tightest first: ``^weight``, ``field:`` and ``ATLEAST/n``, ``NEAR/n`` (within n words, any order), ``ONEAR/n``
(in that order), ``NOT``, ``AND``, ``OR``; a comma makes a list, one of which is enough. Atoms are ``$term_set``, ``word``, ``prefix*``, ``=Exact``, ``"a phrase"``, and
``lang:xx``, ``country:XX``, ``source:name`` (the article's own; ``source:`` may end in ``*``), ``new:base`` (it reports a new base).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import Any

from lark import Lark, Token, Transformer, Tree, UnexpectedInput

from crawler.judging.queries.foreign import refusal_of
from crawler.judging.queries.foreign_words import word_doubt
from crawler.judging.queries.phrases import phrase_doubt
from crawler.judging.queries.signs import plain_signs
from crawler.judging.queries.tokens import plain_operators, tokens_of
from crawler.judging.text.terms import Pattern, pattern

GRAMMAR = r"""
?start: or
?or: and ("OR" and)*
?and: not_ (_joined)*
_joined: "AND" not_ | negation
?not_: near | negation
negation: ("NOT" | _MINUS) near
?near: near (NEAR | ONEAR) field_ | field_
?field_: FIELD field_ -> within | ATLEAST field_ -> atleast | listed
?listed: weighed | weighed (COMMA weighed)+ -> or
?weighed: atom WEIGHT -> weighted | atom
?atom: SET -> set | PHRASE -> phrase | WORD -> word | ABOUT -> about | "(" or ")"
ATLEAST: /ATLEAST\/[1-9]\d{0,2}/
WEIGHT: /\^\d{1,2}(\.\d{1,2})?/
_MINUS: /(?<![^\s(])[-!](?=\S)/
ABOUT: /(source|lang|country):\s*[A-Za-z0-9][A-Za-z0-9._-]*\*?/ | /new:\s*base(?![^\s(),])/
NEAR: /NEAR\/\d{1,3}(?!\d)/
ONEAR: /ONEAR\/\d{1,3}(?!\d)/
FIELD: /(title|text|lead):/
SET: /\$(country_[A-Z]{2}|places_[A-Z]{2}|people_(ASEAN|[A-Z]{2})|[a-z][a-z0-9_]*)/
PHRASE: /"[^"\n]+"/
COMMA: ","
WORD.-1: /(?!(AND|OR|NOT|O?NEAR\/\d+|ATLEAST\/\d+)(?![^\s(),]))(?![-!][^\s])((?<=\d),(?=\d)|[^\s()"$:^,])+/
%ignore /\s+/
"""
_EXPECTED = {
    "SET": "$term_set", "PHRASE": '"phrase"', "WORD": "word", "NEAR": "NEAR/n", "ONEAR": "ONEAR/n", "LPAR": "(", "RPAR": ")",
    "FIELD": "title: or text: or lead:", "ATLEAST": "ATLEAST/n", "COMMA": "a comma", "WEIGHT": "^weight", "ABOUT": "lang: or country: or source: or new:base", "$END": "end of query",
}  # fmt: skip
MAX_LENGTH, MAX_DEPTH = 4000, 24
_PHRASE = re.compile(r'"[^"\n]*"')
_PREFIX = re.compile(r"(?:(?:title|text|lead):|ATLEAST/\d+)\s*")
_PREFIXES = re.compile(f"(?:{_PREFIX.pattern})+")
NEW_BASE = "new:base"
"""The part of a query that holds for news of a new base."""
LEAD = 400
"""How many characters of the text (after the headline, all of it) count as its lead."""


class QueryError(ValueError):
    """A query that cannot be read; ``column`` counts from 1, the message says what was expected."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a query: ``kind`` is and, or, not, near, onear, atleast, within, about, set or literal.

    ``number`` is the distance of near and onear, the least count of atleast; ``weight`` counts for the terms below.
    """

    kind: str
    value: str = ""
    children: tuple[Node, ...] = ()
    number: int = 0
    weight: float = 1.0

    def walk(self) -> list[Node]:
        """This node and all below it."""
        return [self, *(n for child in self.children for n in child.walk())]


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def parse(query: str) -> Node:
    """The tree of a query.

    Raises:
        QueryError: with the column and what was expected there.
    """
    return _Nodes().transform(_tree(query))


def doubts(query: str) -> list[str]:
    """What can be read in a query and is perhaps meant otherwise: an ``and`` of a phrase, signs of queries in quotation marks.

    Raises:
        QueryError: as in `parse`.
    """
    parse(query)
    tokens = tokens_of(plain_signs(query))
    phrases = [
        f'"{one.text} and {other.text}" is read as {one.text} AND {other.text}; write AND, or quotes around the phrase'
        for one, word, other in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.text == "and"
        and one.text.isascii()
        and one.text.isalpha()
        and other.text.isascii()
        and other.text.isalpha()
    ]
    doubt_of = {"word": word_doubt, "phrase": phrase_doubt}
    return phrases + [
        why for token in tokens if (say := doubt_of.get(token.kind)) and (why := say(token.text)) is not None
    ]


def _tree(query: str) -> Tree[Token]:
    if len(query) > MAX_LENGTH:
        raise QueryError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH)
    query = plain_operators(plain_signs(query))
    # Before parsing: the tree is walked by functions that call themselves for each level.
    if _depth(query) > MAX_DEPTH:
        raise QueryError(f"nested deeper than {MAX_DEPTH} parentheses, fields and ATLEAST", len(query))
    refused = refusal_of(query)
    if refused is not None:
        raise QueryError(refused.why, refused.at + 1)
    try:
        found = _parser().parse(query)
    except UnexpectedInput as error:
        raise QueryError(_complaint(error, query), _column(error, query)) from None
    # For a query of a single term the parser returns a
    # bare token, because no rule of its own surrounds it.
    return found if isinstance(found, Tree) else Tree("word", [found])


def _depth(query: str) -> int:
    """How deep parentheses stand in one another, or fields and ATLEAST one before the other."""
    # Parentheses in quotes are text.
    bare = _PHRASE.sub("", query)
    longest = max((len(_PREFIX.findall(run[0])) for run in _PREFIXES.finditer(bare)), default=0)
    return max(longest, *accumulate(((char == "(") - (char == ")") for char in bare), initial=0))


def _at_end(error: UnexpectedInput) -> bool:
    token = getattr(error, "token", None)
    return token is not None and token.type == "$END"


def _column(error: UnexpectedInput, query: str) -> int:
    if _at_end(error):
        return len(query) + 1
    return error.column if isinstance(error.column, int) and error.column > 0 else len(query) + 1


def _complaint(error: UnexpectedInput, query: str) -> str:
    wanted = (
        getattr(error, "accepts", None)
        or getattr(error, "expected", None)
        or getattr(error, "allowed", None)
        or ()
    )
    names = sorted({_EXPECTED.get(str(w), str(w)) for w in wanted} - {"_MINUS"})
    at = error.pos_in_stream if isinstance(error.pos_in_stream, int) else len(query)
    inside = isinstance(error.pos_in_stream, int) and not _at_end(error)
    place = query[error.pos_in_stream :][:20] if inside else ""
    found = f"{place!r}" if place.strip() else "the end of the query"
    return (
        f"expected {' or '.join(names) or 'a term'}, found {found}; {_cure(place.strip(), query[:at], names)}"
    )


def _cure(place: str, before: str, names: Sequence[str]) -> str:  # noqa: PLR0911 - a row of rules, each with its own answer
    """What to do about what the parser found in a place behind what it read, or about the end of the query."""
    if not place and names == [")"]:
        return "write ) where the part in parentheses ends"
    if not place:
        last = before.split()[-1:]
        return (
            f"write what to look for behind {last[0]}, or leave it out" if last else "write what to look for"
        )
    if place[0] == ",":
        return "leave the comma out, or write a term before it"
    if re.search(r",\s*(?:NOT|[-!]|title|text|lead|ATLEAST/\d+)?$", before) and (
        place[0] == ":" or before.rstrip().endswith(",")
    ):
        return "a comma parts words only; write OR in its place, or leave it out before NOT"
    if place[0] == ")":
        return "leave ) out, or write ( where its part begins"
    if place[0] == "^":
        return "leave one of the weights out"
    if place[0] == ":":
        return "write the field right before one word, or before parentheses: title:(rail OR road)"
    return "write a term between the two, or leave one of them out"


class _Nodes(Transformer[Token, Node]):
    """Turns the parser's tree into nodes, from the leaves up."""

    def set(self, parts: list[Token]) -> Node:
        return Node("set", str(parts[0])[1:])

    def phrase(self, parts: list[Token]) -> Node:
        return Node("literal", str(parts[0]).strip('"'))

    def word(self, parts: list[Token]) -> Node:
        return Node("literal", str(parts[0]))

    def about(self, parts: list[Token]) -> Node:
        name, _, wanted = str(parts[0]).partition(":")
        fold = {"lang": str.lower, "country": str.upper}.get(name, str)
        return Node("about", f"{name}:{fold(wanted.strip())}")

    def weighted(self, parts: list[Any]) -> Node:
        node: Node = parts[0]
        return replace(node, weight=float(parts[1][1:]))

    def atleast(self, parts: list[Any]) -> Node:
        return Node("atleast", "", (parts[1],), int(parts[0].partition("/")[2]))

    def within(self, parts: list[Any]) -> Node:
        return Node("within", str(parts[0]).rstrip(":"), (parts[1],))

    def near(self, parts: list[Any]) -> Node:
        kind, _, number = str(parts[1]).partition("/")
        return Node(kind.lower(), "", (parts[0], parts[2]), int(number))

    def negation(self, parts: list[Node]) -> Node:
        return Node("not", "", tuple(parts))

    def __default__(self, data: str, children: list[Any], meta: object) -> Node:
        return Node(str(data), "", tuple(c for c in children if isinstance(c, Node)))


def term_sets_of(node: Node) -> list[str]:
    """The names of the term sets that a query uses, in order."""
    return [n.value for n in node.walk() if n.kind == "set"]


def wanted_terms(node: Node) -> list[Node]:
    """The sets and literal terms of a query that speak for it: what stands behind NOT does not."""
    if node.kind in ("set", "literal"):
        return [node]
    return [leaf for child in node.children for leaf in wanted_terms(child)] if node.kind != "not" else []


def can_hold_by(node: Node) -> frozenset[str] | None:
    """The sets one of which must be found for a query to hold. None if it can hold without any."""
    if node.kind in ("set", "literal"):
        return frozenset([node.value if node.kind == "set" else literal_set(node.value)])
    below = [can_hold_by(child) for child in node.children]
    known = [names for names in below if names is not None]
    # All sides must hold, so one is enough as a sign: the one
    # with the fewest sets calls the topic up least often.
    if node.kind in ("and", "near", "onear"):
        return min(known, key=len, default=None)
    # A part that holds without a hit (NOT, lang:) lets an OR hold without one.
    if node.kind in ("not", "about") or len(known) < len(below):
        return None
    return frozenset().union(*known)


def literal_set(value: str) -> str:
    """The name of the set that holds a query's literal term."""
    return f'"{value}"'


def literal_patterns(node: Node) -> list[Pattern]:
    """Patterns of the literal terms of a query."""
    found = (pattern(literal_set(n.value), "*", n.value) for n in node.walk() if n.kind == "literal")
    return [p for p in found if p is not None]
