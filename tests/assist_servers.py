"""Servers of assistants on loopback, whose answers and faults a test chooses: the OpenAI chat protocol, LibreTranslate.

with ChatServer() as server:                                  # answers honestly, see `honest`
    server.answer = lambda asked: {"translations": [{"id": 1, "text": "…"}]}   # content as JSON
    server.answer = lambda asked: "no JSON"                   # content as it is
    server.answer = lambda asked: Completion("…", finish="length")
    server.answer = lambda asked: Fault(status=429, headers={"Retry-After": "7"})
    AssistantSettings(kind="openai", url=server.url, model="small")
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import jsonschema


@dataclass(frozen=True)
class Fault:
    """An answer that is none, or not as it should be.

    Attributes:
        body: its bytes; ``headers`` go with it.
        cut: bytes of the body after which the connection is closed, though more was announced.
        drips: begins the answer and then sends a byte now and then, until whoever asked goes away.
        silent: never answers, until whoever asked goes away.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    drips: bool = False
    silent: bool = False


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None, code: str = "") -> Fault:
    """An error in the protocol's form."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code or None}
    return Fault(status, json.dumps({"error": error}).encode(), headers or {})


@dataclass(frozen=True)
class Completion:
    """An answer by the protocol."""

    content: str | None
    finish: str = "stop"
    refusal: str | None = None
    model: str | None = None
    usage: tuple[int, int] | None = (120, 40)

    def body(self, asked: Asked) -> bytes:
        """The answer to a request as bytes."""
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        said: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_764_000_000,
            "model": self.model or asked.body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": self.finish, "logprobs": None}],
        }
        if self.usage is not None:
            taken, given = self.usage
            said["usage"] = {
                "prompt_tokens": taken,
                "completion_tokens": given,
                "total_tokens": taken + given,
            }
        return json.dumps(said, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Asked:
    """A request that the server was sent."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def system(self) -> str:
        """What the system message says."""
        return "\n".join(m["content"] for m in self.body["messages"] if m["role"] == "system")

    @property
    def user(self) -> str:
        """What the user message says."""
        return "\n".join(m["content"] for m in self.body["messages"] if m["role"] == "user")

    @cached_property
    def document(self) -> dict[str, Any]:
        """What the user message holds under its one key: passages, or reports, or a clause and reports."""
        (held,) = json.loads(self.user).values()
        return dict(held)

    @property
    def task(self) -> str:
        """What is asked for: translate, brief or check."""
        if "passages" in self.document:
            return "translate"
        return "check" if "clause" in self.document else "brief"

    @property
    def format(self) -> str:
        """The form of answer that is asked for: json_schema, json_object or text."""
        return str(self.body.get("response_format", {"type": "text"})["type"])


Answer = dict[str, Any] | str | Completion | Fault


def honest(asked: Asked) -> dict[str, Any]:
    """What a model might answer: texts with the language before them, titles as a brief, the clause as a base."""
    held = asked.document
    if asked.task == "translate":
        return {
            "translations": [{"id": p["id"], "text": f"{held['to']}: {p['text']}"} for p in held["passages"]]
        }
    if asked.task == "brief":
        return {"statements": [{"text": r["title"], "reports": [r["number"]]} for r in held["reports"][:2]]}
    report = held["report"]
    return {
        "verdict": "yes",
        "name": "",
        "places": [],
        "stage": "",
        "quote": held["clause"],
        "report": report,
    }


class LoopbackServer:
    """A server on loopback, for the time of a ``with``. Each class says what it answers to a request."""

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._send(outer.reply("GET", self.path, dict(self.headers), b""))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self._send(outer.reply("POST", self.path, dict(self.headers), body))

            def _send(self, fault: Fault) -> None:
                self.close_connection = True
                with suppress(OSError):
                    self._say(fault)

            def _say(self, fault: Fault) -> None:
                if fault.silent:
                    # Ends when whoever asked has closed, or the test is over.
                    self.connection.settimeout(30)
                    self.connection.recv(1)
                    return
                self.send_response(fault.status)
                for name, value in ({"Content-Type": "application/json"} | dict(fault.headers)).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(1_000 if fault.drips else len(fault.body)))
                self.end_headers()
                while fault.drips and not outer.over.wait(0.02):
                    self.wfile.write(b" ")
                self.wfile.write(fault.body if fault.cut is None else fault.body[: fault.cut])

            def log_message(self, *_: Any) -> None:
                """Log nothing."""

        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Fault:
        """What is answered to a request."""
        raise NotImplementedError


