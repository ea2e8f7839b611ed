"""A digest as plain values: the news of one subscription in one period, by story, ready to be rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import Field

from alerts.digests.excerpt import Piece, fitted
from alerts.digests.wording import MACHINE_MARK, N_, Words, capitalised, words
from alerts.model import AlertKey
from crawler.runtime.cells import width

LONGEST_SUBJECT = 78
"""Cells of a subject: what the lock screen of a phone and the list of a mail program show."""
LONGEST_LINE = 160
LEAST_NAME = 24
"""Cells that the name of a base or a headline always gets, whatever stands around it."""
LEAST_LABEL = 10
"""Cells below which a headline has no label before it in a subject."""
MOST_COUNTRIES = 2
"""Countries in the label of a headline."""
_Value = TypeVar("_Value")
IfAny = Annotated[_Value | None, Field(exclude_if=lambda value: value is None)]
"""A value that is stored where there is one: a digest without it is stored as it was by versions that did not know it."""


@dataclass(frozen=True, slots=True)
class MachineWords:
    """Words that a machine made, fit to be shown: ``lang`` is their language, ``by`` the model that made them."""

    text: str
    lang: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One report beneath a story."""

    title: str
    lang: str
    outlet: str
    url: str
    when: datetime
    is_copy: bool = False
    translation: IfAny[MachineWords] = None
    """Of the title, where its language is one that the reader did not choose."""

    def title_in(self, say: Words, mark: str = MACHINE_MARK) -> str:
        """The title as one line shows it: a machine's after a mark that says so, the short one where another is not given."""
        return say.machine_made(self.translation.text, mark) if self.translation else self.title

    @property
    def shown_lang(self) -> str:
        """The language of that line."""
        return self.translation.lang if self.translation else self.lang


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """One sentence of a brief, and the reports that say it."""

    text: str
    reports: tuple[ReportItem, ...]
    articles: tuple[int, ...] = ()
    """Their numbers."""


