"""Bytes decide what an answer is, whatever the server calls it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from crawler.documents.pages import read_page_answer
from crawler.parsing.pages import PageError
from tests.builders import NOON
from tests.pdfs import pdf

URL = "https://outlet.example/news/1.html"
TEXT = "The ministers agreed on a timetable for the works and on who pays for them. " * 3
DATA = json.dumps({"title": "Rail link", "body": TEXT}).encode()
PAGE = f"<html><head><title>Rail link</title></head><body><article><h1>Rail link</h1><p>{TEXT}</p></article></body></html>".encode()


def packed(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "an image (PNG)"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "an image (JPEG)"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "an image (WebP)"),
        (b"\0\0\0\x20ftypisom" + bytes(30), "a video (MP4)"),
        (packed("[Content_Types].xml", "word/document.xml"), "a Word document"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "a spreadsheet"),
        (packed("a.txt"), "an archive (zip)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "an old Office document"),
        (b'{"status": 404, "message": "%s"}' % TEXT.encode(), "JSON"),
        (json.dumps([TEXT]).encode(), "JSON"),
        (b")]}',\n" + DATA, "JSON"),
        (b"while(1);" + DATA, "JSON"),
        (b"callback(%s);" % DATA, "JSON within a program (JSONP)"),
        (b"/**/ typeof cb === 'function' && cb([%s])" % DATA, "JSON within a program (JSONP)"),
        (b"window.__STATE__ = %s;\n" % DATA, "JSON within a program (JSONP)"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><rss version="2.0"><channel/></rss>', "a feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "a feed"),
        (b'<?xml version="1.0"?><urlset xmlns="x"/>', "a sitemap"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an image (SVG)"),
        (bytes(range(32)) * 40, "no text"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_is_no_page_is_refused_by_name(body: bytes, name: str) -> None:
    with pytest.raises(PageError, match="not a page") as caught:
        read_page_answer(body, url=URL, seen=NOON, content_type="text/html")
    assert f"it is {name}, not a page" == str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        gzip.compress(PAGE),
        gzip.compress(gzip.compress(PAGE)),
        b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "x" "y">' + PAGE,
        b"<!-- %PDF-1.4 -->" + PAGE,
        PAGE.replace(b"<article>", b"<pre>%PDF-1.4\n1 0 obj</pre><article>"),
        PAGE.decode().encode("utf-16"),
        b"{{ template }}" + PAGE,
        b"BM" + PAGE[:0] + PAGE,
    ],
    ids=[
        "plain",
        "gzip",
        "gzip twice",
        "xhtml",
        "a PDF in a comment",
        "a PDF as an example",
        "utf-16",
        "a brace first",
        "two letters first",
    ],
)
@pytest.mark.parametrize("content_type", ["text/html", "application/octet-stream", "image/png", ""])
def test_a_page_is_a_page_whatever_it_is_called(body: bytes, content_type: str) -> None:
    assert read_page_answer(body, url=URL, seen=NOON, content_type=content_type).text == TEXT.strip()


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"\r\n\r\n",
        b"\xef\xbb\xbf",
        b"HTTP junk of a proxy\n",
        b"<br />\n<b>Warning</b>: session_start() in /srv/dl.php on line <b>3</b><br />\n",
        b"<br />\n<b>Notice</b>: undefined index in /srv/dl.php<br />\n" * 40,
        b"<!-- cached -->\n",
        b"<!DOCTYPE html>\n",
    ],
)
def test_a_pdf_is_read_as_one(before: bytes) -> None:
    body = before + pdf("Rail link agreed", TEXT.strip(), "It opens in March.")
    document = read_page_answer(body, url=URL, seen=NOON, content_type="text/html; charset=utf-8")
    assert document.title == "Rail link agreed"
    assert document.text.split("\n")[-2:] == [TEXT.strip(), "It opens in March."]
    assert document.published == datetime(2025, 11, 27, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("title", ["Microsoft Word - report.docx", "untitled", "report final.pdf"])
def test_the_title_that_a_program_gave_a_pdf_is_none(title: str) -> None:
    body = pdf(title, TEXT.strip()).replace(f"({title}) Tj".encode(), b"(Rail link agreed) Tj")
    assert read_page_answer(body, url=URL, seen=NOON).title == "Rail link agreed"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"%PDF-1.7\n" + b"x" * 500, "the PDF cannot be read"),
        (pdf("", ""), "it is a PDF without text"),
        (pdf("A", TEXT)[:900], "the PDF cannot be read|without text"),
        (pdf("A", TEXT).replace(b"D:20251127", b"D:99999999"), ""),
    ],
    ids=["junk", "empty", "cut", "a date that is none"],
)
def test_a_broken_pdf_says_so_or_gives_what_it_has(body: bytes, problem: str) -> None:
    if not problem:
        assert read_page_answer(body, url=URL, seen=NOON).published is None
        return
    with pytest.raises(PageError, match=problem):
        read_page_answer(body, url=URL, seen=NOON)


@pytest.mark.parametrize(
    "piece",
    [
        '<a href="http://TITLE: subtitle">x</a>',
        '<a href="http://[::1">x</a><link rel="canonical" href="https://[bad">',
        '<a href="https://o.example:99999999/x">x</a>',
        '<link rel="canonical" href="http://ASEAN base: what it means">',
        '<meta property="og:image" content="https://[x]y/a.jpg">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": {"x": [1]}}, "datePublished": 1e999}</script>',
        '<script type="application/ld+json">[[[{"@graph": {"@graph": null}}]]]</script>',
        '<meta property="article:published_time" content="99999-99-99T99:99:99+99:99">',
        '<time datetime="-1">x</time>',
        '<script id="__NUXT_DATA__" type="application/json">[{"a": 0, "b": 99}, [1, [2]]]</script>',
        '<base href="http://[">',
        "<img src='//[' srcset=',,'><iframe src='http://a:b:c'></iframe>",
    ],
)
def test_a_broken_piece_of_a_page_costs_no_more_than_itself(piece: str) -> None:
    body = PAGE.replace(b"</article>", f"<p>Share: {piece}</p></article>".encode())
    document = read_page_answer(body, url=URL, seen=NOON)
    assert document.title == "Rail link"
    assert TEXT.strip() in document.text


CHINESE = "国务院总理朱镕基的老同事李喆与堃润集团董事长张翀周一在南宁出席中国东盟示范基地揭牌仪式。"
TRADITIONAL = "香港與東盟在尖沙咀舉行論壇，討論邨屋與啲新嘅合作安排。"
THAI = "“จีน” และไทยลงนามข้อตกลง – นิคมสาธิตใกล้ท่าเรือ…"
LATIN = "The “park” – worth €3 billion – opens near São Paulo’s port."


@pytest.mark.parametrize(
    ("text", "written", "meta", "content_type"),
    [
        (CHINESE, "gbk", "gb2312", "text/html"),
        (CHINESE, "gbk", "gb2312", "text/html; charset=utf-8"),
        (CHINESE, "gb18030", "", "text/html; charset=GB2312"),
        (CHINESE, "utf-8", "gb2312", "text/html"),
        (CHINESE, "utf-8", "utf-8", "text/html; charset=iso-8859-1"),
        (CHINESE, "utf-8", "", "text/html; charset=gbk"),
        (TRADITIONAL, "big5hkscs", "big5", "text/html"),
        (THAI, "cp874", "tis-620", "text/html"),
        (THAI, "cp874", "iso-8859-11", "text/html; charset=utf-8"),
        (LATIN, "cp1252", "iso-8859-1", "text/html"),
        (LATIN, "cp1252", "", "text/html; charset=latin1"),
        (CHINESE, "utf-8", "nonsense", "text/html; charset=x-unknown"),
    ],
)
@pytest.mark.parametrize("select", [None, ".words"])
def test_pages_are_decoded_as_browsers_do(
    text: str, written: str, meta: str, content_type: str, select: str | None
) -> None:
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    html = f'<html><head>{declared}<title>{text[:12]}</title></head><body><article><h1>{text[:12]}</h1><div class="words"><p>{text}</p><p>{text}</p></div></article></body></html>'
    document = read_page_answer(
        html.encode(written), url=URL, seen=NOON, select=select, content_type=content_type
    )
    assert (document.title, document.text.split("\n")[0]) == (text[:12].strip(), text)
