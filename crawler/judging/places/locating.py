"""In which cities a base lies: those that its own sentences place it in, not those that are only named beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.judging.places.gazetteer import CHINA, MEMBERS, Place, gazetteer
from crawler.judging.places.governing import PlaceRole, Surroundings
from crawler.judging.places.mentions import LISTED, PlaceMention, between, place_mentions, site_words
from crawler.judging.places.qualifying import is_qualified, meant_beside, only_qualifies
from crawler.judging.places.small_places import small_places_in
from crawler.judging.places.unknown_places import names_unknown_place
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import Row
from crawler.judging.weights import weights

STANDING = frozenset({"under construction", "launched", "operating", "expanded", "closed"})
"""Stages in which reports name the place of a base itself. Before, a capital may only be where it was announced."""


_NEXT = 2
"""How far behind the sentence stands that follows one that names a base."""


@dataclass(slots=True)
class _PlaceCandidate:
    """A place that may be where a base lies: its role, and how many sentences behind the base's first one it stands."""

    mention: PlaceMention
    role: PlaceRole
    place: Place
    in_name: bool
    joined: bool
    adjoins: bool
    is_qualified: bool
    behind: int | None

    @property
    def name(self) -> str:
        return self.place.name


@dataclass(frozen=True, slots=True)
class Site:
    """Where a base lies or will lie: its cities by their English names; where none is known, its provinces."""

    cities: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()


def site_of(
    findings: Findings,
    places: Sequence[tuple[Hit, Place]],
    bases: Sequence[Hit],
    name: str,
    *,
    acts: Iterable[Hit] | None = None,
    proof: Hit | None = None,
    stage: str = "launched",
) -> Site:
    """Where a base lies, or will lie.

    Its cities are those in its name, and those where the sentences that speak of it say that it comes into being; where there
    are none, those of weaker words: a school that hosts it, a headline, the dateline of a base that was opened.

    Args:
        findings: what was found where.
        places: the places among it.
        bases: the words for a base.
        name: the base's name as the article writes it.
        acts: the words for coming into being; those of the usual set where none are given.
        proof: the word for the base that the news is of; the first one where none is given.
        stage: the stage that the base has reached.
    """
    if acts is None:
        acts = findings.hits.get("launch", ())
    words = Surroundings(findings, _of_own_word(bases, proof, findings.lang), acts)
    candidates = _candidates(findings, places, bases, name, words, proof)
    cities = [c for c in candidates if c.place.is_city]
    lands = _lands_of_base(findings, bases, words, proof)
    found = (
        _sure(cities)
        or _likely(cities, lands, stage)
        or _in_own_capital(cities, findings.lang, stage)
        or _without_words(findings, words, cities, lands, stage, _of_text(bases, proof))
    )
    if found:
        return Site(cities=_names(found))
    return Site(provinces=_names(_sure([c for c in candidates if not c.place.is_city])))


def _names(candidates: Iterable[_PlaceCandidate]) -> tuple[str, ...]:
    """The names of places in the order of reading, each once."""
    return tuple(dict.fromkeys(c.name for c in sorted(candidates, key=lambda c: c.mention.hit.order)))


