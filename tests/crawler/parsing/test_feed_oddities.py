"""What feeds say in unusual ways: links, authors, enclosures, headlines, identities, encodings and broken ends."""

from __future__ import annotations

import codecs
import json
from datetime import UTC, datetime

import pytest

from crawler.parsing import feedparser_feed
from crawler.parsing.feeds import Feed, read_feed, title_from
from tests.builders import NOON

URL = "https://outlet.example/feeds/all.xml"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
TITLES = {
    "zh": "中国与老挝签署铁路合作协议", "th": "จีนและลาวลงนามข้อตกลงความร่วมมือ", "vi": "Trung Quốc và Việt Nam ký thỏa thuận",
    "km": "កម្ពុជា និងចិន ចុះកិច្ចព្រមព្រៀង", "lo": "ລາວ ແລະ ຈີນ ເຊັນສັນຍາຮ່ວມມື", "my": "မြန်မာနှင့် တရုတ် လက်မှတ်ရေးထိုး",
}  # fmt: skip


def read(body: bytes | str, content_type: str = "application/xml") -> Feed:
    data = body.encode() if isinstance(body, str) else body
    return read_feed(data, url=URL, source="outlet", seen=NOON, content_type=content_type)


def rss(*items: str, head: str = "") -> str:
    spaces = (
        'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    )
    rows = "".join(f"<item>{item}</item>" for item in items)
    return f'{XML}<rss version="2.0" {spaces}><channel><title>O</title>{head}{rows}</channel></rss>'


def atom(entry: str, head: str = "") -> str:
    return f'{XML}<feed xmlns="http://www.w3.org/2005/Atom"><title>O</title><id>f</id>{head}<entry>{entry}</entry></feed>'


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("bytes_left", [1, 2])
def test_a_character_cut_in_two_leaves_all_others_as_they_are(title: str, bytes_left: int) -> None:
    row = f"<title>{title}</title><link>https://o.example/{{}}</link><description>{title}{{}}</description>"
    body = rss(row.format(1, "@@"), row.format(2, "")).encode()
    feed = read(body.replace(b"@@", "中".encode()[:bytes_left]), "text/xml; charset=utf-8")
    assert [e.title for e in feed.entries] == [title, title]
    assert [e.summary for e in feed.entries] == [f"{title}\ufffd", title]
    assert feed.notes == ()


@pytest.mark.parametrize(
    ("encoding", "title"), [("gbk", TITLES["zh"]), ("big5", "中國與寮國簽署鐵路合作協議")]
)
def test_half_a_character_before_the_end_of_cdata_takes_no_bracket_along(encoding: str, title: str) -> None:
    row = f"<title><![CDATA[{title}]]></title><link>/{{}}</link><description><![CDATA[{title}{{}}]]></description>"
    body = rss(row.format(1, "@@"), row.format(2, "")).replace("UTF-8", encoding).encode(encoding)
    feed = read(body.replace(b"@@", "中".encode(encoding)[:1]))
    assert [e.title for e in feed.entries] == [title, title]
    assert [e.summary for e in feed.entries] == [f"{title}\ufffd", title]


@pytest.mark.parametrize(("lang", "encoding", "label"), [("zh", "gbk", "gb2312"), ("th", "cp874", "tis-620")])
def test_what_is_read_as_declared_is_no_reason_for_a_note(lang: str, encoding: str, label: str) -> None:
    body = rss(f"<title>{TITLES[lang]}</title><link>/1</link>").replace("UTF-8", label).encode(encoding)
    for content_type in ("text/xml", f"text/xml; charset={label}"):
        feed = read(body, content_type)
        assert (feed.entries[0].title, feed.notes) == (TITLES[lang], ())


def test_a_feed_is_what_it_looks_like_whatever_its_header_says() -> None:
    items = json.dumps({"items": [{"id": "1", "url": "/1", "title": "A"}]})
    for body, kind in (
        (items, "text/xml; charset=utf-8"),
        (rss("<title>A</title><link>/1</link>"), "application/json"),
    ):
        assert [e.title for e in read(body, kind).entries] == ["A"]
    marked = codecs.BOM_UTF8 + rss(f"<title>{TITLES['zh']}</title><link>/1</link>").encode()
    assert read(marked, "text/xml; charset=ISO-8859-1").entries[0].title == TITLES["zh"]


@pytest.mark.parametrize(
    "links",
    [
        '<link>/1</link><atom:link rel="alternate" type="text/html" href="/amp"/>',
        '<atom:link href="/feed/1"/><link>/1</link>',
        '<link>/1</link><atom:link rel="self" href="/feed/1"/>',
        '<link uri="/1"/>', '<link href="/1"/>', '<link url="/1"></link>', '<link rel="alternate">/1</link>',
        "<link>https://feedproxy.example/~r/o/1</link><feedburner:origLink>https://outlet.example/1</feedburner:origLink>",
        '<guid>https://outlet.example/1</guid>', '<guid isPermaLink="true">https://outlet.example/1</guid>',
        '<atom:link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/>',
    ],
)  # fmt: skip
@pytest.mark.parametrize("odd", ["", "<title>twice</title>"], ids=["fast", "tolerant"])
def test_the_articles_own_link_counts(links: str, odd: str) -> None:
    is_mixed = links.startswith("<atom:link href")
    if odd and is_mixed:
        pytest.skip("where both parsers are needed the order of links decides")
    assert read(rss(f"<title>A</title>{odd}{links}")).entries[0].url == "https://outlet.example/1"


LAN, WANG = "<author><name>Lan Nguyen</name></author>", "<author><name>王芳</name></author>"


@pytest.mark.parametrize(
    ("body", "author"),
    [
        (atom(f"<title>A</title><link href='/1'/><id>1</id>{LAN}{WANG}"), "Lan Nguyen, 王芳"),
        (atom("<title>A</title><link href='/1'/><id>1</id>", LAN + WANG), "Lan Nguyen, 王芳"),
        (atom(f"<title>A</title><link href='/1'/><id>1</id>{WANG}", LAN), "王芳"),
        (atom(f"<title>A</title><title>B</title><link href='/1'/><id>1</id>{LAN}{WANG}"), "Lan Nguyen, 王芳"),
        (atom("<title>A</title><title>B</title><link href='/1'/><id>1</id>", LAN), "Lan Nguyen"),
        (rss("<title>A</title><link>/1</link><dc:creator>Lan</dc:creator><dc:creator>王芳</dc:creator>"), "Lan, 王芳"),
        (rss("<title>A</title><link>/1</link><author>a@o.example (Lan)</author><author>b@o.example (王芳)</author>"), "Lan, 王芳"),
        (json.dumps({"authors": [{"name": "Lan"}, {"name": "王芳"}], "items": [{"id": "1", "url": "/1", "title": "A"}]}), "Lan, 王芳"),
        (json.dumps({"author": {"name": "Lan"}, "items": [{"id": "1", "url": "/1", "title": "A", "author": {"name": "王芳"}}]}), "王芳"),
    ],
)  # fmt: skip
def test_all_authors_are_named_those_of_the_feed_where_an_item_has_none(body: str, author: str) -> None:
    assert read(body).entries[0].author == author


@pytest.mark.parametrize("odd", ["", "<title>A</title>"], ids=["fast", "tolerant"])
def test_enclosures_are_resolved_and_what_they_hold_is_theirs(odd: str) -> None:
    inside = (
        '<enclosure url="/a.mp3" type="audio/mpeg" length="3"><title>audio</title><link>/b</link></enclosure>'
    )
    (entry,) = read(rss(f"{odd}<title>A</title><link>/1</link>{inside}")).entries
    assert (entry.title, entry.url) == ("A", "https://outlet.example/1")
    assert entry.enclosures == (("https://outlet.example/a.mp3", "audio/mpeg", "3"),)


def test_items_that_say_nothing_or_lead_nowhere_are_counted_in_a_note() -> None:
    feed = read(
        rss(
            "<link>/1</link>",
            "<link>/2</link><guid>x</guid>",
            "<title>A</title>",
            "<title>B</title><link>/3</link>",
        )
    )
    assert [e.title for e in feed.entries] == ["B"]
    assert feed.notes == (
        "2 items have neither title nor text, and are left out",
        "1 items have no address, and are left out",
    )


@pytest.mark.parametrize("title", ["", "<title></title>", "<title> </title>"])
def test_news_without_a_headline_gets_the_beginning_of_its_text(title: str) -> None:
    text = f"{TITLES['zh']}。双方代表出席了签字仪式。"
    (entry,) = read(
        rss(
            f"{title}<link>/1</link><description>&lt;p&gt;{text}&lt;/p&gt;&lt;p&gt;第二段&lt;/p&gt;</description>"
        )
    ).entries
    assert entry.title == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("A port opens.\nMore.", "A port opens."),
        ("China and Laos signed. " + "word " * 40, "China and Laos signed. word word word word word word word word word word word word word word word word word word word…"),
        (TITLES["zh"] * 4 + "。" + "尾" * 200, TITLES["zh"] * 4 + "。"),
        ("จ" * 300, "จ" * 119 + "…"),
        ("က်" * 100, "က်" * 59 + "…"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_headline_made_of_text_ends_with_a_sentence_or_a_word(text: str, title: str) -> None:
    assert title_from(text) == title


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<form><p>In a form.</p><select><option>1</option></select><button>Go</button></form>", "In a form."),
        ("<table><tr><th>Year</th><td>2024</td><td>12</td></tr><tr><td>2025</td><td>14</td></tr></table>", "Year 2024 12\n2025 14"),
        ("<dl><dt>Port</dt><dd>Kyaukphyu</dd></dl>One<div>Two</div>Three", "Port\nKyaukphyu\nOne\nTwo\nThree"),
        ("<p>a <b>b</b><i>c</i></p>", "a bc"),
    ],
)  # fmt: skip
def test_text_in_forms_and_cells_is_read_word_for_word(markup: str, text: str) -> None:
    body = rss(f"<title>A</title><link>/1</link><description><![CDATA[{markup}]]></description>")
    assert read(body).entries[0].summary == text


