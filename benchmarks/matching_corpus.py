"""Articles and topics of the matching benchmark: ten languages, topics of common and of rare words."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from functools import cache

from crawler.model import TermSet, Topic
from tests.newsroom.news import items

LENGTH = 3000
TERMS = 20
LIVE = 200
"""How many of all terms occur in the articles. It is constant: an article names the same things however many topics there are."""
UNSPACED = ("zh", "th", "lo", "km", "my")
Article = tuple[str, str, str]
"""Language, headline, text."""


@cache
def _sentences() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for item in items():
        found[item.outlet.lang] += [item.title, *item.text.split("\n")]
    return dict(found)


def articles(count: int) -> list[Article]:
    """Articles of about 3,000 characters, the ten languages in turn; the same count always gives the same ones."""
    chance = random.Random(1)
    languages = sorted(_sentences())
    return [_article(languages[i % len(languages)], i, chance) for i in range(count)]


def _article(lang: str, number: int, chance: random.Random) -> Article:
    parts: list[str] = []
    length = 0
    while length < LENGTH:
        parts.append(f"{chance.choice(_sentences()[lang])} {chance.randrange(10**6)}.")
        length += len(parts[-1]) + 1
    return lang, f"{chance.choice(_sentences()[lang])[:90]} {number}", " ".join(parts)[:LENGTH]


@cache
def _words() -> list[tuple[str, str]]:
    """Words that the articles have, with their language."""
    found: set[tuple[str, str]] = set()
    for lang, sentences in _sentences().items():
        for sentence in sentences:
            if lang in UNSPACED:
                found |= {
                    (lang, run[i : i + 4])
                    for run in re.findall(r"[^\W\d_]{4,}", sentence)
                    for i in range(0, len(run) - 3, 4)
                }
            else:
                found |= {(lang, word) for word in re.findall(r"[^\W\d_]{4,}", sentence)}
    return sorted(found)


def topics(count: int) -> tuple[dict[str, TermSet], tuple[Topic, ...]]:
    """Topics of 20 terms, each with its term set; `LIVE` of all terms occur in the articles."""
    chance = random.Random(2)
    live = min(1.0, LIVE / (count * TERMS))
    sets: dict[str, TermSet] = {}
    made: list[Topic] = []
    for number in range(count):
        spellings: dict[str, list[str]] = defaultdict(list)
        for _ in range(TERMS):
            lang, word = chance.choice(_words())
            spellings[lang].append(word if chance.random() < live else _rarer(lang, word, chance))
        name = f"set_{number}"
        sets[name] = TermSet(name, {lang: tuple(dict.fromkeys(words)) for lang, words in spellings.items()})
        made.append(Topic(f"topic_{number}", f"${name}", only_relevant=False))
    return sets, tuple(made)


def _rarer(lang: str, word: str, chance: random.Random) -> str:
    """A word that looks like the language's, but occurs in no article."""
    other = chance.choice([w for w in chance.sample(_words(), 200) if w[0] == lang] or [(lang, word)])[1]
    return f"{word[: len(word) // 2]}{other}{word[len(word) // 2 :]}"
