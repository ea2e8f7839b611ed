"""Markup that is nearly XML is mended without a guess."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.parsing.feeds import read_feed
from crawler.parsing.xml_repair import complete_part, repaired, shortened_to
from tests.builders import NOON


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("R&D, M&A & Co", "R&amp;D, M&amp;A &amp; Co"),
        ("a&nbsp;b&eacute;", "a&#160;b&#233;"),
        ("&amp;&lt;&#8211;&#x1F600;", "&amp;&lt;&#8211;&#x1F600;"),
        ("?a=1&copy=2&lang=th", "?a=1&amp;copy=2&amp;lang=th"),
        ("&nosuch; &D;", "&amp;nosuch; &amp;D;"),
        ("&#55357;&#56832;", "&#128512;"),
        ("a &#0;&#x1f; b\x0b", "a  b"),
        ("3 < 5 <3", "3 &lt; 5 &lt;3"),
        ("]]>", "]]&gt;"),
        ("<![CDATA[R&D <b>]]> & x", "<![CDATA[R&D <b>]]> &amp; x"),
        ("<!-- a & b -->&", "<!-- a & b -->&amp;"),
    ],
)
def test_marks_between_the_text_are_mended(broken: str, mended: str) -> None:
    assert repaired(f"<rss>{broken}</rss>") == f"<rss>{mended}</rss>"


def test_entities_that_a_document_declares_stay() -> None:
    text = '<!DOCTYPE rss [<!ENTITY id "7">]><rss>&id;</rss>'
    assert repaired(text) == text


def test_what_stands_around_the_document_is_left_out() -> None:
    assert (
        repaired("<b>Warning</b>: x<br />\n<?xml version='1.0'?><rss></rss>\n<script>1</script>")
        == "<?xml version='1.0'?><rss></rss>"
    )


def test_prefixes_that_are_not_declared_are() -> None:
    root = etree.fromstring(repaired("<rss><media:title>x</media:title><a my:b='1'/></rss>"))
    assert root[0].tag == "{http://search.yahoo.com/mrss/}title"


@pytest.mark.parametrize(
    ("whole", "kept"),
    [
        ("<rss><channel><item>1</item><item>2</it", "<rss><channel><item>1</item></channel></rss>"),
        ("<feed><entry>1</entry><entry><title>", "<feed><entry>1</entry></feed>"),
        ("<urlset><url>1</url><ur", "<urlset><url>1</url></urlset>"),
        (
            "<rdf:RDF><channel>c</channel><item>1</item><item",
            "<rdf:RDF><channel>c</channel><item>1</item></rdf:RDF>",
        ),
        ("<rss><channel><item>1</item></channel></rss>\n", None),
        ("<rss><channel><item>1", None),
        ("words", None),
    ],
)
def test_a_document_that_is_cut_ends_with_its_last_whole_item(whole: str, kept: str | None) -> None:
    assert complete_part(whole) == kept


def test_a_document_that_is_too_long_is_cut_between_items() -> None:
    text = "<rss><channel>" + "".join(f"<item>ຂ່າວ {n}</item>" for n in range(1000)) + "</channel></rss>"
    cut = shortened_to(text, 5000)
    assert cut.endswith("</item></channel></rss>")
    assert len(cut) < 5020
    assert shortened_to(text, len(text)) == text


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_text_inside_an_element_gives_xml(text: str) -> None:
    escaped = text.replace("<", "< ").replace("!", "")
    etree.fromstring(repaired(f"<rss>{escaped}</rss>").encode())


@pytest.mark.parametrize(
    "piece", ["<!--", "<![CDATA[", "&", "<rss>", "<?xml ", " a:b", "</rss>", "<!ENTITY a "]
)
def test_no_text_takes_long(piece: str) -> None:
    text, begun = piece * (400_000 // len(piece)), perf_counter()
    complete_part(repaired(text))
    assert perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("broken", "last"),
    [
        ("<title><![CDATA[B</title>", "<title>C</title>"),
        ("<title>B</titel>", "<title>C</title>"),
        ("<title>B</titel>", "<title><![CDATA[C]]></title>"),
        ("<title><b>B</title>", "<title>C</title>"),
    ],
)
@pytest.mark.parametrize("more", ["", "<description>x & y</description>"])
def test_an_element_that_is_not_closed_costs_no_other_item(broken: str, last: str, more: str) -> None:
    rows = "".join(
        f"<item>{title}<link>https://o.example/{n}</link>{more}</item>"
        for n, title in enumerate(["<title>A</title>", broken, last])
    )
    body = f'<rss version="2.0"><channel>{rows}</channel></rss>'.encode()
    feed = read_feed(body, url="https://o.example/feed", source="o", seen=NOON)
    assert [e.url for e in feed.entries] == [f"https://o.example/{n}" for n in range(3)]
    assert [e.title for e in feed.entries] == ["A", "B", "C"]
