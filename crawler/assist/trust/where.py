"""Countries and places that an answer names: each must be named in what it is made from, by whatever name, or lie around what is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.assist.judged_words import remembered
from crawler.assist.plain_words import words_of
from crawler.assist.trust.amounts import money_in
from crawler.assist.trust.likeness import sounds_in
from crawler.assist.trust.verdict import quoted
from crawler.judging.bases.name_words import name_words
from crawler.judging.entities.sounds import skeleton
from crawler.judging.places.elsewhere import is_ambiguous
from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.places.personal_names import drop_personal_names
from crawler.judging.text.matching import Matcher, field_of
from crawler.judging.text.nearness import outermost
from crawler.judging.text.normal import normal_spelling, normalise
from crawler.judging.text.script import UNSPACED_LANGUAGES, main_script
from crawler.judging.text.terms import patterns
from crawler.model import TermSet

_COUNTRY = "country_"
_TIED = re.compile(r"[^\W\d_]+(?:\s?[-–—]\s?[^\W\d_]+)+")
_TELLING = 3
"""Consonants of a place by which it is known again."""
_LEAST_BARE = 4
"""Letters of a country's name that is looked for without regard to where words begin."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A country or place that a text names, at characters ``[start, end)``; ``place`` is None for a country."""

    start: int
    end: int
    country: str
    place: Place | None = None


@cache
def _further_countries() -> tuple[TermSet, ...]:
    """The countries that have no set in the gazetteer, which knows them only as "elsewhere"."""
    known = {s.name.removeprefix(_COUNTRY) for s in gazetteer().sets}
    by_code: dict[str, dict[str, tuple[str, ...]]] = {}
    for lang, names in remembered("parsed/territories.json").items():
        for code, name in names.items():
            if code not in known and len(name) > 2 and "(" not in name and not is_ambiguous(name):
                by_code.setdefault(code, {})[lang] = (name,)
    return tuple(TermSet(f"{_COUNTRY}{code}", spelled) for code, spelled in by_code.items())


_ADJECTIVES = ("n", "an", "ian", "ese", "i", "is", "ans", "ians")


@cache
def _adjectives() -> tuple[TermSet, ...]:
    """English adjectives of countries that have none in the tables, as they are formed: Nigerian, Angolan."""
    named = {f"{_COUNTRY}{code}": name for code, name in remembered("parsed/territories.json")["en"].items()}
    found: list[TermSet] = []
    for known in (*gazetteer().sets, *_further_countries()):
        name = named.get(known.name, "")
        if len(name) > _LEAST_BARE and name.isalpha():
            stems = {name, name.rstrip("aeoy")}
            made = tuple(f"{stem}{ending}" for stem in sorted(stems) for ending in _ADJECTIVES)
            found.append(TermSet(known.name, {"en": made}))
    return tuple(found)


@cache
def _matcher() -> Matcher:
    sets = [s for s in gazetteer().sets if s.name != "countries_elsewhere"]
    further = (*_further_countries(), *_adjectives())
    return Matcher(patterns((*sets, *further), [*gazetteer().proper, *(s.name for s in further)]))


@cache
def country_words() -> frozenset[str]:
    """English names and adjectives of countries, of one word each.

    Where `named_in` sees no country in them, they are none: Chinese medicine.
    """
    sets = [
        s for s in (*gazetteer().sets, *_further_countries(), *_adjectives()) if s.name.startswith(_COUNTRY)
    ]
    spelled = (w.strip("=*").casefold() for s in sets for w in s.spellings.get("en", ()))
    return frozenset(w for w in spelled if w.isalpha())


@lru_cache(maxsize=256)
def named_in(text: str, lang: str) -> tuple[NamedPlace, ...]:
    """The countries and places that a text names by the project's own recogniser, in its order."""
    findings = _matcher().find_in([field_of("text", text)], lang)
    drop_personal_names(findings)
    field = findings.fields["text"]
    found: list[NamedPlace] = []
    hits = {(h.start, h.end, h.pattern.set_name): h for hits in findings.hits.values() for h in hits}
    for hit in outermost(hits.values()):
        start, end = field.normal.span(hit.start, hit.end)
        kind, _, code = hit.pattern.set_name.partition("_")
        place = gazetteer().place(hit.pattern) if kind == "places" else None
        found.append(NamedPlace(start, end, code, place))
    return tuple(sorted(found, key=lambda n: (n.start, n.end)))


@cache
def _short() -> re.Pattern[str]:
    codes = "|".join(remembered("assist_words.yaml")["short_countries"])
    return re.compile(rf"(?=({codes})[\s—–·、和与與-]?({codes}))")


@cache
def _aimed() -> re.Pattern[str]:
    codes = "".join(k for k in remembered("assist_words.yaml")["short_countries"] if len(k) == 1)
    return re.compile(f"(?:访|赴|驻|来|对|在|旅|援|涉|抵)([{codes}])")


def _aimed_at(text: str) -> Iterator[NamedPlace]:
    """Countries that a Chinese text names by one character behind a word for what is done there or to them: 对华, 访泰."""
    short: Mapping[str, str] = remembered("assist_words.yaml")["short_countries"]
    return (NamedPlace(m.start(1), m.end(1), short[m[1]]) for m in _aimed().finditer(text))


