"""Feeds and sitemaps as the web sends them, made for measuring: every format, ten languages, one fault each, and the right values.

The faults are those that programs really make: half a character, an encoding that is not the declared one, bare ampersands, one
identity for all items, a picture's title before that of the page. `benchmarks.feed_forms` reads them.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from benchmarks.feeds import sentences
from crawler.judging.text.language import LANGUAGES

SITE = "https://outlet.example"
FEED = f"{SITE}/feeds/all.xml"
SEEN = datetime(2025, 11, 28, 12, tzinfo=UTC)
ITEMS = 6
NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
SITEMAP = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must come out of one item; None where a case does not say."""

    title: str
    url: str | None
    published: datetime | None = None
    author: str | None = None
    summary: str | None = None
    enclosure: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One answer of a server and what must be read of it.

    Attributes:
        name: its fault, format and language.
        kind: feed or sitemap.
        body: the bytes.
        content_type: the header.
        wanted: its items in their order.
        child: for an index, the sitemap that holds the newest.
        peers: whether general feed parsers can be expected to read it.
    """

    name: str
    kind: str
    body: bytes
    content_type: str
    wanted: tuple[Wanted, ...] = ()
    child: str | None = None
    peers: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """One piece of news before it is written in a format."""

    number: int
    title: str
    text: str
    at: datetime
    link: str
    guid: str | None
    extra: str = ""
    markup: bool = False
    author: str = ""

    def wanted(self) -> Wanted:
        """What must come out of it."""
        return Wanted(self.title, self.link, self.at, summary=self.text)


def stories(lang: str, count: int = ITEMS) -> list[Story]:
    """Different news of one language, the newest first."""
    known = [*sentences()[lang, True], *sentences()[lang, False]]
    told = list(dict.fromkeys(" ".join(s.split()) for s in known if 12 < len(s) < 110))
    found = []
    for i in range(count):
        title = told[i % len(told)] + (f" {i}" if i >= len(told) else "")
        link = f"{SITE}/{lang}/2025/11/news-{i}.html"
        at = SEEN - timedelta(hours=3 * i + 1)
        found.append(
            Story(i, title, told[(i + 7) % len(told)], at, link, f"tag:outlet.example,2025:{lang}-{i}")
        )
    return found


def rss(told: Sequence[Story], lang: str, head: str = "", version: str = "2.0") -> str:
    """RSS 0.9x or 2.0."""
    rows = "".join(
        f"<item><title>{s.title if s.markup else escape(s.title)}</title><link>{escape(s.link)}</link>"
        + (f'<guid isPermaLink="false">{escape(s.guid)}</guid>' if s.guid else "")
        + ("" if version.startswith("0.9") else f"<pubDate>{format_datetime(s.at)}</pubDate>")
        + (
            s.extra
            if "<description" in s.extra
            else f"<description>{s.text if s.markup else escape(s.text)}</description>{s.extra}"
        )
        + "</item>\n"
        for s in told
    )
    return f'<rss version="{version}" {NAMESPACES}><channel><title>O</title><link>{SITE}/</link><language>{lang}</language>{head}\n{rows}</channel></rss>'


def rdf(told: Sequence[Story], lang: str, head: str = "") -> str:
    """RSS 1.0."""
    rows = "".join(
        f'<item rdf:about="{escape(s.link)}"><title>{escape(s.title)}</title><link>{escape(s.link)}</link>'
        f"<description>{escape(s.text)}</description><dc:date>{s.at.isoformat()}</dc:date>{s.extra}</item>\n"
        for s in told
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'{NAMESPACES}><channel rdf:about="{SITE}/"><title>O</title><dc:language>{lang}</dc:language>{head}</channel>\n{rows}</rdf:RDF>'
    )


def atom(told: Sequence[Story], lang: str, head: str = "") -> str:
    """Atom 1.0."""
    rows = "".join(
        f'<entry><title>{escape(s.title)}</title><link rel="alternate" href={quoteattr(s.link)}/><id>{escape(s.guid or s.link)}</id>'
        f"<published>{s.at.isoformat()}</published><updated>{s.at.isoformat()}</updated><summary>{escape(s.text)}</summary>{s.extra}</entry>\n"
        for s in told
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}" {NAMESPACES}><title>O</title><id>{SITE}/</id>{head}\n{rows}</feed>'


def atom03(told: Sequence[Story], lang: str, head: str = "") -> str:
    """Atom 0.3."""
    rows = "".join(
        f'<entry><title>{escape(s.title)}</title><link rel="alternate" type="text/html" href={quoteattr(s.link)}/><id>{escape(s.guid or s.link)}</id>'
        f"<issued>{s.at.isoformat()}</issued><modified>{s.at.isoformat()}</modified><summary>{escape(s.text)}</summary>{s.extra}</entry>\n"
        for s in told
    )
    return f'<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="{lang}"><title>O</title>{head}\n{rows}</feed>'


def json_feed(told: Sequence[Story], lang: str, head: dict[str, Any] | None = None) -> str:
    """JSON Feed 1.1."""
    items = [
        {
            "id": s.guid or s.link,
            "url": s.link,
            "title": s.title,
            "summary": s.text,
            "date_published": s.at.isoformat(),
        }
        for s in told
    ]
    page = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "O",
        "language": lang,
        **(head or {}),
        "items": items,
    }
    return json.dumps(page, ensure_ascii=False)


def sitemap(rows: str, attributes: str = SITEMAP) -> str:
    """A sitemap around its rows."""
    return f"<urlset {attributes}>{rows}</urlset>"


def news_row(story: Story, *, before: str = "", loc: str | None = None, title: str | None = None) -> str:
    """One address of a news sitemap."""
    return (
        f"<url>{before}<loc>{loc or escape(story.link)}</loc><news:news><news:publication><news:name>O</news:name>"
        f"<news:language>xx</news:language></news:publication><news:publication_date>{story.at.isoformat()}</news:publication_date>"
        f"<news:title>{title or escape(story.title)}</news:title></news:news></url>\n"
    )


XML = '<?xml version="1.0" encoding="{}"?>\n'
WRITERS: dict[str, Callable[..., str]] = {"rss20": rss, "rss10": rdf, "atom10": atom, "atom03": atom03}
FORMS = ("rss20", "rss092", "rss10", "atom10", "atom03", "json", "sitemap", "news")


def _case(name: str, text: str, told: Sequence[Story], *, encoding: str = "UTF-8", declared: str | None = "UTF-8",
          header: str = "application/xml; charset=utf-8", mark: bytes = b"", **more: Any) -> Case:  # fmt: skip
    first = XML.format(declared) if declared else '<?xml version="1.0"?>\n'
    body = mark + (first + text).encode(encoding, "xmlcharrefreplace")
    wanted = tuple(s.wanted() for s in told)
    return replace(Case(name, "feed", body, header, wanted), **more)


def cases() -> list[Case]:
    """The whole corpus."""
    found: list[Case] = []
    for lang in LANGUAGES:
        found += [
            *_plain(lang),
            *_encodings(lang),
            *_broken(lang),
            *_elements(lang),
            *_identities(lang),
            *_sitemaps(lang),
        ]
    return found


def _plain(lang: str) -> Iterator[Case]:
    told = stories(lang)
    yield _case(f"plain rss20 {lang}", rss(told, lang), told)
    undated = tuple(replace(s.wanted(), published=None) for s in told)
    for version in ("0.91", "0.92"):
        yield _case(
            f"plain rss{version} {lang}",
            rss([replace(s, guid=None) for s in told], lang, version=version),
            told,
            wanted=undated,
        )
    yield _case(f"plain rss10 {lang}", rdf(told, lang), told)
    yield _case(f"plain atom10 {lang}", atom(told, lang), told)
    yield _case(f"plain atom03 {lang}", atom03(told, lang), told)
    body = json_feed(told, lang).encode()
    wanted = tuple(s.wanted() for s in told)
    yield Case(f"plain json {lang}", "feed", body, "application/feed+json", wanted, peers=False)
    yield Case(f"json as xml {lang}", "feed", body, "text/xml; charset=utf-8", wanted, peers=False)
    yield _case(f"xml as json {lang}", rss(told, lang), told, header="application/json")


LEGACY = {
    "zh": (("gbk", "GBK"), ("gbk", "gb2312"), ("gb18030", "GB18030"), ("gbk", "x-gbk")),
    "th": (("cp874", "TIS-620"), ("cp874", "windows-874"), ("cp874", "ISO-8859-11")),
    "en": (("cp1252", "ISO-8859-1"), ("cp1252", "windows-1252")),
    "id": (("cp1252", "iso-8859-1"),),
    "ms": (("cp1252", "latin1"),),
    "tl": (("cp1252", "us-ascii"),),
}
HEADER = "application/xml"


_FOREIGN = "@@foreign@@"
"""Where words of another encoding are put."""


def _encodings(lang: str) -> Iterator[Case]:
    told = stories(lang)
    whole = rss(told, lang)
    yield _cut(f"half a character {lang}", told, lang, "UTF-8")
    yield _cut(f"half a character atom {lang}", told, lang, "UTF-8", writer=atom)
    for name, other in (
        ("cp1252", "It’s “done”"),
        ("gb18030", "东盟与中国铁路合作项目"),
        ("cp874", "จีนและลาวลงนาม"),
    ):
        mixed = _case(f"a line of {name} {lang}", rss(told, lang, f"<copyright>{_FOREIGN}</copyright>"), told)
        yield replace(mixed, body=mixed.body.replace(_FOREIGN.encode(), other.encode(name)))
    yield _case(f"utf-8 under latin1 header {lang}", whole, told, header=f"{HEADER}; charset=ISO-8859-1")
    yield _case(f"utf-8 declared as latin1 {lang}", whole, told, declared="ISO-8859-1", header=HEADER)
    yield _case(
        f"mark against header {lang}",
        whole,
        told,
        mark=codecs.BOM_UTF8,
        header=f"{HEADER}; charset=ISO-8859-1",
    )
    yield _case(
        f"mark against declaration {lang}",
        whole,
        told,
        mark=codecs.BOM_UTF8,
        declared="gb2312",
        header="text/xml",
    )
    for wide, mark in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)):
        yield _case(
            f"{wide} {lang}", whole, told, encoding=wide, declared="UTF-16", mark=mark, header="text/xml"
        )
    for encoding, label in LEGACY.get(lang, ()):
        # What the encoding lacks is written as a reference, as programs do.
        name = f"{label} {lang}"
        yield _case(f"declared {name}", whole, told, encoding=encoding, declared=label, header=HEADER)
        yield _case(
            f"header {name}",
            whole,
            told,
            encoding=encoding,
            declared=None,
            header=f"{HEADER}; charset={label}",
        )
        yield _case(
            f"latin1 header over {name}",
            whole,
            told,
            encoding=encoding,
            declared=label,
            header=f"{HEADER}; charset=ISO-8859-1",
        )
        yield _cut(f"half a character {name}", told, lang, encoding, label=label)
    if lang == "zh":
        yield from _traditional()


def _traditional() -> Iterator[Case]:
    titles = [
        "中國與寮國簽署鐵路合作協議",
        "東協與中國擴大農產品貿易",
        "越南碁盤大賽在河內舉行",
        "中國在檳城設立聯合實驗室",
        "泰國與中國深化數位經濟合作",
    ]
    told = [
        replace(s, title=t, text=f"{t}，雙方代表在首都出席了儀式。")
        for s, t in zip(stories("zh"), titles, strict=False)
    ]
    whole = rss(told, "zh-TW")
    for label in ("Big5", "big5-hkscs"):
        yield _case(f"declared {label} zh", whole, told, encoding="big5hkscs", declared=label, header=HEADER)
        yield _case(
            f"header {label} zh",
            whole,
            told,
            encoding="big5hkscs",
            declared=None,
            header=f"{HEADER}; charset={label}",
        )
        yield _cut(f"half a character {label} zh", told, "zh-TW", "big5hkscs", label=label)


def _cut(
    name: str,
    told: Sequence[Story],
    lang: str,
    encoding: str,
    *,
    label: str = "UTF-8",
    writer: Callable[..., str] = rss,
) -> Case:
    """A program cut a description by bytes, in the middle of a character."""
    broken = replace(told[1], text=told[1].text + "〓 中é")
    text = writer([told[0], broken, *told[2:]], lang)
    body = (XML.format(label) + text).encode(encoding, "xmlcharrefreplace")
    last = "é".encode(encoding, "xmlcharrefreplace") if encoding != "UTF-8" else "é".encode()
    place = body.index(
        b"</description>" if b"</description>" in body else b"</summary>", body.index(b"news-1.html")
    )
    half = b"\xe4\xb8" if encoding == "UTF-8" else b"\xd6" if encoding not in ("cp1252", "cp874") else b""
    body = body[: place - len(last)] + half + body[place:]
    wanted = tuple(replace(s.wanted(), summary=None) for s in told)
    return Case(name, "feed", body, f"{HEADER}; charset={label}", wanted)


def _broken(lang: str) -> Iterator[Case]:
    told = stories(lang)
    marked = [replace(s, title=f"{s.title} R&D, M&A & Co", markup=True) for s in told]
    yield _case(f"bare ampersands {lang}", rss(marked, lang), marked)
    entities = [replace(s, title=f"{s.title}&nbsp;&ndash;&nbsp;&eacute;", markup=True) for s in told]
    right = tuple(replace(s.wanted(), title=f"{s.title} – é") for s in told)
    yield _case(f"entities of HTML {lang}", rss(entities, lang), told, wanted=right)
    addressed = [replace(s, extra=f"<comments>{SITE}/c?a=1&b=2&copy=3</comments>") for s in told]
    yield _case(f"ampersands in addresses {lang}", rss(addressed, lang), told)
    queried = (
        rss(told, lang)
        .replace("news-", "news?x=1&amp;id=")
        .replace("&amp;id=", "&id=")
        .replace(".html</link>", "</link>")
    )
    wanted = tuple(replace(s.wanted(), url=f"{SITE}/{lang}/2025/11/news?x=1&id={s.number}") for s in told)
    yield _case(f"ampersands in links {lang}", queried, told, wanted=wanted)
    less = [replace(s, title=f"{s.title} 3 < 5", markup=True) for s in told]
    yield _case(f"bare less-than {lang}", rss(less, lang), less)
    whole = rss(told, lang)
    yield _case(f"undeclared prefix {lang}", whole.replace(' xmlns:media="http://search.yahoo.com/mrss/"', "").replace(
        "</item>", '<media:thumbnail url="https://outlet.example/p.jpg"/></item>'), told)  # fmt: skip
    body = (
        b"<br />\n<b>Warning</b>: include() in <b>/var/www/feed.php</b> on line <b>3</b><br />\n"
        + (XML.format("UTF-8") + whole).encode()
    )
    yield Case(f"a warning before it {lang}", "feed", body, "text/xml", tuple(s.wanted() for s in told))
    yield _case(f"behind its end {lang}", f"{whole}\n<!-- 0.3 s --><script>x()</script>", told)
    yield _case(f"control characters {lang}", whole.replace("<description>", "<description>\x0b\x02"), told)
    cut = (XML.format("UTF-8") + whole).encode()
    end = cut.rindex(b"<pubDate>")
    yield Case(
        f"its end is missing {lang}", "feed", cut[:end], "text/xml", tuple(s.wanted() for s in told[:-1])
    )
    surrogates = [replace(s, title=f"{s.title} &#55357;&#56832;", markup=True) for s in told]
    right = tuple(replace(s.wanted(), title=f"{s.title} 😀") for s in told)
    yield _case(f"halves of characters {lang}", rss(surrogates, lang), told, wanted=right)


def _elements(lang: str) -> Iterator[Case]:
    told = stories(lang)

    def with_extra(extra: str, **more: Any) -> list[Story]:
        return [
            replace(s, extra=extra.format(n=s.number, site=SITE, text=escape(s.text)), **more) for s in told
        ]

    yield _case(
        f"atom:link self beside {lang}",
        rss(with_extra('<atom:link rel="self" href="{site}/feed/{n}"/>'), lang),
        told,
    )
    yield _case(
        f"atom:link beside {lang}",
        rss(with_extra('<atom:link rel="alternate" href="{site}/amp/{n}" type="text/html"/>'), lang),
        told,
    )
    yield _case(
        f"atom:link without rel beside {lang}",
        rss(with_extra('<atom:link href="{site}/feed/{n}"/>'), lang),
        told,
    )
    for name in ("uri", "href", "url"):
        text = rss(told, lang)
        for s in told:
            text = text.replace(f"<link>{s.link}</link>", f'<link {name}="{s.link}"/>')
        yield _case(f"link {name} {lang}", text, told)
    tracked = [
        replace(
            s,
            link=f"https://feedproxy.example/~r/o/~3/{s.number}/",
            extra=f"<feedburner:origLink>{s.link}</feedburner:origLink>",
        )
        for s in told
    ]
    yield _case(f"origLink {lang}", rss(tracked, lang), told)
    yield _case(f"origLink atom {lang}", atom(tracked, lang), told)
    of_feed = tuple(replace(s.wanted(), author="Lan Nguyen") for s in told)
    yield _case(
        f"author of the feed {lang}",
        atom(told, lang, "<author><name>Lan Nguyen</name></author>"),
        told,
        wanted=of_feed,
    )
    several = tuple(replace(s.wanted(), author="Lan Nguyen, 王芳") for s in told)
    two = "<author><name>Lan Nguyen</name></author><author><name>王芳</name></author>"
    yield _case(f"several authors atom {lang}", atom(with_extra(two), lang), told, wanted=several)
    yield _case(f"several authors of the feed {lang}", atom(told, lang, two), told, wanted=several)
    creators = "<dc:creator>Lan Nguyen</dc:creator><dc:creator>王芳</dc:creator>"
    yield _case(f"several authors rss {lang}", rss(with_extra(creators), lang), told, wanted=several)
    authors = {"authors": [{"name": "Lan Nguyen"}, {"name": "王芳"}]}
    yield Case(
        f"authors of the feed json {lang}",
        "feed",
        json_feed(told, lang, authors).encode(),
        "application/json",
        several,
        peers=False,
    )
    files = tuple(replace(s.wanted(), enclosure=f"{SITE}/audio/{s.number}.mp3") for s in told)
    yield _case(
        f"relative enclosure {lang}",
        rss(with_extra('<enclosure url="/audio/{n}.mp3" type="audio/mpeg" length="9"/>'), lang),
        told,
        wanted=files,
    )
    inside = '<enclosure url="{site}/audio/{n}.mp3" type="audio/mpeg" length="9"><title>audio {n}</title><link>{site}/a</link></enclosure>'
    yield _case(f"enclosure with children {lang}", rss(with_extra(inside), lang), told, wanted=files)
    untitled = tuple(replace(s.wanted(), title=s.text) for s in told)
    yield _case(
        f"no title {lang}",
        rss([replace(s, title="") for s in told], lang).replace("<title></title>", ""),
        told,
        wanted=untitled,
    )
    yield _case(f"empty title {lang}", rss([replace(s, title="") for s in told], lang), told, wanted=untitled)
    form = "<description>&lt;form action='x'&gt;&lt;p&gt;{text}&lt;/p&gt;&lt;/form&gt;</description>"
    yield _case(f"text inside a form {lang}", rss(with_extra(form), lang), told)
    cells = "<description>&lt;table&gt;&lt;tr&gt;&lt;td&gt;{text}&lt;/td&gt;&lt;td&gt;12&lt;/td&gt;&lt;td&gt;34&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;</description>"
    in_cells = tuple(replace(s.wanted(), summary=f"{s.text} 12 34") for s in told)
    yield _case(f"table cells {lang}", rss(with_extra(cells), lang), told, wanted=in_cells)


def _identities(lang: str) -> Iterator[Case]:
    told = stories(lang)
    yield _case(f"one guid for all {lang}", rss([replace(s, guid=f"{SITE}/") for s in told], lang), told)
    yield _case(f"one word as guid {lang}", rss([replace(s, guid="news") for s in told], lang), told)
    yield _case(
        f"one id for all atom {lang}", atom([replace(s, guid=f"{SITE}/feed") for s in told], lang), told
    )
    home = tuple(replace(s.wanted(), url=None) for s in told)
    yield _case(
        f"home page as link {lang}",
        rss([replace(s, link=f"{SITE}/", guid=None) for s in told], lang),
        told,
        wanted=home,
    )
    both = [replace(s, link=f"{SITE}/", guid=f"{SITE}/") for s in told]
    yield _case(f"home page as link and guid {lang}", rss(both, lang), told, wanted=home)
    permanent = rss(told, lang)
    for s in told:
        permanent = permanent.replace(
            f'<link>{s.link}</link><guid isPermaLink="false">{s.guid}</guid>', f"<guid>{s.link}</guid>"
        )
    yield _case(f"guid as link {lang}", permanent, told)
    named = rss([replace(s, guid=s.link) for s in told], lang)
    for s in told:
        named = named.replace(f"<link>{s.link}</link>", "")
    yield _case(f"guid that is said to be no link {lang}", named, told, peers=False)
    yield from _mistyped(lang)


def _mistyped(lang: str) -> Iterator[Case]:
    """Links with too many slashes, too few, or no scheme."""
    told = stories(lang)
    host = SITE.removeprefix("https://")
    forms = {
        "three slashes": (f"{SITE}/", "http:///"),
        "three slashes and a host": (f"{SITE}/", f"https:///{host}/"),
        "one slash": (f"{SITE}/", f"https:/{host}/"),
        "no colon": (f"{SITE}/", f"https//{host}/"),
        "two schemes": (f"{SITE}/", f"http://{SITE}/"),
        "slashes turned round": ("/", "\\"),
        "no scheme": (f"{SITE}/", f"{host}/"),
    }
    for name, (right, typed) in forms.items():
        linked = [replace(s, link=s.link.replace(right, typed)) for s in told]
        wanted = tuple(s.wanted() for s in told)
        yield _case(f"link with {name} {lang}", rss(linked, lang), told, wanted=wanted, peers=False)
    whole = json_feed(told, lang)
    yield Case(
        f"json cut in its last item {lang}",
        "feed",
        whole[: whole.rindex(told[-1].link) + 9].encode(),
        "application/feed+json",
        tuple(replace(s.wanted(), summary=None) for s in told[:-1]),
        peers=False,
    )


def _sitemaps(lang: str) -> Iterator[Case]:
    told = stories(lang)
    wanted = tuple(replace(s.wanted(), summary=None) for s in told)

    def case(name: str, text: str, **more: Any) -> Case:
        body = (XML.format("UTF-8") + text).encode()
        return Case(
            f"{name} {lang}", "sitemap", body, "application/xml", peers=False, **{"wanted": wanted, **more}
        )

    yield case("news sitemap", sitemap("".join(news_row(s) for s in told)))
    picture = "<image:image><image:loc>https://outlet.example/p.jpg</image:loc><image:title>DSC_0012.jpg</image:title></image:image>"
    yield case("picture first", sitemap("".join(news_row(s, before=picture) for s in told)))
    film = "<video:video><video:title>clip</video:title><video:publication_date>2019-01-01</video:publication_date><video:content_loc>https://outlet.example/v.mp4</video:content_loc></video:video>"
    yield case("film first", sitemap("".join(news_row(s, before=film) for s in told)))
    queried = tuple(replace(w, url=f"{SITE}/?a=1&b={s.number}") for s, w in zip(told, wanted, strict=True))
    yield case(
        "bare ampersand",
        sitemap("".join(news_row(s, loc=f"{SITE}/?a=1&b={s.number}") for s in told)),
        wanted=queried,
    )
    spaced = tuple(replace(w, title=f"{w.title} R&D") for w in wanted)
    yield case(
        "entities",
        sitemap("".join(news_row(s, title=f"{escape(s.title)}&nbsp;R&D") for s in told)),
        wanted=spaced,
    )
    odd = "<url><loc>javascript:void(0)</loc></url><url><loc></loc></url>"
    yield case("addresses that are none", sitemap(odd + "".join(news_row(s) for s in told)))
    many = "<image:image><image:loc>https://outlet.example/p.jpg</image:loc></image:image>" * 300
    yield case("hundreds of pictures", sitemap("".join(news_row(s, before=many) for s in told)))
    bare = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    yield case("undeclared prefixes", sitemap("".join(news_row(s, before=picture) for s in told), bare))
    yield case("its end is missing", sitemap("".join(news_row(s) for s in told))[:-200], wanted=wanted[:-1])
    yield from _indexes(case)


def _indexes(case: Callable[..., Case]) -> Iterator[Case]:
    def index(urls: Sequence[str], changed: Callable[[int], str] = lambda _: "") -> str:
        rows = "".join(f"<sitemap><loc>{escape(u)}</loc>{changed(i)}</sitemap>" for i, u in enumerate(urls))
        return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'

    months = [f"{SITE}/sitemap-{year}-{month:02}.xml" for year in (2024, 2025) for month in range(1, 12)]
    yield case("index by month", index(months), wanted=(), child=months[-1])
    packed = [
        f"{SITE}/sitemap_{d:%Y%m%d}.xml.gz"
        for d in (datetime(2025, 10, 1, tzinfo=UTC) + timedelta(days=n) for n in range(58))
    ]
    yield case("index by day", index(packed), wanted=(), child=packed[-1])
    parted = [
        f"{SITE}/sitemap.xml?yyyy={year}&mm={month:02}" for year in (2024, 2025) for month in range(1, 12)
    ]
    yield case("index by parameters", index(parted), wanted=(), child=parted[-1])
    numbered = [f"{SITE}/post-sitemap{n}.xml" for n in range(1, 41)]
    yield case(
        "index by number",
        index([f"{SITE}/page-sitemap.xml", f"{SITE}/tag-sitemap.xml", *numbered]),
        wanted=(),
        child=numbered[-1],
    )
    same = "<lastmod>2025-11-28T00:00:00+07:00</lastmod>"
    yield case("index with one date for all", index(months, lambda _: same), wanted=(), child=months[-1])

    def spelled(number: int) -> str:
        return f"<lastmod>{format_datetime(datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=(number * 7) % 22))}</lastmod>"

    names = [f"{SITE}/s{chr(97 + n)}.xml" for n in range(22)]
    yield case(
        "index with mail dates",
        index(names, spelled),
        wanted=(),
        child=names[max(range(22), key=lambda n: (n * 7) % 22)],
    )
