"""What a base is for: the fields that its name and its sentence name, which are the same in all languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from zlib import crc32

from crawler.judging.entities.anchors import named_in
from crawler.judging.features import FeatureKind, values
from crawler.judging.text.matching import Matcher
from crawler.judging.text.terms import patterns
from crawler.judging.weights import weights
from crawler.model import TermSet
from crawler.runtime.data_tables import table


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a base: those in its ``named``, which are surest, and those that its sentences ``stated`` besides."""

    named: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()

    @property
    def best(self) -> frozenset[str]:
        """The surest ones that there are."""
        return self.named or self.stated

    def joined(self, other: Fields) -> Fields:
        """Those of two reports of one base."""
        return Fields(self.named | other.named, self.stated | other.stated)


@lru_cache(maxsize=4096)
def fields_of(name: str, sentence: str, lang: str | None) -> Fields:
    """The fields of a base by its name and the sentence that tells of it, both in ``lang``."""
    return Fields(_in(name, lang), _in(sentence, lang))


def fields_of_base(name: str, name_en: str, sentence: str, lang: str | None) -> Fields:
    """The fields of a base by its names, for what one language lacks a word for the other may say."""
    found = fields_of(name, sentence, lang)
    return found.joined(fields_of(name_en, "", "en")) if name_en and lang != "en" else found


def of_other_field(a: Fields, b: Fields) -> bool:
    """Whether both say what they are for, and it is not the same: a rice laboratory is no railway school."""
    if not a.best or not b.best:
        return False
    if a.named and b.named:
        # A word of the sentence ("doctors are trained") says less than names do: it must say all that a name says.
        return not (_meet(a.named, b.named) or a.named <= b.stated or b.named <= a.stated)
    if a.named or b.named:
        return not (_meet(a.named, b.stated) or _meet(a.stated, b.named))
    return not _meet(a.stated, b.stated)


def of_one_field(a: Fields, b: Fields) -> bool:
    """Whether the surest of both are mostly the same."""
    common = len(a.best & b.best)
    return common > 0 and 2 * common >= weights().register.like_fields * (len(a.best) + len(b.best))


def related_kinds(kind: str) -> frozenset[str]:
    """The kinds of bases that one kind is also called by, itself among them."""
    return frozenset({kind, *(k for group in _table()["kinds"] if kind in group for k in group)})


@lru_cache(maxsize=4096)
def is_for_training(name: str, lang: str | None) -> bool:
    """Whether the name of a base says that people are taught there."""
    return bool(_training().find({"text": name}, lang).hits)


@cache
def _training() -> Matcher:
    spellings = {lang: tuple(words) for lang, words in _table()["training"].items()}
    return Matcher(patterns([TermSet("training", spellings)]))


@cache
def _table() -> Any:
    return table("fields.yaml")


@cache
def fields_stamp() -> int:
    """A number that is another one where other tables tell what bases are for."""
    data = files("crawler").joinpath("data")
    tables = ("fields.yaml", "entities.yaml", "concepts.yaml")
    return crc32(b"".join(data.joinpath(name).read_bytes() for name in tables))


@cache
def _fields() -> frozenset[str]:
    return frozenset(_table()["fields"])


@cache
def _matcher() -> Matcher:
    return Matcher(
        patterns(
            TermSet(name, {lang: tuple(words) for lang, words in of.items()})
            for name, of in _table()["words"].items()
        )
    )


def _in(text: str, lang: str | None) -> frozenset[str]:
    if not text:
        return frozenset()
    named = named_in(text, lang)
    # "China-Laos Railway" hides the word for what it is.
    of_entities = {w for e in values(named, FeatureKind.ENTITY) for w in re.findall(r"\w+", e.lower())}
    concepts = (of_entities | set(values(named, FeatureKind.CONCEPT))) & _fields()
    return frozenset(concepts.union(_matcher().find({"text": text}, lang).hits))


def _meet(a: Iterable[str], b: Iterable[str]) -> bool:
    """Whether some field of one is some field of the other, or part of it."""
    others = frozenset(b)
    wider: dict[str, list[str]] = _table()["wider"]
    return any(
        field in others
        or not others.isdisjoint(wider.get(field, ()))
        or any(field in wider.get(other, ()) for other in others)
        for field in a
    )
