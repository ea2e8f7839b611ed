"""The signs of a query as people type them: those of Chinese keyboards and word processors stand for the plain ones."""

from __future__ import annotations

import re
import unicodedata

from crawler.judging.text.normal import UNSEEN

_COMMAS = dict.fromkeys(map(ord, ";；、﹑､，﹐﹔،؛"), ",")
_PLAIN = (
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {
        code: plain
        for code in range(0xFE50, 0xFE70)
        if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1 and plain.isascii()
    }
    # A full stop ends no term; a query is typed like a sentence.
    | {0x3000: " ", ord("。"): " ", ord("｡"): " "}
    | _COMMAS
)
"""Full-width and small forms of ASCII (Unicode, Halfwidth and Fullwidth Forms, Small Form Variants), and commas of all kinds."""
_CURLY = '“”„‟〝〞＂"'
_TITLES = {
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "﹁": "﹂",
    "﹃": "﹄",
    "｢": "｣",
}
"""What opens a quotation or a title, and what closes it; a title in 《 》 is found with and without its marks."""
_CLOSING = frozenset(_TITLES.values())
QUOTES = frozenset(_CURLY) | frozenset(_TITLES)
"""What stands around a quotation or a title."""
_SINGLE = re.compile(r"(?<!\w)[‘‚‛]([^‘’‚\"\n]+)[’‘](?!\w)")
_DASH = re.compile(r"(?<![^\s(])[−–—](?=\S)")
_INVISIBLE = "".join(map(chr, UNSEEN)) + "\u202a-\u202e\u2066-\u2069"
_EDGE = re.compile(rf"(?:(?<=[\s()])|^)[{_INVISIBLE}]+|[{_INVISIBLE}]+(?=[\s()]|$)")
"""What nobody sees at the edge of a word comes with what is copied. Inside words it belongs there: Khmer parts its words so."""


def plain_signs(query: str) -> str:
    """A query with plain signs outside its phrases. Every character keeps its place, so that columns stay right."""
    query = _EDGE.sub(lambda match: " " * len(match[0]), query)
    # Single typographic quotes only around whole words: the same sign is an apostrophe inside them.
    query = _SINGLE.sub(r'"\1"', query)
    made: list[str] = []
    at = 0
    while at < len(query):
        sign = query[at]
        close = _closed_at(query, at) if sign in _CURLY or sign in _TITLES else 0
        if close:
            made += ['"', query[at + 1 : close], '"']
            at = close + 1
            continue
        is_quote = sign in _CURLY or sign in _TITLES or sign in _CLOSING
        made.append('"' if is_quote else sign.translate(_PLAIN))
        at += 1
    return _DASH.sub("-", "".join(made))


def _closed_at(query: str, start: int) -> int:
    """Where the quotation that opens at a place is closed; 0 where it is not."""
    end = query.find("\n", start)
    end = len(query) if end < 0 else end
    sign = query[start]
    if sign in _TITLES:
        close = query.find(_TITLES[sign], start + 1, end)
        return max(close, 0) if '"' not in query[start + 1 : max(close, 0)] else 0
    inner = 0
    for at in range(start + 1, end):
        # “a quotation” inside straight marks is a part of the phrase.
        if sign in '"＂' and query[at] in "“„" and "”" in query[at:end]:
            inner += 1
        elif query[at] == "”" and inner:
            inner -= 1
        elif query[at] in _CURLY:
            return at
    return 0
