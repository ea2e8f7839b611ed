"""Any endpoint of the OpenAI chat protocol, local (Ollama, llama.cpp, vLLM) or remote, through its official client.

It needs the extra ``openai``. Servers know different parts of the protocol. The most is asked for first: a JSON Schema that
the answer must fit, no randomness, a limit of tokens. What a server says it does not know is left out from then on. The
answer is held against its form here, whatever the server promised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from crawler.assist import prompts
from crawler.assist.adapters.answers import (
    BriefSentences,
    SecondReading,
    Translations,
    opinion_in,
    schema_of,
    statements_in,
    texts_in,
)
from crawler.assist.adapters.service import RemoteService, said_in
from crawler.assist.model import (
    AssistError,
    BriefAnswer,
    BriefRequest,
    CheckAnswer,
    CheckRequest,
    Task,
    TokenCount,
    TranslationAnswer,
    TranslationRequest,
)
from crawler.config.assist_settings import AssistantSettings
from crawler.model import AseanwatchError
from crawler.net.http import HttpAnswer
from crawler.runtime.extras import how_to_add

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

T = TypeVar("T")

_SEED = 1
_LEAST_ROOM, _MOST_ROOM = 2_048, 16_384
"""Tokens that an answer may have. Models that think aloud need some before they begin."""
_TOKENS_A_SIGN = 2
"""Tokens that a character of a passage may take in translation: Burmese and Lao take up to two, Latin letters a third."""
_FORMS = ("json_schema", "json_object", "text")
_REFUSALS = (400, 404, 415, 422, 500, 501)
"""What servers answer to a parameter that they do not know; 500 is llama-cpp-python."""
_OF_FORMS = re.compile(
    r"response.?format|json.?schema|json.?object|json mode|structured|grammar|guided", re.IGNORECASE
)
_ROOM_FOR_ONE = 256
_TOO_MUCH_ROOM = re.compile(
    r"max(?:_completion)?_tokens\b.*(?:too (?:large|high|big)|range|maximum|exceed|less than|at most|up to|greater than)",
    re.IGNORECASE | re.DOTALL,
)
_MOST_TRIES = 8
"""Requests in which it is found out what a server knows."""


class ChatAssistant:
    """Asks a language model by the chat protocol."""

    tasks = frozenset(Task)

    def __init__(self, settings: AssistantSettings) -> None:
        if not settings.model:
            raise AseanwatchError(
                "openai needs a model: the name of one that the server has, such as qwen3:8b"
            )
        # What people copy: the server's address alone, that of the interface, or that of one request.
        self._service = RemoteService(settings, "openai", endings=("/chat/completions",), beginning="/v1")
        try:
            from crawler.assist.adapters.chat_client import ChatClient  # noqa: PLC0415 - an extra, half a second
        except ModuleNotFoundError as error:
            if error.name not in ("openai", "httpx2"):
                raise
            raise AseanwatchError(f"assistants of kind openai need: {how_to_add('openai')}") from None
        self._client = ChatClient(self._service)
        self._model = settings.model
        self._form = 0
        self._unknown: set[str] = set()

    def reads(self, lang: str, to: str) -> bool:
        """Whether it can translate: which languages a model knows, nobody can ask it."""
        return True

    def translate(self, request: TranslationRequest) -> TranslationAnswer:
        """Translate passages in one request."""
        schema, count = schema_of(Translations), len(request.passages)
        room = sum(_TOKENS_A_SIGN * len(passage.text) + 30 for passage in request.passages)
        texts, model, usage = self._asked(
            Task.TRANSLATE,
            prompts.translating(request, schema),
            schema,
            lambda words: texts_in(words, count),
            room,
        )
        return TranslationAnswer(texts, model, usage)

    def brief(self, request: BriefRequest) -> BriefAnswer:
        """Ask for one or two statements, each with the numbers of the reports that say it."""
        schema = schema_of(BriefSentences)
        numbers = {report.number for report in request.reports}
        statements, model, usage = self._asked(
            Task.BRIEF, prompts.briefing(request, schema), schema, lambda words: statements_in(words, numbers)
        )
        return BriefAnswer(statements, model, usage)

    def check(self, request: CheckRequest) -> CheckAnswer:
        """Ask whether a candidate is a new base."""
        schema = schema_of(SecondReading)
        schema["properties"]["stage"]["enum"] = ["", *request.stages]
        opinion, model, usage = self._asked(
            Task.CHECK, prompts.checking(request, schema), schema, lambda words: opinion_in(words, request)
        )
        return CheckAnswer(opinion, model, usage)

    def close(self) -> None:
        """Let go of the client."""
        self._client.close()

    def _asked(
        self,
        task: Task,
        prompt: prompts.Prompt,
        schema: dict[str, Any],
        read: Callable[[str], T],
        room: int = 0,
    ) -> tuple[T, str, TokenCount]:
        """What is read from the words of a completion, by which model it is, and what it took."""
        said = self._completion(task, prompt, schema, min(_LEAST_ROOM + room, _MOST_ROOM))
        usage = _usage(said)
        try:
            return read(self._content(said)), self._model_of(said), usage
        except AssistError as error:
            error.usage = (
                usage if usage.tokens_in else None
            )  # an answer that cannot be used has its price, too
            raise

    def _completion(
        self, task: Task, prompt: prompts.Prompt, schema: dict[str, Any], room: int
    ) -> ChatCompletion:
        """Ask, with less where the server says that it does not know something, all within one timeout."""
        until = self._service.end_of_time()
        for _ in range(_MOST_TRIES):
            asked = self._parameters(task, prompt, schema, room)
            answer = self._client.ask(asked, until)
            if not isinstance(answer, HttpAnswer):
                return answer
            words = " ".join(said_in(answer.body)) if answer.status in _REFUSALS else ""
            if room > _ROOM_FOR_ONE and _TOO_MUCH_ROOM.search(words):
                room //= 2  # for this question: what is left depends on its length, too
            elif not self._learns_from(words, asked):
                raise self._service.refusal(answer)
        raise AssistError("denied", f"{self._service.host} does not accept the request in any form")

    def _parameters(
        self, task: Task, prompt: prompts.Prompt, schema: dict[str, Any], room: int
    ) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            "temperature": 0,
            "seed": _SEED,
            "max_tokens": room,
        }
        if "max_tokens" in self._unknown:
            asked["max_completion_tokens"] = room
        for name in self._unknown:
            asked.pop(name, None)
        if _FORMS[self._form] == "json_schema":
            described = {"name": task.value, "schema": schema, "strict": True}
            asked["response_format"] = {"type": "json_schema", "json_schema": described}
        elif _FORMS[self._form] == "json_object":
            asked["response_format"] = {"type": "json_object"}
        return asked

    def _learns_from(self, words: str, asked: dict[str, Any]) -> bool:
        """Whether the words of a refusal say what the server does not know, so that it is asked again without."""
        for name in ("temperature", "seed", "max_completion_tokens", "max_tokens"):
            if name in asked and re.search(rf"\b{name}\b", words):
                self._unknown.add(name)
                return True
        if "response_format" in asked and _OF_FORMS.search(words):
            self._form += 1
            return True
        return False

    def _content(self, said: ChatCompletion) -> str:
        """The words of a completion."""
        choice = said.choices[0] if isinstance(said.choices, list) and said.choices else None
        message = getattr(choice, "message", None)
        if choice is None or message is None:
            raise AssistError("unreadable", f"{self._service.host} gave no answer by the chat protocol")
        if choice.finish_reason == "length":
            raise AssistError(
                "unreadable",
                "the answer was cut off: it is longer than it may be, or the model thinks too long",
            )
        if choice.finish_reason == "content_filter" or message.refusal:
            raise AssistError("unreadable", "the model declined to answer")
        if not isinstance(message.content, str) or not message.content.strip():
            raise AssistError("unreadable", "the answer is empty")
        return message.content

    def _model_of(self, said: ChatCompletion) -> str:
        """The model that answered, as the server names it."""
        named = said.model if isinstance(said.model, str) else ""
        return self._service.quoted(named) or self._model


def _usage(said: ChatCompletion) -> TokenCount:
    taken, given = (getattr(said.usage, name, None) for name in ("prompt_tokens", "completion_tokens"))
    return TokenCount(*(n if isinstance(n, int) and n > 0 else 0 for n in (taken, given)))
