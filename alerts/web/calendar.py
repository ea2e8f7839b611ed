"""The register as a calendar (iCalendar, RFC 5545): a day-long event for each stage of a base whose day is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from crawler.model import AseanwatchError


def calendar_of(rows: Iterable[Mapping[str, Any]], now: datetime) -> bytes:
    """The calendar of bases as `crawler.store.bases.find` gives them.

    Raises:
        AseanwatchError: the package for calendars is missing.
    """
    try:
        from icalendar import Calendar, Event  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise AseanwatchError("calendars need: pip install 'aseanwatch[calendar]'") from None

    calendar = Calendar()
    calendar.add("prodid", "-//aseanwatch//register of bases//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Bases of China–ASEAN cooperation")
    for row in rows:
        for step in row["timeline"]:
            if step["date"]:
                event = Event()
                event.add("uid", f"{row['key']}-{step['stage'].replace(' ', '-')}@aseanwatch")
                event.add("dtstamp", now)
                event.add("dtstart", date.fromisoformat(step["date"]))
                event.add("summary", f"{row['name']}: {step['stage']}")
                event.add("location", ", ".join(row["cities"]))
                event.add("description", step["sentence"])
                calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
