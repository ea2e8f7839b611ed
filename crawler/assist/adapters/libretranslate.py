"""LibreTranslate's HTTP API: an open translation server that a team can run itself.

https://docs.libretranslate.com gives its description. It translates only, and takes no glossary: names are kept through the
translation by `crawler.assist.glossary.guarded`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from crawler.assist.adapters.answers import Words
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
from crawler.net.http import HttpAnswer

_KNOWN_FOR, _UNKNOWN_FOR = 3600.0, 60.0
"""Seconds for which its languages are not asked for again, and for which it is not asked again after it did not say them."""
_CODES = {"zh": ("zh-Hans", "zh"), "tl": ("tl", "fil"), "no": ("nb", "no")}
"""What it calls languages that have another code here; which of them depends on its release."""


class _OfferedLanguage(BaseModel):
    code: str
    targets: tuple[str, ...] | None = None


class _Translated(BaseModel):
    texts: Annotated[list[Words], Field(alias="translatedText", strict=True)]


_LANGUAGES = TypeAdapter(list[_OfferedLanguage])


class LibreTranslate:
    """Asks a LibreTranslate server."""

    tasks = frozenset({Task.TRANSLATE})

    def __init__(self, settings: AssistantSettings) -> None:
        self._service = RemoteService(settings, "LibreTranslate", endings=("/translate", "/languages"))
        self._targets: dict[str, frozenset[str]] = {}
        self._asked_at: float | None = None

    def reads(self, lang: str, to: str) -> bool:
        """Whether it has the pair; while it does not say which it has, yes, so that the failure is told by asking."""
        self._learn_languages()
        return not self._targets or self._pair(lang, to) is not None

    def translate(self, request: TranslationRequest) -> TranslationAnswer:
        """Translate passages in one request."""
        self._learn_languages()
        pair = self._pair(request.lang, request.to) or (request.lang, request.to)
        kept = [guarded(passage.text, request.names) for passage in request.passages]
        found = self._translated([text for text, _ in kept], *pair)
        if len(found) != len(kept):
            raise AssistError(
                "unreadable",
                f"{self._service.host} gave {len(found)} translations for {len(kept)} texts",
            )
        return TranslationAnswer(
            tuple(restore(text) or None for text, (_, restore) in zip(found, kept, strict=True)), model=""
        )

    def brief(self, request: BriefRequest) -> BriefAnswer:
        """It cannot."""
        raise AssistError("denied", "LibreTranslate only translates")

    def check(self, request: CheckRequest) -> CheckAnswer:
        """It cannot."""
        raise AssistError("denied", "LibreTranslate only translates")

    def close(self) -> None:
        """Nothing is kept open."""

    def _translated(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        asked: dict[str, Any] = {"q": texts, "source": source, "target": target, "format": "text"}
        if self._service.key:
            asked["api_key"] = self._service.key
        body = json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")
        answer = self._service.request(
            "POST", "/translate", body=body, headers={"Content-Type": "application/json"}
        )
        self._refuse_failures(answer)
        try:
            return _Translated.model_validate_json(answer.body).texts
        except ValidationError:
            raise AssistError(
                "unreadable", f"{self._service.host} gave no translations; is it a LibreTranslate server?"
            ) from None

    def _learn_languages(self) -> None:
        now = time.monotonic()
        age = None if self._asked_at is None else now - self._asked_at
        if age is not None and age < (_KNOWN_FOR if self._targets else _UNKNOWN_FOR):
            return
        self._asked_at = now
        try:
            answer = self._service.request("GET", "/languages")
            self._refuse_failures(answer)
            offered = _LANGUAGES.validate_json(answer.body)
        except (AssistError, ValidationError):
            return  # what was known before still holds
        # Releases before 1.3 do not say it: any language into any other.
        all_of_them = tuple(language.code for language in offered)
        self._targets = {
            o.code: frozenset(o.targets if o.targets is not None else all_of_them) for o in offered
        }

    def _pair(self, lang: str, to: str) -> tuple[str, str] | None:
        """What it calls two languages, if it translates from the one into the other."""
        pairs = ((a, b) for a in _CODES.get(lang, (lang,)) for b in _CODES.get(to, (to,)))
        return next((pair for pair in pairs if pair[1] in self._targets.get(pair[0], ())), None)

    def _refuse_failures(self, answer: HttpAnswer) -> None:
        if answer.status != 200:
            raise self._service.refusal(answer)
