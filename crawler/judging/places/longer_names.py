"""The longest name wins: what only contains the name of a country or city of a party does not name it.

New Mexico is no Mexico, Latin Americans are no Americans, London, Ontario, is not London. Longer names come from CLDR, GeoNames and
WordNet (``data/longer_names.json``, see ``scripts/build_longer_names.py``), from what all countries, regions and groups are called,
and from the words around a name that make another one of it (``data/name_contexts.yaml``): gulfs, languages, wares. They are found as
two term sets, and then taken off what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from crawler.judging.parties import Parties
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.places.party_sets import BOTH, names_of_whole
from crawler.judging.places.world import longer_names_table, spellings_of_countries
from crawler.judging.territories import groups, regions
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.text.terms import shown_part
from crawler.model import TermSet
from crawler.runtime.data_tables import table

LONGER, ADDRESSES = "longer_names", "addresses_elsewhere"
"""The names of the sets; ``addresses_elsewhere`` has those that say of a name what it means for a whole article."""
_OF_COUNTRIES = re.compile(r"^(?:country|demonyms|places)_([A-Z]{2})$")
_LETTERS = 3
_LONGEST = 6
"""Words, or characters of a script without spaces, of the longest name of a country that is looked for in a longer one."""
_WORDS = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_AROUND = 40
"""Characters beside a name in which words make another one of it."""


@dataclass(frozen=True)
class LongerNames:
    """What is looked for.

    Args:
        sets: the term sets.
        owners: the countries in which each name lies, by set and normal form; none for what lies in no country.
    """

    sets: tuple[TermSet, ...]
    owners: Mapping[tuple[str, str], frozenset[str]]


@lru_cache(maxsize=8)
def longer_names(parties: Parties) -> LongerNames:
    """The longer names for a desk: all that hold the name of any country, and addresses of places that share a name with one of its own."""
    found: dict[tuple[str, str], set[str]] = {}
    written: dict[str, dict[str, None]] = {LONGER: {}, ADDRESSES: {}}
    for name, which, code in _all_names(parties):
        key = normal_spelling(shown_part(name))
        if key:
            found.setdefault((which, key), set()).update({code} if code else ())
            written[which][name] = None
    sets = tuple(TermSet(which, {"*": tuple(names)}) for which, names in written.items())
    return LongerNames(sets, {key: frozenset(codes) for key, codes in found.items()})


def _all_names(parties: Parties) -> Iterator[tuple[str, str, str]]:
    """All longer names, with the set in which they go, and the country in which they lie."""
    data = longer_names_table()
    for which, part in ((LONGER, "names"), (ADDRESSES, "phrases")):
        for code, names in data[part].items():
            yield from ((name, which, code) for name in names)
    own = {key for _, key in gazetteer(parties).places} | {
        normal_spelling(shown_part(name))
        for code in parties.all
        for name in spellings_of_countries().get(code, ())
    }
    for code, towns in data["addresses"].items():
        for town, parts in towns.items():
            if normal_spelling(town) in own:
                yield from ((f"{town}, {part}", ADDRESSES, code) for part in parts)
                # Headlines leave the comma out; without it letters are words: "Cairo IN".
                yield from ((f"{town} {part}", ADDRESSES, code) for part in parts if len(part) > _LETTERS)
    yield from _of_territories()


@cache
def _of_territories() -> tuple[tuple[str, str, str], ...]:
    short = _short_names()
    countries = (
        (name, LONGER, code)
        for code, spellings in spellings_of_countries().items()
        for name in spellings
        if _holds(name, short)
    )
    # What is of a region is of none of its countries: "North American" is not "American".
    wholes = (
        name
        for region in (*regions(), *groups())
        for words in names_of_whole(region).values()
        for name in words
    )
    return (*countries, *((name, LONGER, "") for name in wholes if _holds(name, short)))


@cache
def _short_names() -> frozenset[str]:
    return frozenset(
        normal_spelling(shown_part(n)) for names in spellings_of_countries().values() for n in names
    )


def _holds(name: str, short: frozenset[str]) -> bool:
    """Whether a name holds a shorter one of a country, as whole words where its script has spaces."""
    low = normal_spelling(shown_part(name))
    if not low:
        return False
    if script_of(low[0]) in UNSPACED:
        spans = ((i, j) for i in range(len(low)) for j in range(i + 2, min(len(low), i + _LONGEST) + 1))
        return any(low[i:j] in short and j - i < len(low) for i, j in spans)
    ends = [(m.start(), m.end()) for m in _WORDS.finditer(low)]
    pieces = (low[a[0] : b[1]] for n, a in enumerate(ends) for b in ends[n : n + _LONGEST])
    return any(piece in short and len(piece) < len(low) for piece in pieces)


class _Span(NamedTuple):
    start: int
    end: int
    owners: frozenset[str]
    is_address: bool


def keep_longest(findings: Findings) -> None:
    """Take out the names of countries and places that are only part of a longer name, or made another one by the words around.

    An address holds for the whole article: where "Athens, Georgia" is told, "Athens" further down is no Athens of Greece
    either, unless Greece is named beside it.

    Args:
        findings: what was found; hits are taken out of it.
    """
    known = longer_names(findings.parties)
    spans = _spans(findings, known)
    around = _contexts(findings.lang or "en")
    meant: set[tuple[str, str]] = set()
    for name in [n for n in findings.hits if n == BOTH or _OF_COUNTRIES.match(n)]:
        of = _OF_COUNTRIES.match(name)
        code = of[1] if of else ""
        kept: list[Hit] = []
        for hit in findings.hits[name]:
            over = _over(hit, code, spans.get(hit.field, ()))
            if over is None and not _is_otherwise_meant(findings, hit, around):
                kept.append(hit)
            elif over is not None and over.is_address:
                meant.add((name, hit.pattern.key))
        _keep(findings, name, kept)
    for name in {name for name, _ in meant}:
        _drop_meant(findings, name, {key for n, key in meant if n == name})


def _drop_meant(findings: Findings, name: str, keys: set[str]) -> None:
    code = name[-2:]
    own = [
        hit
        for n in (f"country_{code}", f"demonyms_{code}", f"places_{code}")
        for hit in findings.hits.get(n, ())
    ]
    if all(hit.pattern.key.removesuffix("'s") in keys for hit in own):
        _keep(
            findings,
            name,
            [h for h in findings.hits.get(name, ()) if h.pattern.key.removesuffix("'s") not in keys],
        )


def _keep(findings: Findings, name: str, kept: list[Hit]) -> None:
    # A set without hits must look like one that was never found.
    if kept:
        findings.hits[name] = kept
    else:
        findings.hits.pop(name, None)


def _spans(findings: Findings, known: LongerNames) -> dict[str, list[_Span]]:
    found: dict[str, list[_Span]] = {}
    for which in (LONGER, ADDRESSES):
        for hit in findings.hits.pop(which, ()):
            owners = known.owners.get((which, hit.pattern.key), frozenset())
            span = _Span(hit.start, hit.end, owners, which == ADDRESSES)
            if not _names_both_sides(findings, hit.field, span):
                found.setdefault(hit.field, []).append(span)
    return found


def _over(hit: Hit, code: str, spans: Iterable[_Span]) -> _Span | None:
    """The longer name around a hit that does not lie in its country."""
    end = hit.start + len(hit.pattern.key)
    if not code and script_of(hit.pattern.key[0]) not in UNSPACED:
        return None
    longer = (s for s in spans if s.start <= hit.start and end <= s.end and end - hit.start < s.end - s.start)
    return next((s for s in longer if not code or code not in s.owners), None)


def _names_both_sides(findings: Findings, field: str, span: _Span) -> bool:
    """Whether an address may be two parties side by side: "Athens, Georgia sign …" where Greece and Georgia are they."""
    parties = findings.parties
    if not span.is_address or span.owners & parties.all:
        return False
    inside = [
        (name, hit)
        for name, hits in findings.hits.items()
        if _OF_COUNTRIES.match(name)
        for hit in hits
        if hit.field == field and span.start <= hit.start and hit.end <= span.end
    ]
    # Ontario behind the comma is no country, though a town of the other side may bear its name.
    if not any(name.startswith("country_") and hit.end == span.end for name, hit in inside):
        return False
    codes = {name[-2:] for name, _ in inside}
    return not any(codes.isdisjoint(side.countries) for side in parties.sides)


class _NameContext(NamedTuple):
    before: re.Pattern[str]
    after: re.Pattern[str]
    language_names: frozenset[str]
    names: Mapping[str, re.Pattern[str]]
    names_in_small: Mapping[str, re.Pattern[str]]
    names_behind: Mapping[str, re.Pattern[str]]


def _is_otherwise_meant(findings: Findings, hit: Hit, around: Sequence[_NameContext]) -> bool:
    """Whether the words around a country's name make a gulf, a language or a ware of it."""
    if hit.pattern.set_name.startswith("places_") and hit.pattern.key not in _short_names():
        return False
    field = findings.fields[hit.field]
    low, high = field.normal.span(hit.start, hit.start + len(hit.pattern.key))
    before, after = field.original[max(0, low - _AROUND) : low], field.original[high : high + _AROUND]
    key = hit.pattern.key
    is_small = field.original[low : low + 1].islower()
    for one in around:
        if one.before.search(before) or one.after.match(after):
            return True
        if key in one.names and one.names[key].match(after):
            return True
        if is_small and key in one.names_in_small and one.names_in_small[key].match(after):
            return True
        if key in one.names_behind and one.names_behind[key].search(before):
            return True
    return any(key in one.language_names and _is_language_name(before, after) for one in around)


