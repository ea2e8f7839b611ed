"""What somebody looks for: the query language of topics, in which words in a row stand for AND.

Signs, quotes and operators are those of `crawler.judging.queries`; any other punctuation parts words, so that a headline is searched
by its words. Words without quotation marks are looked for by their names in all languages, as far as the packaged tables go. What
an index of words cannot answer (``$sets``, fields, distances, counts, weights) is refused with what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from crawler.judging.entities.translations import LONGEST, spellings_of
from crawler.judging.queries.proofs import QueryProofs
from crawler.judging.queries.query import Node, parse
from crawler.judging.queries.signs import plain_signs
from crawler.judging.queries.tokens import QueryToken, plain_operators, tokens_of
from crawler.store.search_refusals import search_refusal
from crawler.store.search_words import in_order, is_prose, plain_words, without_addresses

MOST_TYPED = 400
"""Characters of a search: each word is a look-up of its own, and strangers may ask."""
_NAME = "\ue000"
"""Before a term in the query that is made: it was typed without quotation marks. Nobody types it (Unicode, private use)."""
_PHRASE_OR_NOT = re.compile(r'"[^"]*"|(?<![^\s(),])(?P<no>not)(?![^\s(),])', re.IGNORECASE)
_FOLDED = {
    **dict.fromkeys(
        ["和", "与", "與", "及", "且", "并且", "並且", "而且", "以及", "และ", "và", "dan", "និង", "ແລະ", "နှင့်"],
        "AND",
    ),
    **dict.fromkeys(["或", "或者", "还是", "還是", "หรือ", "hoặc", "atau", "ឬ", "ຫຼື", "ຫລື", "သို့မဟုတ်"], "OR"),
}
"""Words that people put between two others for AND and OR, and that are no words to look for."""
_IN_NAMES = frozenset({"and", "or", "not"})
_ONLY_AN_ADDRESS = "column 1: addresses are not searched; write words of the headline"
_ONLY_LEFT_OUT = "column 1: what is left out is all that it asks for; write first what to look for, such as railway -football"


@dataclass(frozen=True)
class SearchTerm:
    """One thing that is looked for.

    Attributes:
        typed: the words as somebody typed them.
        spellings: what it is called in all languages; of a phrase in quotation marks, and where no table knows it, only as it was typed.
    """

    typed: str
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class SearchNode:
    """A part of a search: ``kind`` is term, and, or, not."""

    kind: str
    term: SearchTerm | None = None
    children: tuple[SearchNode, ...] = ()


@dataclass(frozen=True)
class SearchQuery:
    """A search that was read.

    Attributes:
        root: what is looked for; None where that is nothing, or cannot be read.
        wanted: the terms that speak for a report.
        unwanted: those that speak against it.
        problem: why it cannot be read, with the column and what to write; empty where it can.
    """

    root: SearchNode | None = None
    wanted: list[SearchTerm] = field(default_factory=list)
    unwanted: list[SearchTerm] = field(default_factory=list)
    problem: str = ""


def parse_search(typed: str) -> SearchQuery:
    """What somebody looks for. Nothing that is typed is an error: why a search cannot be read stands in it, with what to write."""
    typed = " ".join(typed[:MOST_TYPED].split("\0")).replace(_NAME, " ")
    plain = plain_signs(re.sub(r"\s", " ", without_addresses(typed)))
    if not any(c.isalnum() for c in plain):
        is_address = any(c.isalnum() for c in typed)
        return SearchQuery(problem=_ONLY_AN_ADDRESS if is_address else "")
    if refused := search_refusal(plain):
        instead = refused.instead
        cure = f"; write {instead}" if instead and parse_search(instead).root is not None else ""
        if not cure and "choose" not in refused.why:
            cure = "; write words of the headline or the text"
        return SearchQuery(problem=f"column {refused.at + 1}: {refused.why}{cure}")
    return _read(plain)


def _read(plain: str) -> SearchQuery:
    """A search that has no sign of other search languages."""
    words = plain_words(plain)
    if is_prose(words):
        # "Laos will not join" is told with these words.
        words = _PHRASE_OR_NOT.sub(lambda m: f'"{_NAME}{m["no"]}"' if m["no"] else m[0], words)
    made = _with_operators(in_order(tokens_of(plain_operators(_with_names(_folded(words))))))
    if not made:
        return SearchQuery()
    node = parse(made)
    if QueryProofs(node, {}, {}).by_absence() is not None:
        return SearchQuery(problem=_ONLY_LEFT_OUT)
    root = _built(node)
    return SearchQuery(root, list(_terms(root, negated=False)), list(_terms(root, negated=True)))


def _folded(plain: str) -> str:
    """A search with the words of other languages for AND and OR between two terms as operators."""
    found, shift = [*plain], 0
    tokens = tokens_of(plain)
    for previous, token, following in zip(tokens, tokens[1:], tokens[2:], strict=False):
        operator = _FOLDED.get(token.text.casefold())
        if operator is not None and previous.ends_term and following.begins_term:
            found[token.at + shift : token.end + shift] = operator
            shift += len(operator) - len(token.text)
    return "".join(found)


def _with_names(plain: str) -> str:
    """A search with the names that have and, or or not in them as phrases: Belt and Road Initiative."""
    words = [token for token in tokens_of(plain) if token.kind == "word"]
    # The longest name that begins first.
    for start, end in sorted(combinations(range(len(words) + 1), 2), key=lambda pair: (pair[0], -pair[1])):
        inner = {token.text.lower() for token in words[start + 1 : end - 1]}
        typed = plain[words[start].at : words[end - 1].end]
        is_name = end - start <= LONGEST and bool(inner & _IN_NAMES) and " ".join(typed.split()) == typed
        if is_name and spellings_of(typed):
            before, behind = plain[: words[start].at], plain[words[end - 1].end :]
            return f'{before}"{_NAME}{typed}"{_with_names(behind)}'
    return plain


def _with_operators(tokens: Sequence[QueryToken]) -> str:
    """The query with AND between what stands in a row, and marks before what was typed without quotation marks."""
    made: list[str] = []
    row: list[str] = []
    ended = False

    def close() -> None:
        nonlocal row, ended
        for name in _names(row):
            made.extend((["AND"] if ended else []) + [f'"{_NAME}{name}"'])
            ended = True
        row = []

    for token in tokens:
        if token.kind == "word" and token.text[0] not in "-!":
            row.append(token.text)
            continue
        close()
        text = token.text
        if token.kind == "word":
            made.append(f'NOT "{_NAME}{text[1:]}"')
        elif token.kind == "operator" and text in "-!":
            made.append("NOT")
        else:
            made.extend((["AND"] if ended and token.begins_term else []) + [text])
        ended = token.ends_term
    close()
    return " ".join(made)


def _names(words: Sequence[str]) -> Iterator[str]:
    """The things that words in a row name, the longest names first; a word that names nothing stands for itself."""
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + LONGEST), at, -1):
            typed = " ".join(words[at:end])
            if end == at + 1 or spellings_of(typed):
                yield typed
                at = end
                break


def _built(node: Node) -> SearchNode:
    if node.kind != "literal":
        return SearchNode(node.kind, None, tuple(map(_built, node.children)))
    typed = node.value.removeprefix(_NAME)
    # As it was typed, too: a table may spell it otherwise.
    others = spellings_of(typed) if typed != node.value else ()
    return SearchNode("term", SearchTerm(typed, tuple(dict.fromkeys((typed, *others)))))


def _terms(node: SearchNode, *, negated: bool) -> Iterator[SearchTerm]:
    """The terms that speak for a report, or against it."""
    if node.term is not None:
        if not negated:
            yield node.term
        return
    for child in node.children:
        yield from _terms(child, negated=negated != (node.kind == "not"))
