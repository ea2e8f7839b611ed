"""What all web pages of one server share: the configuration, the store and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from starlette.requests import HTTPConnection

from alerts.identity.operators import Person
from alerts.operations.live_config import Live
from alerts.web.cookies import SESSION, cookie_of
from alerts.web.late_writes import LateWrites
from alerts.web.sessions import find_person
from crawler.config.settings import Settings
from crawler.store import Store


@dataclass(frozen=True)
class WebContext:
    """The web pages' view of the service.

    Args:
        live: the configuration, which may change while the pages are served.
        store: the store that the pages show and change.
        clock: returns the present moment, in UTC.
    """

    live: Live
    store: Store
    clock: Callable[[], datetime]

    @property
    def settings(self) -> Settings:
        """The settings in force now."""
        return self.live.settings

    @cached_property
    def late(self) -> LateWrites:
        """What pages note beside their answers."""
        return LateWrites(self.store)

    def signed_in(self, request: HTTPConnection) -> Person | None:
        """The person whose session cookie the request carries, or None."""
        person = find_person(self.store, cookie_of(request, SESSION), self.clock(), self.late)
        return person if person is not None and self._may_come(person) else None

    def _may_come(self, person: Person) -> bool:
        """Whether the configuration still lets in whoever signed in as this person did."""
        sign_in = self.settings.web.sign_in
        if person.issuer:
            return sign_in is not None and sign_in.issuer == person.issuer
        return sign_in is None or sign_in.local
