"""Proofs about queries: that a part can never hold, that it holds for every text, or that NOT alone is enough for it.

A query is taken apart into the ways in which it can hold: in each some terms and conditions must be there, and others must not.
A way is impossible where something that must be there always brings with it what must not. Distances and counts are not looked
into: they only make a query narrower, so that what is proved without them is true with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from crawler.judging.queries.query import Node
from crawler.judging.queries.sought import is_among, refusing_terms, terms_of
from crawler.judging.territories import countries_of
from crawler.model import TermSet

MOST_WAYS = 400
"""Ways of one query that are looked at; one with more is not proved anything of."""
_ONE_EACH = {"lang": "language", "source": "source"}
"""Conditions of which an article fulfils one: its language, its source."""


class QueryPart(NamedTuple):
    """A term, a condition, a distance or a count of a query, in the field in which it counts."""

    node: Node
    field: str

    @property
    def shown(self) -> str:
        """As it is written."""
        node = self.node
        bare = {"set": f"${node.value}", "literal": node.value, "about": node.value}.get(
            node.kind, node.kind.upper()
        )
        bare = f'"{bare}"' if node.kind == "literal" and " " in bare else bare
        return f"{self.field}:{bare}" if self.field and node.kind in ("set", "literal") else bare


class Way(NamedTuple):
    """A way in which a query can hold: what must be there, and what must not."""

    there: frozenset[QueryPart]
    absent: frozenset[QueryPart]


class QueryProofs:
    """What can be proved of a query.

    Args:
        query: what `parse` gave; its sets are among ``sets``.
        sets: all term sets.
        languages: of sources that have one language, that language.
    """

    def __init__(self, query: Node, sets: Mapping[str, TermSet], languages: Mapping[str, str]) -> None:
        self._query = query
        self._sets = sets
        self._languages = languages
        self._in_order = list(dict.fromkeys(n.value for n in query.walk() if n.kind == "about"))

    def impossible(self) -> Iterator[tuple[Node, str]]:
        """The smallest parts that can never hold, each with why and what to write."""
        yield from self._impossible(self._query, "")

    def always(self) -> Iterator[str]:
        """The smallest parts that hold for every text, each with what to write."""
        yield from self._always(self._query, "")

    def by_absence(self) -> str | None:
        """What is not wanted and whose absence alone is enough for the query to hold; None where something must be there."""
        ways = self._ways(self._query, "", negated=False)
        for way in ways or ():
            if not way.there:
                return " AND ".join(f"NOT {part.shown}" for part in sorted(way.absent, key=lambda p: p.shown))
        return None

    def _impossible(self, node: Node, field: str) -> Iterator[tuple[Node, str]]:
        inner = node.value if node.kind == "within" else field
        below = [found for child in node.children for found in self._impossible(child, inner)]
        yield from below
        if below or node.kind not in ("and", "near", "onear"):
            return
        ways = self._ways(node, field, negated=False)
        reasons = [self._clash(way) for way in ways or ()]
        if reasons and all(reasons):
            yield node, str(reasons[0])

    def _always(self, node: Node, field: str) -> Iterator[str]:
        inner = node.value if node.kind == "within" else field
        below = [found for child in node.children for found in self._always(child, inner)]
        yield from below
        if below or node.kind != "or":
            return
        ways = self._ways(node, field, negated=True)
        if ways and all(self._clash(way) for way in ways):
            shown = " OR ".join(self._short(child) for child in node.children)
            yield f"{shown} holds for every text; leave the part with NOT out, or write AND in place of OR"

    @staticmethod
    def _short(node: Node) -> str:
        if node.kind == "not":
            return f"NOT {QueryProofs._short(node.children[0])}"
        return QueryPart(node, "").shown if not node.children else "(…)"

    def _ways(self, node: Node, field: str, *, negated: bool) -> list[Way] | None:  # noqa: PLR0911 - a row of rules, each with its own answer
        """The ways in which a part, or its opposite, can hold; None where there are too many."""
        if node.kind == "not":
            return self._ways(node.children[0], field, negated=not negated)
        if node.kind == "within":
            return self._ways(node.children[0], node.value, negated=negated)
        part = frozenset([QueryPart(node, field)])
        if node.kind not in ("and", "or", "near", "onear", "atleast"):
            return [Way(frozenset(), part) if negated else Way(part, frozenset())]
        if node.kind in ("near", "onear", "atleast") and negated:
            return [Way(frozenset(), part)]
        below = [self._ways(child, field, negated=negated) for child in node.children]
        known = [ways for ways in below if ways is not None]
        if len(known) < len(below):
            return None
        if (node.kind == "or") != negated:
            found = [way for ways in known for way in ways]
            return found if len(found) <= MOST_WAYS else None
        found = [Way(frozenset(), frozenset())]
        for ways in known:
            if len(found) * len(ways) > MOST_WAYS:
                return None
            found = [Way(a.there | b.there, a.absent | b.absent) for a, b in product(found, ways)]
        if node.kind not in ("and", "or"):
            # What is near to something, or counted, must be there itself.
            found = [Way(way.there | part, way.absent) for way in found]
        return found

    def _clash(self, way: Way) -> str | None:
        """Why a way is impossible; None where it may be possible."""
        for one in sorted(way.there, key=lambda p: p.shown):
            refused = [other for other in way.absent if _counts_in(one.field, other.field)]
            by = next(([other] for other in refused if self._brings(one, other)), None)
            if by is None and self._is_swallowed(one, refused):
                by = sorted(refused, key=lambda p: p.shown)
            if by is not None:
                shown = " OR ".join(other.shown for other in by)
                return (
                    f"the NOT swallows everything: all that {one.shown} asks for is among what it refuses ({shown[:120]});"
                    " leave the NOT out, or refuse less"
                )
        wanted = {part.node.value for part in way.there if part.node.kind == "about"}
        about = [value.partition(":") for value in self._in_order if value in wanted]
        return self._two_of_one(about) or self._of_source(about)

    @staticmethod
    def _two_of_one(about: Sequence[tuple[str, str, str]]) -> str | None:
        for name, what in _ONE_EACH.items():
            values = [value for own, _, value in about if own == name and not value.endswith("*")]
            if len(values) > 1:
                each = [f"{name}:{value}" for value in values]
                return f"{' AND '.join(each)} never holds: an article has one {what}; write ({' OR '.join(each)})"
        return None

    def _of_source(self, about: Sequence[tuple[str, str, str]]) -> str | None:
        for source in (value for name, _, value in about if name == "source"):
            own = self._languages.get(source)
            for lang in (value for name, _, value in about if name == "lang" and own):
                if own and not _covers(lang, own):
                    return f"source:{source} AND lang:{lang} never holds: that source is in {own}; write lang:{own}, or leave lang: out"
        return None

    @staticmethod
    def _brings(one: QueryPart, other: QueryPart) -> bool:
        """Whether wherever one part is there, another one is, too."""
        if one.node == other.node:
            return True
        name, _, value = one.node.value.partition(":")
        own, _, wanted = other.node.value.partition(":")
        if one.node.kind != "about" or other.node.kind != "about" or name != own:
            return False
        inside = countries_of(value) if name == "country" and not value.endswith("*") else frozenset()
        return _covers(wanted, value) or (bool(inside) and inside <= countries_of(wanted))

    def _is_swallowed(self, one: QueryPart, refused: Sequence[QueryPart]) -> bool:
        """Whether each term of a part is among those that other parts refuse."""
        if one.node.kind not in ("set", "literal"):
            return False
        gone = frozenset().union(
            *(refusing_terms(o.node, self._sets) for o in refused if o.node.kind in ("set", "literal"))
        )
        needed = terms_of(one.node, self._sets) if gone else frozenset()
        return bool(needed) and all(is_among(term, gone) for term in needed)


def _covers(wanted: str, value: str) -> bool:
    """Whether a condition, perhaps with a star, is fulfilled by all that another one is."""
    if wanted.endswith("*"):
        return value.startswith(wanted[:-1])
    return wanted == value


def _counts_in(field: str, other: str) -> bool:
    """Whether what stands in a field stands in another one; none is the whole article. The lead has the headline, too."""
    return other in ("", field) or (field == "title" and other == "lead")
