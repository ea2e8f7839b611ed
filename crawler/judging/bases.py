"""Whether an article's news is a new base of China–ASEAN cooperation, and what it says of it.

A base is new where a word for a base stands close to a word for its coming into being, in the headline or early
in the text, and where no words speak of what has existed for long.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from crawler.judging.dates import dates_in
from crawler.judging.matching import Field, Findings, Hit
from crawler.judging.names import base_name
from crawler.judging.nearness import Row, outermost
from crawler.judging.places import CHINA, MEMBERS, Place
from crawler.model import BaseMention
from crawler.tables import table

NEAR, NEAR_UNSPACED = 12, 20
"""A base and its launch stand at most this many words apart; words of unspaced scripts are found by rule and shorter."""
BESIDE = 6
"""So many acts before and behind a base are looked at."""
EARLY, LATER = 220, 600
LONGEST_NAME = 90
THRESHOLD = 1.0
HEADLINED = 0.3
"""What a headline that names a base adds to a launch that the text tells of."""
PROVING = 1200
"""Characters of a text in which a base's name and cities are looked for."""
BEFORE_BASE, BEHIND_BASE = 160, 260
"""Characters before and behind the mention of a base in which its cities are named."""
_YEAR = re.compile(r"(?<![\d.,])(?:1[89]|2[05])\d{2}(?![\d.,]\d|\d|%)")
_BUDDHIST = 543
_LOWER = "a-zà-öø-ÿđａ-ｚ"
_SENTENCE_END = re.compile(
    rf"[。！？；။។]|\n(?![ \t]*[{_LOWER}])|(?<!\b[^\W\d_])(?<!\b(?:Mr|Dr|Ms|St|Ir))[.!?](?=\s+[^\W\d{_LOWER}]|\s*$)"
)
"""A full stop before a capital; not behind an initial or a title. A line that goes on in lower case was only wrapped."""


@dataclass(frozen=True, slots=True)
class BaseRule:
    """The term sets that base recognition reads."""

    base: str = "base"
    launch: str = "launch"
    established: str = "established"

    def sets(self) -> list[str]:
        """All set names that the rule reads."""
        return [self.base, self.launch, self.established]