def test_broken_markup_is_mended_and_said() -> None:
    feed = read(rss("<title>China & ASEAN R&D, M&A deal&nbsp;&ndash; 3 < 5</title><link>/1?a=1&b=2</link>"))
    assert feed.entries[0].title == "China & ASEAN R&D, M&A deal – 3 < 5"
    assert feed.entries[0].url == "https://outlet.example/1?a=1&b=2"
    assert feed.notes == ("broken XML, 1 entries could be read: it was mended",)


@pytest.mark.parametrize("cut", range(5, 60, 9))
def test_of_a_feed_that_is_cut_all_whole_items_are_kept(cut: int) -> None:
    rows = [f"<title>{title}</title><link>/{lang}</link>" for lang, title in TITLES.items()]
    body = rss(*rows).encode()
    end = body.rindex(b"<item>") + cut
    feed = read(body[:end])
    assert [e.title for e in feed.entries] == list(TITLES.values())[:-1]
    assert feed.notes == ("broken XML, 5 entries could be read: its end is missing",)


def test_a_long_broken_feed_is_read_to_the_bound_and_no_further_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feedparser_feed, "LONGEST", 100_000)
    text = TITLES["km"] * 3
    rows = [
        f"<title>{n} {TITLES['zh']}</title><link>/{n}</link><description>{text}</description>"
        for n in range(400)
    ]
    body = rss(*rows).replace("<title>O</title>", "<title>O</title><b><i></b></i>", 1)
    feed = read(body, "text/xml; charset=utf-8")
    assert all(e.title.endswith(TITLES["zh"]) and e.summary == text for e in feed.entries)
    assert 200 < len(feed.entries) < 400
    assert "only its first 0.1 MB were read" in feed.notes[0]


