"""The signs of a query as people type them: those of Chinese keyboards and word processors stand for the plain ones."""

from __future__ import annotations

import re

_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
"""Full-width forms of ASCII (Unicode, Halfwidth and Fullwidth Forms), and the ideographic space."""
_COMMAS = dict.fromkeys(map(ord, ";、﹑､،﹐﹔"), ",")
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»「」『』《》〈〉〝〞﹁﹂﹃﹄"), '"')
"""What opens or closes a quotation or a title; a title in 《 》 is found with and without its marks."""
_MINUS = dict.fromkeys(map(ord, "−–—"), "-")
_SIGNS = str.maketrans(
    {**{chr(code): sign for code, sign in _WIDE.items()}, "；": ","}
    | {chr(c): s for c, s in (_COMMAS | _QUOTES).items()}
)
_SINGLE = re.compile(r"(?<!\w)‘([^‘’\"\n]+)’(?!\w)")
_PHRASE = re.compile(r'"[^"\n]*"')
_WORDS_FOR = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "!": "NOT", "-": "NOT", "~": "NOT"}
"""What other search languages write, and what it is here."""


def plain_signs(query: str) -> str:
    """A query with plain signs outside its phrases. Every character keeps its place, so that columns stay right."""
    # Single typographic quotes only around whole words: the same sign is an apostrophe inside them.
    query = _SINGLE.sub(r'"\1"', query)
    done = 0
    parts = []
    for phrase in _PHRASE.finditer(query):
        parts += [query[done : phrase.start()].translate(_SIGNS), phrase[0]]
        done = phrase.end()
    return "".join(parts) + query[done:].translate(_SIGNS)


def unwanted_word(word: str) -> str | None:
    """The word behind ``-`` or ``!``, which says NOT as in other search languages; None where neither stands there."""
    return word[1:] if len(word) > 1 and word[0].translate(_MINUS) in "-!" and word[1].isalnum() else None


def refusal(word: str) -> str | None:
    """Why a word of a query is hardly meant as it is written, and what to write; None where it can be."""
    bare = (unwanted_word(word) or word).removeprefix("=")
    sign = bare.translate(_MINUS)
    if sign in _WORDS_FOR:
        return f"{bare} means nothing here; write {_WORDS_FOR[sign]}"
    if sign[:1] in ("~", "+"):
        return f"{bare[0]} before a word means nothing here; write {'AND' if bare[0] == '+' else 'NEAR/n'} {bare[1:]}"
    if len(bare) > 1 and bare.startswith("/") and bare.endswith("/"):
        return (
            "regular expressions are not known; write the words, with * at the end for a beginning of words"
        )
    if "*" in bare[:-1]:
        return "* counts only at the end of a word (railw*)"
    return _sign_inside(bare)


def _sign_inside(word: str) -> str | None:
    """What to do about a sign in a word that no word has."""
    if "?" in word:
        return "? is no wildcard; only * at the end of a word is (railw*)"
    if "|" in word or "&&" in word:
        return "words are joined with AND and OR, with blanks around them"
    if re.search(r"~\d*$", word):
        return "~ means nothing here; NEAR/n says how near words stand"
    if len(word) > 2 and word[0] == word[-1] == "'":
        return f'a phrase stands in double quotes: "{word[1:-1]}"'
    if not any(c.isalnum() for c in word):
        return "this has neither a letter nor a digit, so that it is never found"
    return None
