"""Which sentence proves a base, or a stage that it reached, to a reader: one in a language that the reader reads. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from crawler.store.leading import in_best_language


class ProvingSentence(NamedTuple):
    """A sentence of a report that proves something of a base."""

    lang: str
    sentence: str
    article: int
    outlet: str = ""
    url: str = ""


def lang_of(proved: Mapping[str, Any]) -> str:
    """The language of the ``sentence`` of a base or a stage (as `proof_for` takes them); empty where it is not known."""
    found = (lang for lang, quote in proved["quotes"].items() if quote["sentence"] == proved["sentence"])
    return next(found, "")


def proof_for(proved: Mapping[str, Any], languages: Sequence[str]) -> ProvingSentence | None:
    """The sentence in the best of a reader's languages, else in English, else the first; None where none is stored.

    Args:
        proved: a base of the register, or a stage of its timeline, with ``quotes`` (`crawler.store.bases.find`).
        languages: what the reader reads, best first.
    """
    quotes: Mapping[str, Mapping[str, Any]] = proved["quotes"]
    if not quotes:
        return None
    lang = in_best_language(quotes, languages, str)
    return ProvingSentence(lang, **quotes[lang])
