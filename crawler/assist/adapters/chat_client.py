"""OpenAI's official client, whose requests go our own way: within a time and a size, to the operator's host alone.

Left to itself the client follows redirects, waits for each read anew, tries again by itself, reads keys and headers from the
environment, and says what system and Python it runs on. Here it forms requests and answers, and nothing else. It needs the
extra ``openai``.
"""

from __future__ import annotations

import logging
from typing import Any

import httpx2
import openai
from openai.types.chat import ChatCompletion

from crawler.assist.adapters.service import RemoteService
from crawler.assist.model import AssistError
from crawler.net.http import HttpAnswer

_PATH = "/chat/completions"
_NOWHERE = "http://assistant.invalid"
"""What the client takes for its address; where requests go is the service's business."""


class _BoundedTransport(httpx2.BaseTransport):
    """Sends what the client made by the service. Of its headers only the kind of the body goes along."""

    def __init__(self, service: RemoteService) -> None:
        self._service = service
        self.until: float | None = None
        self.answer = HttpAnswer(0, None)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = {"Content-Type": "application/json"}
        if self._service.key:
            headers["Authorization"] = f"Bearer {self._service.key}"
        self.answer = self._service.request(
            "POST", _PATH, body=request.read(), headers=headers, until=self.until
        )
        return httpx2.Response(
            self.answer.status,
            headers={"Content-Type": self.answer.content_type or "application/json"},
            content=self.answer.body,
        )


class ChatClient:
    """The client of one service."""

    def __init__(self, service: RemoteService) -> None:
        # They write a line for each request, with its address; in debugging also what is asked.
        for name in ("openai", "httpx2"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._service = service
        self._transport = _BoundedTransport(service)
        self._client = openai.OpenAI(
            api_key=service.key or "none",
            base_url=_NOWHERE,
            max_retries=0,  # it is tried again in the background
            timeout=None,
            http_client=httpx2.Client(transport=self._transport, follow_redirects=False, trust_env=False),
        )

    def ask(self, parameters: dict[str, Any], until: float) -> ChatCompletion | HttpAnswer:
        """Ask for a completion.

        Args:
            parameters: those of the request.
            until: when it has to be over, by `time.monotonic`.

        Returns:
            The completion, none of whose parts need be there or of the right type; or an answer that is no success.

        Raises:
            AssistError: no answer came, or it is not of the protocol.
        """
        self._transport.until = until
        try:
            said = self._client.chat.completions.create(**parameters)
        except openai.APIStatusError:
            return self._transport.answer
        except (openai.OpenAIError, ValueError, TypeError, RecursionError):
            raise self._unreadable() from None  # a body that is no JSON, or JSON of another kind
        if not isinstance(said, ChatCompletion):
            raise self._unreadable()
        return said

    def close(self) -> None:
        """Let go of the client."""
        self._client.close()

    def _unreadable(self) -> AssistError:
        return AssistError("unreadable", f"{self._service.host} gave no answer by the chat protocol")
