"""News of cooperation as it is judged: events that have nothing to do with each other, reports of one base, copies of one text."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache

from crawler.judging.places.gazetteer import gazetteer
from crawler.model import Article
from crawler.parsing.urls import url_key
from crawler.store.article_writer import JudgedArticle
from tests.builders import NOON, shipped_judge

_PLACES = {
    "Malaysia": ("Kuala Lumpur", "Penang", "Kuantan", "Ipoh"), "Thailand": ("Bangkok", "Rayong", "Chiang Mai", "Khon Kaen"),
    "Vietnam": ("Hanoi", "Haiphong", "Da Nang", "Can Tho"), "Laos": ("Vientiane", "Luang Prabang", "Pakse"),
    "Cambodia": ("Phnom Penh", "Sihanoukville", "Siem Reap"), "Indonesia": ("Jakarta", "Bandung", "Surabaya", "Medan"),
}  # fmt: skip
_CHINESE = ("Nanning", "Guangzhou", "Kunming", "Shenzhen", "Chongqing", "Chengdu", "Guiyang", "Haikou")
_ACTS = (
    "signed an agreement on",
    "opened talks about",
    "agreed to trade in",
    "held a forum on",
    "will jointly ship",
)
_FIELDS = (
    "durian", "rice", "palm oil", "solar panels", "electric buses", "rubber", "coffee", "shrimp", "steel", "vaccines", "satellites", "tilapia",
    "bamboo", "timber", "cement", "batteries", "textiles", "fertiliser", "cables", "tractors",
)  # fmt: skip
_SYLLABLES = [
    "ba",
    "be",
    "bi",
    "bo",
    "ka",
    "ke",
    "ki",
    "ko",
    "la",
    "li",
    "lo",
    "ma",
    "mi",
    "mo",
    "na",
    "ni",
    "no",
    "ra",
    "ri",
    "ro",
    "sa",
    "si",
    "so",
    "ta",
    "ti",
    "to",
    "wa",
    "wi",
    "ya",
    "yo",
    "du",
    "fe",
    "gu",
    "hi",
    "jo",
    "pe",
    "pu",
    "vo",
    "ze",
    "zu",
]


def _name(chance: random.Random, least: int = 3) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(least, least + 2))).capitalize()


def _judged(
    number: int, title: str, text: str, when: datetime, outlet: int, seen: datetime = NOON
) -> JudgedArticle:
    url = f"https://outlet{outlet}.example/{number}"
    article = Article(url, title, text, f"outlet{outlet}", seen, "en", published=when)
    return JudgedArticle(article, shipped_judge().classify(article), url_key(url))


_OWN = 5
"""Syllables of a name that hardly comes twice: of shorter ones a large window has most, and takes events for one another."""


def event(number: int, when: datetime) -> JudgedArticle:
    """A report of an event of its own: its people, firms and most of its words are in no other.

    It names no sums: they are compared by four digits, and a large window has all of them.
    """
    chance = random.Random(number)
    country = chance.choice(list(_PLACES))
    city, home, goods = chance.choice(_PLACES[country]), chance.choice(_CHINESE), chance.choice(_FIELDS)
    firm, partner, person, port = (_name(chance, _OWN) for _ in range(4))
    noise = " ".join(_name(chance, _OWN).lower() for _ in range(40))
    text = (
        f"{firm} of {home}, China, and {partner} of {country} {chance.choice(_ACTS)} {goods} in {city}. "
        f"{person} {_name(chance, _OWN)} said that their cooperation matters to {port}. {noise}."
    )
    return _judged(
        number, f"{firm} of China and {country}'s {partner} agree on {goods}", text, when, number % 97
    )


def proof(number: int) -> JudgedArticle:
    """A report of one base, two hours after the one before: so the news of the window remain as many, and the base has ever more."""
    return _of_laboratory(number, "")


def renamed(number: int) -> JudgedArticle:
    """The same, but each report calls the base otherwise."""
    return _of_laboratory(number, f"{_name(random.Random(5_000_000 + number))} ")


def _of_laboratory(number: int, called: str) -> JudgedArticle:
    chance = random.Random(number)
    act = chance.choice(("trained", "received", "hosted", "met"))
    text = (
        f"The China-Laos {called}Rice Laboratory in Vientiane, opened by China and Laos, {act} {chance.randrange(11, 9999)} visitors "
        f"with {_name(chance)}, said {_name(chance)} {_name(chance)}. " + " ".join(_name(chance).lower() for _ in range(40))
    )  # fmt: skip
    title = f"China-Laos {called}Rice Laboratory opened in Vientiane, {act} guests of {_name(chance)}"
    when = NOON + timedelta(hours=2 * number)
    return _judged(number, title, text, when, number % 97, seen=when)


def base(number: int, when: datetime | None = None) -> JudgedArticle:
    """A report of a base that no other tells of: a laboratory in one of twenty towns, with a made-up name, for one of twenty fields.

    The more there are, the more lie in one town for one field: of ten thousand some twenty-five. The rules take most of those for one,
    whatever they are called, so that with so many most reports prove a base that is there, and with few most begin one.
    """
    chance = random.Random(number)
    country = chance.choice(list(_PLACES))
    city, field = chance.choice(_PLACES[country]), chance.choice(_FIELDS)
    called = f"{_name(chance)} {_name(chance)} {field.title()} Laboratory"
    return _opened(number, when, country, city, called, chance)


_KINDS = (
    "Demonstration Base", "Training Centre", "Industrial Park", "Joint Laboratory", "Research Centre", "Cooperation Zone", "Logistics Hub",
)  # fmt: skip


def ordinary_base(number: int, when: datetime | None = None) -> JudgedArticle:
    """A report of a base as registers have them: of one of seven kinds, in one of several dozen towns; two of three have no name of their own.

    So the names of most have the same few words, and many reports tell of a base that is there.
    """
    chance = random.Random(number)
    city, country = chance.choice(_towns())
    own = f"{_name(chance)} " if chance.random() < 1 / 3 else ""
    called = f"{own}{chance.choice(_FIELDS).title()} {chance.choice(_KINDS)}"
    return _opened(number, when, country, city, called, chance)


@cache
def _towns() -> list[tuple[str, str]]:
    """Ten towns of each country, with the country."""
    codes = dict(zip(_PLACES, ("MY", "TH", "VN", "LA", "KH", "ID"), strict=True))
    known = sorted(gazetteer().country_of.items())
    return [
        (town, country)
        for country, code in codes.items()
        for town in [t for t, c in known if c == code][::5][:10]
    ]


def _opened(
    number: int, when: datetime | None, country: str, city: str, called: str, chance: random.Random
) -> JudgedArticle:
    """A report that a base was opened; without a time it is two hours after the one before."""
    text = (
        f"China and {country} on Friday opened the China-{country} {called} in {city}, said {_name(chance)} "
        f"{_name(chance)}. " + " ".join(_name(chance).lower() for _ in range(40))
    )  # fmt: skip
    when = when or NOON + timedelta(hours=2 * number)
    return _judged(number, f"China-{country} {called} opened in {city}", text, when, number % 97, seen=when)


EVENTS = 20
"""Events that `report` tells of."""


def report(number: int, when: datetime) -> JudgedArticle:
    """A report of one of a few events, in words of its own: its people, goods and sums are those of all reports of it."""
    event, own = random.Random(number % EVENTS), random.Random(1_000_000 + number)
    country = list(_PLACES)[number % EVENTS % len(_PLACES)]
    city, home, goods = event.choice(_PLACES[country]), event.choice(_CHINESE), _FIELDS[number % EVENTS]
    firm, partner, person = (_name(event) for _ in range(3))
    worth, jobs, act = event.randrange(11, 9999), event.randrange(100, 9999), event.choice(_ACTS)
    noise = " ".join(_name(own).lower() for _ in range(40))
    title = own.choice((
        f"{firm} of China and {country}'s {partner} agree on {goods}", f"{goods.capitalize()}: China's {firm}, {partner} of {country} in {city}",
        f"China, {country}: {firm} and {partner} to ship {goods}",
    ))  # fmt: skip
    told = [
        f"{firm} of {home}, China, and {partner} of {country} {act} {goods} worth {worth} million yuan in {city}.",
        f"{person} said the cooperation of China and {country} was worth {jobs} jobs.",
        f"{own.choice(('Traders', 'Officials', 'Growers', 'Carriers'))} in {city} told {_name(own)} that {noise}.",
    ]
    own.shuffle(told)
    return _judged(number, title, " ".join(told), when, number % 97)


def copy(number: int) -> JudgedArticle:
    """One text, as one more outlet prints it."""
    one = event(1, NOON).article
    return _judged(number, one.title, one.text, NOON + timedelta(seconds=number), number)
