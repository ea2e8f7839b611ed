"""The nouns of the product as frozen values. Imports nothing of ours.

Times are aware ``datetime`` values in UTC unless a docstring says otherwise. Languages are ISO 639-1 codes
(Filipino is ``tl``), countries ISO 3166-1 alpha-2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

NATIONAL_LANGUAGE = {
    "id": "ID", "ms": "MY", "vi": "VN", "th": "TH", "tl": "PH", "km": "KH", "lo": "LA", "my": "MM",
}  # fmt: skip
"""The country that a national language points at: news in it says "both countries" of its own and another one."""


class AseanwatchError(Exception):
    """An error that a person can understand: the message is one line and names file, line or source."""


class Phrase(str):
    """An English text for people that keeps its parts, so that it can be said in other languages.

    To all that only passes texts on it is the text itself. Catalogues (``alerts/locale``) have the templates.

    Attributes:
        template: the text with ``%(name)s`` where a value stands.
        values: the values.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Phrase:
        """A text from its template and values."""
        made = super().__new__(cls, template % values if values else template)
        made.template = template
        made.values = values
        return made


class Length(float):
    """A length of time in seconds, as a value of a `Phrase`: said in its one best unit, such as 3 months."""

    def __str__(self) -> str:
        count, unit = rounded(self)
        return f"{count} {unit}{'s' if count != 1 else ''}"


_UNITS = (
    ("year", 31_556_952), ("month", 2_629_746), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1),
)  # fmt: skip


