"""The register as a calendar (iCalendar, RFC 5545): an all-day event for each stage of a base whose day is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from crawler.model import AseanwatchError


def calendar_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """The calendar of bases as `crawler.store.bases.find` gives them.

    It is the same text as long as the register is the same, so that programs that fetch it see what changed.

    Raises:
        AseanwatchError: the package for calendars is missing.
    """
    try:
        from icalendar import Calendar  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise AseanwatchError("calendars need: pip install 'aseanwatch[calendar]'") from None

    calendar = Calendar()
    calendar.add("prodid", "-//aseanwatch//register of bases//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Bases of China–ASEAN cooperation")
    for row in rows:
        for step in row["timeline"]:
            # A stage whose day nobody says has no place in a calendar:
            # the day of its report would be taken for that of the act.
            if step["date"]:
                calendar.add_component(_event(row, step))
    text: str = calendar.to_ical().decode()
    return text


def _event(row: Mapping[str, Any], step: Mapping[str, Any]) -> Any:
    from icalendar import Event  # noqa: PLC0415 - an extra

    event = Event()
    # A base reaches a stage once, and its key stays: another export has the same event, and not a second one.
    event.add("uid", f"{row['key']}-{step['stage'].replace(' ', '-')}@aseanwatch")
    # Without METHOD it says when the event was last revised (RFC 5545, 3.8.7.2), not when the file was made.
    event.add("dtstamp", datetime.fromisoformat(step["told"]))
    event.add("dtstart", date.fromisoformat(step["date"]))
    event.add("summary", f"{row['name']}: {step['stage']}")
    if row["cities"]:
        event.add("location", ", ".join(row["cities"]))
    event.add("description", f"{step['sentence']}\n{step['outlet']}")
    if step["url"]:
        event.add("url", step["url"])
    event.add("categories", [row["kind"], step["stage"]])
    event.add("transp", "TRANSPARENT")  # it takes nobody's time
    return event
