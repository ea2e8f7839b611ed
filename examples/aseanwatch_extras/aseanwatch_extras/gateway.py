"""An assistant: asks an organisation's own translation gateway, ``POST /translate`` with ``{"text", "from", "to"}``."""

from __future__ import annotations

import json

from crawler.assist.adapters.service import RemoteService
from crawler.assist.glossary import guarded
from crawler.assist.model import (
    AssistError,
    BriefAnswer,
    BriefRequest,
    CheckAnswer,
    CheckRequest,
    Task,
    TranslationAnswer,
    TranslationRequest,
)
from crawler.config.assist_settings import AssistantSettings

PAIRS = {("id", "en"), ("vi", "en"), ("zh", "en")}


class GatewayAssistant:
    """Translates from three languages into English."""

    tasks = frozenset({Task.TRANSLATE})

    def __init__(self, settings: AssistantSettings) -> None:
        # Within the limits of time and size of the settings, and every failure is an AssistError.
        self._service = RemoteService(settings, "gateway")

    def reads(self, lang: str, to: str) -> bool:
        """Whether it has the pair."""
        return (lang, to) in PAIRS

    def translate(self, request: TranslationRequest) -> TranslationAnswer:
        """Ask for one passage after another, with the names as the register has them."""
        texts = []
        for passage in request.passages:
            text, restore = guarded(passage.text, request.names)
            texts.append(restore(self._asked(text, passage.lang, request.to)))
        return TranslationAnswer(tuple(texts), model="gateway-2")

    def brief(self, request: BriefRequest) -> BriefAnswer:
        """It is not asked for what is not among its tasks."""
        raise NotImplementedError

    def check(self, request: CheckRequest) -> CheckAnswer:
        """It is not asked for what is not among its tasks."""
        raise NotImplementedError

    def close(self) -> None:
        """Do nothing: it keeps nothing open."""

    def _asked(self, text: str, lang: str, to: str) -> str:
        body = json.dumps({"text": text, "from": lang, "to": to}).encode()
        headers = {"Content-Type": "application/json", "X-Key": self._service.key}
        answer = self._service.request("POST", "/translate", body=body, headers=headers)
        if answer.status != 200:
            raise self._service.refusal(answer)
        try:
            return str(json.loads(answer.body)["text"])
        except (ValueError, KeyError, TypeError):
            raise AssistError("unreadable", f"{self._service.host} gave no translation") from None
