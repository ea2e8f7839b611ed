"""The sections of config.yaml that say who hears of news, when, and how it reaches them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, SecretStr, model_validator

from crawler.config.references import FromEnvironment
from crawler.config.section import Country, FrameLanguage, Lang, Name, Secret, Section, Url
from crawler.config.values import ChannelType, DayOff, Duration, LocalPath, Moment, Quiet, Rate, When, Zone


class Alerts(Section):
    """What is news."""

    fresh: Duration = Field(
        timedelta(days=7),
        description="older reports, by their own date when they were first listed, are told to nobody",
    )


class Subscription(Section):
    """Who hears of what, through which channel, when."""

    name: Name = Field(description="unique")
    title: str = Field("", description="what readers see; default: the name")
    to: tuple[str, ...] = Field((), description="mail addresses")
    channel: str = Field("email", description="email, or a channel of delivery.channels")
    topics: tuple[str, ...] = Field((), description="only these; empty: all")
    except_topics: tuple[str, ...] = Field(
        (), description="not these; without topics: all others, also those that are added later"
    )
    languages: tuple[Lang, ...] = Field((), description="only reports in these")
    countries: tuple[Country, ...] = Field(
        (),
        description="only reports that name one of these; a group or region such as ASEAN asks for any of its countries",
    )
    asean_wide: bool = Field(
        True,
        description="with countries: also what concerns their side (ASEAN) as a whole, or several of its countries together",
    )
    sources: tuple[str, ...] = Field((), description="only reports of these")
    least_score: float = Field(0.0, ge=0, le=1, description="only reports whose topic scores at least this")
    when: Moment = Field(When("instant"), description="instant, hourly, daily 07:30 or weekly mon 07:30")
    timezone: Zone | None = Field(None, description="of its hours; default: schedule.timezone")
    quiet: Quiet | None = Field(
        None, description="hours in which nothing instant or hourly comes, such as 22:00-07:00"
    )
    days_off: tuple[DayOff, ...] = Field((), description="days on which nothing comes, such as [sat, sun]")
    most: int = Field(40, ge=1, le=200, description="most stories in one digest; the others are counted")
    language: FrameLanguage = Field("en", description="what the frame around the news is written in")
    sign_of_life: bool = Field(False, description="send a digest also when there is no news")
    fresh: Duration | None = Field(
        None, description="how old a report may be to be news; default: alerts.fresh"
    )
    also_old: bool = Field(
        False, description="digests end with a section of older reports that are new to us"
    )

    original_only: bool = Field(
        False, description="show reports in their own words alone, without what a machine made of them"
    )

    @model_validator(mode="after")
    def _some_day_is_left(self) -> Subscription:
        if len(set(self.days_off)) == 7 or (
            self.when.weekday is not None and self.when.weekday in self.days_off
        ):
            raise ValueError("days_off leaves no day on which this subscription is due")
        return self


class Smtp(Section):
    """The mail server."""

    host: Annotated[str, FromEnvironment()] = Field("127.0.0.1", description="of the mail server")
    port: Annotated[int, FromEnvironment()] = Field(25, ge=1, le=65535, description="of the mail server")
    security: Literal["none", "starttls", "tls"] = Field(
        "none", description="none, starttls, or tls from the beginning"
    )
    username: Annotated[str, FromEnvironment()] = Field("", description="to log in; empty: none")
    password: Secret = Field(SecretStr(""), description="from the environment")
    timeout: Duration = Field(timedelta(seconds=30), description="for each answer of the server")
    connections: int = Field(1, ge=1, le=16, description="how many are used side by side")
    trust: LocalPath | None = Field(
        None, description="a file of certificates to trust instead of the system's (PEM)"
    )


class ChannelSettings(Section):
    """A named way to people; which keys count depends on its type."""

    type: ChannelType = Field(
        description="maildir, folder, chat, webhook, feed, email; installed packages can add types"
    )
    path: LocalPath | None = Field(None, description="maildir, folder, feed: where files are written")
    url: Annotated[SecretStr | None, FromEnvironment()] = Field(
        None, description="chat: an Apprise URL; webhook: where events are posted"
    )
    secret: Secret = Field(
        SecretStr(""), description="webhook: whsec_…; several separated by blanks while one is replaced"
    )
    server: Annotated[Url | None, FromEnvironment()] = Field(
        None, description="chat: a server that is asked in place of the service's own, such as a proxy"
    )
    hub: Annotated[Url | None, FromEnvironment()] = Field(
        None, description="feed: a WebSub hub that is told of every change"
    )
    most: int = Field(50, ge=1, le=1000, description="feed: entries kept")
    timeout: Duration = Field(timedelta(seconds=15), description="for one delivery")


class DeliverySettings(Section):
    """How alerts leave the house."""

    sender: str = Field("ASEAN Watch <watch@localhost>", alias="from", description="whom mails come from")
    public_url: Annotated[Url | None, FromEnvironment()] = Field(
        None, description="where readers reach the web pages; without it mails have no links"
    )
    smtp: Smtp = Smtp()
    channels: dict[str, ChannelSettings] = Field({})
    share_links: Duration = Field(
        timedelta(days=30),
        description="how long a link works that shows one story to somebody without an account; 0d: there are none",
    )
    secret: Secret = Field(
        SecretStr(""), description="signs the links in mails; empty: a key file beside the store is made"
    )
    signup: bool = Field(False, description="people may subscribe themselves on the web, confirmed by mail")
    return_path: str | None = Field(
        None,
        description="where bounces go (the envelope's sender); {id} in it makes each mail's own; default: the sender",
    )
    bounces: LocalPath | None = Field(
        None,
        description="a Maildir in which mail for return_path arrives: bounces, complaints, who unsubscribes by mail",
    )
    rates: dict[str, Rate] = Field(
        {}, description="the most messages to a channel or a mail domain, such as {gmail.com: 60/m}"
    )
    max_attempts: int = Field(30, ge=1, description="answers of one recipient's server before it is given up")
    give_up: Duration = Field(
        timedelta(days=5), description="how long one recipient is tried (RFC 5321, 4.5.4.1)"
    )
    catch_up: Duration = Field(
        timedelta(days=14), description="how far back a digest reaches after a pause or an outage"
    )
