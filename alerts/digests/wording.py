"""The words of the frame around the news, in the reader's language: catalogues in ``locale/`` (gettext), dates and names by CLDR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_percent
from babel.support import NullTranslations, Translations

from alerts.digests.moments import (
    clock_text,
    day_text,
    length_text,
    long_day_text,
    moment_text,
    month_text,
    zone_text,
)
from alerts.digests.place_names import place_name
from alerts.digests.punctuation import bracketed, joined, punctuation
from crawler.config.section import FrameLanguage
from crawler.config.values import When
from crawler.judging.parties import Parties
from crawler.judging.places.known_places import country_of
from crawler.judging.territories import name_in
from crawler.model import Length, Phrase, rounded


def N_(message: str) -> str:  # noqa: N802 - gettext's name for what is translated later
    """Mark a message for the catalogues."""
    return message


FRAMES: Mapping[FrameLanguage, str] = {
    "en": "English",
    "id": "Bahasa Indonesia",
    "vi": "Tiếng Việt",
    "th": "ไทย",
    "zh": "中文",
}
"""The languages of the frame, each by its own name, in the order in which they are offered."""
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


_SHORTER = {
    "HK": {"en": "Hong Kong", "id": "Hong Kong", "vi": "Hồng Kông", "th": "ฮ่องกง", "zh": "香港"},
    "MO": {"en": "Macao", "id": "Makau", "vi": "Ma Cao", "th": "มาเก๊า", "zh": "澳门"},
    "AE": {"vi": "UAE", "zh": "阿联酋"},
    "GB": {"id": "Inggris", "vi": "Anh"},
    "US": {"vi": "Mỹ"},
}
"""Names of countries and regions as news writes them, where CLDR has the official ones."""
_LANGUAGES = {"id": {"zh": "Mandarin"}, "zh": {"id": "印尼语"}}
"""Names of languages as news writes them, where CLDR has another."""
_WEEKDAYS = (
    N_("every Monday at %(time)s"), N_("every Tuesday at %(time)s"), N_("every Wednesday at %(time)s"),
    N_("every Thursday at %(time)s"), N_("every Friday at %(time)s"), N_("every Saturday at %(time)s"),
    N_("every Sunday at %(time)s"),
)  # fmt: skip


MACHINE_TRANSLATION = N_("machine translation")
MACHINE_MARK = N_("MT")
BRIEF_BY = N_("Brief by %(model)s")
MACHINE_NOTE = N_(
    "Some words here are machine-made (%(mark)s: machine translation). The reports' own words and links stand beside them."
)
"""Short for machine translation, before words in a subject or a list. The full words stand where there is room."""
_LENGTHS = {
    "second": (N_("%(num)s second"), N_("%(num)s seconds")), "minute": (N_("%(num)s minute"), N_("%(num)s minutes")),
    "hour": (N_("%(num)s hour"), N_("%(num)s hours")), "day": (N_("%(num)s day"), N_("%(num)s days")),
    "month": (N_("%(num)s month"), N_("%(num)s months")), "year": (N_("%(num)s year"), N_("%(num)s years")),
}  # fmt: skip


_BRACKETS_BESIDE_HAN = re.compile(r"(?<=[\u3400-\u9fff])\s*\(([^()]*)\)")


def capitalised(text: str) -> str:
    """A text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


_BRACKET = re.compile(r" ?[(（]")
_COUNTRY = 2
"""Letters of the code of a country; those of groups and regions have more."""


