"""What changes of the entries of config.yaml have in common: who makes them, how they are written, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Connection

from alerts.identity import audit
from alerts.identity.keys import box_of
from alerts.operations import tuning
from alerts.operations.live_config import Live
from alerts.operations.tuning import EntryKey
from crawler.store import Store


@dataclass(frozen=True, slots=True)
class EntryChanges:
    """Changes entries of one section of a configuration.

    Attributes:
        section: its key (``sources``), set by who extends this.
        noun: what the audit log calls an entry of it (``source``).
        live: the configuration.
        store: of the same installation.
        actor: who does it.
        now: the present moment.
    """

    section: ClassVar[str]
    noun: ClassVar[str]
    live: Live
    store: Store
    actor: str
    now: datetime

    def _write(self, connection: Connection, name: str, values: Mapping[str, Any]) -> int | None:
        """Give keys of an entry other values; None takes a key out. Gives the number of the change, None if nothing changes."""
        box = box_of(self.live.settings, self.store)
        key = EntryKey(self.section, name)
        return tuning.apply_changes(connection, self.live, key, values, self.actor, self.now, box)

    def _take_out(self, connection: Connection, name: str) -> int | None:
        """Take an entry out of the file; gives the number of the change."""
        box = box_of(self.live.settings, self.store)
        return tuning.apply(connection, self.live, self.section, name, None, self.actor, self.now, box)

    def _record(self, connection: Connection, action: str, name: str, **detail: Any) -> None:
        audit.record(connection, self.actor, f"{self.noun}: {action}", name, self.now, **detail)
