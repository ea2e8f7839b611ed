"""config.yaml as types. Every key has a default but ``sources`` and ``topics``; unknown keys are errors."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator

from crawler.config.references import FromEnvironment, WrittenByProgram
from crawler.config.values import (
    ChannelType,
    DayOff,
    Duration,
    JudgeName,
    LocalPath,
    Moment,
    Quiet,
    Rate,
    Size,
    SourceKind,
    StoreUrl,
    When,
    Zone,
    host_name,
    network,
    readable_address,
)
from crawler.judging.judge import Rules
from crawler.judging.queries.relevance import RelevanceRule
from crawler.model import TermSet, Topic
from crawler.parsing.urls import same_site

Lang = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Country = Annotated[str, Field(pattern=r"^([A-Z]{2}|ASEAN)$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+"), AfterValidator(readable_address)]
HostName = Annotated[str, AfterValidator(host_name)]
Network = Annotated[str, AfterValidator(network)]


Secret = Annotated[SecretStr, FromEnvironment(only=True)]
"""A secret; it must come from the environment."""
_KINDS: dict[Any, str] = {int: "a number", float: "a number", str: "text (in quotes)", timedelta: "a duration such as 15m"}


class Section(BaseModel):
    """A part of config.yaml: frozen, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_boolean_is_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields.get(info.field_name or "")
        if isinstance(value, bool) and field is not None and bool not in (field.annotation, *get_args(field.annotation)):
            raise ValueError(f"{str(value).lower()} is a yes or no; allowed here: {_KINDS.get(field.annotation, 'another value')}")
        return value


class Storage(Section):
    """Where news is kept and for how long."""

    url: Annotated[StoreUrl, FromEnvironment()] = Field("sqlite:///aseanwatch.db", description="SQLAlchemy URL of the store")
    keep: Duration = Field(timedelta(days=400), description="older articles and entries go; evidence of a base stays")


class Work(Section):
    """Who does the work."""

    engine: Literal["embedded", "procrastinate"] = Field(
        "embedded", description="one process for everything, or workers on any number of machines (needs PostgreSQL)"
    )


class Schedule(Section):
    """How often sources are polled."""

    timezone: Zone = Field("Asia/Singapore", description="of the hours of subscriptions that name no zone of their own")
    every: Duration = Field(timedelta(minutes=15), description="how often a source is asked on average")
    fastest: Duration = Field(timedelta(minutes=5), description="the most often that any source is asked")
    slowest: Duration = Field(timedelta(hours=12), description="the least often")
    budget: float = Field(
        1.0, gt=0, le=10, description="requests of all sources together, as a multiple of one for each every `every`"
    )


class Crawl(Section):
    """How the crawler behaves on the network."""

    user_agent: str = Field(
        "aseanwatch/1.0 (+https://example.org/about-our-crawler)", description="who asks: put your own contact here"
    )
    concurrency: int = Field(64, ge=1, le=1024, description="requests at once")
    per_host: int = Field(2, ge=1, le=64, description="requests to one site at once")
    delay: Duration = Field(timedelta(0), description="least pause between two requests to one host")
    timeout: Duration = Field(timedelta(seconds=30), description="for one request as a whole")
    max_size: Size = Field(10_000_000, description="of an answer, unpacked")
    pages: Literal["always", "matching", "never"] = Field(
        "matching", description="whose article pages are fetched: all, those that the feed's words do not rule out, none"
    )
    robots: bool = Field(True, description="keep to robots.txt for article pages")
    judges: int | None = Field(
        None, ge=0, le=64, description="processes that judge; default: by the machine and the number of sources"
    )
    proxy: Annotated[Url | None, FromEnvironment()] = Field(
        None, description="an HTTP proxy for all requests; it resolves names, which the guard then cannot check"
    )
    allow_private: tuple[str, ...] = Field((), description="hosts or networks the guard lets through")


