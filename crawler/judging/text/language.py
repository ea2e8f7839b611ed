"""The language of a text, from its script first, then from its letters; what a source claims counts least."""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from py3langid.langid import LanguageIdentifier

from crawler.judging.text.lookup import Lookup, codes_of, text_of
from crawler.judging.text.mixed import leading_script
from crawler.judging.text.normal import UNSEEN
from crawler.judging.text.script import SCRIPT_LANGUAGE, main_script
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

LANGUAGES = ("en", "zh", "id", "ms", "vi", "th", "tl", "km", "lo", "my")
"""The languages of the shipped desk, in which it has terms and sources; the commoner ones in its news come first."""
LATIN = ("en", "id", "ms", "vi", "tl", "de", "fr", "pt", "es", "it", "nl")
"""The languages in Latin script that are told apart; for another one the model must be built anew (``make languages``)."""
_NEAR = ("id", "ms", "tl")
"""The near languages that marks of their own tell apart (data/language_marks.yaml)."""
_OTHERS = {"arabic": "ar", "cyrillic": "ru", "devanagari": "hi"}
_CLAIMED = ("ar", "fa", "ur", "ru", "uk", "hi", "ne")
"""Of those in a script that several share the one that a feed claims is believed."""
RECOGNISED = frozenset({*SCRIPT_LANGUAGE.values(), *LATIN, *_OTHERS.values(), *_CLAIMED})
_ALIAS = {"fil": "tl", "in": "id", "zh-hans": "zh", "zh-hant": "zh", "cmn": "zh", "may": "ms", "msa": "ms"}
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 8000
"""Characters that are put into one form: more than are looked at, for some of them go."""
_UNSPACED = re.compile(
    "[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f]+"
)
"""Letters of scripts that Latin texts only quote."""
_NO_LETTERS = bytes(c if chr(c).isalpha() else 32 for c in range(128)) + bytes(range(128, 256))
_UNSEEN = re.compile(f"[{''.join(map(chr, UNSEEN))}]")
_VIETNAMESE = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_QUOTED_NAME = re.compile(
    rf"[^\W\d_]*{_VIETNAMESE.pattern}[^\W\d_]*|\b(?=(?-i:[A-Z]))[^\W\d_]*[À-ÿ][^\W\d_]*", re.IGNORECASE
)


@lru_cache(1024)
def known(code: str | None) -> str | None:
    """An ISO 639-1 code of what a feed or page calls its language (``zh-CN``, ``in_ID``, ``fil``); None for none."""
    if not code:
        return None
    low = code.strip().lower().replace("_", "-")
    short = _ALIAS.get(low) or _ALIAS.get(low.split("-")[0]) or low.split("-")[0]
    return short if re.fullmatch(r"[a-z]{2}", short) else None


class _Telling(NamedTuple):
    """What some words say of a text's language.

    Attributes:
        common: the Latin language whose commonest words they are among, if no other has them (data/common_words.yaml).
        marks: the near languages in which alone they are common (data/language_marks.yaml).
    """

    common: str | None
    marks: tuple[str, ...]


@cache
def _kinds() -> tuple[dict[str, int], list[_Telling]]:
    """By word the number of what it says, and what that is."""
    common = {word: lang for lang, words in table("common_words.yaml").items() for word in words}
    marks: dict[str, list[str]] = {}
    for lang, words in table("language_marks.yaml").items():
        for word in set(words):
            marks.setdefault(word, []).append(lang)
    said = {w: _Telling(common.get(w), tuple(marks.get(w, ()))) for w in common.keys() | marks.keys()}
    kinds = [_Telling(None, ()), *dict.fromkeys(said.values())]  # none has the number 0
    return {w: kinds.index(kind) for w, kind in said.items()}, kinds


class _WordCounts:
    """How many words a sample has, and how many of them speak for which language."""

    __slots__ = ("common", "marks", "total")

    def __init__(self, sample: str) -> None:
        words = _words_of(sample.casefold())
        self.total = len(words)
        self.common = dict.fromkeys(LATIN, 0)
        self.marks = dict.fromkeys(_NEAR, 0)
        numbers, kinds = _kinds()
        found = list(filter(None, map(numbers.get, words)))
        for number in set(found):
            count = found.count(number)
            kind = kinds[number]
            if kind.common is not None:
                self.common[kind.common] += count
            for lang in kind.marks:
                self.marks[lang] += count


def _words_of(text: str) -> list[str]:
    """The words of a text: what `_WORD` finds, in a fraction of its time."""
    if text.isascii():
        return text.encode("ascii").translate(_NO_LETTERS).decode("ascii").split()
    return text_of(_letter_or_space(codes_of(text))).split()


_letter_or_space = Lookup(lambda char: ord(char) if _WORD.match(char) else ord(" "), ord(" "))


