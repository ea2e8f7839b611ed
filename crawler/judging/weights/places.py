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
    network: int = weight(2, "places",
        "in common from which other ones do not matter; more parts reports of what lies in "
        "several cities")


@dataclass(frozen=True, slots=True)
class LocatingWeights:
    """In which cities a base lies (`crawler.judging.places.locating`)."""

    closest: int = bound(3, "bases", "before and behind a place that are looked at")
    far: int = weight(260, CHARACTERS,
        "a place further from a base is not where that is; more takes cities of the background")
    before: int = weight(24, CHARACTERS,
        "before a place in which a word of place stands; more reads words of another place")
    behind: int = weight(40, CHARACTERS,
        "behind a place in which it may be part of an institution's name; more takes cities "
        "for one")
    most_free: int = weight(4, "places",
        "of a text that names none beside its base; more gives a base cities of the background")
    most_dateline: int = weight(2, "places",
        "where only the dateline names any; more gives a base cities of the background")


@dataclass(frozen=True, slots=True)
class TownWeights:
    """Towns that the gazetteer lacks (`crawler.judging.places.towns`)."""

    town_words: int = weight(3, "words",
        "of a town's name; more takes what follows it for its name")
    institution_words: int = weight(5, "words",
        "of an institution's name; more takes what follows it for its name")
