"""Who may use the API: programs by a token, and people by their session, who may only read."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row
from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerts.identity import tokens
from alerts.identity.organisation_accounts import role_now
from alerts.web.context import WebContext
from alerts.web.late_writes import TOKEN_USE


class ApiAccess:
    """Checks who makes a request to the API.

    Args:
        web: what all web pages share.
    """

    def __init__(self, web: WebContext) -> None:
        self.web = web

    def require_read(self, request: Request) -> str:
        """The name of the reader, as the audit log has it.

        Raises:
            HTTPException: the request may not read.
        """
        return self._actor(request, "read")

    def require_write(self, request: Request) -> str:
        """The name of the program that may change things, as the audit log has it.

        A session is not enough: a browser sends its cookie even if another site makes it post.

        Raises:
            HTTPException: the request may not write.
        """
        return self._actor(request, "write")

    def topics_of(self, request: Request) -> frozenset[str] | None:
        """The topics that an assistant may read by its token; None: all of them. A session is not enough.

        Raises:
            HTTPException: the request has no token that may read.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            raise HTTPException(401, _needs("read"), {"WWW-Authenticate": "Bearer"})
        found, _ = self._holder(scheme, token.strip())
        topics = tokens.topics_of(found.scopes)
        if topics is not None and not topics:
            raise HTTPException(403, "this token has not the scope read, nor that of a topic")
        self._note_use(found)
        return topics

    def may_still_read(self, request: Request) -> bool:
        """Whether the reader of a stream may go on: the token is not revoked, the session has not ended."""
        try:
            self.require_read(request)
        except HTTPException:
            return False
        return True

    def _actor(self, request: Request, scope: str) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        # A request with a token is judged by it alone, whatever cookie comes with it.
        if scheme:
            return self._program(scheme, token.strip(), scope)
        if scope == "read" and (person := self.web.signed_in(request)):
            return person.name
        raise HTTPException(401, _needs(scope), {"WWW-Authenticate": "Bearer"})

    def _program(self, scheme: str, token: str, scope: str) -> str:
        found, role = self._holder(scheme, token)
        if scope not in found.scopes or (scope == "write" and role != "operator"):
            raise HTTPException(403, f"this token has not the scope {scope}")
        self._note_use(found)
        return f"token {found.id} of {found.owner}" if found.owner is not None else f"token {found.id}"

    def _holder(self, scheme: str, token: str) -> tuple[Row[Any], str]:
        """The row of a token, and the role of whom it belongs to."""
        with self.web.store.read() as connection:
            found = tokens.find(connection, token) if scheme.lower() == "bearer" else None
        if found is None:
            raise HTTPException(
                401, "this token is not one of ours", {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            )
        now = self.web.clock()
        # Of a token that belongs to a person, the person's role counts as it is now.
        role = self._role_of(found.owner, now) if found.owner is not None else "operator"
        if not role:
            raise HTTPException(
                401, "the owner of this token may not sign in any more", {"WWW-Authenticate": "Bearer"}
            )
        return found, role

    def _note_use(self, found: Row[Any]) -> None:
        now = self.web.clock()
        if found.used is None or found.used < now - tokens.LAST_USE_GRANULARITY:
            # Reading the API must not wait for a crawl that stores.
            used = partial(tokens.record_use, number=found.id, now=now)
            self.web.late.note((TOKEN_USE, found.id), "the use of a token", used)

    def _role_of(self, owner: str, now: datetime) -> str:
        sign_in = self.web.settings.web.sign_in
        issuer, since = (sign_in.issuer, now - sign_in.tokens) if sign_in is not None else (None, now)
        with self.web.store.read() as connection:
            return role_now(connection, owner, issuer, since)


def _needs(scope: str) -> str:
    return f"a token with the scope {scope} is needed: Authorization: Bearer …"
