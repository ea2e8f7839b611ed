"""The weights of relevance, topics and the judge's first look."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.runtime.weight_tables import bound, weight

LOG_ODDS = "log odds"
WORDS = "words"
CHARACTERS = "characters"
FITTED = "fitted to the labels of our sample news and rounded; a third more or less changes little"

# A weight reads better on two lines than on six.
# fmt: off


@dataclass(frozen=True, slots=True)
class RelevanceWeights:
    """Whether an article reports cooperation: evidence is summed as log odds (`crawler.judging.queries.relevance`)."""

    bias: float = weight(-2.6, LOG_ODDS,
        "the start of the sum; closer to 0 lets articles pass that only name both parties")
    tie: float = weight(1.9, LOG_ODDS,
        "for parties named side by side; more lets pass what names them in one breath by chance")
    cooperation: float = weight(2.6, LOG_ODDS,
        "for words of cooperation; more lets pass friction and trade that use such words")
    agreement: float = weight(0.9, LOG_ODDS,
        "for words of agreement; more lets pass treaties of others that both parties only "
        "sign too")
    headline: float = weight(0.7, LOG_ODDS,
        "for both parties in the headline; more lets pass disputes between them")
    prominent: float = weight(0.5, LOG_ODDS,
        "for both parties named early, and against where they are not; more loses reports "
        "that come to it late")
    against: float = weight(-3.4, LOG_ODDS,
        "for words of dispute, crime, sport or a festival; further from 0 loses cooperation "
        "told beside them")
    softened: float = weight(0.5, "of that",
        "where the headline or the first sentence says that both parties sign or give something; less "
        "lets pass disputes that end with an offer")
    elsewhere: float = weight(-2.2, LOG_ODDS,
        "where another power prevails; further from 0 loses meetings of many powers")
    in_passing: float = weight(-3.0, LOG_ODDS,
        "where one party is only mentioned by the way; further from 0 loses reports that name it "
        "once, late")
    with_others: float = weight(-4.0, LOG_ODDS,
        "where one side does what is reported with somebody else; further from 0 loses reports in "
        "which others take part, too")
    alone: float = weight(-2.0, LOG_ODDS,
        "where no sentence with a word of cooperation names China; further from 0 loses reports that name it "
        "apart from what is done")
    others_share: float = weight(2.0, "times",
        "as many sentences must tell of what is done with others; more lets pass agreements with others "
        "that end with a glance at China")
    tie_list: int = weight(2, WORDS,
        "so close parties stand in one list, whoever else is in it; more takes rivals for partners")
    silent: float = weight(-0.8, LOG_ODDS,
        "where no word speaks of cooperation: trade figures, weather; further from 0 loses "
        "dry reports of trade")
    headline_words: int = weight(20, WORDS,
        "up to which silence says nothing, as in a headline alone; more lets pass short news of other things", FITTED)
    telling_words: int = weight(70, WORDS,
        "from which on silence says all; more lets pass short news of other things", FITTED)
    one_subject: float = weight(0.8, LOG_ODDS,
        "for a silent headline that names both parties as one; more lets pass what happens to both", FITTED)
    matter: float = weight(0.5, "of a word of cooperation",
        "what a matter (trade, a railway, a park) is worth; more lets pass market reports")
    saturation: float = weight(1.5, "terms",
        "how soon more of the same counts less; more asks for more different words")
    tie_close: int = weight(4, WORDS,
        "parties so close count as side by side; more takes lists of countries for a tie")
    tie_near: int = weight(15, WORDS,
        "parties so close count as near; more takes two sentences for one")
    near_share: float = weight(0.75, "of a tie",
        "what near parties are worth; more lets pass what names them in two sentences")
    far_share: float = weight(0.4, "of a tie",
        "what parties far apart are worth; more lets pass roundups")
    party_reach: int = weight(30, WORDS,
        "words of cooperation count fully so near a party; more lets pass cooperation of others")
    beyond_share: float = weight(0.5, "of a term",
        "what such a word is worth beyond that reach; more lets pass cooperation of others")
    headline_bonus: float = weight(0.5, "of a term",
        "what a word of cooperation in the headline counts more; more trusts headlines")
    lead_words: int = weight(40, WORDS,
        "at the beginning of a text in which a party takes part in what is reported; more takes "
        "background for news")
    most_powers: int = weight(2, "other countries",
        "in a sentence that still speaks of each one; more takes lists for cooperation")
    party_weight: float = weight(2.0, "mentions",
        "what a mention of a party counts against one of another power; more lets pass news "
        "about that power")
    both_weight: float = weight(2.0, "mentions",
        "what a name of both parties counts more than one of a party; more lets pass news "
        "about another power")
    headline_elsewhere: float = weight(0.5, "share",
        "what another power in the headline adds to its share; more loses forums of many powers")
    most_ours: int = bound(20, "mentions", "of our side whose distance is measured")
    most_theirs: int = bound(40, "mentions", "of their side whose distance is measured")
    most_named: int = bound(40, "mentions", "of parties that words of cooperation are held against")
    most_same: int = bound(5, "mentions", "of one word of cooperation whose distance is measured")
    most_shown: int = bound(3, "words", "of cooperation that are kept as evidence")


@dataclass(frozen=True, slots=True)
class TopicWeights:
    """How well an article that a topic's query finds fits the topic (`crawler.judging.queries.topics`)."""

    behind_lead: float = weight(0.5, "of a term",
        "what a term behind the lead is worth; more ranks passing mentions higher")
    lead_words: int = weight(40, WORDS,
        "at the beginning of a text in which a term counts fully; more takes background for news",
        FITTED)
    repeats: float = weight(0.75, "of a term",
        "what all repeats of a term are worth together; more lets one word make a topic", FITTED)
    repeat_left: float = weight(0.6, "share",
        "of that is left to be gained after each repeat; more asks for more repeats", FITTED)
    short_text: int = weight(40, WORDS,
        "up to which a text counts as short; more lets passing mentions in longer ones make a topic",
        FITTED)
    most_length: float = weight(1.5, "times",
        "as many terms a long text needs; more loses topics that it speaks of only here and there",
        FITTED)
    saturation: float = weight(4.0, "weights of terms",
        "how many terms make a high score; more asks for more terms to pass a topic's threshold")
    rival_share: float = weight(0.6, "of the best score",
        "what another topic with `if_best` must reach beside the best; more loses what an article is also about",
        FITTED)
    most_rivals: int = weight(3, "topics",
        "with `if_best` that an article may have; more lets long texts match whatever they mention", FITTED)
    most_evidence: int = bound(12, "places in the text", "that are kept as evidence of a match")


