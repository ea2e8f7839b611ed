"""Argos Translate in this process, with the models that the operator installed by its own command. Nothing is ever fetched.

Argos would fetch models that find the ends of sentences when it translates for the first time; ours do that here instead. It
needs the extra ``argos``. Models lie where `crawler.runtime.argos_models` says.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

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
from crawler.judging.bases.sentences import sentences_in
from crawler.model import AseanwatchError
from crawler.runtime.argos_models import argos_code, how_to_install
from crawler.runtime.error_words import in_words
from crawler.runtime.extras import how_to_add


class ArgosTranslate:
    """Translates with the models that are installed."""

    tasks = frozenset({Task.TRANSLATE})

    def __init__(self, settings: AssistantSettings) -> None:
        self._seconds = settings.timeout.total_seconds()
        self._argos = _library()
        self._argos.get_installed_languages.cache_clear()  # some may have been installed since
        self._installed = {language.code: language for language in self._argos.get_installed_languages()}
        for installed in self._argos.installed_translates:
            installed.cached_translation.underlying.sentencizer = _Sentences()

    def reads(self, lang: str, to: str) -> bool:
        """Whether models for the pair are installed, also by way of a third language."""
        return self._translation(lang, to) is not None

    def translate(self, request: TranslationRequest) -> TranslationAnswer:
        """Translate passages one after another; those that the timeout leaves no time for are left out.

        Raises:
            AssistError: no model is there, or it fails.
        """
        translation = self._translation(request.lang, request.to)
        if translation is None:
            cure = how_to_install([(request.lang, request.to)])
            raise AssistError("denied", f"there is no model from {request.lang} into {request.to}: {cure}")
        until = time.monotonic() + self._seconds
        texts: list[str | None] = []
        for passage in request.passages:
            if time.monotonic() > until:
                break
            text, restore = guarded(passage.text, request.names)
            texts.append(restore(_translated(translation, text)) or None)
        rest = len(request.passages) - len(texts)
        return TranslationAnswer((*texts, *[None] * rest), f"Argos Translate {_release()}")

    def brief(self, request: BriefRequest) -> BriefAnswer:
        """It cannot."""
        raise AssistError("denied", "Argos Translate only translates")

    def check(self, request: CheckRequest) -> CheckAnswer:
        """It cannot."""
        raise AssistError("denied", "Argos Translate only translates")

    def close(self) -> None:
        """Let go of the models, which take some hundred megabytes each."""
        for installed in self._argos.installed_translates:
            installed.cached_translation.underlying.translator = None
            installed.cached_translation.cache = {}

    def _translation(self, lang: str, to: str) -> Any:
        source, target = (self._installed.get(argos_code(code)) for code in (lang, to))
        return source.get_translation(target) if source is not None and target is not None else None


class _Sentences:
    """Where a text is cut, for models that translate sentence by sentence."""

    def split_sentences(self, text: str) -> list[str]:
        return [text[start:end].strip() for start, end in sentences_in(text) if text[start:end].strip()]


def _translated(translation: Any, text: str) -> str:
    try:
        return str(translation.translate(text)).strip()
    # The engine raises RuntimeError for a damaged model, and whatever else; its words may repeat the text.
    except Exception as error:
        raise AssistError(
            "unreadable",
            f"Argos Translate failed: {in_words(error, with_text=False)}; install the model anew",
        ) from None


def _library() -> Any:
    try:
        with _reading_alone():
            from argostranslate import settings, translate  # noqa: PLC0415 - an extra, a fifth of a second
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "argostranslate":
            raise
        raise AseanwatchError(f"assistants of kind argos need: {how_to_add('argos')}") from None
    except OSError as error:
        # It makes its folders when it is loaded.
        raise AseanwatchError(
            f"Argos Translate cannot make its folder {error.filename}: set XDG_DATA_HOME, XDG_CONFIG_HOME and XDG_CACHE_HOME"
        ) from None
    if settings.model_provider is not settings.ModelProvider.OPENNMT:
        raise AseanwatchError("ARGOS_MODEL_PROVIDER makes Argos Translate ask a service; unset it")
    # It writes every text that it translates into the log.
    logging.getLogger("argostranslate.utils").setLevel(logging.ERROR)
    # Its own default is all cores, which the rounds would wait for.
    settings.intra_threads = settings.intra_threads or 1
    return translate


@contextmanager
def _reading_alone() -> Iterator[None]:
    """With the way to find sentences for which nothing is fetched while the library is loaded."""
    name = "ARGOS_CHUNK_TYPE"
    before = os.environ.get(name)
    os.environ[name] = "MINISBD"
    try:
        yield
    finally:
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before


def _release() -> str:
    for package in ("argos-translate-lt", "argostranslate"):
        try:
            return version(package)
        except ModuleNotFoundError:
            continue
    return ""
