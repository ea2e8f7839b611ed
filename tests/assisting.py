"""An assistant for tests: installed as a package of others is, with answers and faults that a test chooses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from crawler.assist import assistants
from crawler.assist.assistants import Assistants
from crawler.assist.model import (
    AssistError,
    BriefAnswer,
    BriefRequest,
    CheckAnswer,
    CheckRequest,
    Opinion,
    Passage,
    Statement,
    Task,
    TokenCount,
    TranslationAnswer,
    TranslationRequest,
)
from crawler.assist.trust import Verdict
from crawler.config.assist_settings import AssistantSettings, AssistSettings
from crawler.config.settings import Settings, Source
from tests.builders import NOON, settings

OUTLETS = ("outlet", "licensed")


class SimulatedClock:
    """A clock that tests move."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def go(self, **how: float) -> datetime:
        """Let time pass."""
        self.moment += timedelta(**how)
        return self.moment


class Scripted:
    """Answers as told. ``asked`` has all that was sent, in order.

    Attributes:
        fails: raised instead of an answer, one after another; None for an answer in between.
        translated: makes a translation of a passage; None for none.
        statements: of each brief.
        before: done before each answer, such as waiting.
    """

    tasks = frozenset(Task)
    pairs: frozenset[tuple[str, str]] | None = None

    def __init__(self, usage: TokenCount | None = None) -> None:
        self.asked: list[Any] = []
        self.fails: list[Exception | None] = []
        self.always: Exception | None = None
        self.translated: Callable[[Passage], str | None] = lambda p: f"said {p.text}"
        self.statements: Sequence[Statement] = (Statement("So it is.", (1,)),)
        self.opinion = Opinion("yes", quote="it is", report=1)
        self.usage = usage or TokenCount()
        self.before: Callable[[], object] = lambda: None
        self.closed = threading.Event()

    def reads(self, lang: str, to: str) -> bool:
        return self.pairs is None or (lang, to) in self.pairs

    def _take(self, request: Any) -> None:
        self.asked.append(request)
        self.before()
        failure = self.fails.pop(0) if self.fails else self.always
        if failure is not None:
            raise failure

    def translate(self, request: TranslationRequest) -> TranslationAnswer:
        self._take(request)
        return TranslationAnswer(tuple(map(self.translated, request.passages)), "scripted-1", self.usage)

    def brief(self, request: BriefRequest) -> BriefAnswer:
        self._take(request)
        return BriefAnswer(tuple(self.statements), "scripted-1", self.usage)

    def check(self, request: CheckRequest) -> CheckAnswer:
        self._take(request)
        return CheckAnswer(self.opinion, "scripted-1", self.usage)

    def close(self) -> None:
        self.closed.set()

    @property
    def texts(self) -> list[list[str]]:
        """The passages of each request for translations."""
        return [[p.text for p in r.passages] for r in self.asked if isinstance(r, TranslationRequest)]


def install(monkeypatch: Any, **kinds: Any) -> None:
    """Have kinds of assistants lead to these, as entry points of packages would."""

    def found(group: str, kind: str) -> Callable[[Any], Any]:
        if kind not in kinds:
            raise AssistError("unreachable", f"nothing called {kind} is installed")
        return lambda own: kinds[kind]

    monkeypatch.setattr(assistants, "loaded", found)


def believe(monkeypatch: Any, why_not: Callable[[str], str | None] = lambda text: None) -> None:
    """Have answers believed unless a text has a reason against it; what trust does by itself has tests of its own."""
    from crawler.assist import trust

    monkeypatch.setattr(trust, "believed_translation", lambda p, to, text, names: Verdict(why_not(text)))
    monkeypatch.setattr(trust, "believed_brief", lambda r, a: Verdict(why_not(a.statements[0].text)))
    monkeypatch.setattr(trust, "believed_opinion", lambda r, o: Verdict(why_not(o.quote)))


def assisted(*subscriptions: dict[str, Any], kind: str = "scripted", **assist: Any) -> Settings:
    """The shipped settings with an assistant and two sources, of which ``licensed`` forbids it."""
    sources = tuple(
        Source(name=name, url=f"https://{name}.example/feed", assist=name != "licensed") for name in OUTLETS
    )
    also = tuple(_of_kind(one) for one in assist.pop("also", ()))
    section = AssistSettings.model_validate({"languages": ["en"], **assist})
    section = section.model_copy(update={"kind": kind, "also": also})
    return settings(*subscriptions).model_copy(update={"sources": sources, "assist": section})


def _of_kind(values: dict[str, Any]) -> AssistantSettings:
    """Further settings of a kind that only a test has."""
    kind = {"kind": values["kind"]}
    return AssistantSettings.model_validate({k: v for k, v in values.items() if k != "kind"}).model_copy(
        update=kind
    )


def asked_of(own: Settings) -> Assistants:
    """The assistants of settings."""
    return Assistants(own)
