"""What assistants made of reports and stories, for those who show it: read from the store, never asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from crawler.assist.model import Task
from crawler.store import assist as store
from crawler.store.articles import sources_of
from crawler.store.assist import StoredAnswer


@dataclass(frozen=True, slots=True)
class MachineText:
    """Words that a machine made. Whoever shows them says so, by whom they are, and shows the original.

    Attributes:
        lang: the language that they were made from; ``to`` is theirs.
        by: the model that made them, or the kind of assistant where it names no model.
    """

    text: str
    lang: str
    to: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BriefStatement:
    """One sentence of a brief, and the articles that say it."""

    text: str
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MachineBrief:
    """What a story is about in one or two statements."""

    statements: tuple[BriefStatement, ...]
    to: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Shown:
    """What assistants made of some passages and stories, in some languages."""

    texts: Mapping[tuple[str, str, str], MachineText] = field(default_factory=dict)
    briefs: Mapping[tuple[int, str], MachineBrief] = field(default_factory=dict)

    def translation(self, text: str, lang: str, languages: Sequence[str]) -> MachineText | None:
        """A text in the first of some languages that it was translated into; None where it has none, or is in one of them.

        Args:
            text: as it was asked about.
            lang: its language.
            languages: what the reader reads, best first.
        """
        if not self.texts or lang in languages:
            return None
        found = (self.texts.get((text, lang, to)) for to in languages)
        # A name that stays as it is tells nothing a second time.
        return next((t for t in found if t is not None and t.text.strip() != text.strip()), None)

    def brief(self, story: int, languages: Sequence[str]) -> MachineBrief | None:
        """The brief on a story in the first of some languages that has one."""
        return next((self.briefs[story, to] for to in languages if (story, to) in self.briefs), None)


NOTHING = Shown()
"""Where there is no assistant, or nobody wants its words."""


def shown(
    connection: Connection,
    passages: Iterable[tuple[str, str]],
    stories: Iterable[int],
    languages: Collection[str],
    withheld: frozenset[str],
) -> Shown:
    """What is there in some languages: one look-up by keys for the passages (text, language), one by number for the stories.

    Args:
        connection: to the store.
        passages: of sources that allow it; the caller leaves those of others out.
        stories: whose briefs are wanted.
        languages: in which.
        withheld: sources that allow nothing to be made of their words; a brief that had words of theirs is left out.
    """
    if not languages:
        return NOTHING
    keys = {
        store.translation_key(text, lang, to): (text, lang, to)
        for text, lang in dict.fromkeys(passages)
        if text and lang
        for to in languages
        if to != lang
    }
    texts = {
        keys[key]: MachineText(a.answer["text"], *keys[key][1:], a.model or a.kind, a.at)
        for key, a in store.answers(connection, keys).items()
        if a.outcome == store.GIVEN
    }
    given = [
        a
        for a in store.answers_of_stories(connection, Task.BRIEF, stories)
        if a.story is not None and a.language in languages and a.outcome == store.GIVEN
    ]
    briefs = {
        (a.story, a.language): MachineBrief(
            tuple(BriefStatement(s["text"], tuple(s["articles"])) for s in a.answer["statements"]),
            a.language, a.model or a.kind, a.at,
        )
        for a in without_withheld(connection, given, withheld)
        if a.story is not None
    }  # fmt: skip
    return Shown(texts, briefs)


def without_withheld(
    connection: Connection, briefs: Sequence[StoredAnswer], withheld: frozenset[str]
) -> list[StoredAnswer]:
    """Those of some briefs that were made without the words of sources that forbid it."""
    if not withheld or not briefs:
        return list(briefs)
    reports = {a.key: reports_shown_for(a) for a in briefs}
    sources = sources_of(connection, (number for numbers in reports.values() for number in numbers))
    return [a for a in briefs if withheld.isdisjoint({sources.get(number, "") for number in reports[a.key]})]


def reports_shown_for(brief: StoredAnswer) -> frozenset[int]:
    """The articles that the assistant was shown for a brief."""
    cited = (number for statement in brief.answer["statements"] for number in statement["articles"])
    return frozenset((*brief.answer.get("reports", ()), *cited))
