"""The formats in which outlets publish: RSS 0.91, 1.0 and 2.0, Atom, JSON Feed, news sitemap, list page, article page."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from tests.newsroom.news import Item, Outlet

Address = Callable[[str], str]
"""Turns a path of the news web into an address."""
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def paragraphs(text: str) -> str:
    """A text as HTML paragraphs."""
    return "".join(f"<p>{escape(line)}</p>\n" for line in text.split("\n"))


def rss20(outlet: Outlet, items: Sequence[Item], at: Address, *, full: bool = True) -> str:
    """RSS 2.0, with the whole text (content:encoded) or only the first paragraph."""
    body = "".join(
        f"<item><title>{escape(i.title)}</title><link>{at(i.path)}?utm_source=rss</link><guid isPermaLink='false'>{i.number}</guid>"
        f"<pubDate>{format_datetime(i.at)}</pubDate><description>{escape(i.lead)}</description>"
        + (f"<content:encoded><![CDATA[{paragraphs(i.text)}]]></content:encoded>" if full else "")
        + "</item>\n"
        for i in items
    )
    return (
        f'{XML}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{outlet.name}</title>'
        f"<link>{at('/')}</link><description>News</description><language>{outlet.lang}</language>\n{body}</channel></rss>"
    )


def rss20_short(outlet: Outlet, items: Sequence[Item], at: Address) -> str:
    """RSS 2.0 with first paragraphs only."""
    return rss20(outlet, items, at, full=False)


def rss091(outlet: Outlet, items: Sequence[Item], at: Address) -> str:
    """RSS 0.91: no dates, no ids."""
    body = "".join(
        f"<item><title>{escape(i.title)}</title><link>{at(i.path)}</link><description>{escape(i.lead)}</description></item>\n"
        for i in items
    )
    return (
        f'{XML}<rss version="0.91"><channel><title>{outlet.name}</title><link>{at("/")}</link><description>News</description>'
        f"<language>{outlet.lang}</language>\n{body}</channel></rss>"
    )


def rss10(outlet: Outlet, items: Sequence[Item], at: Address) -> str:
    """RSS 1.0 (RDF) with Dublin Core dates."""
    order = "".join(f'<rdf:li rdf:resource="{at(i.path)}"/>' for i in items)
    body = "".join(
        f'<item rdf:about="{at(i.path)}"><title>{escape(i.title)}</title><link>{at(i.path)}</link>'
        f"<description>{escape(i.lead)}</description><dc:date>{i.at.isoformat()}</dc:date></item>\n"
        for i in items
    )
    return (
        f'{XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{at("/")}"><title>{outlet.name}</title>'
        f"<link>{at('/')}</link><description>News</description><items><rdf:Seq>{order}</rdf:Seq></items></channel>\n{body}</rdf:RDF>"
    )


def atom(outlet: Outlet, items: Sequence[Item], at: Address, *, full: bool = True) -> str:
    """Atom, with the whole text or only a summary."""
    body = "".join(
        f'<entry><title>{escape(i.title)}</title><link rel="alternate" href="{at(i.path)}"/><id>tag:{outlet.name},{i.number}</id>'
        f"<published>{i.at.isoformat()}</published><updated>{i.at.isoformat()}</updated><author><name>{outlet.name}</name></author>"
        + (
            f'<content type="html">{escape(paragraphs(i.text))}</content>'
            if full
            else f"<summary>{escape(i.lead)}</summary>"
        )
        + "</entry>\n"
        for i in items
    )
    updated = f"<updated>{items[0].at.isoformat()}</updated>" if items else ""
    return (
        f'{XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.lang}"><title>{outlet.name}</title>'
        f"<id>tag:{outlet.name}</id>{updated}\n{body}</feed>"
    )


def atom_short(outlet: Outlet, items: Sequence[Item], at: Address) -> str:
    """Atom with summaries only."""
    return atom(outlet, items, at, full=False)


def jsonfeed(outlet: Outlet, items: Sequence[Item], at: Address) -> str:
    """JSON Feed 1.1."""
    rows = [
        {
            "id": str(i.number),
            "url": at(i.path),
            "title": i.title,
            "content_text": i.text,
            "date_published": i.at.isoformat(),
        }
        for i in items
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "language": outlet.lang,
        "items": rows,
    }
    return json.dumps(feed, ensure_ascii=False)


def sitemap(outlet: Outlet, items: Sequence[Item], at: Address) -> str:
    """A sitemap index whose child is the news sitemap."""
    newest = f"<lastmod>{items[0].at.isoformat()}</lastmod>" if items else ""
    child = f"<sitemap><loc>{at(f'/{outlet.name}/news-sitemap.xml')}</loc>{newest}</sitemap>"
    return f'{XML}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{child}</sitemapindex>'


def news_sitemap(outlet: Outlet, items: Sequence[Item], at: Address) -> str:
    """A news sitemap (Google's extension)."""
    body = "".join(
        f"<url><loc>{at(i.path)}</loc><news:news><news:publication><news:name>{outlet.name}</news:name>"
        f"<news:language>{outlet.lang}</news:language></news:publication><news:publication_date>{i.at.isoformat()}"
        f"</news:publication_date><news:title>{escape(i.title)}</news:title></news:news></url>\n"
        for i in items
    )
    return (
        f'{XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{body}</urlset>'
    )


def listing(outlet: Outlet, items: Sequence[Item], at: Address) -> str:
    """A list page, among other links."""
    rows = "".join(
        f'<li class="story"><a href="{i.path}"><img src="/logo.png" alt=""></a> <h3><a href="{i.path}">{escape(i.title)}</a></h3>'
        f'<time datetime="{i.at.isoformat()}">{i.at:%d.%m.%Y}</time></li>\n'
        for i in items
    )
    return (
        f'<!doctype html><html lang="{outlet.lang}"><head><meta charset="utf-8"><title>{outlet.name}</title></head><body>'
        f'<nav><ul><li><a href="/about">About</a></li></ul></nav><ul class="news">\n{rows}</ul></body></html>'
    )


def search(query: str, items: Sequence[Item], at: Address) -> str:
    """A news search as a feed: titles end with the outlet, which the source element names too."""
    body = "".join(
        f"<item><title>{escape(i.title)} - {i.outlet.name}</title><link>{at(i.path)}</link><guid>{i.number}</guid>"
        f"<pubDate>{format_datetime(i.at)}</pubDate><source url={quoteattr(at('/' + i.outlet.name))}>{i.outlet.name}</source></item>\n"
        for i in items
    )
    return f'{XML}<rss version="2.0"><channel><title>{escape(query)}</title><link>{at("/")}</link>\n{body}</channel></rss>'


def page(item: Item, others: Sequence[Item], at: Address) -> str:
    """An article's page with navigation, related links and a footer around its text."""
    links = "".join(f'<li><a href="{o.path}">{escape(o.title)}</a></li>' for o in others)
    lang = f' lang="{item.outlet.lang}"'
    return (
        f'<!doctype html><html{lang}><head><meta charset="utf-8"><title>{escape(item.title)} | {item.outlet.name}</title>'
        f'<meta property="og:title" content={quoteattr(item.title)}><link rel="canonical" href="{at(item.path)}">'
        f'<meta property="article:published_time" content="{item.at.isoformat()}"></head><body>'
        f'<header><nav><a href="/">{item.outlet.name}</a> <a href="/{item.outlet.name}/world">World</a></nav></header>'
        f"<main><article><h1>{escape(item.title)}</h1>\n{paragraphs(item.text)}</article>"
        f"<aside><h2>More</h2><ul>{links}</ul></aside></main><footer><p>© {item.outlet.name}</p></footer></body></html>"
    )


FORMS: dict[str, Callable[[Outlet, Sequence[Item], Address], str]] = {
    "rss20": rss20,
    "rss20_short": rss20_short,
    "rss091": rss091,
    "rss10": rss10,
    "atom": atom,
    "atom_short": atom_short,
    "jsonfeed": jsonfeed,
    "sitemap": sitemap,
    "listing": listing,
}
TYPES = {
    "jsonfeed": "application/feed+json",
    "listing": "text/html; charset=utf-8",
    "atom": "application/atom+xml",
}
