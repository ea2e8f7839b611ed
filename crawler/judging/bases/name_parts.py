"""The parts of a base's name with their English: parties and places, what a base is, what it is for, names of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain, pairwise

from crawler.judging.bases.name_around import DASHES, Around, Extent
from crawler.judging.bases.name_part import BEFORE, CITY, FOR, HEAD, JOINED, NAME, PARTY, Part
from crawler.judging.bases.name_words import ands, country_in_english, name_words, part_words
from crawler.judging.bases.own_words import own_words
from crawler.judging.bases.short_parties import short_parties, short_places
from crawler.judging.entities.known import CONCEPT, concepts, entities
from crawler.judging.parties import Parties
from crawler.judging.places.event_places import beside_china, partner_beside_china
from crawler.judging.places.gazetteer import DEMONYMS, gazetteer
from crawler.judging.places.party_sets import OUR_WHOLE, WHOLE
from crawler.judging.territories import group_words
from crawler.judging.text.matching import Hit, Matcher
from crawler.judging.text.nearness import outermost
from crawler.judging.text.packed_terms import PackedTerms
from crawler.judging.text.terms import patterns
from crawler.judging.weights import weights
from crawler.model import TermSet


def packed_parts() -> PackedTerms:
    """The words that parts of names are made of, whose keys are packaged."""
    sets = [
        TermSet(f"{role}:{english}", {lang: tuple(words) for lang, words in by_language.items()})
        for role, listed in ((HEAD, part_words()["heads"]), (BEFORE, part_words()["before"]))
        for english, by_language in listed.items()
    ]
    known = name_words()["concepts"]
    sets += [c for c in concepts() if c.name.removeprefix(f"{CONCEPT}:") in known]
    return PackedTerms("name_parts", sets)


@cache
def _parts() -> Matcher:
    return packed_parts().matcher()


def parts_of(around: Around, extent: Extent) -> Sequence[Part]:
    """The parts of a name that the article gives, in its order."""
    return _once(around, extent, _all_parts)


def _once(around: Around, extent: Extent, find: Callable[[Around, Extent], Sequence[Part]]) -> Sequence[Part]:
    """What a function finds in a name; several rules ask the same of one name."""
    known = around.parts.get((find.__name__, extent))
    if known is None:
        known = around.parts[find.__name__, extent] = find(around, extent)
    return known


def _all_parts(around: Around, extent: Extent) -> list[Part]:
    name = around.text[extent.start : extent.end]
    parts = _without_overlaps(
        [*_of_words(name, around.lang), *_of_places(around, extent), *_of_organisations(name, around.lang)]
    )
    article = "\n".join(place.original for place in around.findings.fields.values())
    return sorted([*parts, *own_words(name, parts, around.lang, article)])


def parts_of_words(text: str, lang: str | None) -> list[Part]:
    """The parts of words that stand in no article."""
    return _without_overlaps(_of_words(text, lang))


def parties_of(around: Around, extent: Extent) -> tuple[str, ...]:
    """The codes of the countries that a name names."""
    between = around.findings.parties
    # ASEAN stands in the table of regions instead.
    wholes = () if between.is_default else sorted(between.wholes)
    named_codes = (*sorted(between.all), *wholes)
    codes = {country_in_english(code): code for code in named_codes}
    named = [p.english for p in _of_places(around, extent) if p.role == PARTY]
    # A name may join one of them to a country that the desk does not watch.
    sides = (side for both in named for side in both.split(JOINED))
    return tuple(dict.fromkeys(codes[side] for side in sides if side in codes))


def names_pair(around: Around, extent: Extent) -> bool:
    """Whether a name is of two sides that it ties: "Cambodia-Hainan …", 中老…, "… Việt - Trung"."""
    places = sorted(p for p in _of_places(around, extent) if p.role in (PARTY, CITY))
    if any(JOINED in p.english for p in places):
        return True
    name = around.text[extent.start : extent.end]
    gaps = (name[a.end : b.start].strip() for a, b in pairwise(places))
    return any(gap in DASHES or gap in ands() for gap in gaps)


@cache
def _organisations() -> Matcher:
    sets = [e for e in entities() if e.name.startswith("organisations:")]
    return Matcher(patterns(sets, [e.name for e in sets]))


def _of_organisations(name: str, lang: str | None) -> list[Part]:
    """The firms and schools in a name that are known by their names."""
    found = _organisations().find({"text": name}, lang)
    place = found.fields["text"].normal
    return [
        Part(*place.span(hit.start, hit.end), NAME, hit.pattern.set_name.partition(":")[2])
        for hits in found.hits.values()
        for hit in hits
    ]


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


def _of_places(around: Around, extent: Extent) -> Sequence[Part]:
    """The countries and cities that the article was found to name inside the name."""
    return _once(around, extent, _places_within)


def _places_within(around: Around, extent: Extent) -> list[Part]:
    hits = [*around.place_hits, *(p for p in around.parties if p.field == around.hit.field)]
    spans = [(hit, *around.span_of(hit)) for hit in hits]
    named = [(low, high, hit) for hit, low, high in spans if extent.start <= low and high <= extent.end]
    parts: list[Part] = []
    # The longest first; a name for both parties whose English is not known leaves each of them.
    for low, high, hit in sorted(named, key=lambda n: (n[0] - n[1], n[0])):
        if not any(p.start < high - extent.start and low - extent.start < p.end for p in parts):
            parts += _part_of_place(hit, low - extent.start, high - extent.start, around.findings.parties)
    parts += _countries_left(around, extent, parts)
    name = around.text[extent.start : extent.end]
    return [*parts, *short_parties(name, around.lang, parts), *short_places(name, around.lang)]


def _countries_left(around: Around, extent: Extent, parts: Sequence[Part]) -> list[Part]:
    """Countries that the article's hits hide in a longer one: of "Thai-Chinese" or မြန်မာ-တရုတ်."""
    name = around.text[extent.start : extent.end]
    # Without dashes: some names of two countries are words of their own ("Chinese Burmese").
    between = around.findings.parties
    found = _countries(between).find({"text": name.translate(_DASHES_AS_SPACES)}, around.lang)
    place = found.fields["text"].normal
    left = []
    for hit in outermost(h for hits in found.hits.values() for h in hits):
        low, high = place.span(hit.start, hit.end)
        code = hit.pattern.set_name.partition("_")[2]
        if code in between.all and not any(p.start < high and low < p.end for p in parts):
            left.append(Part(low, high, PARTY, country_in_english(code)))
    return left


