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
    """How far the name of a base reaches (`crawler.judging.entities.names`)."""

    reach: int = bound(160, CHARACTERS,
        "to both sides of the word for a base that its name is looked for in")
    reach_han: int = weight(30, CHARACTERS,
        "before the word for a base in Chinese; more takes words before the name for it")
    most_words: int = bound(12, "words", "of a name to one side of the word for a base")
    description: int = weight(8, "words",
        "that may describe a base behind its word; more takes what is said of it for its name")
    before_head: int = weight(30, CHARACTERS,
        "of a name before its head where heads stand first; more takes another name for it")
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
