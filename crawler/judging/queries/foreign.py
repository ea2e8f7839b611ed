"""What people type who know other search languages: each with why it cannot be meant here, and what to write instead.

Google, Lucene and Elasticsearch, media monitoring (``W/5``, ``ADJ``), SQL, regular expressions, and the words of Chinese, Thai,
Vietnamese, Indonesian and Filipino for AND, OR and NOT. Without this most of it would be words that no text has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from crawler.judging.queries.foreign_fields import field_refusal, list_refusal
from crawler.judging.queries.foreign_operators import operator_refusal, row_refusal
from crawler.judging.queries.foreign_words import word_refusal
from crawler.judging.queries.tokens import TokenPlace, places_of

_WEIGHT = re.compile(r"\^\d{1,2}(\.\d{1,2})?\Z")


class ForeignSyntax(NamedTuple):
    """What cannot be meant: its place in the query (from 0), and why, with what to write."""

    at: int
    why: str


def refusal_of(query: str) -> ForeignSyntax | None:
    """The first piece of a query that is of another search language; None where there is none.

    Args:
        query: with plain signs and operators, see `signs` and `tokens`.
    """
    for place in places_of(query):
        rules = _RULES.get(place.token.kind, ())
        why = next((why for rule in rules if (why := rule(place)) is not None), None)
        if why is not None:
            return ForeignSyntax(place.token.at + _offset(place, why), why)
    return None


def _offset(place: TokenPlace, why: str) -> int:
    """How far into a piece the sign stands that is wrong: a ``^`` or ``:`` behind a word that is right."""
    sign = "^" if "^weight" in why else ":" if why.startswith("found ':'") else ""
    return max(place.token.text.find(sign), 0)


def _open_quote(place: TokenPlace) -> str:
    behind = " ".join(token.text for token in place.behind[1:4])
    return f'the quotation mark of {f"{chr(34)}{behind}"[:24]} is not closed; write " behind the phrase, on its line'


def _empty_phrase(place: TokenPlace) -> str | None:
    if any(c.isalnum() for c in place.token.text):
        return None
    return f"{place.token.text} has neither a letter nor a digit, so that it is never found; leave it out"


def _empty_parentheses(place: TokenPlace) -> str | None:
    if place.following is None or place.following.kind != "close":
        return None
    return "() holds nothing; put a term between the parentheses or leave them out"


def _weight(place: TokenPlace) -> str | None:
    text, previous = place.token.text, place.previous
    if _WEIGHT.match(text) and previous is not None and previous.ends_term:
        return None
    behind = text[1:].strip("^$")
    if (previous is None or not previous.ends_term or previous.end != place.token.at) and behind[
        :1
    ].isalpha():
        return f"{text}: ^ at the beginning means nothing here; write title:{behind} for the headline, or {behind}"
    return f"{text} is no ^weight; write a number up to 99 behind ^, such as rail^2 or rail^0.5"


def _near_without_a_term(place: TokenPlace) -> str | None:
    text, previous = place.token.text, place.previous
    if "NEAR/" not in text or (previous is not None and previous.ends_term):
        return None
    return f"{text} stands between two terms; write a {text} b"


Rule = Callable[[TokenPlace], str | None]
_OF_WORDS: tuple[Rule, ...] = (operator_refusal, field_refusal, list_refusal, word_refusal, row_refusal)
_RULES: dict[str, tuple[Rule, ...]] = {
    "quote": (_open_quote,),
    "phrase": (_empty_phrase, row_refusal),
    "open": (_empty_parentheses, row_refusal),
    "weight": (_weight,),
    "operator": (_near_without_a_term,),
    "word": _OF_WORDS,
    "prefix": _OF_WORDS,
}
"""The rules for each kind of token; the first that says something counts."""
