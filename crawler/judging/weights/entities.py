"""The weights of names, editions and credits in a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from crawler.runtime.weight_tables import bound, weight

CHARACTERS = "characters"

# A weight reads better on two lines than on six.
# fmt: off


@dataclass(frozen=True, slots=True)
class AnchorWeights:
    """What is read of an article to tie it to its story (`crawler.judging.entities.anchors`)."""

    head: int = weight(1200, CHARACTERS,
        "of a text that are read for anchors; more ties reports by their background")
    head_han: int = weight(600, CHARACTERS,
        "of a Chinese text that are read for anchors; more ties reports by their background")
    headline: int = weight(90, CHARACTERS,
        "of a text without a headline that stand for it; more takes the lead for a headline")
    news: timedelta = weight(timedelta(days=40), "time",
        "a day further from that of publication is not the event's; more ties reports by "
        "anniversaries")


@dataclass(frozen=True, slots=True)
class NameWeights:
    """How far the name of a base reaches (`crawler.judging.bases.naming`)."""

    reach: int = bound(160, CHARACTERS,
        "to both sides of the word for a base that its name is looked for in")
    reach_han: int = weight(30, CHARACTERS,
        "before the word for a base in Chinese; more takes words before the name for it")
    description: int = weight(8, "words",
        "that may describe a base behind its word; more takes what is said of it for its name")
    plain_words: int = weight(4, "words",
        "in lower case that an English name has on one side of its head; more takes the sentence "
        "for its name")
    phrases: int = bound(3, "phrases",
        "of a Burmese name; more takes the sentence for its name")
    same: float = weight(0.8, "of what a name says",
        "that another one says too where both are one base's; less takes another base's name")
    official: float = weight(0.3, "of what a name says",
        "that a name in quotes near it says too; less takes another base's name")
    act: int = weight(40, CHARACTERS,
        "between a name and an act that tells of it; more takes the name of another base")
    unknown: float = weight(0.1, "of a name's letters",
        "that may be unknown where it is put into English; more loses what tells bases apart")
    longest_pair: int = bound(6, CHARACTERS, "of a Chinese name for two countries")
    longest_unspaced: int = bound(90, CHARACTERS, "of a name in Thai, Lao, Khmer or Burmese")
    least_latin: int = weight(3, "letters",
        "of a name in Latin script that ties reports; more loses short names")


@dataclass(frozen=True, slots=True)
class EditionWeights:
    """Which edition of a series a text names (`crawler.judging.entities.editions`)."""

    before: int = weight(48, CHARACTERS,
        "before a series' name for the number of its edition; more reads the number of "
        "something else")
    behind: int = weight(24, CHARACTERS, "behind it; more reads the number of something else")


@dataclass(frozen=True, slots=True)
class CreditWeights:
    """Which agency an article credits (`crawler.judging.entities.credit`)."""

    begin: int = weight(160, CHARACTERS,
        "at the beginning of a text in which a credit stands; more takes a quoted agency for it")
    end: int = weight(90, CHARACTERS,
        "at the end of a text in which a credit stands; more takes a quoted agency for it")


@dataclass(frozen=True, slots=True)
class SoundWeights:
    """How names of other scripts are told by their sound (`crawler.judging.entities.sounds`)."""

    least: int = bound(4, "consonants",
        "of a known name that is told by its sound; fewer meet by chance")
    least_place: int = bound(3, "consonants",
        "of a place in a country that the article names; fewer meet by chance")
    alike: float = bound(0.65, "share of letters",
        "that a name's sound and its Latin spelling have in common; less takes other names for it")
    most_words: int = bound(4, "words", "of a name")