def named_or_aimed_at(text: str, lang: str) -> tuple[NamedPlace, ...]:
    """What `named_in` finds, and in Chinese the countries that one character names behind a word for what is done there."""
    named = named_in(text, lang)
    if lang != "zh":
        return named
    within = {i for n in named for i in range(n.start, n.end)}
    aimed = (n for n in _aimed_at(text) if n.start not in within)
    return tuple(sorted((*named, *aimed), key=lambda n: (n.start, n.end)))


def _shortened(text: str, lang: str) -> set[str]:
    """Countries by one character or syllable beside another: 中老铁路, Việt – Trung."""
    found: set[str] = set()
    if lang == "zh":
        short: Mapping[str, str] = remembered("assist_words.yaml")["short_countries"]
        found |= {short[c] for m in _short().finditer(text) for c in m.groups()}
        found |= {
            short[m[1]]
            for m in re.finditer(
                "([" + "".join(k for k in short if len(k) == 1) + "])(?=方|企|资|媒|籍|军)", text
            )
        }
        found |= {one.country for one in _aimed_at(text)}
    tied: Mapping[str, str] = name_words()["short_parties"].get(lang, {})
    for run in _TIED.finditer(text) if tied else ():
        words = [w.casefold() for w in re.findall(r"[^\W\d_]+", run[0])]
        found |= {tied[w] for w in words if w in tied}
    return found


def _at_home(text: str, lang: str) -> set[str]:
    home = remembered("assist_words.yaml")["home"].get(lang)
    low = text.casefold()
    return {home["code"]} if home and any(w in low for w in home["words"]) else set()


class NamedPlaces:
    """The countries and places of what an answer is made from."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._texts = tuple(texts)
        named = [n for text, lang in self._texts for n in named_in(text, lang)]
        self.countries = {n.country for n in named}
        for text, lang in self._texts:
            self.countries |= _shortened(text, lang) | _at_home(text, lang)
        places = [n.place for n in named if n.place]
        self.names_towns = bool(places)
        self._names = {_bare(p.name) for p in places} | {_bare(p.province) for p in places if p.province}

    def has(self, named: NamedPlace, written: str) -> bool:
        """Whether a country or place of an answer is named in it, or holds one that is."""
        if named.place is None:
            return named.country in self.countries or self._has_country(named.country, written)
        if _bare(named.place.name) in self._names:
            return True
        if any(_word_in(named.place.name, text) for text, _ in self._texts):
            return True
        return any(_is_written(written, named.place, text, lang) for text, lang in self._texts)

    def _has_country(self, code: str, written: str) -> bool:
        for text, lang in self._texts:
            if lang not in UNSPACED_LANGUAGES:
                continue
            low = normalise(text).text
            if any(name in low for name in _country_names(code, lang) if len(name) >= _LEAST_BARE):
                return True
        return any(_word_in(written, text) for text, _ in self._texts)


@cache
def _country_names(code: str, lang: str) -> tuple[str, ...]:
    sets = {s.name: s for s in (*gazetteer().sets, *_further_countries())}
    named = sets.get(f"{_COUNTRY}{code}")
    return tuple(normal_spelling(n.strip("=*")) for n in named.spellings.get(lang, ())) if named else ()


def _bare(name: str) -> str:
    return name.removesuffix(" City").removesuffix(" Province").casefold()


@cache
def _spellings() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """All spellings of each place, by its country and name."""
    found: dict[tuple[str, str], list[str]] = {}
    for (_, key), place in gazetteer().places.items():
        found.setdefault((place.country, _bare(place.name)), []).append(key)
    return {place: tuple(keys) for place, keys in found.items()}


def _is_written(written: str, place: Place, text: str, lang: str) -> bool:
    """Whether a text has a place though the recogniser does not see it there: inside a longer word, or by its sound."""
    if _word_in(written, text) or (lang == "vi" and _word_in(_bare_letters(written), _bare_letters(text))):
        return True
    if main_script(text) == "latin":
        return False
    low = normalise(text).text
    script = main_script(text)
    own = [k for k in _spellings().get((place.country, _bare(place.name)), ()) if main_script(k) == script]
    # Where it is known how the script writes a place, nothing else that sounds like it is that place.
    if own:
        return any(len(k) > 1 and k in low for k in own)
    return len(skeleton(written)) >= _TELLING and sounds_in(written, text)


def _bare_letters(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def _word_in(words: str, text: str) -> bool:
    return (
        re.search(rf"(?<![^\W_]){re.escape(normal_spelling(words))}(?![^\W_])", normalise(text).text)
        is not None
    )


def faults_of_places(answer: str, to: str, ground: NamedPlaces, proved: Collection[int]) -> Iterator[str]:
    """What an answer says of countries and places that what it is made from does not.

    Args:
        answer: the answer.
        to: its language.
        ground: the places of what it is made from.
        proved: the characters of names that are proved already.
    """
    money = {i for start, end in money_in(answer) for i in range(max(0, start - 12), end)}
    for named in named_in(answer, to):
        written = answer[named.start : named.end]
        if named.start in proved or (named.place is None and named.start in money):
            continue
        if named.place and to in UNSPACED_LANGUAGES and normal_spelling(written) in words_of(to):
            continue  # 玻璃 is glass, and Perlis
        if not ground.has(named, written):
            yield f"It names {_called(named)}, which no report names: {quoted(written)}."
            return


def _called(named: NamedPlace) -> str:
    return f"the place {named.place.name}" if named.place else f"the country {named.country}"
