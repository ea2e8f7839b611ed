"""What of a search only topics or other search programs read (``$sets``, ``NEAR/n``, ``title:``), with the search that is left without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from crawler.judging.queries.tokens import QueryToken, plain_operators, tokens_of
from crawler.judging.territories import english_name, is_country, is_grouped
from crawler.store.search_words import in_order, plain_words

_TEXTS = "title|text|lead|intitle|allintitle|intext|allintext"
_FILTERS = {
    "lang": "the language",
    "country": "the country",
    "source": "the source",
    "site": "the source",
    "inurl": "the source",
    "new": "news of bases",
}
_FIELD = re.compile(rf"(?P<sign>[-!]?)(?P<name>{_TEXTS}|{'|'.join(_FILTERS)})(?::|==?(?=\S))", re.IGNORECASE)
_DATES = re.compile(r"[-!]?(?P<name>date|after|before|since|until):(?=[\[\d])")
_SET = re.compile(r"(?P<sign>[-!]?)\$(?P<name>[a-z][a-z0-9_]*)", re.IGNORECASE)
_NEARNESS = re.compile(r"O?NEAR/\w*\Z|(?:w|n|p|pre|adj|within|around)/\d+\Z|near:\d+\Z", re.IGNORECASE)
_NEARNESS_IN_CAPITALS = re.compile(r"O?NEAR\d*\Z|ADJ\d*\Z|XOR\Z|ANDNOT\Z")
_COUNT = re.compile(r"ATLEAST/\w*\Z", re.IGNORECASE)
_WEIGHT = re.compile(r"(?<=.)\^-?\d[\d.]*\Z")


class SearchRefusal(NamedTuple):
    """What a search cannot do: its place in what was typed (from 0), why, and the search without it; empty where nothing is left."""

    at: int
    why: str
    instead: str


class _Piece(NamedTuple):
    """Why a piece is refused, and how many pieces the given ones take the place of."""

    why: str
    instead: tuple[QueryToken, ...] = ()
    taken: int = 1


def search_refusal(plain: str) -> SearchRefusal | None:
    """The first piece of a search that only topics or other search programs read; None where there is none.

    Args:
        plain: with plain signs, see `crawler.judging.queries.signs`.
    """
    tokens = tokens_of(plain_operators(plain))
    first: tuple[int, str] | None = None
    number = 0
    while number < len(tokens):
        piece = _piece(tokens, number, plain)
        if piece is None:
            number += 1
            continue
        first = first or (tokens[number].at, piece.why)
        # What comes in its place is looked at again: title:lang:zh.
        tokens[number : number + piece.taken] = piece.instead
    return None if first is None else SearchRefusal(*first, _written(tokens))


def _written(tokens: Sequence[QueryToken]) -> str:
    """The pieces as somebody types them."""
    return _joined(in_order(tokens_of(plain_words(_joined(tokens)))))


def _joined(tokens: Iterable[QueryToken]) -> str:
    made = ""
    for token in tokens:
        is_glued = not made or made.endswith(("(", " -", " !", "(-", "(!")) or made in ("-", "!")
        made += token.text if is_glued or token.kind in ("comma", "close") else f" {token.text}"
    return made


def _piece(tokens: Sequence[QueryToken], number: int, plain: str) -> _Piece | None:
    return next((found for rule in _RULES if (found := rule(tokens, number, plain)) is not None), None)


def _of_field(tokens: Sequence[QueryToken], number: int, plain: str) -> _Piece | None:
    token = tokens[number]
    match = _FIELD.match(token.text) if token.kind in ("word", "prefix") else None
    if match is None:
        return None
    name, rest = match["name"].lower(), token.text[match.end() :]
    following = tokens[number + 1 : number + 2]
    parted = not rest and bool(following) and following[0].at > token.end
    # "Source: Xinhua" of a headline, and not "source:xinhua"
    if (
        parted
        and plain[token.at].isupper()
        and not plain[token.at + 1].isupper()
        and following[0].kind == "word"
    ):
        return None
    if name not in _FILTERS:
        why = f"{name}: is read in topics only, for a search looks at headlines and texts"
        return _Piece(why, _rest(token, match["sign"], rest))
    if name == "new" and (rest or "".join(t.text for t in following)).lower() != "base":
        return None
    why = f"{name}: is read in topics only; choose {_FILTERS[name]} among the filters"
    return _Piece(why, (), 1 + _value(tokens, number + 1, has_value=bool(rest)))


def _rest(token: QueryToken, sign: str, rest: str) -> tuple[QueryToken, ...]:
    return (replace(token, text=sign + rest),) if sign + rest else ()


def _value(tokens: Sequence[QueryToken], number: int, *, has_value: bool) -> int:
    """How many pieces are the value of a field: a word, a phrase, what stands in parentheses, further words behind commas."""
    taken = 0
    if not has_value and number < len(tokens):
        taken = 1
        if tokens[number].kind == "open":
            closed = (i for i in range(number, len(tokens)) if tokens[i].kind == "close")
            return next(closed, len(tokens) - 1) - number + 1
    while [t.kind for t in tokens[number + taken : number + taken + 2]] == ["comma", "word"]:
        taken += 2
    return taken


def _of_date(tokens: Sequence[QueryToken], number: int, plain: str) -> _Piece | None:
    match = _DATES.match(tokens[number].text)
    if match is None:
        return None
    return _Piece(f"{match['name']}: means nothing here; choose the days among the filters")


def _of_set(tokens: Sequence[QueryToken], number: int, plain: str) -> _Piece | None:
    token = tokens[number]
    match = _SET.match(token.text) if token.kind == "word" else None
    if match is None:
        return None
    why = f"{match[0].lstrip('-!')} is a term set, which topics read; choose a topic among the filters"
    words = _words_of_set(match["name"])
    text = f'"{words}"' if match["sign"] and " " in words else words
    return _Piece(why, (replace(token, text=match["sign"] + text),))


def _words_of_set(name: str) -> str:
    code = name.rpartition("_")[2].upper()
    if "_" in name and (is_country(code) or is_grouped(code)):
        return english_name(code)
    return " ".join(name.split("_"))


def _of_operator(tokens: Sequence[QueryToken], number: int, plain: str) -> _Piece | None:
    token = tokens[number]
    if token.kind not in ("word", "operator", "prefix"):
        return None
    name = token.text
    between = 0 < number < len(tokens) - 1 and tokens[number - 1].ends_term and tokens[number + 1].begins_term
    behind = tokens[number + 1].text if number + 1 < len(tokens) else ""
    if _COUNT.match(name) or (name == "ATLEAST" and behind.isdigit()):
        why = f"{name} is read in topics only, for a search does not count"
        return _Piece(why, (), 1 if "/" in name else 2)
    capitals = _NEARNESS_IN_CAPITALS.match(name) and not plain.isupper()
    if re.match(r"O?NEAR/", name, re.IGNORECASE) or (between and (_NEARNESS.match(name) or capitals)):
        why = f"{name} is no operator of a search, which asks for words in a row wherever they stand"
        joined = QueryToken("operator", "NOT" if name == "ANDNOT" else "AND", token.at)
        # NEAR 5
        return _Piece(why, (joined,), 2 if capitals and behind.isdigit() else 1)
    return None


def _of_weight(tokens: Sequence[QueryToken], number: int, plain: str) -> _Piece | None:
    token = tokens[number]
    if token.kind == "weight" and re.match(r"\^\d", token.text) and number:
        return _Piece(f"{token.text}: weights are read in topics only")
    match = _WEIGHT.search(token.text) if token.kind == "word" else None
    if match is None:
        return None
    word = token.text[: match.start()]
    return _Piece(f"{match[0]}: weights are read in topics only", (replace(token, text=word),))


def _of_capitals(tokens: Sequence[QueryToken], number: int, plain: str) -> _Piece | None:
    token = tokens[number]
    match = re.match(r"([-!]?)=(\w.*)", token.text) if token.kind == "word" else None
    if match is None:
        return None
    why = f"{token.text}: capitals count in topics only"
    return _Piece(why, (replace(token, text=match[1] + match[2]),))


_RULES: Sequence[Callable[[Sequence[QueryToken], int, str], _Piece | None]] = (
    _of_field,
    _of_date,
    _of_set,
    _of_operator,
    _of_weight,
    _of_capitals,
)
