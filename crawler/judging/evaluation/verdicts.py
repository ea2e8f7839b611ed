"""Relevance, topics and language: what is said of an article as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from crawler.judging.evaluation.rows import LabelledPair, cities_of, topics_of
from crawler.judging.evaluation.tallies import CountForm, StoryCounts


def flag(pairs: Iterable[LabelledPair], key: str) -> StoryCounts:
    """How often a verdict of yes or no is right."""
    tally = StoryCounts(CountForm.RATES)
    for pair in pairs:
        wanted = bool(pair.gold[key])
        given = bool(pair.guess.get(key))
        tally.add(pair.story, wanted and given, given and not wanted, wanted and not given)
    return tally


def topics(pairs: Iterable[LabelledPair]) -> StoryCounts:
    """The topics of relevant articles, each topic of each article counted alike (micro-averaged)."""
    tally = StoryCounts(CountForm.RATES)
    for pair in pairs:
        if pair.gold["relevant"]:
            wanted, given = set(pair.gold["topics"]), topics_of(pair.guess)
            tally.add(pair.story, len(wanted & given), len(given - wanted), len(wanted - given))
    return tally


def cities(pairs: Iterable[LabelledPair]) -> StoryCounts:
    """The cities of bases, where the labels know some."""
    tally = StoryCounts(CountForm.RATES)
    for pair in pairs:
        wanted, given = cities_of(pair.gold), cities_of(pair.guess)
        if wanted:
            tally.add(pair.story, len(wanted & given), len(given - wanted), len(wanted - given))
    return tally


def hard_passed(pairs: Iterable[LabelledPair]) -> StoryCounts:
    """How many of what only looks relevant passes for it."""
    tally = StoryCounts(CountForm.SHARE)
    for pair in pairs:
        if pair.gold.get("hard_negative"):
            tally.add(pair.story, bool(pair.guess.get("relevant")), 1)
    return tally


def language(pairs: Iterable[LabelledPair]) -> StoryCounts:
    """How often the language is right."""
    tally = StoryCounts(CountForm.SHARE)
    for pair in pairs:
        tally.add(pair.story, (pair.guess.get("lang") or "") == pair.gold["lang"], 1)
    return tally


def without_topic(pairs: Iterable[LabelledPair]) -> StoryCounts:
    """How much that is called relevant has no topic, so that no subscription hears of it."""
    tally = StoryCounts(CountForm.SHARE)
    for pair in pairs:
        if pair.guess.get("relevant"):
            tally.add(pair.story, not topics_of(pair.guess), 1)
    return tally


def without_base_topic(pairs: Iterable[LabelledPair], base_topics: Collection[str]) -> StoryCounts:
    """How much that is called a new base has none of the topics of bases."""
    tally = StoryCounts(CountForm.SHARE)
    for pair in pairs:
        if pair.guess.get("new_base"):
            tally.add(pair.story, topics_of(pair.guess).isdisjoint(base_topics), 1)
    return tally