@dataclass(frozen=True, slots=True)
class FirstLookWeights:
    """What is read of an article, and what decides before it is judged as a whole (`crawler.judging.judge`)."""

    longest_text: int = bound(20_000, CHARACTERS,
        "of a text that are judged: news says what it is about long before")
    longest_title: int = bound(500, CHARACTERS, "of a headline that are judged")
    telling_summary: int = weight(60, CHARACTERS,
        "a shorter summary leaves open what an article is about; more fetches more pages for "
        "nothing")
    retraction_lead: int = weight(40, CHARACTERS,
        "in which a text takes back what was reported; more takes a mention of a correction "
        "for one")


@dataclass(frozen=True, slots=True)
class SuggestionWeights:
    """Which unknown words are suggested for a topic (`crawler.judging.queries.suggesting`)."""

    longest: int = weight(3, WORDS,
        "in a suggested term; more suggests phrases that hardly come again")
    read: int = weight(800, CHARACTERS,
        "of a text that are looked at; more suggests words of its background")
    least_letters: int = weight(3, "letters",
        "of a suggested word in a script with spaces; more loses abbreviations")
    sure: float = weight(6.63, "log-likelihood ratio",
        "the least score; more suggests fewer words, less suggests chance ones",
        "chance alone reaches it once in a hundred (chi-squared, one degree of freedom)")
    everyday: float = weight(0.2, "share of articles",
        "a word that more articles have is a function word; more suggests terms that begin "
        "with one")
