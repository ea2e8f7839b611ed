"""A mail server whose first sessions can hang, and that wakes tests that wait for mail."""

from __future__ import annotations

import asyncio
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from tests.alerts.conftest import AnyPort


class Post:
    """A mail server; a context manager.

    Attributes:
        hangs: while set, messages are read and never answered.
        answers: an event; messages are answered once it is set.
    """

    def __init__(self, *, hangs: bool = False) -> None:
        self.hangs = hangs
        self.answers = threading.Event()
        self.answers.set()
        self.reached = threading.Event()
        self.mails: list[tuple[str, EmailMessage]] = []
        self._arrived = threading.Condition()
        self._server = AnyPort(self, hostname="127.0.0.1", port=0)

    def __enter__(self) -> Post:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Accept a message, or hang."""
        self.reached.set()
        if self.hangs:
            await asyncio.Event().wait()
        await asyncio.to_thread(self.answers.wait, 60)
        message: Any = message_from_bytes(envelope.content, policy=policy.default)
        with self._arrived:
            self.mails += [(to, message) for to in envelope.rcpt_tos]
            self._arrived.notify_all()
        return "250 OK"

    def wait_for(self, count: int, seconds: float = 60) -> bool:
        """Wait for so many mails; false if that takes too long."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.mails) >= count, seconds)
