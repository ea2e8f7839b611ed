"""The weights of the places of events and bases."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.runtime.weight_tables import bound, weight

CHARACTERS = "characters"

# A weight reads better on two lines than on six.
# fmt: off


@dataclass(frozen=True, slots=True)
class EventPlaceWeights:
    """Where an event takes place, and which places are one (`crawler.judging.places.event_places`)."""

    lead: int = weight(220, CHARACTERS,
        "of a text in which news says where something happens; more takes places of its "
        "background")
    headline: int = weight(90, CHARACTERS,
        "of a text without a headline that stand for it; more takes the lead for a headline")
    near: float = weight(50.0, "kilometres",
        "cities no further apart are one place; more joins events of neighbouring cities",
        "Putrajaya and Kuala Lumpur (25 km) and the two sides of a border crossing are one "
        "place to different outlets")
    near_small: float = weight(15.0, "kilometres",
        "a small place and another no further apart are one; more joins events of neighbouring towns")
    network: int = weight(2, "places",
        "in common from which other ones do not matter; more parts reports of what lies in "
        "several cities")


@dataclass(frozen=True, slots=True)
class LocatingWeights:
    """In which cities a base lies (`crawler.judging.places.locating`)."""

    far: int = weight(260, CHARACTERS,
        "a place further from a base is not where that is; more takes cities of the background")
    before: int = weight(24, CHARACTERS,
        "before a place in which a word of place stands; more reads words of another place")
    before_list: int = bound(64, CHARACTERS,
        "before a place in which a list of what lies in it may stand behind a word of place")
    behind: int = bound(48, CHARACTERS,
        "behind a place in which it may be part of an institution's name")
    body: int = bound(70, CHARACTERS,
        "before a place in which a word for people or a body may stand that are from there")
    body_words: int = weight(4, "words",
        "between such a word and its place; more takes the place of a base for theirs")
    govern: int = bound(150, CHARACTERS,
        "between a place and the word beside it that says what happens there")
    neighbours: int = bound(2, "places", "before and behind a place that may say more of it")
    qualifier: int = bound(18, CHARACTERS, "between a place and its province behind it")
    province: float = bound(150.0, "kilometres", "between a place and the seat of its province")
    dateline: int = bound(12, CHARACTERS, "of a text in which its dateline begins")
    most_free: int = weight(3, "places",
        "that are taken where no word places the base; more gives a base cities of the background")
    most_dateline: int = weight(2, "places",
        "where only the dateline names any; more gives a base cities of the background")


@dataclass(frozen=True, slots=True)
class TownWeights:
    """Towns that the gazetteer lacks (`crawler.judging.places.towns`)."""

    town_words: int = weight(3, "words",
        "of a town's name; more takes what follows it for its name")
    institution_words: int = weight(5, "words",
        "of an institution's name; more takes what follows it for its name")
