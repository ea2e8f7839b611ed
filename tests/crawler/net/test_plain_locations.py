"""What is looked at once for all addresses of a site is what a look at each address finds."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.net.guard import Guard, Refused
from crawler.runtime.url_hosts import host_in, location_in, plain_beginning, plain_host

_HOSTS = st.sampled_from(
    [
        "a.example",
        "A.example",
        "a.example.",
        "127.0.0.1",
        "[::1]",
        "10.0.0.1",
        "user@b.example",
        "b%2eexample",
        "ü.example",
        "",
    ]
)
_PORTS = st.sampled_from(["", ":", ":80", ":22", ":8080", ":080", ":99999", ":x"])
_RESTS = st.sampled_from(
    ["", "/", "/a?b=@c", "?x", "#y", "\\@z.example/", "/\t", "/\n", "\n", " ", "/[", "@z.example/"]
)
_SCHEMES = st.sampled_from(["http://", "https://", "HTTP://", "ftp://", "//", "http:/", " http://"])
_ADDRESSES = st.builds("{}{}{}{}".format, _SCHEMES, _HOSTS, _PORTS, _RESTS)


@given(_ADDRESSES)
def test_a_location_is_that_of_the_standard_library(url: str) -> None:
    with suppress(ValueError):  # where that cannot be read, it is looked at as before
        assert location_in(url) == urlsplit(url).netloc
        assert host_in(url) == plain_host(urlsplit(url).hostname or "")


@given(st.lists(_ADDRESSES, min_size=1, max_size=6))
def test_the_guard_says_of_an_address_what_it_says_when_it_is_asked_first(urls: list[str]) -> None:
    guard = Guard(["127.0.0.1"])
    for url in urls * 2:
        assert _is_refused(guard, url) == _is_refused(Guard(["127.0.0.1"]), url)


def _is_refused(guard: Guard, url: str) -> bool:
    try:
        guard.check(url)
    except Refused:
        return True
    return False


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example?x",
        "http://a.example\\@b/",
        "http://u@a.example/",
        "http://a.example:0/",
        "http://A.example/",
    ],
)
def test_only_what_is_plain_is_remembered(url: str) -> None:
    assert plain_beginning(url) is None
    assert plain_beginning("http://a.example:8080/x") == "http://a.example:8080"