class Select(Section):
    """CSS selectors; ``selector@attribute`` takes an attribute, without ``@`` the text."""

    item: str | None = Field(None, description="one element for each entry of a list page")
    link: str | None = Field(None, description="the address of an entry; default: its first link")
    title: str | None = Field(None, description="its headline")
    date: str | None = Field(None, description="when it was published")
    summary: str | None = Field(None, description="its summary")
    article: str | None = Field(None, description="the article's body on its page, instead of automatic extraction")


class Source(Section):
    """An origin of news."""

    name: Name = Field(description="unique; what commands and the log call it")
    url: Url = Field(description="where it is asked; {query} stands for a search's words")
    kind: SourceKind = Field("feed", description="feed, sitemap, listing or search; installed packages can add kinds")
    lang: Lang | None = Field(None, description="of its news, where the feed does not say it")
    country: Country | None = Field(None, description="where it is at home: ISO code, or ASEAN")
    query: str | None = Field(None, description="what a search feed searches for, put in place of {query}")
    folder: str | None = Field(None, description="where it lies among the others, such as Press / Laos; for feed readers")
    every: Duration | None = Field(None, description="a fixed interval instead of one by its rhythm")
    pages: Literal["always", "matching", "never"] | None = Field(None, description="as crawl.pages, for this source")
    select: Select = Select()
    headers: dict[str, Annotated[str, FromEnvironment()]] = Field({}, description="sent with each request")
    enabled: bool = Field(True, description="false: it is not asked")

    @property
    def address(self) -> str:
        """Where it is asked; a search has its query in place of ``{query}``."""
        return self.url if self.query is None else self.url.replace("{query}", quote(self.query, safe=""))

    def headers_for(self, url: str) -> dict[str, str]:
        """The headers to send to an address: to this source's own site only, and not unencrypted where it is asked encrypted.

        They may hold a key, and what a feed links to (articles, sitemaps, where it moved) may be anybody's.
        """
        is_downgrade = self.url.startswith("https:") and not url.startswith("https:")
        return dict(self.headers) if self.headers and same_site(url, self.url) and not is_downgrade else {}


class Relevance(Section):
    """Which term sets decide whether an article reports China–ASEAN cooperation, and from which score on."""

    china: str = Field("china", description="term set of names of China")
    partner: str = Field("asean_or_member", description="term set of names of the other side")
    both: str = Field("china_asean", description="term set of names that mean both sides")
    two_sides: str = Field("two_sides", description="term set of words for the two sides of something")
    cooperation: tuple[str, ...] = Field(("cooperation",), description="term sets of words of cooperation")
    matters: tuple[str, ...] = Field((), description="term sets of matters that make cooperation likelier")
    strong: tuple[str, ...] = Field(("agreement",), description="term sets that weigh as much as several others")
    against: tuple[str, ...] = Field(
        ("dispute", "crime", "sport", "festival"), description="term sets that speak against cooperation"
    )
    elsewhere: str = Field("other_power", description="term set of names of third parties")
    threshold: float = Field(0.5, ge=0, le=1, description="the score from which an article is relevant")


class Examples(Section):
    """News that a topic must match, and must not: a text (its first line is the headline), or a stored article's address."""

    match: tuple[str, ...] = Field((), description="news that the topic must match")
    no_match: tuple[str, ...] = Field((), description="news that it must not match")


class TopicSetting(Section):
    """What an operator wants to hear of."""

    title: str = Field("", description="what readers see; default: the name")
    query: str = Field(description="what it matches (docs/topics.md)")
    alert: Literal["article", "story", "new_base"] = Field(
        "story", description="what is told: each report, each new story, each new base"
    )
    threshold: float = Field(0.0, ge=0, le=1, description="the least score of a match")
    only_relevant: bool = Field(True, description="match only articles that report China–ASEAN cooperation")
    examples: Examples = Examples()


class Judging(Section):
    """What judges besides the rules of this file."""

    also: tuple[JudgeName, ...] = Field((), description="judges that installed packages add, in this order")


