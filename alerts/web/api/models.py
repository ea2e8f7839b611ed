"""What the API answers, as types; OpenAPI is made of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from crawler.config.section import FrameLanguage

T = TypeVar("T")
TitleText = Annotated[str, Field(max_length=200)]


class Page(BaseModel, Generic[T]):
    """One page of a list; ``next`` is the cursor of the following one, null on the last."""

    items: list[T]
    next: str | None = None


class BaseOfStory(BaseModel):
    """A base that a story tells of."""

    key: str
    name: str
    stage: str


class MachineTranslation(BaseModel):
    """What a machine made of a text; the text itself stands beside it, as its outlet wrote it."""

    text: str
    to: str = Field(description="its language")
    by: str = Field(description="the model that made it")
    at: datetime
    machine: Literal[True] = True


class BriefedSentence(BaseModel):
    """One sentence of a brief, and the reports that say it."""

    text: str
    articles: list[int]
    urls: list[str]


class Brief(BaseModel):
    """What a machine says that a story is about."""

    sentences: list[BriefedSentence]
    to: str
    by: str
    at: datetime
    machine: Literal[True] = True


def _if_any(description: str) -> Any:
    """A field that is only there where a machine made something."""
    return Field(None, description=description, exclude_if=lambda value: value is None)


class Story(BaseModel):
    """A story as a list has it."""

    id: int
    title: str
    summary: str = Field(description="what the report tells beyond its headline, as written")
    lang: str
    url: str = Field(description="of the report under whose headline the story is shown")
    outlet: str
    first_seen: datetime
    last_seen: datetime
    reports: int
    copies: int
    languages: list[str]
    countries: list[str]
    topics: list[str]
    bases: list[BaseOfStory]
    translation: MachineTranslation | None = _if_any("of the title")
    summary_translation: MachineTranslation | None = _if_any("of the summary")
    brief: Brief | None = _if_any("one or two sentences on the story")


class Report(BaseModel):
    """One report of a story. ``why`` says what it repeats, or what tied it to the story."""

    id: int
    title: str
    lang: str
    url: str
    outlet: str
    source: str
    when: datetime
    published: datetime | None
    first_seen: datetime
    topics: list[str]
    duplicate_of: int | None
    why: Any
    translation: MachineTranslation | None = _if_any("of the title")


class StoryDetail(Story):
    """A story with its reports in the order of publication."""

    articles: list[Report]


class Stage(BaseModel):
    """A stage of a base's life, with the sentence that proves it."""

    stage: str
    date: date | None
    told: datetime
    story: int | None
    article: int
    reports: int
    sentence: str
    outlet: str = Field("", description="who published the first report")
    url: str = Field("", description="where the first report stands")
    reported: datetime | None = Field(None, description="when the first report was published, if it says so")
    translation: MachineTranslation | None = _if_any("of the sentence")


class OriginOfName(BaseModel):
    """Where a name of a base comes from, and the report that has it, or whose name was translated."""

    origin: Literal["report", "operator", "translation", "described"]
    official: bool = Field(description="a report quotes it, or gives its short form")
    article: int | None
    outlet: str
    url: str


class Base(BaseModel):
    """A base of the register."""

    key: str
    name: str
    name_en: str = Field("", description="empty where no name in English is known")
    names: dict[str, str]
    name_origins: dict[str, OriginOfName] = Field(
        default_factory=dict, description="where each of the names comes from"
    )
    original: str = Field("", description="the language of the first report")
    kind: str
    status: str
    stage: str = Field("", description="the same as status")
    cities: list[str]
    countries: list[str]
    date: date | None
    first_seen: datetime
    story: int | None
    sentence: str
    outlet: str = Field("", description="who published the first report")
    url: str = Field("", description="where the first report stands")
    evidence: list[int]
    timeline: list[Stage]
    translation: MachineTranslation | None = _if_any("of the name")
    sentence_translation: MachineTranslation | None = _if_any("of the sentence")


class TopicDraft(BaseModel):
    """A topic as config.yaml has it."""

    title: TitleText | dict[FrameLanguage, TitleText] = Field(
        "", description="what readers see: a text, or one for each language"
    )
    query: str = Field(max_length=4000)
    threshold: float = Field(0.0, ge=0, le=1)
    alert: Literal["article", "story", "new_base"] = "story"
    only_relevant: bool = True
    if_best: bool = False


class Topic(TopicDraft):
    """A topic with its name."""

    name: str


class Applied(Topic):
    """A topic that was written. ``taken_over`` is null where it is not known; ``problem`` says why it is not in force."""

    taken_over: bool | None = None
    problem: str | None = None
    warnings: list[str] = Field(
        [], description="what is allowed and hardly meant, as `aseanwatch check` says it"
    )


class Against(BaseModel):
    """What speaks against a change: a failing example, a pinned story that would be lost, or what depends on it."""

    kind: str
    text: str


class Tried(BaseModel):
    """What a topic would catch among the latest articles that it could matter to."""

    tried: int
    proves: bool = Field(description="false where no article was there to be tried on")
    against: list[Against]
    articles_before: int
    articles_after: int
    stories_before: int
    stories_after: int
    gained: list[int] = Field(description="articles")
    lost: list[int] = Field(description="articles")
    warnings: list[str] = Field(
        [], description="what is allowed and hardly meant, as `aseanwatch check` says it"
    )


class SourceHealth(BaseModel):
    """How a source fares; lengths in seconds."""

    name: str
    url: str
    kind: str
    lang: str | None
    country: str | None
    enabled: bool
    outcome: str
    message: str | None
    polled: datetime | None
    due: datetime | None
    interval: float | None
    delay_median: float | None
    delay_p95: float | None
    problems: list[str]


class SubscriptionState(BaseModel):
    """A subscription without its readers' addresses."""

    name: str
    title: str
    channel: str
    when: str
    topics: list[str]
    except_topics: list[str]
    languages: list[str]
    countries: list[str]
    asean_wide: bool
    original_only: bool
    paused: bool
    readers: int


class Delivery(BaseModel):
    """A message of the outbox without its recipient."""

    id: int
    subscription: str
    channel: str
    status: str
    attempts: int
    sent: datetime | None
    error: str | None


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    parameter: str | None = Field(None, description="the parameter that is not known, or whose value is not")
    nearest: str | None = Field(None, description="the name or value that was probably meant")


class NewSubscription(BaseModel):
    """A subscription to add; ``channel`` is email or one of the configuration, such as a webhook."""

    name: str = Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)
    title: str = Field("", max_length=200)
    channel: str = Field("email", max_length=80)
    to: list[str] = Field([], max_length=50)
    topics: list[str] = Field([], max_length=100)
    except_topics: list[str] = Field([], max_length=100)
    languages: list[str] = Field([], max_length=100)
    countries: list[str] = Field([], max_length=100)
    asean_wide: bool = Field(
        True,
        description="with countries: also what concerns their side (ASEAN) as a whole, or several of its countries together",
    )
    original_only: bool = Field(False, description="without what a machine made of the reports")
    when: str = Field("instant", max_length=40)


class Webhook(BaseModel):
    """A channel of the configuration that posts events, and what it is used by. Its address is never told."""

    name: str
    subscriptions: list[str]
    failing_since: datetime | None
    error: str | None
