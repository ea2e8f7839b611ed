"""Our own corpus of faulty feeds read by us and by other parsers: ``python -m benchmarks.feed_forms [--show]``.

Each feed of `benchmarks.feed_corpus` is wrong if any of its values is not the right one; others are held only against titles,
addresses and dates, in the cases that a general parser can be expected to read. Exit status 1 if we have one wrong.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import fastfeedparser
import feedparser

from benchmarks.feed_corpus import FEED, SEEN, Case, Wanted, cases
from crawler.parsing.feeds import FeedError, read_feed
from crawler.parsing.sitemaps import read_sitemap
from crawler.parsing.text import plain
from crawler.parsing.timestamps import from_text

_ROUNDS = 5


class Read(NamedTuple):
    """What a parser made of an item."""

    title: str
    url: str
    published: datetime | None
    author: str | None = None
    summary: str | None = None
    enclosures: tuple[str, ...] = ()


def ours(case: Case) -> tuple[list[Read], Sequence[str]]:
    """What we read: the entries, and the sitemaps that are asked with each poll."""
    read = {"url": FEED, "source": "o", "seen": SEEN, "content_type": case.content_type}
    if case.kind == "sitemap":
        found = read_sitemap(case.body, **read)
        entries, children = found.entries, found.children
    else:
        entries, children = read_feed(case.body, **read).entries, ()
    made = [
        Read(e.title, e.url, e.published, e.author, e.summary, tuple(f[0] for f in e.enclosures))
        for e in entries
    ]
    return made, children


def with_feedparser(case: Case) -> tuple[list[Read], Sequence[str]]:
    """What feedparser reads, as its documentation has it called."""
    parsed = feedparser.parse(
        case.body, response_headers={"content-type": case.content_type, "content-location": FEED}
    )
    return [_read(e, e.get("published_parsed") or e.get("updated_parsed")) for e in parsed.entries], ()


def with_fastfeedparser(case: Case) -> tuple[list[Read], Sequence[str]]:
    """What fastfeedparser reads."""
    parsed = fastfeedparser.parse(case.body)
    return [_read(e, from_text(e.get("published"))) for e in parsed.entries], ()


def _read(entry: Any, when: Any) -> Read:
    moment = when if isinstance(when, datetime) or when is None else datetime(*when[:6], tzinfo=UTC)
    return Read(plain(entry.get("title") or ""), entry.get("link") or "", moment)


def wrong(case: Case, found: Sequence[Read], children: Sequence[str], *, everything: bool) -> str | None:
    """What is wrong with what was read, None where nothing is."""
    if case.child is not None:
        return None if case.child in children else f"{case.child} is not asked"
    if len(found) != len(case.wanted):
        return f"{len(found)} items instead of {len(case.wanted)}"
    for item, right in zip(found, case.wanted, strict=True):
        problem = _difference(item, right, everything=everything)
        if problem is not None:
            return problem
    if everything and len({e.url for e in found}) < len(found):
        return "items share an address"
    return None


def _difference(item: Read, right: Wanted, *, everything: bool) -> str | None:
    pairs: list[tuple[str, Any, Any]] = [
        ("title", item.title, right.title),
        ("url", item.url, right.url),
        ("published", item.published, right.published),
    ]
    if everything:
        pairs += [("author", item.author, right.author), ("summary", item.summary, right.summary)]
    for name, value, wanted in pairs:
        if wanted is not None and value != wanted:
            return f"{name} is {value!r} instead of {wanted!r}"
    if everything and right.enclosure is not None and item.enclosures != (right.enclosure,):
        return f"enclosures are {item.enclosures!r}"
    return None


Parser = Callable[[Case], tuple[list[Read], Sequence[str]]]
PEERS: dict[str, Parser] = {"feedparser": with_feedparser, "fastfeedparser": with_fastfeedparser}


def problems(parser: Parser, corpus: Sequence[Case], *, everything: bool) -> dict[str, str]:
    """What a parser reads wrong, by case."""
    found = {}
    for case in corpus:
        try:
            problem = wrong(case, *parser(case), everything=everything)
        except FeedError as error:
            problem = str(error)
        except Exception as error:  # a peer may fail in any way
            problem = f"{type(error).__name__}: {error}"
        if problem is not None:
            found[case.name] = problem
    return found


def _milliseconds(parser: Parser, corpus: Sequence[Case]) -> float:
    rounds = []
    for _ in range(_ROUNDS):
        begun = perf_counter()
        for case in corpus:
            with suppress(Exception):
                parser(case)
        rounds.append(perf_counter() - begun)
    return 1000 * median(rounds) / len(corpus)


def main() -> int:
    """Read the corpus with all parsers, print a table, and what we read wrong."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--show", action="store_true", help="also show what the others read wrong, by fault"
    )
    show = arguments.parse_args().show
    logging.disable(logging.WARNING)
    corpus = cases()
    own = problems(ours, corpus, everything=True)
    readable = [c for c in corpus if c.peers]
    print(f"{'':<16}{'feeds':>7}{'wrong':>7}{'ms a feed':>11}")
    print(f"{'aseanwatch':<16}{len(corpus):>7}{len(own):>7}{_milliseconds(ours, readable):>11.2f}")
    for name, parser in PEERS.items():
        others = problems(parser, readable, everything=False)
        print(f"{name:<16}{len(readable):>7}{len(others):>7}{_milliseconds(parser, readable):>11.2f}")
        if show:
            faults = Counter(case.rpartition(" ")[0] for case in others)
            print("\n".join(f"    {count:>3} {fault}" for fault, count in faults.most_common()))
    for name, problem in own.items():
        print(f"wrong: {name}: {problem}")
    return 1 if own else 0


if __name__ == "__main__":
    sys.exit(main())
