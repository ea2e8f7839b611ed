"""Where the names of a base come from, and which of them a reader is shown: what reports say before what is made of it.

A name that a report uses can be cited. A translation of ours, or a description, stands for it only where no report names the
base in a language of the reader, in English, or in the language of its first report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from crawler.judging.bases.descriptions import is_description

OFFICIAL, REPORT, TRANSLATION, DESCRIBED = "official", "report", "translation", "described"
OPERATOR = "operator"
"""The name was given by an operator."""


@dataclass(frozen=True, slots=True)
class NameOrigin:
    """Where a name comes from.

    Attributes:
        origin: ``report`` (a report calls it so), ``operator``, ``translation`` (ours, made of the parts of a name), or
            ``described`` (kind, parties and city).
        is_official: whether a report quotes it, or gives its short form.
        article: the first report that has it, or whose name was translated; None for the name of an operator.
    """

    origin: str
    is_official: bool = False
    article: int | None = None

    @property
    def is_made(self) -> bool:
        """Whether nobody called the base so: it cannot be cited."""
        return self.origin in (TRANSLATION, DESCRIBED)


class ShownName(NamedTuple):
    """A name and the language that it is in."""

    text: str
    lang: str


def origin_of(name: str, origin: str, *, is_in_own_language: bool) -> str:
    """The origin of a name as stored, or as its form shows where an older store does not say.

    Args:
        name: the name.
        origin: what is stored; may be empty.
        is_in_own_language: whether it is the name in the language of its report.
    """
    if is_description(name):
        return DESCRIBED
    return origin or (REPORT if is_in_own_language else TRANSLATION)


def name_in(base: Mapping[str, Any], languages: Sequence[str]) -> ShownName:
    """The name of a base for a reader, as `shown_name` chooses it.

    Args:
        base: a base as `crawler.store.bases.find` gives it.
        languages: what the reader reads, best first.
    """
    origins = {lang: NameOrigin(o["origin"]) for lang, o in base["name_origins"].items()}
    return shown_name(base["names"], origins, languages, base["original"])


def original_name_in(base: Mapping[str, Any]) -> str:
    """What reports in the language of its first one call a base (as `crawler.store.bases.find` gives it); empty if they only describe it."""
    origin = base["name_origins"].get(base["original"], {}).get("origin")
    return "" if origin in (TRANSLATION, DESCRIBED) else str(base["names"].get(base["original"], ""))


def translation_in(base: Mapping[str, Any], languages: Sequence[str]) -> str:
    """The name of a base that we made, in the first of some languages that has one; empty where there is none."""
    made = (lang for lang in languages if base["name_origins"].get(lang, {}).get("origin") == TRANSLATION)
    return str(base["names"].get(next(made, ""), ""))


def as_stored(origin: str, article: int | None) -> NameOrigin:
    """The origin that is stored with the proof of an article."""
    return NameOrigin(REPORT, True, article) if origin == OFFICIAL else NameOrigin(origin, False, article)


def joined_origin(origins: Sequence[NameOrigin]) -> NameOrigin:
    """The origin of a name that several reports have: the first one's; official where one of them shows it.

    Args:
        origins: at least one, the earliest first.
    """
    return replace(origins[0], is_official=any(o.is_official for o in origins))


def shown_name(
    names: Mapping[str, str], origins: Mapping[str, NameOrigin], languages: Sequence[str], original: str
) -> ShownName:
    """The name of a base for a reader: one that reports use in a language of theirs, in the original, or in English; else what is made.

    Args:
        names: a name for each language, at least one.
        origins: where those come from; a language without one has the name of a report.
        languages: what the reader reads, best first.
        original: the language of the first report.
    """
    order = [lang for lang in dict.fromkeys((*languages, original, "en", *names)) if lang in names]
    wanted = [lang for lang in order if lang in (*languages, original, "en")]
    used = (lang for lang in wanted if not (lang in origins and origins[lang].is_made))
    lang = next(used, order[0])
    return ShownName(names[lang], lang)
