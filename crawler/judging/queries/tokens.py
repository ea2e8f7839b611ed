"""A query cut into pieces, before it is parsed: to fold what people type into what the grammar knows, and to see what it cannot be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

FIELDS = ("title", "text", "lead")
ABOUT = ("lang", "country", "source", "new")
_TOKEN = re.compile(
    r'(?P<phrase>"[^"\n]*")|(?P<operator>(?<![^\s(])[-!](?=["($]))|(?P<open>\()|(?P<close>\))|(?P<comma>(?<!\d),|,(?!\d))|(?P<quote>")|(?P<chunk>(?:[^\s()",]|(?<=\d),(?=\d))+)'
)
_OPERATOR = re.compile(r"(?:AND|OR|NOT|O?NEAR/\d{1,3})\Z")
_PREFIX = re.compile(
    r"[-!]?(?:(?:title|text|lead):)*(?:ATLEAST/\d+|(?:title|text|lead|lang|country|source|new):)\Z",
    re.IGNORECASE,
)
_CASELESS = re.compile(r"(?:o?near|atleast)/\d{1,3}\Z", re.IGNORECASE)
_FIELD = re.compile(rf"(?:{'|'.join(FIELDS + ABOUT)}):", re.IGNORECASE)
_SET = re.compile(r"\$(?:(country|places|people)_([a-z]{2,5})|[a-z][a-z0-9_]*)\b", re.IGNORECASE)
_NOT_SIGN = re.compile(r"[-!](?=\S)")


@dataclass(frozen=True, slots=True)
class QueryToken:
    """A piece of a query: ``kind`` is phrase, open, close, comma, quote, operator, prefix, weight or word; ``at`` its place."""

    kind: str
    text: str
    at: int

    @property
    def end(self) -> int:
        """The place behind it."""
        return self.at + len(self.text)

    @property
    def ends_term(self) -> bool:
        """Whether a term can end with it."""
        return self.kind in ("phrase", "close", "word", "weight")

    @property
    def begins_term(self) -> bool:
        """Whether a term can begin with it."""
        return self.kind in ("phrase", "open", "word", "prefix", "quote")


def tokens_of(query: str) -> list[QueryToken]:
    """The pieces of a query in order."""
    return [
        QueryToken(_kind(match.lastgroup or "", match[0]), match[0], match.start())
        for match in _TOKEN.finditer(query)
    ]


def _kind(group: str, text: str) -> str:
    if group != "chunk":
        return group
    if _OPERATOR.match(text):
        return "operator"
    if _PREFIX.match(text):
        return "prefix"
    return "weight" if text[0] == "^" else "word"


class TokenPlace(NamedTuple):
    """A token among the others of its query."""

    tokens: Sequence[QueryToken]
    number: int

    @property
    def token(self) -> QueryToken:
        """The token itself."""
        return self.tokens[self.number]

    @property
    def previous(self) -> QueryToken | None:
        """The one before it."""
        return self.tokens[self.number - 1] if self.number else None

    @property
    def following(self) -> QueryToken | None:
        """The one behind it."""
        return self.tokens[self.number + 1] if self.number + 1 < len(self.tokens) else None

    @property
    def behind(self) -> Sequence[QueryToken]:
        """Itself and all behind it."""
        return self.tokens[self.number :]

    @property
    def is_between(self) -> bool:
        """Whether terms stand on both sides, so that it must be an operator."""
        previous, following = self.previous, self.following
        return previous is not None and previous.ends_term and following is not None and following.begins_term


def places_of(query: str) -> list[TokenPlace]:
    """The pieces of a query in order, each with its neighbours."""
    tokens = tokens_of(query)
    return [TokenPlace(tokens, number) for number in range(len(tokens))]


def plain_operators(query: str) -> str:
    """A query with its operators, fields and sets in the case that the grammar knows. Every character keeps its place.

    ``and`` and ``or`` between two terms and ``not`` before one are the operators. In any other place they are words, and inside
    quotes always: two terms in a row have no meaning of their own, so that nothing else can be meant.
    """
    found = [*query]
    tokens = tokens_of(query)
    previous: QueryToken | None = None
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        text = _plain(token, previous, following)
        if text != token.text:
            found[token.at : token.end] = text
        previous = QueryToken(_kind("chunk", text), text, token.at) if token.kind == "word" else token
    return "".join(found)


def _plain(token: QueryToken, previous: QueryToken | None, following: QueryToken | None) -> str:
    text = token.text
    if token.kind not in ("word", "prefix", "operator"):
        return text
    if _CASELESS.match(text):
        return text.upper()
    if is_operator_word(token, previous, following):
        return text.upper()
    begin = 1 if _NOT_SIGN.match(text) else 0
    while match := _FIELD.match(text, begin):
        text = text[:begin] + match[0].lower() + text[match.end() :]
        begin = match.end()
    if _CASELESS.match(text, begin):
        return text[:begin] + text[begin:].upper()
    if text[begin:].lower() == "base" and text[:begin].endswith("new:"):
        return text.lower()
    return text[:begin] + _SET.sub(_plain_set, text[begin:])


def is_operator_word(token: QueryToken, previous: QueryToken | None, following: QueryToken | None) -> bool:
    """Whether a word stands where only an operator can, and is one in another case."""
    low = token.text.lower()
    if low not in ("and", "or", "not") or following is None or not following.begins_term:
        return False
    if low == "not":
        return previous is None or previous.ends_term or previous.text in ("(", "AND", "OR")
    return previous is not None and previous.ends_term


def _plain_set(match: re.Match[str]) -> str:
    if match[1]:
        return f"${match[1].lower()}_{match[2].upper()}"
    return match[0].lower()
