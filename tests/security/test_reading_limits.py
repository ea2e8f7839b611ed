"""Everything from strangers is parsed within limits that hold, and blocks nothing else."""

from __future__ import annotations

import asyncio
import gzip
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config.settings import Source
from crawler.documents.kinds import Answer, read_whole, reader_of
from crawler.documents.process import Limits, ReaderProcess, UnreadableError
from crawler.documents.reader import MAX_KILLED, SMALL, ReaderPool, is_small
from crawler.model import AseanwatchError
from crawler.parsing.feeds import FeedError
from crawler.parsing.pages import PageError, read_page
from crawler.parsing.timestamps import from_text
from tests.conftest import run
from tests.faults.behaviours import answer
from tests.faults.server import FaultServer
from tests.newsroom.configuration import over_packaged
from tests.security import hostile

NOW = datetime(2025, 11, 28, 12, tzinfo=UTC)
WORST = dict(hostile.pages(430_000))
QUICK = Limits(seconds=0.7)
GOOD = hostile.HEAD.encode()
SOURCES = {
    "feed": Source.model_construct(name="a", url="https://a.example/", kind="feed"),
    "sitemap": Source.model_construct(name="a", url="https://a.example/", kind="sitemap"),
    "listing": Source.model_validate(
        {
            "name": "a",
            "url": "https://a.example/",
            "kind": "listing",
            "select": {"item": "div, p, li, article"},
        }
    ),
}


@pytest.fixture
def process() -> Iterator[ReaderProcess]:
    made = ReaderProcess(QUICK)
    yield made
    made.terminate()


def page(process: ReaderProcess, body: bytes) -> str:
    return process.call("page", read_page, body, url="https://a.example/1", seen=NOW).title


def test_a_page_of_forty_thousand_attributes_is_given_up_and_the_next_one_is_read(
    process: ReaderProcess,
) -> None:
    with pytest.raises(UnreadableError, match=r"longer than 0\.7 s") as caught:
        page(process, WORST["attributes of one element"])
    assert caught.value.kind == "too slow"
    assert page(process, GOOD) == "Port talks"


def test_a_document_that_needs_more_memory_than_it_may_is_given_up_and_the_process_stays(
    process: ReaderProcess,
) -> None:
    before = process.call("any", os.getpid)
    with pytest.raises(UnreadableError, match="1024 MB of memory") as caught:
        process.call("any", bytes, 2 << 30)
    assert caught.value.kind == "too large"
    assert process.call("any", os.getpid) == before


def test_a_service_that_has_grown_large_begins_no_new_process_for_each_document(
    process: ReaderProcess,
) -> None:
    large = bytearray(600 << 20)
    large[::4096] = b"x" * len(large[::4096])  # so that the memory is really there
    before = process.call("any", os.getpid)
    del large
    assert page(process, GOOD) == "Port talks"
    assert process.call("any", os.getpid) == before


def test_a_process_that_dies_takes_nobody_with_it(process: ReaderProcess) -> None:
    with pytest.raises(UnreadableError, match="the process that reads it ended"):
        process.call("any", os._exit, 3)
    assert page(process, GOOD) == "Port talks"


def test_a_process_for_lists_is_replaced_once_when_the_first_page_comes(process: ReaderProcess) -> None:
    for_lists = process.call("feed", os.getpid)
    assert process.call("sitemap", os.getpid) == for_lists
    assert page(process, GOOD) == "Port talks"
    for_all = process.call("page", os.getpid)
    assert for_all != for_lists
    assert [process.call(kind, os.getpid) for kind in ("feed", "page", "search")] == [for_all] * 3


def test_a_page_has_its_own_limit_however_its_reader_is_called() -> None:
    process = ReaderProcess(Limits(seconds=30.0, page_seconds=0.3))
    slow = partial(read_page, WORST["attributes of one element"], url="https://a.example/1")
    try:
        with pytest.raises(UnreadableError, match=r"longer than 0\.3 s"):
            process.call("page", slow, seen=NOW)
    finally:
        process.terminate()


