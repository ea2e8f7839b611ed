"""Who may use the API: programs by token, and people by their session to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import HTTPException, Request

from alerts.identity import tokens
from alerts.operations.live_config import Live
from alerts.web.console.cookies import SESSION, cookie_of
from alerts.web.sessions import person_by
from crawler.store import Store


class Access:
    """Checks requests.

    Args:
        live: the configuration in force.
        store: where everything is kept.
        clock: gives the present moment.
    """

    def __init__(self, live: Live, store: Store, clock: Callable[[], datetime]) -> None:
        self.live, self.store, self.clock = live, store, clock

    def reads(self, request: Request) -> str:
        """Who may read; gives the name for the audit log."""
        return self._who(request, "read")

    def writes(self, request: Request) -> str:
        """Who may change: only programs with a token of that scope, for a browser sends cookies without being asked."""
        return self._who(request, "write")

    def still_reads(self, request: Request) -> bool:
        """Whether who reads may go on: the token is not revoked, the session has not ended."""
        try:
            self.reads(request)
        except HTTPException:
            return False
        return True

    def _who(self, request: Request, scope: str) -> str:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind:
            return self._by_token(kind, token.strip(), scope)
        if scope == "read" and (person := person_by(self.store, cookie_of(request, SESSION), self.clock())):
            return person.name
        raise HTTPException(
            401, f"a token with the scope {scope} is needed: Authorization: Bearer …", {"WWW-Authenticate": "Bearer"}
        )

    def _by_token(self, kind: str, token: str, scope: str) -> str:
        with self.store.reading() as connection:
            found = tokens.find(connection, token) if kind.lower() == "bearer" else None
        if found is None:
            raise HTTPException(401, "this token is not one of ours", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if scope not in found.scopes:
            raise HTTPException(403, f"this token has not the scope {scope}")
        now = self.clock()
        if found.used is None or found.used < now - tokens.NOTED:
            with self.store.writing(beside=True) as connection:
                tokens.used(connection, found.id, now)
        return f"token {found.id}"
