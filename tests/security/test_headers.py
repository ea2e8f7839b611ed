"""Every answer has headers against sniffing, framing, scripts and caching: pages, errors, redirects, the API."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.security.conftest import configured
from tests.security.service import Service, running

ASKED = [
    ("GET", "/"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"), ("GET", "/style.css"), ("GET", "/nothing"),
    ("GET", "/console"), ("GET", "/console/"), ("GET", "/console/sign-in"), ("GET", "/console/nothing"),
    ("GET", "/console/static/console.css"), ("GET", "/console/static/none"), ("POST", "/console/sign-in"), ("PUT", "/console/"),
    ("GET", "/api/v1/stories"), ("GET", "/api/v1/nothing"), ("GET", "/api/v1/openapi.json"), ("DELETE", "/api/v1/stories"),
    ("GET", "/manage/none"), ("POST", "/one-click/none"), ("GET", "/feed/none.atom"), ("GET", "/feeds/topics/none.atom"),
    ("TRACE", "/"), ("OPTIONS", "/api/v1/stories"), ("HEAD", "/console/sign-in"),
]  # fmt: skip


def asked(url: str, method: str, path: str) -> http.client.HTTPResponse:
    at = urlsplit(url)
    with closing(http.client.HTTPConnection(at.hostname or "", at.port, timeout=20)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        answer.read()
        return answer


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_answer_is_strict(site: str, method: str, path: str) -> None:
    answer = asked(site, method, path)
    if (method, answer.status) == ("TRACE", 405) and answer.getheader("Server", "").startswith("nginx"):
        return  # nginx answers this one alone
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    policy = answer.getheader("Content-Security-Policy") or ""
    assert all(
        rule in policy for rule in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
    ), policy
    assert "unsafe" not in policy
    assert answer.getheader("Referrer-Policy") in ("no-referrer", "same-origin")
    assert answer.getheader("Cache-Control")
    assert answer.getheader("Strict-Transport-Security") is None, "http://127.0.0.1 has no https"
    assert answer.getheader("Access-Control-Allow-Origin") is None
    assert "uvicorn" not in str(answer.headers).lower()
    if method == "TRACE":
        assert answer.status == 405
    if answer.status not in (204, 304) and method != "HEAD" and answer.getheader("Content-Length") != "0":
        kind = answer.getheader("Content-Type") or ""
        assert "charset=utf-8" in kind or "json" in kind, kind


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose readers come by https."""
    folder = configured(
        tmp_path_factory.mktemp("public"),
        delivery={"public_url": "https://watch.example.org", "from": "w@example.org"},
    )
    with running(folder) as made:
        yield made


@pytest.mark.parametrize("path", ["/", "/healthz", "/console/sign-in", "/api/v1/stories", "/nothing"])
def test_who_comes_by_https_comes_only_by_https(public: Service, path: str) -> None:
    kept = asked(public.url, "GET", path).getheader("Strict-Transport-Security") or ""
    assert "includeSubDomains" in kept
    assert int(kept.partition("max-age=")[2].partition(";")[0]) >= 31_536_000
