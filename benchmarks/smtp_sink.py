"""A mail server that accepts and records everything, as fast as Python allows, so that the sender is measured.

``python -m benchmarks.smtp_sink FILE`` prints its port, and appends Message-ID, recipient and time (seconds since 1970)
of each message to FILE before it accepts the message. ``EHLO`` offers PIPELINING and SIZE.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
import time

_ID = re.compile(rb"(?im)^message-id: *(<[^<>\s]+>)")
_TO = re.compile(rb"(?i)to: *<([^<>]+)>")


class Conversation:
    """One client's commands. Pipelined commands are answered together (RFC 2920)."""

    def __init__(self, connection: socket.socket, record: int) -> None:
        self.connection, self.record = connection, record
        self.buffer, self.recipient = b"", b""
        self.answers: list[bytes] = [b"220 sink\r\n"]

    def run(self) -> None:
        """Serve until the client goes."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.flush()
            while self.answer(self.line()):
                if b"\r\n" not in self.buffer:
                    self.flush()
            self.flush()
        except (EOFError, OSError):
            pass
        finally:
            self.connection.close()

    def answer(self, command: bytes) -> bool:
        """Answer one command; false after the last."""
        verb = command[:4].upper()
        if verb == b"EHLO":
            self.answers.append(b"250-sink\r\n250-PIPELINING\r\n250 SIZE 50000000\r\n")
        elif verb == b"DATA":
            self.answers.append(b"354 go on\r\n")
            self.flush()
            self.take(self.content())
        elif verb == b"QUIT":
            self.answers.append(b"221 bye\r\n")
            return False
        else:
            if verb == b"RCPT":
                found = _TO.search(command)
                self.recipient = found[1] if found else b""
            self.answers.append(b"250 ok\r\n")
        return True

    def take(self, message: bytes) -> None:
        """Record a message, then accept it."""
        identity = _ID.search(message)
        os.write(
            self.record, b"%s %s %.6f\n" % (identity[1] if identity else b"?", self.recipient, time.time())
        )
        self.answers.append(b"250 taken\r\n")
        self.flush()

    def flush(self) -> None:
        """Send the answers so far."""
        if self.answers:
            self.connection.sendall(b"".join(self.answers))
            self.answers.clear()

    def line(self) -> bytes:
        """Read the next command."""
        while b"\r\n" not in self.buffer:
            self.buffer += self._more()
        found, _, self.buffer = self.buffer.partition(b"\r\n")
        return found

    def content(self) -> bytes:
        """Read the message up to the final dot."""
        parts, tail = [self.buffer], self.buffer[-5:]
        while b"\r\n.\r\n" not in tail:
            part = self._more()
            parts.append(part)
            tail = (tail + part)[-(len(part) + 5) :]
        whole, _, self.buffer = b"".join(parts).partition(b"\r\n.\r\n")
        return whole

    def _more(self) -> bytes:
        part = self.connection.recv(262144)
        if not part:
            raise EOFError
        return part


def main() -> None:
    """Serve until the process is ended."""
    record = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=Conversation(connection, record).run, daemon=True).start()


if __name__ == "__main__":
    main()
