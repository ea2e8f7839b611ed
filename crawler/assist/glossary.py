"""What bases, institutions, places and projects are called in other languages, so that a translation always calls them so.

The names come from the register, from the operator's own term sets, and from the packaged tables of entities and places, in
this order: what one has, those behind it do not change.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import NamedTuple
from zlib import crc32

from ahocorasick_rs import AhoCorasick, Implementation
from sqlalchemy import Connection

from crawler.assist.plain_words import is_english
from crawler.config.settings import Settings
from crawler.judging.bases.name_origins import DESCRIBED, NameOrigin
from crawler.judging.entities.known import PEOPLE, entities
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.territories import groups
from crawler.judging.text.normal import Normal, normal_spelling, normalise
from crawler.judging.text.script import SCRIPT_LANGUAGE, UNSPACED, Ruler, script_of
from crawler.judging.text.terms import REFERENCE, shown_part
from crawler.judging.text.words import SHORT, is_unspaced_word
from crawler.store.base_listing import ListedBase, listed
from crawler.store.facet_version import version_of

_SHORTEST_LATIN, _SHORTEST_OTHER = 3, 2
_ANY = "*"
"""A language that a name is used in whichever it is."""
_VIETNAMESE = re.compile(
    "[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹáàãéèíìĩóòõúùũý]", re.IGNORECASE
)

Spellings = Mapping[str, str]
"""A thing by language: what it is called."""


@dataclass(frozen=True)
class Glossary:
    """What things are called, by language. Made once and shared: nothing changes it.

    Attributes:
        version: what it was made from; a glossary of the same version is the same.
        things: for each thing its name in each language that has one.
        spellings: for each spelling in normal form the thing that it names first.
    """

    version: str
    things: tuple[Spellings, ...]
    spellings: Mapping[str, int]
    _finders: dict[str, _Finder] = field(default_factory=dict, compare=False, repr=False)

    def finder(self, to: str) -> _Finder:
        """What finds the names that have one in a language."""
        found = self._finders.get(to)
        if found is None:
            keys = [k for k, n in self.spellings.items() if to in self.things[n]]
            found = self._finders[to] = _Finder(keys, [self.things[self.spellings[k]][to] for k in keys])
        return found


class _Finder:
    """The spellings of names in one automaton."""

    def __init__(self, keys: list[str], targets: list[str]) -> None:
        self._lengths = [len(k) for k in keys]
        self._targets = targets
        self._unspaced = [script_of(k[0]) in UNSPACED for k in keys]
        self._automaton = AhoCorasick(keys or ["\0"], implementation=Implementation.ContiguousNFA)

    def find(self, normal: Normal) -> Iterator[tuple[int, int, str]]:
        """Where names stand in a text in normal form, the longest ones, and what they are called."""
        text = normal.text
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not matches or not self._targets:
            return
        ruler: Ruler | None = None
        taken: list[tuple[int, int]] = []
        for key, start, end in sorted(matches, key=lambda m: (m[1] - m[2], m[1])):
            if any(start < high and low < end for low, high in taken):
                continue
            if self._unspaced[key]:
                if end - start <= SHORT:
                    ruler = ruler or Ruler(text)
                    if not is_unspaced_word(ruler, text, start, end):
                        continue
                elif end < len(text) and unicodedata.category(text[end]) in ("Mn", "Mc"):
                    continue
            elif not _is_whole(text, start, end):
                continue
            taken.append((start, end))
            yield start, end, self._targets[key]


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether neither end lies inside a word; a letter of a script without spaces belongs to no word of another one."""
    return not (start and _joins(text[start - 1], text[start])) and not (
        end < len(text) and _joins(text[end - 1], text[end])
    )


def _joins(one: str, other: str) -> bool:
    return (
        one.isalnum() and other.isalnum() and (script_of(one) in UNSPACED) == (script_of(other) in UNSPACED)
    )


def names_in(text: str, lang: str, to: str, glossary: Glossary) -> dict[str, str]:
    """The names that a text has, as it writes them, and what each is called in another language; the longest ones.

    Args:
        text: a headline, a sentence, a name.
        lang: its language.
        to: the language that they are wanted in.
        glossary: the names.
    """
    if lang == to:
        return {}
    # Feeds hold halves of characters, which no automaton reads.
    normal = normalise(text.encode("utf-8", "replace").decode())
    found = sorted(glossary.finder(to).find(normal))
    return {text[slice(*normal.span(start, end))]: target for start, end, target in found}


def glossary_of(connection: Connection, settings: Settings) -> Glossary:
    """The glossary of an installation.

    Args:
        connection: reads the register.
        settings: have the operator's own terms.
    """
    return glossary_from(listed(connection), settings.terms, version=glossary_version(connection, settings))


