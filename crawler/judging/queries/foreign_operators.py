"""Operators of other search languages and of other languages' people: ``&&``, ``W/5``, ``LIKE``, 和, หรือ, và."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.judging.queries.tokens import ABOUT, FIELDS, QueryToken, TokenPlace

_JOINING = {
    "AND": "和 与 與 及 且 并且 並且 而且 以及 และ và dan at saka និង ແລະ နှင့် plus et und y и",
    "OR": "或 或者 还是 還是 หรือ hoặc hay atau o ឬ ຫຼື ຫລື သို့မဟုတ် ou oder или",
    "NOT": "非 不 不含 不要 除 除了 排除 ไม่ ยกเว้น không trừ bukan tidak kecuali hindi maliban except without minus andnot butnot nicht sans sin не без",
}  # fmt: skip
_WORDS_FOR = {word: operator for operator, words in _JOINING.items() for word in words.split()}
_SIGNS_FOR = {
    "&": "AND", "&&": "AND", "+": "AND", "==": "AND", "=": "AND", "|": "OR", "||": "OR",
    "!": "NOT", "-": "NOT", "!=": "NOT", "<>": "NOT", "~": "NOT",
}  # fmt: skip
_SQL = frozenset(
    {"like", "ilike", "in", "is", "between", "where", "select", "contains", "match", "regexp", "rlike"}
)
_NEARNESS = re.compile(
    r"(?P<word>near|onear|around|w|n|p|pre|adj|within|next|same|para?|sent|followed|before|after|phrase)"
    r"(?P<sign>[/:~=]?)(?P<n>\d{0,3}|s|p|\d{1,3}[,-]\d{1,3})\Z",
    re.IGNORECASE,
)
_IN_ORDER = frozenset({"onear", "pre", "p", "adj", "next", "followed", "before", "phrase"})
_USUAL = 10
"""The distance that is suggested where none is given."""


def operator_refusal(place: TokenPlace) -> str | None:
    """What an operator of another language is here."""
    return _of_signs(place) or _of_numbered(place) or _of_nearness(place) or _of_words(place)


def _of_signs(place: TokenPlace) -> str | None:
    text, following = place.token.text, place.following
    if (
        text == "="
        and following is not None
        and following.kind == "phrase"
        and following.at == place.token.end
    ):
        return f"= stands before single words; write {following.text} without it"
    previous = place.previous
    if text in ("=", "==", ":") and previous is not None and previous.text.lower() in (*FIELDS, *ABOUT):
        value = following.text if following is not None else "word"
        return f"{text} means nothing here; write {previous.text.lower()}:{value}"
    return f"{text} means nothing here; write {_SIGNS_FOR[text]}" if text in _SIGNS_FOR else None


def _of_numbered(place: TokenPlace) -> str | None:
    """NEAR and ATLEAST whose number is missing or wrong."""
    text, following = place.token.text, place.following
    name = text.partition("/")[0].upper()
    if re.match(r"o?near/", text, re.IGNORECASE) and not re.match(r"O?NEAR/\d{1,3}\Z", text):
        return f"{text} is no {name}/n; write such as {name}/{_USUAL} (0 to 999 words between)"
    if name.startswith("ATLEAST") and not re.match(r"ATLEAST/[1-9]\d{0,2}\Z", text):
        number = re.search(r"[1-9]\d{0,2}", text + (following.text if following is not None else ""))
        return f"{text} is no ATLEAST/n; write ATLEAST/{number[0] if number else 2} (…), with a number from 1"
    said = f"{text} {following.text if following is not None else ''}".lower()
    if re.match(r"(at (least|most)|min(imum)? (match|\d+)|\d+ of|any \d+)\Z", said):
        number = re.search(r"\d+", said)
        return (
            f"{said} is not known; write ATLEAST/{number[0] if number else 2} (…) for so many different terms"
        )
    return None


def _of_nearness(place: TokenPlace) -> str | None:
    text, following = place.token.text, place.following
    near = _NEARNESS.match(f"w{text}" if re.match(r"/(\d{1,3}|[spn])\Z", text) else text)
    is_called = following is not None and following.kind == "open" and following.at == place.token.end
    if near is None or not (place.is_between or is_called):
        return None
    number = near["n"] if near["n"].isdigit() else ""
    # NEAR 5 and AROUND(5)
    beside = place.tokens[place.number + 1 : place.number + 3]
    number = number or next((token.text for token in beside if token.text.isdigit()), "")
    name = "ONEAR" if near["word"].lower() in _IN_ORDER else "NEAR"
    ordered = ", in this order" if name == "ONEAR" else ""
    number = number or str(_USUAL)
    return f"{text} is not known here; write a {name}/{number} b: at most {number} words apart{ordered}"


def _of_words(place: TokenPlace) -> str | None:  # noqa: PLR0911 - a row of rules, each with its own answer
    text = place.token.text
    low = text.casefold()
    following = place.following
    if _WORDS_FOR.get(low) == "NOT" and following is not None and following.begins_term:
        return f"{text} is no operator; write NOT"
    if not place.is_between:
        return None
    if low in _WORDS_FOR:
        return f"{text} is no operator; write {_WORDS_FOR[low]}"
    if low == "xor":
        return f"{text} is not known; write (a OR b) NOT (a AND b)"
    if text == "TO":
        return "ranges (a TO b) are not known; write the words with OR or commas between them"
    if low in _SQL and (text.isupper() or low in ("like", "ilike")):
        return (
            f"{text} is SQL and means nothing here; write the words themselves, several as a list: rail, road"
        )
    return None


def row_refusal(place: TokenPlace) -> str | None:
    """Two terms without anything between them: a phrase, or a forgotten operator."""
    token, previous = place.token, place.previous
    if previous is None or not previous.ends_term or token.text[:1] in ("-", "!"):
        return None
    expected = f"expected AND, OR, NOT, NEAR/n or a comma before {token.text[:20]!r}"
    if not (_is_bare(token) and _is_bare(previous)):
        return f"{expected}; write AND or OR there"
    row = _row_around(place)
    if meant := _joined_by_words(row):
        return f"{expected}; write {meant[:90]}"
    phrase = " ".join(row)[:60]
    return f'{expected}; write "{phrase}" in quotes for the phrase, or AND or OR between the words'


def _is_bare(token: QueryToken) -> bool:
    return token.kind == "word" and not re.search(r"[$:^*=]", token.text)


def _row_around(place: TokenPlace) -> list[str]:
    """The plain words that stand in a row with a word, itself among them."""
    begin = end = place.number
    while begin and _is_bare(place.tokens[begin - 1]):
        begin -= 1
    while end + 1 < len(place.tokens) and _is_bare(place.tokens[end + 1]):
        end += 1
    return [token.text for token in place.tokens[begin : end + 1]]


def _joined_by_words(row: Sequence[str]) -> str:
    """A row of words with those that people take for operators in their place; empty where there is none."""
    parts: list[list[str]] = [[]]
    said: list[str] = []
    for i, word in enumerate(row):
        operator = _WORDS_FOR.get(word.casefold())
        if operator is not None and parts[-1] and i < len(row) - 1:
            said.append(operator)
            parts.append([])
        else:
            parts[-1].append(word)
    terms = [f'"{" ".join(words)}"' if len(words) > 1 else words[0] for words in parts if words]
    if not said or len(terms) != len(parts):
        return ""
    return " ".join(piece for pair in zip(terms, [*said, ""], strict=True) for piece in pair if piece)
