"""OPML as people hand it on: what can be read is read, and what is lost is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import AseanwatchError
from crawler.sources.opml import read_opml

A, B = "https://a.example/rss", "https://b.example/rss"


def opml(*outlines: str) -> bytes:
    return f'<opml version="2.0"><body>{"".join(outlines)}</body></opml>'.encode()


@pytest.mark.parametrize(
    ("data", "urls"),
    [
        (
            opml(f'<outline text="The "Best" News" xmlUrl="{A}"/>', f'<outline text="B" xmlUrl="{B}"/>'),
            [A, B],
        ),
        (opml(f"<outline text='It's here' xmlUrl='{A}'/>", f"<outline text='B' xmlUrl='{B}'/>"), [A, B]),
        (opml(f'<outline text="R&D; news" xmlUrl="{A}?a=1&b=2"/>'), [f"{A}?a=1&b=2"]),
        (opml(f'<outline text="A < B" xmlUrl="{A}"/>'), [A]),
        (opml(f'<outline text="A &nbsp; B" xmlUrl="{A}"/>'), [A]),
        (opml('<outline text="A" xmlUrl="a.example/rss"/>'), [A]),
        (opml('<outline text="A" xmlUrl="//a.example/rss"/>'), [A]),
        (opml('<outline text="A" xmlUrl="FEED:https://a.example/rss"/>'), [A]),
        (opml('<outline text="A" xmlUrl="a.example:8080/rss"/>'), ["https://a.example:8080/rss"]),
        (f'<OPML><BODY><OUTLINE TEXT="A" XMLURL="{A}"/></BODY></OPML>'.encode(), [A]),
        (f'<o:opml xmlns:o="u"><o:body><o:outline xmlUrl="{A}"/></o:body></o:opml>'.encode(), [A]),
        (
            f'<opml><body><o:outline text="A" xmlUrl="{A}"/><o:outline o:xmlUrl="{B}"/></body></opml>'.encode(),
            [A, B],
        ),
        (
            f'<o:opml><o:body><o:outline text="A" xmlUrl="{A}"/><o:outline text="B" xmlUrl="{B}"/></o:bo'.encode(),
            [A, B],
        ),
        (f'<opml><body><outline xmlUrl="{A}" fz:xmlUrl="{B}"/></body></opml>'.encode(), [A]),
        (f'<opml><body><outline type="rss" text="A" url="{A}"/></body></opml>'.encode(), [A]),
        (
            ("<opml><body>" + "".join(f'<o:outline xmlUrl="{A}/{n}"/>' for n in range(30))).encode(),
            [f"{A}/{n}" for n in range(30)],
        ),
        (f'<opml xmlns="u"><body><outline xmlUrl="{A}"/></body></opml>'.encode(), [A]),
        (f'<opml><outline xmlUrl="{A}"/></opml>'.encode(), [A]),
        (opml(f'<outline text="A" xmlUrl="{A}"><outline text="B" xmlUrl="{B}"/></outline>'), [A, B]),
    ],
)
def test_nothing_is_lost_of_what_can_be_read(data: bytes, urls: list[str]) -> None:
    read = read_opml(data, "feeds.opml")
    assert [o.url for o in read.feeds] == urls
    assert read.is_whole


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (opml(f'<outline xmlUrl="{A}"/>', f'<outline xmlUrl="{B}')[:-20], "1 of its feeds cannot be read"),
        (
            opml(f'<outline xmlUrl="{A}"/>', '\n<outline xmlUrl="ftp://b.example/"/>'),
            "line 2: 'ftp://b.example/'",
        ),
        (opml(f'<outline xmlUrl="{A}"/>', '\n<outline text="B" xmlUrl=""/>'), "line 2: 'B' has no address"),
        (
            f'<opml><body><o:outline xmlUrl="{A}"/><o:outline xmlUrl="{B}'.encode(),
            "1 of its feeds cannot be read",
        ),
        (
            opml(f'<outline xmlUrl="{A}"/>', '<outline xmlUrl="no address"/>'),
            "'no address' is no web address",
        ),
    ],
)
def test_what_is_lost_is_named(data: bytes, told: str) -> None:
    read = read_opml(data, "feeds.opml")
    assert [o.url for o in read.feeds] == [A]
    assert not read.is_whole
    assert any(told in note for note in read.notes)


def test_folders_are_kept_in_a_broken_file_too() -> None:
    data = opml(
        f'<outline text="Press & TV"><outline text="Laos"><outline xmlUrl="{A}"/></outline></outline>'
    )
    assert [o.folder for o in read_opml(data, "feeds.opml").feeds] == ["Press & TV / Laos"]


@given(st.integers(min_value=0, max_value=400))
def test_a_file_that_is_cut_anywhere_loses_no_feed_in_silence(length: int) -> None:
    whole = opml(*(f'<outline text="N{n}" xmlUrl="https://a.example/{n}.xml"/>' for n in range(6)))
    try:
        read = read_opml(whole[:length], "feeds.opml")
    except AseanwatchError:
        return
    assert len(read.feeds) == 6 or read.notes


@pytest.mark.parametrize(
    "body",
    [
        "<body><outline text='A' xmlUrl='https://a.example/f'/></body><body><outline text='B' xmlUrl='https://b.example/f'/></body>",
        "<body/><outline text='A' xmlUrl='https://a.example/f'/><outline text='B' xmlUrl='https://b.example/f'/>",
        "<body><outline text='A' url='https://a.example/f'/><outline text='B' type='rss' url='https://b.example/f'/></body>",
    ],
)
def test_outlines_in_a_second_body_beside_it_or_without_a_type_are_read(body: str) -> None:
    found = read_opml(f"<opml version='2.0'>{body}</opml>".encode(), "feeds.opml")
    assert [feed.url for feed in found.feeds] == ["https://a.example/f", "https://b.example/f"]
