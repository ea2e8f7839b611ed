"""The words of a search as somebody typed or pasted it: a headline with any punctuation is its words.

Signs that the search reads stay: quotes, parentheses, commas, ``-`` and ``!`` right before a word, ``*`` at its end. Every other
sign at the edge of a word parts it from the next.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from crawler.judging.queries.signs import QUOTES
from crawler.judging.queries.tokens import QueryToken, tokens_of

MOST_OPEN = 20
"""Parentheses of a search; with more of them they are punctuation."""
_PARTING = re.compile(r"(?<!\d):|:(?!\d)|[!?…|;~=<>\[\]{}`\\【】〔〕]|\.{2,}|//+|(?<=\S)[–—―]{2,}")
"""Signs that part words also where no blank stands: 中国：老挝."""
_QUOTE = re.compile(f"[{''.join(sorted(QUOTES))}]")
_LONE_SIGN = re.compile(r"(?<![^\s(])[-!](?=[\s),]|\Z)")
_ADDRESS = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
PROSE = 5
"""So many words in a row are a sentence, in which ``not`` is a word and no operator."""
_GROUPED = re.compile(r"\bnot\s*\(|\([^()]*\b(?:and|or|not)\b[^()]*\)", re.IGNORECASE)
"""Parentheses that hold more than a remark of a headline, such as (full text)."""
_NEGATING = ("NOT", "-", "!")
_OPERATORS = frozenset({"AND", "OR", "NOT"})


def without_addresses(typed: str) -> str:
    """A text without the addresses of web pages, which come with what is copied. Every character keeps its place."""
    return _ADDRESS.sub(lambda match: " " * len(match[0]), typed)


def plain_words(plain: str) -> str:
    """A search with blanks for the punctuation around its words. Every character keeps its place.

    Args:
        plain: with plain signs, see `crawler.judging.queries.signs`.
    """
    found = [*plain]
    for token in tokens_of(plain):
        if token.kind == "quote":
            found[token.at] = " "
        elif token.kind == "phrase":
            inner = _QUOTE.sub(" ", token.text[1:-1])
            is_empty = not any(c.isalnum() for c in inner)
            found[token.at : token.end] = " " * len(token.text) if is_empty else f'"{inner}"'
        elif token.kind not in ("open", "close", "comma", "operator"):
            negates = token.text[0] in "-!" and (not token.at or plain[token.at - 1] in " \t(")
            found[token.at : token.end] = _bare(token.text, negates=negates)
    words = _LONE_SIGN.sub(" ", "".join(found))
    return words if words.count("(") <= MOST_OPEN else re.sub("[()]", " ", words)


def _bare(chunk: str, *, negates: bool) -> str:
    """A piece without the signs at the edges of its words; as long as it was."""
    sign = chunk[0] if negates and chunk[1:2].isalnum() else ""
    rest = _QUOTE.sub(" ", chunk[len(sign) :])
    parts = _PARTING.sub(lambda match: " " * len(match[0]), rest).split(" ")
    return sign + " ".join(map(_without_edges, parts))


def _without_edges(word: str) -> str:
    if not any(c.isalnum() for c in word):
        return " " * len(word)
    start, end = 0, len(word)
    while start < end and _is_sign(word[start]):
        start += 1
    while end > start and _is_sign(word[end - 1]):
        end -= 1
    star = "*" if start < end and word[end : end + 1] == "*" else ""
    return " " * start + word[start:end] + star + " " * (len(word) - end - len(star))


def _is_sign(char: str) -> bool:
    # Vowel and tone marks are no signs: words of Thai, Lao, Khmer and Burmese end in them.
    return not char.isalnum() and unicodedata.category(char)[0] in "PSZC"


def is_prose(words: str) -> bool:
    """Whether a search is a sentence and uses no sign or operator of the search, unless all of it is in capitals.

    Args:
        words: what `plain_words` gave.
    """
    tokens = tokens_of(words)
    if _GROUPED.search(words) or any(token.text[0] in "-!" for token in tokens):
        return False
    if not words.isupper() and any(token.text in _OPERATORS for token in tokens):
        return False
    return len(re.findall(r'[^\s(),"]+', words)) >= PROSE


def in_order(tokens: Iterable[QueryToken]) -> list[QueryToken]:
    """The pieces of a search without those that lead nowhere: an operator without a term, a parenthesis that is never closed.

    Args:
        tokens: pieces of what `plain_words` gave, with operators in capitals.
    """
    order = _SearchOrder()
    for token in map(_plain_piece, tokens):
        order.take(token)
    return order.closed()


class _SearchOrder:
    """The pieces of a search as they are taken one after another."""

    def __init__(self) -> None:
        self._made: list[QueryToken] = []
        self._depth = 0

    def take(self, token: QueryToken) -> None:
        """Take a piece, or leave it out where it leads nowhere."""
        after_comma = bool(self._made) and self._made[-1].kind == "comma"
        if token.kind == "comma":
            self._made.extend([token] if self._made and _may_be_listed(self._made[-1]) else [])
        elif token.kind == "close":
            self._close(token)
        elif _negates(token):
            self._negate(token)
        elif token.kind == "operator" or (after_comma and token.text.upper() in ("AND", "OR")):
            self._join(token)
        else:
            self._depth += token.kind == "open"
            self._made.append(token)

    def closed(self) -> list[QueryToken]:
        """All pieces, with the parentheses closed that are open."""
        _trim(self._made, ("operator", "comma", "open"))
        kinds = [token.kind for token in self._made]
        return self._made + [QueryToken("close", ")", 0)] * (kinds.count("open") - kinds.count("close"))

    def _join(self, token: QueryToken) -> None:
        _trim(self._made, ("comma",))
        if self._made and self._made[-1].ends_term:
            self._made.append(QueryToken("operator", token.text.upper(), token.at))

    def _negate(self, token: QueryToken) -> None:
        _trim(self._made, ("comma",))
        is_twice = bool(self._made) and self._made[-1].text in _NEGATING
        if not is_twice:
            self._made.append(token)
        elif token.kind == "word":
            self._made.append(QueryToken("word", token.text[1:], token.at + 1))

    def _close(self, token: QueryToken) -> None:
        if not self._depth:
            return
        self._depth -= 1
        _trim(self._made, ("operator", "comma"))
        if self._made[-1].kind == "open":
            self._made.pop()
        else:
            self._made.append(token)


def _negates(token: QueryToken) -> bool:
    return token.text in _NEGATING if token.kind == "operator" else _is_left_out(token)


def _is_left_out(token: QueryToken) -> bool:
    return token.kind == "word" and token.text[0] in "-!"


def _may_be_listed(last: QueryToken) -> bool:
    return last.ends_term and not _is_left_out(last)


def _plain_piece(token: QueryToken) -> QueryToken:
    """NEAR/5 and its like behind punctuation are words."""
    is_operator = token.kind == "operator" and (token.text in _OPERATORS or token.text in "-!")
    return token if token.kind not in ("operator", "prefix") or is_operator else replace(token, kind="word")


def _trim(made: list[QueryToken], kinds: tuple[str, ...]) -> None:
    while made and made[-1].kind in kinds:
        made.pop()
