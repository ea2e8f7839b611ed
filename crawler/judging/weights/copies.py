"""The weights of finding re-published texts.

How fingerprints are made (`crawler.judging.stories.duplicates`) is no weight but a format: stored ones would not fit others.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.runtime.weight_tables import bound, weight

SHARE = "of a headline's words"

# A weight reads better on two lines than on six.
# fmt: off


@dataclass(frozen=True, slots=True)
class CopyWeights:
    """Which texts share so much that one may be a copy (`crawler.judging.stories.duplicates`)."""

    least: int = weight(6, "fingerprints",
        "with fewer only exact words are compared; less takes shared phrases for copies")
    containment: float = weight(0.6, "of the shorter text's fingerprints",
        "that must be in the longer one; less takes common background for copies")
    short_grams: int = weight(4, "k-grams",
        "a shorter text is the same only under the same headline; less takes teasers for copies")
    telling_grams: int = weight(12, "k-grams",
        "a shorter shared passage says too little without the headlines; less takes footers "
        "and teasers for copies",
        "240 Latin letters or 72 Chinese characters: two sentences")
    spacing: float = weight(4.5, "letters",
        "from one fingerprint to the next; more takes shorter shared passages for long ones",
        "half a winnowing window and a half (Schleimer, Wilkerson, Aiken 2003)")


@dataclass(frozen=True, slots=True)
class RepublishingWeights:
    """Whether an article that shares text with another one repeats it (`crawler.judging.stories.republishing`)."""

    comparable: float = weight(0.7, "of the longer text",
        "in the shorter one where nothing was cut; less takes a cut copy for other news")
    lacks: float = weight(0.3, SHARE,
        "that the other article lacks, from which the news is another; more takes templates "
        "for copies")
    repeated: float = weight(0.5, SHARE,
        "that a short shared text must have; less takes teasers for copies")
    repeated_in_outlet: float = weight(0.75, SHARE,
        "the same within one outlet, whose teaser it may be; less takes teasers for copies")
    near: float = weight(0.6, "of the words of both",
        "that two headlines have in common if they say nearly the same; less takes one "
        "template for one headline")
    alike: float = weight(0.3, "of the shorter one",
        "that two headlines by one pattern have in common; less tells more copies apart by "
        "numbers in their headlines")
    hardly: float = weight(0.25, SHARE,
        "with fewer in it a text has nothing to do with it; more loses copies under new headlines")
    stem: int = weight(5, "letters",
        "of a word by which its forms are one; fewer takes different words for one")
    least_name: int = weight(4, "letters",
        "of a Latin name of a place; fewer takes other words (\"Hue\", \"RI\") for places")
    least_word: int = weight(3, "letters", "of a word that says something; more loses short names")
    longest_name: int = bound(4, "words",
        "of a place's name: dictionaries cut foreign names into several")
    read: int = bound(6_000, "characters",
        "of a text that are looked at: more than the fingerprints of a copy cover")
    longest_title: int = bound(500, "characters", "of a headline that are looked at")
