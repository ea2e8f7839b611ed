"""The weights of grouping reports into stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from crawler.judging.features import FeatureKind as Kind
from crawler.runtime.weight_tables import bound, weight

LOG_ODDS = "log odds"
FITTED = (
    "fitted by logistic regression on pairs of our own sample news (benchmarks/fit_likeness.py), and rounded"
)
COUNTED = "counted over pairs of labelled news, our own sample news and that of others"

# A weight reads better on two lines than on six.
# fmt: off


@dataclass(frozen=True, slots=True)
class LikenessWeights:
    """How likely two reports tell of one event (`crawler.judging.stories.likeness`)."""

    start: float = weight(-7.0, LOG_ODDS,
        "of two reports of which nothing is known; closer to 0 joins more, further parts more",
        FITTED)
    worth: dict[Kind, float] = weight(
        {Kind.EDITION: 1.3, Kind.HEADLINED: 0.3, Kind.VISIT: 0.75, Kind.ENTITY: 0.8, Kind.NUMBER: 0.95, Kind.ORDINAL: 0.6, Kind.DAY: 0.55, Kind.CONCEPT: 0.6, Kind.CHINESE_NAME: 0.7, Kind.LINK: 2.0, Kind.LATIN_NAME: 0.4, Kind.PLACE: 0.2,
         Kind.TOPIC: 0.2, Kind.BASE_KIND: 0.35, Kind.PARTY: 0.1, Kind.BASE_CITY: 0.4},
        "log odds a unit of rarity", "what a shared anchor of a kind is worth by how rare it is; more joins events that have it in common", FITTED,
    )
    words: float = weight(5.0, "log odds at cosine 1",
        "what common words in one language are worth; more joins news written by one template",
        FITTED)
    most_concepts: float = weight(6.0, LOG_ODDS,
        "concepts come together (a car, its factory): no more than this; more joins events of"
        " one field")
    other_partners: float = weight(-3.0, LOG_ODDS,
        "where reports name other member states; closer to 0 joins like events of two countries",
        FITTED)
    other_talks: float = weight(-9.0, LOG_ODDS,
        "where these are talks; closer to 0 joins the stations of one journey",
        FITTED)
    other_edition: float = weight(-12.0, LOG_ODDS,
        "where a series has another number or year; closer to 0 joins last year's fair to "
        "this one's",
        FITTED)
    other_days: float = weight(-0.4, LOG_ODDS,
        "where no day is in both; closer to 0 joins events of a week",
        FITTED)
    other_topics: float = weight(-1.0, LOG_ODDS,
        "where no topic is of both; closer to 0 joins events of one day",
        FITTED)
    other_field: float = weight(-3.0, LOG_ODDS,
        "where each names a field of its own; closer to 0 joins two agreements of one day in "
        "the same words")
    other_base: float = weight(-8.0, LOG_ODDS,
        "where two new bases are for different things; closer to 0 joins bases of one city "
        "and day")
    other_purpose: float = weight(-11.0, LOG_ODDS,
        "where their headlines say so; closer to 0 joins bases of one city and day")
    other_purpose_abroad: float = weight(-3.0, LOG_ODDS,
        "where they say so in different languages, one of which may lack the word; closer to 0 joins bases of one "
        "city and day")
    other_kind: float = weight(-4.5, LOG_ODDS,
        "where they are of other kinds; further from 0 parts what one outlet calls base and "
        "another one centre")
    other_place: float = weight(-12.0, LOG_ODDS,
        "where events lie in other cities or countries; closer to 0 joins like events in two "
        "places")
    other_site: float = weight(-5.0, LOG_ODDS,
        "where one names the other's city, too, and may have taken the wrong one for the place; closer to 0 "
        "joins two bases that are told of together")
    other_side: float = weight(-4.0, LOG_ODDS,
        "where one lies in China and does not name the other's country; closer to 0 joins "
        "like events in two places")
    other_headlined: float = weight(-4.0, LOG_ODDS,
        "where each headline names somebody or something that the other report does not; closer to 0 joins what one person "
        "does on one day",
        COUNTED + "; of those that otherwise look alike, none of one event has this")
    other_undertaking: float = weight(-3.5, LOG_ODDS,
        "where each names projects or series and none is of both; closer to 0 joins two projects of one country",
        COUNTED + "; of those that otherwise look alike, none of one event has this")
    other_spots: float = weight(-2.0, LOG_ODDS,
        "where each names places, capitals aside, and none is of both; closer to 0 joins like events in two places",
        COUNTED + "; the logarithm of how much rarer this is among pairs of one event, rounded up")
    undated: float = weight(-2.5, LOG_ODDS,
        "where a report has no date; closer to 0 joins archives to today's news")
    per_day: float = weight(-0.03, "log odds a day",
        "that lies between two reports; closer to 0 joins events of a week",
        FITTED)
    prior: dict[Kind, float] = weight(
        {Kind.EDITION: 0.004, Kind.ENTITY: 0.01, Kind.PLACE: 0.02, Kind.PARTY: 0.12, Kind.NUMBER: 0.005, Kind.ORDINAL: 0.03, Kind.DAY: 0.03, Kind.LATIN_NAME: 0.01, Kind.CONCEPT: 0.06, Kind.TOPIC: 0.12, Kind.BASE_KIND: 0.1,
         Kind.HEADLINED: 0.006, Kind.VISIT: 0.006, Kind.CHINESE_NAME: 0.004, Kind.LINK: 0.002, Kind.WORD: 0.01, Kind.BASE_CITY: 0.004},
        "share of reports", "that have an anchor of a kind of which nothing is known; more makes new names tell less",
        "counted over our own sample news (make frequencies), and rounded",
    )
    prior_of_round: float = weight(0.02, "share of reports",
        "that have a round number (40, 3,000) of which nothing is known; more makes such numbers tell less",
        COUNTED + ": how often two events share one by chance")
    prior_weight: int = weight(40, "stories",
        "that the packaged frequencies count as; more learns slower what is common in the "
        "news of the week")
    day_weight: int = weight(15, "stories",
        "that the days before count as against the day itself; more learns slower what is "
        "common today")
    least_of_day: int = weight(4, "stories",
        "of the day that make an anchor common; fewer may be pieces of one event that have "
        "not met yet")
    most_common: float = bound(0.98, "share of reports",
        "that an anchor has at most, so that its rarity is never nothing")
    most_shown: int = bound(6, "anchors", "that are kept as reasons")
    remembered: int = bound(8192, "anchors",
        "whose rarity is remembered for each day that is compared with")


@dataclass(frozen=True, slots=True)
class GroupingWeights:
    """Which story a report joins (`crawler.judging.stories.grouping`)."""

    joins: float = weight(-0.8, LOG_ODDS,
        "with its most similar report from which a report joins a story; less joins more, "
        "more parts more",
        "the best B-cubed F1 over our own sample news (make stories)")
    slack: float = weight(1.4, LOG_ODDS,
        "by which it may be less like the story's reports on average; more lets stories drift")
    merge_margin: float = weight(0.8, LOG_ODDS,
        "by which two stories must be more like each other than that to become one; more "
        "leaves stories apart")
    edition_reach: timedelta = weight(timedelta(days=30), "time",
        "between reports of one edition of a series; more joins what is looked back on")
    some: int = weight(8, "reports",
        "of a story that speak for the whole; more costs time, fewer let one report decide")
    read: int = weight(1200, "characters",
        "of a text whose words are compared; more compares the background")
    least_word: int = weight(4, "letters",
        "of a word that is compared; more loses short words, fewer compares articles and "
        "prepositions")
    most_compared: int = bound(30, "reports",
        "that are compared with a new one, those that share most with it")
    most_candidates: int = bound(90, "reports",
        "out of reach in time or not, from which those are taken")
    most_looked_up: int = bound(4_000, "places in the index",
        "that are looked at for a new report, those of its rarest anchors first")
    stale: float = bound(1.05, "times as many stories",
        "after which what is remembered of a day's frequencies is worked out anew")
