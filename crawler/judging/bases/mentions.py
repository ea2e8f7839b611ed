"""Whether an article's news is a new base of China–ASEAN cooperation, and what it says of it.

A base is new where a word for a base stands close to a word for its coming into being, in the headline or early
in the text, and where no words speak of what has existed for long.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from crawler.judging.bases.facts import figures_in, partners_in
from crawler.judging.entities.names import base_name
from crawler.judging.places.event_places import parties_in
from crawler.judging.places.gazetteer import CHINA, MEMBERS, Place
from crawler.judging.places.locating import cities_of
from crawler.judging.text.dates import dates_in, months_in
from crawler.judging.text.matching import Field, Findings, Hit
from crawler.judging.text.nearness import Row, outermost
from crawler.judging.weights import weights
from crawler.model import BaseMention
from crawler.runtime.data_tables import table

STAGES = ("proposed", "planned", "approved", "signed", "under construction", "launched", "operating", "expanded", "closed")
"""The life of a base, in its order."""
_BREAK = re.compile(r"[,.;:!?()，。；：、（）\n]")
_YEAR = re.compile(r"(?<![\d.,])(?:1[89]|2[05])\d{2}(?![\d.,]\d|\d|%)")
_BUDDHIST = 543
_CUT_BY_RULE = ("th", "lo", "km", "my")
"""Languages whose words are cut by rule, and shorter than a dictionary would cut them."""
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
    head: str = "base_head"
    progress: str = "base_progress"
    joint: str = "joint"

    def sets(self) -> list[str]:
        """All set names that the rule reads."""
        return [self.base, self.launch, self.established, *self.optional()]

    def optional(self) -> list[str]:
        """Those that a configuration may leave out."""
        return [self.head, self.progress, self.joint]


@dataclass(frozen=True, slots=True)
class Parties:
    """The words of an article that name China, a partner, or both in one."""

    china: Sequence[Hit] = ()
    partner: Sequence[Hit] = ()
    both: Sequence[Hit] = ()

    @property
    def all(self) -> list[Hit]:
        """All of them, in the order of the text."""
        return sorted({*self.china, *self.partner, *self.both}, key=lambda h: h.order)


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


def bases_in(
    findings: Findings,
    places: Sequence[tuple[Hit, Place]],
    rule: BaseRule,
    members: Mapping[str, frozenset[str]],
    published: date,
    parties: Parties,
) -> tuple[BaseMention, ...]:
    """The base that an article reports: one, the strongest; as new where it comes into being, else with its progress.

    None where nothing speaks of a beginning or of progress.

    Args:
        findings: what was found where.
        places: the places among it.
        rule: which term sets to read.
        members: the sets that each set stands for.
        published: the day of publication.
        parties: the words that name China, a partner, or both in one; a base's full name holds some.
    """

    def of(name: str) -> list[Hit]:
        return findings.of(members.get(name, ()))

    # "Industrial park" and not the "park" within; the longest first.
    words = [*of(rule.base), *_of_both(findings, of(rule.head), parties, of(rule.joint))]
    bases = sorted(outermost(words), key=lambda h: h.start - h.end)
    if not bases:
        return ()
    launches = of(rule.launch)
    acts = [h for h in launches if not _long_ago(findings, h, published) and not _in_earlier_year(findings, h, launches, published)]
    weigh = weights().bases
    near = _Surroundings([b for b in bases if b.field == "title" or b.start < weigh.proving], acts, places, parties.all)
    pairs = _pairs(findings, bases, acts)
    headlined = weigh.headlined * any(b.field == "title" for b in bases)
    weight = sum(_best_weights(pairs)) + headlined + _history(of(rule.established))
    if pairs and weight >= weigh.threshold:
        return (_mention(findings, pairs, near, published),)
    going_on = [p for p in _pairs(findings, bases, of(rule.progress)) if p.weight >= weigh.progress]
    return (_mention(findings, going_on, near, published, is_new=False),) if going_on else ()


def launched_of_both(findings: Findings, rule: BaseRule, members: Mapping[str, frozenset[str]], parties: Parties) -> list[Hit]:
    """The general words for a place of work that stand in one name with both parties and come into being beside it.

    "China-ASEAN education centre opens" speaks of cooperation without any word for it.
    """
    acts = findings.of(members.get(rule.launch, ()))
    if not acts or not (parties.both or (parties.china and parties.partner)):
        return []
    heads = _of_both(findings, findings.of(members.get(rule.head, ())), parties, (), ties=True)
    return list(dict.fromkeys(p.base for p in _pairs(findings, heads, acts) if p.weight >= weights().bases.threshold))


def is_of_all(findings: Findings, rule: BaseRule, members: Mapping[str, frozenset[str]], wide: Iterable[Hit]) -> bool:
    """Whether a word for a base stands in one name with a word that names ASEAN as a whole: it may lie in several countries."""
    spans = _Spans((h.field, h.start, h.end) for h in wide)
    heads = findings.of(members.get(rule.base, ())) + findings.of(members.get(rule.head, ()))
    weigh = weights().bases
    near = (h for h in heads if h.field == "title" or h.start < weigh.early)
    return any(_any_of_one_name(findings, h, spans, weigh.name_length) for h in near)


def _pairs(findings: Findings, bases: Sequence[Hit], acts: Sequence[Hit]) -> list[_Pair]:
    row, beside = Row(acts), weights().bases.beside
    return [p for b in bases for act in row.around(b, beside) if (p := _pair(findings, b, act))]


def _proof(pairs: Sequence[_Pair]) -> _Pair:
    """The pair that speaks for a base: a sentence of the text says more than a headline."""
    best = max(pairs, key=lambda p: (p.weight, len(p.base.pattern.key)))
    least = weights().bases.proof
    told = (p for p in pairs if p.base.field == "text" and p.weight >= least)
    return max(told, key=lambda p: p.weight, default=best)


def _of_both(findings: Findings, heads: Sequence[Hit], parties: Parties, joint: Sequence[Hit], *, ties: bool = False) -> list[Hit]:
    """The general words for a place of work ("centre", 学院) that a name of both parties, or "joint", makes one of cooperation.

    With ``ties`` two names only beside each other are none of both: "a Chinese Malaysian businessman opens a centre".
    """
    named = [n for n in _named_together(findings, parties) if not (ties and _only_beside(findings, n))]
    names = _Spans([(h.field, h.start, h.end) for h in parties.both] + named)
    words = _Spans([(j.field, j.start, j.end) for j in joint])
    weigh = weights().bases

    def is_of_both(head: Hit) -> bool:
        return _any_of_one_name(findings, head, names, weigh.name_length) or _any_of_one_name(
            findings, head, words, weigh.joint_length
        )

    return [h for h in heads if is_of_both(h)]


class _Spans:
    """Stretches of text in order, to find those next to a place."""

    def __init__(self, spans: Iterable[tuple[str, int, int]]) -> None:
        self._spans = sorted(spans)

    def around(self, hit: Hit) -> Sequence[tuple[str, int, int]]:
        """The few before and behind a hit."""
        place = bisect_left(self._spans, (hit.field, hit.start, 0))
        closest = weights().bases.closest
        return [s for s in self._spans[max(0, place - closest) : place + closest] if s[0] == hit.field]


def _any_of_one_name(findings: Findings, head: Hit, spans: _Spans, most: int) -> bool:
    return any(_of_one_name(findings, head, start, end, most) for _, start, end in spans.around(head))


def _named_together(findings: Findings, parties: Parties) -> list[tuple[str, int, int]]:
    """Where China and a partner are named in one breath, as in "China-Laos"."""
    row = Row(parties.partner)
    found: list[tuple[str, int, int]] = []
    for hit in parties.china:
        for other in (row.behind(hit, strictly=True), row.before(hit, strictly=True)):
            if other is not None and findings.distance(hit, other) <= 1:
                found.append((hit.field, min(hit.start, other.start), max(hit.end, other.end)))
    return found


def _only_beside(findings: Findings, span: tuple[str, int, int]) -> bool:
    """Whether nothing but a space stands between two names."""
    field, start, end = span
    place = findings.fields[field]
    low, high = place.normal.span(start, end)
    return re.fullmatch(r"[^\W\d_]+ [^\W\d_]+", place.original[low:high]) is not None


def _of_one_name(findings: Findings, head: Hit, start: int, end: int, most: int) -> bool:
    """Whether a word stands so close to a stretch of text that both are of one name, with no punctuation between."""
    low, high = (end, head.start) if end <= head.start else (head.end, start)
    if low > high:
        return True  # one lies in the other
    place = findings.fields[head.field]
    longest = most * weights().bases.unspaced_length if findings.lang in _CUT_BY_RULE else most
    return place.ruler.distance(low, high) <= longest and not _BREAK.search(place.normal.text, low, high)


def _long_ago(findings: Findings, act: Hit, published: date) -> bool:
    """Whether an act is told of an earlier year or month, as in "launched in 2014" or 今年9月…签署; such an act is no news."""
    place = findings.fields[act.field]
    text = place.normal.text
    weigh = weights().bases
    near = text[max(0, act.start - weigh.year_before) : act.start] + " " + text[act.end : act.end + weigh.year_behind]
    years = (int(m[0]) for m in _YEAR.finditer(near))
    if any((y - _BUDDHIST if y > 2400 else y) < published.year for y in years):
        return True
    low, high = place.normal.span(act.start, act.end)
    around = place.original[max(0, low - weigh.month_reach) : high + weigh.month_reach]
    months = months_in(around, findings.lang, published)
    if months and max(months) < published - weigh.lately:
        return True
    days = [m.day for m in dates_in(around, findings.lang, published)]
    return bool(days) and max(days) < published - weigh.look_back


def _in_earlier_year(findings: Findings, act: Hit, acts: Sequence[Hit], published: date) -> bool:
    """Whether the clause goes on to say that an act was in an earlier year: "opened a laboratory in Luang Prabang in May 2015".

    Another act in between, or a word that begins another clause, has the year to itself. A year that has just ended is
    still lately.
    """
    text = findings.fields[act.field].normal.text
    ends = [h.start for h in acts if h.field == act.field and h.start >= act.end]
    clause = _BREAK.split(text[act.end : min([act.end + weights().bases.clause, *ends])])[0]
    clause = re.split(_words()["clauses"], clause)[0]
    years = (int(m["year"]) for m in re.finditer(_words()["years_behind"], clause))
    last = published.year - 1 if published.month > 1 else published.year - 2
    return any((y - _BUDDHIST if y > 2400 else y) <= last for y in years)


def _pair(findings: Findings, base: Hit, act: Hit) -> _Pair | None:
    if base.field != act.field or (base.start < act.end and act.start < base.end):
        return None
    weigh = weights().bases
    distance = findings.distance(base, act)
    near = weigh.near_unspaced if findings.lang in _CUT_BY_RULE else weigh.near
    if distance <= near and _same_sentence(findings, base, act):
        weight = _role(findings, base, act)
    elif _begins_next_sentence(findings, base, act):
        weight, distance = weigh.next_sentence, 0.0
    else:
        return None
    place = _share_of_place(findings, base)
    if distance <= weigh.direct and base.start < weigh.early and weight == 1.0:
        place = 1.0
    return _Pair(base, act, weight * place * (1.0 if distance <= weigh.close else weigh.less_close))


def _share_of_place(findings: Findings, base: Hit) -> float:
    """What a mention counts by where it stands: the headline tells the news, the end of a text its background."""
    weigh = weights().bases
    if base.field == "title" or (base.start < weigh.first and not findings.fields["title"].original):
        return 1.0
    if base.start < weigh.early:
        return weigh.early_share
    return weigh.later_share if base.start < weigh.later else weigh.late_share


def _role(findings: Findings, base: Hit, act: Hit) -> float:
    """1 where the base is what is launched; less where the words around say that it is where that is done, or only advanced."""
    weigh = weights().bases
    text = findings.fields[base.field].normal.text
    words = _words()
    if act.end <= base.start:
        between = text[act.end : base.start]
        where = words["where"].get(findings.lang) or words["where"]["en"]
        if where["spaced"]:
            is_where = bool({*between.split()} & set(where["before"]))
        else:
            is_where = findings.lang != "zh" and any(w in between for w in where["before"])
        if is_where:
            return weigh.where
    elif act.pattern.key in words["nouns_behind"]:
        return weigh.advanced
    before = text[max(0, min(base.start, act.start) - weigh.advanced_reach) : base.start]
    return weigh.advanced if any(w in before for w in words["advancing"].get(findings.lang, ())) else 1.0


def _begins_next_sentence(findings: Findings, base: Hit, act: Hit) -> bool:
    """Whether the act is the first word of the sentence behind the base's: "has a centre in Fuqing. Its opening on Wednesday …"."""
    weigh = weights().bases
    if not 0 <= act.start - base.end < weigh.next_reach:
        return False
    place = findings.fields[act.field]
    low, high = place.normal.span(act.start, act.end)
    ends = list(_SENTENCE_END.finditer(place.original, place.normal.span(base.start, base.end)[1], high))
    return len(ends) == 1 and low - ends[0].end() <= weigh.next_begin