def test_feeds_of_thousands_of_items_are_read_to_their_end() -> None:
    rows = [f"<title>{n}</title><link>/{n}</link>" for n in range(2050)]
    assert len(read(rss(*rows)).guids) == 2050


@pytest.mark.parametrize(
    "link",
    [
        "http://h.example:99999/x",
        "javascript:void(0)",
        "mailto:desk@h.example",
        "ftp://h.example/x",
        "http://h.example/" + "a" * 2100,
    ],
)
def test_items_whose_addresses_cannot_be_asked_are_said_to_be_left_out(link: str) -> None:
    items = f"<item><title>One</title><link>{link}</link></item><item><title>Two</title><link>https://h.example/2</link></item>"
    body = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()
    feed = read_feed(body, url="https://h.example/rss", source="h", seen=NOON)
    assert [e.title for e in feed.entries_but(())] == ["Two"]
    assert any("1 items are left out" in note and "no web address" in note for note in feed.notes)


def _items(*rows: str) -> list[tuple[str, str, str | None]]:
    body = f"<rss version='2.0'><channel>{''.join(f'<item>{row}</item>' for row in rows)}</channel></rss>"
    feed = read_feed(
        body.encode(), url="http://o.example/f", source="o", seen=datetime(2026, 11, 27, tzinfo=UTC)
    )
    return [(entry.title, entry.url, entry.author) for entry in feed.entries]


@pytest.mark.parametrize("quote", ["&quot;", "'", "“"])
def test_a_link_in_quotation_marks_is_the_link_without_them(quote: str) -> None:
    row = f"<title>A</title><link>{quote}http://o.example/1{quote}</link>"
    assert _items(row) == [("A", "http://o.example/1", None)]


@pytest.mark.parametrize("unset", ["undefined", "null", "/undefined"])
def test_a_link_that_was_not_set_gives_way_to_the_identity(unset: str) -> None:
    row = f"<title>A</title><link>{unset}</link><guid isPermaLink='false'>http://o.example/7</guid>"
    assert _items(row) == [("A", "http://o.example/7", None)]


def test_of_an_author_with_an_address_the_name_is_taken_and_spaces_of_no_width_are_left_out() -> None:
    row = "<title>China\u200b ASEAN\ufeff pact</title><link>http://o.example/1</link><author>a@o.example (Mei Lin)</author>"
    assert _items(row) == [("China ASEAN pact", "http://o.example/1", "Mei Lin")]


def test_two_items_at_one_address_without_dates_are_both_kept() -> None:
    titles = ("China and ASEAN sign a pact", "Rice is dearer in Hanoi")
    rows = [f"<title>{title}</title><link>http://o.example/news.html</link>" for title in titles]
    assert [title for title, _, _ in _items(*rows)] == list(titles)
    assert len({url for _, url, _ in _items(*rows)}) == 2


def test_a_json_feed_within_the_call_of_a_function_is_read() -> None:
    body = b'callback({"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"http://o.example/1","title":"A"}]});'
    feed = read_feed(body, url="http://o.example/f", source="o", seen=datetime(2026, 11, 27, tzinfo=UTC))
    assert [entry.title for entry in feed.entries] == ["A"]
