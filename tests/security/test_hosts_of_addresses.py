"""Everything that takes an address apart sees the same host in it, and puts it together again so that it leads there."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from alerts.web.hosts import host_of as asked_host
from alerts.web.hosts import is_ours
from alerts.web.origin import is_of
from crawler.archives.sources import without_secrets
from crawler.config.settings import Source
from crawler.net.site_limiter import site_of
from crawler.parsing.feed_addresses import feed_key
from crawler.parsing.urls import canonical, host_of, is_web_url, same_site, url_key
from crawler.runtime.public_addresses import AllowedHosts
from crawler.runtime.redaction import without_credentials
from crawler.runtime.url_hosts import host_in, net_location, plain_host
from tests.builders import shipped


class Written(NamedTuple):
    """An address, its canonical form, and the site by which its requests are counted."""

    address: str
    canonical: str
    site: str


TABLE = [
    Written("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x", "[2001:db8::1]:8080"),
    Written("http://[2001:DB8:0:0::1]/x", "http://[2001:db8::1]/x", "[2001:db8::1]"),
    Written("http://[2001:db8::1]:80/x", "http://[2001:db8::1]/x", "[2001:db8::1]:80"),
    Written("https://u:p@[::1]:8443/x?b=1&a=2", "https://[::1]:8443/x?a=2&b=1", "[::1]:8443"),
    Written("http://[fe80::1%25eth0]/x", "http://[fe80::1%25eth0]/x", "[fe80::1%25eth0]"),
    Written("http://[::ffff:1.2.3.4]:81/", "http://[::ffff:102:304]:81/", "[::ffff:102:304]:81"),
    Written("https://user:p@ss@news.Example.org./x", "https://news.example.org/x", "example.org"),
    Written("HTTPS://WWW.Example.ORG.:443", "https://www.example.org/", "example.org"),
    Written("http://example.org:443/x", "http://example.org:443/x", "example.org"),
    Written("http://example.org:/x", "http://example.org/x", "example.org"),
    Written("http://ex%61mple.org:8080/a%20b", "http://example.org:8080/a%20b", "example.org"),
    Written("https://新闻.中国/x", "https://xn--efvy88h.xn--fiqs8s/x", "xn--efvy88h.xn--fiqs8s"),
    Written("https://XN--EFVY88H.xn--fiqs8s./x", "https://xn--efvy88h.xn--fiqs8s/x", "xn--efvy88h.xn--fiqs8s"),
    Written("https://Münche。example./x", "https://xn--mnche-kva.example/x", "xn--mnche-kva.example"),
    Written("http://192.0.2.7.:8000/x", "http://192.0.2.7:8000/x", "192.0.2.7:8000"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[row.address for row in TABLE])
def test_all_see_the_same_host(row: Written) -> None:
    host = urlsplit(row.canonical).hostname or ""
    assert is_web_url(row.address)
    assert canonical(row.address) == row.canonical
    assert canonical(row.canonical) == row.canonical
    assert host_in(row.address) == host
    assert host_of(row.address) == host.removeprefix("www.")
    assert url_key(row.address) == url_key(row.canonical)
    assert feed_key(row.address) == feed_key(row.canonical)
    assert same_site(row.address, row.canonical)
    assert site_of(urlsplit(row.address).netloc) == row.site
    assert AllowedHosts([host]).host_allowed(urlsplit(row.address).hostname or "")
    without = without_credentials(row.address)
    assert "p@" not in without
    assert host_in(without) == host
    source = Source.model_construct(name="a", url=row.address, kind="feed")
    assert "@" not in without_secrets(source).url
    assert host_in(without_secrets(source).url) == host


# No browser sends a zone: it says something on the machine itself alone.
@pytest.mark.parametrize(
    "row", [row for row in TABLE if "%25" not in row.address], ids=lambda row: row.address
)
def test_pages_at_an_address_are_asked_for_by_its_host(row: Written) -> None:
    settings = shipped()
    mine = settings.model_copy(
        update={"delivery": settings.delivery.model_copy(update={"public_url": row.address})}
    )
    sent = urlsplit(row.canonical)
    assert is_ours(asked_host(Headers({"host": sent.netloc})), mine)
    assert is_of(f"{sent.scheme}://{sent.netloc}", sent.netloc)
    assert is_of(f"{sent.scheme}://{sent.netloc}", urlsplit(row.address).netloc)


@pytest.mark.parametrize(
    ("origin", "host", "is_same"),
    [
        ("https://desk.example", "desk.example:443", True),
        ("http://desk.example:8080", "desk.example:8080", True),
        ("https://desk.example", "desk.example:80", False),
        ("http://desk.example", "desk.example:8080", False),
        ("https://desk.example", "desk.example.other.example", False),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443", True),
        ("https://[2001:db8::1]", "[2001:db8::2]", False),
        ("null", "", False),
        ("null", "desk.example", False),
        ("https://desk.example:x", "desk.example:x", False),
        ("", "desk.example", False),
    ],
)
def test_a_form_comes_from_our_page_where_host_and_port_agree(origin: str, host: str, is_same: bool) -> None:
    assert is_of(origin, host) is is_same


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://u:p@h.example/x", "http://…@h.example/x"),
        ("http://u:a@b@c@h.example/x", "http://…@h.example/x"),
        ("http://u:pa/ss@h.example/x", "http://…@h.example/x"),
        ("http://u:12/ss@h.example/x", "http://u:12/ss@h.example/x"),
        ("http://h.example:8080/@user/1", "http://h.example:8080/@user/1"),
        ("http://h.example/@user", "http://h.example/@user"),
        ("of http://h.example and a@b.example", "of http://h.example and a@b.example"),
        ("http://a.example,http://u:p@b.example", "http://a.example,http://…@b.example"),
        ("postgresql+psycopg://u:p%40@[::1]:5432/db", "postgresql+psycopg://…@[::1]:5432/db"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ],
)
def test_what_opens_an_address_is_not_shown(text: str, shown: str) -> None:
    assert without_credentials(text) == shown


@pytest.mark.parametrize("host", ["localhost.", "LOCALHOST", "a.localhost.", "127.0.0.1.", "127%2e0%2e0%2e1", "[::1]"])  # fmt: skip
def test_inner_hosts_are_known_however_they_are_written(host: str) -> None:
    assert not AllowedHosts().host_allowed(host)
    assert AllowedHosts([plain_host(host)]).host_allowed(host)


@given(st.ip_addresses(v=6), st.none() | st.integers(1, 65535))
def test_an_address_of_version_6_comes_back(address: object, port: int | None) -> None:
    url = canonical(f"http://{net_location(str(address), port)}/x")
    assert host_in(url) == plain_host(str(address))
    assert urlsplit(url).port == (None if port == 80 else port)


@given(st.text(max_size=20))
def test_no_host_breaks_it(host: str) -> None:
    once = plain_host(host)
    assert plain_host(once) in (once, plain_host(plain_host(once)))
    assert isinstance(canonical(f"http://{host}/"), str)
    assert isinstance(host_of(f"http://{host}/"), str)
    assert isinstance(feed_key(f"http://{host}/"), str)