def _same_sentence(findings: Findings, a: Hit, b: Hit) -> bool:
    place = findings.fields[a.field]
    first, second = (a, b) if a.start <= b.start else (b, a)
    _, low = place.normal.span(first.start, first.end)
    high, _ = place.normal.span(second.start, second.end)
    return not _SENTENCE_END.search(place.original, low, high + 1)


def _best_weights(pairs: Sequence[_Pair]) -> list[float]:
    """The strongest pairs, of different places in the text, count."""
    spots: dict[tuple[str, int], float] = {}
    for pair in pairs:
        spot = (pair.base.field, pair.base.start)
        spots[spot] = max(spots.get(spot, 0.0), pair.weight)
    return sorted(spots.values(), reverse=True)[: weights().bases.most_pairs]


def _history(established: Sequence[Hit]) -> float:
    """Words of what has long existed weigh against, early ones most."""
    if not established:
        return 0.0
    weigh = weights().bases
    early = any(h.field == "title" or h.start < weigh.early for h in established)
    others = len({h.pattern.key for h in established}) - early
    return weigh.long_ago_early * early + weigh.long_ago * min(weigh.most_long_ago, others)


def _mention(
    findings: Findings, pairs: Sequence[_Pair], near: _Surroundings, published: date, *, is_new: bool = True
) -> BaseMention:
    pair = _proof(pairs)
    place = findings.fields[pair.base.field]
    sentence = sentence_around(place, pair.base)
    name = _name(findings, pair, near)
    cities = cities_of(findings, near.places, near.bases, name)
    countries = _countries(findings, near)
    kind = _classify("kinds", pair.base.pattern.spelling, "base")
    return BaseMention(
        key=_key(kind, cities, countries, name),
        name=name,
        kind=kind,
        stage=_stage(pairs, pair),
        cities=cities,
        countries=countries,
        date=_day(findings, sentence, published),
        sentence=sentence,
        partners=partners_in(sentence, findings.lang),
        figures=figures_in(f"{sentence}\n{findings.fields['text'].original[: weights().bases.proving]}", findings.lang),
        is_new=is_new,
    )