class Stories(Section):
    """How reports are grouped."""

    window: Duration = Field(timedelta(days=5), description="how far reports of one story may lie apart")


class Alerts(Section):
    """What is news."""

    fresh: Duration = Field(
        timedelta(days=7), description="older reports, by their own date when they were first listed, are told to nobody"
    )


class Subscription(Section):
    """Who hears of what, through which channel, when."""

    name: Name = Field(description="unique")
    title: str = Field("", description="what readers see; default: the name")
    to: tuple[str, ...] = Field((), description="mail addresses")
    channel: str = Field("email", description="email, or a channel of delivery.channels")
    topics: tuple[str, ...] = Field((), description="only these; empty: all")
    languages: tuple[Lang, ...] = Field((), description="only reports in these")
    countries: tuple[Country, ...] = Field((), description="only reports that name one of these; ASEAN for any member")
    sources: tuple[str, ...] = Field((), description="only reports of these")
    least_score: float = Field(0.0, ge=0, le=1, description="only reports whose topic scores at least this")
    when: Moment = Field(When("instant"), description="instant, hourly, daily 07:30 or weekly mon 07:30")
    timezone: Zone | None = Field(None, description="of its hours; default: schedule.timezone")
    quiet: Quiet | None = Field(None, description="hours in which nothing instant or hourly comes, such as 22:00-07:00")
    days_off: tuple[DayOff, ...] = Field((), description="days on which nothing comes, such as [sat, sun]")
    most: int = Field(40, ge=1, le=200, description="most stories in one digest; the others are counted")
    language: Literal["en", "id", "zh"] = Field("en", description="what the frame around the news is written in")
    sign_of_life: bool = Field(False, description="send a digest also when there is no news")
    fresh: Duration | None = Field(None, description="how old a report may be to be news; default: alerts.fresh")
    also_old: bool = Field(False, description="digests end with a section of older reports that are new to us")

    @model_validator(mode="after")
    def _some_day_is_left(self) -> Subscription:
        if len(set(self.days_off)) == 7 or (self.when.weekday is not None and self.when.weekday in self.days_off):
            raise ValueError("days_off leaves no day on which this subscription is due")
        return self


class Smtp(Section):
    """The mail server."""

    host: Annotated[str, FromEnvironment()] = Field("127.0.0.1", description="of the mail server")
    port: Annotated[int, FromEnvironment()] = Field(25, ge=1, le=65535, description="of the mail server")
    security: Literal["none", "starttls", "tls"] = Field("none", description="none, starttls, or tls from the beginning")
    username: Annotated[str, FromEnvironment()] = Field("", description="to log in; empty: none")
    password: Secret = Field(SecretStr(""), description="from the environment")
    timeout: Duration = Field(timedelta(seconds=30), description="for each answer of the server")
    connections: int = Field(1, ge=1, le=16, description="how many are used side by side")
    trust: LocalPath | None = Field(None, description="a file of certificates to trust instead of the system's (PEM)")


class Channel(Section):
    """A named way to people; which keys count depends on its type."""

    type: ChannelType = Field(description="maildir, folder, chat, webhook, feed, email; installed packages can add types")
    path: LocalPath | None = Field(None, description="maildir, folder, feed: where files are written")
    url: Annotated[SecretStr | None, FromEnvironment()] = Field(
        None, description="chat: an Apprise URL; webhook: where events are posted"
    )
    secret: Secret = Field(SecretStr(""), description="webhook: whsec_…; several separated by blanks while one is replaced")
    server: Annotated[Url | None, FromEnvironment()] = Field(
        None, description="chat: a server that is asked in place of the service's own, such as a proxy"
    )
    hub: Annotated[Url | None, FromEnvironment()] = Field(None, description="feed: a WebSub hub that is told of every change")
    most: int = Field(50, ge=1, le=1000, description="feed: entries kept")
    timeout: Duration = Field(timedelta(seconds=15), description="for one delivery")


