"""Texts that share words, near the thresholds of a copy."""

from __future__ import annotations

from functools import partial

from crawler.judging.stories.duplicates import are_enough, is_long_passage, shares_enough, text_hash
from crawler.judging.stories.republishing import (
    Overlap,
    Wording,
    are_near,
    forbidden_by_headlines,
    repeats,
    tells_headline,
)
from tests.crawler.margins.case import Case

LETTER = "The ferry company said on Tuesday that its boats will cross the river twice a day"
"""66 letters, 3.3 k-grams of Latin letters."""


def same_under_other_headlines(text: str) -> bool:
    return text_hash("Ferries cross the river", text) == text_hash("Bridges are closed", text)


def near(one: str, other: str) -> bool:
    return are_near(Wording(one, ""), Wording(other, ""))


def told(title: str, text: str) -> bool:
    return tells_headline(Wording(title, text))


def forbidden(one: str, other: str, text: str = "", *, only_told: bool = False) -> bool:
    return forbidden_by_headlines(Wording(one, text), Wording(other, text), only_if_in_text=only_told)


def copied(
    one: tuple[str, str], other: tuple[str, str], *, long: bool, outlets: tuple[str, str] = ("one", "other")
) -> bool:
    """Whether one article, as headline and text, repeats another one with which it shares a passage."""
    wordings = (Wording(*each, outlet) for each, outlet in zip((one, other), outlets, strict=True))
    return repeats(*wordings, Overlap(same_words=False, is_long=long)) is not None


SHARED = "villagers plant cassava beside ponds while engineers measure water levels before monsoon storms arrive every season"
"""Sixteen words that both texts of a pair have."""
LONG_TAIL = " ".join(f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(20))

CASES = [
    Case("four fingerprints are too few", lambda: are_enough(4), False),
    Case("seven are enough", lambda: are_enough(7), True),
    Case("half of the shorter text is no copy", lambda: shares_enough(10, 20), False),
    Case("seven tenths may be one", lambda: shares_enough(14, 20), True),
    Case("forty fingerprints in common are no long passage", lambda: is_long_passage(40, LETTER), False),
    Case("sixty are one", lambda: is_long_passage(60, LETTER), True),
    Case("a text of one line is the same only under the same headline", lambda: same_under_other_headlines(LETTER), False),
    Case("a text of two lines is the same under any", lambda: same_under_other_headlines(f"{LETTER} in the dry season, and hourly"), True),
    Case("five words in eight", partial(near, "Ferry crosses river twice daily", "Ferry crosses river twice daily despite heavy flood"), True),
    Case("four words in nine", partial(near, "Ferry crosses river twice during storms", "Ferry crosses river twice despite heavy flood"), False),
    Case("forms of one word", partial(near, "Export growing", "Exports growing"), True),
    Case("words that begin alike", partial(near, "Railway damages markets", "Rainfall damps marshes"), False),
    Case("short words say something", partial(near, "Oil gas tax law", "Oil gas tax act"), True),
    Case("words of two letters do not", partial(near, "Rail ox ky xi", "Rail za wo yu"), True),
    Case("a text with two words of its headline in three", partial(told, "Ferry crosses river", "The ferry crosses at noon."), True),
    Case("one with one in three", partial(told, "Ferry crosses river", "The ferry leaves at noon."), False),
    Case("Hue is too short for a place", partial(forbidden, "Hue opens market", "Bangkok opens market"), False),
    Case("Medan is long enough", partial(forbidden, "Medan opens market", "Bangkok opens market"), True),
    Case(
        "headlines of one pattern are told apart by numbers that no text has",
        partial(forbidden, "Pier takes 410 boats daily now", "Pier takes 735 trucks over bridge", "A pier.", only_told=True),
        True,
    ),
    Case(
        "headlines that have a quarter in common are not",
        partial(forbidden, "Pier gives 410 boats shelter", "Pier charges 735 trucks toll", "A pier.", only_told=True),
        False,
    ),
    Case(
        "a short text that tells two words in three of both headlines may be its outlet's teaser",
        partial(
            copied, ("Ferry crosses canyon", "ferry crosses " + SHARED), ("Ferry crosses desert", "ferry crosses " + SHARED), long=False,
            outlets=("one", "one"),
        ),
        False,
    ),
    Case(
        "one that tells four in five is none",
        partial(
            copied, ("Villagers plant cassava beside canyon", SHARED), ("Engineers measure water levels desert", SHARED), long=False,
            outlets=("one", "one"),
        ),
        True,
    ),
    Case(
        "a long text of one outlet has to do with a headline of which it has a third",
        partial(
            copied, ("Cassava prices soaring", SHARED), ("Water bills unpaid", SHARED), long=True, outlets=("one", "one"),
        ),
        True,
    ),
    Case(
        "and nothing with one of which it has a sixth",
        partial(
            copied, ("Cassava prices soaring despite imports surge", SHARED), ("Water bills unpaid despite imports surge", SHARED), long=True,
            outlets=("one", "one"),
        ),
        False,
    ),
    Case(
        "texts of like length that each repeat a word of their own headline tell other news",
        partial(
            copied, ("Cassava villagers plant ponds season copper", f"{SHARED} copper mines idle"),
            ("Engineers measure water levels monsoon timber", f"{SHARED} timber mills hum"), long=True,
        ),
        False,
    ),
    Case(
        "a text that was cut may lack a word of the longer one's headline",
        partial(
            copied, ("Cassava villagers plant ponds season copper", f"{SHARED} copper mines idle {LONG_TAIL}"),
            ("Engineers measure water levels monsoon timber", f"{SHARED} timber mills hum"), long=True,
        ),
        True,
    ),
    Case(
        "a text may lack a quarter of the other headline",
        partial(copied, ("Cassava villagers plant copper", f"{SHARED} copper mines idle"), ("Cassava villagers", f"{SHARED} tin"), long=True),
        True,
    ),
    Case(
        "a text that lacks two fifths of it tells other news",
        partial(
            copied, ("Cassava villagers plant copper timber", f"{SHARED} copper mines timber"), ("Cassava villagers", f"{SHARED} tin"), long=True,
        ),
        False,
    ),
]  # fmt: skip
