"""What machine assistants made of reports, fit to be shown: looked up at once, for readers who want it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from alerts.digests.digest import CitedSentence, MachineWords, ReportItem, StoryBrief
from alerts.digests.excerpt import excerpt
from alerts.digests.summary import SNIPPET, summarised
from crawler.config.settings import Settings, Subscription
from crawler.store import stories as story_store

if TYPE_CHECKING:  # nothing of assistants is loaded where there is none
    from crawler.assist.shown import MachineBrief, MachineText, Shown

_COLUMNS = ("id", "title", "lang", "outlet", "source", "url", "when")

TITLE, STATEMENT, MODEL = 300, 400, 60
"""Characters of a title, of a sentence of a brief, and of a model's name, that are shown."""


def reading_languages(subscription: Subscription) -> tuple[str, ...]:
    """What a subscription's readers read, best first."""
    return subscription.languages or tuple(dict.fromkeys((subscription.language, "en")))


def read_languages(subscription: Subscription) -> tuple[str, ...]:
    """The same with the language of the frame, which is the first that a machine's words are shown in."""
    return tuple(dict.fromkeys((subscription.language, *reading_languages(subscription))))


def helped(settings: Settings, subscriptions: Iterable[Subscription]) -> list[Subscription]:
    """The subscriptions whose readers are shown what a machine made; none without an assistant."""
    return [s for s in subscriptions if settings.assist.enabled and not s.original_only]


def machine_languages(settings: Settings, subscription: Subscription) -> tuple[str, ...]:
    """The languages in which machine-made words are shown to the readers of a subscription, best first."""
    return read_languages(subscription) if helped(settings, [subscription]) else ()


def looked_up(
    connection: Connection,
    passages: Collection[tuple[tuple[str, ...], Sequence[tuple[str, str]]]],
    stories: Iterable[int],
) -> Shown:
    """What is there for readers of some languages, in one look-up for all of them.

    Args:
        connection: to the store.
        passages: what readers read, with (text, language) of all that they are shown.
        stories: whose briefs are shown.
    """
    from crawler.assist.shown import shown  # noqa: PLC0415 - see above

    languages = dict.fromkeys(to for read, _ in passages for to in read)
    unread = ((text, lang) for read, some in passages for text, lang in some if lang not in read)
    return shown(connection, unread, stories, languages)


@dataclass(frozen=True)
class MachineMade:
    """What a machine made for a reader of some languages; nothing where ``languages`` is empty."""

    found: Shown | None = None
    languages: tuple[str, ...] = ()
    reports: Mapping[int, Mapping[int, ReportItem]] = field(default_factory=dict)
    """The reports of the stories that have a brief, by story and number."""

    def words(self, text: str, lang: str, most: int = TITLE) -> MachineWords | None:
        """What it made of a text that the reader may not read, at most so many characters of it."""
        return machine_words(self.found.translation(text, lang, self.languages), most) if self.found else None

    def title(self, report: Any) -> MachineWords | None:
        """What it made of a report's title."""
        return self.words(report.title, report.lang)

    def summary(self, report: Any) -> MachineWords | None:
        """What it made of a report's summary."""
        # Nothing is summarised where nothing can be there.
        return self.words(*_summary(report), SNIPPET) if self.found and self.found.texts else None

    def brief(self, story: int) -> StoryBrief | None:
        """What it says of a story."""
        if self.found is None:
            return None
        return story_brief(self.found.brief(story, self.languages), self.reports.get(story, {}))


NO_MACHINE = MachineMade()


def made_for(
    connection: Connection,
    languages: tuple[str, ...],
    *,
    titles_of: Iterable[Any] = (),
    summaries_of: Iterable[Any] = (),
    texts: Iterable[tuple[str, str]] = (),
    stories: Iterable[int] = (),
) -> MachineMade:
    """What is there for the reader of one page or answer; nothing is looked up without ``languages``.

    Args:
        connection: to the store.
        languages: what the reader reads, best first; none where nobody wants a machine's words.
        titles_of: reports (rows with ``title`` and ``lang``).
        summaries_of: reports (with ``text`` and ``evidence``, too).
        texts: other passages, each with its language.
        stories: whose briefs are shown.
    """
    if not languages:
        return NO_MACHINE
    passages = [*titles(titles_of), *(_summary(r) for r in summaries_of if r.lang not in languages), *texts]
    found = looked_up(connection, [(languages, passages)], stories)
    briefed = sorted({story for story, _ in found.briefs})
    members = story_store.members(connection, briefed, _COLUMNS) if briefed else {}
    return MachineMade(found, languages, {story: as_items(rows) for story, rows in members.items()})


def as_items(rows: Iterable[Any]) -> dict[int, ReportItem]:
    """Reports by their numbers, as a brief names them."""
    return {r.id: ReportItem(r.title, r.lang, excerpt(r.outlet or r.source, 80), r.url, r.when) for r in rows}


def _summary(report: Any) -> tuple[str, str]:
    return summarised(report, SNIPPET).text, report.lang


def machine_words(found: MachineText | None, most: int) -> MachineWords | None:
    """A translation fit to be shown, at most so many characters of it; None where nothing of it is."""
    if found is None:
        return None
    text = _harmless(found.text, most)
    return MachineWords(text, found.to, _name_of(found.by), found.at) if text else None


def story_brief(found: MachineBrief | None, reports: Mapping[int, ReportItem]) -> StoryBrief | None:
    """A brief fit to be shown, with the reports that the story still has; a sentence without any is left out."""
    if found is None:
        return None
    sentences = tuple(
        CitedSentence(text, tuple(reports[a] for a in known), known)
        for s in found.statements
        if (known := tuple(a for a in dict.fromkeys(s.articles) if a in reports))
        and (text := _harmless(s.text, STATEMENT))
    )
    return StoryBrief(sentences, found.to, _name_of(found.by), found.at) if sentences else None


def _harmless(said: str, most: int) -> str:
    """A machine's words as a stranger's, whatever it was asked; empty where nothing in them can be read."""
    text = excerpt(said, most).strip()
    return text if any(c.isalnum() for c in text) else ""


def _name_of(model: str) -> str:
    return _harmless(model, MODEL) or "?"


def titles(rows: Iterable[Any]) -> Iterable[tuple[str, str]]:
    """The titles of some reports, as passages."""
    return ((r.title, r.lang) for r in rows if r.title)
