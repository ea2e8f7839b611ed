"""Names put into English from their parts: parties, what a base is, what it is for.

Only where the parts make up the whole name: a word that is not known would be lost, and with it which base it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from crawler.judging.bases.name_around import DASHES, Around, Extent
from crawler.judging.bases.name_words import light_words, name_words
from crawler.judging.entities.known import CONCEPT, concepts
from crawler.judging.places.event_places import partner_beside_china
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.text.matching import Hit, Matcher
from crawler.judging.text.nearness import outermost
from crawler.judging.text.normal import normalise
from crawler.judging.text.script import script_of
from crawler.judging.text.terms import patterns
from crawler.judging.weights import weights
from crawler.model import TermSet

HEAD, BEFORE, PARTY, CITY, FOR = "head", "before", "party", "city", "for"
_JOINED = "–"
_HEAD_LAST = frozenset({"han", "myanmar"})


class Part(NamedTuple):
    """A part of a name at ``[start, end)`` of it, with its English; what kind of part says ``role``."""

    start: int
    end: int
    role: str
    english: str


@cache
def _parts() -> Matcher:
    table = name_words()["parts"]
    sets = [
        TermSet(f"{role}:{english}", {lang: tuple(words) for lang, words in by_language.items()})
        for role, listed in ((HEAD, table["heads"]), (BEFORE, table["before"]))
        for english, by_language in listed.items()
    ]
    known = name_words()["concepts"]
    sets += [c for c in concepts() if c.name.removeprefix(f"{CONCEPT}:") in known]
    return Matcher(patterns(sets))


def english_of(around: Around, extent: Extent) -> str:
    """A name of the article in English, made from its parts; empty where some of it is not known."""
    name = around.text[extent.start : extent.end]
    parts = _without_overlaps([*_of_words(name, around.lang), *_of_places(around, extent)])
    heads = [p for p in parts if p.role == HEAD]
    if len(heads) != 1 or _unknown(name, parts) > weights().names.unknown:
        return ""
    return _in_english_order(
        name, parts, heads[0], is_head_last=script_of(around.hit.pattern.key[:1]) in _HEAD_LAST
    )


def parties_of(around: Around, extent: Extent) -> tuple[str, ...]:
    """The codes of the countries that a name names."""
    codes = {english: code for code, english in name_words()["countries"].items()}
    named = [p.english for p in _of_places(around, extent) if p.role == PARTY]
    return tuple(dict.fromkeys(codes[side] for both in named for side in both.split(_JOINED)))


def kind_in_english(term: str, lang: str | None, kind: str) -> str:
    """What a base is by the term for it, in English and lower case: 联合实验室 is a joint laboratory.

    Args:
        term: the term, as the configuration spells it.
        lang: its language.
        kind: the kind of base that it is one of, for terms that are not known.
    """
    if term.isascii() and lang in ("en", "*"):
        return term[0].lower() + term[1:]
    parts = _without_overlaps(_of_words(term, lang))
    heads = [p for p in parts if p.role == HEAD]
    if len(heads) != 1:
        return "center" if kind == "centre" else kind
    words = [p.english for p in parts if p.role == BEFORE]
    if script_of(term[0]) not in _HEAD_LAST:
        words.reverse()
    found = " ".join([*words, heads[0].english]).lower()
    return found.replace("luban", "Luban")


def _of_words(name: str, lang: str | None) -> list[Part]:
    found = _parts().find({"text": name}, lang)
    place = found.fields["text"].normal
    named = name_words()["concepts"]
    parts = []
    for hits in found.hits.values():
        for hit in hits:
            role, _, english = hit.pattern.set_name.partition(":")
            if role == CONCEPT and not _is_plain(
                hit.pattern.set_name, hit.pattern.lang, hit.pattern.spelling
            ):
                continue
            low, high = place.span(hit.start, hit.end)
            parts.append(
                Part(low, high, FOR, named[english]) if role == CONCEPT else Part(low, high, role, english)
            )
    return parts


@cache
def _first_words() -> dict[tuple[str, str], str]:
    return {(c.name, lang): words[0] for c in concepts() for lang, words in c.spellings.items() if words}


def _is_plain(concept: str, lang: str, word: str) -> bool:
    """Whether a word is the concept itself; of those that gather many things (nickel is mining) only the first is."""
    name = concept.removeprefix(f"{CONCEPT}:")
    return name not in name_words()["broad"] or _first_words().get((concept, lang)) == word


def _of_places(around: Around, extent: Extent) -> list[Part]:
    """The countries and cities that the article was found to name inside the name."""
    parts = []
    for hit in outermost([*around.place_hits, *(p for p in around.parties if p.field == around.hit.field)]):
        low, high = around.span_of(hit)
        if extent.start <= low and high <= extent.end:
            parts += _part_of_place(hit, low - extent.start, high - extent.start)
    return parts


def _part_of_place(hit: Hit, low: int, high: int) -> list[Part]:
    countries = name_words()["countries"]
    set_name, _, code = hit.pattern.set_name.partition("_")
    if set_name == "country":
        return [Part(low, high, PARTY, countries[code])] if code in countries else []
    place = gazetteer().place(hit.pattern)
    if place is not None:
        return [Part(low, high, CITY, place.name)]
    pair = name_words()["pairs"].get(hit.pattern.key) or _chinese_pair(hit.pattern.key)
    return [Part(low, high, PARTY, _JOINED.join(countries[c] for c in pair))] if pair else []


def _chinese_pair(key: str) -> list[str]:
    """The two countries of a Chinese name for both, in its order: 中老, 泰中."""
    code = partner_beside_china(key)
    if code is None or len(key) > weights().names.longest_pair:
        return []
    return ["CN", code] if key.startswith("中") else [code, "CN"]


def _without_overlaps(parts: Iterable[Part]) -> list[Part]:
    """The longest parts that do not overlap, in the order of the name; of equals what a base is before what it is for."""
    order = (PARTY, HEAD, BEFORE, CITY, FOR)
    taken: list[Part] = []
    for part in sorted(parts, key=lambda p: (p.start - p.end, order.index(p.role), p.start)):
        if all(part.end <= t.start or t.end <= part.start for t in taken):
            taken.append(part)
    return sorted(taken)


def _unknown(name: str, parts: Sequence[Part]) -> float:
    """The share of a name's letters that no part and no joining word stands for."""
    rest = "".join(c for i, c in enumerate(name) if not any(p.start <= i < p.end for p in parts))
    light = name_words()["light"]
    words = [w for w in re.findall(r"[^\W\d_]+", normalise(rest).text) if w not in light["spaced"]]
    left = "".join(words)
    for word in light_words():
        left = left.replace(word, "")
    letters = sum(c.isalpha() for c in name)
    return sum(c.isalpha() for c in left) / letters if letters else 1.0