_DASHES_AS_SPACES = str.maketrans(dict.fromkeys(DASHES, " "))


@cache
def _countries(parties: Parties) -> Matcher:
    sets = [s for s in gazetteer(parties).sets if s.name.startswith(("country_", "people_", DEMONYMS))]
    return Matcher(patterns(sets, [s.name for s in sets if not s.name.startswith(DEMONYMS)]))


def _part_of_place(hit: Hit, low: int, high: int, parties: Parties) -> list[Part]:
    set_name, _, code = hit.pattern.set_name.partition("_")
    if (region := name_words()["regions"].get(hit.pattern.key)) and set_name == "country":
        return [Part(low, high, CITY, region)]
    if set_name == "country":
        return [Part(low, high, PARTY, country_in_english(code))] if code in parties.all else []
    if hit.pattern.set_name in (OUR_WHOLE, WHOLE):
        side = parties.ours if hit.pattern.set_name == OUR_WHOLE else parties.theirs
        return [Part(low, high, PARTY, country_in_english(side.head))]
    place = gazetteer(parties).place(hit.pattern)
    if place is not None:
        return [Part(low, high, CITY, place.name)]
    if not parties.is_default:
        both = _pair_in_han(hit.pattern.key, parties)
        return [Part(low, high, PARTY, JOINED.join(map(country_in_english, both)))] if both else []
    pair = name_words()["pairs"].get(hit.pattern.key) or _chinese_pair(hit.pattern.key)
    # Of 中老铁路 only 中老 is the pair.
    high = min(high, low + _length_of_pair(hit.pattern.key)) if pair else high
    return [Part(low, high, PARTY, JOINED.join(map(country_in_english, pair)))] if pair else []


def _pair_in_han(key: str, parties: Parties) -> tuple[str, ...]:
    """The countries or groups that two characters stand for: 日伯, 印非; none for any other name."""
    if len(key) != 2:
        return ()
    short: dict[str, str] = group_words()["in_han"]
    codes = {char: code for code, char in short.items() if code in parties.all or code in parties.wholes}
    found = tuple(codes[char] for char in key if char in codes)
    return found if len(found) == len(key) else ()


def _chinese_pair(key: str) -> list[str]:
    """The two countries of a Chinese name for both, in its order: 中老, 泰中."""
    code = partner_beside_china(key)
    if code is None or len(key) > weights().names.longest_pair:
        return []
    return ["CN", code] if key.startswith("中") else [code, "CN"]


def _length_of_pair(key: str) -> int:
    """The characters that the two countries take of a name that begins with both; all of any other name."""
    begins = (f"中{one}" for one in beside_china()), (f"{one}中" for one in beside_china())
    return max((len(pair) for pair in chain(*begins) if key.startswith(pair)), default=len(key) + 2)


def _without_overlaps(parts: Iterable[Part]) -> list[Part]:
    """The longest parts that do not overlap, in the order of the name; of equals what a base is before what it is for."""
    order = (PARTY, HEAD, BEFORE, NAME, CITY, FOR)
    taken: list[Part] = []
    for part in sorted(parts, key=lambda p: (p.start - p.end, order.index(p.role), p.start)):
        if all(part.end <= t.start or t.end <= part.start for t in taken):
            taken.append(part)
    return sorted(taken)
