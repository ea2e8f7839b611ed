"""Spellings of term sets that are written like queries: what is said of them, and what to write instead.

A spelling is text. Signs of the query language, of other search languages and of web pages would be looked for as they are
written. Names that have such signs (A*STAR, AT&T, C++, Yahoo!, .NET, G20/OECD, +86) pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import unescape

from crawler.judging.queries.everywhere import is_everywhere, is_open_beginning
from crawler.judging.queries.foreign_fields import field_meant
from crawler.judging.territories import territory_meant
from crawler.judging.text.language_codes import language_meant
from crawler.judging.text.terms import shown_part

_OPERATOR = re.compile(
    r"(?:\S\s+|^)(AND|OR|NOT|(?i:o?near/\d*)|ATLEAST/\d+|&&|\|\|)\s+\S|\S\s+(AND|OR|NOT|&&|\|\|)$"
)
_HAN = "[\u3400-\u9fff]"
_HAN_OPERATOR = re.compile(rf"(?<={_HAN})\s+(或者|或|和|与|與|及|且|并且)\s+(?={_HAN})")
_MARKS = '"“”„«»「」『』《》〝〞＂'
_PAIRS = dict(zip("(（[［{｛<＜【〔", ")）]］}｝>＞】〕", strict=True))
_FIELD = re.compile(r"([^\W\d][\w.]*)\s*[:：]\s*(?=\S)")
_LEADING = re.compile(r"(?:[-+!~^#＋－！～＾＃]+)(?=[^\W\d_])")
_WEIGHT = re.compile(r"[\^＾]\d+(?:\.\d+)?$|[~～]\d*$")
_OPEN_END = re.compile(r"[\w)](?:\.\.\.|…+|[。｡])$|^[a-z]{4,}\.$|\w[,:：]$|[\u3400-\u9fff][！？!?]$")

_PLAIN = re.compile(r"[^\W_]+(?: [^\W_\u3400-\u9fff]+)*")
"""Letters and digits with spaces between them, as nearly all spellings are; ``_RULES`` say nothing of them."""


def query_in_spelling(spelling: str) -> str | None:
    """Why a spelling is never found, for it is a query or an expression, and what to write; None where it is neither."""
    bare = shown_part(spelling)
    if operator := _OPERATOR.search(spelling):
        return (
            f"{spelling!r} is never found: {operator[1] or operator[2]} is read in queries only;"
            f" write one spelling for each{_several(_parts(spelling))}"
        )
    if re.search(r"\\[bwsdWSDB]|\.[*+](?!\w*$)|\.\*|\w\[[^\]]+\]|\[[^\]]+\]\w|\(\?|^/.+/[a-z]*$", bare):
        return (
            f"{spelling!r} is never found: regular expressions are not known; write the words, with * at the end for"
            " a beginning of words"
        )
    return None


# A configuration is looked at anew with each change of a word in it, and nearly all of its words are as they were.
@lru_cache(maxsize=65_536)
def sign_advice(spelling: str, *, is_exception: bool = False) -> str | None:
    """What of a spelling is hardly meant as it is written, with what to write; the first of it.

    Args:
        spelling: as it stands in the file.
        is_exception: whether it is one of ``except``, which may be a word of every text.
    """
    bare = shown_part(spelling)
    if spelling.startswith("$"):
        return None
    found = None
    if not _PLAIN.fullmatch(bare):
        found = next((message for say in _RULES if (message := say(spelling, bare)) is not None), None)
    return found or (None if is_exception else _too_common(spelling, bare))


def _address(spelling: str, bare: str) -> str | None:
    if not re.match(r"(?:https?|ftp)[:：]//|www\.", bare):
        return None
    return f"{spelling!r} is an address, and texts are searched for words; write the words, or source: and the name of a source into a query"


def _field(spelling: str, bare: str) -> str | None:
    match = _FIELD.match(bare)
    meant = field_meant(match[1]) if match is not None else None
    # "Title: a subtitle" may be a name; fields have their value right behind them.
    if match is None or meant is None or (match[0].endswith(" ") and not bare[: match.end()].islower()):
        return None
    value = bare[match.end() :]
    said = f"{spelling!r} is found only where a text has {match[0].strip()}, for fields are read in queries"
    if meant == "lang":
        code = language_meant(value) or value.lower()
        return f"{said}; write the words under the key of their language, such as {code}: [word]"
    if meant in ("country", "source", "new"):
        return f"{said}; leave it out, and write {meant}:{value} into the query"
    return f"{said}; write {value}, and {meant}: before the set in the query"


def _html(spelling: str, bare: str) -> str | None:
    meant = unescape(bare)
    if meant == bare or not re.search(r"&#?\w+;", bare):
        return None
    return f"{spelling!r} has a sign as HTML writes it; write {meant}"


def _reference_inside(spelling: str, bare: str) -> str | None:
    if not re.search(r"[\s,，、;；(|]\$[a-z]", bare):
        return None
    return f"{spelling!r}: $ names a set only where it stands alone; write one spelling for each{_several(_parts(bare))}"


def _inner_star(spelling: str, bare: str) -> str | None:
    # A*STAR is a name.
    if not re.search("[*＊]", bare) or bare.isupper():
        return None
    first = re.split("[*＊]", bare.strip("*＊"))[0]
    forms = "each form of these words" if " " in bare else f"{first}*, or the words themselves"
    return f"{spelling!r} is found only where a text has the sign *, which counts at the end alone; write {forms}"


def _is_address(bare: str) -> bool:
    """Whether a spelling is a place with its country behind it: "Hanoi, Vietnam"."""
    *places, last = (part.strip() for part in bare.split(","))
    is_written_like_names = all(part[:1].isupper() and territory_meant(part) is None for part in places)
    return bool(places) and is_written_like_names and territory_meant(last) is not None


def _several_in_one(spelling: str, bare: str) -> str | None:
    # With words of several parts between them, a comma belongs to the name: "Two Countries, Twin Parks".
    if not (
        re.search(r"[、，；;|｜]", bare.strip("、，；;|｜"))
        or re.fullmatch(r"[^\W\d]+(?:,\s*[^\W\d]+)+", bare)
        or _HAN_OPERATOR.search(bare)
    ):
        return None
    if _is_address(bare):
        return None
    sign = "a bar" if re.search(r"[|｜]", bare) else "a comma"
    if match := _HAN_OPERATOR.search(bare):
        sign = match[1]
    return f"{spelling!r} is one spelling with {sign} in it; write [{', '.join(_parts(bare))}] for several"


def _quoted(spelling: str, bare: str) -> str | None:
    single = re.fullmatch(r"['‘](.+)['’]", bare)
    if not single and not re.search(f"[{_MARKS}]", bare):
        return None
    # Texts quote a part of a name: “一带一路”倡议.
    if re.fullmatch(r"[^“”「」《》]*(?:“[^“”]+”|「[^「」]+」|《[^《》]+》)[^“”「」《》]*", bare) and (
        bare[0] not in _MARKS or bare[-1] not in _MARKS
    ):
        return None
    pieces = re.findall(f"[{_MARKS}]([^{_MARKS}]+)[{_MARKS}]", bare)
    plain = single[1] if single else re.sub(f"[{_MARKS}]", "", bare).strip()
    if len(pieces) > 1 and not re.sub(f"[{_MARKS}][^{_MARKS}]+[{_MARKS}]", "", bare).strip():
        return f"{spelling!r}: quotation marks are a part of the spelling; write [{', '.join(p.strip() for p in pieces)}]"
    return f"{spelling!r}: quotation marks are a part of the spelling; write {plain}"


def _bracketed(spelling: str, bare: str) -> str | None:
    opened = [c for c in bare if c in _PAIRS]
    closed = [c for c in bare if c in _PAIRS.values()]
    if not opened and not closed:
        return None
    plain = re.sub(r"\s+", " ", "".join(" " if c in (*_PAIRS, *_PAIRS.values()) else c for c in bare)).strip()
    if len(opened) != len(closed):
        return f"{spelling!r} has a bracket without its twin; write {plain}"
    is_whole = bare[0] in _PAIRS and bare.find(_PAIRS[bare[0]]) == len(bare) - 1
    if not is_whole and not re.search(r"[<>＜＞{}｛｝]", bare):
        return None  # Lower Mekong Initiative (LMI)
    return f"{spelling!r} is found only where a text has the brackets; write {plain}"


def _leading(spelling: str, bare: str) -> str | None:
    match = _LEADING.match(bare)
    if match is None:
        return None
    plain = bare[match.end() :]
    if match[0][0] in "-!－！":
        return f"{spelling!r} is found only where a text has the sign; write {plain}, under except: if it shall not count, or NOT in a query"
    return f"{spelling!r} is found only where a text has the sign {match[0]}; write {plain}"


def _equals(spelling: str, bare: str) -> str | None:
    if not bare.startswith(("=", "＝", " ")) or not spelling.startswith(("=", "＝")):
        return None
    return f"{spelling!r}: = stands once and right before the word; write ={bare.lstrip('=＝ ')}"


def _trailing(spelling: str, bare: str) -> str | None:
    plain = _WEIGHT.sub("", bare)
    if plain != bare and plain:
        return f"{spelling!r} is found only where a text has these signs; write {plain}, and a weight in the query: $set^2"
    if re.search(r"^[^\W\d_]+[?？]$|\w[?？]\w", bare) or (re.search(r"[^\W\d_]%", bare) and " " not in bare):
        stem = re.split("[?？%]", bare)[0]
        return (
            f"{spelling!r} is found only where a text has the sign; write {stem}* for the words that begin so"
        )
    if _OPEN_END.search(bare) and not re.search(r"\.\w+\.$", bare):
        return f"{spelling!r} is found only with its punctuation; write {bare.rstrip('.…。｡,:：！？!?')}"
    if re.search(r"[a-z]\$$", bare):
        return f"{spelling!r} is found only where a text has the sign $; write {bare.rstrip('$')}"
    return None


def _joined(spelling: str, bare: str) -> str | None:
    if re.search(r"[^\W\d_]_[^\W\d_]", bare):
        return (
            f"{spelling!r} is found only where a text has the sign _; write {bare.replace('_', ' ').strip()}"
        )
    if "\\" in bare:
        return f"{spelling!r} is found only where a text has the sign \\; write {bare.replace(chr(92), '')}"
    return None


def _too_common(spelling: str, bare: str) -> str | None:
    if len(bare) == 1 and bare.isascii() and bare.isalpha():
        star = "every word that begins so" if spelling.endswith("*") else "single letters"
        return f"{spelling!r} finds {star}; write the whole word"
    if spelling.endswith("*") and is_open_beginning(bare):
        return f"{spelling!r} finds every word that begins so; write more of the word"
    if is_everywhere(bare):
        return f"{spelling!r} stands in nearly every text of its language; leave it out, or write it with the words beside it"
    return None


def _parts(text: str) -> list[str]:
    """The spellings that somebody wrote as one."""
    pieces = re.split(
        rf"\s*(?:[、，；;|｜,]|\|\||&&|\b(?:AND|OR|NOT|ATLEAST/\d+|(?i:o?near/\d*))(?!\S)|{_HAN_OPERATOR.pattern})\s*",
        text,
    )
    return [
        plain
        for p in pieces
        if p
        and (plain := p.strip(" ()（）").strip(_MARKS))
        and plain not in ("或", "或者", "和", "与", "與", "及", "且", "并且")
    ]


def _several(parts: list[str]) -> str:
    return f": [{', '.join(parts)}]" if parts else ""


_RULES: tuple[Callable[[str, str], str | None], ...] = (
    _address,
    _field,
    _html,
    _reference_inside,
    _inner_star,
    _several_in_one,
    _quoted,
    _bracketed,
    _equals,
    _leading,
    _trailing,
    _joined,
)
"""The first that says something counts."""
