"""In which cities a base lies: those that its own sentences place it in, not those that are only named beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.judging.places.campuses import campuses_in
from crawler.judging.places.distances import near
from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.places.governing import PlaceRole, Surroundings
from crawler.judging.places.mentions import LISTED, PlaceMention, between, place_mentions, site_words
from crawler.judging.places.qualifying import is_qualified, may_hold, meant_beside, only_qualifies
from crawler.judging.places.small_places import small_places_in
from crawler.judging.places.unknown_places import names_unknown_place
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import Row
from crawler.judging.text.normal import normal_spelling
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

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
    is_near: bool = False

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def is_theirs(self) -> bool:
        """Whether it lies in a country of their side: on our side is mostly where a partner works."""
        return self.place.country in self.mention.parties.theirs.countries

    def in_one_of(self, lands: frozenset[str]) -> bool:
        """Whether it lies in one of some countries; where none is given, in any of their side."""
        return self.place.country in lands if lands else self.is_theirs

    @property
    def is_capital(self) -> bool:
        """Whether it is a capital, by which news means governments."""
        return self.name in gazetteer(self.mention.parties).capitals


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
    words = Surroundings(findings, _of_own_word(bases, proof, findings.lang, name), acts)
    candidates = _candidates(findings, places, bases, name, words, proof)
    cities = [c for c in candidates if c.place.is_city]
    if found := _sure(cities, candidates):
        return Site(cities=_names(found))
    lands = _lands_of_base(findings, bases, words, proof)
    found = (
        _placed_there(cities, lands, stage)
        or _in_lead(cities, lands, _of_text(bases, proof))
        or _likely(cities, lands, stage)
        or _in_own_capital(cities, findings.lang, stage)
        or _without_words(findings, words, cities, lands, stage, _of_text(bases, proof))
    )
    if found:
        return Site(cities=_names(found))
    return Site(provinces=_names(_sure([c for c in candidates if not c.place.is_city], candidates)))


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
    # Names of two countries in one ("中老", "Lào - Trung") say no country by themselves.
    parties = findings.parties
    home = site_words()["home"].get(findings.lang)
    named = (
        frozenset(p.country for _, p in places)
        | _countries_named(findings)
        | {parties.home, home or parties.home}
    )
    named |= _beside_china(findings)
    taken = [hit for hit, _ in places] + [
        h for code in named for h in findings.hits.get(f"country_{code}", ())
    ]
    small = small_places_in(findings, named & parties.all, [*taken, *bases])
    mentions = place_mentions(findings, [*places, *small])
    mentions.sort(key=lambda m: (m.hit.field, m.low))
    is_small = {hit for hit, _ in small}
    # A short name is a small place's only where words place something there, or the headline and the text have it.
    # "Bintan Utara" is of Bintan.
    titled = {m.place for m in mentions if m.hit.field == "title"} & {
        m.place for m in mentions if m.hit.field != "title"
    }
    known = [
        m
        for m, beside in _with_neighbours(mentions)
        if m.hit not in is_small
        or m.placed
        or m.in_dateline
        or m.place in titled
        or m.place.name in m.written
        or words.lists_sites(m)
        or is_qualified(findings, m, beside)
    ]
    known = _not_within(known, is_small)
    roles = {id(m): words.role(m) for m in known}
    _pass_roles(findings, known, roles)
    for m in words.meant_again(known):
        roles[id(m)] = PlaceRole.SITE
    own = _of_own_word(bases, proof, findings.lang, name)
    start = _Start(findings, words, own, proof)
    row = Row(own)
    seats = {m.place.name: m.place for m in mentions if m.place.is_city and m.hit not in is_small}
    found = []
    for m, beside in _with_neighbours(known):
        place = meant_beside(findings, m, beside)
        if place is None or only_qualifies(findings, m, beside):
            continue
        place = seats.get(place.seat, place)
        behind = start.behind(m)
        if behind == _NEXT and words.lists_sites(m):
            behind = 1
        if roles[id(m)] is PlaceRole.SITE and (
            words.tells_of_other(m) or (behind and words.tells_of_earlier(m))
        ):
            roles[id(m)] = PlaceRole.EARLIER
        in_name = (
            m.written in name and m.hit not in is_small and not m.in_dateline and not _is_party(findings, m)
        )
        found.append(
            _PlaceCandidate(
                m,
                roles[id(m)],
                place,
                in_name,
                _is_joined(m, name),
                _adjoins(m, row) and not m.in_dateline,
                is_qualified(findings, m, beside),
                behind,
                words.is_near(m),
            )
        )
    _join(findings, found)
    return found + _at_campuses(findings, named, words, start)


def _join(findings: Findings, candidates: Sequence[_PlaceCandidate]) -> None:
    """Two places with a dash between them stand beside a base together: "the Mong Cai-Dongxing zone"."""
    for one, other in pairwise(candidates):
        what = between(findings, one.mention, other.mention)
        if what is not None and what.strip() in ("-", "–", "—") and other.adjoins:
            one.adjoins = one.joined = other.joined = True


def _at_campuses(
    findings: Findings, countries: frozenset[str], words: Surroundings, start: _Start
) -> list[_PlaceCandidate]:
    """The seats of the schools that an article names without their town."""
    found = []
    for hit, place in campuses_in(findings, countries & findings.parties.all):
        mention = PlaceMention(findings, hit, place)
        role = words.role_of_school(mention)
        found.append(_PlaceCandidate(mention, role, place, False, False, False, False, start.behind(mention)))
    return found


def _not_within(mentions: Sequence[PlaceMention], small: Iterable[Hit]) -> list[PlaceMention]:
    """Mentions without those that are part of a small place's name: Terengganu in "Hulu Terengganu"."""
    longer = {m.hit: m for m in mentions if m.hit in set(small)}
    return [
        m
        for m in mentions
        if m.hit in longer
        or not any(
            o.hit.field == m.hit.field and o.low <= m.low and m.high <= o.high for o in longer.values()
        )
    ]


