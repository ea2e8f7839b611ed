"""What ties the reports of one event together whatever their language: the anchors of an article (`crawler.judging.features`).

They are read from the headline and the beginning: further down, news tells of other events.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from typing import NamedTuple

from crawler.judging.entities.editions import editions, ordinals_in
from crawler.judging.entities.known import CONCEPT, SERIES, concepts, country_of_person, entities
from crawler.judging.entities.names import latin_names
from crawler.judging.entities.pinyin import names_in_han, names_in_latin
from crawler.judging.entities.sounds import Known, by_skeleton, heard, writes_by_sound
from crawler.judging.features import Feature, FeatureKind, feature, kind_of, value_of, values
from crawler.judging.parties import Parties
from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.text.dates import dates_in
from crawler.judging.text.matching import Field, Findings, Hit, Matcher, field_of
from crawler.judging.text.nearness import outermost
from crawler.judging.text.numbers import numbers_in
from crawler.judging.text.packed_terms import PackedTerms
from crawler.judging.text.script import main_script
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table


def head_of(text: str) -> str:
    """The beginning of a text, in which news says what has happened."""
    weigh = weights().anchors
    if len(text) <= min(weigh.head_han, weigh.head):
        return text
    return text[: weigh.head_han if main_script(text) == "han" else weigh.head]


def packed_known() -> PackedTerms:
    """All known names and concepts, whose keys are packaged."""
    return PackedTerms("known_names", [*entities(), *concepts()], [e.name for e in entities()])


@cache
def _matcher() -> Matcher:
    return packed_known().matcher()


def anchors_of(
    findings: Findings,
    head: str,
    places: Iterable[tuple[Hit, Place]],
    countries: Iterable[str],
    published: date,
    more: Iterable[Feature] = (),
    everyday: Iterable[str] = (),
) -> frozenset[Feature]:
    """The anchors of one article.

    Args:
        findings: what the judge found in its headline and text, with the text's language.
        head: the beginning of its text (`head_of`).
        places: the places among it.
        countries: the parties that it names.
        published: the day of publication, which days without a year and weekdays are relative to.
        more: anchors that the judge knows already (topics, kinds of bases, links).
        everyday: words that every report of cooperation has, which are no names.
    """
    title = findings.fields["title"].original
    lang = findings.lang
    whole = f"{title}\n{head}"
    news = weights().anchors.news
    near = [p for h, p in places if h.field == "title" or h.start < len(head)]
    days = dates_in(whole, lang, published)
    ordinals = ordinals_in(whole)
    # The 28 of "28 November" and the 22 of "the 22nd Expo" are no numbers that tie reports.
    taken = {i for mention in days for i in range(mention.start, mention.end)} | {
        i for start, end, _ in ordinals for i in range(start, end)
    }
    known, words, about = _known(_known_in(findings, head), lang)
    known |= _heard(title, head, countries, findings.parties)
    # What is known as a place or a party is an anchor of
    # its own kind, and must not count twice as a name.
    words |= {word for h, _ in places for word in h.pattern.key.split()} | set(everyday)
    parties = set(countries)
    # An ordinal that counts an edition is in its feature already.
    counted = {e.rpartition("#")[2] for e in values(known, FeatureKind.EDITION) if "#" in e}
    return frozenset(
        {
            *known,
            *more,
            # What it is about stands in the headline, not in the words that stand for one.
            *(feature(FeatureKind.PURPOSE, concept) for concept in about if title),
            *(feature(FeatureKind.PARTY, c) for c in parties),
            *_visits(known, parties, findings.parties),
            *(feature(FeatureKind.PLACE, p.name) for p in near),
            *(feature(FeatureKind.DAY, m.day.isoformat()) for m in days if abs(m.day - published) <= news),
            *(feature(FeatureKind.NUMBER, str(n)) for n in numbers_in(whole, lang, taken)),
            *(
                feature(FeatureKind.ORDINAL, str(n))
                for _, _, n in ordinals
                if n > 1 and str(n) not in counted
            ),
            *(feature(FeatureKind.LATIN_NAME, name) for name in _other_names(title, head, lang) - words),
            *_people(whole, known),
        }
    )


@cache
def _sounds_of_entities() -> Known:
    """Entities with Latin names by their sound. Single words of fewer letters would meet by chance."""
    names = (
        (spelling, entity.name.partition(":")[2])
        for entity in entities()
        for spelling in entity.spellings["*"]
        if not spelling.isupper()
    )
    return by_skeleton(names, weights().sounds.least)


@cache
def _sounds_of_places(country: str, parties: Parties) -> Known:
    """The cities and provinces of a country by their sound."""
    own = (name for name, code in gazetteer(parties).country_of.items() if code == country)
    return by_skeleton(((name.removesuffix(" City"), name) for name in own), weights().sounds.least_place)


def _heard(title: str, head: str, countries: Iterable[str], parties: Parties) -> set[Feature]:
    """What is named in a script that writes names by their sound."""
    if not writes_by_sound(head or title):
        return set()
    least = weights().sounds.least
    least_place = weights().sounds.least_place
    places = [_sounds_of_places(country, parties) for country in sorted(set(countries))]
    found: set[Feature] = set()
    for field, text in (("title", title), ("text", head)):
        for name in heard(text, [_sounds_of_entities()], least):
            found |= _named(FeatureKind.ENTITY, name, field)
        found |= {feature(FeatureKind.PLACE, name) for name in heard(text, places, least_place)}
    return found


def named_in(name: str, lang: str | None) -> frozenset[Feature]:
    """The entities and concepts in a name."""
    found = _known([field_of("title", name)], lang).features
    return frozenset(f for f in found if kind_of(f) in (FeatureKind.ENTITY, FeatureKind.CONCEPT))


_LOWER_CASE_WORD = re.compile(r"(?<!\w)[^\W\d_A-ZÀ-Þ]+(?!\w)")


def _other_names(title: str, head: str, lang: str | None) -> frozenset[str]:
    """The names in Latin script that no table has.

    Paragraph by paragraph, because the first word of each has a capital as that of a sentence. A word that the same text
    writes in lower case too is none, and neither are given names that very many people bear.
    """
    found = frozenset[str]().union(*(latin_names(part, lang) for part in (title, *head.split("\n"))))
    if not found:
        return found
    return found - _common_names() - set(_LOWER_CASE_WORD.findall(head))


@cache
def _common_names() -> frozenset[str]:
    return frozenset(table("common_names.yaml")["names"])


class _Known(NamedTuple):
    """Entities, concepts and editions as features, the words that name them, concepts included, and the concepts of the headline."""

    features: set[Feature]
    words: set[str]
    headlined: set[str]


def _known_in(findings: Findings, head: str) -> list[Field]:
    """Where names are looked for: the headline, for which the first words of the text stand where there is none, and the head."""
    title, text = findings.fields["title"], findings.fields["text"]
    return [
        title if title.original else field_of("title", head[: weights().anchors.headline]),
        text if text.original == head else field_of("text", head),
    ]


def _known(fields: Iterable[Field], lang: str | None) -> _Known:
    """What is known by its name. What lies inside a longer name is not counted again."""
    findings = _matcher().find_in(fields, lang)
    found: set[Feature] = set()
    words: set[str] = set()
    headlined: set[str] = set()
    series: dict[str, list[tuple[str, int, int]]] = {}
    for hit in outermost(hit for hits in findings.hits.values() for hit in hits):
        kind, _, name = hit.pattern.set_name.partition(":")
        # "Vocational College" is a concept: with a capital its words are no names besides.
        words.update(findings.fields[hit.field].normal.text[hit.start : hit.end].split())
        if kind == CONCEPT:
            found.add(feature(FeatureKind.CONCEPT, name))
            if hit.field == "title":
                headlined.add(name)
            continue
        found |= _named(FeatureKind.ENTITY, name, hit.field)
        if kind == SERIES:
            series.setdefault(hit.field, []).append(
                (name, *findings.fields[hit.field].normal.span(hit.start, hit.end))
            )
    for field, named in series.items():
        for edition in editions(findings.fields[field].original, named):
            found |= _named(FeatureKind.EDITION, edition, field)
    return _Known(found, words, headlined)


def _named(kind: FeatureKind, name: str, field: str) -> set[Feature]:
    """The features of an entity or edition; one that the headline names counts as such too."""
    found = {feature(kind, name)}
    return found | {feature(FeatureKind.HEADLINED, name)} if field == "title" else found


_STATE_VISIT = feature(FeatureKind.CONCEPT, "state_visit")


def _visits(known: Collection[Feature], named: Iterable[str], parties: Parties) -> set[Feature]:
    """Who visits, or receives, which country: those named where a text speaks of a visit."""
    if _STATE_VISIT not in known:
        return set()
    home = country_of_person()
    people = [(name, home[name]) for name in values(known, FeatureKind.ENTITY) if name in home]
    visits: set[Feature] = set()
    for name, own in people:
        # Members visiting each other are not our news.
        ours = parties.ours.countries
        others = set(named) - ours if own in ours else ours.intersection(parties.ours.codes[:1])
        visits |= {feature(FeatureKind.VISIT, f"{name}>{to}") for to in others if to != own}
    return visits


_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0010ffff]")
"""Chinese characters, and all rare ones, which `crawler.judging.text.script` takes for such."""


def _people(whole: str, known: Iterable[Feature]) -> set[Feature]:
    """Names of Chinese people, those aside that are known."""
    is_han = _HAN.search(whole) is not None and main_script(whole) == "han"
    names = names_in_han(whole) if is_han else names_in_latin(whole)
    there = {value_of(k).replace(" ", "").lower() for k in known}
    return {
        feature(FeatureKind.CHINESE_NAME, name)
        for name in names
        # A known person's name, or part of it, is an entity already.
        if not any(name in k or k in name for k in there)
    }
