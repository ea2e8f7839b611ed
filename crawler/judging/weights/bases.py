"""The weights of recognising bases and of their register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from crawler.runtime.weight_tables import bound, weight

CHARACTERS = "characters"
WORDS = "words"
SHARE = "of a mention"

# A weight reads better on two lines than on six.
# fmt: off


@dataclass(frozen=True, slots=True)
class BaseWeights:
    """Whether an article reports a new base, and what it says of it (`crawler.judging.bases.mentions`)."""

    threshold: float = weight(0.9, "summed mentions",
        "from which a base is new; more loses bases that one sentence tells of")
    progress: float = weight(0.9, SHARE,
        "from which a known base is said to go on; more loses progress told away from the base")
    proof: float = weight(0.45, SHARE,
        "from which a sentence of the text is quoted instead of the headline; more quotes "
        "headlines")
    headlined: float = weight(0.3, "added",
        "where a headline names a base; more takes news of old bases for new ones")
    near: int = weight(12, WORDS,
        "between a base and its launch; more takes a launch of something else for the base's")
    near_unspaced: int = weight(20, WORDS,
        "the same in Thai, Lao, Khmer and Burmese, whose words are found by rule and shorter")
    direct: int = weight(2, WORDS,
        "a base so near its act is what was launched, wherever in the lead; more trusts "
        "chance neighbours")
    close: int = weight(6, WORDS,
        "a base so near its act counts fully; more trusts what stands in one sentence")
    less_close: float = weight(0.8, SHARE,
        "what it counts beyond; more trusts what stands in one sentence")
    early: int = weight(220, CHARACTERS,
        "of a text that count as early; more takes the background for news")
    later: int = weight(600, CHARACTERS,
        "of a text that count half; more takes the background for news")
    first: int = weight(120, CHARACTERS,
        "of a text without a headline that count as one; more takes the lead for a headline")
    early_share: float = weight(0.9, SHARE,
        "what a mention early in the text counts; more takes passing mentions for news")
    later_share: float = weight(0.5, SHARE,
        "what a later mention counts; more takes the background for news")
    late_share: float = weight(0.2, SHARE,
        "what a mention behind that counts; more takes the background for news")
    next_sentence: float = weight(0.8, SHARE,
        "what an act that begins the next sentence counts; more takes another thing's act for"
        " the base's")
    next_reach: int = weight(300, CHARACTERS,
        "in which the next sentence begins; more takes another thing's act for the base's")
    next_begin: int = weight(4, CHARACTERS,
        "between the full stop and such an act; more takes an act inside the sentence for its"
        " beginning")
    where: float = weight(0.4, SHARE,
        "what a base counts that is only where something was launched; more takes places of "
        "ceremonies for bases")
    advanced: float = weight(0.5, SHARE,
        "what a base counts whose building is only to be pushed forward; more takes speeches "
        "for news")
    advanced_reach: int = weight(24, CHARACTERS,
        "before a base in which such a word stands; more finds it for something else")
    most_pairs: int = weight(2, "mentions",
        "at different places that are summed; more takes often repeated background for news")
    long_ago_early: float = weight(-0.7, "added",
        "where words of what has long existed stand early; further from 0 loses new parts of "
        "old bases")
    long_ago: float = weight(-0.3, "added",
        "for each other such word; further from 0 loses new bases told beside old ones")
    most_long_ago: int = weight(2, "words",
        "of what has long existed that count; more loses new bases told beside old ones")
    year_before: int = weight(8, CHARACTERS,
        "before an act in which its year stands; more reads another thing's year")
    year_behind: int = weight(12, CHARACTERS,
        "behind an act in which its year stands; more reads another thing's year")
    month_reach: int = weight(24, CHARACTERS,
        "around an act in which its month or day stands; more reads another thing's")
    clause: int = weight(90, CHARACTERS,
        "behind an act in which its clause may name its year; more reads another thing's year")
    lately: timedelta = weight(timedelta(days=14), "time",
        "since the end of the month that an act names in which it is news; more tells old news")
    look_back: timedelta = weight(timedelta(days=60), "time",
        "since the day that an act names in which it is news; more tells old news",
        "outlets tell of an opening some weeks late")
    day_reach: timedelta = weight(timedelta(days=45), "time",
        "before publication in which the day of an act lies; more takes an anniversary for it")
    day_text: int = weight(600, CHARACTERS,
        "of a text in which the day is looked for where its sentence names none; more takes "
        "another event's")
    stage_share: float = weight(0.75, "of the proof's weight",
        "acts of so much weight tell how far a base is; less takes what is only planned for done")
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
    closest: int = bound(3, "names", "before and behind a word that are looked at")
    longest_name: int = bound(90, CHARACTERS, "of a name; longer ones are no fuller")
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
