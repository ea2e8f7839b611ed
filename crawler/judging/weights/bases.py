"""The weights of recognising bases and of their register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from crawler.runtime.weight_tables import bound, weight

CHARACTERS = "characters"
WORDS = "words"
SHARE = "of a mention"

# A weight reads better on two lines than on six.
# fmt: off


def _evidence() -> Mapping[str, float]:
    return {
        "act: launched": 0.8,
        "act: operating": 0.8,
        "act: under construction": 1.0,
        "act: signed": 0.1,
        "act: approved": 0.6,
        "act: planned": 0.2,
        "act: proposed": 0.3,
        "act: a noun": -0.7,
        "act: a description": -1.5,
        "act: a point in the past": -3.5,
        "act: only before something": -0.7,
        "act: hypothetical": -4.0,
        "act: denied": -4.5,
        "act: governs another": 0.5,
        "act: only wished": -0.8,
        "act: of a beginning": 0.8,
        "act: of many things": -0.8,
        "act: unknown": -2.6,
        "act: unknown, behind a rite": 1.5,
        "act: unknown, these days": 0.9,
        "relation: object": 0.8,
        "relation: subject": 0.5,
        "relation: actor": -1.5,
        "relation: described": -1.0,
        "relation: place": -2.8,
        "relation: distance": -0.8,
        "relation: other clause": -1.0,
        "relation: clauses between": -0.5,
        "relation: another act between": -0.7,
        "relation: another base between": -0.7,
        "relation: tenants": -2.2,
        "relation: tenants between": -0.7,
        "relation: something else is begun": -1.5,
        "base: known word": 0.5,
        "base: named word": 0.5,
        "base: general word": -0.5,
        "base: pointing word": -0.2,
        "base: introduced as new": 0.7,
        "base: known already": -1.0,
        "base: part of another name": -3.5,
        "base: in the headline": 0.8,
        "time: long ago": -3.0,
        "time: these days": 0.7,
        "time: described as of these days": 1.3,
        "time: to come": 0.3,
        "time: years ago": -1.0,
        "parties: both in the sentence": 0.8,
        "parties: one in the sentence": 0.2,
        "parties: both near": 0.5,
        "parties: none Chinese near": -2.5,
        "parties: no partner near": -2.5,
        "parties: members among themselves": -2.0,
        "parties: another country instead": -3.0,
        "parties: another country too": -0.8,
        "sentence: tells of what exists": -1.0,
        "sentence: tells how it gets on": -0.5,
        "headline: tells of what exists": -1.5,
        "headline: gives an opinion": -4.5,
        "headline: names a base and no beginning": -1.0,
    }


@dataclass(frozen=True, slots=True)
class BaseWeights:
    """Whether an article reports a new base, and what it says of it (`crawler.judging.bases.mentions`)."""

    threshold: float = weight(0.5, "probability",
        "from which a clause tells of a new base; more loses new bases told in passing")
    bias: float = weight(-1.2, "log odds",
        "of a clause of which nothing is known; more takes background for news")
    evidence: Mapping[str, float] = weight(_evidence(), "log odds",
        "what a feature of a clause adds (`crawler.judging.bases.features`); further from 0 lets it decide alone")
    stage_margin: float = weight(0.1, "probability",
        "by which a clause may be less sure than the best and still tell a later stage; more takes plans of the same "
        "article for its news")
    near: int = weight(12, WORDS,
        "between a base and its progress; more takes that of something else for the base's")
    near_unspaced: int = weight(20, WORDS,
        "the same in Thai, Lao, Khmer and Burmese, whose words are found by rule and shorter")
    close: int = weight(6, WORDS,
        "between a general word for a place of work and an act that makes it one; more takes chance neighbours for it")
    early: int = weight(220, CHARACTERS,
        "of a text that count as early; more takes the background for news")
    points_back: int = weight(3, "sentences",
        "before a word that points back in which the base stands; more takes another thing for it")
    lead: int = weight(4, "sentences",
        "of a text that may introduce a base by a verb that no table knows; more takes the background for news")
    name_left: int = weight(48, CHARACTERS,
        "of a name before the word for what it is, beyond which a word of place is another thing's; more takes bases "
        "for places")
    object_reach: int = weight(12, CHARACTERS,
        "behind a base in which its case stands where a language writes it there; more reads another word's case")
    ago_reach: int = weight(40, CHARACTERS,
        "around a base and its act in which words of what is long ago stand; more reads another thing's")
    numeral_reach: int = weight(10, CHARACTERS,
        "before a word for firms or projects in which their number stands; more takes other numbers for it")
    lately: timedelta = weight(timedelta(days=14), "time",
        "before publication in which a day is one of these days; more tells old news")
    look_back: timedelta = weight(timedelta(days=60), "time",
        "since the day that an act names in which it is news; more tells old news",
        "outlets tell of an opening some weeks late")
    day_reach: timedelta = weight(timedelta(days=45), "time",
        "before publication in which the day of an act lies; more takes an anniversary for it")
    day_text: int = weight(900, CHARACTERS,
        "of a text in which the day is looked for where its sentence names none; more takes "
        "another event's")
    next_reach: int = weight(300, CHARACTERS,
        "between a word for a base and a name that may be its; more calls a base by another one's name")
    dateline: int = weight(70, CHARACTERS,
        "of a text in which a dateline names its day; more takes the day of the act for it")
    comma: int = weight(120, CHARACTERS,
        "that a comma between a day and a word counts as; more parts a day from its act")
    ahead: int = weight(14, CHARACTERS,
        "before an act in which a word says that it is to come; more finds it for another act")
    proving: int = weight(1200, CHARACTERS,
        "of a text in which a base's name and cities are looked for; more takes those of the "
        "background")
    name_length: int = weight(8, WORDS,
        "in a name between the parties and the word for what it is; more takes two things for"
        " one name")
    joint_length: int = weight(3, WORDS,
        "in a name between \"joint\" and the word for what it is; more takes two things for one"
        " name")
    unspaced_length: float = weight(2.0, "times",
        "as many words in Thai, Lao, Khmer and Burmese, whose words are shorter")
    beside: int = bound(6, "acts", "before and behind a base that are looked at")
    most_words: int = bound(12, "bases", "of one sentence that are looked at")
    place_reach: int = bound(16, CHARACTERS, "right before a word for a base, which hold its words of place")
    longest_sentence: int = bound(700, CHARACTERS, "of a sentence; what is longer is cut up")
    closest: int = bound(3, "names", "before and behind a word that are looked at")
    sentence: int = bound(250, CHARACTERS,
        "of a sentence to both sides of the base that are quoted")
    most_facts: int = bound(6, "figures, or organisations", "that are kept of a sentence")


@dataclass(frozen=True, slots=True)
class RegisterWeights:
    """Which reports speak of one base of the register (`crawler.judging.bases.register`)."""

    same_name: float = weight(0.75, "Dice's coefficient",
        "from which two names in one language name one base; less joins bases of like names")
    like_name: float = weight(0.5, "Dice's coefficient",
        "from which they may where it lies in one city; less joins bases of one city")
    like_anchors: float = weight(0.6, "Dice's coefficient",
        "the same of what names in two languages speak of; less joins bases of one city")
    like_fields: float = weight(0.5, "Dice's coefficient",
        "from which what two bases are for is the same; less joins bases that have one field of "
        "several in common")
    in_story: float = weight(0.3, "Dice's coefficient",
        "from which reports of one event speak of one base of another kind; less joins a park"
        " and its centre")
    one_entity: float = weight(0.9, "certainty",
        "where both name one person, firm or project; more prefers it to a name that is "
        "nearly the same")
    one_city: float = weight(0.5, "certainty",
        "where both lie in one city and their names are alike; more prefers the city to the event")
    one_event: float = weight(0.4, "certainty",
        "where one event tells of both; more prefers the event to the city")
    one_field: float = weight(0.35, "certainty",
        "where both are for one thing in one country in the same days, and no city is known; more "
        "prefers the field to the event")
    alike_share: float = weight(0.25, "of likeness",
        "how much more certain like names make it; more prefers names to cities and events")
    opened_anew: timedelta = weight(timedelta(days=60), "time",
        "after which a base that comes into being again is another one; more joins a second "
        "base to the first",
        "that of an act that is looked back on (bases.look_back)")
    same_days: timedelta = weight(timedelta(days=5), "time",
        "in which reports were held against each other as stories; more parts reports of one base",
        "the length of a story (stories.window)")
    majority: float = weight(0.5, "of the reports",
        "that must name a city, or a name, for the register to show it; less shows single errors")
