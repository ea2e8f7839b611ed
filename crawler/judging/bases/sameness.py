"""Whether a report speaks of a base that the register knows: by names, entities, fields, kind, places and days together."""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.fields import (
    Fields,
    fields_of_base,
    is_for_training,
    of_one_field,
    of_other_field,
    related_kinds,
)
from crawler.judging.bases.own_names import (
    anchors,
    entities_in,
    is_own_name,
    is_unspaced,
    names_only_parties,
    partners_in,
    pieces,
    purpose_pieces,
    says_only_what,
    says_which,
    unique_things_in,
)
from crawler.judging.bases.stages import STAGES
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.places.event_places import Ground, elsewhere, ground_of_base, lands_of, meet
from crawler.judging.weights import weights
from crawler.model import BaseMention

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KnownBase:
    """What matching looks at in a base of the register.

    ``names`` are (language, name), ``countries`` those that reports name, ``since`` and ``until`` when it was reported first and
    last, ``days`` those of its acts, ``fields`` what it is for; ``english`` are its names as reports in other languages were put into
    English.
    """

    id: int
    kind: str
    cities: frozenset[str]
    names: tuple[tuple[str, str], ...]
    stories: Container[int] = frozenset()
    countries: frozenset[str] = frozenset()
    stage: str = STAGES[0]
    since: datetime | None = None
    days: Collection[date] = frozenset()
    fields: Fields = field(default_factory=Fields)
    english: frozenset[str] = frozenset()
    parties: Parties = CHINA_ASEAN


@dataclass(frozen=True, slots=True)
class _Likeness:
    """What a mention and a known base have in common.

    ``names`` is the likeness of two names in one language, ``by_name`` whether a name that few bases have says that they are one,
    ``by_own_name`` whether one that no other has does; ``soon`` whether they were reported in the same days.
    """

    names: float
    by_name: bool
    by_own_name: bool
    one_kind: bool
    one_field: bool
    of_one_event: bool
    soon: bool

    @property
    def same_name(self) -> bool:
        return self.names >= weights().register.same_name


def same_base(
    mention: BaseMention, lang: str, story: int | None, known: KnownBase, when: datetime | None = None
) -> float:
    """How likely a mention speaks of a known base, 0..1; 0 where it does not.

    Args:
        mention: what an article says.
        lang: the article's language.
        story: the article's story.
        known: a base of the register.
        when: the time of the article.
    """
    of_one_event = story is not None and story in known.stories
    # First what needs no comparing of names: bases in two countries may well have one ("China-aided vocational school").
    if _is_of_other_land(mention, known, of_one_event=of_one_event) or (
        not of_one_event and _has_other_partners(mention, lang, known)
    ):
        return 0.0
    fields = fields_of_base(mention.name, mention.name_en, mention.sentence, lang)
    like = _likeness(mention, lang, story, known, when, fields)
    # What both are for is the same in all languages, and no event joins a rice laboratory and a railway school.
    differs = of_other_field(fields, known.fields) or _teaches_where_the_other_studies(mention, lang, known)
    if differs and not like.by_own_name:
        return 0.0
    # Reports of one story were joined by more than their base's name; a name of its own is a base's however
    # old it is. These doubts are for all others.
    if not (like.of_one_event or like.by_name) and (
        _is_opened_anew(mention, lang, known, when, like) or _begins_too(mention, lang, known, when)
    ):
        return 0.0
    if _is_elsewhere(mention, known, like):
        return 0.0
    whose = not says_only_what(mention.name, lang, known.parties)
    if like.same_name and (like.of_one_event or whose or meet(mention.cities, known.cities)):
        return like.names
    return _certainty(mention, lang, known, like)