def _in_english_order(name: str, parts: Sequence[Part], head: Part, *, is_head_last: bool) -> str:
    """Parties, what the base is for and how it works, what it is, and where: "China–Laos Rice Joint Laboratory in Vientiane"."""
    # ASEAN and the river stand where a party does.
    places = [p for p in parts if p.role in (PARTY, CITY) or p.english in _WIDE]
    # A city is a side where it is tied to another one: "Brunei-Guangxi".
    tied = {p for a, b in pairwise(places) if name[a.end : b.start].strip() in DASHES for p in (a, b)}
    sides = _english([p for p in places if p.role != CITY or p in tied])
    cities = _english([p for p in places if p.role == CITY and p not in tied])
    inner = [p for p in parts if p.role in (BEFORE, FOR) and p.english not in _WIDE]
    words = _english(inner if is_head_last else inner[::-1])
    if not sides:
        sides, cities = cities, []
    # Without parties or a place, of two purposes at least is said what tells it from others.
    if not sides and len(words) < _LEAST_WORDS:
        return ""
    where = [f"in {cities[0]}"] if len(cities) == 1 else []
    return " ".join([_JOINED.join(sides), *words, head.english, *where]).strip()


def _english(parts: Sequence[Part]) -> list[str]:
    return list(dict.fromkeys(p.english for p in parts))


_WIDE = frozenset({"ASEAN", "Lancang-Mekong", "Southeast Asia"})
_LEAST_WORDS = 2
