"""What operators do with sources, by command or in the console: pause, resume, change and remove them, and have them asked now.

The sources stand in config.yaml, however they came there. Each change is written there, kept in the history of the
configuration so that it can be taken back, and recorded in the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts.operations.entry_changes import EntryChanges
from crawler.config.settings import Settings, Source
from crawler.model import AseanwatchError, Phrase
from crawler.runtime.redaction import without_credentials
from crawler.store import poll_requests

EDITABLE = ("url", "kind", "lang", "country", "folder", "every", "timezone", "pages", "query")
"""The keys of a source that the console and the command can change; all others are changed in the file."""
ASKED_ANEW = ("url", "kind", "query")
"""A change of these has the source asked at once, to see whether it is right."""


@dataclass(frozen=True, slots=True)
class SourceActions(EntryChanges):
    """Changes the sources of a configuration."""

    section = "sources"
    noun = "source"

    def set_paused(self, name: str, *, paused: bool) -> int | None:
        """Pause a source, or resume it; gives the number of the change, None if it was so already.

        Raises:
            AseanwatchError: there is no such source, or config.yaml cannot be changed.
        """
        find_source(self.live.settings, name)
        with self.store.write() as connection:
            number = self._write(connection, name, {"enabled": False if paused else None})
            if number is not None:
                self._record(connection, "pause" if paused else "resume", name)
                if not paused:
                    poll_requests.request(connection, [name], self.now)
        return number

    def change(self, name: str, values: Mapping[str, Any]) -> int | None:
        """Give keys of a source other values; None takes a key out. Gives the number of the change, None if nothing changes.

        Raises:
            ConfigError: a value is not allowed; AseanwatchError: as in `set_paused`, or a key is not editable.
        """
        find_source(self.live.settings, name)
        if unknown := [key for key in values if key not in EDITABLE]:
            raise AseanwatchError(
                f"{', '.join(unknown)} cannot be changed here; allowed: {', '.join(EDITABLE)}"
            )
        with self.store.write() as connection:
            number = self._write(connection, name, values)
            if number is not None:
                shown = {k: without_credentials(str(v)) for k, v in values.items() if v is not None}
                self._record(connection, "change", name, **shown)
                if any(key in values for key in ASKED_ANEW):
                    poll_requests.request(connection, [name], self.now)
        return number

    def remove(self, name: str) -> int | None:
        """Take a source out of config.yaml. What it brought stays. Gives the number of the change.

        Raises:
            AseanwatchError: as in `set_paused`, or a subscription names it.
        """
        find_source(self.live.settings, name)
        if users := [s.name for s in self.live.settings.subscriptions if name in s.sources]:
            raise AseanwatchError(
                Phrase(
                    "%(name)s is named by the subscription %(users)s: take it out there first, or pause it",
                    name=name,
                    users=", ".join(users),
                )
            )
        with self.store.write() as connection:
            number = self._take_out(connection, name)
            self._record(connection, "remove", name)
        return number

    def ask(self, name: str) -> None:
        """Have a source asked now by whoever asks sources.

        Raises:
            AseanwatchError: there is no such source, or it is paused.
        """
        if not find_source(self.live.settings, name).enabled:
            raise AseanwatchError(Phrase("%(name)s is paused: resume it, and it is asked at once", name=name))
        with self.store.write(exclusive=False) as connection:
            poll_requests.request(connection, [name], self.now)
            self._record(connection, "ask", name)


def find_source(settings: Settings, name: str) -> Source:
    """A source by its name.

    Raises:
        AseanwatchError: there is none.
    """
    found = next((s for s in settings.sources if s.name == name), None)
    if found is None:
        raise AseanwatchError(Phrase("There is no source %(name)s.", name=name))
    return found