def glossary_version(connection: Connection, settings: Settings) -> str:
    """What a glossary made now would be made from: quick to ask, and the same as long as nothing changed."""
    proofs, change = version_of(connection).bases
    terms = crc32(
        repr(sorted((name, sorted(words.items())) for name, words in settings.terms.items())).encode()
    )
    return f"{proofs}-{change}-{terms}"


def glossary_from(
    register: Iterable[ListedBase],
    terms: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
    version: str = "",
) -> Glossary:
    """A glossary from the bases of a register and term sets; the packaged tables come last."""
    things: list[Spellings] = []
    spellings: dict[str, int] = {}
    every = chain(_bases(register), _term_sets(terms or {}), _packaged())
    for names, further in every:
        for spelled in dict.fromkeys((*names.values(), *further)):
            key = normal_spelling(spelled).strip()
            if len(key) >= (_SHORTEST_LATIN if script_of(key[:1] or " ") == "latin" else _SHORTEST_OTHER):
                spellings.setdefault(key, len(things))
        things.append(names)
    return Glossary(version, tuple(things), spellings)


_Thing = tuple[Spellings, Iterable[str]]
"""What a thing is called by language, and what else it is called."""


def _bases(register: Iterable[ListedBase]) -> Iterator[_Thing]:
    """The bases by their proper names; what reports call them before what we made of it, and no mere descriptions."""
    for base in sorted(register, key=lambda b: b.key):
        origins = {lang: base.origins.get(lang, NameOrigin("report")) for lang in base.names}
        names = {lang: name for lang, name in base.names.items() if origins[lang].origin != DESCRIBED}
        if len(names) > 1:
            yield names, ()


