"""The fast feed parser says what feedparser says, or says that it doubts."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing import feedparser_feed, lxml_feed
from crawler.parsing.feed_values import NeedsFallback

ADDRESS = "http://news.example/feeds/all.xml"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:georss="http://www.georss.org/georss" xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
)


def rss(*items: str, head: str = "<title>Feed</title>") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {NAMESPACES}><channel>{head}{"".join(items)}</channel></rss>'.encode()


def atom(*entries: str, lang: str = "vi") -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}"><title>Feed</title><id>f</id>{"".join(entries)}</feed>'.encode()


def compared(body: bytes) -> bool:
    """Hold both against each other; false where the fast way doubts."""
    try:
        fast = lxml_feed.parse(body, url=ADDRESS)
    except NeedsFallback:
        return False
    assert fast == feedparser_feed.parse(body.decode(), url=ADDRESS)
    return True


WORDPRESS = """<item><title>Cảng mở bến &amp; kho</title><link>https://o.example/cang?a=1&amp;b=2</link><comments>https://o.example/cang#c</comments>
<dc:creator><![CDATA[Ban biên tập]]></dc:creator><pubDate>Fri, 28 Nov 2025 09:20:00 +0700</pubDate><category><![CDATA[Kinh tế]]></category>
<category>Cảng</category><category>Cảng</category><guid isPermaLink="false">https://o.example/?p=7</guid>
<description><![CDATA[<p>Tàu vào từ thứ Hai. <a href="/x">Tiếp</a></p>]]></description><content:encoded><![CDATA[<p>Toàn văn.</p>]]></content:encoded>
<wfw:commentRss>https://o.example/cang/feed</wfw:commentRss><slash:comments>0</slash:comments><media:content url="https://o.example/a.jpg" medium="image"/>
<enclosure url="https://o.example/a.mp3" length="12" type="audio/mpeg"/></item>"""
GOOGLE = """<item><title>Port opens berth - The Outlet</title><link>https://news.google.example/rss/articles/CBMi?oc=5</link>
<guid isPermaLink="false">CBMi</guid><pubDate>Fri, 28 Nov 2025 02:20:00 GMT</pubDate><description>&lt;a href="x"&gt;Port&lt;/a&gt;</description>
<source url="https://outlet.example">The Outlet</source></item>"""
BLOGGER = """<entry><id>tag:blogger.com,1999:blog-1.post-2</id><published>2025-11-30T08:15:00.001+07:00</published><updated>2025-11-30T08:20:00.002+07:00</updated>
<category scheme="http://www.blogger.com/atom/ns#" term="Ekonomi"/><title type="text">Pelabuhan membuka dermaga</title>
<content type="html">&lt;p&gt;Kapal masuk mulai Senin.&lt;/p&gt;</content><link rel="replies" type="application/atom+xml" href="https://o.example/c" title="0"/>
<link rel="edit" type="application/atom+xml" href="https://o.example/e"/><link rel="alternate" type="text/html" href="https://o.example/1.html" title="P"/>
<author><name>Redaksi</name><email>noreply@o.example</email></author></entry>"""


@pytest.mark.parametrize(
    "body",
    [
        rss(WORDPRESS, head="<title>F</title><language>vi-VN</language><ttl>30</ttl><skipHours><hour>3</hour></skipHours>"),
        rss(GOOGLE),
        rss("<item><title>No date</title><link>/relative</link><guid isPermaLink='false'>1</guid></item>"),
        rss("<item><content:encoded>First</content:encoded><title>T</title><link>http://o.example/</link></item>"),
        rss("<item><title>Dates</title><link>http://o.example/</link><dc:date>2025-11-28T01:02:03Z</dc:date></item>"),
        rss("<item><title>ThÃ nh phá»‘</title><link>http://o.example/</link></item>"),  # UTF-8 encoded twice
        rss("<item><title>\x93Quoted\x94</title><link>http://o.example/</link></item>"),  # Windows quotation marks
        atom(BLOGGER),
        atom("<entry><title>T</title><id>http://o.example/1</id><updated>2025-11-28T01:02:03Z</updated><summary>S</summary></entry>"),
    ],
)  # fmt: skip
def test_what_the_common_systems_send_is_read_the_fast_way(body: bytes) -> None:
    assert compared(body)


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>A</title><title>B</title><link>http://o.example/</link></item>"),
        rss(
            "<item><title>A</title><description>1</description><description>2</description><link>http://o.example/</link></item>"
        ),
        rss("<item><title>A <b>b</b></title><link>http://o.example/</link></item>"),
        rss("<item><title>A</title><pubDate>yesterday</pubDate><link>http://o.example/</link></item>"),
        rss("<item><media:title>M</media:title><link>http://o.example/</link></item>"),
        rss("<item><title>A</title><image><title>B</title></image><link>http://o.example/</link></item>"),
        atom(
            '<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A</div></title><id>1</id></entry>'
        ),
        b'<!DOCTYPE rss [<!ENTITY x "y">]>' + rss(WORDPRESS),
        rss(WORDPRESS)[:-30],
        b'<rss version="1.0"><channel><item><title>A</title></item></channel></rss>',
        b"<html></html>",
    ],
)
def test_what_is_unusual_is_doubted(body: bytes) -> None:
    with pytest.raises(NeedsFallback):
        lxml_feed.parse(body, url=ADDRESS)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
MARKUP = st.sampled_from(
    [
        "<p>Port &amp; berth</p>",
        "a &lt; b",
        "&nbsp;x",
        "<img src='a.png'>",
        "<b>bold</b> &#233;",
        "<![CDATA[x",
    ]
)
VALUES = st.one_of(WORDS, MARKUP)
LINKS = st.one_of(
    st.sampled_from(["http://o.example/a", "/a/b?x=1&y=2", "a.html", "", "http://o.example/a b", "http://o.example/../a", "javascript:1",
                     "http:///o.example/x", "//o.example/y", "https://o.example/ü", "mailto:a@o.example", "http://[::1/x"]), WORDS,
)  # fmt: skip
DATES = st.one_of(
    st.sampled_from(["Fri, 28 Nov 2025 09:20:00 +0700", "28 Nov 2025 09:20 GMT", "2025-11-28T09:20:00Z", "2025-11-28T09:20:00.5+08:00", "",
                     "Fri, 31 Feb 2025 09:20:00 GMT", "2025-11-28", "now", "Sun, 01 Jan 0001 00:00:00 GMT", "Fri, 28 Nov 2025 24:61:00 GMT"]), WORDS,
)  # fmt: skip


@st.composite
def elements(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(
        ["title", "link", "description", "guid", "pubDate", "author", "dc:creator", "dc:date", "dc:subject", "category", "content:encoded",
         "enclosure", "source", "media:content", "media:thumbnail", "media:title", "media:credit", "atom:link", "atom:updated", "comments",
         "slash:comments", "georss:point", "custom", "summary", "id", "updated"]
    ))  # fmt: skip
    value = draw(
        DATES
        if name in ("pubDate", "dc:date", "atom:updated", "updated")
        else LINKS
        if name in ("link", "guid")
        else VALUES
    )
    attributes = draw(
        st.sampled_from(["", ' isPermaLink="false"', ' isPermaLink="true"', ' domain="d"', ' type="html"'])
    )
    if name in ("enclosure", "media:content", "media:thumbnail", "atom:link"):
        key = "href" if name == "atom:link" else "url"
        rel = draw(
            st.sampled_from(
                ["", ' rel="alternate"', ' rel="self"', ' rel="enclosure" type="audio/mpeg" length="3"']
            )
        )
        return f"<{name} {key}={quoteattr(draw(LINKS))}{rel}/>"
    wrapped = escape(value) if draw(st.booleans()) or "]]>" in value else f"<![CDATA[{value}]]>"
    return f"<{name}{attributes}>{wrapped}</{name}>"


@given(
    st.lists(
        st.lists(elements(), max_size=7).map(lambda parts: f"<item>{''.join(parts)}</item>"),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["", "<language>id</language>", "<dc:language>th_TH</dc:language>"]),
)
def test_any_rss_is_read_alike_or_doubted(items: list[str], head: str) -> None:
    compared(rss(*items, head=head))


@st.composite
def atom_elements(draw: st.DrawFn) -> str:
    name = draw(
        st.sampled_from(
            [
                "title",
                "id",
                "published",
                "updated",
                "summary",
                "content",
                "link",
                "author",
                "category",
                "rights",
                "contributor",
            ]
        )
    )
    if name == "link":
        rel = draw(
            st.sampled_from(
                ["", ' rel="alternate"', ' rel="self"', ' rel="enclosure"', ' rel="related" type="text/html"']
            )
        )
        return f"<link href={quoteattr(draw(LINKS))}{rel}/>"
    if name == "category":
        return f"<category term={quoteattr(draw(VALUES))}/>"
    if name == "author":
        return f"<author><name>{escape(draw(VALUES))}</name>{draw(st.sampled_from(['', '<email>a@o.example</email>', '<uri>http://o.example</uri>']))}</author>"
    kind = (
        draw(st.sampled_from(["", ' type="html"', ' type="text"', ' type="xhtml"', ' type="text/plain"']))
        if name in ("title", "summary", "content")
        else ""
    )
    value = draw(DATES if name in ("published", "updated") else LINKS if name == "id" else VALUES)
    return f"<{name}{kind}>{escape(value)}</{name}>"


@given(
    st.lists(
        st.lists(atom_elements(), max_size=7).map(lambda parts: f"<entry>{''.join(parts)}</entry>"),
        min_size=1,
        max_size=3,
    )
)
def test_any_atom_is_read_alike_or_doubted(entries: list[str]) -> None:
    compared(atom(*entries))