@dataclass(frozen=True, slots=True)
class StoryBrief:
    """What a machine says that a story is about."""

    sentences: tuple[CitedSentence, ...]
    lang: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TopicItem:
    """A topic of a story: its name, its title, and the terms found, the most telling first."""

    name: str
    title: str
    terms: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The topic as readers see it."""
        return f"{self.title}: {', '.join(self.terms)}" if self.terms else self.title


@dataclass(frozen=True, slots=True)
class StoryItem:
    """One story: its best report's headline and beginning, the other reports by language, why it is here.

    Attributes:
        key: what the alert is raised only once for, as text.
        story: the story's id.
        headline: of the best report, with the words that were found marked.
        snippet: how its text begins, marked likewise.
        best: the report that stands for the story.
        english: the headline of an English report where the best is in another language.
        others: further reports that are shown.
        more: how many are not.
        reports: how many there are, without copies.
        languages: of all reports.
        why: the topics as lines for readers.
        corrects: whether it takes back or changes what was told.
        old: whether it is no news, but new to us; such stories stand last.
        topics: the topics as values. Digests of former versions have none.
        base: the key of the base that the alert is about. Digests of former versions have none.
        as_a_whole: whether it is told because it concerns their side as a whole, and names no country that is asked for.
        whole: the codes of their side; items of former versions are of ASEAN.
        copies: how many articles only repeat a report. Digests of former versions count them as reports.
        about: countries that the report names beside China, where its language is one that the reader did not choose.
        summary_translation: what a machine made of the snippet, where its language is one that the reader did not choose.
        brief: what a machine says of the story.
    """

    key: str
    story: int
    headline: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    best: ReportItem
    english: ReportItem | None
    others: tuple[ReportItem, ...]
    more: int
    reports: int
    languages: tuple[str, ...]
    why: tuple[str, ...]
    corrects: bool = False
    old: bool = False
    topics: tuple[TopicItem, ...] = ()
    base: str | None = None
    as_a_whole: bool = False
    whole: tuple[str, ...] = ("ASEAN",)
    copies: int = 0
    about: tuple[str, ...] | None = None
    summary_translation: IfAny[MachineWords] = None
    brief: IfAny[StoryBrief] = None

    @property
    def has_machine_words(self) -> bool:
        """Whether a machine made some of its words."""
        reports = self.best, *self.others
        return bool(self.brief or self.summary_translation or any(r.translation for r in reports))

    @property
    def base_key(self) -> str | None:
        """The key of the base that it is about, if it is about one."""
        return base_of(self.key, self.base)

    def label(self, say: Words) -> str:
        """Topic and countries, for a headline that the reader may not be able to read; empty for any other."""
        if self.about is None or self.best.translation:
            return ""
        topic = [self.topics[0].title] if self.topics else []
        return say.joined([*topic, *map(say.country, self.about[:MOST_COUNTRIES])])


def base_of(key: str, base: str | None) -> str | None:
    """The key of the base that a story is about. Digests of former versions have it only in ``key``."""
    return base if base is not None else AlertKey.parse(key).base


@dataclass(frozen=True, slots=True)
class BaseItem:
    """A base that is new, or that reached another stage (``update``), with the sentence that proves it.

    ``proof`` is the first report; ``quoted`` is the one that ``sentence`` stands in, in ``sentence_lang``. ``original`` is what
    reports in the language of the first one call it; empty where they only describe it. ``name_origin`` says where ``name`` comes
    from (`crawler.judging.bases.name_origins`), ``translation`` is what we made of it for who does not read ``name_lang``.
    """

    key: str
    name: str
    original: str
    original_lang: str
    kind: str
    stage: str
    day: str | None
    cities: tuple[str, ...]
    sentence: str
    proof: ReportItem
    reports: int
    languages: tuple[str, ...]
    update: bool = False
    before: str | None = None
    story: int | None = None
    """The story that tells of it. Digests of former versions do not say."""
    sentence_lang: str = ""
    quoted: ReportItem | None = None
    name_lang: str = ""
    name_origin: str = ""
    translation: str = ""
    copies: int = 0
    machine_name: IfAny[MachineWords] = None
    """What a machine made of the name, where the register has none in a language of the reader."""
    sentence_translation: IfAny[MachineWords] = None

    def name_in(self, say: Words, mark: str = MACHINE_MARK) -> str:
        """The name as one line shows it, likewise."""
        return say.machine_made(self.machine_name.text, mark) if self.machine_name else self.name

    @property
    def quote_lang(self) -> str:
        """The language of the sentence. Digests of former versions quote the first report and do not say so."""
        return self.sentence_lang or self.original_lang

    @property
    def quote_source(self) -> ReportItem:
        """The report that the sentence stands in."""
        return self.quoted or self.proof


@dataclass(frozen=True, slots=True)
class RegisterItem:
    """A base that entered the register in the digest's period, or reached a stage (``before`` says which it was at).

    ``day`` is that of the act, else of its first report; ``sentence`` proves it and stands in the report at ``url``.
    """

    key: str
    name: str
    lang: str
    stage: str
    before: str | None
    day: str
    cities: tuple[str, ...]
    story: int | None
    sentence: str
    sentence_lang: str
    outlet: str
    url: str
    machine_name: IfAny[MachineWords] = None
    sentence_translation: IfAny[MachineWords] = None

    def name_in(self, say: Words, mark: str = MACHINE_MARK) -> str:
        """The name as one line shows it, likewise."""
        return say.machine_made(self.machine_name.text, mark) if self.machine_name else self.name


def base_line(base: BaseItem | RegisterItem, say: Words, longest: int = LONGEST_LINE) -> str:
    """A base in one line of at most so many cells: the stage that it reached, its name, and where it is."""
    around = width(_base_line(base, say, ""))
    return _base_line(base, say, fitted(base.name_in(say), max(longest - around, LEAST_NAME)))


def _base_line(base: BaseItem | RegisterItem, say: Words, name: str) -> str:
    where = say.bare_place(base.cities[0]) if base.cities else ""
    if len(base.cities) > 1:
        where = f"{where} +{len(base.cities) - 1}"
    stage = capitalised(say.gettext(base.stage))
    if not where:
        return say.gettext(N_("%(stage)s: %(name)s"), stage=stage, name=name)
    return say.gettext(N_("%(stage)s: %(name)s (%(places)s)"), stage=stage, name=name, places=where)


@dataclass(frozen=True, slots=True)
class Digest:
    """What one subscription is told. ``start`` and ``end`` are in its zone; languages are codes; days are ISO dates.

    ``part`` of ``parts`` where a channel takes only so much at once; both are 0 of a whole one.
    """

    subscription: str
    title: str
    language: str
    start: datetime
    end: datetime
    zone: str
    bases: tuple[BaseItem, ...]
    stories: tuple[StoryItem, ...]
    omitted: int
    silent: tuple[str, ...]
    catches_up: bool = False
    part: int = 0
    parts: int = 0
    register: tuple[RegisterItem, ...] = ()
    """What moved in the register, the latest first; only weekly digests tell that."""
    ours: tuple[str, ...] = ("CN",)
    theirs: tuple[str, ...] = ("ASEAN",)
    """The codes of who the news is of; digests of former versions are of China and ASEAN."""

    @property
    def has_machine_words(self) -> bool:
        """Whether a machine made some of its words."""
        shown: list[BaseItem | RegisterItem] = [*self.bases, *self.register]
        of_bases = any(b.machine_name or b.sentence_translation for b in shown)
        return of_bases or any(s.has_machine_words for s in self.stories)

    @property
    def reports(self) -> int:
        """How many reports the stories have together."""
        return sum(s.reports for s in self.stories)

    @property
    def copies(self) -> int:
        """How many articles only repeat those."""
        return sum(s.copies for s in self.stories)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of all reports."""
        return tuple(dict.fromkeys(lang for s in self.stories for lang in s.languages))

    @property
    def subject(self) -> str:
        """The news in one line, in the reader's language; the news first, and as much of it as there is room for."""
        say = words(self.language)
        # One of them is in the news before it.
        rest = len(self.stories) + self.omitted - 1
        if rest <= 0:
            return self._news(LONGEST_SUBJECT)
        room = LONGEST_SUBJECT - width(_with_more(say, rest, ""))
        return _with_more(say, rest, self._news(room))

    def _news(self, room: int) -> str:
        """The first news in at most so many cells."""
        say = words(self.language)
        if self.bases:
            return base_line(self.bases[0], say, room)
        if self.stories:
            first = self.stories[0]
            if first.old:
                return _with_headline(say, N_("Also new to us: %(title)s"), first, room)
            return _with_headline(say, N_("Correction: %(title)s") if first.corrects else "", first, room)
        if self.register:
            return base_line(self.register[0], say, room)
        return say.gettext(
            N_("No news on %(pair)s cooperation in this period"), pair=say.pair(self.ours, self.theirs)
        )


def _with_more(say: Words, rest: int, news: str) -> str:
    return say.ngettext("%(news)s, and %(num)d more", "%(news)s, and %(num)d more", rest, news=news)


def _with_headline(say: Words, around: str, story: StoryItem, room: int) -> str:
    """A story's headline, after its label, within some words (``%(title)s`` stands for it), in at most so many cells."""
    left = room - width(say.gettext(around, title="")) if around else room
    before = _label_before(say, story, left)
    title = before + fitted(story.best.title_in(say), max(left - width(before), LEAST_NAME))
    return say.gettext(around, title=title) if around else title


def _label_before(say: Words, story: StoryItem, room: int) -> str:
    """What stands before a headline that the reader may not be able to read; it leaves room for the headline."""
    label, most = story.label(say), room - LEAST_NAME - width(say.marks.colon)
    return f"{fitted(label, most)}{say.marks.colon}" if label and most >= LEAST_LABEL else ""