def _of_own_word(bases: Sequence[Hit], proof: Hit | None, lang: str | None, name: str) -> list[Hit]:
    """The words for the base itself: "laboratory" for a joint laboratory, not the "college" that gave its equipment."""
    # A headline may use another word for it than the text.
    of_news = [h for h in (proof, _of_text(bases, proof)) if h is not None]
    if not of_news or any(h.pattern.lang != lang for h in of_news):
        return list(bases)
    keys = {h.pattern.key for h in of_news}
    named = normal_spelling(name)
    return [
        b
        for b in bases
        if b.field == "title"
        or b.pattern.key in named
        or any(b.pattern.key in k or k in b.pattern.key for k in keys)
    ]


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
    before, behind = bases.before(hit), bases.behind(hit)
    beside = [b for b in (before,) if b is not None and 0 <= hit.start - b.end <= 1]
    beside += [b for b in (behind,) if b is not None and 0 <= b.start - hit.end <= 1]
    if mention.place.name in gazetteer(mention.parties).capitals or mention.place.name in _CITY_STATES:
        # "A Beijing centre" may be the government's; "the Abu Dhabi campus" lies there.
        return any(b.pattern.key in site_words()["named_by_place"] for b in beside)
    return bool(beside)


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


def _beside_china(findings: Findings) -> frozenset[str]:
    """The member states that Chinese names beside China in one word: 中越 names no country, but says where small places may lie."""
    if findings.lang != "zh" or not findings.parties.is_default:
        return frozenset()
    texts = [field.original for field in findings.fields.values()]
    pairs = table("aliases.yaml")["beside_china"].items()
    return frozenset(code for short, code in pairs if any(f"中{short}" in text for text in texts))


def _countries_named(findings: Findings) -> frozenset[str]:
    return frozenset(c for c in findings.parties.all if findings.hits.get(f"country_{c}"))


class _Start:
    """How far behind a base's own sentence others stand."""

    def __init__(
        self, findings: Findings, words: Surroundings, bases: Sequence[Hit], proof: Hit | None
    ) -> None:
        self._words = words
        own = _of_text(bases, proof)
        self._own = words.sentence("text", _span(findings, own)[0]) if own else None
        # "It is here that the centre will stand": the sentence before says where.
        self._here = words.span_around(own)[1] if own is not None and words.begins_with_here(own) else 0
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
        if sentence == self._own or 0 < self._here - mention.low <= weights().locating.govern:
            return 0
        if sentence in self._last:
            return 1
        last = self._last.get(sentence - 1)
        return _NEXT if last is not None and mention.low - last <= weights().locating.far else None


def _of_text(bases: Sequence[Hit], proof: Hit | None) -> Hit | None:
    """The word for the base that the news is of in the text: the one that was given, else the first one of its kind, or at all."""
    if proof is not None and proof.field == "text":
        return proof
    of_text = sorted((h for h in bases if h.field == "text"), key=lambda h: h.start)
    own = [h for h in of_text if proof is not None and h.pattern.key == proof.pattern.key]
    return next(iter([*own, *of_text]), None)


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


