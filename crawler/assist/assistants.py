"""Which assistant is asked for a task: the first in the configuration that is there for it and may be asked now."""

from __future__ import annotations

import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field

from crawler.assist.model import Assistant, AssistError, Task
from crawler.config.assist_settings import AssistantSettings
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.parsing.urls import host_of
from crawler.plugins import ASSISTANTS, contained, loaded
from crawler.runtime.error_words import in_words

CLOSED = "closed"
"""The kind of `AssistError` where somebody asks after the end."""
IN_PROCESS = "in this process"
"""The place of an assistant that has no address: what it is sent stays where it is."""


@dataclass(frozen=True, slots=True)
class AssistantName:
    """What an assistant is called in the record of requests: by this its failures are found again.

    Attributes:
        place: the host that it answers at; nothing else of its address is noted, for that may hold a key.
        model: as the configuration names it; empty where it names none.
    """

    kind: str
    place: str
    model: str

    def __str__(self) -> str:
        where = self.place if self.place == IN_PROCESS else f"at {self.place}"
        return " ".join(filter(None, (self.kind, self.model, where)))


def name_of(settings: AssistantSettings) -> AssistantName:
    """The name of an assistant of the configuration."""
    return AssistantName(
        settings.kind, host_of(settings.url or "") if settings.url else IN_PROCESS, settings.model
    )


class UnusableAssistantError(AssistError):
    """An assistant of the configuration cannot be made, such as one without a model; ``name`` is whose failure it is."""

    def __init__(self, error: AssistError, name: AssistantName) -> None:
        super().__init__(error.kind, str(error))
        self.name = name


@dataclass(frozen=True, slots=True)
class ChosenAssistant:
    """An assistant that is ready to be asked, by one thread at a time: whoever asks holds ``turn``."""

    settings: AssistantSettings
    assistant: Assistant
    name: AssistantName
    turn: threading.Lock = field(default_factory=threading.Lock)

    def reads(self, task: Task, lang: str | None, to: str | None) -> bool:
        """Whether it is there for a task, and for a translation between two languages where both are given."""
        if task not in self.assistant.tasks or (self.settings.tasks and task not in self.settings.tasks):
            return False
        if task is not Task.TRANSLATE or lang is None or to is None:
            return True
        return bool(contained(self.assistant.reads, lang, to))


class Assistants:
    """The assistants of a configuration. Each is made when it is first looked for, and may be used from any thread.

    Args:
        settings: the whole configuration: it also says of which sources nothing may be sent.

    Attributes:
        tried: those that were asked, or could not be made, since this was made.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.assist
        self.everything = settings
        # Only what a source of the configuration brought: of any other one nobody can say whether its licence allows it.
        self._allowed = frozenset(s.name for s in settings.sources if s.assist)
        self.tried: set[AssistantName] = set()
        self._made: dict[tuple[bool, int], ChosenAssistant] = {}
        self._mutex = threading.Lock()
        self._closed = False

    def for_task(self, task: Task, lang: str | None = None, to: str | None = None) -> Assistant | None:
        """The assistant for a task and, where they are given, a pair of languages; None where there is none."""
        chosen = self.choose(task, lang, to)
        return chosen.assistant if chosen is not None else None

    def choose(
        self,
        task: Task,
        lang: str | None = None,
        to: str | None = None,
        without: Collection[AssistantName] = (),
    ) -> ChosenAssistant | None:
        """The same with what is to be known of it.

        Args:
            task: what it is asked for.
            lang: the language of the passages.
            to: the language that they are wanted in.
            without: those that are not to be asked now, such as those that rest after failures.

        Raises:
            UnusableAssistantError: none is ready, and one that would be asked cannot be made.
            AssistError: they were closed.
        """
        problem: AssistError | None = None
        for number, settings in enumerate(self.settings.assistants):
            if name_of(settings) in without or (settings.tasks and task not in settings.tasks):
                continue
            try:
                chosen = self._ready(number, settings, task)
                if chosen.reads(task, lang, to):
                    return chosen
            except AssistError as error:
                is_end = error.kind == CLOSED
                problem = problem or (error if is_end else UnusableAssistantError(error, name_of(settings)))
        if problem is not None:
            raise problem
        return None

    def unusable(self) -> dict[AssistantName, str]:
        """Those of the configuration that cannot be made, and why; all others are made for it."""
        found: dict[AssistantName, str] = {}
        for number, settings in enumerate(self.settings.assistants):
            try:
                self._ready(number, settings, Task.TRANSLATE)
            except AssistError as error:
                found[name_of(settings)] = str(error)
        return found

    def may_send(self, source: str) -> bool:
        """Whether words of a source may be sent to an assistant; those of no source (an operator's own) may."""
        return not source or source in self._allowed

    @property
    def is_closed(self) -> bool:
        """Whether they are used no more: what fails now says nothing of them."""
        return self._closed

    def close(self) -> None:
        """Let go of all that were made; none is made any more."""
        with self._mutex:
            made, self._made, self._closed = list(self._made.values()), {}, True
        for chosen in made:
            with suppress(Exception):  # it is the end; one that cannot close must not keep others from it
                contained(chosen.assistant.close)

    def _ready(self, number: int, settings: AssistantSettings, task: Task) -> ChosenAssistant:
        # One of its own for checks: while a long batch of translations is under way, an alert may wait for an opinion.
        key = (task is Task.CHECK, number)
        with self._mutex:
            if self._closed:
                raise AssistError(CLOSED, "the assistants were closed")
            if key not in self._made:
                self._made[key] = ChosenAssistant(settings, _made(settings), name_of(settings))
            return self._made[key]


def _made(settings: AssistantSettings) -> Assistant:
    try:
        made: Assistant = contained(loaded(ASSISTANTS, settings.kind), settings)
    except AssistError:
        raise
    except AseanwatchError as error:
        raise AssistError("unreachable", f"assist.kind: {error}") from error
    except Exception as error:
        message = f"the assistant {settings.kind} cannot be used: {in_words(error)}"
        raise AssistError("unreachable", message) from error
    return made
