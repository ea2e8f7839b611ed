"""A session with a mail server that limits the time and the length of its answers.

`smtplib` has a time limit for each read only, and reads lines as long as they come.
"""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
import time
from typing import Any

from crawler.net.deadline import Deadline

LONGEST = 65_536
"""Bytes of one answer, however many lines it has; real ones have some hundreds."""


class Session(smtplib.SMTP):
    """A connection without TLS, or with it from STARTTLS on.

    Args:
        deadline: by when it has to be connected.
        host: the mail server.
        port: its port.
        seconds: for each answer, whole, afterwards.
        more: what `smtplib` knows besides.
    """

    def __init__(self, deadline: Deadline, host: str, port: int, seconds: float, **more: Any) -> None:
        self._deadline = deadline
        super().__init__(host, port, timeout=seconds, **more)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._deadline.watch(made)
        return made

    def getreply(self) -> tuple[int, bytes]:
        """The server's answer to the last command; the socket's limit is for all of it."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        # `smtplib` makes its file from the socket the first time, and only if there is none.
        if self.file is None:
            self.file: Any = io.BufferedReader(_Answers(self.sock))
        seconds = self.sock.gettimeout() or self.timeout
        self.file.raw.begin(seconds)
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(seconds)


class TlsSession(smtplib.SMTP_SSL, Session):
    """A connection with TLS from the beginning."""

    def __init__(
        self, deadline: Deadline, host: str, port: int, seconds: float, context: ssl.SSLContext | None
    ) -> None:
        self._deadline = deadline
        smtplib.SMTP_SSL.__init__(self, host, port, timeout=seconds, context=context)


class _Answers(io.RawIOBase):
    """What a server sends, read until one answer's time or room is used up."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._end, self._room = 0.0, 0

    def begin(self, seconds: float) -> None:
        """A new answer is waited for."""
        self._end = time.monotonic() + seconds
        self._room = LONGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server did not answer in time")
        if self._room <= 0:
            # `smtplib` bounds a line (8 KiB), but not the number of lines of one answer.
            raise OSError("the server's answer has no end")
        # The rest of the time, not all of it again: a byte now and then must not renew it.
        self._connection.settimeout(left)
        number = self._connection.recv_into(buffer)
        self._room -= number
        return number