def test_what_readers_say_of_a_document_comes_back_as_they_say_it(process: ReaderProcess) -> None:
    with pytest.raises(PageError, match="no readable article"):
        page(process, b"<html></html>")
    with pytest.raises(FeedError) as caught:
        process.call(
            "feed",
            read_whole,
            "feed",
            Answer("https://a.example/", b"<html>", "", NOW),
            SOURCES["feed"],
            1_000,
        )
    assert caught.value.kind == "not a feed"
    with pytest.raises(ZeroDivisionError):
        process.call("any", divmod, 1, 0)


def test_what_is_read_apart_is_what_is_read_at_once(process: ReaderProcess) -> None:
    items = "".join(
        f"<item><title>Port &amp;lt;b&amp;gt; {n}</title><link>https://a.example/{n}</link><description>&lt;p&gt;One&lt;/p&gt;"
        f"&lt;img src=x&gt; &amp;amp;lt;{n}</description><category>c</category></item>"
        "<item><title></title><link>https://a.example/x</link><description>&lt;img&gt;</description></item><item/>"
        for n in range(30)
    )
    told = Answer("https://a.example/", f"{hostile.RSS}{items}</channel></rss>".encode(), "", NOW)
    here, apart = (
        call("feed", read_whole, "feed", told, SOURCES["feed"], 1 << 20) for call in (_here, process.call)
    )
    plain = reader_of("feed")(told, SOURCES["feed"])
    assert here.entries_but(()) == apart.entries_but(()) == plain.entries_but(())
    assert (here.guids, here.listed_items(), here.oldest) == (
        plain.guids,
        plain.listed_items(),
        plain.oldest,
    )


def _here(_kind: str, call: Callable[..., Any], *args: Any) -> Any:
    return call(*args)


@pytest.mark.parametrize("is_small", [False, True], ids=["two processes", "one process"])
def test_one_bad_site_holds_up_no_other_and_is_left_alone_after_some(is_small: bool) -> None:
    bad = WORST["siblings"]

    async def go() -> tuple[list[object], str, str]:
        readers = ReaderPool(QUICK, is_small=is_small)
        arguments = {"url": "https://bad.example/1", "seen": NOW}
        held_up = [
            asyncio.ensure_future(
                readers.read("https://bad.example/1", "page", bad, read_page, bad, **arguments)
            )
            for _ in range(MAX_KILLED + 20)
        ]
        try:
            assert readers.reads_apart("https://bad.example/1", GOOD, "page") is is_small
            good = await readers.read(
                "https://good.example/", "page", GOOD, read_page, GOOD, url="https://g.example/1", seen=NOW
            )
            others_wait = sum(not one.done() for one in held_up)
            assert others_wait > 0, "the good site came before all of the bad one's were through"
            feed = await readers.read(
                "https://bad.example/feed", "feed", GOOD, str, "its feed is read all the same"
            )
            told = list(await asyncio.gather(*held_up, return_exceptions=True))
            # A page that cannot take long is read all the same.
            assert not readers.reads_apart("https://bad.example/1", GOOD, "page")
            assert readers.reads_apart("https://bad.example/1", bad, "page")
            return told, good.title, feed
        finally:
            readers.close()

    told, title, feed = asyncio.run(go())
    assert (title, feed) == ("Port talks", "its feed is read all the same")
    assert all(isinstance(one, UnreadableError) for one in told)
    assert sum("longer than" in str(one) for one in told) == MAX_KILLED
    assert sum("had to be given up within an hour" in str(one) for one in told) == 20


def test_ending_ends_also_what_is_being_read() -> None:
    async def go() -> list[object]:
        readers = ReaderPool(Limits(seconds=60, wall=60))
        await readers.read("https://a.example/", "page", b"", os.getpid)
        asked = [
            asyncio.ensure_future(readers.read(f"https://{n}.example/", "page", b"", time.sleep, 50))
            for n in range(4)
        ]
        await asyncio.sleep(0)
        readers.close()
        return list(await asyncio.gather(*asked, return_exceptions=True))

    assert all(isinstance(one, UnreadableError | asyncio.CancelledError) for one in asyncio.run(go()))


@given(st.sampled_from(sorted({*SMALL, "feed"})), st.integers(0, 70_000), st.integers(0, 5_000))
def test_small_is_what_has_few_bytes_and_few_tags(kind: str, size: int, tags: int) -> None:
    body = b"<" * tags + b"x" * size
    most, most_tags = SMALL.get(kind, (64_000, 4_000))
    assert is_small(body, kind) == (len(body) <= most and tags <= most_tags)
    assert is_small(gzip.compress(body), kind) == is_small(body, kind), (
        "what is compressed counts as what it holds"
    )


