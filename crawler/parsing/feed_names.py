"""The names of elements in feeds, and which of them mean something to feedparser."""

from __future__ import annotations

ATOM = "{http://www.w3.org/2005/Atom}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RSS10 = "{http://purl.org/rss/1.0/}"
DC, TERMS = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
ORIGINAL_LINKS = (
    "{http://rssnamespace.org/feedburner/ext/1.0}origLink",
    "{http://www.pheedo.com/namespace/pheedo}origLink",
)
"""What services that count clicks call the address that an item had before."""
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_MEANINGFUL = frozenset(
    [
        "abstract",
        "author",
        "body",
        "category",
        "channel",
        "content",
        "contributor",
        "copyright",
        "created",
        "date",
        "description",
        "email",
        "enclosure",
        "entry",
        "expirationdate",
        "feed",
        "fullitem",
        "guid",
        "height",
        "homepage",
        "id",
        "image",
        "info",
        "issued",
        "item",
        "keywords",
        "language",
        "lastbuilddate",
        "link",
        "managingeditor",
        "modified",
        "name",
        "newlocation",
        "pubdate",
        "published",
        "rights",
        "rss",
        "source",
        "subtitle",
        "summary",
        "tagline",
        "tags",
        "textinput",
        "title",
        "updated",
        "uri",
        "url",
        "webmaster",
        "width",
    ]
)
"""Elements without a namespace that feedparser gives a meaning."""
_MEANINGFUL_NAMESPACES = tuple(
    "{" + uri
    for uri in (
        "http://www.w3.org/2005/Atom", "http://purl.org/", "http://search.yahoo.com/mrss", "http://www.itunes.com/", "http://example.com/",
        "http://backend.userland.com/", "http://blogs.law.harvard.edu/", "http://my.netscape.com/", "http://www.georss.org/",
        "http://podlove.org/", "http://web.resource.org/", "http://webns.net/", "http://backend.userland", "http://creativecommons.org/",
        "http://cyber.law.harvard.edu/", "http://www.w3.org/1999/xhtml", "uri/of/echo",
    )
)  # fmt: skip
"""Namespaces whose elements feedparser gives a meaning."""


def may_mean_something(tag: str) -> bool:
    """Whether feedparser may take something from an element; all others can be left out without a difference."""
    if not tag.startswith("{"):
        return tag.lower() in _MEANINGFUL
    return tag.startswith(_MEANINGFUL_NAMESPACES) or tag.partition("}")[2].lower() in _MEANINGFUL
