"""The marks that languages write around and between words: brackets, quotation marks, lists, colons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OPENING, CLOSING = "(（", ")）"


@dataclass(frozen=True, slots=True)
class Punctuation:
    """The marks of one language; where a blank belongs to a mark it stands in it. ``gap`` follows a label that ends in a colon."""

    before_bracket: str = " ("
    after_bracket: str = ")"
    quote: str = "“"
    unquote: str = "”"
    list_mark: str = ", "
    comma: str = ", "
    colon: str = ": "
    gap: str = " "
    clause_mark: str = "; "
    between_parties: str = "–"


_WESTERN = Punctuation()
_MARKS: Mapping[str, Punctuation] = {
    # GB/T 15834: full-width marks without blanks; the members of a list are parted by 、
    "zh": Punctuation("（", "）", "“", "”", "、", "，", "：", "", "；", "—"),
    # Thai has no comma of its own: a blank parts the members of a list (Royal Society of Thailand).
    "th": Punctuation(list_mark=" ", comma=" ", clause_mark=" / "),
}


def punctuation(language: str) -> Punctuation:
    """The marks of a language."""
    return _MARKS.get(language, _WESTERN)


def bracketed(language: str, text: str, *more: str) -> str:
    """A text with further ones in brackets behind it. Brackets that they bring are taken off: none stands in another.

    Args:
        language: whose marks are written.
        text: what stands before the brackets; may be empty.
        more: what stands in them; empty ones are left out, and brackets where all are empty.
    """
    marks = punctuation(language)
    inner = marks.list_mark.join(_without_brackets(part) for part in more if part)
    if not inner:
        return text
    opening = marks.before_bracket if text else marks.before_bracket.lstrip()
    return f"{text}{opening}{inner}{marks.after_bracket}"


def _without_brackets(text: str) -> str:
    is_within = text[:1] in OPENING and text[-1:] in CLOSING
    return text[1:-1] if text and is_within else text


def joined(language: str, parts: Iterable[str]) -> str:
    """Several things in a row; a list of Thai names is parted by commas where one of them has a blank itself."""
    texts = list(parts)
    mark = punctuation(language).list_mark
    if not mark.strip() and any(" " in text for text in texts):
        mark = ", "
    return mark.join(texts)