@pytest.mark.parametrize(
    "unit", ["1", " 1", "1, ", "Mon, ", "(", "1:", "1-", "Jan ", "a", "年1月", "0" * 9 + " "]
)
def test_a_text_of_a_million_characters_is_no_date(unit: str) -> None:
    assert from_text(unit * (1_000_000 // len(unit))) is None


def test_a_crawl_goes_on_beside_a_page_that_has_no_end(tmp_path: Path) -> None:
    def feed(port: int, name: str) -> bytes:
        link = f"http://127.0.0.1:{port}/{name}.html"
        words = f"<title>China and ASEAN open port number {name}</title><description>China and ASEAN agreed on it in Jakarta.</description>"
        return f"{hostile.RSS}<item>{words}<link>{link}</link></item></channel></rss>".encode()

    html = {"Content-Type": "text/html; charset=utf-8"}
    with FaultServer({}) as server:
        server.behaviours |= {
            "bad": answer(feed(server.port, "bad")), "bad.html": answer(WORST["attributes of one element"], html),
            "good": answer(feed(server.port, "good")), "good.html": answer(GOOD + b"</article>", html),
        }  # fmt: skip
        sources = [{"name": n, "url": server.address(n), "pages": "always"} for n in ("bad", "good")]
        own = {"sources": sources, "crawl": {"allow_private": ["127.0.0.1"]}, "subscriptions": []}
        (tmp_path / "config.yaml").write_text(over_packaged(**own), encoding="utf-8")
        done = run("crawl", "--json", cwd=tmp_path)
    texts = {a["source"]: a["text"] for a in done.json["articles"]}
    assert texts["bad"] == "China and ASEAN agreed on it in Jakarta.", "its feed's words have to do"
    assert "had been prepared for many months" in texts["good"]
    assert "bad.html: the page cannot be read: reading it takes longer than 2 s" in done.err
    assert "Traceback" not in done.err


def _all_small() -> Iterator[tuple[str, str, bytes]]:
    for kind, made in (
        ("page", hostile.pages),
        ("feed", hostile.feeds),
        ("sitemap", hostile.sitemaps),
        ("listing", hostile.pages),
    ):
        size, tags = SMALL.get(kind, (64_000, 4_000))
        for name, body in made(size):
            least = body.count(b"<") / max(1, len(body))
            fitting = max(200, int(min(size, tags / least if least else size)) - 1_500)
            yield kind, name, dict(made(fitting))[name]


@pytest.mark.long
def test_whatever_is_small_is_read_in_a_moment_wherever_it_is_read() -> None:
    process = ReaderProcess(Limits(seconds=3.0, wall=60.0))
    for kind, name, body in _all_small():
        if not is_small(body, kind):
            continue  # a few kinds are never small
        try:
            if kind == "page":
                process.call("page", read_page, body, url="https://a.example/1", seen=NOW)
            else:
                process.call(
                    kind,
                    read_whole,
                    kind,
                    Answer("https://a.example/", body, "", NOW),
                    SOURCES[kind],
                    1 << 24,
                )
        except UnreadableError as error:
            pytest.fail(f"{kind}, {name}: {error}")
        except (PageError, FeedError, AseanwatchError):
            pass
    process.terminate()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["page", "feed", "sitemap", "listing"])
def test_whatever_is_large_is_read_or_given_up_in_words(kind: str) -> None:
    process = ReaderProcess(Limits(seconds=1.0, wall=30.0))
    made = {
        "page": hostile.pages,
        "feed": hostile.feeds,
        "sitemap": hostile.sitemaps,
        "listing": hostile.pages,
    }[kind]
    for _, body in made(1_000_000):
        try:
            if kind == "page":
                process.call("page", read_page, body, url="https://a.example/1", seen=NOW)
            else:
                process.call(
                    kind,
                    read_whole,
                    kind,
                    Answer("https://a.example/", body, "", NOW),
                    SOURCES[kind],
                    1 << 24,
                )
        except (PageError, FeedError, UnreadableError) as error:
            assert str(error)
            assert len(str(error)) < 400
    assert page(process, GOOD) == "Port talks"
    process.terminate()
