"""A mail server that takes everything and keeps a count: as fast as Python allows, so that it is not what is measured.

``python -m benchmarks.smtp_sink FILE`` prints its port, and appends the Message-ID and recipient of each message to FILE
before it says yes. ``EHLO`` offers PIPELINING and SIZE.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import threading

_ID = re.compile(rb"(?im)^message-id: *(<[^<>\s]+>)")
_TO = re.compile(rb"(?i)to: *<([^<>]+)>")


def serve(connection: socket.socket, record: int) -> None:
    """One conversation."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffer, recipient = b"", b""

    def line() -> bytes:
        nonlocal buffer
        while b"\r\n" not in buffer:
            part = connection.recv(65536)
            if not part:
                raise EOFError
            buffer += part
        found, _, buffer = buffer.partition(b"\r\n")
        return found

    def content() -> bytes:
        nonlocal buffer
        parts, tail = [buffer], buffer[-5:]
        while b"\r\n.\r\n" not in tail:
            part = connection.recv(262144)
            if not part:
                raise EOFError
            parts.append(part)
            tail = (tail + part)[-(len(part) + 5) :]
        whole, _, buffer = b"".join(parts).partition(b"\r\n.\r\n")
        return whole

    try:
        connection.sendall(b"220 sink\r\n")
        answers: list[bytes] = []
        while True:
            command = line()
            verb = command[:4].upper()
            if verb == b"EHLO":
                answers.append(b"250-sink\r\n250-PIPELINING\r\n250 SIZE 50000000\r\n")
            elif verb == b"DATA":
                connection.sendall(b"".join([*answers, b"354 go on\r\n"]))
                answers.clear()
                message = content()
                identity = _ID.search(message)
                os.write(record, (identity[1] if identity else b"?") + b" " + recipient + b"\n")
                connection.sendall(b"250 taken\r\n")
            elif verb == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                if verb == b"RCPT":
                    found = _TO.search(command)
                    recipient = found[1] if found else b""
                answers.append(b"250 ok\r\n")
            if answers and b"\r\n" not in buffer:
                connection.sendall(b"".join(answers))
                answers.clear()
    except (EOFError, OSError):
        pass
    finally:
        connection.close()


def main() -> None:
    """Serve until the process is ended."""
    record = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, record), daemon=True).start()


if __name__ == "__main__":
    main()
