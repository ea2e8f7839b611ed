"""config.yaml as types. Every key has a default but ``sources`` and ``topics``; unknown keys are errors."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from crawler.config.assist_settings import AssistSettings
from crawler.config.delivery_settings import Alerts, ChannelSettings, DeliverySettings, Smtp, Subscription
from crawler.config.judging_settings import (
    Examples,
    Judging,
    RelevanceSettings,
    Stories,
    TopicSetting,
    term_set,
)
from crawler.config.parties_settings import PartiesSettings
from crawler.config.references import FromEnvironment, WrittenByProgram
from crawler.config.section import FrameLanguage, HostName, Network, Section
from crawler.config.sign_in_settings import SignIn
from crawler.config.source_settings import Crawl, Select, Source
from crawler.config.values import Duration, LocalPath, StoreUrl, Zone
from crawler.judging.judge import Rules
from crawler.judging.queries.relevance import RelevanceRule
from crawler.model import Topic

__all__ = [
    "Alerts",
    "AssistSettings",
    "ChannelSettings",
    "Crawl",
    "DeliverySettings",
    "Examples",
    "Judging",
    "Logs",
    "Operations",
    "RelevanceSettings",
    "Schedule",
    "Section",
    "Select",
    "Settings",
    "SignIn",
    "Smtp",
    "Source",
    "Storage",
    "Stories",
    "Subscription",
    "TopicSetting",
    "Web",
    "WorkSettings",
    "term_set",
]
"""All sections, so that nobody needs to know which file holds one."""


class Storage(Section):
    """Where news is kept and for how long."""

    url: Annotated[StoreUrl, FromEnvironment()] = Field(
        "sqlite:///aseanwatch.db", description="SQLAlchemy URL of the store"
    )
    keep: Duration = Field(
        timedelta(days=400), description="older articles and entries go; evidence of a base stays"
    )
    backups: LocalPath | None = Field(
        None,
        description="a folder for copies of the store: db backup writes there, and health says when the last one is too old",
    )
    copies: int = Field(14, ge=1, le=1000, description="how many copies are kept there")


class WorkSettings(Section):
    """Who does the work."""

    engine: Literal["embedded", "procrastinate"] = Field(
        "embedded",
        description="one process for everything, or workers on any number of machines (needs PostgreSQL)",
    )


class Schedule(Section):
    """How often sources are polled."""

    timezone: Zone = Field(
        "Asia/Singapore", description="of the hours of subscriptions that name no zone of their own"
    )
    every: Duration = Field(timedelta(minutes=15), description="how often a source is asked on average")
    fastest: Duration = Field(timedelta(minutes=5), description="the most often that any source is asked")
    slowest: Duration = Field(timedelta(hours=12), description="the least often")
    budget: float = Field(
        1.0,
        gt=0,
        le=10,
        description="requests of all sources together, as a multiple of one for each every `every`",
    )


class Operations(Section):
    """Who is told when the service itself is in trouble."""

    to: tuple[str, ...] = Field((), description="mail addresses; empty: only where the channel needs none")
    channel: str | None = Field(
        None, description="email, or a channel of delivery.channels; none: nobody is told"
    )
    after: Duration = Field(
        timedelta(minutes=10), description="how long something must last before it is told"
    )
    language: FrameLanguage = Field("en", description="what it is told in")


class Logs(Section):
    """How the long-running programs log, on standard error."""

    format: Literal["human", "json"] = Field("human", description="for people, or one JSON object a line")
    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="the least that is logged"
    )


class Web(Section):
    """Where the console listens."""

    host: Annotated[str, FromEnvironment()] = Field(
        "127.0.0.1",
        description="where the web pages listen; other than this machine only when operators are set up",
    )
    port: Annotated[int, FromEnvironment()] = Field(8080, ge=0, le=65535, description="0: any free one")
    names: tuple[Annotated[HostName, FromEnvironment()], ...] = Field(
        (),
        description="further names that the pages are asked by, beside those of public_url and of this machine",
    )
    proxies: tuple[Annotated[Network, FromEnvironment()], ...] = Field(
        (),
        description="addresses or networks of our own web servers before the pages: only what they say of a client is believed",
    )
    sign_in: SignIn | None = Field(
        None, description="people sign in with their organisation's account (OpenID Connect)"
    )


class Settings(Section):
    """The whole of config.yaml."""

    storage: Storage = Storage()
    work: WorkSettings = WorkSettings()
    schedule: Schedule = Schedule()
    crawl: Crawl = Crawl()
    sources: Annotated[tuple[Source, ...], WrittenByProgram()]
    parties: PartiesSettings = PartiesSettings()
    terms: Annotated[dict[str, dict[str, tuple[str, ...]]], WrittenByProgram()] = Field({})
    relevance: RelevanceSettings = RelevanceSettings()
    topics: Annotated[dict[str, TopicSetting], WrittenByProgram()]
    judging: Judging = Judging()
    stories: Stories = Stories()
    alerts: Alerts = Alerts()
    assist: AssistSettings = AssistSettings()
    subscriptions: tuple[Subscription, ...] = ()
    delivery: DeliverySettings = DeliverySettings()
    web: Web = Web()
    operations: Operations = Operations()
    logs: Logs = Logs()

    def zone_of(self, subscription: Subscription) -> str:
        """The time zone that a subscription's hours are in."""
        return subscription.timezone or self.schedule.timezone

    def fresh_for(self, subscription: Subscription) -> timedelta:
        """How old a report may be, when it is first listed, to be news for a subscription."""
        return self.alerts.fresh if subscription.fresh is None else subscription.fresh

    def pages_of(self, source: Source) -> str:
        """Whether a source's article pages are fetched: always, matching or never."""
        return source.pages or self.crawl.pages

    @property
    def sources_without_assist(self) -> frozenset[str]:
        """The sources that forbid assistants: nothing is made of their words, and nothing that was made is shown."""
        return frozenset(source.name for source in self.sources if not source.assist)

    def topic_title(self, name: str, language: str = "en") -> str:
        """What readers of a language see of a topic: its title, or its name where it has none or is no longer there."""
        topic = self.topics.get(name)
        return (topic.title_in(language) if topic is not None else "") or name

    def rules(self) -> Rules:
        """What the judge needs, as plain values."""
        terms = {n: term_set(n, s) for n, s in self.terms.items()}
        topics = tuple(
            Topic(n, t.query, t.title_in("en"), t.alert, t.threshold, t.only_relevant, t.if_best)
            for n, t in self.topics.items()
        )
        return Rules(
            terms,
            topics,
            RelevanceRule(**self.relevance.model_dump()),
            window=self.stories.window,
            also=self.judging.also,
            parties=self.parties.sides,
            second_reader=self.assist.enabled and self.assist.second_reader == "agree",
        )
