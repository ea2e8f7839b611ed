"""Whose an archived article is: of the configured source of its site, else of a source that is called after its host."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from crawler.config.settings import Source
from crawler.net.site_limiter import site_of
from crawler.parsing.urls import host_of
from crawler.runtime.url_hosts import without_login


class ArchiveSources:
    """The sources of archived articles.

    A source after a host is in no configuration: it is not polled, and neither health nor coverage knows of it, as with
    what ``crawl --url`` brings.

    Args:
        configured: the sources of the configuration. Searches list other outlets, and own none.
    """

    def __init__(self, configured: Iterable[Source]) -> None:
        self._of_host: defaultdict[str, list[Source]] = defaultdict(list)
        self._of_site: defaultdict[str, list[Source]] = defaultdict(list)
        self._named: dict[str, Source] = {}
        for source in configured:
            self._named[source.name] = source
            if source.kind != "search" and (host := host_of(source.url)):
                self._of_host[host].append(source)
                self._of_site[site_of(host)].append(source)

    def of(self, url: str, lang: str | None = None, named: str = "") -> Source:
        """The source of an article: that of its host; that of its site, where there is one; else one after its host.

        Args:
            url: the article's address.
            lang: the language that it claims, by which one of several sources of an outlet is chosen.
            named: who the archive says that brought it; our own exports name sources of the configuration.
        """
        if named in self._named:
            return self._named[named]
        host = host_of(url)
        mine: Sequence[Source] = self._of_host.get(host, ())
        if not mine:
            # rss.outlet.example lists www.outlet.example; but many outlets may share a site.
            of_site = self._of_site.get(site_of(host), ())
            mine = of_site if len({host_of(s.url) for s in of_site}) == 1 else ()
        for source in mine:
            if lang and source.lang and lang.lower().startswith(source.lang):
                return source
        return mine[0] if mine else _after(host)


def without_secrets(source: Source) -> Source:
    """A source with what reading archives needs of it: not what is sent to it, which may hold keys."""
    # Its address may hold a key too; of that, only whose it is counts.
    return Source.model_construct(
        name=source.name, url=urlsplit(source.url)._replace(netloc=without_login(urlsplit(source.url).netloc), path="/", query="", fragment="").geturl(),
        kind=source.kind, lang=source.lang, country=source.country, timezone=source.timezone, select=source.select,
    )  # fmt: skip


def _after(host: str) -> Source:
    # Not validated: no configuration has it.
    return Source.model_construct(name=host, url=f"https://{host}/", kind="feed")
