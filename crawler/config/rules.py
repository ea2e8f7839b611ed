"""What types cannot check: names that lead nowhere, queries that cannot be read, things defined twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from crawler.config.mail_addresses import is_address
from crawler.config.parties_settings import PartiesSettings
from crawler.config.section_rules import no_address, section_problems, unknown_name
from crawler.config.settings import RelevanceSettings, term_set
from crawler.config.term_rules import term_problems
from crawler.judging.judge import all_sets
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.queries.foreign_words import set_meant
from crawler.judging.queries.query import QueryError, parse, term_sets_of
from crawler.judging.territories import is_country, territory_meant
from crawler.judging.text.terms import REFERENCE, UnknownTermSetError, expand
from crawler.model import TermSet
from crawler.runtime.near import did_you_mean

Key = tuple[str | int, ...]
Found = Iterator[tuple[Key, str]]


def rule_problems(data: Mapping[str, Any]) -> Found:
    """Problems of meaning. They are found on the raw data, so that they are reported together with those of form."""
    terms = {n: term_set(n, _lists(s)) for n, s in _mapping(data.get("terms")).items()}
    queries = (str(_mapping(t).get("query")) for t in _mapping(data.get("topics")).values())
    relevance = (f"${name}" for name in _mapping(data.get("relevance")).values())
    sets = all_sets(terms, _parties(data.get("parties")), [*queries, *relevance])
    yield from term_problems(data.get("terms"))
    yield from _term_problems(terms, sets)
    yield from _query_problems(_mapping(data.get("topics")), sets)
    if not terms:
        # Each default would be missing, one by one.
        yield ("terms",), "is missing: nothing says what news is relevant"
    else:
        yield from _relevance_problems(_mapping(data.get("relevance")), sets)
    yield from _twice(data, "sources")
    yield from _twice(data, "subscriptions")
    yield from _subscription_problems(data)
    yield from _source_problems(data)
    yield from _work_problems(data)
    if _mapping(data.get("crawl")).get("websub") is True and not _mapping(data.get("delivery")).get(
        "public_url"
    ):
        yield (
            ("crawl", "websub"),
            "hubs must be able to call the web pages: delivery.public_url is missing, such as https://news.example.org",
        )
    yield from _operations_problems(data)
    yield from section_problems(data)
    yield from _sign_in_problems(data)


def _operations_problems(data: Mapping[str, Any]) -> Found:
    # Raw data may hold anything: what has the wrong type is passed over here, and told by its type.
    given = _mapping(data.get("operations"))
    channel = given.get("channel")
    known = {"email", *_mapping(_mapping(data.get("delivery")).get("channels"))}
    if isinstance(channel, str) and channel not in known:
        yield ("operations", "channel"), unknown_name("channel", channel, known)
    if channel == "email" and not given.get("to"):
        yield ("operations", "to"), "is missing: mail needs an address"


def _work_problems(data: Mapping[str, Any]) -> Found:
    if _mapping(data.get("work")).get("engine") != "procrastinate":
        return
    if not str(_mapping(data.get("storage")).get("url")).startswith("postgresql"):
        yield ("work", "engine"), "procrastinate needs PostgreSQL: storage.url must be postgresql+psycopg://…"
    # Without one each machine would make a key file of its
    # own, and a link signed by one fail at the others.
    if not _mapping(data.get("delivery")).get("secret"):
        yield (
            ("work", "engine"),
            "machines must share what signs links: delivery.secret is missing; allowed: ${NAME}",
        )


def _sign_in_problems(data: Mapping[str, Any]) -> Found:
    given = _mapping(_mapping(data.get("web")).get("sign_in"))
    if not given:
        return
    at = ("web", "sign_in")
    if not _mapping(data.get("delivery")).get("public_url"):
        yield (
            at,
            "the provider sends people back to delivery.public_url, which is missing; allowed: https://watch.example.org",
        )
    issuer = given.get("issuer")
    # Without TLS anybody on the way could sign in as anybody (OpenID Connect Discovery 1.0, 7.1).
    if isinstance(issuer, str) and issuer.startswith("http:") and not given.get("allow_private"):
        yield (*at, "issuer"), "has no TLS; allowed: https://…, or a host that sign_in.allow_private names"
    if isinstance(issuer, str) and "/.well-known/" in issuer:
        start = issuer.partition("/.well-known/")[0]
        yield (
            (*at, "issuer"),
            f"is where the provider describes itself; allowed: what stands before it, {start}",
        )
    if isinstance(issuer, str) and ("?" in issuer or "#" in issuer):
        yield (
            (*at, "issuer"),
            "has a query or a fragment; allowed: the address alone, as the provider writes it",
        )
    scopes = given.get("scopes", ["openid"])
    if isinstance(scopes, list) and "openid" not in scopes:
        yield (*at, "scopes"), "openid is missing: without it the provider does not say who signs in"
    roles = _mapping(given.get("roles"))
    if "roles" in given and not any(roles.values()):
        yield (
            (*at, "roles"),
            "nobody would be let in; allowed: such as {operator: [watch-operators], reader: [staff]}",
        )
    elif roles and not roles.get("operator") and given.get("local") is False:
        yield (*at, "roles"), "nobody could change anything: local is false, and no value makes an operator"


def _parties(value: Any) -> Parties:
    """The parties of raw data; those of the shipped desk where they are wrong, which their form tells."""
    try:
        return PartiesSettings.model_validate({} if value is None else value).sides
    except ValidationError:
        return CHINA_ASEAN


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _lists(value: Any) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(map(str, s)) for lang, s in _mapping(value).items() if isinstance(s, list)}


_OF_COUNTRIES = ("country", "places", "people", "demonyms")
_OF_PARTIES = ("ours", "theirs", "both", "elsewhere", "joint_names")
"""Built-in sets that are left out where nothing names them (`all_sets`)."""


def _unknown_set(name: str, sets: Mapping[str, TermSet]) -> str:
    said = f"unknown term set ${name}"
    kind, _, code = name.partition("_")
    if kind not in _OF_COUNTRIES or not code:
        own = [n for n in (*sets, *_OF_PARTIES) if n.partition("_")[0] not in _OF_COUNTRIES]
        return f"{said}{did_you_mean(name, own, '$') or '; add it under terms, or write a set that is there'}"
    meant = set_meant(name)
    if meant in sets and meant != name:
        return f"{said} (did you mean ${meant}?); write two capital letters behind ${kind}_"
    country = territory_meant(code.replace("_", " ")) or (code.upper() if is_country(code.upper()) else None)
    if country is None:
        return f"{said}: {code} is no country; write the two capital letters of one, such as ${kind}_LA"
    if f"country_{country}" not in sets:
        return f"{said}: {country} is no country with a set; write $ours or $theirs, or the sets of its countries with commas between"
    if kind == "demonyms":
        return f"{said}; write $country_{country}, which has the names of its people too"
    return (
        f"{said}: {country} is no party here, so that its {kind} are not read; write $country_{country} for its names,"
        " or list the words in a set of your own"
    )


def _term_problems(terms: Mapping[str, TermSet], sets: Mapping[str, TermSet]) -> Found:
    for name, own in terms.items():
        for lang, spellings in own.spellings.items():
            for i, spelling in enumerate(spellings):
                reference = REFERENCE.match(spelling)
                # Behind $ a number is an amount: "$100 million".
                is_amount = spelling[1:].lstrip()[:1].isdecimal()
                if spelling.startswith("$") and not is_amount and (not reference or reference[1] not in sets):
                    yield ("terms", name, lang, i), _unknown_set(spelling[1:], sets)
        try:
            expand(sets, name)
        except UnknownTermSetError as error:
            if error.args[0] in sets:
                yield ("terms", name), f"${name} contains itself; leave out the $ that leads back to it"


def _query_problems(topics: Mapping[str, Any], sets: Mapping[str, TermSet]) -> Found:
    for name, topic in topics.items():
        query = _mapping(topic).get("query")
        if not isinstance(query, str):
            continue
        try:
            node = parse(query)
        except QueryError as error:
            yield ("topics", name, "query"), str(error)
            continue
        for used in term_sets_of(node):
            if used not in sets:
                yield ("topics", name, "query"), _unknown_set(used, sets)


def _relevance_problems(given: Mapping[str, Any], sets: Mapping[str, TermSet]) -> Found:
    for key, value in (RelevanceSettings().model_dump() | dict(given)).items():
        # All other keys name term sets.
        if key == "threshold":
            continue
        names = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else ()
        for name in names:
            if isinstance(name, str) and name not in sets:
                default = "" if key in given else ", this key's default"
                yield ("relevance", key), _unknown_set(name, sets) + default
    for name in ("base", "launch", "established"):
        if name not in sets:
            yield (
                ("terms",),
                f"the term set {name} is missing; new bases are recognised by it: add {name} to `terms`",
            )


def _named(data: Mapping[str, Any], section: str) -> list[dict[str, Any]]:
    items = data.get(section)
    return [_mapping(i) for i in items] if isinstance(items, list) else []


def _twice(data: Mapping[str, Any], section: str) -> Found:
    seen: set[str] = set()
    for i, item in enumerate(_named(data, section)):
        name = str(item.get("name"))
        if "name" in item and name in seen:
            yield (section, i, "name"), f"the name {name} is used twice; write another one"
        seen.add(name)


def _subscription_problems(data: Mapping[str, Any]) -> Found:
    topics = _mapping(data.get("topics"))
    sources = {str(s.get("name")) for s in _named(data, "sources")}
    channels = {"email", *_mapping(_mapping(data.get("delivery")).get("channels"))}
    for i, item in enumerate(_named(data, "subscriptions")):
        for key, known, what in (
            ("topics", set(topics), "topic"),
            ("except_topics", set(topics), "topic"),
            ("sources", sources, "source"),
        ):
            for j, name in enumerate(item.get(key) or () if isinstance(item.get(key), list) else ()):
                if isinstance(name, str) and name not in known:
                    yield ("subscriptions", i, key, j), unknown_name(what, name, known)
        channel = item.get("channel", "email")
        if isinstance(channel, str) and channel not in channels:
            yield ("subscriptions", i, "channel"), unknown_name("channel", channel, channels)
        if channel == "email" and not item.get("to"):
            yield ("subscriptions", i, "to"), "is missing; an email subscription needs at least one address"
        for j, address in enumerate(item.get("to") or () if isinstance(item.get("to"), list) else ()):
            if channel == "email" and not is_address(str(address)):
                yield (
                    ("subscriptions", i, "to", j),
                    no_address(str(address), "desk@your.domain"),
                )


def _source_problems(data: Mapping[str, Any]) -> Found:
    for i, source in enumerate(_named(data, "sources")):
        kind = source.get("kind", "feed")
        url = str(source.get("url", ""))
        if kind == "listing" and not _mapping(source.get("select")).get("item"):
            yield (
                ("sources", i, "select"),
                "is missing; a listing needs select.item and select.link: write such as select: {item: li, link: a}",
            )
        if kind == "search" and "{query}" in url and not source.get("query"):
            yield ("sources", i, "query"), "is missing; the address of a search has a place for {query}"
