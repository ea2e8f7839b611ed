"""What in sources, channels, subscriptions and secrets can never work, found on the values as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import soupsieve

from crawler.config.near import did_you_mean, hint
from crawler.config.plain import RefusedValue
from crawler.judging.territories import is_grouped
from crawler.judging.text.codes import country_meant, is_country, is_language, language_meant

Key = tuple[str | int, ...]
Found = Iterator[tuple[Key, str]]
_CHANNEL_NEEDS = {
    "maildir": ("path",),
    "folder": ("path",),
    "feed": ("path",),
    "chat": ("url",),
    "webhook": ("url", "secret"),
}
_SUCH_AS = {"path": "./mail", "url": "${CHANNEL_URL}", "secret": "${WEBHOOK_SECRET}"}


def section_problems(data: Mapping[str, Any]) -> Found:
    """Errors of the sections that say where news comes from and how it leaves; what has the wrong type is passed over."""
    for i, source in enumerate(_items(data, "sources")):
        yield from _source_problems(("sources", i), source)
    delivery = _mapping(data.get("delivery"))
    for name, channel in _mapping(delivery.get("channels")).items():
        yield from _channel_problems(("delivery", "channels", name), _mapping(channel))
    yield from _address_problems(data, delivery)
    topics = set(_mapping(data.get("topics")))
    for i, subscription in enumerate(_items(data, "subscriptions")):
        yield from _subscription_problems(("subscriptions", i), subscription, topics)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(data: Mapping[str, Any], section: str) -> list[dict[str, Any]]:
    held = data.get(section)
    return [_mapping(item) for item in held] if isinstance(held, list) else []


def _texts(value: Any) -> list[tuple[int, str]]:
    held = value if isinstance(value, list) else []
    return [(i, v) for i, v in enumerate(held) if isinstance(v, str) and not isinstance(v, RefusedValue)]


def code_problem(code: Any, *, of: str) -> str | None:
    """What is wrong with a code of a language or a country that has the form of one; None where it is right."""
    if not isinstance(code, str):
        return None
    if of == "language" and re.fullmatch("[a-z]{2}", code) and not is_language(code):
        return f"{code} is no language{hint(language_meant(code))}; allowed: codes of ISO 639-1 such as id"
    if of == "country" and re.fullmatch("[A-Z]{2}", code) and not is_country(code) and not is_grouped(code):
        return f"{code} is no country{hint(country_meant(code))}; allowed: codes of ISO 3166 such as ID, or ASEAN"
    return None


def _source_problems(key: Key, source: Mapping[str, Any]) -> Found:
    for name in ("language", "country"):
        at = "lang" if name == "language" else name
        if problem := code_problem(source.get(at), of=name):
            yield (*key, at), problem
    url = source.get("url")
    if not isinstance(url, str):
        return
    if problem := _url_problem(url):
        yield (*key, "url"), problem
    has_place = "{query}" in url
    if source.get("kind", "feed") == "search" and not has_place:
        yield (
            (*key, "url"),
            "has no {query}; a search's address has {query} where its words belong, such as …/rss?q={query}",
        )
    elif has_place and not source.get("query") and source.get("kind", "feed") != "search":
        yield (*key, "query"), "is missing; the address has a place for it: {query}"
    for name, selector in _mapping(source.get("select")).items():
        if isinstance(selector, str) and (problem := _selector_problem(selector)):
            yield (*key, "select", name), problem


def _url_problem(url: str) -> str | None:
    if re.match(r"https?://https?:?/*", url):
        return "begins twice with http; write it once"
    if not re.match(r"https?://[^\s/]+", url):
        return None  # told by its pattern
    return _host_problem(url)


def _host_problem(url: str) -> str | None:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None  # told by its form
    if ".." in host or host.startswith(".") or (host.endswith(".") and host.count(".") == 1):
        return f"{host} is no name of a host; write it without the dots that are too many"
    if re.fullmatch(r"[\d.]+", host) and not re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", host):
        return f"{host} is no address of a machine; write four numbers or a name"
    return None


def _selector_problem(selector: str) -> str | None:
    # ``@href`` alone is the item's own attribute.
    css = (
        selector.rpartition("@")[0]
        if "@" in selector and not selector.rpartition("@")[2].endswith("]")
        else selector
    )
    if not css.strip():
        return None
    try:
        soupsieve.compile(css)
    except soupsieve.SelectorSyntaxError as error:
        return f"{selector!r} is no CSS selector: {str(error).splitlines()[0].rstrip('.')}; write such as article h2 a, or a@href"
    return None


def _channel_problems(key: Key, channel: Mapping[str, Any]) -> Found:
    kind = channel.get("type")
    for need in _CHANNEL_NEEDS.get(kind, ()) if isinstance(kind, str) else ():
        value = channel.get(need)
        if value is None or (
            isinstance(value, str) and not value.strip() and not isinstance(value, RefusedValue)
        ):
            yield (
                (*key, need),
                f"is missing; a channel of the type {kind} needs it: write such as {need}: {_SUCH_AS[need]}",
            )


def is_address(text: str) -> bool:
    """Whether a text is a mail address, with or without a name before it."""
    address = parseaddr(text)[1]
    name, _, domain = address.rpartition("@")
    # A local part in quotes may have blanks (RFC 5321, 4.1.2).
    bare = re.sub(r'^"(?:[^"\\]|\\.)*"(?=@)', "quoted", address)
    return bool(name and domain) and not any(c.isspace() for c in bare)


def _address_problems(data: Mapping[str, Any], delivery: Mapping[str, Any]) -> Found:
    single = (("from", "Desk <desk@your.domain>"), ("return_path", "bounces@your.domain"))
    for name, sample in single:
        value = delivery.get(name)
        if isinstance(value, str) and not isinstance(value, RefusedValue) and not is_address(value):
            yield ("delivery", name), f"{value!r} is no mail address; write such as {sample}"
    for i, value in _texts(_mapping(data.get("operations")).get("to")):
        if not is_address(value):
            yield ("operations", "to", i), f"{value!r} is no mail address; write such as admin@your.domain"


def _subscription_problems(key: Key, item: Mapping[str, Any], topics: set[str]) -> Found:
    for name, of in (("languages", "language"), ("countries", "country")):
        for i, value in _texts(item.get(name)):
            if problem := code_problem(value, of=of):
                yield (*key, name, i), problem
    wanted = {name for _, name in _texts(item.get("topics"))} & topics or topics
    refused = {name for _, name in _texts(item.get("except_topics"))}
    if wanted and wanted <= refused:
        yield (
            (*key, "except_topics"),
            "takes away every topic that it would get; leave one out of except_topics",
        )


def unknown_name(what: str, name: str, known: set[str]) -> str:
    """That a name leads nowhere, what is near to it, and what is allowed."""
    allowed = ", ".join(sorted(known)) or "none: there is none yet"
    return f"unknown {what} {name}{did_you_mean(name, known)}; allowed: {allowed}"
