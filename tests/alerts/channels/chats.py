"""A chat service on loopback. It accepts some messages, refuses others, and answers as the service's documentation says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


def said(status: int, body: Any = b"", **headers: str) -> Answer:
    """An answer; a body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, content


@dataclass
class ChatServer:
    """The requests to a chat, and how it answers.

    Attributes:
        requests: path and body of each, in order.
        yes: the answer to a message that it accepts.
        no: the answer to a message that it refuses.
        refuses: decides whether it refuses a text.
        answers: sent one by one before anything else.
    """

    yes: Answer = field(default_factory=lambda: said(200, b"ok"))
    no: Answer = field(default_factory=lambda: said(400, b"bad"))
    refuses: Callable[[str], bool] = lambda text: False
    answers: list[Answer] = field(default_factory=list)
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, body: bytes) -> Answer:
        self.requests.append((path, body))
        text = text_of(body)
        if self.answers:
            found = self.answers.pop(0)
        else:
            found = self.no if self.refuses(text) else self.yes
        if found == self.yes:
            self.taken.append(text)
        return found


def text_of(body: bytes) -> str:
    """The longest text in a body, which is what a reader of the chat sees."""
    try:
        values = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
    return max(_texts(values), key=len, default="")


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict | list):
        for value in values.values() if isinstance(values, dict) else values:
            yield from _texts(value)


@contextmanager
def chatting() -> Iterator[ChatServer]:
    """A server for one test."""
    found = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = found.answer(self.path, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_PUT = do_POST  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()