def _sure(
    candidates: Sequence[_PlaceCandidate], everywhere: Sequence[_PlaceCandidate]
) -> list[_PlaceCandidate]:
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
    nearby = {c.place.country for c in sites if c.behind == nearest}
    # Further sentences go on with a list of sites; the other side's city in them is where a partner works.
    own = _without_provinces(
        [
            c
            for c in sites
            if c.behind == nearest or (c.behind == 1 and (c.place.country in nearby or c.is_theirs))
        ]
    )
    own = _without_partners(own, everywhere)
    # "Near Vung Ang port in Ky Anh" is in Ky Anh.
    own = [c for c in own if not c.is_near] or own
    begun = any(c.role is PlaceRole.FRONTED and c.mention.placed and c.behind == 0 for c in candidates)
    # "The Johor-Suzhou Twin Park in Kulai" is named after two parties, of which one is at home.
    named = _at_home([c for c in named if not (c.joined and (own or begun))], everywhere)
    return named + own if named or own else hosts


def _without_partners(
    sites: list[_PlaceCandidate], everywhere: Sequence[_PlaceCandidate]
) -> list[_PlaceCandidate]:
    """Sites without Chinese ones of further sentences where the text begins with a member's town: a partner has a base there, too."""
    first = min((c.mention.low for c in sites if c.mention.hit.field == "text"), default=0)
    begun = any(
        c.mention.placed
        and c.mention.hit.field == "text"
        and c.mention.low < first
        and c.role in (PlaceRole.FRONTED, PlaceRole.SITE)
        and c.is_theirs
        and c.place.is_city
        and not c.is_capital
        for c in everywhere
    )
    ours = [c for c in sites if c.place.country in c.mention.parties.ours.countries]
    return [c for c in sites if not (begun and c.behind and c in ours)]


def _without_provinces(candidates: Sequence[_PlaceCandidate]) -> list[_PlaceCandidate]:
    """Places without those that a headline names as the province of another: "in Svay Rieng" for the park in Bavet."""
    provinces = gazetteer(candidates[0].mention.parties).provinces if candidates else {}
    towns = [c for c in candidates if c.name not in provinces and c.mention.hit.field == "text"]
    return [
        c
        for c in candidates
        if c.name not in provinces
        or c.mention.hit.field != "title"
        or not any(t.place.country == c.place.country and may_hold(c.name, t.name) for t in towns)
    ]


def _at_home(
    candidates: Sequence[_PlaceCandidate], everywhere: Sequence[_PlaceCandidate]
) -> list[_PlaceCandidate]:
    """Places of member states where some are named, else all: a Chinese city far from them is the other party's."""
    partners = [c for c in everywhere if c.in_name and c.is_theirs]
    # A zone across a border lies on both sides: "Muse-Ruili".
    return [
        c for c in candidates if not partners or c.is_theirs or any(near(c.name, p.name) for p in partners)
    ]


def _likely(
    candidates: Sequence[_PlaceCandidate], lands: frozenset[str], stage: str
) -> list[_PlaceCandidate]:
    """Those of weaker words, the surest kind that there is."""
    fitting = _own_side([c for c in candidates if not lands or c.place.country in lands])
    near = [c for c in fitting if c.behind is not None and not c.mention.in_dateline]
    sentences = (0, 1) if stage in STANDING else (0,)
    kinds = (
        # "Bangkok agrees" is a government.
        [
            c
            for c in near
            if c.role is PlaceRole.NAMED and c.mention.hit.field == "title" and not c.is_capital
        ],
        [c for c in near if c.role is PlaceRole.NAMED and not c.is_capital and c.behind in sentences],
        # A place is given with its province where it matters.
        [c for c in fitting if c.is_qualified and c.mention.placed and _may_be_site(c)],
    )
    return _first_few(kinds)


def _placed_there(
    candidates: Sequence[_PlaceCandidate], lands: frozenset[str], stage: str
) -> list[_PlaceCandidate]:
    """Those that the sentences on the base say something of without saying that it is there, the surest kind that there is."""
    fitting = _own_side([c for c in candidates if not lands or c.place.country in lands])
    near = [c for c in fitting if c.behind is not None and not c.mention.in_dateline]
    kinds = (
        # A place is given with its province where it matters.
        [c for c in near if c.is_qualified and _may_be_site(c)],
        [c for c in near if c.role is PlaceRole.CEREMONY],
        # A plan is told in capitals.
        [c for c in near if c.role is PlaceRole.FRONTED and (stage in STANDING or not c.is_capital)],
    )
    return _first_few(kinds)


