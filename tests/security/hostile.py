"""Documents on which parsers take the most time or memory, by name, in any size."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from html import escape

HEAD = (
    "<html><head><title>Port talks</title></head><body><article><h1>Port talks</h1><p>The ministers of China and ASEAN met in"
    " Jakarta to talk about ports and railways, and signed a memorandum that had been prepared for many months.</p>"
)
RSS = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Ports</title><link>https://a.example/</link>'
ITEM = "<item><title>Port talks</title><link>https://a.example/1</link>"
URLS = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
Unit = str | Callable[[int], str]


def many(unit: Unit, size: int) -> str:
    """Repeat a piece, or make one for each number, until there are so many characters."""
    if isinstance(unit, str):
        return unit * (size // len(unit))
    parts, length = list[str](), 0
    while length < size:
        parts.append(unit(len(parts)))
        length += len(parts[-1])
    return "".join(parts)


_BODIES: dict[str, tuple[str, Unit, str]] = {
    "attributes of one element": ("<p ", lambda n: f"a{n}=1 ", ">x</p>"),
    "attributes with marks inside": ("<p ", lambda n: f"a{n}='<>' ", ">x</p>"),
    "attributes without values": ("<p ", lambda n: f"a{n}/", ">x</p>"),
    "classes": ("<p class='", lambda n: f"c{n} ", "'>x</p>"),
    "nested blocks": ("", "<div>", "x"),
    "nested blocks with text": ("", "<div>y ", "x"),
    "nested formatting": ("", "<b>", "x"),
    "formatting that is never closed": ("", "<p><b><i><a href=x><font color=1>", "x"),
    "ends without a beginning": ("", "</b></p>", ""),
    "siblings": ("<p>", "<span>x</span> ", "</p>"),
    "paragraphs": ("", "<p>The ports.</p>", ""),
    "line breaks": ("<p>", "x<br>", "</p>"),
    "list items": ("<ul>", "<li>x", "</ul>"),
    "links": ("<p>", lambda n: f"<a href=/x/y/{n}>z</a> ", "</p>"),
    "nested tables": ("", "<table><tr><td>", "x"),
    "cells": ("<table><tr>", "<td>x</td>", "</tr></table>"),
    "rows": ("<table>", "<tr><td>x</td></tr>", "</table>"),
    "style": ("<style>", "a{b:c} ", "</style>"),
    "scripts": ("", "<script>1</script>", ""),
    "comments": ("", "<!--x-->", ""),
    "a comment that never ends": ("<!--", "<!--", ""),
    "one long text": ("<p>", "word ", "</p>"),
    "one long word": ("<p>", "a", "</p>"),
    "white space": ("<p>x", " \n\t", "x</p>"),
    "entities": ("<p>", "&amp;&#x4e2d;", "</p>"),
    "opening marks": ("<p>", "<", "</p>"),
    "quotation marks": ("<p ", "\"'", ">x</p>"),
    "metadata": ("", "<meta name=date content='12 12 12 12'>", ""),
    "a long date": ("<meta property='article:published_time' content='", "1", "'>"),
    "a long date of words": ("<meta property='article:published_time' content='", "Mon, ", "'>"),
    "a long date of brackets": ("<time datetime='", "(", "'>x</time>"),
    "headlines": ("", "<h1>a</h1>", ""),
    "deep JSON-LD": ('<script type="application/ld+json">', "[", "</script>"),
    "much JSON-LD": (
        '<script type="application/ld+json">[',
        '{"@type":"NewsArticle","datePublished":"x"},',
        "{}]</script>",
    ),
    "blocks of JSON-LD": ("", '<script type="application/ld+json">{"@type":"NewsArticle"}</script>', ""),
    "a line of names": ("<h1>x</h1>", "<nav><b>x</b></nav>", ""),
    "a deep line of names": ("<h1>x</h1>", "<div><nav>x</nav>", ""),
    "an empty line of names": ("<h1>x</h1><p>", "<b> </b>", ""),
    "digits": ("<p>", "1234567890", "</p>"),
    "brackets": ("<p>", "[](){}", "</p>"),
    "marks without width": ("<p>", "\u200b", "</p>"),
    "combining marks": ("<p>a", "\u0301", "</p>"),
    "microdata": ("", "<div itemscope itemprop=x><time itemprop=y>2</time>", ""),
    "sources of a picture": ("<img srcset='", "a.jpg 1x, ", "'>"),
    "forms": ("", "<form><input>", ""),
    "choices": ("<select>", "<option>x", ""),
    "articles": ("", "<article><p>x</p>", ""),
    "names of elements": ("", lambda n: f"<t{n}>x</t{n}>", ""),
    "one long name": ("<", "a", ">x"),
    "prefixes": ("", "<a:b>", "x"),
}


def pages(size: int) -> Iterator[tuple[str, bytes]]:
    """Article pages of about so many bytes."""
    for name, (before, unit, behind) in _BODIES.items():
        yield name, (HEAD + before + many(unit, size) + behind + "</article></body></html>").encode()
    noise = random.Random(1)
    yield "noise", b"<html><body><h1>Ports</h1>" + noise.randbytes(size)
    yield "a PDF", b"%PDF-1.7\n" + noise.randbytes(size)
    yield (
        "UTF-7",
        b"<html><head><meta charset=utf-7></head><body><h1>Ports</h1><p>" + b"+AGEAYgBj-" * (size // 11),
    )
    yield "UTF-32", (HEAD + many("<p>The ports.</p>", size // 4)).encode("utf-32")
    yield (
        "another charset than it says",
        b"<html><head><meta charset=big5></head><body><p>" + bytes(range(128, 256)) * (size // 128),
    )


_ITEMS: dict[str, tuple[str, Unit, str]] = {
    "entries": ("", lambda n: f"<title>t{n}</title><link>https://a.example/{n}</link></item><item>", ""),
    "categories": ("", lambda n: f"<category>c{n}</category>", ""),
    "enclosures": ("", lambda n: f"<enclosure url='http://a.example/{n}'/>", ""),
    "namespaces": ("", lambda n: f"<x{n}:y xmlns:x{n}='urn:{n}'/>", ""),
    "nested namespaces": ("", lambda n: f"<y xmlns:x{n}='urn:{n}'>", ""),
    "attributes": ("<source ", lambda n: f"a{n}='1' ", ">x</source>"),
    "pieces of CDATA": ("<description>", "<![CDATA[x]]>", "</description>"),
    "CDATA that never ends": ("<description>", "<![CDATA[", ""),
    "nested elements": ("", "<a>", ""),
    "opening marks": ("", "<", ""),
    "unknown entities": ("<description>", "&foo;", "</description>"),
    "a date of digits": ("<pubDate>", "1", "</pubDate>"),
    "a date of words": ("<pubDate>", "Mon, ", "</pubDate>"),
    "a date of Chinese months": ("<pubDate>", "年1月", "</pubDate>"),
    "a title": ("<title>", "x ", "</title>"),
}


def feeds(size: int) -> Iterator[tuple[str, bytes]]:
    """Feeds of about so many bytes, each well-formed and broken, which two parsers read."""
    for name, (before, unit, behind) in _ITEMS.items():
        for how, mark in (("", ""), (", broken", "&bad;")):
            yield (
                name + how,
                (RSS + ITEM + before + many(unit, size) + behind + mark + "</item></channel></rss>").encode(),
            )
    for name, body in pages(size // 2):
        words = escape(body.decode("utf-8", "replace").replace("\0", ""))
        yield (
            f"a description with {name}",
            f"{RSS}{ITEM}<description>{words}</description></item></channel></rss>".encode(),
        )
    entities = many(lambda n: f"<!ENTITY e{n} 'x'>", size)
    yield "entities", f"<!DOCTYPE x [{entities}]>{RSS}{ITEM}</item></channel></rss>".encode()
    yield "deep JSON", b'{"items":' + b"[" * size
    yield "a long number of JSON", b'{"items":[' + b"1" * size + b"]}"


def sitemaps(size: int) -> Iterator[tuple[str, bytes]]:
    """Sitemaps of about so many bytes."""
    yield (
        "addresses",
        (URLS + many(lambda n: f"<url><loc>https://a.example/{n}</loc></url>", size) + "</urlset>").encode(),
    )
    yield "nested", (URLS + many("<url><loc>x", size)).encode()
    yield "errors", (URLS + many("<url>&x;</ulr>", size)).encode()
    yield "attributes", (URLS + "<url " + many(lambda n: f"a{n}='1' ", size) + "/>").encode()
