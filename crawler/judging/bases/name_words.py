"""The packaged table of words in and around the names of bases (``data/base_names.yaml``), and of their parts."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from crawler.judging.territories import english_name
from crawler.judging.text.dates import calendar_names
from crawler.judging.text.normal import normalise
from crawler.runtime.data_tables import table


@cache
def name_words() -> Any:
    """The table, read once."""
    return table("base_names.yaml")


@cache
def part_words() -> Any:
    """The parts of names with their English: ``heads``, and what stands ``before`` them; read once.

    Those of the shipped desk's languages are in ``data/base_parts.yaml``, those of others in ``data/base_parts_world.yaml``.
    """
    parts: dict[str, dict[str, dict[str, list[str]]]] = table("base_parts.yaml")
    for role, listed in table("base_parts_world.yaml").items():
        for english, by_language in listed.items():
            own = parts[role].setdefault(english, {})
            for lang, words in by_language.items():
                own[lang] = [*own.get(lang, ()), *words]
    return parts


@cache
def words_of(list_of: str, lang: str | None) -> frozenset[str]:
    """The words of one list (``stops``, ``ties``, ``leading``, ``back``) in a language; those of English where it has none."""
    lists = name_words()[list_of]
    return frozenset(lists.get(lang, lists.get("en", ())))


@cache
def general_words() -> dict[str, None]:
    """Words that only say what a base is, in normal form; the longest first."""
    found = {normalise(word).text for word in name_words()["general"]}
    return dict.fromkeys(sorted(found, key=len, reverse=True))


@cache
def light_words() -> tuple[str, ...]:
    """Articles, joining words and legal forms of scripts without spaces, in normal form; the longest first."""
    found = {normalise(word).text for word in name_words()["light"]["unspaced"]}
    return tuple(sorted(found, key=len, reverse=True))


@cache
def hollow_words(lang: str | None) -> tuple[str, ...]:
    """Words inside names that have no word of their own in English, in normal form; the longest first."""
    listed = (*name_words()["hollow"].get(lang, ()), *name_words()["purpose"])
    found = {normalise(word).text for word in listed}
    return tuple(sorted(found, key=len, reverse=True))


@cache
def ands() -> frozenset[str]:
    """The words for "and" in every language."""
    return frozenset(name_words()["ands"])


@cache
def founders() -> tuple[str, ...]:
    """How those are called who found a base together."""
    return tuple(name_words()["founders"])


@cache
def calendar() -> frozenset[str]:
    """The names of months and weekdays, in lower case."""
    return frozenset(word for names in calendar_names() for word in names)


def is_in_whole(text: str, start: int, end: int) -> bool:
    """Whether what would end a name at ``[start, end)`` is only a part of a word: ใหม่ of พลังงานใหม่, ຜ່ານ of ຜ່ານແດນ."""
    return any(
        text.find(word, max(0, end - len(word)), start + len(word)) >= 0 for word in _holding(text[start:end])
    )


@lru_cache(maxsize=4096)
def _holding(part: str) -> tuple[str, ...]:
    """The words that hold something which would end a name; for most of what does there is none."""
    return tuple(word for word in name_words()["whole"] if part in word)


def country_in_english(code: str) -> str:
    """What a country, region or group is called in English within a name: "Brunei", "Africa"."""
    listed = name_words()["countries"]
    return str(listed[code] if code in listed else english_name(code))
