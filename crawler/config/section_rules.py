"""What in sources, channels, subscriptions and secrets can never work, found on the values as they are written."""

from __future__ import annotations

import re
import socket
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.config.mail_addresses import address_meant, is_address
from crawler.config.names import name_problem
from crawler.config.plain import RefusedValue
from crawler.judging.territories import is_country, is_grouped, territory_meant
from crawler.judging.text.language_codes import is_language, language_meant
from crawler.runtime.near import did_you_mean, hint

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
    for section, held in (("topics", data.get("topics")), ("delivery.channels", delivery.get("channels"))):
        for name in _mapping(held):
            if (problem := name_problem(str(name))) is not None:
                yield (*section.split("."), name), f"the name {problem}"
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
        return f"{code} is no country{hint(territory_meant(code))}; allowed: codes of ISO 3166 such as ID, of UN M.49 such as 002, or groups such as ASEAN"
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
    if re.match(r"https?://https?(?::|/)/?", url):
        return "begins twice with http; write it once"
    if not re.match(r"https?://[^\s/]+", url):
        return None  # told by its pattern
    return _host_problem(url)


def _host_problem(url: str) -> str | None:  # noqa: PLR0911 - a row of rules, each with its own answer
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None  # told by its form
    if any(c.isspace() for c in host):
        return None
    if ".." in host or host.startswith(".") or (host.endswith(".") and host.count(".") == 1):
        return f"{host} is no name of a host; write it without the dots that are too many"
    if (plain := unicodedata.normalize("NFKC", host).replace("。", ".")) != host:
        return f"the name of the host has signs of another keyboard; write {plain}"
    if any(label.startswith("-") or label.endswith("-") for label in host.split(".")):
        return f"{host} is no name of a host; no part of it begins or ends with -: write it without"
    if re.fullmatch(r"(?:0x[\da-f]*|\d+)(?:\.(?:0x[\da-f]*|\d*))*", host) and not re.fullmatch(
        r"\d{1,3}(\.\d{1,3}){3}", host
    ):
        return f"{host} is no address of a machine{hint(_whole_address(host))}; write four numbers or a name"
    return None


def _whole_address(short: str) -> str | None:
    """The four numbers that a short, decimal, octal or hexadecimal address stands for."""
    try:
        return socket.inet_ntoa(socket.inet_aton(short))
    except OSError:
        return None


_NAME = "[A-Za-z][A-Za-z0-9_-]*+"
_PART = rf"""(?:[.#]{_NAME}|\[{_NAME}(?:[*^$~|]?=(?:'[ -!#-&(-Z^-~]*+'|"[ -!#-&(-Z^-~]*+")(?: i)?)?\])"""
_ONE = f"(?:{_NAME}|{_PART}){_PART}*+"
PLAIN_SELECTOR = re.compile(f"{_ONE}(?:(?: ?[>+~,] ?| ){_ONE})*+")
"""Elements, classes, ids and attributes inside and beside each other: selectors with which nothing can be wrong."""


def _selector_problem(selector: str) -> str | None:
    # ``@href`` alone is the item's own attribute.
    css = (
        selector.rpartition("@")[0]
        if "@" in selector and not selector.rpartition("@")[2].endswith("]")
        else selector
    )
    if not css.strip() or PLAIN_SELECTOR.fullmatch(css):
        return None
    import soupsieve  # noqa: PLC0415 - with its patterns a fifth of a second, and most selectors are plain

    try:
        soupsieve.compile(css)
    except soupsieve.SelectorSyntaxError as error:
        return f"{selector!r} is no CSS selector: {str(error).splitlines()[0].rstrip('.')}; write such as article h2 a, or a@href"
    return None


def _channel_problems(key: Key, channel: Mapping[str, Any]) -> Found:
    kind = channel.get("type")
    url = channel.get("url")
    if kind == "webhook" and isinstance(url, str) and url.strip() and not re.match(r"https?://[^\s/]", url):
        # Without the address: it may hold a secret.
        yield (
            (*key, "url"),
            "is no address of the web; write one that begins with https://, where events are posted",
        )
    for need in _CHANNEL_NEEDS.get(kind, ()) if isinstance(kind, str) else ():
        value = channel.get(need)
        if value is None or (
            isinstance(value, str) and not value.strip() and not isinstance(value, RefusedValue)
        ):
            yield (
                (*key, need),
                f"is missing; a channel of the type {kind} needs it: write such as {need}: {_SUCH_AS[need]}",
            )


def no_address(text: str, sample: str) -> str:
    """That a text is no mail address, which one was meant, and how one is written."""
    # One writes a mail; many may get it.
    meant = address_meant(text, is_one="<" in sample or "bounces" in sample)
    return f"{text!r} is no mail address{hint(meant)}; write such as {sample}"


def _address_problems(data: Mapping[str, Any], delivery: Mapping[str, Any]) -> Found:
    single = (("from", "Desk <desk@your.domain>"), ("return_path", "bounces@your.domain"))
    for name, sample in single:
        value = delivery.get(name)
        if isinstance(value, str) and not isinstance(value, RefusedValue) and not is_address(value):
            yield ("delivery", name), no_address(value, sample)
    for i, value in _texts(_mapping(data.get("operations")).get("to")):
        if not is_address(value):
            yield ("operations", "to", i), no_address(value, "admin@your.domain")


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
