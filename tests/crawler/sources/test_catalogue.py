"""Lists of sources: the packaged ones are right and cover every country and language; mistakes in others have their line."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.config.loading import ConfigError
from crawler.config.settings import Source
from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.text.language import LANGUAGES
from crawler.sources.catalogue import (
    NEVER,
    listed_by_key,
    listed_of,
    packaged_lists,
    packaged_sources,
    read_list,
    replacements,
)
from crawler.sources.form import COUNTRIES, EACH_LANGUAGE, same_feeds, shortages
from tests.builders import shipped

TODAY = date(2026, 12, 1)
RIGHT = """\
sources:
  - name: outlet
    url: https://outlet.la/feed
    lang: lo
    country: LA
    outlet: The Outlet
    evidence: {kind: publisher, by: its own page of feeds}
"""


def problems(text: str, *others: tuple[str, str, str]) -> list[tuple[int, str, str]]:
    try:
        read_list(text.encode(), "own.yaml", TODAY, others)
    except ConfigError as error:
        return [(p.line, p.key, p.message) for p in error.problems]
    return []


def test_no_shipped_source_is_there_twice_and_none_is_too_few() -> None:
    assert same_feeds(shipped().sources) == []
    assert shortages(shipped().sources) == []
    assert set(COUNTRIES) >= CHINA_ASEAN.theirs.countries | {"CN"}
    assert EACH_LANGUAGE == 3


def test_every_shipped_source_has_evidence_in_the_packaged_lists() -> None:
    by_key = listed_by_key()
    known = {s.name: listed_of(s, by_key) for s in shipped().sources}
    assert [name for name, listed in known.items() if listed is None] == []
    differing = [
        s.name
        for s in shipped().sources
        if (listed := known[s.name]) and (s.lang, s.country, s.kind) != (listed.lang, listed.country, listed.kind)
    ]  # fmt: skip
    assert differing == []


def test_no_packaged_source_is_there_twice_in_whatever_file() -> None:
    sources = packaged_sources()
    assert len({s.name for s in sources}) == len(sources)
    assert same_feeds(s.source() for s in sources) == []
    assert {f"{s.country.lower()}.yaml" for s in sources} == set(packaged_lists())


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://bit.ly/3xyz", "write the address that it leads to"),
        ("https://t.co/abc", "write the address that it leads to"),
        ("http://127.0.0.1/rss", "is no host of the public internet"),
        ("http://[::1]/rss", "is no host of the public internet"),
        ("http://10.0.0.7/rss", "is no host of the public internet"),
        ("http://intranet/rss", "is no host of the public internet"),
        ("http://news.corp/rss", "is no host of the public internet"),
    ],
)
def test_an_address_that_says_nothing_to_others_is_refused(url: str, said: str) -> None:
    found = problems(RIGHT.replace("https://outlet.la/feed", f'"{url}"'))
    assert [(line, key) for line, key, _ in found] == [(3, "sources[0].url")]
    assert said in found[0][2]


@pytest.mark.parametrize("text", ["sources: []\n", "sources:\n"])
def test_a_list_without_a_source_is_refused(text: str) -> None:
    assert any("holds no source" in message for _, _, message in problems(text))


def test_what_was_never_probed_says_so() -> None:
    assert all(NEVER in s.known() for s in packaged_sources() if s.probed is None)
    assert all(s.evidence.on for s in packaged_sources() if s.evidence.kind == "alive")


def test_a_right_list_is_read_with_the_line_of_each_source() -> None:
    read = read_list((RIGHT + RIGHT.partition("\n")[2].replace("outlet.la", "other.la").replace("name: outlet", "name: other")).encode(), "own.yaml", TODAY)  # fmt: skip
    assert [s.name for s in read.sources] == ["outlet", "other"]
    assert read.lines == (2, 8)
    assert read.sources[0].plain() == {
        "name": "outlet",
        "url": "https://outlet.la/feed",
        "kind": "feed",
        "lang": "lo",
        "country": "LA",
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ("name: outlet", "name: out let", 2, "name", "allowed: letters"),
        ("https://outlet.la/feed", "outlet.la/feed", 3, "url", "http:// or https://"),
        ("https://outlet.la/feed", "https://outlet.example/feed", 3, "url", "a placeholder"),
        ("https://outlet.la/feed", "https://example.org/feed", 3, "url", "a placeholder"),
        ("https://outlet.la/feed", "https://me:pw@outlet.la/feed", 3, "url", "a password or a key"),
        ("lang: lo", "lang: lao", 4, "lang", "two-letter language code"),
        ("lang: lo", "lang: zz", 4, "lang", "not among the languages"),
        ("lang: lo", "lang: no", 4, "lang", ""),
        ("country: LA", "country: la", 5, "country", "two-letter country code"),
        ("    country: LA\n", "", 2, "country", "is missing"),
        ("outlet: The", "outlt: The", 6, "outlt", "did you mean outlet?"),
        ("kind: publisher", "kind: known", 7, "evidence.kind", "alive, listed, publisher or form"),
        ("kind: publisher", "kind: alive", 7, "evidence.on", "needs the day"),
        ("kind: publisher", "kind: listed, on: 2026-12-02", 7, "evidence.on", "lies ahead"),
        ("kind: publisher", "kind: listed, on: yesterday", 7, "evidence.on", "date"),
        ("    evidence: {kind: publisher, by: its own page of feeds}\n", "", 2, "evidence", "is missing"),
        ("lang: lo", "lang: lo\n    kind: listing", 2, "select", "needs select.item"),
        ("url: https://outlet.la/feed", 'kind: search\n    url: "https://s.la/?q={query}"', 2, "query", "is missing"),
        ("url: https://outlet.la/feed", "url: https://outlet.la/feed\n    url: https://b.la/", 4, "url", "twice"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line(old: str, new: str, line: int, key: str, words: str) -> None:
    assert old in RIGHT
    found = problems(RIGHT.replace(old, new))
    assert [(n, k) for n, k, _ in found if k == f"sources[0].{key}"] == [(line, f"sources[0].{key}")], found
    assert any(words in message for _, _, message in found)


@pytest.mark.parametrize(
    "text", ["", "sources: 7", "- a", "sources: [1, null]", "{", "\tx", "sources:\n- {}"]
)
def test_what_is_no_list_is_told_and_never_read(text: str) -> None:
    assert problems(text)


def test_a_source_that_is_elsewhere_already_is_told_with_the_place() -> None:
    assert "laotian-times of la.yaml" in str(problems(RIGHT, ("laotian-times", "http://www.outlet.la/feed/", "la.yaml")))  # fmt: skip
    assert "taken by la.yaml" in str(problems(RIGHT, ("outlet", "https://b.la/feed", "la.yaml")))


def test_replacements_are_of_the_same_country_and_language_and_not_configured_yet() -> None:
    sources = shipped().sources
    dead = next(s for s in sources if s.name == "rfa-burmese")
    found = replacements(dead, sources, most=9)
    assert found
    assert {(s.country, s.lang) for s in found} == {("MM", "my")}
    assert not {s.name for s in found} & {s.name for s in sources}
    assert [s.name for s in replacements(dead, [*sources, found[0].source()], most=9)] == [
        s.name for s in found[1:]
    ]


def test_a_second_address_of_a_feed_is_found_in_any_configuration() -> None:
    one = Source(name="one", url="http://www.outlet.la/rss")
    two = Source(name="two", url="https://outlet.la/rss/", enabled=False)
    search = Source(name="s", kind="search", url="https://s.la/?q={query}", query="a")
    other = search.model_copy(update={"name": "s2", "query": "b"})
    assert [s.names for s in same_feeds([one, search, other, two])] == [("one", "two")]


def test_a_paused_source_covers_nothing() -> None:
    few = shortages([Source(name=f"s{n}", url=f"https://o{n}.la/", country="LA", lang="lo", enabled=n > 0) for n in range(4)])  # fmt: skip
    counts = {s.name: s.found for s in few}
    assert counts["LA"] == 3
    assert "lo" not in counts
    assert set(LANGUAGES) - {"lo"} <= set(counts)
