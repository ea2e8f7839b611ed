"""Failures of one cause stand on one line; that nothing at all could be reached is said once, with its likely cause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import SourceFailure
from crawler.polling.reach import by_cause, summed_up, unreached

UNKNOWN = "the host name is unknown"


def failures(count: int, kind: str = "dns", message: str = UNKNOWN) -> list[SourceFailure]:
    return [SourceFailure(f"{kind.replace(' ', '-')}-{n}", kind, message) for n in range(count)]


def test_alike_failures_stand_on_one_line_and_others_on_their_own() -> None:
    some = [*failures(37), *failures(2, "http 404", "the server answers 404 Not Found")]
    assert summed_up(some) == [
        f"37 sources: {UNKNOWN} (dns-0, dns-1, dns-2, …)",
        "http-404-0: the server answers 404 Not Found",
        "http-404-1: the server answers 404 Not Found",
    ]
    assert len(summed_up(some, verbose=True)) == 39


def test_pages_are_counted_as_pages_and_their_sources_named_once() -> None:
    pages = [
        SourceFailure(
            "one", "page", f"https://o.example/{n}: robots.txt forbids it", f"https://o.example/{n}"
        )
        for n in range(5)
    ]
    assert summed_up(pages) == ["5 pages: robots.txt forbids it (one)"]


def test_failures_that_name_a_host_or_a_time_are_alike_all_the_same() -> None:
    guarded = [SourceFailure(f"s{n}", "guard", f"s{n}.example leads to the private address 10.0.0.{n}") for n in range(4)]  # fmt: skip
    assert summed_up(guarded) == ["4 sources: the address leads to a private network (s0, s1, s2, …)"]


@pytest.mark.parametrize(
    ("kinds", "environment", "proxy", "words"),
    [
        (["dns"] * 5, {}, None, "no host name could be looked up"),
        (["dns"] * 4 + ["timeout"], {}, None, "no host name could be looked up"),
        (["unreachable"] * 5, {}, None, "no connection leads out"),
        (["timeout"] * 5, {}, None, "no connection leads out"),
        (["certificate issuer"] * 3 + ["certificate self-signed"] * 2, {}, None, "SSL_CERT_FILE"),
        (["guard"] * 5, {}, None, "private addresses"),
        (["dns"] * 5, {"HTTPS_PROXY": "http://me:secret@proxy.example:3128"}, None, "proxy: ${HTTPS_PROXY}"),
        (["broken"] * 5, {"https_proxy": "x"}, "proxy.example", "through the proxy proxy.example of crawl.proxy"),
        (["proxy"] * 5, {}, "proxy.example", "through the proxy proxy.example of crawl.proxy"),
        (["dns"], {"https_proxy": "http://p:1"}, None, "proxy: ${https_proxy}"),
    ],
)  # fmt: skip
def test_that_nothing_could_be_reached_is_said_with_its_likely_cause(
    kinds: list[str], environment: dict[str, str], proxy: str | None, words: str
) -> None:
    some = [SourceFailure(f"s{n}", kind, "words") for n, kind in enumerate(kinds)]
    said = unreached(some, len(some), environment, proxy)
    assert said is not None
    assert words in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("kinds", "asked"),
    [
        (["dns"] * 5, 6),  # one answered
        (["dns"] * 4 + ["http 403"], 5),  # one answered, if only with a refusal
        (["dns"] * 4 + ["not a feed"], 5),
        (["dns"], 1),  # one name that is unknown may be misspelt
        ([], 0),
    ],
)
def test_nothing_is_said_of_the_network_where_somebody_answered(kinds: list[str], asked: int) -> None:
    some = [SourceFailure(f"s{n}", kind, "words") for n, kind in enumerate(kinds)]
    assert unreached(some, asked, {}) is None


@given(
    st.lists(
        st.builds(
            SourceFailure,
            st.sampled_from("abcdef"),
            st.sampled_from(["dns", "guard", "busy", "page", "http 500"]),
            st.sampled_from(["x", "y: z", ""]),
        )
    )
)
def test_every_failure_is_in_some_line(some: list[SourceFailure]) -> None:
    assert sum(len(alike.failures) for alike in by_cause(some)) == len(some)
    assert len(summed_up(some, verbose=True)) == len(some)
    assert len(summed_up(some)) <= len(some)
