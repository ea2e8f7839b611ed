"""Lists of sources that everybody can add to: each with its outlet, and the evidence that it is there. Packaged, or in a file.

``crawler/data/sources`` holds the packaged ones, a file for each country. The form is the same for files of others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field, ValidationError

from crawler.config.complaints import complaints
from crawler.config.plain import ConfigError, ConfigProblem, dotted
from crawler.config.references import Key
from crawler.config.section import Country, Lang, Name, Section, Url
from crawler.config.settings import Source
from crawler.config.source_settings import Select
from crawler.config.values import SourceKind, Zone
from crawler.config.yaml_values import read_plain
from crawler.judging.text.language import RECOGNISED
from crawler.parsing.feed_addresses import feed_key
from crawler.parsing.urls import host_of
from crawler.runtime.public_addresses import AllowedHosts
from crawler.runtime.redaction import without_credentials

NEVER = "never probed by us"
_PLACEHOLDERS = ("example", "example.com", "example.net", "example.org", "localhost", "invalid", "test")
_SHORTENED = (
    "bit.ly t.co tinyurl.com goo.gl ow.ly is.gd v.gd buff.ly bit.do cutt.ly rebrand.ly rb.gy shorturl.at tiny.cc lnkd.in fb.me dlvr.it"
    " trib.al ift.tt t.ly s.id t.cn url.cn dwz.cn suo.im u.nu adf.ly bl.ink soo.gd clck.ru vk.cc reurl.cc lihi.cc pse.is w.wiki wp.me"
    " shope.ee zpr.io qrco.de urlz.fr 0rz.tw ppt.cc j.mp youtu.be amzn.to nyti.ms bbc.in reut.rs on.ft.com cnn.it"
)
_SHORTENERS = frozenset(_SHORTENED.split())
"""Hosts of short links, which tell nothing of where they lead."""
_PUBLIC = AllowedHosts()


class SourceEvidence(Section):
    """How it is known that a source is there."""

    kind: Literal["alive", "listed", "publisher", "form"] = Field(
        description="alive: somebody's check got news from it on that day; listed: a public list has it; publisher: its own site"
        " names it; form: such addresses usually have this form, and nobody was seen to use it"
    )
    by: str = Field(min_length=3, description="who checked or lists it, so that others can look there")
    on: date | None = Field(
        None, description="the day of that check, or of the list's edition; where it is known"
    )


class ListedSource(Section):
    """A source of a list, with what is known of it."""

    name: Name = Field(description="unique; what config.yaml will call it")
    url: Url = Field(description="where it is asked; {query} stands for a search's words")
    kind: SourceKind = Field("feed", description="feed, sitemap, listing or search")
    lang: Lang | None = Field(
        None, description="of its news: en, zh, id, ms, vi, th, tl, km, lo or my; none for others"
    )
    country: Country = Field(description="where it is at home: ISO code, or ASEAN")
    outlet: str = Field(min_length=2, description="who publishes it, as readers know it")
    timezone: Zone | None = Field(None, description="of its dates that name none")
    query: str | None = Field(None, description="what a search feed searches for")
    select: Select = Select()
    evidence: SourceEvidence
    probed: date | None = Field(
        None, description="when we last asked it ourselves and it answered; left out: never"
    )
    note: str | None = Field(None, description="what to know before it is used")

    def plain(self) -> dict[str, Any]:
        """As an entry of the sources of config.yaml."""
        keys = ("name", "url", "kind", "lang", "country", "timezone", "query")
        found = {key: value for key in keys if (value := getattr(self, key)) is not None}
        select = self.select.model_dump(exclude_none=True)
        return found | ({"select": select} if select else {})

    def source(self) -> Source:
        """As a source."""
        return Source.model_validate(self.plain())

    def known(self) -> str:
        """How it is known, in one line."""
        day = f" on {self.evidence.on}" if self.evidence.on else ""
        ours = f"answered us on {self.probed}" if self.probed else NEVER
        return f"{self.evidence.kind}{day} by {self.evidence.by}; {ours}"


class SourceList(Section):
    """A file with a list of sources."""

    sources: tuple[ListedSource, ...] = Field(description="the sources")


@dataclass(frozen=True, slots=True)
class ReadList:
    """The sources of a file, and in it the line of each."""

    sources: tuple[ListedSource, ...]
    lines: tuple[int, ...]


def read_list(
    data: bytes,
    shown: str,
    today: date,
    others: Iterable[tuple[str, str, str]] = (),
    hosts: AllowedHosts = _PUBLIC,
) -> ReadList:
    """The sources of a file.

    Args:
        data: the file.
        shown: what it is called in complaints.
        today: no evidence is younger.
        others: sources elsewhere, as (name, address, where): a file must not repeat them.
        hosts: which hosts may stand in it.

    Raises:
        ConfigError: with everything that is wrong at once, each with its line.
    """
    plain = read_plain(data, shown)
    problems = list(plain.problems)

    def place(key: Key, message: str) -> None:
        known = next((key[:n] for n in range(len(key), -1, -1) if key[:n] in plain.lines), ())
        problems.append(ConfigProblem(plain.lines.get(known, 1), dotted(key), message))

    listed = None
    values = plain.values if isinstance(plain.values, dict) else {}
    try:
        listed = SourceList.model_validate(values)
    except ValidationError as error:
        for key, message in complaints(error, model=SourceList):
            place(key, message)
    entries = values.get("sources")
    if entries == [] or (entries is None and "sources" in values):
        place(("sources",), "holds no source; write at least one below it, such as - {name: outlet, url: …}")
    for key, message in _rules(entries if isinstance(entries, list) else [], today, others, hosts):
        place(key, message)
    if problems or listed is None:
        raise ConfigError(shown, problems)
    lines = tuple(plain.lines.get(("sources", i), 1) for i in range(len(listed.sources)))
    return ReadList(listed.sources, lines)


def _rules(
    entries: Sequence[Any], today: date, others: Iterable[tuple[str, str, str]], hosts: AllowedHosts
) -> Iterator[tuple[Key, str]]:
    """What types cannot check, found on the raw values so that all is told at once."""
    names: dict[str, str] = {}
    keys: dict[str, str] = {}
    for name, url, where in others:
        names.setdefault(name, where)
        keys.setdefault(feed_key(url), f"{name} of {where}")
    for i, entry in enumerate(entries):
        if not isinstance(entry, dict):
            continue
        at: Key = ("sources", i)
        name, url, lang = (str(entry.get(k) or "") for k in ("name", "url", "lang"))
        if name and name in names:
            yield (*at, "name"), f"the name {name} is taken by {names[name]}; choose another one"
        names.setdefault(name, "another source of this file")
        if url:
            yield from _address_problems((*at, "url"), url, keys, hosts)
            keys.setdefault(_key_of(entry), f"{name or 'another source'} of this file")
        if lang and len(lang) == 2 and lang not in RECOGNISED:
            allowed = ", ".join(sorted(RECOGNISED))
            yield (
                (*at, "lang"),
                f"{lang} is not among the languages that are recognised; allowed: {allowed}, or leave the key out",
            )
        yield from _kind_problems(at, entry)
        yield from _evidence_problems(at, entry, today)


def _key_of(entry: Mapping[str, Any]) -> str:
    """What is asked: the same search with other words is another source."""
    url, query = str(entry.get("url") or ""), entry.get("query")
    return feed_key(url) + (f" {query}" if query else "")


def _address_problems(
    key: Key, url: str, keys: Mapping[str, str], hosts: AllowedHosts
) -> Iterator[tuple[Key, str]]:
    host = host_of(url)
    if without_credentials(url) != url:
        yield key, "the address holds a password or a key; a list for everybody needs one without"
    if _is_or_below(host, _PLACEHOLDERS):
        yield key, f"{host} is a placeholder; allowed: the address of the outlet"
    elif _is_or_below(host, _SHORTENERS):
        yield (
            key,
            f"{host} leads elsewhere, and may lead to another place tomorrow; write the address that it leads to",
        )
    elif host and (not hosts.host_allowed(host) or hosts.is_inner_name(host)):
        yield (
            key,
            f"{host} is no host of the public internet; a list for everybody needs the address of the outlet",
        )
    if "{query}" not in url and (taken := keys.get(feed_key(url))) is not None:
        yield key, f"is the same address as that of {taken} (http, www and a slash at the end make no other)"


def _is_or_below(host: str, names: Iterable[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _kind_problems(at: Key, entry: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    kind = entry.get("kind", "feed")
    select = entry.get("select")
    if kind == "listing" and not (isinstance(select, dict) and select.get("item")):
        yield (
            (*at, "select"),
            "is missing; a listing needs select.item and select.link, such as {item: article, link: a@href}",
        )
    if kind == "search" and "{query}" in str(entry.get("url")) and not entry.get("query"):
        yield (*at, "query"), "is missing; the address of a search has a place for {query}"


def _evidence_problems(at: Key, entry: Mapping[str, Any], today: date) -> Iterator[tuple[Key, str]]:
    evidence = entry.get("evidence")
    days = {(*at, "probed"): entry.get("probed")}
    if isinstance(evidence, dict):
        days[(*at, "evidence", "on")] = evidence.get("on")
        if evidence.get("kind") == "alive" and not evidence.get("on"):
            yield (*at, "evidence", "on"), "is missing; that it was alive needs the day, such as 2025-11-30"
    for key, day in days.items():
        try:
            moment = day if isinstance(day, date) else date.fromisoformat(str(day)) if day else None
        except ValueError:
            continue  # told by its type
        if moment is not None and moment > today:
            yield key, f"{moment} lies ahead; allowed: a day until {today}"


@cache
def packaged_lists() -> Mapping[str, tuple[ListedSource, ...]]:
    """The packaged lists by the names of their files, one for each country."""
    folder = files("crawler").joinpath("data", "sources")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".yaml"))
    # By a clock that is wrong the evidence may lie ahead; that makes it no worse.
    return {n: read_list(folder.joinpath(n).read_bytes(), n, date.max).sources for n in names}


def packaged_sources() -> tuple[ListedSource, ...]:
    """The sources of the packaged lists, by country."""
    return tuple(s for listed in packaged_lists().values() for s in listed)


def listed_by_key() -> dict[str, ListedSource]:
    """The packaged sources by what is asked."""
    return {_key_of(s.plain()): s for s in packaged_sources()}


def listed_of(source: Source, by_key: Mapping[str, ListedSource]) -> ListedSource | None:
    """What the packaged lists say of a source; None where they do not have it."""
    key = _key_of({"url": source.url, "query": source.query})
    # Whoever changes the words of a search has the same source.
    return by_key.get(key) or next((s for s in by_key.values() if source.query and s.url == source.url), None)


def replacements(
    source: Source, configured: Collection[Source], *, most: int = 3
) -> tuple[ListedSource, ...]:
    """Packaged sources of the same country and language that are not configured yet, the best known first.

    Args:
        source: the one to be replaced.
        configured: all that are there.
        most: so many at most.
    """
    have = {_key_of({"url": s.url, "query": s.query}) for s in configured}
    order = ("alive", "publisher", "listed", "form")
    found = [
        s
        for s in packaged_sources()
        if s.country == source.country and s.lang == source.lang and _key_of(s.plain()) not in have
    ]
    found.sort(
        key=lambda s: (
            order.index(s.evidence.kind),
            s.kind == "listing",
            -(s.evidence.on or date.min).toordinal(),
            s.name,
        )
    )
    return tuple(found[:most])
