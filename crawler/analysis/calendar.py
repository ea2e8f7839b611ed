"""The register as a calendar (iCalendar, RFC 5545): an all-day event for each stage of a base whose day is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crawler.judging.bases.name_origins import name_in
from crawler.model import AseanwatchError
from crawler.runtime.extras import how_to_add


@dataclass(frozen=True)
class CalendarWords:
    """How a calendar says things in a reader's language; without values, in English.

    Attributes:
        title: the name of the calendar.
        summary: an event by the name of the base and the stage that it reached.
        places: the places of a base, by their English names.
        label: a kind or a stage.
        languages: what the reader reads, best first: names and sentences are in the first of them that there is.
    """

    title: str = "Bases of China–ASEAN cooperation"
    summary: Callable[[str, str], str] = "{}: {}".format
    places: Callable[[Sequence[str]], str] = ", ".join
    label: Callable[[str], str] = str
    languages: tuple[str, ...] = ()


ENGLISH = CalendarWords()


def calendar_of(rows: Iterable[Mapping[str, Any]], say: CalendarWords = ENGLISH) -> str:
    """The calendar of bases as `crawler.store.bases.find` gives them, in the words of a language.

    It is the same text as long as the register is the same, so that programs that fetch it see what changed.

    Raises:
        AseanwatchError: the package for calendars is missing.
    """
    try:
        from icalendar import Calendar  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise AseanwatchError(f"calendars need: {how_to_add('calendar')}") from None

    calendar = Calendar()
    calendar.add("prodid", "-//aseanwatch//register of bases//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", say.title)
    for row in rows:
        for step in row["timeline"]:
            # A stage whose day nobody says has no place in a calendar:
            # the day of its report would be taken for that of the act.
            if step["date"]:
                calendar.add_component(_event(row, step, say))
    text: str = calendar.to_ical().decode()
    return text


def _event(row: Mapping[str, Any], step: Mapping[str, Any], say: CalendarWords) -> Any:
    from icalendar import Event  # noqa: PLC0415 - an extra

    event = Event()
    # A base reaches a stage once, and its key stays: another export has the same event, and not a second one.
    event.add("uid", f"{row['key']}-{step['stage'].replace(' ', '-')}@aseanwatch")
    # Without METHOD it says when the event was last revised (RFC 5545, 3.8.7.2), not when the file was made.
    event.add("dtstamp", datetime.fromisoformat(step["told"]))
    event.add("dtstart", date.fromisoformat(step["date"]))
    name = name_in(row, say.languages).text
    event.add("summary", say.summary(name, step["stage"]))
    if row["cities"]:
        event.add("location", say.places(row["cities"]))
    quotes = step["quotes"]
    proof = next((quotes[code] for code in say.languages if code in quotes), step)
    event.add("description", f"{proof['sentence']}\n{proof['outlet']}")
    if proof["url"]:
        event.add("url", proof["url"])
    event.add("categories", [say.label(row["kind"]), say.label(step["stage"])])
    event.add("transp", "TRANSPARENT")  # it takes nobody's time
    return event