def _term_sets(terms: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Iterator[_Thing]:
    """What parallel lists name: the first spelling of each language is that of the same thing where all lists are as long."""
    for _, spelled in sorted(terms.items()):
        plain = {
            lang: [shown_part(s) for s in words if not REFERENCE.match(s)]
            for lang, words in spelled.items()
            if lang not in ("except", _ANY)
        }
        lengths = {len(words) for words in plain.values()}
        if len(plain) < 2 or len(lengths) != 1 or 0 in lengths:
            continue
        for place in range(lengths.pop()):
            names = {lang: words[place] for lang, words in plain.items()}
            if any(c.isupper() for c in names.get("en", "A")):  # words in small letters are no names
                yield names, ()


@cache
def _packaged() -> tuple[_Thing, ...]:
    return tuple(chain(_of_entities(), _of_places(), _of_groups()))


@cache
def _other_names() -> Mapping[str, int]:
    found: dict[str, int] = {}
    for number, (names, further) in enumerate(_packaged()):
        for spelled in (*names.values(), *further):
            found.setdefault(normal_spelling(spelled).strip(), number)
    return found


def is_called(text: str, name: str) -> bool:
    """Whether a text calls what the packaged tables have under a name by any of its names there.

    A word of one that is no common one is enough: a Luban college is one of the Luban Workshops. People and places need not
    be: scripts write them in several ways.
    """
    number = _other_names().get(normal_spelling(name).strip())
    if number is None:
        return False
    names, further = _packaged()[number]
    if _is_free(names):
        return True
    every = (*names.values(), *further)
    words = {w for n in every for w in re.findall(r"[^\W\d_]{3,}", n) if not is_english(w)}
    there = f" {_spaced(normalise(text).text)} "
    return any(has_name(text, n) for n in every) or any(f" {w} " in there for w in map(str.casefold, words))


def _is_free(names: Spellings) -> bool:
    return names.get("en", "") in _people_and_places()


@cache
def _people_and_places() -> frozenset[str]:
    people = {e.name.partition(":")[2] for e in entities() if e.name.startswith(PEOPLE)}
    return frozenset(people | {place.name for place in gazetteer().places.values()})


def _of_entities() -> Iterator[_Thing]:
    for entity in entities():
        kind, _, name = entity.name.partition(":")
        spelled = [s.strip("=*") for s in entity.spellings[_ANY]]
        names = _by_script(spelled, name)
        if kind.startswith(PEOPLE):
            names = {**dict.fromkeys(("id", "ms", "tl"), name), **names}
        yield names, [s for s in spelled if len(s) > 3 or not s.isascii()]


def _of_places() -> Iterator[_Thing]:
    """Cities and provinces by their English names. Of other languages the tables do not say which spelling is the usual one."""
    by_place: dict[tuple[str, str], list[str]] = {}
    for named in gazetteer().sets:
        for spelling in named.spellings.get(_ANY, ()) if named.name.startswith("places_") else ():
            place = gazetteer().places.get((named.name, normal_spelling(spelling.removesuffix("*"))))
            # Other spellings in Latin letters are words of some language too often.
            if place is not None and script_of(spelling[0].casefold()) != "latin":
                by_place.setdefault((place.country, place.name), []).append(spelling.removesuffix("*"))
    for (_, name), spelled in by_place.items():
        yield {"en": name}, spelled


def _of_groups() -> Iterator[_Thing]:
    for code, group in groups().items():
        if group.get("short"):
            names = {
                lang: words[0]
                for lang, words in group["names"].items()
                if lang in ("th", "lo", "km", "my", "zh")
            }
            yield {**dict.fromkeys(("en", "id", "ms", "vi", "tl"), code), **names}, names.values()


def _by_script(spelled: Iterable[str], english: str) -> dict[str, str]:
    """Spellings by the language that their script shows, the first of each; the English name is given."""
    found: dict[str, str] = {}
    for spelling in spelled:
        script = script_of(spelling[0].casefold())
        lang = SCRIPT_LANGUAGE.get(script, "vi" if script == "latin" and _VIETNAMESE.search(spelling) else "")
        if lang and lang not in found:
            found[lang] = spelling
    if english.isascii() and english[0].isupper():
        found["en"] = english
    return found


class Guarded(NamedTuple):
    """A text with placeholders for names, for engines that take no glossary.

    Attributes:
        text: what to translate.
        restore: puts the names into a translation; None where a placeholder was lost, doubled or changed.
    """

    text: str
    restore: Callable[[str], str | None]


_LETTERS = ("ZX", "QZ", "XQ", "ZQX", "QXZ", "XZQZ")
"""Pairs of letters that no language of the region writes: engines leave such tokens as they are."""


def guarded(text: str, names: Mapping[str, str]) -> Guarded:
    """A text in which each name is a placeholder that engines keep, such as ZX1Z.

    Args:
        text: the text.
        names: names as the text writes them, and what they are called in the language of the translation (`names_in`).
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = next((one for one in _LETTERS if one.casefold() not in plain), None)
    if not names or letters is None:
        return Guarded(text, lambda translated: translated)
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    put: list[str] = []

    def placeholder(match: re.Match[str]) -> str:
        put.append(names[match[0]])
        token = f"{letters}{len(put)}Z"
        # A word of its own to an engine that cuts texts without spaces.
        before = " " if match.start() and text[match.start() - 1].isalnum() else ""
        behind = " " if match.end() < len(text) and text[match.end()].isalnum() else ""
        return f"{before}{token}{behind}"

    made = re.sub(rf"(?<![^\W_])(?:{either})(?![^\W_])" if either.isascii() else either, placeholder, text)
    return Guarded(made, lambda translated: _restored(translated, letters, put))


def _restored(translated: str, letters: str, put: list[str]) -> str | None:
    """A translation with its names; None where the placeholders are not each there once, whatever their case and spaces."""
    plain = unicodedata.normalize("NFKC", translated)
    spaced = r"\s?".join(letters)
    token = re.compile(
        rf"(?<![^\W_]){spaced}\s?[-_]?\s?(\d{{1,2}})\s?[-_]?\s?Z(?![^\W\d_])|{spaced}(\d{{1,2}})Z",
        re.IGNORECASE,
    )
    numbers = [int(m[1] or m[2]) for m in token.finditer(plain)]
    if sorted(numbers) != list(range(1, len(put) + 1)):
        return None

    def named(match: re.Match[str]) -> str:
        # An engine may have glued a word to it.
        before = (
            " " if plain[: match.start()][-1:].isascii() and plain[: match.start()][-1:].isalnum() else ""
        )
        behind = " " if plain[match.end() :][:1].isascii() and plain[match.end() :][:1].isalnum() else ""
        return f"{before}{put[int(match[1] or match[2]) - 1]}{behind}"

    found = token.sub(named, plain)
    # What is left of a placeholder that an engine cut in two.
    return (
        None
        if letters.casefold() in found.casefold().replace(" ", "")
        and not any(letters.casefold() in p.casefold() for p in put)
        else found
    )


_BETWEEN = re.compile(r"[\s!-/:-@\[-`{-~、。，；：？！…—–]+")
_MOST_WORDS = 3
"""Words of a person's name."""


def has_name(text: str, name: str) -> bool:
    """Whether a text calls something by its name, whatever the case, the dashes and the article; of a person one word is enough."""
    there = f" {_spaced(normalise(text).text)} "
    said = _spaced(normal_spelling(name)).strip().removeprefix("the ")
    if said in there:
        return True
    words = said.split()
    if not 1 < len(words) <= _MOST_WORDS or any(map(is_english, words)):
        return False
    return any((w in there) if script_of(w[0]) in UNSPACED else (f" {w} " in there) for w in words)


def _spaced(normal: str) -> str:
    """A text in normal form with one space for all that is between words."""
    return " ".join(_BETWEEN.sub(" ", normal).split())