def _likeness(
    mention: BaseMention,
    lang: str,
    story: int | None,
    known: KnownBase,
    when: datetime | None,
    fields: Fields,
) -> _Likeness:
    own = [(lang, mention.name)]
    # What only describes a base in English is alike for all bases of one kind in one town.
    if mention.name_en and lang != "en" and not is_description(mention.name_en):
        own.append(("en", mention.name_en))
    alike = [
        (
            _name_likeness(a, b, known.parties),
            says_which(a, one, known.parties) and says_which(b, one, known.parties),
        )
        for one, a in own
        for other, b in known.names
        if one == other
    ]
    # Names put into English from their parts are one base's only where they say the same.
    made = [
        (1.0, says_which(a, "en", known.parties))
        for one, a in own
        for b in known.english
        if one == "en" and pieces(a) == pieces(b)
    ]
    alike += made
    names = max((likeness for likeness, _ in alike), default=0.0)
    by_words = any(both and likeness >= weights().register.same_name for likeness, both in alike)
    by_own_words = by_words and is_own_name(mention.name, lang, known.parties)
    mine = unique_things_in(mention.name, lang)
    one_thing = any(mine & unique_things_in(n, other) for other, n in known.names)
    return _Likeness(
        names=names,
        by_name=one_thing or by_words,
        by_own_name=one_thing or by_own_words,
        one_kind=known.kind in related_kinds(mention.kind),
        one_field=of_one_field(fields, known.fields),
        of_one_event=story is not None and story in known.stories,
        soon=_age(known, when) <= weights().register.same_days or mention.date in known.days,
    )


def _is_for_another(mention: BaseMention, known: KnownBase) -> bool:
    """Whether the names in English say what both are for, and nothing of it is the same: AI, and infectious diseases."""
    mine = purpose_pieces(mention.name_en, known.parties)
    theirs = [purpose for name in known.english if (purpose := purpose_pieces(name, known.parties))]
    return bool(mine and theirs) and all(mine.isdisjoint(purpose) for purpose in theirs)


def _name_likeness(one: str, other: str, parties: Parties) -> float:
    """How alike two names of one language are; not at all where both say what for, and nothing of it is the same."""
    mine, theirs = purpose_pieces(one, parties), purpose_pieces(other, parties)
    if mine and theirs and mine.isdisjoint(theirs):
        return 0.0
    return _dice(pieces(one), pieces(other))


def _teaches_where_the_other_studies(mention: BaseMention, lang: str, known: KnownBase) -> bool:
    """Whether one is a laboratory and the other teaches: a town may well have both for one field."""
    teaches = is_for_training(mention.name, lang)
    known_teaches = any(is_for_training(name, other) for other, name in known.names)
    studies = mention.kind == "laboratory" and not teaches
    return (studies and known_teaches and known.kind != "laboratory") or (
        teaches and not known_teaches and known.kind == "laboratory" and mention.kind != "laboratory"
    )


def _has_other_partners(mention: BaseMention, lang: str, known: KnownBase) -> bool:
    """Whether the names are of different partners: a China-ASEAN centre is not the China-Laos centre."""
    mine = partners_in(mention.name, lang, known.parties)
    theirs = [
        partners for other, name in known.names if (partners := partners_in(name, other, known.parties))
    ]
    return bool(mine and theirs) and all(mine.isdisjoint(partners) for partners in theirs)


def _age(known: KnownBase, when: datetime | None) -> timedelta:
    """How long a base has been known; the longest time where that is not known."""
    return abs(when - known.since) if when is not None and known.since is not None else timedelta.max


def _certainty(mention: BaseMention, lang: str, known: KnownBase, like: _Likeness) -> float:
    """How likely a mention speaks of a known base of another name: by what both names speak of, by city, field and event."""
    weigh = weights().register
    mine = anchors(mention.name, lang)
    common = max((_dice(mine, anchors(n, other)) for other, n in known.names), default=0.0)
    alike = max(like.names, common)
    # One person, firm or project in both names is proof
    # across languages, where words cannot be compared.
    if like.one_kind and any(
        entities_in(mention.name, lang) & entities_in(n, other) for other, n in known.names
    ):
        return weigh.one_entity
    in_one_city = bool(known.cities.intersection(mention.cities))
    # One thing in common (a laboratory) is too little where names are in two languages.
    has_like_anchors = common >= weigh.like_anchors and len(mine) > 1 and not _is_for_another(mention, known)
    has_like_name = like.names >= weigh.like_name or has_like_anchors
    if like.one_kind and in_one_city and (has_like_name or like.one_field):
        return weigh.one_city + alike * weigh.alike_share
    if like.of_one_event and (like.one_kind or alike >= weigh.in_story):
        return weigh.one_event + alike * weigh.alike_share
    # Where a report names no city: one field in one country in the same days. Reports of one language would be one
    # story then.
    across = all(other != lang for other, _ in known.names)
    if across and like.one_kind and like.one_field and like.soon and _in_one_land(mention, known):
        return weigh.one_field + alike * weigh.alike_share
    return 0.0


