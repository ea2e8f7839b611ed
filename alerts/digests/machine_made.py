"""What machine assistants made of reports, fit to be shown: looked up at once, for readers who want it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection

from alerts.digests.digest import CitedSentence, MachineWords, ReportItem, StoryBrief
from alerts.digests.excerpt import excerpt
from alerts.digests.summary import SNIPPET, summarised
from crawler.config.settings import Settings, Subscription
from crawler.judging.bases.name_origins import name_in
from crawler.store import stories as story_store
from crawler.store.articles import sources_of

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


class HelpedReaders(NamedTuple):
    """The subscriptions whose readers are shown what a machine made, and the sources of whose words nothing is shown."""

    subscriptions: tuple[Subscription, ...] = ()
    withheld: frozenset[str] = frozenset()


NOBODY = HelpedReaders()


def helped(settings: Settings, subscriptions: Iterable[Subscription]) -> HelpedReaders:
    """The subscriptions whose readers are shown what a machine made; none without an assistant."""
    wanting = tuple(s for s in subscriptions if _is_helped(settings, s))
    return HelpedReaders(wanting, settings.sources_without_assist) if wanting else NOBODY


def _is_helped(settings: Settings, subscription: Subscription) -> bool:
    return settings.assist.enabled and not subscription.original_only


def machine_languages(settings: Settings, subscription: Subscription) -> tuple[str, ...]:
    """The languages in which machine-made words are shown to the readers of a subscription, best first."""
    return read_languages(subscription) if _is_helped(settings, subscription) else ()


class SaidText(NamedTuple):
    """Words that a reader is shown, and whose they are: of an article, or of a source."""

    text: str
    lang: str
    article: int | None = None
    source: str = ""


def name_of_base(base: Mapping[str, Any], languages: Sequence[str]) -> SaidText:
    """The name of a base (`crawler.store.bases.find`) that a reader is shown, and the article that has it."""
    name = name_in(base, languages)
    return SaidText(name.text, name.lang, base["name_origins"].get(name.lang, {}).get("article"))


def looked_up(
    connection: Connection,
    passages: Collection[tuple[tuple[str, ...], Sequence[SaidText]]],
    stories: Iterable[int],
    withheld: frozenset[str],
) -> Shown:
    """What is there for readers of some languages, in one look-up for all of them.

    Args:
        connection: to the store.
        passages: what readers read, with all that they are shown.
        stories: whose briefs are shown.
        withheld: sources that forbid it (`Settings.sources_without_assist`).
    """
    from crawler.assist.shown import shown  # noqa: PLC0415 - see above

    languages = dict.fromkeys(to for read, _ in passages for to in read)
    unread = [said for read, some in passages for said in some if said.lang not in read]
    barred = set(withheld)
    if withheld:
        sources = sources_of(connection, (said.article for said in unread if said.article is not None))
        unread = [s for s in unread if barred.isdisjoint((s.source, sources.get(s.article or 0, "")))]
    return shown(connection, ((s.text, s.lang) for s in unread), stories, languages, withheld)


@dataclass(frozen=True)
class MachineMade:
    """What a machine made for a reader of some languages; nothing where ``languages`` is empty."""

    found: Shown | None = None
    languages: tuple[str, ...] = ()
    reports: Mapping[int, Mapping[int, ReportItem]] = field(default_factory=dict)
    """The reports of the stories that have a brief, by story and number."""
    withheld: frozenset[str] = frozenset()
    """Sources that forbid it, also where another one had the same words."""

    def words(self, text: str, lang: str, most: int = TITLE, source: str = "") -> MachineWords | None:
        """What it made of a text that the reader may not read, at most so many characters of it.

        Args:
            text: as the reader is shown it.
            lang: its language.
            most: characters.
            source: whose words they are, where that is known.
        """
        if not self.found or source in self.withheld:
            return None
        return machine_words(self.found.translation(text, lang, self.languages), most)

    def title(self, report: Any) -> MachineWords | None:
        """What it made of a report's title (a row with ``title``, ``lang`` and ``source``)."""
        return self.words(report.title, report.lang, source=report.source) if self.found else None

    def summary(self, report: Any) -> MachineWords | None:
        """What it made of a report's summary."""
        # Nothing is summarised where nothing can be there.
        if not self.found or not self.found.texts:
            return None
        return self.words(*_summary(report)[:2], SNIPPET, report.source)

    def brief(self, story: int) -> StoryBrief | None:
        """What it says of a story."""
        if self.found is None:
            return None
        return story_brief(self.found.brief(story, self.languages), self.reports.get(story, {}))


NO_MACHINE = MachineMade()


def made_for(
    connection: Connection,
    settings: Settings,
    languages: tuple[str, ...],
    *,
    titles_of: Iterable[Any] = (),
    summaries_of: Iterable[Any] = (),
    texts: Iterable[SaidText] = (),
    stories: Iterable[int] = (),
) -> MachineMade:
    """What is there for the reader of one page or answer; nothing is looked up without ``languages``.

    Args:
        connection: to the store.
        settings: the configuration: it says of which sources nothing is shown.
        languages: what the reader reads, best first; none where nobody wants a machine's words.
        titles_of: reports (rows with ``title``, ``lang`` and ``source``).
        summaries_of: reports (with ``text`` and ``evidence``, too).
        texts: other passages.
        stories: whose briefs are shown.
    """
    if not languages:
        return NO_MACHINE
    passages = [*titles(titles_of), *(_summary(r) for r in summaries_of if r.lang not in languages), *texts]
    withheld = settings.sources_without_assist
    found = looked_up(connection, [(languages, passages)], stories, withheld)
    briefed = sorted({story for story, _ in found.briefs})
    members = story_store.members(connection, briefed, _COLUMNS) if briefed else {}
    return MachineMade(found, languages, {story: as_items(rows) for story, rows in members.items()}, withheld)


def as_items(rows: Iterable[Any]) -> dict[int, ReportItem]:
    """Reports by their numbers, as a brief names them."""
    return {r.id: ReportItem(r.title, r.lang, excerpt(r.outlet or r.source, 80), r.url, r.when) for r in rows}


def _summary(report: Any) -> SaidText:
    return SaidText(summarised(report, SNIPPET).text, report.lang, source=report.source)


_MADE = frozenset(("translation", "machine_name", "summary_translation", "sentence_translation", "brief"))
"""The keys of a digest's plain values that have a machine's words, where they hold more than a text."""


def without_machine_words(content: Mapping[str, Any], stories: Collection[int]) -> Mapping[str, Any]:
    """The plain values of a digest without what a machine made of some of its stories."""
    if not stories:
        return content

    def bare(value: Any) -> Any:
        if isinstance(value, list):
            return [bare(one) for one in value]
        if not isinstance(value, Mapping):
            return value
        return {n: None if n in _MADE and isinstance(v, Mapping) else bare(v) for n, v in value.items()}

    parts = {
        name: [bare(one) if one.get("story") in stories else one for one in content[name]]
        for name in ("stories", "bases", "register")
        if name in content
    }
    return {**content, **parts}


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


def titles(rows: Iterable[Any]) -> Iterable[SaidText]:
    """The titles of some reports, as passages."""
    return (SaidText(r.title, r.lang, source=r.source) for r in rows if r.title)
