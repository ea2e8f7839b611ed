"""Whether an answer looks like one: in the language that was wanted, as long as it may be, words alone, and to nobody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from crawler.assist import prompts
from crawler.assist.judged_words import remembered
from crawler.assist.model import AssistReport, BriefRequest, CheckRequest, Passage, TranslationRequest
from crawler.assist.trust.addresses import new_address
from crawler.assist.trust.verdict import quoted
from crawler.judging.text.language import language_of
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import SCRIPT_LANGUAGE, UNSPACED_LANGUAGES, script_counts, script_of

_MARKUP = re.compile(r"<\s*[a-zA-Z/!?|]|\]\s?\(|!\[|```|\"\w+\"\s?:|\$\(|\|>|-{3,}|={3,}|_{3,}|~{3,}")
"""What no news is written in, also where a stranger wrote it."""
_SIGNS = re.compile(
    r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,12});|\*\*|(?<!\w)__|^\s{0,3}#{1,6}\s|^\s*[-*•]\s|^>|\\[nrtu\"']|[{}`|\\^]|\[\[",
    re.MULTILINE,
)
"""Signs of markup that headlines have at times: they stand in the original then."""
_JOINERS = frozenset("\u200b\u200c\u200d\u2060")
"""What parts and joins words in scripts without spaces; elsewhere it only hides something."""
_LATIN_UNITS = {"han": 3.2, "kana": 2.0, "hangul": 2.4}
"""Letters of Latin script that say as much as one character."""
_SLACK = 24
_MOST_TIMES = 3.2
_NAME_WORDS = 5
_FEW = 3
_FEW_WORDS = 6
"""Words of a text in which a language cannot be told for sure."""
_ALIKE = {"id": "ms", "ms": "id"}
_OWN_SCRIPT = 0.6
_REPEATED = re.compile(r"(\b\S+(?: \S+){0,5})(?:[ ,.]+\1\b){3,}|(.{2,20}?)\2{5,}")


def faults_of_form(answer: str, source: str, lang: str, to: str) -> Iterator[str]:
    """What speaks against the form of an answer.

    Args:
        answer: what an assistant says.
        source: what it is made from.
        lang: the language of that.
        to: the language that was wanted.
    """
    text = answer.strip()
    if not any(c.isalnum() for c in text):
        yield "It says nothing."
        return
    yield from _characters(text, source, to)
    found = _MARKUP.search(text) or _SIGNS.search(text)
    if found and (_MARKUP.match(found[0]) or not _has(source, found[0])):
        yield f"It has markup: {quoted(found[0])}."
    if text.count("\n") > source.strip().count("\n"):
        yield "It has more lines than what it is made from."
    if new := new_address(text, source):
        yield f"It has a {new[0]} that stands in no report: {quoted(new[1])}."
    if aside := _aside(text):
        yield f"It speaks to the reader or of itself: {quoted(aside)}."
    if shared := _of_prompt(text, source):
        yield f"It tells what the assistant was told: {quoted(shared)}."
    if (repeated := _REPEATED.search(text)) and not _REPEATED.search(source):
        yield f"It repeats itself: {quoted(repeated[0])}."
    yield from _language(text, source, lang, to)


def faults_of_length(answer: str, source: str) -> Iterator[str]:
    """Whether a translation is much longer or shorter than its original."""
    ours, theirs = _units(answer), _units(source)
    if ours > theirs * _MOST_TIMES + _SLACK:
        yield "It is much longer than the original."
    if theirs > ours * _MOST_TIMES + _SLACK:
        yield "It is much shorter than the original."


def faults_of_copy(answer: str, source: str, lang: str, to: str) -> Iterator[str]:
    """Whether a translation is the original once more, or a part of it, which only a name may be."""
    if lang == to or {lang, to} == {"id", "ms"} or _is_name(source):
        return
    ours, theirs = normal_spelling(answer).strip(), normal_spelling(source).strip()
    if ours == theirs:
        yield "It is the original, not a translation."
    elif len(ours.split()) >= _FEW and ours in theirs:
        yield "It is a part of the original, not a translation."


def _is_name(text: str) -> bool:
    words = [w for w in text.split() if w[0].isalpha()]
    return len(words) <= _NAME_WORDS and all(w[0].isupper() for w in words)


def _has(source: str, words: str) -> bool:
    return words.strip() in source


def _units(text: str) -> float:
    return sum(_LATIN_UNITS.get(script_of(c), 1.0) for c in text if c.isalnum())


def _characters(text: str, source: str, to: str) -> Iterator[str]:
    for char in dict.fromkeys(text):
        kind = unicodedata.category(char)
        if char in "\n\u00ad" or (char in _JOINERS and to in UNSPACED_LANGUAGES):
            continue
        if kind in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"):
            yield f"It has a character that nobody sees: U+{ord(char):04X}."
            return
    scripts = {script_of(c) if script_of(c) != "other" else _block(c) for c in text if c.isalpha()}
    known = {script_of(c) if script_of(c) != "other" else _block(c) for c in source if c.isalpha()}
    if strange := sorted(scripts - known - _scripts_of(to) - {"latin"}):
        yield f"It has letters of another script: {', '.join(strange)}."


def _block(char: str) -> str:
    """The script of a letter that is of no concern elsewhere, by the first word of its name: GREEK."""
    return unicodedata.name(char, "unknown").split()[0].lower()


@cache
def _scripts_of(to: str) -> frozenset[str]:
    own = {script for script, lang in SCRIPT_LANGUAGE.items() if lang == to}
    return frozenset(
        own | ({"han", "kana", "modifier", "katakana-hiragana"} if to == "ja" else set()) or {"latin"}
    )


@cache
def _asides() -> re.Pattern[str]:
    # Full-width punctuation is folded before: both colons are one.
    return re.compile(
        "|".join(f"(?:{p})" for p in remembered("assist_words.yaml")["asides"]), re.IGNORECASE | re.MULTILINE
    )


def _aside(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("’", "'")
    found = _asides().search(plain) or _asides().search(" ".join(plain.split()))
    return found[0] if found else ""


_PROMPT_ROW = 6
"""Words in a row that are in what an assistant is told, and hardly ever in news."""


def _rows(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return {tuple(words[i : i + _PROMPT_ROW]) for i in range(len(words) - _PROMPT_ROW + 1)}


@cache
def _prompts() -> frozenset[tuple[str, ...]]:
    """All rows of words of what assistants are told."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    reports = (AssistReport(1, 1, "zh", "", "", "", "", when),)
    examples = (
        prompts.translating(TranslationRequest((Passage("", "zh"),), "en"), {}),
        prompts.briefing(BriefRequest(reports, "en"), {}),
        prompts.checking(CheckRequest("", "zh", 1, reports, ()), {}),
    )
    return frozenset(row for prompt in examples for row in _rows(prompt.system))


def _of_prompt(text: str, source: str) -> str:
    shared = (_rows(text) & _prompts()) - _rows(source)
    return " ".join(min(shared)) if shared else ""


def _language(text: str, source: str, lang: str, to: str) -> Iterator[str]:
    counts = script_counts(text)
    total = sum(counts.values())
    own = _scripts_of(to)
    if total and sum(n for s, n in counts.items() if s in own) < _OWN_SCRIPT * total and not _is_name(text):
        yield f"It is not in the script of the language that was wanted ({to})."
        return
    if "latin" not in own or len(text.split()) < _FEW_WORDS:
        return
    found = language_of(text, "", to)
    if found not in (to, _ALIKE.get(to)):
        yield f"It is in another language ({found}) than the one that was wanted ({to})."