class ChatServer(LoopbackServer):
    """A server of the chat protocol.

    Attributes:
        answer: what it answers to a request; see this module's text.
        key: the key that it wants; empty: none.
        refuses: forms of answers (json_schema, json_object) and parameters (seed, max_tokens, …) that it does not know.
        asked: all requests so far.
    """

    def __init__(
        self, answer: Callable[[Asked], Answer] = honest, *, key: str = "", refuses: Iterable[str] = ()
    ) -> None:
        self.answer = answer
        self.key = key
        self.refuses = frozenset(refuses)
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        """What an operator writes into the configuration."""
        return f"{self.address}/v1"

    def reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Fault:
        if (method, path) != ("POST", "/v1/chat/completions"):
            return refusal(404, f"there is no {path}")
        asked = Asked(path, headers, json.loads(body))
        self.asked.append(asked)
        if self.key and headers.get("Authorization") != f"Bearer {self.key}":
            return refusal(
                401, f"Incorrect API key provided: {headers.get('Authorization')}", code="invalid_api_key"
            )
        for name in self.refuses:
            if name in asked.body:
                return refusal(
                    400,
                    f"Unsupported parameter: '{name}' is not supported with this model.",
                    code="unsupported_parameter",
                )
        if asked.format in self.refuses:
            return refusal(400, f"response_format type {asked.format} is not supported")
        found = self.answer(asked)
        if isinstance(found, Fault):
            return found
        if isinstance(found, dict):
            found = json.dumps(found, ensure_ascii=False)
        return Fault(body=(Completion(found) if isinstance(found, str) else found).body(asked))


_TRANSLATE = {
    "type": "object",
    "required": ["q", "source", "target"],
    "properties": {
        "q": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        "source": {"type": "string"},
        "target": {"type": "string"},
        "format": {"enum": ["text", "html"]},
        "alternatives": {"type": "integer"},
        "api_key": {"type": "string"},
    },
    "additionalProperties": False,
}
"""A request to /translate, by the description that LibreTranslate 1.9 serves of itself (/spec)."""


class LibreServer(LoopbackServer):
    """A server of LibreTranslate's API, with its statuses and words, whose model writes the language before a text.

    Attributes:
        languages: its codes, each with what it translates into; None: a release that does not say it.
        key: the key that it wants; empty: none.
        batch: most texts in one request.
        fault: what it answers to translations instead.
        translate: its model: from a text and the target to the translation.
        asked: the bodies of all translations that it was asked for; ``looks``: how often its languages were.
    """

    def __init__(self, languages: Mapping[str, list[str] | None] | None = None, *, key: str = "") -> None:
        self.languages = languages or {"en": ["id", "zh-Hans"], "id": ["en"], "zh-Hans": ["en"]}
        self.key = key
        self.batch = 20
        self.fault: Fault | None = None
        self.translate: Callable[[str, str], str] = lambda text, target: f"{target}: {text}"
        self.asked: list[dict[str, Any]] = []
        self.looks = 0

    def reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Fault:
        if (method, path) == ("GET", "/languages"):
            self.looks += 1
            return self._json(
                [
                    {"code": code, "name": code} | ({} if targets is None else {"targets": targets})
                    for code, targets in self.languages.items()
                ]
            )
        if (method, path) != ("POST", "/translate"):
            return Fault(404, b"<!doctype html><title>404 Not Found</title>", {"Content-Type": "text/html"})
        asked = json.loads(body)
        jsonschema.validate(asked, _TRANSLATE)
        self.asked.append(asked)
        if self.fault is not None:
            return self.fault
        return self._translated(asked)

    def _translated(self, asked: dict[str, Any]) -> Fault:
        source, target = asked["source"], asked["target"]
        if self.key and not asked.get("api_key"):
            return self._error(400, "Visit https://portal.example to get an API key")
        if self.key and asked["api_key"] != self.key:
            return self._error(403, "Invalid API key")
        if isinstance(asked["q"], list) and len(asked["q"]) > self.batch:
            return self._error(
                400, f"Invalid request: request ({len(asked['q'])}) exceeds text limit ({self.batch})"
            )
        for code in (source, target):
            if code not in self.languages:
                return self._error(400, f"{code} is not supported")
        if target not in (self.languages[source] or self.languages):
            return self._error(400, f"{target} is not available as a target language from {source}")
        texts = [asked["q"]] if isinstance(asked["q"], str) else asked["q"]
        found = [self.translate(text, target) for text in texts]
        return self._json({"translatedText": found[0] if isinstance(asked["q"], str) else found})

    def _error(self, status: int, words: str) -> Fault:
        return self._json({"error": words}, status)

    def _json(self, said: Any, status: int = 200) -> Fault:
        return Fault(status, json.dumps(said).encode())