def _countries(findings: Findings, near: _Surroundings) -> tuple[str, ...]:
    """The countries of the places that the article names; of the parties named first where those are in no member state."""
    found = {p.country for _, p in near.places} & (CHINA | MEMBERS)
    if found.isdisjoint(MEMBERS):
        first = [
            p for h, p in parties_in(findings, near.places, near.parties) if h.field == "title" or h.start < weights().bases.early
        ]
        found |= {p.country for p in first}
    return tuple(sorted(found))


def _stage(pairs: Sequence[_Pair], proof: _Pair) -> str:
    """The furthest stage that the acts beside the base tell: who signs an agreement to build has signed."""
    least = proof.weight * weights().bases.stage_share
    acts = [p.launch for p in pairs if p.base == proof.base and p.weight >= least]
    stages = [_classify("stages", act.pattern.spelling, "launched") for act in acts]
    return max(stages, key=STAGES.index)


def sentence_around(place: Field, hit: Hit) -> str:
    """The sentence that a hit stands in, as written; a very long one is cut."""
    reach = weights().bases.sentence
    low, high = place.normal.span(hit.start, hit.end)
    ends = [m.end() for m in _SENTENCE_END.finditer(place.original)]
    start = max((e for e in ends if e <= low), default=0)
    end = min((e for e in ends if e >= high), default=len(place.original))
    return place.original[max(start, low - reach) : min(end, high + reach)].strip()


