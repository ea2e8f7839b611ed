"""What assistants are asked, and what they answer. Pure values.

Everything asked is text of strangers. It is data, never an instruction, and what comes back is believed only as far as
`crawler.assist.trust` can prove it from the reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from crawler.model import AseanwatchError


class Task(StrEnum):
    """What an assistant can be asked for. The store has the values, so they never change."""

    TRANSLATE = "translate"
    BRIEF = "brief"
    CHECK = "check"


class AssistError(AseanwatchError):
    """An assistant gave no answer.

    Attributes:
        kind: ``unreachable``, ``slow``, ``limited`` (asked too much of it), ``denied`` (our key or request is not accepted) or
            ``unreadable`` (what it said is no answer).
        wait: seconds that it asked to be left alone.
        usage: what an answer took that cannot be used; None where none came, or it does not count.
    """

    usage: TokenCount | None = None

    def __init__(self, kind: str, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.wait = wait


@dataclass(frozen=True, slots=True)
class TokenCount:
    """What an answer took, as the assistant counts it; zero where it does not."""

    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of one language that are to be read in another.

    Attributes:
        article: the report that says them; None for what is not of one report, such as a base's name.
        source: the name of the source that brought it.
    """

    text: str
    lang: str
    article: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class TranslationRequest:
    """Passages of one language, and the language that they are wanted in.

    Attributes:
        names: what names in them are called in that language (`crawler.assist.glossary`); they are to be kept to.
    """

    passages: tuple[Passage, ...]
    to: str
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """The language of the passages."""
        return self.passages[0].lang


@dataclass(frozen=True, slots=True)
class TranslationAnswer:
    """A translation for each passage, in their order; None where it gave none."""

    texts: tuple[str | None, ...]
    model: str
    usage: TokenCount = TokenCount()


@dataclass(frozen=True, slots=True)
class AssistReport:
    """A report as an assistant is shown it. ``number`` is what an answer calls it by, from 1 on."""

    number: int
    article: int
    lang: str
    title: str
    text: str
    outlet: str
    source: str
    published: datetime


@dataclass(frozen=True, slots=True)
class BriefRequest:
    """The reports of one story, and the language that the brief is wanted in."""

    reports: tuple[AssistReport, ...]
    to: str
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a brief, and the numbers of the reports that say it."""

    text: str
    reports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BriefAnswer:
    """One or two statements."""

    statements: tuple[Statement, ...]
    model: str
    usage: TokenCount = TokenCount()


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A candidate for a new base: the clause that speaks of it, and the reports of its story.

    Attributes:
        clause: the words in which the rules found it; they stand in the report ``number``.
        stages: the stages that an answer can choose from.
    """

    clause: str
    lang: str
    number: int
    reports: tuple[AssistReport, ...]
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second reader makes of a candidate. All of its words stand in the report ``report``.

    Attributes:
        verdict: whether it is a new base.
        name: what the report calls it; empty where it does not name it.
        quote: the words that decide it, as the report has them.
    """

    verdict: Literal["yes", "no", "unsure"]
    name: str = ""
    places: tuple[str, ...] = ()
    stage: str = ""
    quote: str = ""
    report: int = 0


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """An opinion on a candidate."""

    opinion: Opinion
    model: str
    usage: TokenCount = TokenCount()


class Assistant(Protocol):
    """What an adapter is: made from its settings, used from one thread at a time, closed at the end.

    Each method raises `AssistError` where it gives no answer. An assistant is asked only for its ``tasks``, and only for pairs
    of languages that it `reads`.
    """

    tasks: frozenset[Task]

    def reads(self, lang: str, to: str) -> bool:
        """Whether it can translate from one language into another."""

    def translate(self, request: TranslationRequest) -> TranslationAnswer:
        """Translate passages."""

    def brief(self, request: BriefRequest) -> BriefAnswer:
        """Say in one or two statements what the reports tell."""

    def check(self, request: CheckRequest) -> CheckAnswer:
        """Say whether a candidate is a new base."""

    def close(self) -> None:
        """Let go of connections and models."""