class Words:
    """How one language says things.

    Args:
        language: a language of the frame (`FRAMES`).
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self.translations = catalogue(language)
        self.marks = punctuation(language)
        self._languages: Mapping[str, str] = self.locale.languages
        symbols = self.locale.number_symbols["latn"]
        self._separators = str.maketrans({",": symbols["group"], ".": symbols["decimal"]})
        self._year: int | None = None
        self._zone: ZoneInfo | None = None

    def gettext(self, message: str, **values: object) -> str:
        """A message with its values (``%(name)s``)."""
        return self.translations.gettext(message) % values if values else self.translations.gettext(message)

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """A message that depends on a number, which is its value ``num``."""
        shown = {"num": self.number(number), **values}
        # Catalogues have both forms with %(num)s or with %(num)d.
        return self.translations.ngettext(one, many, number).replace("%(num)d", "%(num)s") % shown

    def said(self, text: str | None) -> str:
        """A text that was made elsewhere: translated if it is a `Phrase` or a message of the catalogue, else as it is."""
        if not text:
            return ""
        if isinstance(text, Phrase) and text.values:
            shown = {name: self._value(value) for name, value in text.values.items()}
            return self.translations.gettext(text.template) % shown
        return self.translations.gettext(text)

    def said_error(self, error: Exception) -> str:
        """What an error says; its `Phrase` is lost in ``str(error)``."""
        return self.said(error.args[0] if error.args and isinstance(error.args[0], str) else str(error))

    def failure(self, kind: str | None) -> str:
        """Why a source or a delivery failed, in a few words: statuses of HTTP by their number."""
        if not kind:
            return ""
        status = kind.removeprefix("http ")
        if status != kind:
            return self.gettext("the server answers with status %(status)s", status=status)
        return self.gettext(kind)

    def _value(self, value: object) -> str:
        if isinstance(value, str):
            return self.said(value)
        if isinstance(value, Length):
            return self.rough_length(value)
        return self.number(value) if isinstance(value, int | float) else str(value)

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with the language's signs, such as 1,234 or 1.234."""
        # Babel reads its pattern anew for each number, and a list has thousands of them.
        plain = f"{round(value, decimals):,.{decimals}f}"
        return plain.translate(self._separators)

    def percent(self, share: float) -> str:
        """A share of 1 as a percentage."""
        return str(format_percent(share, format="#,##0%", locale=self.locale))

    def language_name(self, code: str) -> str:
        """The name of a language."""
        # Sources say ``tl``. News writes Filipino, which CLDR has under its own code.
        own = _LANGUAGES.get(self.language, {}).get(code)
        return own or self._languages.get({"tl": "fil"}.get(code, code), code)

    def languages(self, codes: Iterable[str]) -> str:
        """The names of languages in a row, as they stand within a sentence."""
        names = map(self.language_name, codes)
        # CLDR's are capitalised, as in a list of choices; Vietnamese is the one where that is wrong within a sentence.
        return (
            self.joined(n[:1].lower() + n[1:] for n in names) if self.language == "vi" else self.joined(names)
        )

    def matter_name(self, kind: str, about: str) -> str:
        """What a matter of the service is about, where its message does not say it: a source, a language or a country."""
        group, _, code = about.partition(" ")
        if kind == "coverage" and group in ("language", "country"):
            return self.language_name(code) if group == "language" else self.country(code)
        return about if kind in ("failing", "silent") else ""

    def country(self, code: str) -> str:
        """The name of a country as news writes it, or of a region or group of countries."""
        if len(code) != _COUNTRY:
            return name_in(code, self.language)
        if code in _SHORTER and self.language in _SHORTER[code]:
            return _SHORTER[code][self.language]
        name: str = self.locale.territories.get(code, code)
        # CLDR says "Myanmar (Burma)".
        return _BRACKET.split(name, maxsplit=1)[0]

    def party(self, codes: Sequence[str]) -> str:
        """A side of the cooperation by the codes of its countries, regions and groups."""
        return "/".join(map(self.country, codes))

    def pair(self, ours: Sequence[str], theirs: Sequence[str]) -> str:
        """Both sides in one: "China–ASEAN"."""
        return f"{self.party(ours)}{self.marks.between_parties}{self.party(theirs)}"

    def pair_of(self, parties: Parties) -> str:
        """Both sides of a configuration in one."""
        return self.pair(parties.ours.shown, parties.theirs.shown)

    def city(self, english: str) -> str:
        """A city, province or town by its English name; of two with one name, the province is in brackets behind it."""
        name, province = self._named(english)
        return self.bracketed(name, province)

    def bare_place(self, english: str) -> str:
        """A city, province or town by its name alone, as on a map or within brackets."""
        return self._named(english)[0]

    def place(self, english: str) -> str:
        """As `city`, with the country, where the gazetteer knows it and it is not its own name."""
        return _place(self.language, english)

    def _named(self, english: str) -> tuple[str, str]:
        """The name of a place and that of its province, where it has a namesake (``Suzhou, Anhui``)."""
        bare, _, province = english.partition(", ")
        own = place_name(english, self.language)
        # A namesake without a name of its own must not get that of the better known place.
        return (bare if own == english else own), (place_name(province, self.language) if province else "")

    def reports(self, reports: int, copies: int = 0) -> str:
        """How many reports, and how many copies of them: "13 reports, 2 copies"."""
        said = [self.ngettext("%(num)s report", "%(num)s reports", reports)]
        if copies:
            said.append(self.ngettext("%(num)s copy", "%(num)s copies", copies))
        return self.marks.comma.join(said)

    def reports_in_languages(self, reports: int, languages: int, copies: int = 0) -> str:
        """How many reports in how many languages, and how many copies of them."""
        said = self.gettext(
            "%(reports)s in %(languages)s",
            reports=self.ngettext("%(num)s report", "%(num)s reports", reports),
            languages=self.ngettext("%(num)s language", "%(num)s languages", languages),
        )
        if not copies:
            return said
        return self.marks.comma.join([said, self.ngettext("%(num)s copy", "%(num)s copies", copies)])

    def machine_made(self, text: str, mark: str = MACHINE_MARK) -> str:
        """Words that a machine translated, after the mark that says so; whoever shows the short one explains it nearby."""
        return f"[{self.gettext(mark)}] {text}"

    def bracketed(self, text: str, *more: str) -> str:
        """A text with others in brackets behind it, in the language's marks."""
        return bracketed(self.language, text, *more)

    def in_brackets(self, *more: str) -> str:
        """Texts in brackets, as they stand behind another text: with a blank before them where the language has one."""
        return bracketed(self.language, "|", *more)[1:]

    def name(self, text: str) -> str:
        """A name as reports or rules write it, its brackets in the marks of the script that it is in."""
        return _BRACKETS_BESIDE_HAN.sub(r"（\1）", text) if self.language == "zh" else text

    def quoted(self, text: str) -> str:
        """A text in quotation marks."""
        return f"{self.marks.quote}{text}{self.marks.unquote}"

    def joined(self, parts: Iterable[str]) -> str:
        """Several things in a row."""
        return joined(self.language, parts)

    def clauses(self, parts: Iterable[str]) -> str:
        """Several statements in a row."""
        return self.marks.clause_mark.join(parts)

    def rhythm(self, when: When) -> str:
        """When a subscription is due, such as every day at 07:30."""
        if when.at is None:
            return self.gettext("every hour") if when.kind == "hourly" else self.gettext("at once")
        time = clock_text(when.at, self.language)
        if when.weekday is None:
            return self.gettext("every day at %(time)s", time=time)
        return self.gettext(_WEEKDAYS[when.weekday], time=time)

    def length(self, seconds: float | None) -> str:
        """A length of time in its two largest units, such as 14 min 52 sec; empty for none."""
        return length_text(seconds or 0.0, self.language)

    def rough_length(self, seconds: float) -> str:
        """A length of time in its one best unit, such as 14 minutes or 3 months."""
        count, unit = rounded(seconds)
        # Of the frame's languages only English has a plural.
        return self.gettext(_LENGTHS[unit][count != 1], num=self.number(count))

    def interval(self, seconds: float | None) -> str:
        """How often something is done, such as every 15 minutes; empty for none."""
        if not seconds:
            return ""
        if rounded(seconds) == (1, "hour"):
            return self.gettext("every hour")
        if rounded(seconds) == (1, "day"):
            return self.gettext("every day")
        return self.gettext("every %(length)s", length=self.rough_length(seconds))

    def zone(self, name: str) -> str:
        """A time zone by its city."""
        return zone_text(name, self.language)

    def day(self, when: date) -> str:
        """Such as 28 Nov 2025."""
        return day_text(when, self.language)

    def short_day(self, when: date) -> str:
        """Such as 28 Nov, of another year or where that is not known 28 Nov 2025."""
        return day_text(when, self.language, when.year != self._year)

    def long_day(self, when: date) -> str:
        """Such as Fri 28 Nov 2025."""
        return long_day_text(when, self.language)

    def month(self, when: date) -> str:
        """Such as November 2025."""
        return month_text(when, self.language)

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
        return clock_text(when, self.language)

    def whole_moment(self, when: datetime) -> str:
        """Such as 28 Nov 2025 21:40, in the zone that the moment is in."""
        return moment_text(when.replace(second=0, microsecond=0, tzinfo=None), self.language, True)

    def moment(self, when: datetime) -> str:
        """Such as 28 Nov 21:40, of another year or where that is not known 28 Nov 2025 21:40."""
        shown = when.astimezone(self._zone) if self._zone else when
        shown = shown.replace(second=0, microsecond=0, tzinfo=None)  # equal moments differ by zone
        return moment_text(shown, self.language, shown.year != self._year)


@lru_cache(4_096)
def _place(language: str, english: str) -> str:
    """Remembered: a page of the register names hundreds of places, a few of them again and again."""
    say = words(language)
    name, province = say._named(english)
    code = country_of(english)
    country = say.country(code) if code else ""
    return say.bracketed(name, province, "" if name == country else country)


@cache
def words(language: str = "en") -> Words:
    """The words of a language."""
    return Words(language)