def rounded(seconds: float) -> tuple[int, str]:
    """A length of time in the largest unit in which it is about a whole number: 819 seconds are 14 minutes, 3600 an hour."""
    length = abs(seconds)
    for unit, size in _UNITS:
        # From 1.8 on, because 14 hours are no "1 day", and 50 days no "2 months".
        if length >= 1.8 * size or (length >= size and abs(length / size - round(length / size)) < 0.02):
            return round(length / size), unit
    return round(length), "second"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as one source listed it: evidence, never changed.

    Attributes:
        guid: the source's own identity of the item; its link where it gives none.
        content: the text, where the source has it, in plain text.
        outlet: who published it, where an aggregator or a search feed says so.
        enclosures: files beside it as (address, media type, length).
        assumed: when it was published by its address or its place among the others, where the source does not say.
        seed: it may be old all the same, unless its page gives a date (`crawler.parsing.dating`).
        date_basis: how its date was read and why it may be another one (`crawler.parsing.dates.verdict`).
    """

    source: str
    guid: str
    url: str
    title: str
    seen: datetime
    summary: str = ""
    content: str = ""
    author: str | None = None
    published: datetime | None = None
    outlet: str | None = None
    image: str | None = None
    outlet_url: str | None = None
    categories: tuple[str, ...] = ()
    enclosures: tuple[tuple[str, str, str], ...] = ()
    assumed: datetime | None = None
    seed: bool = False
    date_basis: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The readable part of one page: what extraction makes of bytes.

    Attributes:
        original: the address on another site that the page names as that of the same article.
        links: the canonical addresses in its text.
        published: when it says that it was published.
        date_basis: how that was read and why it may be another moment (`crawler.parsing.dates.verdict`).
        next_part: the address of the article's next page.
        note: what could not be read of it; None where all could.
    """

    url: str
    title: str
    text: str
    lang: str | None = None
    published: datetime | None = None
    author: str | None = None
    image: str | None = None
    original: str | None = None
    links: tuple[str, ...] = ()
    date_basis: str | None = None
    next_part: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One document at one canonical URL.

    Attributes:
        first_seen: when we saw it first.
        lang_hint: the language that its source or page claims.
        original: the address on another site that the page names as that of the same article.
        links: the keys of its own address and of those in its text.
        listed: when a source first listed it, which may be long before it could be fetched.
        seed: nobody knows how old it is, so it never counts as new.
    """

    url: str
    title: str
    text: str
    source: str
    first_seen: datetime
    lang_hint: str | None = None
    country: str | None = None
    published: datetime | None = None
    author: str | None = None
    image: str | None = None
    outlet: str | None = None
    original: str | None = None
    links: tuple[str, ...] = ()
    listed: datetime | None = None
    seed: bool = False

    @property
    def when(self) -> datetime:
        """When it was published, as far as that is known and possible; else when it was first seen."""
        # Nothing is published after it was seen: such a
        # date is a wrong clock, another zone or an embargo.
        if self.published is None or self.published > self.first_seen:
            return self.first_seen
        return self.published


class Evidence(NamedTuple):
    """A term found in a field (``title`` or ``text``) of an article, at ``[start, end)`` in characters."""

    term: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TermSet:
    """A named list of spellings per language.

    ``spellings`` maps a language code, or ``*`` for any, to spellings; a spelling ``$other`` stands for that
    whole set. ``exceptions`` are longer words inside which a spelling does not count ("Macau scam").
    """

    name: str
    spellings: Mapping[str, tuple[str, ...]]
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What an operator wants to hear of: a query over term sets. ``alert`` says of what: article, story or new_base.

    Topics with ``if_best`` are rivals for what a relevant article is about: the best one matches even below its threshold, others
    only near the best.
    """

    name: str
    query: str
    title: str = ""
    alert: str = "story"
    threshold: float = 0.0
    only_relevant: bool = True
    if_best: bool = False


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """A topic that an article matches, with the words that made it so. ``score`` lies in 0..1."""

    name: str
    score: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Relevance:
    """Whether an article reports cooperation between the parties; ``reasons`` are (what, weight) that make the score."""

    relevant: bool
    score: float
    reasons: tuple[tuple[str, float], ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class BaseMention:
    """A base that one article reports, as coming into being (``is_new``) or as getting on.

    ``sentence`` proves it; ``cities`` are English names, ``figures`` are as written ("RM3.2 billion"), ``partners`` are who
    builds or signs. ``name_en`` is its name in English, empty where none is known. The origins say where each of the two names
    comes from: ``official`` (the article quotes it, or gives its short form), ``report`` (its own words), ``translation`` (made
    of the parts of a name), ``described`` (kind, parties and city); empty where it is not known.
    """

    key: str
    name: str
    kind: str
    stage: str
    cities: tuple[str, ...]
    countries: tuple[str, ...]
    date: date | None
    sentence: str
    partners: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    is_new: bool = True
    name_en: str = ""
    name_origin: str = ""
    name_en_origin: str = ""


@dataclass(frozen=True, slots=True)
class DoubtfulBase:
    """The surest candidate for a new base of an article of which the rules are not sure either way.

    Attributes:
        chance: how sure they are that it is one, from 0 to 1.
        clause: the sentence that decided.
        mention: what the register has of it, or would have if it were one.
        taken: whether the rules took it for one.
    """

    chance: float
    clause: str
    mention: BaseMention
    taken: bool


@dataclass(frozen=True, slots=True)
class Anchors:
    """What ties reports of one event together: ``features`` in any language, ``words`` within one."""

    features: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Classification:
    """All that can be said of one article by its own words alone.

    ``credit`` is the news agency that it names, ``retracts`` whether it takes back or corrects what was reported, ``doubt`` the
    candidate for a new base that the rules are not sure of, ``confirmed`` what could be said if that is one: where they took it for none,
    and a second reader may say otherwise (`crawler.judging.judge.Rules`).
    """

    lang: str
    relevance: Relevance
    topics: tuple[TopicMatch, ...]
    countries: tuple[str, ...]
    bases: tuple[BaseMention, ...]
    fingerprint: frozenset[int]
    text_hash: str
    anchors: Anchors
    credit: str | None = None
    retracts: bool = False
    doubt: DoubtfulBase | None = None
    confirmed: Classification | None = None

    @property
    def is_news(self) -> bool:
        """Whether the article can have a story and alerts.

        It can if it is relevant, or matches a topic that looks at all articles.
        """
        return self.relevance.relevant or bool(self.topics)

    @property
    def new_base(self) -> bool:
        """Whether the article's news is that a base comes into being."""
        return any(b.is_new for b in self.bases)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article that repeats ``original`` (an article id); ``why`` says how that was found."""

    original: int
    why: str


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """Why one poll of one source gave nothing. ``kind`` is a short stable word, ``message`` one line.

    ``about`` is the address that it is about, where it is another one than the source's; the message begins with it.
    """

    source: str
    kind: str
    message: str
    about: str = ""


@dataclass(slots=True)
class CrawlReport:
    """What one crawl did. Counters only grow; ``failures`` and ``notes`` name their source.

    ``aside`` counts entries that ``--since`` left out and that were not stored. ``stuck`` are entries that could not be judged
    or stored; they wait with a reason.
    """

    ok: int = 0
    unchanged: int = 0
    entries: int = 0
    new_entries: int = 0
    articles: int = 0
    duplicates: int = 0
    relevant: int = 0
    new_stories: int = 0
    alerts: int = 0
    aside: int = 0
    failures: list[SourceFailure] = field(default_factory=list)
    resting: list[SourceFailure] = field(default_factory=list)
    notes: list[SourceFailure] = field(default_factory=list)
    page_failures: list[SourceFailure] = field(default_factory=list)
    stuck: list[SourceFailure] = field(default_factory=list)