@dataclass(frozen=True, slots=True)
class _Pair:
    base: Hit
    launch: Hit
    weight: float


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What the name and the cities of a base are read from."""

    bases: Sequence[Hit]
    launches: Sequence[Hit]
    places: Sequence[tuple[Hit, Place]]
    parties: Sequence[Hit]


@cache
def _words() -> Any:
    return table("bases.yaml")


def _classify(kind: str, text: str, default: str) -> str:
    low = text.casefold()
    return next((name for name, parts in _words()[kind].items() if any(p.casefold() in low for p in parts)), default)


def new_bases(
    findings: Findings,
    places: Sequence[tuple[Hit, Place]],
    rule: BaseRule,
    members: Mapping[str, frozenset[str]],
    published: date,
    parties: Sequence[Hit] = (),
) -> tuple[BaseMention, ...]:
    """The new base that an article reports: one, the strongest; none where nothing speaks of a beginning.

    Args:
        findings: what was found where.
        places: the places among it.
        rule: which term sets to read.
        members: the sets that each set stands for.
        published: the day of publication.
        parties: the words that name China, ASEAN or a member; a base's full name holds one of them.
    """
    # "Industrial park" and not the "park" within; the longest first.
    bases = sorted(outermost(findings.of(members[rule.base])), key=lambda h: h.start - h.end)
    launches = [h for h in findings.of(members[rule.launch]) if not _long_ago(findings, h, published.year)]
    row = Row(launches)
    pairs = [p for b in bases for launch in row.around(b, BESIDE) if (p := _pair(findings, b, launch))]
    headlined = HEADLINED * any(b.field == "title" for b in bases)
    if not pairs or sum(_best_weights(pairs)) + headlined + _history(findings.of(members[rule.established])) < THRESHOLD:
        return ()
    best = max(pairs, key=lambda p: (p.weight, len(p.base.pattern.key)))
    # A sentence of the text says more than a headline.
    proof = max((p for p in pairs if p.base.field == "text" and p.weight >= THRESHOLD / 2), key=lambda p: p.weight, default=best)
    near = _Surroundings([b for b in bases if b.field == "title" or b.start < PROVING], launches, places, parties)
    return (_mention(findings, proof, near, published),)


def _long_ago(findings: Findings, launch: Hit, year: int) -> bool:
    """Whether an earlier year stands beside an act, as in "launched in 2014"; such an act is no news."""
    text = findings.fields[launch.field].normal.text
    near = text[max(0, launch.start - 8) : launch.start] + " " + text[launch.end : launch.end + 12]
    years = (int(m[0]) for m in _YEAR.finditer(near))
    return any((y - _BUDDHIST if y > 2400 else y) < year for y in years)


def _pair(findings: Findings, base: Hit, launch: Hit) -> _Pair | None:
    overlapping = base.field == launch.field and base.start < launch.end and launch.start < base.end
    distance = findings.distance(base, launch)
    near = NEAR_UNSPACED if findings.lang in ("th", "lo", "km", "my") else NEAR
    if overlapping or distance > near or not _same_sentence(findings, base, launch):
        return None
    if base.field == "title":
        place = 1.0
    else:
        place = 0.9 if base.start < EARLY else 0.5 if base.start < LATER else 0.2
    return _Pair(base, launch, place * (1.0 if distance <= 6 else 0.8))


def _same_sentence(findings: Findings, a: Hit, b: Hit) -> bool:
    place = findings.fields[a.field]
    first, second = (a, b) if a.start <= b.start else (b, a)
    _, low = place.normal.span(first.start, first.end)
    high, _ = place.normal.span(second.start, second.end)
    return not _SENTENCE_END.search(place.original, low, high + 1)


def _best_weights(pairs: Sequence[_Pair]) -> list[float]:
    """The two strongest pairs, of different places in the text, count."""
    spots: dict[tuple[str, int], float] = {}
    for pair in pairs:
        spot = (pair.base.field, pair.base.start)
        spots[spot] = max(spots.get(spot, 0.0), pair.weight)
    return sorted(spots.values(), reverse=True)[:2]


def _history(established: Sequence[Hit]) -> float:
    """Words of what has long existed weigh against, early ones most."""
    early = any(h.field == "title" or h.start < EARLY for h in established)
    return -0.7 * early - 0.3 * min(2, len({h.pattern.key for h in established}) - early if established else 0)


def _mention(findings: Findings, pair: _Pair, near: _Surroundings, published: date) -> BaseMention:
    place = findings.fields[pair.base.field]
    sentence = sentence_around(place, pair.base)
    name = _name(findings, pair, near)
    cities = _cities(near)
    countries = tuple(sorted({p.country for _, p in near.places if p.country in CHINA | MEMBERS}))
    kind = _classify("kinds", pair.base.pattern.spelling, "base")
    day = _day(findings, sentence, published)
    return BaseMention(
        key=_key(kind, cities, countries, name),
        name=name,
        kind=kind,
        stage=_classify("stages", pair.launch.pattern.spelling, "launched"),
        cities=cities,
        countries=countries,
        date=day,
        sentence=sentence,
    )


def sentence_around(place: Field, hit: Hit) -> str:
    """The sentence that a hit stands in, as written (at most some 500 characters)."""
    low, high = place.normal.span(hit.start, hit.end)
    ends = [m.end() for m in _SENTENCE_END.finditer(place.original)]
    start = max((e for e in ends if e <= low), default=0)
    end = min((e for e in ends if e >= high), default=len(place.original))
    return place.original[max(start, low - 250) : min(end, high + 250)].strip()


def _name(findings: Findings, pair: _Pair, near: _Surroundings) -> str:
    """The fullest name that the article gives a base of this kind: one that holds a party, then the longest."""
    kind = _classify("kinds", pair.base.pattern.spelling, "base")
    same = [b for b in near.bases if _classify("kinds", b.pattern.spelling, "base") == kind] or [pair.base]
    named = {findings.fields[h.field].normal.text[h.start : h.end] for h in near.parties}
    names = [base_name(findings.fields[b.field], b, findings.lang, near.launches) for b in same]

    def fullness(name: str) -> tuple[bool, int]:
        low = name.casefold()
        return any(party in low for party in named), min(len(name), LONGEST_NAME)

    return max(names, key=fullness)


def _cities(near: _Surroundings) -> tuple[str, ...]:
    """The cities named close to any mention of a base; where there are none, those of the headline, or the first ones."""
    cities = [(h, p) for h, p in near.places if p.is_city]

    def close(place: Hit) -> bool:
        return any(b.field == place.field and -BEFORE_BASE <= place.start - b.end <= BEHIND_BASE for b in near.bases)

    beside = [p.name for h, p in cities if close(h)]
    titled = [p.name for h, p in cities if h.field == "title"]
    return tuple(dict.fromkeys(beside or titled or [p.name for _, p in cities][:4]))


def _day(findings: Findings, sentence: str, published: date) -> date | None:
    """The day of the act: the latest one that the sentence, else the text, names and that is not to come."""
    for text in (sentence, findings.fields["text"].original[:600]):
        past = [m.day for m in dates_in(text, findings.lang, published) if 0 <= (published - m.day).days <= 45]
        if past:
            return max(past) if text is sentence else past[0]
    return None


def _key(kind: str, cities: Sequence[str], countries: Sequence[str], name: str) -> str:
    """A key that reports in different languages agree on where they name the same cities; else the name decides."""
    ground = "|".join(sorted(cities)) or "|".join(countries) or name.casefold()
    return f"{kind}-{hashlib.blake2b(ground.encode(), digest_size=4).hexdigest()}"
