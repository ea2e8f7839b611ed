"""Where words begin and end in every script, inflections included: a term is never found inside another word."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from crawler.judging.text.long_words import inside_longer_word
from crawler.judging.text.script import UNSPACED, Ruler, script_of
from crawler.judging.text.terms import MALAY, Pattern
from crawler.runtime.data_tables import table

SHORT = 4
"""Up to this many characters an unspaced term must be a whole dictionary word; longer ones prove themselves."""

_MALAY = re.compile(r"-?(?:2|nya|ku|mu)?(?:lah|kah|pun|nya)?(?![^\W_])")
_ENDINGS = {
    "en": re.compile(r"(?:'s|s'|s|es|'s-)(?![^\W_])"),
    "id": _MALAY,
    "ms": _MALAY,
    "tl": re.compile(r"(?:ng|'t|'y|t|'ng)(?![^\W_])"),
    "de": re.compile(r"(?:s|en|er|e|n|es)(?![^\W_])"),
    "fr": re.compile(r"(?:s|e|es)(?![^\W_])"),
    "pt": re.compile(r"(?:s|es|a|as|os)(?![^\W_])"),
    "es": re.compile(r"(?:s|es|a|as|os)(?![^\W_])"),
    "ko": re.compile(r"(?:에서|으로|에게|까지|부터|과의|와의|[은는이가을를의에와과도로])(?![^\W_])"),
}
"""Inflections that may follow a term: English plural and possessive, Malay clitics, Filipino linkers, Korean particles."""

MALAY_PREFIXES = ("di", "ke", "se", "ber", "be", "ter")
_PREFIX_ENDS = frozenset(prefix[-1] for prefix in MALAY_PREFIXES)
_PREFIX = re.compile(rf"(?<![^\W_])(?:{'|'.join(MALAY_PREFIXES)})$")
_CIRCUMFIX = re.compile(r"(?:kan|an|i)?" + _MALAY.pattern)
_LEAST_STEM = 5
_LEAST_INFLECTED = 3
_LEAST_KOREAN = 2
"""A character of Korean is a syllable."""
"""The shortest word that takes a Malay prefix, in letters: "ke" before "pala" would find "pala" in every head (kepala)."""

_ARABIC_BEFORE = re.compile(r"(?<!\w)(?:و|ب|ل|ف|ك)?(?:ال|لل)?$")


def begin_of_word(text: str, start: int) -> int | None:
    """Where the word begins that has ``start`` as its begin, or as the begin of its stem behind a Malay prefix."""
    if not start or not _joins(text[start - 1], text[start]) or _may_precede(text, start):
        return start
    if text[start - 1] not in _PREFIX_ENDS:
        return None
    # No prefix has more than three letters, so no more of the text is searched.
    prefix = _PREFIX.search(text, max(0, start - 4), start)
    return prefix.start() if prefix else None


def may_be_prefixed(p: Pattern) -> bool:
    """Whether a term may stand behind a Malay or Indonesian prefix in some text."""
    return p.lang in MALAY or p.lang == "*"


def _is_malay(p: Pattern, lang: str | None) -> bool:
    """Whether a term in a text of ``lang`` takes Malay and Indonesian affixes."""
    return p.lang in MALAY or (p.lang == "*" and lang in MALAY)


def end_of_word(
    text: str, start: int, end: int, p: Pattern, lang: str | None, *, prefixed: bool = False
) -> int:
    """Where the word with the stem ``[start, end)`` ends, an inflection included; 0 where it is part of another word."""
    if prefixed and (end - start < _LEAST_STEM or not _is_malay(p, lang)):
        return 0
    if p.prefix or end == len(text) or not _joins(text[end - 1], text[end]):
        possessive = text.startswith(("'s", "'ng"), end)
        return end + 2 if possessive and p.lang in ("en", "*") else end
    ending = (
        _CIRCUMFIX
        if prefixed
        else _ENDINGS.get(lang if p.lang in ("*", "en") and lang in _ENDINGS else p.lang)
    )
    # Short stems plus an ending are other words: "as" is no plural of "a".
    least = _LEAST_KOREAN if lang == "ko" and script_of(text[start]) == "hangul" else _LEAST_INFLECTED
    inflected = ending.match(text, end) if ending and end - start >= least else None
    return inflected.end() if inflected else 0


def _joins(a: str, b: str) -> bool:
    """Whether two neighbouring characters belong to one word of a spaced script."""
    if b == " " or a == " ":
        return False
    if unicodedata.combining(b):
        return True
    if not (a.isalnum() and b.isalnum()):
        return False
    # Latin with Latin is nearly all that is asked; the scripts need not be looked up.
    if a < "\u0250" and b < "\u0250":
        return True  # letters and digits of Latin
    scripts = {script_of(a), script_of(b)}
    if scripts == {"kana"}:
        # Japanese writes foreign words in katakana, and what
        # stands around them (の, で, が) in hiragana.
        return _is_hiragana(a) == _is_hiragana(b)
    return len(scripts) == 1 or "other" in scripts


def _is_hiragana(char: str) -> bool:
    return "\u3041" <= char <= "\u309f"


def _may_precede(text: str, start: int) -> bool:
    """Arabic writes the article and one-letter prepositions together with the noun."""
    return script_of(text[start]) == "arabic" and bool(_ARABIC_BEFORE.search(text, max(0, start - 4), start))


def is_unspaced_word(ruler: Ruler, text: str, start: int, end: int) -> bool:
    """Whether a term of an unspaced script is a word here, not part of another one."""
    if end < len(text) and unicodedata.category(text[end]) in ("Mn", "Mc"):
        return False  # the next character belongs to the term's last syllable
    han = script_of(text[start]) == "han"
    if end - start > SHORT:
        return han or not inside_longer_word(ruler, text, start, end)
    # ICU's dictionary splits names that it lacks, so a term's edges need not
    # be edges of words; but no word of the dictionary may lie across them.
    if han and end - start > 1:
        return not (_cuts_into(ruler, start, start, end) or _cuts_into(ruler, end, start, end))
    if han and _inside_longer_name(text, start):
        return False
    whole = ruler.is_boundary(start) and ruler.is_boundary(end)
    return whole and (han or not inside_longer_word(ruler, text, start, end))


def begins_unspaced_word(ruler: Ruler, text: str, start: int, end: int) -> bool:
    """Whether a word of an unspaced script begins with the characters ``[start, end)``, wherever it ends."""
    han = script_of(text[start]) == "han"
    if unicodedata.category(text[start]) in ("Mn", "Mc"):
        return False  # the middle of a syllable
    if end - start > SHORT and not han:
        # Dictionaries lack names of this length: only a longer word that began before is another one.
        return not inside_longer_word(ruler, text, start, end, may_go_on=True)
    if script_of(text[start]) not in UNSPACED and begin_of_word(text, start) != start:
        return (
            False  # letters of another script before those without spaces, as in "AI" with Chinese behind it
        )
    if not ruler.is_boundary(start) or (han and _inside_longer_name(text, start, earlier=True)):
        return False
    return han or not inside_longer_word(ruler, text, start, end, may_go_on=True)


@cache
def _han_words() -> frozenset[str]:
    """Words that a single character must not be found in (data/han_words.yaml)."""
    return frozenset(table("han_words.yaml")["words"])


def _inside_longer_name(text: str, index: int, *, earlier: bool = False) -> bool:
    """Whether a character is part of such a word; ``earlier``: of one that begins before it."""
    last = index if earlier else index + 1
    spans = ((low, low + size) for size in (2, 3) for low in range(max(0, index - size + 1), last))
    return any(text[low:high] in _han_words() for low, high in spans)


def _cuts_into(ruler: Ruler, index: int, start: int, end: int) -> bool:
    """Whether a dictionary word lies across ``index`` and only partly inside ``[start, end)``."""
    if ruler.is_boundary(index):
        return False
    low, high = ruler.word_around(index)
    return not (low <= start and high >= end)