_SPEAKING = re.compile(
    r"\b(?:in|into|speaks?|speaking|spoken|spoke|learn|learns|learning|learned|study|studying|teach|teaches|teaching|taught)\s$",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    r"\s*(?:$|[.,;:)!?”\"]|(?:to|for|at|as|on|is|was|by|from|with|online|well|fluently|because|since|while|when|than)\b)"
)
_OF_LANGUAGE = re.compile(
    r"[ -](?:language|languages|speaking|speaker|speakers|medium|lesson|lessons|class|classes|literature|dictionary|dictionaries|subtitles?|subtitled|dubbed"
    r"|translations?|grammar|proficiency|alphabet|dialects?|accent|pronunciation|phrasebook|translators?|interpreters?|textbooks?|vocabulary)(?!\w)",
)


def _is_language_name(before: str, after: str) -> bool:
    return bool(_OF_LANGUAGE.match(after) or (_SPEAKING.search(before) and _NO_NOUN.match(after)))


@cache
def _contexts(lang: str) -> tuple[_NameContext, ...]:
    data: Mapping[str, Any] = table("name_contexts.yaml")
    language_names: Mapping[str, Sequence[str]] = longer_names_table()["language_names"]
    found = []
    for one in dict.fromkeys(("en", lang)):
        own = data["around"].get(one, {})
        found.append(
            _NameContext(
                re.compile(f"(?:{own.get('before', '(?!)')})$"),
                re.compile(own.get("after", "(?!)")),
                frozenset(map(normal_spelling, language_names.get(one, ()))) | {"english"},
                _behind_names(data["names"].get(one, {})),
                _behind_names(data["names_in_small"].get(one, {})),
                {
                    normal_spelling(name): re.compile(f"(?:{words})$")
                    for name, words in data["names_behind"].get(one, {}).items()
                },
            )
        )
    return tuple(found)


def _behind_names(names: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {normal_spelling(name): re.compile(rf"[ -](?:{words})(?!\w)") for name, words in names.items()}