def _candidates(
    findings: Findings,
    places: Sequence[tuple[Hit, Place]],
    bases: Sequence[Hit],
    name: str,
    words: Surroundings,
    proof: Hit | None,
) -> list[_PlaceCandidate]:
    """The places of an article, each with what it is to the base; provinces that only qualify a place are left out."""
    named = frozenset(p.country for _, p in places) | _countries_named(findings)
    taken = [hit for hit, _ in places] + [
        h for code in named for h in findings.hits.get(f"country_{code}", ())
    ]
    small = small_places_in(findings, named & (MEMBERS | CHINA), [*taken, *bases])
    mentions = place_mentions(findings, [*places, *small])
    mentions.sort(key=lambda m: (m.hit.field, m.low))
    is_small = {hit for hit, _ in small}
    # A short name is a small place's only where words place something there.
    known = [
        m
        for m, beside in _with_neighbours(mentions)
        if m.hit not in is_small or m.placed or is_qualified(findings, m, beside)
    ]
    roles = {id(m): words.role(m) for m in known}
    _pass_roles(findings, known, roles)
    own = _of_own_word(bases, proof, findings.lang)
    start = _Start(findings, words, own, proof)
    row = Row(own)
    found = []
    for m, beside in _with_neighbours(known):
        place = meant_beside(findings, m, beside)
        if place is None or only_qualifies(findings, m, beside):
            continue
        behind = start.behind(m)
        if behind and roles[id(m)] is PlaceRole.SITE and words.tells_of_earlier(m):
            roles[id(m)] = PlaceRole.EARLIER
        in_name = m.written in name and m.hit not in is_small and not _is_party(findings, m)
        found.append(
            _PlaceCandidate(
                m,
                roles[id(m)],
                place,
                in_name,
                _is_joined(m, name),
                _adjoins(m, row),
                is_qualified(findings, m, beside),
                behind,
            )
        )
    return found


def _of_own_word(bases: Sequence[Hit], proof: Hit | None, lang: str | None) -> list[Hit]:
    """The words for the base itself: "laboratory" for a joint laboratory, not the "college" that gave its equipment."""
    of_news = _of_text(bases, proof) or proof
    # A base with an English name is called by the words of the article's language, too.
    if of_news is None or of_news.pattern.lang != lang:
        return list(bases)
    key = of_news.pattern.key
    return [b for b in bases if b.field == "title" or b.pattern.key in key or key in b.pattern.key]


def _with_neighbours(
    mentions: Sequence[PlaceMention],
) -> Iterator[tuple[PlaceMention, Sequence[PlaceMention]]]:
    """Each mention, in the order of the text, with the few around it that may say more of it."""
    reach = weights().locating.neighbours
    for number, mention in enumerate(mentions):
        around = mentions[max(0, number - reach) : number + reach + 1]
        yield mention, [m for m in around if m is not mention]


def _is_joined(mention: PlaceMention, name: str) -> bool:
    """Whether a place stands in a base's name beside a dash, as one of two parties do."""
    if mention.written not in name:
        return False  # most are not, and need no pattern of their own
    written = re.escape(mention.written)
    return re.search(rf"[-–—]\s?{written}|{written}\s?[-–—]", name) is not None


def _adjoins(mention: PlaceMention, bases: Row) -> bool:
    """Whether a place stands right beside a word for a base: "kawasan industri Batang", "Kuantan Industrial Park"."""
    hit = mention.hit
    if mention.place.name in gazetteer().capitals or mention.place.name in _CITY_STATES:
        return False
    before = bases.before(hit)
    behind = bases.behind(hit)
    return (before is not None and 0 <= hit.start - before.end <= 1) or (
        behind is not None and 0 <= behind.start - hit.end <= 1
    )


def _is_party(findings: Findings, mention: PlaceMention) -> bool:
    """Whether a city that is a country stands for it: the China-Singapore zone lies in neither by its name."""
    if mention.place.name not in _CITY_STATES:
        return False
    return bool(_JOINED.search(mention.before) or _JOINED.match(mention.behind)) or findings.lang in (
        "zh",
        "ja",
    )


_CITY_STATES = frozenset({"Singapore", "Hong Kong", "Macau"})
_JOINED = re.compile(r"^\s?[-–—]|[-–—]\s?$")


def _countries_named(findings: Findings) -> frozenset[str]:
    return frozenset(c for c in CHINA | MEMBERS if findings.hits.get(f"country_{c}"))


