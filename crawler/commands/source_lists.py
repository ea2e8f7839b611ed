"""``sources validate`` and ``add``, and what ``import`` reads: lists of sources that everybody can add to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    counted,
    err,
    out,
    print_json,
)
from crawler.commands.probing import with_fetcher
from crawler.config import load
from crawler.config.adding import add_sources
from crawler.config.loading import find_config
from crawler.config.settings import Settings, Source
from crawler.model import AseanwatchError
from crawler.parsing.feed_addresses import feed_key
from crawler.runtime.clock import now
from crawler.runtime.public_addresses import AllowedHosts
from crawler.sources.catalogue import ListedSource, packaged_lists, packaged_sources, read_list


def validate_lists(
    files: Annotated[list[Path], typer.Argument(help="Lists of sources (YAML).", metavar="FILE…")],
    network: Annotated[bool, typer.Option("--network", help="Also ask each source once.")] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Check lists of sources that are to be for everybody: each mistake with its line; with --network also whether they answer."""
    moment = now()
    # The files know of each other, and of what is packaged: no source should be there twice.
    elsewhere = [
        (s.name, s.url, place)
        for place, listed in packaged_lists().items()
        if not any(_is_packaged(file, place) for file in files)
        for s in listed
    ]
    found: list[tuple[Path, ListedSource]] = []
    results: list[dict[str, Any]] = []
    settings = load(config) if network else None
    # Whoever asks each source may ask those of their own network.
    hosts = AllowedHosts(settings.crawl.allow_private if settings is not None else ())
    for file in files:
        result: dict[str, Any] = {"file": str(file), "sources": 0, "problems": []}
        results.append(result)
        try:
            read = read_list(_content(file), str(file), moment.date(), elsewhere, hosts)
        except AseanwatchError as error:
            result["problems"] = str(error).splitlines()
            continue
        result["sources"] = len(read.sources)
        elsewhere += [(s.name, s.url, str(file)) for s in read.sources]
        found += [(file, s) for s in read.sources]
        if settings is not None and read.sources:
            result["problems"] = _asked(settings, str(file), read.sources, read.lines)
    if json:
        print_json(results)
    else:
        for result in results:
            for line in result["problems"]:
                err.print(line, markup=False, soft_wrap=True)
            if not result["problems"]:
                said = "is right" + (", and all of it answers" if network else "")
                out.print(
                    f"{result['file']} {said}: {counted(result['sources'], 'source', 'sources')}",
                    markup=False,
                )
    if any(result["problems"] for result in results):
        raise typer.Exit(FAILURES)


def _is_packaged(file: Path, place: str) -> bool:
    return file.name == place and file.absolute().parent.name == "sources"


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise AseanwatchError(f"{file}: {error.strerror}") from None


def _asked(settings: Settings, shown: str, listed: Sequence[ListedSource], lines: Sequence[int]) -> list[str]:
    """What is wrong with the answers of sources, in lines."""
    from crawler.sources.probe import probe  # noqa: PLC0415 - readers of pages, which most commands do without

    async def all_of(fetcher: Any, readers: Any) -> list[dict[str, Any]]:
        return list(await asyncio.gather(*(probe(fetcher, readers, s.source(), now()) for s in listed)))

    problems = []
    for one, line, row in zip(listed, lines, with_fetcher(settings, all_of), strict=True):
        at = f"{shown}:{line}: {one.name}"
        if row["problem"]:
            problems.append(f"{at}: {row['problem']}")
        elif not row["entries"] and not row["children"]:
            problems.append(f"{at}: it answers, and lists nothing")
        elif row["moved"]:
            problems.append(f"{at}: it lives at {row['moved']} now; write that address")
        elif one.lang and row["lang"] and row["lang"][:2].lower() not in (one.lang, _OTHER.get(one.lang)):
            problems.append(f"{at}: lang is {one.lang}, and it says that it is in {row['lang']}")
    return problems


_OTHER = {"tl": "fi", "id": "in"}
"""Codes that feeds also have for a language: fil, and the former one of Indonesian."""


def add_listed(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of the packaged lists; without: shows them.")
    ] = None,
    country: Annotated[str | None, typer.Option("--country", help="Only those of this country.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="Only those in this language.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Add sources of the packaged lists to config.yaml; without names, show those that are not there yet."""
    settings = load(config)
    every = packaged_sources()
    country, lang = country and country.upper(), lang and lang.lower()
    _check_code("--country", country, {s.country for s in every})
    _check_code("--lang", lang, {s.lang for s in every if s.lang})
    new = _not_configured(every, settings.sources)
    if not names:
        shown = [s for s in new if country in (None, s.country) and lang in (None, s.lang)]
        if json:
            print_json([s.plain() | {"outlet": s.outlet, "known": s.known()} for s in shown])
            return
        for one in shown:
            words = f"{one.name}  {one.country} {one.lang or ''}  {one.outlet}: {one.url}  ({one.known()})"
            out.print(words, markup=False, soft_wrap=True)
        out.print(f"{counted(len(shown), 'source', 'sources')} of the packaged lists are not configured yet")
        return
    by_name = {s.name: s for s in every}
    if unknown := [n for n in names if n not in by_name]:
        raise typer.BadParameter(
            f"no packaged list has {', '.join(unknown)}; `aseanwatch sources add` shows them"
        )
    wanted = [s for s in new if s.name in names]
    add_sources(find_config(config), [s.plain() for s in wanted])
    there = len(set(names)) - len(wanted)
    left = f"; {there} {'was' if there == 1 else 'were'} there already" if there else ""
    err.print(
        f"{counted(len(wanted), 'source', 'sources')} added to {find_config(config)}{left}", markup=False
    )


def _check_code(option: str, code: str | None, listed: Iterable[str]) -> None:
    if code is not None and code not in (allowed := sorted(listed)):
        words = f"unknown code {code!r}; the packaged lists have: {', '.join(allowed)}"
        raise typer.BadParameter(words, param_hint=option)


def new_of_list(data: bytes, shown: str, settings: Settings) -> tuple[list[dict[str, Any]], int]:
    """The sources of a list that are not configured yet, as entries of config.yaml, and how many the list has.

    Raises:
        ConfigError: the list is wrong.
    """
    listed = read_list(data, shown, now().date()).sources
    new = _not_configured(listed, settings.sources)
    taken = {s.name for s in settings.sources}
    if clash := [s.name for s in new if s.name in taken]:
        raise AseanwatchError(f"{shown}: another source is named {clash[0]} already; rename it in the list")
    return [s.plain() for s in new], len(listed)


def is_list(data: bytes, file: Path) -> bool:
    """Whether a file is a list of sources in YAML rather than an OPML file."""
    # UTF-16 has a zero byte beside each letter.
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        return False
    return file.suffix.lower() in (".yaml", ".yml") or b"sources:" in data


def _not_configured(listed: Sequence[ListedSource], configured: Sequence[Source]) -> list[ListedSource]:
    have = {(feed_key(s.url), s.query) for s in configured}
    return [s for s in listed if (feed_key(s.url), s.query) not in have]
