"""The sections of config.yaml that say what is asked, and how."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field

from crawler.config.references import FromEnvironment
from crawler.config.section import Country, Lang, Name, Section, Url
from crawler.config.trust import Trust
from crawler.config.values import Duration, LocalPath, Pin, Size, SourceKind, Zone
from crawler.parsing.dates.context import Origin
from crawler.parsing.urls import same_site


class Crawl(Section):
    """How the crawler behaves on the network."""

    user_agent: str = Field(
        "aseanwatch/1.0 (+https://example.org/about-our-crawler)",
        description="who asks: put your own contact here",
    )
    concurrency: int = Field(64, ge=1, le=1024, description="requests at once")
    per_host: int = Field(2, ge=1, le=64, description="requests to one site at once")
    delay: Duration = Field(timedelta(0), description="least pause between two requests to one host")
    timeout: Duration = Field(timedelta(seconds=30), description="for one request as a whole")
    max_size: Size = Field(
        10_000_000,
        description="of an answer, unpacked; of a sitemap at least the 50 MB that its protocol allows",
    )
    pages: Literal["always", "matching", "never"] = Field(
        "matching",
        description="whose article pages are fetched: all, those that the feed's words do not rule out, none",
    )
    robots: bool = Field(True, description="keep to robots.txt for article pages")
    judges: int | None = Field(
        None,
        ge=0,
        le=64,
        description="processes that judge; 0: the main process does, which takes least memory; default: by machine and number of sources",
    )
    websub: bool = Field(
        False,
        description="have hubs that feeds name push what is new (WebSub); they call delivery.public_url",
    )
    proxy: Annotated[Url | None, FromEnvironment()] = Field(
        None,
        description="an HTTP proxy for all requests; it resolves names, which the guard then cannot check",
    )
    allow_private: tuple[str, ...] = Field((), description="hosts or networks the guard lets through")


class Select(Section):
    """CSS selectors; ``selector@attribute`` takes an attribute, without ``@`` the text."""

    item: str | None = Field(None, description="one element for each entry of a list page")
    link: str | None = Field(None, description="the address of an entry; default: its first link")
    title: str | None = Field(None, description="its headline")
    date: str | None = Field(None, description="when it was published")
    summary: str | None = Field(None, description="its summary")
    article: str | None = Field(
        None, description="the article's body on its page, instead of automatic extraction"
    )


class Source(Section):
    """An origin of news."""

    name: Name = Field(description="unique; what commands and the log call it")
    url: Url = Field(description="where it is asked; {query} stands for a search's words")
    kind: SourceKind = Field(
        "feed", description="feed, sitemap, listing or search; installed packages can add kinds"
    )
    lang: Lang | None = Field(None, description="of its news; it counts before what feed or page claim")
    country: Country | None = Field(
        None, description="where it is at home: ISO code, or the code of a group such as ASEAN"
    )
    timezone: Zone | None = Field(
        None,
        description="of its dates that name none, such as Asia/Jakarta; default: that of its country, address or language",
    )
    query: str | None = Field(None, description="what a search feed searches for, put in place of {query}")
    folder: str | None = Field(
        None, description="where it lies among the others, such as Press / Laos; for feed readers"
    )
    every: Duration | None = Field(None, description="a fixed interval instead of one by its rhythm")
    pages: Literal["always", "matching", "never"] | None = Field(
        None, description="as crawl.pages, for this source"
    )
    select: Select = Select()
    headers: dict[str, Annotated[str, FromEnvironment()]] = Field({}, description="sent with each request")
    trust: LocalPath | None = Field(
        None,
        description="a file of certificates to trust for its site instead of the usual authorities (PEM)",
    )
    pin: Pin | None = Field(
        None,
        description="sha256//…: the key that its server must have, whoever signed its certificate; sources probe prints it",
    )
    enabled: bool = Field(True, description="false: it is not asked")
    assist: bool = Field(
        True, description="false: its words are never sent to a machine assistant, as its licence may ask"
    )

    @property
    def address(self) -> str:
        """Where it is asked; a search has its query in place of ``{query}``."""
        return self.url if self.query is None else self.url.replace("{query}", quote(self.query, safe=""))

    def origin(self, url: str) -> Origin:
        """What is known of where the dates at an address are written that this source has or links.

        A search lists other outlets, whose country is their own.
        """
        if self.kind == "search" and not same_site(url, self.url):
            return Origin(url, self.lang)
        return Origin(url, self.lang, self.country, self.timezone)

    def headers_for(self, url: str) -> dict[str, str]:
        """The headers to send to an address: to this source's own site only, and not unencrypted where it is asked encrypted.

        They may hold a key, and what a feed links to (articles, sitemaps, where it moved) may be anybody's.
        """
        return dict(self.headers) if self.headers and self._is_own(url) else {}

    def trust_for(self, url: str) -> Trust | None:
        """What this source says of the certificate of an address; None elsewhere than on its own site."""
        return Trust(self.trust, self.pin) if (self.trust or self.pin) and self._is_own(url) else None

    def _is_own(self, url: str) -> bool:
        # A redirect to http would send the key over the network in the clear.
        is_downgrade = self.url.startswith("https:") and not url.startswith("https:")
        return same_site(url, self.url) and not is_downgrade
