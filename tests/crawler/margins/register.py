"""Mentions of bases near the thresholds of one base of the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import reduce

from crawler.judging.bases.fields import Fields, fields_of
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.register import summarise
from crawler.judging.bases.sameness import KnownBase, same_base
from crawler.model import BaseMention
from tests.crawler.margins.case import Case

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
STORY = 7


def mention(
    name: str, *, kind: str = "park", cities: Sequence[str] = (), countries: Sequence[str] = ("CN", "LA"), stage: str = "launched",
    day: date | None = None,
) -> BaseMention:  # fmt: skip
    return BaseMention("key", name, kind, stage, tuple(cities), tuple(countries), day, name, (), (), True)


def known(
    *names: str, number: int = 1, kind: str = "park", cities: Sequence[str] = (), lang: str = "en", stories: Sequence[int] = (),
    stage: str = "launched", days_ago: float = 10,
) -> KnownBase:  # fmt: skip
    since = NOON - timedelta(days=days_ago)
    listed = tuple((lang, name) for name in names)
    return KnownBase(
        number, kind, frozenset(cities), listed, frozenset(stories), frozenset({"CN", "LA"}), stage, since,
        fields=reduce(Fields.joined, (fields_of(name, name, lang) for name in names), Fields()),
    )  # fmt: skip


def same(one: BaseMention, base: KnownBase, *, story: int | None = None, lang: str = "en") -> bool:
    return same_base(one, lang, story, base, NOON) > 0


def likelier(one: BaseMention, *bases: KnownBase, story: int | None = None, lang: str = "en") -> int:
    """The number of the base that a mention speaks of."""
    return max((same_base(one, lang, story, base, NOON), -base.id, base.id) for base in bases)[2]


def cities_told(*reports: Sequence[str]) -> tuple[str, ...]:
    proofs = [
        Proof(n, n, "en", NOON + timedelta(hours=n), mention("a park", cities=cities))
        for n, cities in enumerate(reports)
    ]
    return tuple(sorted(summarise(proofs).cities))


def name_shown(**times: int) -> str:
    names = [name.replace("_", " ") for name, count in times.items() for _ in range(count)]
    return summarise(
        [Proof(n, n, "en", NOON + timedelta(hours=n), mention(name)) for n, name in enumerate(names)]
    ).names["en"]


VIENTIANE = ("Vientiane",)
RICE, RICE_ZH = "hospital and bridge park", "中老医院桥梁大学产业园"
"""What they speak of in two languages: three things of four."""
WEAVING, TEA = "Upper Mekong Silk Weaving Park", "Golden Mekong Tea Market Park"
"""Names that have two words in five in common."""
CITY_AND_EVENT = mention("Mekong solar rice durian industrial park", cities=VIENTIANE)
IN_CITY = known("Mekong Brick Industrial Works Park Estate", number=1, cities=VIENTIANE)


def in_city_or_event(name: str) -> int:
    """Whether a mention speaks of a base of its city (1) or of one of its event that has a name in Chinese (2)."""
    return likelier(CITY_AND_EVENT, IN_CITY, known(name, number=2, lang="zh", stories=[STORY]), story=STORY)


JOINT = "China-Laos joint laboratory"

CASES = [
    Case("names with eight words in nine", lambda: same(mention("Qinghe Mekong Silk Weaving Park"), known("Mekong Silk Weaving Park")), True),
    Case("names with two words in three", lambda: same(mention("Mekong Silk Park"), known("Mekong Tea Park")), False),
    Case(
        "in one city names with two words in three",
        lambda: same(mention("Mekong Silk Park", cities=VIENTIANE), known("Mekong Tea Park", cities=VIENTIANE)),
        True,
    ),
    Case("in one city names with two words in five", lambda: same(mention(WEAVING, cities=VIENTIANE), known(TEA, cities=VIENTIANE)), False),
    Case(
        "in one city names in two languages that speak of the same",
        lambda: same(mention(RICE, cities=VIENTIANE), known(RICE_ZH, lang="zh", cities=VIENTIANE)),
        True,
    ),
    Case(
        "in one city names in two languages that speak of one thing in three",
        lambda: same(mention("solar rice and durian park", cities=VIENTIANE), known("中老太阳能渔业产业园", lang="zh", cities=VIENTIANE)),
        False,
    ),
    Case(
        "in one city names in two languages that are for two fields, one of them the same",
        lambda: same(mention("solar and fish park", cities=VIENTIANE), known("中老太阳能产业园", lang="zh", cities=VIENTIANE)),
        True,
    ),
    Case(
        "in one event another kind with two words in five",
        lambda: same(mention(WEAVING), known(TEA, kind="centre", stories=[STORY]), story=STORY),
        True,
    ),
    Case(
        "in one event another kind with one word in five",
        lambda: same(mention(WEAVING), known("Golden Valley Tea Market Park", kind="centre", stories=[STORY]), story=STORY),
        False,
    ),
    Case(
        "a firm in the name says more than four words in five",
        lambda: likelier(
            mention("Huawei Mekong Solar Training Park"), known("Northern Mekong Solar Training Park", number=1),
            known("华为太阳能产业园", number=2, lang="zh"),
        ),
        2,
    ),
    Case(
        "and less than nearly the same name",
        lambda: likelier(
            mention("Huawei Golden Mekong River Valley Solar Power Training Park"),
            known("Huawei Golden Mekong River Valley Solar Power Training Park East", number=1),
            known("华为太阳能产业园", number=2, lang="zh"),
        ),
        1,
    ),
    Case(
        "a base of the city rather than one of the event with hardly a like name",
        lambda: likelier(
            mention(WEAVING, cities=VIENTIANE), known("Upper Mekong Silk Market", number=1, cities=VIENTIANE),
            known(TEA, number=2, stories=[STORY]), story=STORY,
        ),
        1,
    ),
    Case("a base of the event that speaks of the same rather than one of the city", lambda: in_city_or_event("中老太阳能水稻榴莲产业园"), 2),
    Case("a base of the city rather than one that speaks of more", lambda: in_city_or_event("中老太阳能水稻榴莲培训产业园"), 1),
    Case("a base was opened fifty days ago: it is that", lambda: same(mention(JOINT), known(JOINT, days_ago=50)), True),
    Case("a base was opened eighty days ago: another one opens", lambda: same(mention(JOINT), known(JOINT, days_ago=80)), False),
    Case("a base of that name was opened eighty days ago: it is that", lambda: same(mention(WEAVING), known(WEAVING, days_ago=80)), True),
    Case(
        "a base of the event rather than another one for the same in its country",
        lambda: likelier(mention("rice park"), known("中老水稻产业园", number=1, lang="zh", days_ago=2), known("中老水稻产业园", number=2, lang="zh", stories=[STORY]), story=STORY),
        2,
    ),
    Case("another event brought a laboratory four days ago", lambda: same(mention(JOINT), known(JOINT, days_ago=4)), False),
    Case("a report six days later tells of the same", lambda: same(mention(JOINT), known(JOINT, days_ago=6)), True),
    Case(
        "three reports of five name a city",
        lambda: cities_told(*[("Vientiane",)] * 3, *[("Luang Prabang",)] * 2),
        ("Vientiane",),
    ),
]  # fmt: skip
