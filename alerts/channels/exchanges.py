"""Records what a chat's server answers while Apprise sends.

Apprise itself says only yes or no, and for some services not even that. It sends by ``requests``, whose
`Session.send` is wrapped once. The wrapper acts only for a listener in the same thread.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from alerts.channels.answers import ChatAnswer
from crawler.net.deadline import Deadline, pool_classes

LONGEST = 65_536
"""Bytes of an answer that are looked at."""
_LISTENING: ContextVar[Exchanges | None] = ContextVar("listening to a chat", default=None)


class Exchanges:
    """What was asked of a chat's server for one message, and answered.

    Attributes:
        answers: in order.
        errors: of requests that had no answer.

    Args:
        server: asked in place of the service's own, such as a proxy; None for the service's own.
        taken: requests that were accepted before, by their keys. They are answered from memory, so that
            a message that one of several chats refused is not posted to the others twice.
        deadline: by when all of them have to be over.
    """

    def __init__(self, server: str | None, taken: dict[str, Any], deadline: Deadline) -> None:
        self.answers: list[ChatAnswer] = []
        self.errors: list[Exception] = []
        self.deadline = deadline
        self._server, self._before, self._new = server, taken, {}  # type: ignore[var-annotated]

    def carry(self, request: Any, send: Callable[[], Any]) -> Any:
        """One request to its answer."""
        if self._server:
            asked = urlsplit(request.url)
            wanted = urlsplit(self._server)
            path = wanted.path.rstrip("/") + asked.path
            request.url = urlunsplit((wanted.scheme, wanted.netloc, path, asked.query, ""))
        key = _key(request)
        if key in self._before:
            return self._before[key]
        try:
            response = send()
        except Exception as error:
            # Apprise catches it and only says no; the error tells an outage from a refusal.
            self.errors.append(error)
            raise
        headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
        self.answers.append(ChatAnswer(response.status_code, headers, (response.content or b"")[:LONGEST]))
        self._new[key] = (len(self.answers) - 1, response)
        return response

    def took(self, accepted: Callable[[ChatAnswer], bool]) -> dict[str, Any]:
        """The requests that were taken, by their keys."""
        new = {key: response for key, (place, response) in self._new.items() if accepted(self.answers[place])}
        return self._before | new


@contextmanager
def listening(exchanges: Exchanges) -> Iterator[Exchanges]:
    """In this block requests of this thread go through ``exchanges``."""
    _wrap_once()
    token = _LISTENING.set(exchanges)
    try:
        yield exchanges
    finally:
        _LISTENING.reset(token)


@cache
def _wrap_once() -> None:
    from requests import Session  # noqa: PLC0415 - comes with the extra

    # Apprise offers no hook for answers. Replacing the method once is harmless
    # for others: without a listener in this context it does what it did.
    send = Session.send

    @wraps(send)
    def heard(session: Any, request: Any, **options: Any) -> Any:
        exchanges = _LISTENING.get()
        if exchanges is None:
            return send(session, request, **options)
        return exchanges.carry(request, lambda: _bounded(exchanges.deadline, session, request, send, options))

    Session.send = heard  # type: ignore[method-assign,assignment]


def _bounded(
    deadline: Deadline, session: Any, request: Any, send: Callable[..., Any], options: dict[str, Any]
) -> Any:
    """Send a request within the deadline, and read at most `LONGEST` bytes of the answer.

    Redirects are not followed.
    """
    adapter = session.get_adapter(url=request.url)
    adapter.poolmanager.pool_classes_by_scheme = pool_classes(deadline)
    limits = {"timeout": deadline.left, "stream": True, "allow_redirects": False}
    with send(session, request, **{**options, **limits}) as response:
        # What `requests` itself would keep after it had read all of it.
        response._content, response._content_consumed = response.raw.read(LONGEST, decode_content=True), True
    return response


def _key(request: Any) -> str:
    """A key that tells requests apart.

    The query is left out: it may hold a signature with its time, new at each attempt.
    """
    body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
    address = str(request.url).partition("?")[0]
    return hashlib.blake2b(
        b"\0".join((str(request.method).encode(), address.encode(), body)), digest_size=16
    ).hexdigest()
