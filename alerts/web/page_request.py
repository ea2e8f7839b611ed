"""The context of one page request. The console and the readers' pages extend it by what only they need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from alerts.digests.wording import Words, words
from alerts.web.context import WebContext
from crawler.config.settings import Settings
from crawler.store import Store

Endpoint = Callable[[Request], Awaitable[Response]]
"""Answers one request as it came; what a route calls."""
Form = Mapping[str, Sequence[str]]
"""The fields of a posted form; empty for any other method."""


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """One request, with all that a handler needs to answer it.

    Attributes:
        web: what all requests share.
        http: the request as it came.
        form: the posted fields.
        language: the language of the answer, one of the frame's.
        settings: the configuration when the request came. It stays the same until the request is answered.
        now: when the request came.
    """

    web: WebContext
    http: Request
    form: Form
    language: str
    settings: Settings
    now: datetime

    @property
    def store(self) -> Store:
        """The store."""
        return self.web.store

    @property
    def words(self) -> Words:
        """The texts of the answer's language."""
        return words(self.language)

    @property
    def reading_languages(self) -> tuple[str, ...]:
        """What the reader reads, best first: headlines are shown in the first of them that a story has."""
        return tuple(dict.fromkeys((self.language, "en")))

    @property
    def machine_languages(self) -> tuple[str, ...]:
        """The languages in which a machine's words are shown to the reader, best first; none where nobody wants them."""
        return self.reading_languages if self.settings.assist.enabled else ()

    def gettext(self, message: str, **values: object) -> str:
        """A text of the page in the language of the answer, with its values (``%(name)s``)."""
        return self.words.gettext(message, **values)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """A text that depends on a number, in the language of the answer."""
        return self.words.ngettext(one, many, number)

    @property
    def is_post(self) -> bool:
        """Whether the request is to change something. GET never does."""
        return self.http.method == "POST"

    @property
    def action(self) -> str:
        """The button of the form that was pressed; empty if there is none."""
        return self.form_value("do")

    def form_value(self, name: str) -> str:
        """The first value of a field as it was typed; empty if the field is missing."""
        return (self.form.get(name) or [""])[0]

    def path_value(self, name: str) -> str:
        """A variable part of the path."""
        return str(self.http.path_params[name])
