"""The proper names in a base's name that English takes over as they are: "UTM-Harbin", Bản Giốc as Ban Gioc."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from crawler.judging.bases.name_part import BEFORE, JOINED, NAME, Part
from crawler.judging.bases.name_words import name_words

_TOKEN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
_WORD = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’.&-]*")
_SMALL = re.compile(r"(?<![^\W\d_])[a-z][a-z'’-]+")
_DERIVED = 6
"""The fewest letters of nouns that are known by their endings."""
_BETWEEN = " -–—"
_HEADS_FIRST = frozenset({"id", "ms", "tl"})


def own_words(name: str, parts: Sequence[Part], lang: str | None, text: str = "") -> list[Part]:
    """The proper names among what no part stands for.

    Args:
        name: the base's name.
        parts: what is known of it.
        lang: its language.
        text: the article: a word that it also writes small ("awak kapal") is no proper name.
    """
    found: list[Part] = []
    small = set(_SMALL.findall(text)) if lang in _HEADS_FIRST else set()
    for run in _unknown_runs(name, parts, lang):
        if any(word[0].casefold() in small for word in run) or (small and _may_be_noun(name, run)):
            continue
        start, end = run[0].start(), run[-1].end()
        # "mRNA" is what a base is for, "UTM" whose it is.
        role = BEFORE if name[start].islower() else NAME
        found.append(Part(start, end, role, _in_latin(name[start:end])))
    return found


def _unknown_runs(name: str, parts: Sequence[Part], lang: str | None) -> Iterator[list[re.Match[str]]]:
    """Words that stand together and are proper names, as their capitals and forms say."""
    run: list[re.Match[str]] = []
    for match in _tokens(name, parts):
        is_known = any(p.start < match.end() and match.start() < p.end for p in parts)
        # "Bản Giốc - Đức Thiên" is one name of two places.
        goes_on = bool(run) and not name[run[-1].end() : match.start()].strip(_BETWEEN)
        if run and (is_known or not goes_on or not _may_be_name(match[0], lang)):
            yield from _if_proper(run, lang)
            run = []
        if not is_known and _may_be_name(match[0], lang):
            run.append(match)
    yield from _if_proper(run, lang)


def _tokens(name: str, parts: Sequence[Part]) -> Iterator[re.Match[str]]:
    """The words of a name; of those that a dash ties each for itself where a part stands for one ("UTM-Harbin")."""
    for match in _TOKEN.finditer(name):
        known = [p for p in parts if p.start < match.end() and match.start() < p.end]
        is_part = bool(known) and any(match.start() < p.start or p.end < match.end() for p in known)
        yield from _WORD.finditer(name, *match.span()) if is_part else (match,)


def _may_be_noun(name: str, run: Sequence[re.Match[str]]) -> bool:
    """Whether one word amid a name in capitals is as likely a noun that no table has: "Kereta Api *Laju* Malaysia-China"."""
    word = run[0][0]
    return len(run) == 1 and word[1:].islower() and bool(name[run[0].end() :].strip())


def _may_be_name(word: str, lang: str | None) -> bool:
    if any(c.isupper() for c in word[1:]) and _LATIN.fullmatch(word):
        return True
    if lang not in ("vi", *_HEADS_FIRST):
        return _LATIN.fullmatch(word) is not None and word[0].isupper()
    if not word[0].isupper():
        return False
    # "Kayan" is short for a derived noun.
    has_form = len(word) >= _DERIVED and word.casefold().endswith(
        tuple(name_words()["noun_endings"].get(lang, ()))
    )
    return word.isupper() or "-" in word or not has_form


def _if_proper(run: list[re.Match[str]], lang: str | None) -> Iterator[list[re.Match[str]]]:
    # Of a Vietnamese word the first syllable alone has a capital, of a name each.
    if run and (lang != "vi" or len(run) > 1 or not run[0][0][1:].islower()):
        yield run


def _in_latin(name: str) -> str:
    """A name without the marks that only its own language has."""
    plain = unicodedata.normalize("NFKD", name.replace("Đ", "D").replace("đ", "d"))
    return re.sub(
        r"\s*[-–—]\s*",
        JOINED if " " in name else "-",
        "".join(c for c in plain if not unicodedata.combining(c)),
    )
