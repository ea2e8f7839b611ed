"""The words of the frame around the news, in the reader's language: catalogues in ``locale/`` (gettext), dates and names by CLDR."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from crawler.judging.places.small_places import country_of


def N_(message: str) -> str:  # noqa: N802 - gettext's name for what is translated later
    """Mark a message for the catalogues."""
    return message


KINDS = (N_("base"), N_("park"), N_("zone"), N_("centre"), N_("laboratory"), N_("workshop"), N_("corridor"))
STAGES = (
    N_("proposed"), N_("planned"), N_("approved"), N_("signed"), N_("under construction"), N_("launched"), N_("operating"),
    N_("expanded"), N_("closed"),
)  # fmt: skip


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of a language; English is what the code says."""
    if language == "en":
        return NullTranslations()
    text = files("alerts").joinpath("locale", f"{language}.po").read_bytes()
    compiled = BytesIO()
    # Compiled in memory: the package has only the .po files, so no stale .mo can lie beside them.
    write_mo(compiled, read_po(BytesIO(text), locale=language))
    compiled.seek(0)
    return Translations(compiled)


_SHORTER = {("zh", "HK"): "香港", ("zh", "MO"): "澳门", ("id", "HK"): "Hong Kong", ("id", "MO"): "Makau"}
"""Names of the two regions as news writes them; CLDR's say what they belong to."""


def capitalised(text: str) -> str:
    """A text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


class Words:
    """How one language says things.

    Args:
        language: en, id or zh.
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self.translations = catalogue(language)
        self._languages: Mapping[str, str] = self.locale.languages
        self._year: int | None = None
        self._zone: ZoneInfo | None = None

    def gettext(self, message: str, **values: object) -> str:
        """A message with its values (``%(name)s``)."""
        return self.translations.gettext(message) % values if values else self.translations.gettext(message)

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """A message that depends on a number, which is its value ``num``."""
        return self.translations.ngettext(one, many, number) % {"num": number, **values}

    def language_name(self, code: str) -> str:
        """The name of a language."""
        # Sources say ``tl``. News writes Filipino, which CLDR has under its own code.
        return self._languages.get({"tl": "fil"}.get(code, code), code)

    def country(self, code: str) -> str:
        """The name of a country as news writes it."""
        name: str = self.locale.territories.get(code, code)
        name = _SHORTER.get((self.language, code), name)
        # CLDR says "Hong Kong SAR China" and "Myanmar (Burma)".
        return name.split(" SAR", maxsplit=1)[0].split(" (", maxsplit=1)[0]

    def place(self, city: str) -> str:
        """A city with its country, where the gazetteer knows it and it is not its own name."""
        code = country_of(city)
        named = self.country(code) if code else city
        return city if named == city or city == words("en").country(code or "") else f"{city} ({named})"

    def joined(self, parts: tuple[str, ...] | list[str]) -> str:
        """Several things in a row."""
        return ("、" if self.language == "zh" else ", ").join(parts)

    def day(self, when: date) -> str:
        """Such as 28 Nov 2025."""
        return _day(when, self.language)

    def long_day(self, when: date) -> str:
        """Such as Fri 28 Nov 2025."""
        if self.language == "en":
            return f"{when:%a} {_day(when, 'en')}"
        return str(format_skeleton("yMMMEd", when, locale=self.locale))

    def month(self, when: date) -> str:
        """Such as November 2025."""
        return str(format_skeleton("yMMMM", when, locale=self.locale))

    def at(self, now: datetime, zone: str | None = None) -> Words:
        """The same words for a reader who reads at a moment, in a zone: what is not of the same year is shown with its year.

        Args:
            now: when it is read, or written.
            zone: where moments are shown in; None: in the zone that each is in.
        """
        same = copy(self)
        same._zone = ZoneInfo(zone) if zone else None
        same._year = (now.astimezone(same._zone) if same._zone else now).year
        return same

    def with_years(self) -> Words:
        """The same words for a page that is printed or cited: every moment is shown with its year."""
        same = copy(self)
        same._year = None
        return same

    def clock(self, when: datetime) -> str:
        """Such as 21:40, in the zone that the moment is in."""
        return _clock(when, self.language)

    def moment(self, when: datetime) -> str:
        """Such as 28 Nov 21:40, of another year or where that is not known 28 Nov 2025 21:40."""
        shown = when.astimezone(self._zone) if self._zone else when
        shown = shown.replace(second=0, microsecond=0, tzinfo=None)  # equal moments differ by zone
        return _moment(shown, self.language, shown.year != self._year)


@cache
def words(language: str = "en") -> Words:
    """The words of a language."""
    return Words(language)


@lru_cache(maxsize=4096)
def _day(when: date, language: str) -> str:
    if language == "en":
        return f"{when:%-d %b %Y}"
    return str(format_skeleton("yMMMd", when, locale=language))


@lru_cache(maxsize=8192)
def _moment(when: datetime, language: str, with_year: bool) -> str:
    if with_year:
        return f"{_day(when.date(), language)} {_clock(when, language)}"
    if language == "en":
        return f"{when:%-d %b %H:%M}"
    return f"{format_skeleton('MMMd', when, locale=language)} {_clock(when, language)}"


def _clock(when: datetime, language: str) -> str:
    # Indonesian writes a point between hours and minutes.
    return str(format_time(when, "HH.mm" if language == "id" else "HH:mm", locale=language))
