"""Markup that is nearly XML made into XML, where it is plain what was meant: bare ampersands, HTML's entities, a cut end.

Only the marks between the text are mended. Which element a piece of text belongs to is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html.entities import html5

_LITERAL = re.compile(r"<!\[CDATA\[|<!--")
_LITERAL_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_ITEM_END = re.compile(r"</(?:item|entry|url)\s*>", re.IGNORECASE)
_OPENED = re.compile(r"<([A-Za-z_][\w.:-]{0,60})[^<>]{0,400}>\s*\Z")
_LONGEST_TAG = 500
_ENTITY = re.compile(r"&(?:#(\d{1,8});|#[xX]([0-9a-fA-F]{1,8});|([A-Za-z][A-Za-z0-9]{0,31});)?")
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_DECLARED_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z][A-Za-z0-9]{0,31})\s")
_SURROGATES = re.compile(
    r"&#(x[dD][89abAB][0-9a-fA-F]{2}|5[5-6]\d{3});&#(x[dD][c-fC-F][0-9a-fA-F]{2}|5[6-7]\d{3});"
)
"""A character beyond U+FFFF as JavaScript counts it, in two halves."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BARE_LESS = re.compile(r"<(?![A-Za-z_:/!?])")
_ROOT = re.compile(
    r"<\s*(?:\?xml|!DOCTYPE|rss|feed|rdf:RDF|urlset|sitemapindex|[a-z0-9]+:(?:feed|urlset|sitemapindex|RDF))\b",
    re.IGNORECASE,
)
_ROOT_TAG = re.compile(
    r"<(rss|(?:\w+:)?feed|rdf:RDF|(?:\w+:)?urlset|(?:\w+:)?sitemapindex)(?=[\s>])", re.IGNORECASE
)
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]")
_ATTRIBUTE_PREFIX = re.compile(r"""\s([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*\s*=\s*["']""")
_DECLARED_PREFIX = re.compile(r"\sxmlns:([A-Za-z_][\w.-]*)\s*=")
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom", "a10": "http://www.w3.org/2005/Atom", "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/", "media": "http://search.yahoo.com/mrss/",
    "slash": "http://purl.org/rss/1.0/modules/slash/", "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/", "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "georss": "http://www.georss.org/georss", "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "xlink": "http://www.w3.org/1999/xlink",
    "news": "http://www.google.com/schemas/sitemap-news/0.9", "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "video": "http://www.google.com/schemas/sitemap-video/1.1", "xhtml": "http://www.w3.org/1999/xhtml",
}  # fmt: skip
_ENDS = ("</item>", "</entry>", "</url>", "</sitemap>")


def repaired(text: str) -> str:
    """A document with all mended that can be mended without a guess.

    Args:
        text: a feed or a sitemap that is not well-formed, decoded.
    """
    text = _SURROGATES.sub(_joined, _ILLEGAL.sub("", _framed(text)))
    known = frozenset(_DECLARED_ENTITY.findall(text)) | _XML_NAMES
    return _with_namespaces("".join(_mended_parts(text, known)))


def complete_part(text: str) -> str | None:
    """A document that ends too early up to its last complete item, with the elements closed that are still open.

    None where there is no complete item, or where the document is not cut.
    """
    root = _ROOT_TAG.search(text)
    if root is None or re.search(rf"</{re.escape(root[1])}\s*>\s*$", text, re.IGNORECASE):
        return None
    end = max(text.rfind(tag) + len(tag) if tag in text else 0 for tag in _ENDS)
    if end <= root.end():
        return None
    kept = text[:end]
    in_channel = re.search(r"<channel[\s>]", kept, re.IGNORECASE) and not re.search(
        r"</channel\s*>", kept, re.IGNORECASE
    )
    return kept + ("</channel>" if in_channel else "") + f"</{root[1]}>"


def shortened_to(text: str, most: int) -> str:
    """The beginning of a document that is longer than ``most`` characters: only complete items, no part of one."""
    if len(text) <= most:
        return text
    return complete_part(text[:most]) or text[:most]


def _framed(text: str) -> str:
    """The document without what stands before it (a warning of a program, empty lines) and behind its end."""
    begin = _ROOT.search(text)
    if begin is not None:
        text = text[begin.start() :]
    root = _ROOT_TAG.search(text)
    if root is None:
        return text
    end = re.compile(rf"</{re.escape(root[1])}\s*>", re.IGNORECASE)
    ends = [match.end() for match in end.finditer(text)]
    return text[: ends[-1]] if ends else text


def _mended_parts(text: str, known: Collection[str]) -> Iterator[str]:
    """The text with what is outside of CDATA and comments mended; inside of them an ampersand is an ampersand."""
    done = 0
    while (begin := _LITERAL.search(text, done)) is not None:
        end = text.find(_LITERAL_ENDS[begin[0]], begin.end())
        forgotten = _forgotten_end(text, begin, end)
        if forgotten is not None:
            yield _escaped(text[done : begin.start()], known) + text[begin.start() : forgotten] + "]]>"
            done = forgotten
            continue
        if end < 0:
            break
        yield _escaped(text[done : begin.start()], known)
        done = end + 3
        yield text[begin.start() : done]
    yield _escaped(text[done:], known)


def _forgotten_end(text: str, begin: re.Match[str], end: int) -> int | None:
    """Where a CDATA section should have ended that goes beyond its item: before the end of the element that it fills."""
    beyond = _ITEM_END.search(text, begin.end(), end if end >= 0 else len(text))
    element = _OPENED.search(text, max(0, begin.start() - _LONGEST_TAG), begin.start())
    if begin[0] != "<![CDATA[" or beyond is None or element is None:
        return None
    place = text.find(f"</{element[1]}>", begin.end(), beyond.start())
    return place if place >= 0 else None


def _escaped(part: str, known: Collection[str]) -> str:
    """Markup outside of CDATA with each ampersand and each lone ``<`` that is none of markup escaped."""
    if "&" in part:
        part = _ENTITY.sub(lambda match: _entity(match, known), part)
    return _BARE_LESS.sub("&lt;", part).replace("]]>", "]]&gt;")


def _entity(match: re.Match[str], known: Collection[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        if name in known:
            return match[0]
        meant = html5.get(f"{name};")
        return "&amp;" + match[0][1:] if meant is None else "".join(f"&#{ord(c)};" for c in meant)
    if decimal is None and hexadecimal is None:
        return "&amp;"
    code = int(decimal) if decimal else int(hexadecimal, 16)
    is_character = code in (9, 10, 13) or (0x20 <= code <= 0x10FFFF and not _ILLEGAL.match(chr(code)))
    return match[0] if is_character else ""


def _joined(match: re.Match[str]) -> str:
    high, low = (int(m[1:], 16) if m[0] in "xX" else int(m) for m in match.groups())
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return match[0]
    return f"&#{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)};"


def _with_namespaces(text: str) -> str:
    """The document with the prefixes declared that it uses and does not declare."""
    used = {*_PREFIX.findall(text), *_ATTRIBUTE_PREFIX.findall(text)}
    missing = used - {*_DECLARED_PREFIX.findall(text), "xml", "xmlns"}
    if not missing:
        return text
    declared = "".join(
        f' xmlns:{p}="{_NAMESPACES.get(p.lower(), f"urn:undeclared:{p}")}"' for p in sorted(missing)
    )
    return _ROOT_TAG.sub(lambda m: m[0] + declared, text, count=1)