class Delivery(Section):
    """How alerts leave the house."""

    sender: str = Field("ASEAN Watch <watch@localhost>", alias="from", description="whom mails come from")
    public_url: Annotated[Url | None, FromEnvironment()] = Field(
        None, description="where readers reach the web pages; without it mails have no links"
    )
    smtp: Smtp = Smtp()
    channels: dict[str, Channel] = {}
    secret: Secret = Field(SecretStr(""), description="signs the links in mails; empty: a key file beside the store is made")
    signup: bool = Field(False, description="people may subscribe themselves on the web, confirmed by mail")
    return_path: str | None = Field(
        None, description="where bounces go (the envelope's sender); {id} in it makes each mail's own; default: the sender"
    )
    bounces: LocalPath | None = Field(
        None, description="a Maildir in which mail for return_path arrives: bounces, complaints, who unsubscribes by mail"
    )
    rates: dict[str, Rate] = Field({}, description="the most messages to a channel or a mail domain, such as {gmail.com: 60/m}")
    max_attempts: int = Field(30, ge=1, description="answers of one recipient's server before it is given up")
    give_up: Duration = Field(timedelta(days=5), description="how long one recipient is tried (RFC 5321, 4.5.4.1)")
    catch_up: Duration = Field(timedelta(days=14), description="how far back a digest reaches after a pause or an outage")


class Operations(Section):
    """Who is told when the service itself is in trouble."""

    to: tuple[str, ...] = Field((), description="mail addresses; empty: only where the channel needs none")
    channel: str | None = Field(None, description="email, or a channel of delivery.channels; none: nobody is told")
    after: Duration = Field(timedelta(minutes=10), description="how long something must last before it is told")


class Logs(Section):
    """How the long-running programs log, on standard error."""

    format: Literal["human", "json"] = Field("human", description="for people, or one JSON object a line")
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="the least that is logged")


class Web(Section):
    """Where the console listens."""

    host: Annotated[str, FromEnvironment()] = Field(
        "127.0.0.1", description="where the web pages listen; other than this machine only when operators are set up"
    )
    port: Annotated[int, FromEnvironment()] = Field(8080, ge=0, le=65535, description="0: any free one")
    names: tuple[Annotated[HostName, FromEnvironment()], ...] = Field(
        (), description="further names that the pages are asked by, beside those of public_url and of this machine"
    )
    proxies: tuple[Annotated[Network, FromEnvironment()], ...] = Field(
        (), description="addresses or networks of our own web servers before the pages: only what they say of a client is believed"
    )


class Settings(Section):
    """The whole of config.yaml."""

    storage: Storage = Storage()
    work: Work = Work()
    schedule: Schedule = Schedule()
    crawl: Crawl = Crawl()
    sources: Annotated[tuple[Source, ...], WrittenByProgram()]
    terms: Annotated[dict[str, dict[str, tuple[str, ...]]], WrittenByProgram()] = {}
    relevance: Relevance = Relevance()
    topics: Annotated[dict[str, TopicSetting], WrittenByProgram()]
    judging: Judging = Judging()
    stories: Stories = Stories()
    alerts: Alerts = Alerts()
    subscriptions: tuple[Subscription, ...] = ()
    delivery: Delivery = Delivery()
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

    def rules(self) -> Rules:
        """What the judge needs, as plain values."""
        terms = {n: term_set(n, s) for n, s in self.terms.items()}
        topics = tuple(Topic(n, t.query, t.title, t.alert, t.threshold, t.only_relevant) for n, t in self.topics.items())
        return Rules(
            terms, topics, RelevanceRule(**self.relevance.model_dump()), window=self.stories.window, also=self.judging.also
        )


def term_set(name: str, spellings: dict[str, tuple[str, ...]]) -> TermSet:
    """A term set from its form in config.yaml, where ``except`` lists the exceptions."""
    own = {lang: s for lang, s in spellings.items() if lang != "except"}
    return TermSet(name, own, spellings.get("except", ()))
