"""Codes of languages by what people write for them: ``eng``, ``cn``, ``Chinese``, ``ภาษาไทย``.

Names and older codes come from CLDR by way of Babel. It is read only to say what was meant instead of a wrong code.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from crawler.judging.text.language import RECOGNISED, known
from crawler.runtime.near import nearest

_NAMED_IN = ("en", "zh", "id", "ms", "vi", "th", "fil", "km", "lo", "my", "zh_Hant")
"""The languages whose names of languages are understood."""
_BY_PEOPLE = {"mandarin": "zh", "putonghua": "zh", "bahasa": "id", "tagalog": "tl", "pilipino": "tl", "bahasa melayu": "ms"}  # fmt: skip


def is_language(code: str) -> bool:
    """Whether a text is a code of ISO 639-1."""
    return code in RECOGNISED or code in _two_letters()


def language_meant(written: str) -> str | None:
    """The ISO 639-1 code that a text most likely means: ``en`` for ``eng``, ``English`` or ``en-US``; ``zh`` for ``cn``."""
    low = " ".join(written.strip().replace("_", "-").split()).casefold()
    if not low:
        return None
    first = low.split("-")[0]
    found = known(low)
    if found is not None and found in RECOGNISED:
        return found
    named = _BY_PEOPLE.get(low) or _language_names().get(low)
    if named is None:
        named = _aliases().get(first) or _spoken_in(first)
    if named is None:
        close = nearest(low, _language_names(), 0.8) if len(low) > 2 else None
        named = _language_names()[close] if close else None
    return named or (found if found is not None and is_language(found) else None)


def _locales() -> Iterable[object]:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - read only to explain a mistake

    for name in _NAMED_IN:
        try:
            yield Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue


@cache
def _language_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for locale in _locales():
        for code, name in locale.languages.items():  # type: ignore[attr-defined]
            short = known(code)
            # Chinese and zh-Hans are one language here; zh comes first in CLDR's order.
            if short is not None and name.casefold() not in found:
                found[name.casefold()] = short
    return found


@cache
def _two_letters() -> frozenset[str]:
    return frozenset(_language_names().values())


@cache
def _aliases() -> dict[str, str]:
    from babel.core import get_global  # noqa: PLC0415 - as above

    return {
        old.casefold(): short
        for old, new in get_global("language_aliases").items()
        if (short := known(str(new)))
    }


def _spoken_in(country: str) -> str | None:
    """The language of a country whose code was taken for one, such as ``vi`` of ``vn``."""
    from babel.core import get_global  # noqa: PLC0415 - as above

    likely = get_global("likely_subtags").get(f"und_{country.upper()}") if len(country) == 2 else None
    return known(str(likely)) if likely else None
