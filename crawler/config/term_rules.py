"""What in term sets can never be found: keys that are no languages, spellings of nothing, signs that belong to queries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from crawler.config.spelling_signs import query_in_spelling, sign_advice
from crawler.judging.text.language import RECOGNISED
from crawler.judging.text.language_codes import is_language, language_meant
from crawler.judging.text.normal import needs_steps
from crawler.judging.text.terms import REFERENCE, pattern, shown_part
from crawler.model import TermSet
from crawler.runtime.near import hint, nearest

Key = tuple[str | int, ...]
Found = Iterator[tuple[Key, str]]
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z|(?:country|places)_[A-Z]{2}\Z|people_(?:[A-Z]{2}|ASEAN)\Z")
_BUILT_IN = re.compile(
    r"(?:country|places|demonyms)_[A-Z]{2}\Z|people_(?:[A-Z]{2}|ASEAN)\Z|(?:ours|theirs|both|elsewhere|joint_names)\Z"
)
_ALL_LANGUAGES = '"*"'


def term_problems(terms: Any) -> Found:
    """Errors of the section ``terms`` as it is written; what has the wrong type is told by its type."""
    if not isinstance(terms, dict):
        return
    for name, spellings in terms.items():
        if not _NAME.match(str(name)):
            plain = re.sub(r"[^a-z0-9_]+", "_", str(name).lower()).strip("_")
            meant = plain if plain[:1].isalpha() else None
            yield (
                ("terms", name),
                f"no query can name this set: ${name}{hint(meant)}; allowed: a–z, 0–9 and _",
            )
        if (message := built_in_name(str(name))) is not None:
            yield ("terms", name), message
        if not isinstance(spellings, dict):
            continue
        for lang, written in spellings.items():
            if problem := _language_problem(str(lang), spellings):
                yield ("terms", name, lang), problem
            for i, spelling in enumerate(written if isinstance(written, list) else ()):
                if isinstance(spelling, str) and (problem := _spelling_problem(spelling)):
                    yield ("terms", name, lang, i), problem


def built_in_name(name: str) -> str | None:
    """That a set of the operator would take the place of a built-in one, and what to write; None where it does not."""
    if not _BUILT_IN.match(name):
        return None
    own = f"own_{name.lower()}"
    return (
        f"${name} is built in, and this set takes its place, so that its names of all languages are not read;"
        f' write another name, such as {own}: {{"*": [${name}], en: [word]}}'
    )


def _language_problem(lang: str, beside: Mapping[str, Any]) -> str | None:
    if lang in ("*", "except") or is_language(lang):
        return None
    if lang in ("any", "all", "**", "mul", "und", "default"):
        return f"{lang} is no language; write {_ALL_LANGUAGES} for spellings of all languages"
    near = nearest(lang, ["except"])
    meant = near or (
        "except" if lang in ("exceptions", "not", "exclude", "without") else language_meant(lang)
    )
    both = f" and put its spellings under the {meant} that is there" if meant in beside else ""
    wanted = f"; write {meant}{both}" if meant else ""
    return f"{lang} is no language{wanted}; allowed: codes of ISO 639-1 such as id and zh, {_ALL_LANGUAGES} for all, except for exceptions"


@lru_cache(maxsize=65_536)
def _spelling_problem(spelling: str) -> str | None:
    """Why a spelling can never be found, and what to write."""
    if REFERENCE.match(spelling) or spelling.startswith("$"):
        return None  # whether there is such a set is told with all other names of sets
    if spelling.startswith(("＄", "﹩")):
        return f"{spelling} is no reference; write ${spelling[1:]} with a plain $"
    bare = shown_part(spelling)
    if not needs_steps(bare):  # letters and digits, as in half of all spellings
        return query_in_spelling(spelling)
    if not spelling.strip():
        return "is empty; write a word, or leave the entry out"
    if pattern("", "*", spelling) is None or not any(c.isalnum() for c in bare):
        return f"{spelling!r} has neither a letter nor a digit, so that it is never found; write a word, or leave it out"
    return query_in_spelling(spelling)


def term_advice(terms: Mapping[str, TermSet], languages: frozenset[str]) -> Found:
    """Warnings of spellings that are hardly meant so.

    Args:
        terms: the operator's own sets.
        languages: those of the sources, which count beside the recognised ones.
    """
    for name, term_set in terms.items():
        seen: dict[tuple[str, bool], str] = {}
        for lang, spellings in term_set.spellings.items():
            if lang not in RECOGNISED | languages | {"*"}:
                meant = language_meant(lang)
                shown = hint(meant if meant != lang else None)
                yield (
                    ("terms", name, lang),
                    f"no text is taken to be of the language {lang}{shown}; spellings in Latin letters never match",
                )
            for i, spelling in enumerate(spellings):
                key: Key = ("terms", name, lang, i)
                if (message := sign_advice(spelling)) is not None:
                    yield key, message
                own = pattern(name, lang, spelling)
                if own is None or REFERENCE.match(spelling):
                    continue
                # Of one language: the same word of two languages is no mistake.
                place = (f"{lang} {own.key} {spelling if own.exact else ''}", own.prefix)
                if place in seen:
                    same = "" if seen[place] == spelling else f" as {seen[place]}"
                    yield key, f"{spelling} is there already{same}: both are one spelling; leave one out"
                seen.setdefault(place, spelling)
        if term_set.exceptions:
            yield from _exceptions(name, term_set)


def _exceptions(name: str, term_set: TermSet) -> Found:
    if not term_set.exceptions:
        return
    own = {
        p.key: s
        for lang, all_of in term_set.spellings.items()
        for s in all_of
        if (p := pattern(name, lang, s))
    }
    for i, spelling in enumerate(term_set.exceptions):
        if (message := sign_advice(spelling, is_exception=True)) is not None:
            yield ("terms", name, "except", i), message
        made = pattern(name, "*", spelling)
        if made is not None and made.key in own:
            yield (
                ("terms", name, "except", i),
                f"{spelling} is a spelling of this set, too, which it takes away; write a longer name that only holds it",
            )


def forget_spellings() -> None:
    """Forget what was found of each spelling: a service that has its configuration looks at another one rarely."""
    sign_advice.cache_clear()
    _spelling_problem.cache_clear()
