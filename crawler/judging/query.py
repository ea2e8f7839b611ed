"""The query language of topics: ``$china AND $base NEAR/12 $launch NOT $sport``.

Operators, tightest first: ``field:``, ``NEAR/n`` (within n words, any order), ``ONEAR/n`` (in that order),
``NOT``, ``AND``, ``OR``. Atoms are ``$term_set``, ``word``, ``prefix*``, ``=Exact`` and ``"a phrase"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from lark import Lark, Token, Tree, UnexpectedInput

from crawler.judging.matching import Findings, Hit
from crawler.judging.terms import Pattern, pattern

GRAMMAR = r"""
?start: or
?or: and ("OR" and)*
?and: not_ (_joined)*
_joined: "AND" not_ | negation
?not_: near | negation
negation: "NOT" near
?near: near (NEAR | ONEAR) field_ | field_
?field_: FIELD field_ -> within | atom
?atom: SET -> set | PHRASE -> phrase | WORD -> word | "(" or ")"
NEAR: /NEAR\/\d{1,3}/
ONEAR: /ONEAR\/\d{1,3}/
FIELD: /(title|text|lead):/
SET: /\$(country_[A-Z]{2}|places_[A-Z]{2}|[a-z][a-z0-9_]*)/
PHRASE: /"[^"\n]+"/
WORD.-1: /(?!(AND|OR|NOT|O?NEAR\/\d+)(?![^\s()]))[^\s()"$:]+/
%ignore /\s+/
"""
_EXPECTED = {
    "SET": "$term_set", "PHRASE": '"phrase"', "WORD": "word", "NEAR": "NEAR/n", "ONEAR": "ONEAR/n", "LPAR": "(", "RPAR": ")",
    "FIELD": "title: or text: or lead:", "$END": "end of query",
}  # fmt: skip
MAX_LENGTH, MAX_DEPTH = 4000, 24
LEAD = 400
"""How many characters of the text (after the headline, all of it) count as its lead."""


class QueryError(ValueError):
    """A query that cannot be read; ``column`` counts from 1, the message says what was expected."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a query: ``kind`` is and, or, not, near, onear, within, set or literal."""

    kind: str
    value: str = ""
    children: tuple[Node, ...] = ()
    distance: int = 0

    def walk(self) -> list[Node]:
        """This node and all below it."""
        return [self, *(n for child in self.children for n in child.walk())]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one node found: whether it holds, the hits that prove it, and the outcomes below."""

    node: Node
    holds: bool
    hits: tuple[Hit, ...] = ()
    children: tuple[Outcome, ...] = ()


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def parse(query: str) -> Node:
    """The tree of a query.

    Raises:
        QueryError: with the column and what was expected there.
    """
    if len(query) > MAX_LENGTH:
        raise QueryError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH)
    if _depth(query) > MAX_DEPTH:
        raise QueryError(f"nested deeper than {MAX_DEPTH} parentheses", len(query))
    try:
        tree = _parser().parse(query)
    except UnexpectedInput as error:
        raise QueryError(_complaint(error, query), _column(error, query)) from None
    return _node(tree)


def _depth(query: str) -> int:
    depth = deepest = 0
    for char in query:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


def _at_end(error: UnexpectedInput) -> bool:
    token = getattr(error, "token", None)
    return token is not None and token.type == "$END"


def _column(error: UnexpectedInput, query: str) -> int:
    if _at_end(error):
        return len(query) + 1
    return error.column if isinstance(error.column, int) and error.column > 0 else len(query) + 1


def _complaint(error: UnexpectedInput, query: str) -> str:
    wanted = getattr(error, "accepts", None) or getattr(error, "expected", None) or getattr(error, "allowed", None) or ()
    names = sorted({_EXPECTED.get(str(w), str(w)) for w in wanted})
    inside = isinstance(error.pos_in_stream, int) and not _at_end(error)
    place = query[error.pos_in_stream :][:20] if inside else ""
    found = f"{place!r}" if place.strip() else "the end of the query"
    return f"expected {' or '.join(names) or 'a term'}, found {found}"


def _node(tree: Tree[Token] | Token) -> Node:
    if isinstance(tree, Token):  # the grammar leaves no bare tokens; kept for the type checker's sake
        return Node("literal", str(tree))
    parts = tree.children
    if tree.data in ("set", "phrase", "word"):
        text = str(parts[0])
        return Node("set", text[1:]) if tree.data == "set" else Node("literal", text.strip('"'))
    if tree.data == "within":
        return Node("within", str(parts[0]).rstrip(":"), (_node(parts[1]),))
    if tree.data == "near":
        kind, _, distance = str(parts[1]).partition("/")
        return Node(kind.lower(), "", (_node(parts[0]), _node(parts[2])), int(distance))
    kind = {"negation": "not"}.get(str(tree.data), str(tree.data))
    return Node(kind, "", tuple(_node(p) for p in parts))


def term_sets_of(node: Node) -> list[str]:
    """The names of the term sets that a query uses, in order."""
    return [n.value for n in node.walk() if n.kind == "set"]


def literal_set(value: str) -> str:
    """The name of the set that holds a query's literal term."""
    return f'"{value}"'


def literal_patterns(node: Node) -> list[Pattern]:
    """Patterns of the literal terms of a query."""
    found = (pattern(literal_set(n.value), "*", n.value) for n in node.walk() if n.kind == "literal")
    return [p for p in found if p is not None]


def evaluate(node: Node, findings: Findings, members: Mapping[str, frozenset[str]]) -> Outcome:
    """Whether a query holds for what was found in an article.

    Args:
        node: the query.
        findings: the hits by set.
        members: for each set the names of itself and the sets inside it.
    """
    if node.kind in ("set", "literal"):
        names = members.get(node.value, frozenset()) if node.kind == "set" else {literal_set(node.value)}
        hits = tuple(findings.of(names))
        return Outcome(node, bool(hits), hits)
    below = tuple(evaluate(child, findings, members) for child in node.children)
    if node.kind == "and":
        holds = all(o.holds for o in below)
        return Outcome(node, holds, _joined(below) if holds else (), below)
    if node.kind == "or":
        return Outcome(node, any(o.holds for o in below), _joined(below), below)
    if node.kind == "not":
        return Outcome(node, not below[0].holds, (), below)
    if node.kind == "within":
        hits = tuple(h for h in below[0].hits if _inside(h, node.value))
        return Outcome(node, bool(hits), hits, below)
    hits = _near(node, below[0].hits, below[1].hits, findings)
    return Outcome(node, bool(hits), hits, below)


def _joined(outcomes: tuple[Outcome, ...]) -> tuple[Hit, ...]:
    return tuple(dict.fromkeys(h for o in outcomes if o.holds for h in o.hits))


def _inside(hit: Hit, name: str) -> bool:
    return hit.field == "title" or hit.start < LEAD if name == "lead" else hit.field == name


def _near(node: Node, left: tuple[Hit, ...], right: tuple[Hit, ...], findings: Findings) -> tuple[Hit, ...]:
    found: dict[Hit, None] = {}
    for a in left:
        for b in right:
            ordered = node.kind == "near" or a.start < b.start
            if ordered and findings.distance(a, b) <= node.distance:
                found[a] = found[b] = None
    return tuple(found)
