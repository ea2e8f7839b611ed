"""The weights of telling a language, cutting words, and reading dates and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from crawler.runtime.weight_tables import bound, weight

# A weight reads better on two lines than on six.
# fmt: off


@dataclass(frozen=True, slots=True)
class LanguageWeights:
    """Which language a text is in (`crawler.judging.text.language`)."""

    enough_words: int = weight(12, "words",
        "from which common words may decide without the classifier; less trusts headlines of "
        "a few words")
    common_one_in: int = weight(8, "words",
        "of which one must be among a language's commonest; fewer asks the classifier oftener")
    clear_lead: int = weight(4, "times",
        "as many as of the next language; more asks the classifier oftener")
    vietnamese_one_in: int = weight(3, "words",
        "in lower case of which one has an accent; more takes English that quotes dishes for it")
    vietnamese_capitals_one_in: int = weight(2, "words",
        "of which one has an accent, where all begin with capitals; more takes names for it")
    tagalog_one_in: int = weight(6, "words",
        "of which one is only Tagalog; more takes mixed English for it")
    few_words: int = weight(4, "words",
        "with fewer what the source claims is believed; more believes wrong claims")
    common_word: float = weight(3.0, "nats",
        "for a word that is common in one language alone; more lets a title of a film decide")
    claim: float = weight(12.0, "nats",
        "for what the source claims; more believes wrong claims about longer texts")
    most_read: int = bound(4000, "characters", "that are looked at")
    most_script: int = bound(2000, "characters",
        "by which script, Vietnamese letters and Zawgyi are told")
    latin_letters: int = weight(2, "letters",
        "of Latin script that count as one of another; more takes English that quotes Chinese for"
        " it")
    kana_one_in: int = weight(8, "Han characters",
        "for one kana, above which a text is Japanese; more takes Chinese with Japanese names"
        " for it")
    zawgyi: float = weight(0.5, "probability",
        "from which Burmese is taken for Zawgyi; less converts Unicode text wrongly")


@dataclass(frozen=True, slots=True)
class DateWeights:
    """Which days a text names (`crawler.judging.text.dates`)."""

    day_ahead: timedelta = weight(timedelta(days=1), "time",
        "a bare Chinese day (28日) may lie so far ahead; more reads a day of last month as one"
        " to come",
        "time zones: a day begins in China before it does in UTC")
    least_number: int = weight(13, "number",
        "smaller whole numbers tie no reports together; less ties reports by common counts")
    digits: int = weight(4, "significant digits",
        "by which numbers are equal; fewer ties reports by rounded figures that differ")
