"""Whether a base's name tells it from others: "Cassava Seed Centre", not "joint laboratory", and not "China-Laos laboratory"."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache

from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.fields import fields_of
from crawler.judging.bases.name_words import name_words
from crawler.judging.bases.words import base_words
from crawler.judging.entities.anchors import named_in
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.places.event_places import beside_china
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.places.party_sets import names_of_whole
from crawler.judging.text.matching import Matcher
from crawler.judging.text.nearness import outermost
from crawler.judging.text.normal import normal_spelling, normalise
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.text.terms import patterns
from crawler.model import TermSet
from crawler.runtime.data_tables import table


@lru_cache(maxsize=4096)
def pieces(name: str) -> frozenset[str]:
    """The words of a name; pieces of two or three characters in scripts without spaces."""
    text = normalise(name).text
    first = next((script_of(c) for c in text if script_of(c) != "other"), "other")
    if first not in UNSPACED:
        return frozenset(w for w in re.findall(r"[^\W_]+", text) if len(w) > 2)
    # Pieces in place of words: where these scripts part words differs by writer and by dictionary.
    joined = "".join(text.split())
    size = 2 if first == "han" else 3
    return frozenset(joined[i : i + size] for i in range(max(1, len(joined) - size + 1)))


@lru_cache(maxsize=4096)
def purpose_pieces(name: str, parties: Parties = CHINA_ASEAN) -> frozenset[str]:
    """What a name says besides parties and what a base is, in pieces: {infectious, diseases}."""
    if is_unspaced(name):
        rest = _without_parties(name, parties)
        return pieces(rest) if any(c.isalpha() for c in rest) else frozenset()
    return frozenset(w for w in pieces(name) if w not in _plain_words() and w not in _party_words(parties))


@lru_cache(maxsize=4096)
def anchors(name: str, lang: str) -> frozenset[str]:
    """The entities and concepts in a name, which are the same in all languages."""
    return named_in(name, lang)


def entities_in(name: str, lang: str) -> frozenset[str]:
    """The persons, firms, projects … in a name."""
    return frozenset(a for a in anchors(name, lang) if a[0] == "x")


def unique_things_in(name: str, lang: str) -> frozenset[str]:
    """The bases in a name that are known by their names and of which there is one each."""
    return frozenset(a for a in entities_in(name, lang) if a.partition(":")[2] in _unique())


@lru_cache(maxsize=4096)
def says_which(name: str, lang: str, parties: Parties = CHINA_ASEAN) -> bool:
    """Whether a name tells a base from most others: by a name of its own, or by field and parties."""
    return is_own_name(name, lang, parties) or (
        bool(fields_of(name, "", lang).named) and _names_party(name, parties)
    )


@lru_cache(maxsize=4096)
def is_own_name(name: str, lang: str, parties: Parties = CHINA_ASEAN) -> bool:
    """Whether no other base has a name: it is known by it, or the name has a word of its own."""
    if is_description(name):
        return False
    return bool(unique_things_in(name, lang)) or (
        not is_unspaced(name) and bool(_words_of_its_own(name, parties))
    )


def _names_party(name: str, parties: Parties) -> bool:
    if is_unspaced(name):
        return any(party in name for party in _parties(parties))
    return any(normal_spelling(w) in _party_words(parties) for w in _WORD.findall(name))


def _words_of_its_own(name: str, parties: Parties) -> list[str]:
    """The words of a name with a capital that names of bases do not share, and that are no parties."""
    return [
        w
        for w in _WORD.findall(name)
        if w[:1].isupper()
        and normal_spelling(w) not in _plain_words()
        and normal_spelling(w) not in _party_words(parties)
    ]


_WORD = re.compile(r"[^\W\d_]+")


@cache
def _plain_words() -> frozenset[str]:
    kinds = (part for parts in base_words()["kinds"].values() for part in parts)
    return frozenset(normal_spelling(w) for w in (*table("fields.yaml")["plain_words"], *kinds))


@cache
def _unique() -> frozenset[str]:
    return frozenset(table("fields.yaml")["unique"])


@lru_cache(maxsize=4096)
def says_only_what(name: str, lang: str, parties: Parties = CHINA_ASEAN) -> bool:
    """Whether a name only says what a base is ("demonstration base"), not which; so does what only describes it."""
    if is_description(name):
        return True
    if entities_in(name, lang):
        return False
    if not is_unspaced(name):
        # In Latin script a name of its own has a capital.
        return name == name.lower()
    return not any(party in name for party in _parties(parties))


@lru_cache(maxsize=4096)
def names_only_parties(name: str, lang: str, parties: Parties = CHINA_ASEAN) -> bool:
    """Whether a name holds, besides what a base is, at most the countries that it is of: "China-Laos joint laboratory"."""
    if says_only_what(name, lang, parties):
        return True
    if entities_in(name, lang):
        return False
    if is_unspaced(name):
        return not any(c.isalpha() for c in _without_parties(name, parties))
    words = re.findall(r"[^\W\d_]+", name)
    return all(w.lower() == w or normal_spelling(w) in _party_words(parties) for w in words[1:])


@lru_cache(maxsize=4096)
def partners_in(name: str, lang: str, parties: Parties = CHINA_ASEAN) -> frozenset[str]:
    """The codes of the member states that a name names beside China; "ASEAN" where it names ASEAN as a whole."""
    found = _partners(parties).find({"text": name}, lang)
    return frozenset(
        hit.pattern.set_name for hit in outermost(h for hits in found.hits.values() for h in hits)
    )


@cache
def _partners(parties: Parties) -> Matcher:
    sets = [
        replace(s, name=code)
        for s in gazetteer(parties).sets
        if (code := s.name.removeprefix("country_")) in parties.theirs.countries
    ]
    if not parties.is_default:
        wholes = [
            TermSet(code, {k: tuple(v) for k, v in names_of_whole(code).items()})
            for code in parties.theirs.wholes
        ]
        return Matcher(patterns([*sets, *wholes], [s.name for s in sets]))
    pairs = [TermSet(code, {"*": (f"中{one}", f"{one}中")}) for one, code in beside_china().items()]
    every = [*sets, *pairs, TermSet("ASEAN", {"*": tuple(table("aliases.yaml")["asean"])})]
    return Matcher(patterns(every, [s.name for s in sets]))


def _without_parties(name: str, parties: Parties) -> str:
    """What a name without spaces says besides parties and what a base is."""
    text = normalise(name).text
    for word in _common_words(parties):
        text = text.replace(word, "")
    return text


@cache
def _common_words(parties: Parties) -> tuple[str, ...]:
    """Parties, and words that only say what a base is, in normal form; the longest first."""
    kinds = [word for words in base_words()["kinds"].values() for word in words]
    said = [*kinds, *name_words()["general"], *name_words()["heads"]]
    found = {normalise(word).text for word in (*said, *_parties(parties))}
    return tuple(sorted(found, key=len, reverse=True))


def is_unspaced(name: str) -> bool:
    """Whether a name is in a script without spaces between words."""
    return script_of(next((c for c in name if c.isalpha()), "a")) in UNSPACED


@cache
def _party_words(parties: Parties) -> frozenset[str]:
    """The words of the names of countries and their people in scripts with spaces, in normal form."""
    sets = (s for s in gazetteer(parties).sets if s.name.startswith(("country_", "people_")))
    spellings = (n for s in sets for names in s.spellings.values() for n in names)
    found = {
        normalise(w.rstrip("*")).text
        for n in spellings
        if n and script_of(n[0]) not in UNSPACED
        for w in re.split(r"[\s-]+", n)
    }
    return frozenset(w for w in found if w)


@cache
def _parties(parties: Parties) -> frozenset[str]:
    """The names of countries in scripts without spaces, and of China with another one."""
    spellings = (
        n
        for s in gazetteer(parties).sets
        if s.name.startswith("country_")
        for names in s.spellings.values()
        for n in names
    )
    pairs = {pair for code in beside_china() for pair in (f"中{code}", f"{code}中")}
    return frozenset({n for n in spellings if n and script_of(n[0]) in UNSPACED} | pairs)
