"""Signs of queries inside quotation marks, where they are text: ``"$rail"``, ``"title:railway"``, ``"railway NEAR/5 Laos"``."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from crawler.judging.queries.foreign_fields import field_named
from crawler.judging.queries.signs import plain_signs
from crawler.judging.queries.tokens import ABOUT, FIELDS

_OPERATOR = re.compile(r"(?<!\S)(AND|OR|NOT|(?i:o?near/\d+|atleast/\d+)|&&|\|\|?)(?!\S)")
_FIELD = re.compile(r"(?<!\S)[-!]?(([^\W\d][\w.]*):\s*(?=\S))")
_SET = re.compile(r"(?<![\w$])\$[A-Za-z][A-Za-z0-9_]*")
_EXPRESSION = re.compile(r"\\[bwsdWSDB]|\.[*+?]|\w\[[^\]]+\]|\[[^\]]+\]\w|\(\?|^/.+/[a-z]*$")
_WEIGHT = re.compile(r"[\^]\d+(?:\.\d+)?$|~\d*$")
_SIGN = re.compile(r"(?<!\S)([-+!~^#])(?=[^\W\d_])")


def phrase_doubt(phrase: str) -> str | None:
    """Why a phrase is hardly meant as it is written, and what to write; it is looked for all the same.

    Args:
        phrase: with its quotation marks.
    """
    bare = phrase.strip('"').strip()
    html = _html(bare)
    plain = plain_signs(bare)
    return html or next((why for say in _RULES if (why := say(plain)) is not None), None)


def _said(bare: str, sign: str, cure: str) -> str:
    return f'"{bare}" is found only where a text has {sign}, for in quotation marks all is text; write {cure}'


def _is_in_capitals(text: str) -> bool:
    """Whether all letters of scripts with capitals are capitals, and there are some."""
    return text.isupper() and any(c.isascii() and c.isalpha() for c in text)


def _operator(bare: str) -> str | None:
    match = _OPERATOR.search(bare)
    # In capitals throughout it may be a name: RESEARCH AND DEVELOPMENT.
    if match is None or (
        match[0].isalpha() and (_is_in_capitals(_OPERATOR.sub("", bare)) or match.end() == len(bare))
    ):
        return None
    parts = [part.strip() for part in _OPERATOR.split(bare)]
    meant = {"&&": "AND", "||": "OR", "|": "OR"}
    words = [meant.get(p, p.upper() if _OPERATOR.fullmatch(p) else _term(p)) for p in parts if p]
    return _said(bare, match[0], " ".join(words))


def _term(words: str) -> str:
    """Some words as a part of a query: in quotes if they are several."""
    return f'"{words}"' if not words.startswith("(") and re.search(r"[^\w*$:.-]", words) else words


def _set(bare: str) -> str | None:
    match = _SET.search(bare)
    if match is None:
        return None
    around = [part.strip() for part in (bare[: match.start()], bare[match.end() :])]
    before, behind = (_term(part) if any(c.isalnum() for c in part) else "" for part in around)
    return _said(
        bare,
        "the sign $",
        " ONEAR/0 ".join(part for part in (before, match[0], behind) if part) + " without them",
    )


def _field(bare: str) -> str | None:
    match = _FIELD.search(bare)
    name = field_named(match[2]) if match is not None else None
    # "Title: a subtitle" may be a name; fields have their value right behind them.
    if match is None or name is None or (match[0].endswith(" ") and not match[0].islower()):
        return None
    value = bare[match.end() :].strip()
    if name == "words":
        return _said(bare, match[1].strip(), _term(value))
    return _said(
        bare,
        match[1].strip(),
        f"{name}:{_term(value) if name in FIELDS else value.partition(' ')[0]}"
        + (" without them" if name in ABOUT else ""),
    )


def _star(bare: str) -> str | None:
    # A*STAR is a name.
    if "*" not in bare.removesuffix("*") or _is_in_capitals(bare):
        return None
    words = bare.split()
    if all(re.fullmatch(r"[^*]+\*?", word) for word in words) and len(words) > 1:
        return _said(
            bare,
            "the sign *, which counts at the end alone",
            " ONEAR/0 ".join(words) + " for words that begin so, in a row",
        )
    if bare.startswith("*"):
        return _said(
            bare, "the sign *, for a word's beginning cannot be left open", "the whole words, as a list"
        )
    first = next(iter(re.split(r"\*", bare.strip("*"))), "").strip() or "railw"
    return _said(bare, "the sign *, which counts at the end alone", f'"{first}*"')


def _expression(bare: str) -> str | None:
    if not _EXPRESSION.search(bare):
        return None
    return _said(
        bare,
        "these signs: regular expressions are not known",
        "the words, with * at the end for a beginning of words",
    )


def _html(bare: str) -> str | None:
    if unescape(bare) == bare or not re.search(r"&#?\w+;", bare):
        return None
    return _said(bare, "the sign as HTML writes it", f'"{unescape(bare)}"')


def _weight(bare: str) -> str | None:
    match = _WEIGHT.search(bare)
    if match is None or match.start() == 0:
        return None
    rest = _term(bare[: match.start()].strip())
    return _said(bare, match[0], f"{rest}{match[0]}" if match[0][0] == "^" else rest)


def _leading(bare: str) -> str | None:
    match = _SIGN.match(bare)
    if match is None:
        return None
    rest = _term(bare[match.end() :])
    return _said(bare, match[0], f"NOT {rest}" if match[1] in "-!" else rest)


_RULES: tuple[Callable[[str], str | None], ...] = (
    _operator,
    _field,
    _set,
    _expression,
    _star,
    _weight,
    _leading,
)
"""The first that says something counts."""
