"""What is wrong with a file of answers: each value that cannot be used, with what is allowed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.judging.queries.query import QueryError, parse
from crawler.judging.text.language import LANGUAGES

Problems = Iterator[tuple[str, str]]
"""Keys, their parts joined by dots, with what is wrong."""
LANGUAGE_KEYS = (*LANGUAGES, "*", "except")
ALERTS = ("story", "article", "new_base")
NAME = re.compile("[a-z][a-z0-9_]{0,79}")
TAKEN_NAMES = ("new",)
"""The address of the console's form of a new topic."""
ALONE, WITHOUT = "alone", "without"
_TEXTS = ("looking_for", "query", "alert", "name", "title")
KEYS = (
    "looking_for",
    "examples",
    "terms",
    "open_terms",
    ALONE,
    WITHOUT,
    "only_relevant",
    "query",
    "alert",
    "name",
    "title",
)


def problems_of(values: Mapping[Any, Any]) -> Problems:
    """What is wrong with the values of a file."""
    yield from ((str(key), f"unknown key; allowed: {', '.join(KEYS)}") for key in values if key not in KEYS)
    yield from ((k, "must be a text") for k in _TEXTS if not isinstance(values.get(k, ""), str | None))
    yield from _problems_of_examples(values.get("examples"))
    yield from _problems_of_terms(values.get("terms"))
    if values.get("open_terms") is not None and not _is_texts(values["open_terms"]):
        yield "open_terms", "must be a list of the things whose terms are still to be asked"
    for key in (ALONE, WITHOUT):
        if values.get(key) is not None:
            yield from _problems_of_spellings(key, values[key])
    yield from _problems_of_texts({k: v for k in _TEXTS if isinstance(v := values.get(k), str)})
    if values.get("only_relevant") not in (None, True, False):
        yield "only_relevant", "must be true or false"


def _problems_of_examples(examples: Any) -> Problems:
    if examples is None:
        return
    if not isinstance(examples, dict):
        yield "examples", "must have match and no_match, each a list of texts"
        return
    for key, texts in examples.items():
        if key not in ("match", "no_match"):
            yield f"examples.{key}", "unknown key; allowed: match, no_match"
        elif not _is_texts(texts):
            yield f"examples.{key}", "must be a list of texts"


def _problems_of_terms(terms: Any) -> Problems:
    if terms is None:
        return
    if not isinstance(terms, dict):
        yield "terms", "must name each thing, and below it its terms by language"
        return
    for part, spellings in terms.items():
        if not isinstance(part, str) or not NAME.fullmatch(part):
            yield f"terms.{part}", "must be a name of small letters, digits and _"
        yield from _problems_of_spellings(f"terms.{part}", spellings)


def _problems_of_spellings(key: str, spellings: Any) -> Problems:
    if not isinstance(spellings, dict):
        yield key, "must have its terms by language, such as {en: [durian], zh: [榴莲]}"
        return
    for lang, terms in spellings.items():
        if lang not in LANGUAGE_KEYS:
            yield f"{key}.{lang}", f"unknown language; allowed: {', '.join(LANGUAGE_KEYS)}"
        elif not _is_texts(terms):
            yield f"{key}.{lang}", "must be a list of texts"


def _problems_of_texts(texts: Mapping[str, str]) -> Problems:
    if texts.get("alert", ALERTS[0]) not in ALERTS:
        yield "alert", f"{texts['alert']!r} is unknown; allowed: {', '.join(ALERTS)}"
    if "name" in texts and (problem := name_problem(texts["name"])):
        yield "name", problem
    if "query" in texts and (problem := query_problem(texts["query"])):
        yield "query", problem


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)


def name_problem(name: str) -> str | None:
    """What is wrong with a topic's name; None if it is right."""
    if not NAME.fullmatch(name) or name in TAKEN_NAMES:
        return f"{name!r} cannot be a name; allowed: small letters, digits and _, a letter first, such as durian_exports"
    return None


def query_problem(query: str) -> str | None:
    """What is wrong with a query; None if it can be read."""
    try:
        parse(query)
    except QueryError as error:
        return str(error)
    return None