def _may_be_site(c: _PlaceCandidate) -> bool:
    """Whether no words say that a place is a body's, a meeting's or another base's, and none that the report was written there."""
    others = (PlaceRole.BODY, PlaceRole.MEETING, PlaceRole.SCHOOL, PlaceRole.EARLIER)
    return c.role not in others and not c.is_capital and not c.mention.in_dateline


def _first_few(kinds: Iterable[list[_PlaceCandidate]]) -> list[_PlaceCandidate]:
    return next((found for found in kinds if found and _are_few(found)), [])


def _own_side(candidates: Sequence[_PlaceCandidate]) -> list[_PlaceCandidate]:
    """Places that no word says the base is at, without those of the other side: Harbin, which builds it with Johor Bahru.

    A capital may only be where it was told.
    """
    ours = any(
        c.is_theirs
        and not c.is_capital
        # Further on, a member's school or body may only have a part in it.
        and (
            c.behind == 0
            or c.mention.in_dateline
            or (c.behind == 1 and c.role not in (PlaceRole.SCHOOL, PlaceRole.BODY))
        )
        for c in candidates
    )
    begun = (PlaceRole.FRONTED, PlaceRole.CEREMONY)
    return [
        c
        for c in candidates
        if not ours or c.is_theirs or c.role is PlaceRole.SITE or (c.role in begun and c.behind == 0)
    ]


def _at_last(
    candidates: Sequence[_PlaceCandidate], lands: frozenset[str], stage: str
) -> list[_PlaceCandidate]:
    """Where nothing else is known: a school that has part in a base that was opened, or the only place further on."""
    fitting = _own_side([c for c in candidates if not lands or c.place.country in lands])
    schools = [
        c
        for c in fitting
        # Of two schools the one abroad has a part in what stands here.
        if c.role is PlaceRole.SCHOOL
        and c.in_one_of(lands)
        and (c.behind == 0 or (c.behind is not None and stage in STANDING))
    ]
    hosts = [c for c in fitting if c.role is PlaceRole.HOST]
    return (
        _only_one(schools)
        or _only_one(hosts)
        or _only_one(
            c for c in fitting if c.mention.placed and c.role is PlaceRole.FRONTED and not c.is_capital
        )
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


def _in_lead(
    candidates: Sequence[_PlaceCandidate], lands: frozenset[str], own: Hit | None
) -> list[_PlaceCandidate]:
    """The only place that the sentences before the base's own place something in: "outside Phonsavan" in a report's lead."""
    reach = weights().event_places.lead
    found = [
        c
        for c in candidates
        if own is not None
        and c.mention.hit.field == "text"
        and c.mention.hit.end <= min(own.start, reach)
        and c.mention.placed
        and not c.mention.in_dateline
        and c.role in (PlaceRole.FRONTED, PlaceRole.SITE)
        and c.in_one_of(lands)
        and not c.is_capital
    ]
    return _only_one([c for c in found if not c.is_near] or found)


def _by_dateline(
    candidates: Sequence[_PlaceCandidate], lands: frozenset[str], stage: str
) -> list[_PlaceCandidate]:
    """The place of the report, or of a meeting, where a base that was opened has no other: it was mostly opened there."""
    there = [c for c in candidates if c.in_one_of(lands)]
    # A plan is told in capitals; a report from elsewhere is of what is planned there.
    found = [c for c in there if c.mention.in_dateline and (stage in STANDING or not c.is_capital)]
    if stage in STANDING:
        found = found or [c for c in there if c.role is PlaceRole.MEETING and c.behind == 0]
    return found if len({c.name for c in found}) <= weights().locating.most_dateline else []


def _lands_of_base(
    findings: Findings, bases: Sequence[Hit], words: Surroundings, proof: Hit | None
) -> frozenset[str]:
    """The countries in which the sentences of a base say that it is: "a park in Cambodia"."""
    own = [b for b in bases if b.field == "title"] + [_of_text(bases, proof)]
    sentences = {(b.field, words.sentence(b.field, _span(findings, b)[0])) for b in own if b is not None}
    named = [
        (hit, Place(code, code, is_city=False))
        for code in sorted(findings.parties.all)
        for hit in findings.hits.get(f"country_{code}", ())
        if (hit.field, words.sentence(hit.field, _span(findings, hit)[0])) in sentences
    ]
    return frozenset(
        m.place.country
        for m in place_mentions(findings, named)
        if m.placed and not m.of_institution and words.role(m) is PlaceRole.SITE
    )