class _Start:
    """How far behind a base's own sentence others stand."""

    def __init__(
        self, findings: Findings, words: Surroundings, bases: Sequence[Hit], proof: Hit | None
    ) -> None:
        self._words = words
        own = _of_text(bases, proof)
        self._own = words.sentence("text", _span(findings, own)[0]) if own else None
        spans = (_span(findings, h) for h in bases if h.field == "text")
        # By sentence the end of its last word for a base.
        self._last = {words.sentence("text", low): high for low, high in sorted(spans)}

    def behind(self, mention: PlaceMention) -> int | None:
        """0 in the headline and in the base's sentence, 1 in another one that names a base, 2 behind one; None elsewhere."""
        if mention.hit.field == "title":
            return 0
        if self._own is None:
            return None
        sentence = self._words.sentence("text", mention.low)
        if sentence == self._own:
            return 0
        if sentence in self._last:
            return 1
        last = self._last.get(sentence - 1)
        return _NEXT if last is not None and mention.low - last <= weights().locating.far else None


def _of_text(bases: Sequence[Hit], proof: Hit | None) -> Hit | None:
    """The word for the base that the news is of in the text: the one that was given, else the first one."""
    if proof is not None and proof.field == "text":
        return proof
    return min((h for h in bases if h.field == "text"), key=lambda h: h.start, default=None)


def _span(findings: Findings, hit: Hit) -> tuple[int, int]:
    return findings.fields[hit.field].normal.span(hit.start, hit.end)


def _pass_roles(findings: Findings, mentions: Sequence[PlaceMention], roles: dict[int, PlaceRole]) -> None:
    """Give the members of a list the role of its first member, or, where the last one carries the ending, of that."""
    ordered = sorted(mentions, key=lambda m: (m.hit.field, m.low))
    for row in (pairwise(ordered), pairwise(reversed(ordered))):
        for one, other in row:
            first, second = (one, other) if one.low <= other.low else (other, one)
            what = between(findings, first, second)
            linked = what is not None and what.strip() and LISTED.match(what)
            if linked and roles[id(other)] is PlaceRole.NAMED and one.placed:
                roles[id(other)] = roles[id(one)]


def _sure(candidates: Sequence[_PlaceCandidate]) -> list[_PlaceCandidate]:
    """Those in the base's name, and those where its own sentences say that it is, else those where the ones behind say so."""
    named = [
        c
        for c in candidates
        if (c.in_name or (c.adjoins and c.behind == 0))
        and c.role in (PlaceRole.SITE, PlaceRole.NAMED, PlaceRole.FRONTED, PlaceRole.HOST)
    ]
    sites = [c for c in candidates if c.role is PlaceRole.SITE and c.behind is not None]
    hosts = [c for c in candidates if c.role is PlaceRole.HOST and c.behind is not None]
    nearest = min((c.behind for c in sites if c.behind is not None), default=0)
    own = [c for c in sites if c.behind in (nearest, 1)]
    # "The Johor-Suzhou Twin Park in Kulai" is named after two parties.
    named = [c for c in named if not (c.joined and own)]
    return named + own if named or own else hosts


def _likely(
    candidates: Sequence[_PlaceCandidate], lands: frozenset[str], stage: str
) -> list[_PlaceCandidate]:
    """Those of weaker words, the surest kind that there is."""
    capitals = gazetteer().capitals
    fitting = [c for c in candidates if not lands or c.place.country in lands]
    near = [c for c in fitting if c.behind is not None and not c.mention.in_dateline]
    sentences = (0, 1) if stage in STANDING else (0,)
    bodies = (PlaceRole.BODY, PlaceRole.MEETING, PlaceRole.SCHOOL)
    kinds = (
        # A place is given with its province where it matters.
        [c for c in fitting if c.is_qualified and c.role not in bodies and c.name not in capitals],
        [c for c in near if c.role is PlaceRole.CEREMONY],
        # A plan is told in capitals.
        [c for c in near if c.role is PlaceRole.FRONTED and (stage in STANDING or c.name not in capitals)],
        # "Bangkok agrees" is a government.
        [
            c
            for c in near
            if c.role is PlaceRole.NAMED and c.mention.hit.field == "title" and c.name not in capitals
        ],
        [c for c in near if c.role is PlaceRole.NAMED and c.name not in capitals and c.behind in sentences],
    )
    return next((found for found in kinds if found and _are_few(found)), [])