def _in_one_land(mention: BaseMention, known: KnownBase) -> bool:
    """Whether both lie in one member state, or name the same ones where no city says which."""
    mine = ground_of_base(mention.cities, mention.countries, known.parties).lands
    theirs = ground_of_base(known.cities, known.countries, known.parties).lands
    return bool(mine & theirs)


def _is_opened_anew(
    mention: BaseMention, lang: str, known: KnownBase, when: datetime | None, like: _Likeness
) -> bool:
    """Whether a base would come into being a second time, long after it was there: then it is another one.

    Where both lie in one city, a name or field of its own says that it is the same all the same.
    """
    if not mention.is_new or when is None or known.since is None:
        return False
    if when - known.since <= weights().register.opened_anew:
        return False
    if STAGES.index(mention.stage) > STAGES.index(known.stage):
        return False
    # The report looks back on an opening of long ago, which may be that of the known base.
    if mention.date is not None and when.date() - mention.date > weights().bases.look_back:
        return False
    if not meet(mention.cities, known.cities):
        return True
    return says_only_what(mention.name, lang, known.parties) and not like.one_field


def _begins_too(mention: BaseMention, lang: str, known: KnownBase, when: datetime | None) -> bool:
    """Whether another event of the same days begins a base that is named only by what it is and between whom.

    The reports of these days were compared as stories, and found to be of two events.
    """
    if (
        not mention.is_new
        or when is None
        or known.since is None
        or abs(when - known.since) > weights().register.same_days
    ):
        return False
    if STAGES.index(mention.stage) > STAGES.index(known.stage) or not any(
        other == lang for other, _ in known.names
    ):
        return False
    if names_only_parties(mention.name, lang, known.parties):
        return True
    # A name without spaces that says more is compared as a whole.
    return is_unspaced(mention.name) and not any(
        name in mention.name or mention.name in name for other, name in known.names if other == lang
    )


def _is_of_other_land(mention: BaseMention, known: KnownBase, *, of_one_event: bool) -> bool:
    """Whether a mention and a base lie in different member states, which forbids that they are one, also within one story."""
    mine = ground_of_base(mention.cities, mention.countries, known.parties)
    theirs = ground_of_base(known.cities, known.countries, known.parties)
    if not mine.lands or not theirs.lands or not mine.lands.isdisjoint(theirs.lands):
        return False
    return not (of_one_event and _is_one_of_several(mine, known))


def _is_elsewhere(mention: BaseMention, known: KnownBase, like: _Likeness) -> bool:
    """Whether a mention places its base where the known one cannot be."""
    mine = ground_of_base(mention.cities, mention.countries, known.parties)
    theirs = ground_of_base(known.cities, known.countries, known.parties)
    if like.of_one_event and _is_one_of_several(mine, known):
        return False
    return _lie_apart(mine, theirs, like)


def _is_one_of_several(place: Ground, known: KnownBase) -> bool:
    """Whether reports of a base name the other country in which an outlet of the same event places it."""
    own = lands_of(known.cities, known.parties)
    return bool(place.lands and own) and place.lands.isdisjoint(own) and place.lands <= known.countries


def _lie_apart(a: Ground, b: Ground, like: _Likeness) -> bool:
    """Whether two bases cannot be one by where they lie.

    Reports of one event may place a base of one name or field in two cities of a country: one of them is wrong. Those of different
    events must name one city, if they name any, unless the base has a name of its own and the days are the same.
    """
    if like.of_one_event:
        return elsewhere(a, b) and not (like.same_name or like.by_name or (like.one_kind and like.one_field))
    if like.by_own_name and like.soon:
        return False
    return bool(a.cities and b.cities) and not meet(a.cities, b.cities)


def _dice(a: frozenset[T], b: frozenset[T]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