@cache
def _identifier() -> LanguageIdentifier:
    """py3langid's model of the Latin languages alone (data/latin_languages.npz): that of all takes ten times the memory."""
    with (
        files("crawler").joinpath("data", "latin_languages.npz").open("rb") as stream,
        np.load(stream) as data,
    ):
        rows, row_of = (array("H", data[name].tobytes()) for name in ("rows", "row_of"))
        classes = data["classes"].tolist()
        output = data["output"].tolist()
        return LanguageIdentifier(data["weights"], data["prior"], classes, rows, output, tk_row=row_of)


def _latin(text: str, hint: str | None, *, quotes: bool = False) -> str:
    """The language of a text in Latin script; ``quotes`` says that names in another script were taken out of it."""
    weigh = weights().language
    sample = text[: weigh.most_read]
    words = _WordCounts(sample)
    guess = _plainly(words)
    if guess is None and not sample.isascii() and _VIETNAMESE.search(sample):
        if _is_vietnamese(sample, hint):
            return "vi"
        # Names alone would make the classifier say Vietnamese: "Phạm Minh Chính opens a park in Đà Nẵng".
        quotes = True
        hint = None if hint == "vi" else hint
        sample = _QUOTED_NAME.sub(" ", sample)
        words = _WordCounts(sample)
        guess = _plainly(words)
    seen = words.marks
    # Counting words takes a fraction of the classifier's time and decides most texts.
    if guess is None or (guess == "id" and seen["id"] == seen["ms"] and hint not in ("id", "ms")):
        # What is left between foreign names is hardly enough for the classifier, and mostly English.
        likely = "en" if quotes or sample.isupper() else None
        claim = hint if hint in LATIN else likely
        guess = _likeliest(sample, words, claim)
    # The classifier confuses the two; words that only one of them writes do not.
    if guess in ("id", "ms") and seen["id"] != seen["ms"]:
        return "id" if seen["id"] > seen["ms"] else "ms"
    if guess in ("id", "ms") and hint in ("id", "ms"):
        return hint
    # Filipino news has much English in it, so a share of words of its own is enough.
    if seen["tl"] * weigh.tagalog_one_in >= words.total > 0:
        return "tl"
    # So few words show no language; here a claim is better than a guess.
    if words.total < weigh.few_words and hint in LATIN:
        return hint
    return guess


def _is_vietnamese(text: str, hint: str | None) -> bool:
    """Whether a text with letters that only Vietnamese has is Vietnamese, and does not only quote names.

    Names begin with capitals in every language, so the words in lower case decide. Where there are none, as in headlines in
    capitals, the claim decides, and without one all words do.
    """
    weigh = weights().language
    words = _words_of(text[: weigh.most_script])
    small = [word for word in words if word[0].islower()]
    if not small and hint in LATIN:
        return hint == "vi"
    one_in = weigh.vietnamese_one_in if small else weigh.vietnamese_capitals_one_in
    accented = sum(not word.isascii() for word in small or words)
    return accented * one_in >= len(small or words)


def _likeliest(text: str, words: _WordCounts, hint: str | None) -> str:
    """The language that the classifier finds likeliest, with words that only one language has, and what the source claims.

    The classifier's odds grow with the length of a text, so a claim of fixed weight decides about headlines alone.
    """
    weigh = weights().language
    odds = {str(lang): float(value) for lang, value in _identifier().rank(text)}
    for lang, count in words.common.items():
        odds[lang] += weigh.common_word * count
    if hint in odds:
        odds[hint] += weigh.claim
    return max(odds, key=lambda lang: odds[lang])


def _plainly(words: _WordCounts) -> str | None:
    """The language whose commonest words fill a text, if no other comes near. It spares most texts the classifier."""
    weigh = weights().language
    if words.total < weigh.enough_words:
        return None
    shares = sorted(zip(words.common.values(), words.common, strict=True), reverse=True)
    (most, lang), (second, _) = shares[:2]
    is_common = most * weigh.common_one_in >= words.total
    is_clear = second * weigh.clear_lead <= most
    return lang if is_common and is_clear else None


def language_of(title: str, text: str, hint: str | None = None) -> str | None:
    """The language of an article (ISO 639-1).

    Args:
        title: its headline.
        text: its body, as much as there is.
        hint: what source or page claims; decides only where the words do not.

    Returns:
        The code, or ``hint`` where there are no letters to judge by.
    """
    claimed = known(hint)
    sample = f"{title}\n{text}"
    is_plain = sample.isascii()
    script = main_script(sample) if is_plain else leading_script(sample, claimed)
    # No letters: only a claim can say anything.
    if script == "other":
        return claimed
    if script in SCRIPT_LANGUAGE:
        return SCRIPT_LANGUAGE[script]
    if script in _OTHERS:
        return claimed if claimed in _CLAIMED else _OTHERS[script]
    if is_plain:
        return _latin(sample[:_SAMPLE], claimed)
    part = sample[:_SAMPLE]
    own = _UNSPACED.sub(" ", part)
    composed = unicodedata.normalize("NFKC", own)
    # Hardly any text has them, and to look for them is far quicker.
    seen = composed.translate(UNSEEN) if _UNSEEN.search(composed) else composed
    return _latin(seen, claimed, quotes=own != part)