def _at_last(
    candidates: Sequence[_PlaceCandidate], lands: frozenset[str], stage: str
) -> list[_PlaceCandidate]:
    """Where nothing else is known: a school that has part in a base that was opened, or the only place further on."""
    fitting = [c for c in candidates if not lands or c.place.country in lands]
    schools = [
        c for c in fitting if c.role is PlaceRole.SCHOOL and c.behind is not None and stage in STANDING
    ]
    capitals = gazetteer().capitals
    return schools or _only_one(
        c for c in fitting if c.mention.placed and c.role is PlaceRole.FRONTED and c.name not in capitals
    )


def _only_one(candidates: Iterable[_PlaceCandidate]) -> list[_PlaceCandidate]:
    found = list(candidates)
    return found if len({c.name for c in found}) == 1 else []


def _are_few(candidates: Sequence[_PlaceCandidate]) -> bool:
    """Whether places that no word places anywhere are so few that they may be those of a base."""
    free = {c.name for c in candidates if not c.mention.placed}
    return len(free) <= weights().locating.most_free


def _in_own_capital(
    candidates: Sequence[_PlaceCandidate], lang: str | None, stage: str
) -> list[_PlaceCandidate]:
    """A capital beside a base that was opened, in the country's own language: "โรงพยาบาล … กรุงเทพมหานคร เปิดศูนย์"."""
    home = site_words()["home"].get(lang)
    if stage not in STANDING or home is None:
        return []
    return [
        c
        for c in candidates
        if c.behind == 0
        and c.role is PlaceRole.NAMED
        and c.place.country == home
        and c.mention.hit.field == "text"
        and not c.mention.in_dateline
    ]


def _without_words(
    findings: Findings,
    words: Surroundings,
    cities: Sequence[_PlaceCandidate],
    lands: frozenset[str],
    stage: str,
    own: Hit | None,
) -> list[_PlaceCandidate]:
    """Where no words place a base: the place of the report, a school's, or the only one further on.

    Not where its own sentence places it in a town that is not known: then it lies there, and in none of these.
    """
    if own is not None and names_unknown_place(findings, words.span_around(own), [c.mention for c in cities]):
        return []
    return _by_dateline(cities, lands, stage) or _at_last(cities, lands, stage)


def _by_dateline(
    candidates: Sequence[_PlaceCandidate], lands: frozenset[str], stage: str
) -> list[_PlaceCandidate]:
    """The place of the report, or of a meeting, where a base that was opened has no other: it was mostly opened there."""
    if stage not in STANDING:
        return []
    there = [c for c in candidates if c.place.country in (lands or MEMBERS)]
    found = [c for c in there if c.mention.in_dateline] or [
        c for c in there if c.role is PlaceRole.MEETING and c.behind == 0
    ]
    return found if len({c.name for c in found}) <= weights().locating.most_dateline else []


def _lands_of_base(
    findings: Findings, bases: Sequence[Hit], words: Surroundings, proof: Hit | None
) -> frozenset[str]:
    """The countries in which the sentences of a base say that it is: "a park in Cambodia"."""
    own = [b for b in bases if b.field == "title"] + [_of_text(bases, proof)]
    sentences = {(b.field, words.sentence(b.field, _span(findings, b)[0])) for b in own if b is not None}
    named = [
        (hit, Place(code, code, is_city=False))
        for code in sorted(CHINA | MEMBERS)
        for hit in findings.hits.get(f"country_{code}", ())
        if (hit.field, words.sentence(hit.field, _span(findings, hit)[0])) in sentences
    ]
    return frozenset(
        m.place.country
        for m in place_mentions(findings, named)
        if m.placed and not m.of_institution and words.role(m) is PlaceRole.SITE
    )