def _name(findings: Findings, pair: _Pair, near: _Surroundings) -> str:
    """The fullest name that the article gives a base of this kind: one that holds a party, then the longest."""
    kind = _classify("kinds", pair.base.pattern.spelling, "base")
    same = [b for b in near.bases if _classify("kinds", b.pattern.spelling, "base") == kind] or [pair.base]
    named = {findings.fields[h.field].normal.text[h.start : h.end] for h in near.parties}
    names = [base_name(findings.fields[b.field], b, findings.lang, near.launches) for b in same]

    def fullness(name: str) -> tuple[bool, int]:
        low = name.casefold()
        return any(party in low for party in named), min(len(name), weights().bases.longest_name)

    return max(names, key=fullness)


def _day(findings: Findings, sentence: str, published: date) -> date | None:
    """The day of the act: the latest one that the sentence, else the text, names and that is not to come.

    Where the sentence names only days that are long past, it looks back on one of them, whatever day the text names besides.
    """
    named = [m.day for m in dates_in(sentence, findings.lang, published) if m.day <= published]
    weigh = weights().bases
    if named and max(named) < published - weigh.look_back:
        return max(named)
    earliest = published - weigh.day_reach
    for text in (sentence, findings.fields["text"].original[: weigh.day_text]):
        past = [m.day for m in dates_in(text, findings.lang, published) if earliest <= m.day <= published]
        if past:
            return max(past) if text is sentence else past[0]
    return None


def _key(kind: str, cities: Sequence[str], countries: Sequence[str], name: str) -> str:
    """A key that reports in different languages agree on where they name the same cities; else the name decides."""
    ground = "|".join(sorted(cities)) or "|".join(countries) or name.casefold()
    return f"{kind}-{hashlib.blake2b(ground.encode(), digest_size=4).hexdigest()}"
