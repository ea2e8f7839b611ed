"""What in a configuration is allowed and hardly works as it was meant: placeholders, contradictions, keys without effect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from crawler.config.assist_advice import assist_advice
from crawler.config.host_advice import host_advice
from crawler.config.mail_advice import mail_advice
from crawler.config.plain import dotted
from crawler.config.secret_advice import secret_advice
from crawler.config.settings import Settings, Source, Subscription
from crawler.config.values import format_duration
from crawler.judging.judge import all_sets
from crawler.judging.queries.impossible import highest_score
from crawler.judging.queries.query import parse
from crawler.judging.territories import countries_of
from crawler.judging.text.language import RECOGNISED
from crawler.judging.text.language_codes import language_meant
from crawler.judging.text.terms import MALAY
from crawler.parsing.urls import url_key
from crawler.runtime.near import did_you_mean, hint
from crawler.runtime.public_addresses import AllowedHosts

Key = tuple[str | int, ...]
Found = Iterator[tuple[Key, str]]
_EXAMPLE = re.compile(
    r"(?:^|\.)(?:example(?:\.(?:com|net|org|edu))?|test|invalid|your\.domain|yourdomain\.\w+|domain\.tld)\.?$"
)
"""Names that nobody can have (RFC 2606), and what guides write in their place."""
_CHANNEL_KEYS = {
    "maildir": {"path"},
    "folder": {"path"},
    "feed": {"path", "hub", "most"},
    "chat": {"url", "server", "timeout"},
    "webhook": {"url", "secret", "timeout"},
    "email": set[str](),
}
"""The keys that a channel of each type reads."""

_DAY, _LEAST_AWAKE = 24 * 60, 60
"""Minutes of a day, and those of it that quiet hours should leave at least."""


def section_advice(settings: Settings) -> Found:
    """Warnings, each with the key that it is about."""
    yield from _placeholders(settings)
    yield from _pages_out_of_reach(settings)
    yield from _sources(settings)
    yield from host_advice(settings)
    yield from mail_advice(settings)
    yield from _same_but_for_capitals(settings)
    yield from _times(settings)
    for i, subscription in enumerate(settings.subscriptions):
        yield from _subscription(("subscriptions", i), settings, subscription)
    yield from _channels(settings)
    yield from _delivery(settings)
    yield from secret_advice(settings)
    yield from assist_advice(settings)
    if not settings.topics:
        yield ("topics",), "there is no topic, so that nothing is news for anybody; add one"


def _same_but_for_capitals(settings: Settings) -> Found:
    """Names of one section that differ by capitals alone: one is hardly meant beside the other."""
    named: list[tuple[Key, str]] = [(("topics", name), name) for name in settings.topics]
    named += [(("delivery", "channels", name), name) for name in settings.delivery.channels]
    for section in ("sources", "subscriptions"):
        named += [((section, i, "name"), one.name) for i, one in enumerate(getattr(settings, section))]
    seen: dict[tuple[str | int, str], str] = {}
    for key, name in named:
        other = seen.setdefault((key[0], name.casefold()), name)
        if other != name:
            yield key, f"{name} and {other} differ by capitals alone; write another name, or leave one out"


def subscription_advice(settings: Settings, subscription: Subscription) -> list[str]:
    """What of one subscription is hardly meant, wherever it is kept, as lines with its keys."""
    alone = settings.model_copy(update={"subscriptions": (subscription,)})
    found = (
        *_placeholders(alone),
        *mail_advice(alone),
        *_subscription(("subscriptions", 0), alone, subscription),
    )
    own = ((key[2:], message) for key, message in found if key[:2] == ("subscriptions", 0))
    return [f"{dotted(key)}: {message}" if key else message for key, message in own]


def _is_example(host: str) -> bool:
    return bool(host) and _EXAMPLE.search(host.lower()) is not None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _domain(address: str) -> str:
    return parseaddr(address)[1].rpartition("@")[2]


def _sends_mail(settings: Settings, channel: str | None) -> bool:
    own = settings.delivery.channels.get(channel or "")
    return channel == "email" or (own is not None and own.type == "email")


def _placeholders(settings: Settings) -> Found:
    said = "is a placeholder that nobody can reach"
    contact = re.search(r"https?://[^\s)]+|[\w.+-]+@[\w.-]+", settings.crawl.user_agent)
    if contact is not None and _is_example(_host(contact[0]) or _domain(contact[0])):
        yield (
            ("crawl", "user_agent"),
            f"{contact[0]} {said}: sites that have a question, or block us, cannot ask; write your own address",
        )
    delivery = settings.delivery
    by_mail = [(i, s) for i, s in enumerate(settings.subscriptions) if _sends_mail(settings, s.channel)]
    if (by_mail or delivery.signup or _sends_mail(settings, settings.operations.channel)) and _is_example(
        _domain(delivery.sender)
    ):
        yield (
            ("delivery", "from"),
            f"{_domain(delivery.sender)} {said}: mail servers refuse it; write your own address",
        )
    if delivery.public_url and _is_example(_host(delivery.public_url)):
        yield (
            ("delivery", "public_url"),
            f"{_host(delivery.public_url)} {said}: links in mails lead nowhere; write the address of your pages",
        )
    for i, subscription in by_mail:
        for j, address in enumerate(subscription.to):
            if _is_example(_domain(address)):
                yield (
                    ("subscriptions", i, "to", j),
                    f"{_domain(address)} {said}; write the reader's own address",
                )
    if by_mail and _is_example(delivery.smtp.host):
        yield ("delivery", "smtp", "host"), f"{said}; write the name of your mail server"
    for j, address in enumerate(settings.operations.to):
        if _is_example(_domain(address)):
            yield ("operations", "to", j), f"{_domain(address)} {said}; write the address of who runs this"


def _pages_out_of_reach(settings: Settings) -> Found:
    """Pages on this machine or network, to which mails of a server of the internet link."""
    delivery, hosts = settings.delivery, AllowedHosts()
    by_mail = any(_sends_mail(settings, s.channel) for s in settings.subscriptions)
    host = _host(delivery.public_url or "") if by_mail else ""
    is_near = not hosts.host_allowed(delivery.smtp.host) or hosts.is_inner_name(delivery.smtp.host)
    if host and not is_near and not hosts.host_allowed(host):
        yield (
            ("delivery", "public_url"),
            f"{host} is only this machine or network: links in mails lead nowhere for others; write the address of your pages",
        )


def _sources(settings: Settings) -> Found:
    if not any(s.enabled for s in settings.sources):
        none = "all sources are disabled" if settings.sources else "there is no source"
        yield ("sources",), f"{none}, so that nothing is asked; add or enable one"
    seen: dict[str, str] = {}
    for i, source in enumerate(settings.sources):
        key: Key = ("sources", i)
        address = url_key(source.address) or source.address
        if address in seen:
            yield (
                (*key, "url"),
                f"is the address of {seen[address]}, too: both bring the same news; leave one out",
            )
        seen.setdefault(address, source.name)
        if (
            source.lang
            and source.lang not in RECOGNISED
            and (meant := language_meant(source.lang)) not in (None, source.lang)
        ):
            yield (
                (*key, "lang"),
                f"{source.lang} is a rare language{hint(meant)}; write {meant} if that is meant",
            )
        yield from _selecting(key, source)
        if source.query and "{query}" not in source.url and source.kind != "search":
            yield (
                (*key, "query"),
                "is never asked for: the address has no {query}; put {query} into url, or leave query out",
            )
        if source.every is not None and not timedelta(0) < source.every <= timedelta(days=31):
            yield (
                (*key, "every"),
                f"{format_duration(source.every)} is no useful interval; write such as 15m or 1d",
            )


def _selecting(key: Key, source: Source) -> Found:
    given = [n for n, v in source.select.model_dump().items() if v is not None and n != "article"]
    if source.kind in ("feed", "sitemap", "search") and given:
        yield (
            (*key, "select", given[0]),
            f"has no effect on the kind {source.kind}; write kind: listing for a list page, or leave it out",
        )


def _times(settings: Settings) -> Found:
    schedule, storage, alerts = settings.schedule, settings.storage, settings.alerts
    if schedule.fastest > schedule.slowest:
        yield ("schedule", "fastest"), "is longer than slowest, the least often; write the shorter time here"
    if alerts.fresh <= timedelta(0):
        yield ("alerts", "fresh"), "0s makes every report too old to be told; write such as 7d"
    if storage.keep < alerts.fresh:
        yield (
            ("storage", "keep"),
            f"{format_duration(storage.keep)} is shorter than alerts.fresh: news goes before it is old; write at least {format_duration(alerts.fresh)}",
        )
    if settings.crawl.timeout <= timedelta(0):
        yield ("crawl", "timeout"), "0s ends every request before it begins; write such as 30s"
    if settings.stories.window <= timedelta(0):
        yield ("stories", "window"), "0s makes every report a story of its own; write such as 5d"


def _subscription(key: Key, settings: Settings, subscription: Subscription) -> Found:
    s = subscription
    if settings.fresh_for(s) <= timedelta(0):
        yield (*key, "fresh"), "0s makes every report too old; write such as 7d, or leave it out"
    yield from codes_without_news(key, settings, s)
    own = [source for source in settings.sources if source.name in s.sources]
    if own and not any(source.enabled for source in own):
        yield (
            (*key, "sources"),
            "all of these sources are disabled, so that nothing comes; enable one, or name others",
        )
    yield from _hours(key, s)
    yield from _least_score(key, settings, s)
    folded = [address.casefold() for address in s.to]
    if len(set(folded)) < len(folded):
        # Not which: the log shall not hold addresses of readers.
        yield (*key, "to"), "one address is there twice; leave one out"


def _hours(key: Key, subscription: Subscription) -> Found:
    """Quiet hours that leave hardly any, or have no effect."""
    quiet, when = subscription.quiet, subscription.when
    if quiet is None:
        return
    if when.at is not None:
        yield (*key, "quiet"), f"has no effect on {when}, which has an hour of its own; leave it out"
        return
    awake = sum(not quiet.contains(time(*divmod(minute, 60))) for minute in range(_DAY))
    if awake < _LEAST_AWAKE:
        yield (
            (*key, "quiet"),
            f"leaves {awake} min a day in which anything comes; write the hours in which nothing shall come, such as 22:00-07:00",
        )


def codes_without_news(key: Key, settings: Settings, subscription: Subscription) -> Found:
    """The languages and countries of a subscription that no report can have."""
    named = [source for source in settings.sources if source.name in subscription.sources]
    asked = [source for source in named or settings.sources if source.enabled]
    there = {source.lang for source in asked if source.lang}
    # Texts of these two are taken for one another's.
    there |= MALAY if there & MALAY else set()
    is_open = not asked or any(source.lang is None for source in asked)
    for i, lang in enumerate(subscription.languages):
        if lang in there or (is_open and lang in RECOGNISED):
            continue
        allowed = f": {', '.join(sorted(there))}" if there else ""
        if lang in RECOGNISED | {source.lang for source in settings.sources}:
            of_whom = "of its sources" if named else "source"
            yield (
                (*key, "languages", i),
                f"{'none' if named else 'no'} {of_whom} is in {lang}, so that nothing in it comes; add one, or write languages that there are{allowed}",
            )
            continue
        meant = language_meant(lang)
        can_be = meant in there or (is_open and meant in RECOGNISED)
        yield (
            (*key, "languages", i),
            f"no report is in {lang}{hint(meant if can_be and meant != lang else None)}; write the language of a source{allowed}",
        )
    sides = settings.parties.sides
    parties = sides.all | sides.wholes
    for i, country in enumerate(subscription.countries):
        if countries_of(country).isdisjoint(sides.all):
            yield (
                (*key, "countries", i),
                f"no report is told by {country}; allowed: {', '.join(sorted(parties))}",
            )


def _least_score(key: Key, settings: Settings, subscription: Subscription) -> Found:
    named = subscription.topics or tuple(settings.topics)
    own = [settings.topics[n] for n in named if n in settings.topics and n not in subscription.except_topics]
    if not subscription.least_score or not own:
        return
    rules = settings.rules()
    sets = all_sets(rules.terms, rules.parties)
    best = max(highest_score(parse(topic.query), sets) for topic in own)
    if subscription.least_score > best:
        yield (
            (*key, "least_score"),
            f"no report reaches {subscription.least_score:g}: the most that its topics can score is {best:g}; write less",
        )


def _channels(settings: Settings) -> Found:
    delivery = settings.delivery
    used = {s.channel for s in settings.subscriptions} | {settings.operations.channel}
    if "email" in delivery.channels:
        yield (
            ("delivery", "channels", "email"),
            "has no effect: email is mail to the addresses of a subscription; write another name, or leave it out",
        )
    for name, channel in delivery.channels.items():
        key: Key = ("delivery", "channels", name)
        reads = _CHANNEL_KEYS.get(channel.type)
        for extra in (
            sorted(channel.model_fields_set - {"type"} - (reads or set())) if reads is not None else ()
        ):
            yield (*key, extra), f"has no effect on the type {channel.type}; leave it out"
        if name not in used and settings.subscriptions:
            others = [c for c in used if c and c not in (*delivery.channels, "email")]
            yield (
                key,
                f"no subscription uses this channel{did_you_mean(name, others)}; name it in one (channel: {name}), or leave it out",
            )


def _delivery(settings: Settings) -> Found:
    delivery, operations = settings.delivery, settings.operations
    if delivery.signup and not delivery.public_url:
        yield (
            ("delivery", "public_url"),
            "is missing: people who sign up get no link to confirm; write the address of your pages",
        )
    if operations.to and operations.channel is None:
        yield ("operations", "channel"), "is missing, so that nobody is told; write channel: email"
    for name in delivery.rates:
        if name not in (*delivery.channels, "email") and "." not in name:
            yield (
                ("delivery", "rates", name),
                (
                    f"{name} is neither a channel nor a mail domain{did_you_mean(name, [*delivery.channels, 'email'])}; write such as gmail.com"
                ),
            )
