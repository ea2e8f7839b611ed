"""The words of bylines, as patterns and sets: who wrote, who did something else, what stands around a name (``data/bylines.yaml``)."""

from __future__ import annotations

import re
from functools import cache

from crawler.runtime.data_tables import table


@cache
def _data() -> dict[str, list[str]]:
    found: dict[str, list[str]] = table("bylines.yaml")
    return found


def _table(key: str) -> list[str]:
    return [str(n) for n in _data()[key]]


def _words(key: str) -> str:
    names = sorted(_table(key), key=len, reverse=True)
    return "|".join(re.escape(n) for n in names)


@cache
def no_names() -> frozenset[str]:
    """What stands in the place of a name and names nobody: roles, accounts of systems, words of forms."""
    return frozenset(n.casefold() for n in _table("no_names"))


@cache
def of_templates() -> frozenset[str]:
    """Words of links and buttons beside names, which no name has."""
    return frozenset(_table("of_templates"))


@cache
def agencies() -> frozenset[str]:
    """The names of news agencies, in lower case."""
    return frozenset(n.casefold() for n in _table("agencies"))


@cache
def organisations() -> frozenset[str]:
    """Words that only names of organisations have, in lower case."""
    return frozenset(n.casefold() for n in _table("organisations"))


@cache
def before() -> re.Pattern[str]:
    """A word such as "by" at the beginning, with what parts it from the name: a sign, or a space in scripts that have them."""
    return re.compile(
        rf"\W*(?:(?:{_words('before')})(?:\s*[:：/៖]\s*|\s+[-–—]?\s*|(?<=[^\x00-\u02ff])(?=[^\x00-\u02ff]))"
        rf"|(?:{_words('before_sign')})\s*[:：/]\s*)",
        re.IGNORECASE,
    )


@cache
def labelled() -> re.Pattern[str]:
    """The same within a line, where a colon makes it a label."""
    return re.compile(rf"(?<=\s)(?:{_words('before')})\s*[:：៖]\s*", re.IGNORECASE)


@cache
def posted() -> re.Pattern[str]:
    """A line such as "Posted on 3 May by", up to the name."""
    return re.compile(rf"\W*(?:(?:{_words('behind')})\b|\d).{{0,40}}?\s(?:{_words('by')})\s+", re.IGNORECASE)


@cache
def ruled() -> re.Pattern[str]:
    """A word such as "by" that a rule parts from the name."""
    return re.compile(rf"^(\W*(?:{_words('before')}))\s*[|｜–—-]\s+", re.IGNORECASE)


@cache
def rank_before() -> re.Pattern[str]:
    """What somebody is, before the name: "Xinhua writer", "Senior correspondent"."""
    titles = "|".join(f"{re.escape(t)}s?" for t in _table("titles"))
    return re.compile(
        rf"^(?:(?:{_words('agencies')})\s+)?(?:(?:{_words('ranks')})\s+)*(?:{titles})\s+", re.IGNORECASE
    )


@cache
def titles() -> frozenset[str]:
    """What somebody is, in lower case: "reporter", "editors"."""
    return frozenset(_table("titles")) | {f"{t}s" for t in _table("titles")}


@cache
def outlets() -> frozenset[str]:
    """Words of the names of outlets that persons have as names too, in lower case."""
    return frozenset(_table("outlets"))


@cache
def surnames() -> frozenset[str]:
    """Chinese family names of one character and of two, in both scripts."""
    data = table("surnames.yaml")
    return frozenset((*data["surnames"], *data["traditional"], *data["rarer"], *data["compound"]))


@cache
def places() -> frozenset[str]:
    """The names of cities and countries in all languages, in lower case: a dateline may have them behind a name."""
    data = table("places.json")
    names = [n for city in data["cities"] for n in city["names"]]
    names += [
        n for by_language in data["countries"].values() for found in by_language.values() for n in found
    ]
    return frozenset(n.casefold() for n in names)


@cache
def others() -> re.Pattern[str]:
    """A word such as "editor" with a colon, or such as "photos" with "by"."""
    return re.compile(
        rf"[\s|｜/,;(]*(?<![^\W\d_])(?:{_words('others')})\s*(?:[:：/៖]|(?<=by)\s|\s(?:{_words('by')})\s)\s*",
        re.IGNORECASE,
    )


@cache
def behind() -> re.Pattern[str]:
    """A word that begins what stands behind a name: when it was published, where."""
    words = [form for w in _table("behind") for form in ((w, w.capitalize()) if len(w) > 3 else (w,))]
    return re.compile(rf"(?<=\S)[\s,|]+(?:{'|'.join(map(re.escape, words))})(?=$|[\s:：,.])")


@cache
def title() -> re.Pattern[str]:
    """What somebody is, behind the name: "Senior Reporter", "기자"."""
    return re.compile(rf"(?<=\S)\s+(?:(?:{_words('ranks')})\s+)*(?:{_words('titles')})$", re.IGNORECASE)


@cache
def between() -> re.Pattern[str]:
    """What stands between two names."""
    return re.compile(
        rf"\s+(?:{_words('between')})\s+|(?<=[\u4e00-\u9fff])[和及](?=[\u4e00-\u9fff])", re.IGNORECASE
    )


@cache
def roles() -> frozenset[str]:
    """What others do: "摄影", "editor"."""
    return frozenset(_table("others"))


def is_agency(name: str) -> bool:
    """Whether an organisation is a news agency."""
    is_a_word = len(name) <= 4 and name == name.capitalize() and name.isascii()  # App, Spa
    return name.casefold() in agencies() and not is_a_word
