"""Bodies are limited before they are read, and read only once the sender is known."""

from __future__ import annotations

import gzip
import http.client
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import pytest

from alerts.identity import operators, tokens
from alerts.operations.live_config import Live
from alerts.web.bounds import Bounds
from alerts.web.cookies import SESSION
from alerts.web.serving import Pages
from crawler.runtime.clock import now
from tests.builders import new_store, settings
from tests.security.service import Service
from tests.security.sockets import asked, connect, head, status

MB = 1_000_000
PLACES = [
    ("POST", "/console/sign-in"), ("POST", "/console/topics/new"), ("POST", "/console/sources.opml"), ("POST", "/console/language"),
    ("PUT", "/api/v1/topics/rail"), ("POST", "/api/v1/subscriptions"), ("DELETE", "/api/v1/topics/rail"), ("GET", "/api/v1/stories"),
    ("POST", "/subscribe"), ("POST", "/one-click/token"), ("GET", "/healthz"), ("POST", "/metrics"), ("POST", "/nowhere"),
    ("PROPFIND", "/"), ("POST", "/api/nowhere"),
]  # fmt: skip


class Site(NamedTuple):
    """Pages with an operator: their port, a token that may write, the cookie of a session."""

    port: int
    token: str
    cookie: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    store = new_store(tmp_path_factory.mktemp("bodies"))
    with store.write() as connection:
        operators.add(connection, "ana", "otter violin granite seven", "operator", now())
        session = operators.begin_session(connection, "ana", "a browser", now())
        token = tokens.add(connection, "a program", ["read", "write"], now())
    made = settings(signup=True)
    pages = Pages(
        Live(None, made.model_copy(update={"web": made.web.model_copy(update={"port": 0})})),
        store,
        bounds=Bounds(body=0.4, linger=0.3),
    )
    pages.start()
    yield Site(pages.port, f"Authorization: Bearer {token}", f"Cookie: {SESSION}={session}")
    pages.stop()
    store.close()


def poured(
    port: int, method: str, path: str, *lines: str, chunked: bool, size: int = 200 * MB
) -> tuple[int, bytes]:
    """Post zeros until the server takes no more: how many bytes it took, and what it said."""
    block = b"\0" * 65_536
    part = b"%x\r\n%s\r\n" % (len(block), block) if chunked else block
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    sent = 0
    with connect(port) as one:
        one.sendall(head(method, path, length, *lines))
        try:
            while sent < size:
                one.sendall(part)
                sent += len(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            return sent, one.recv(65_536)
        except ConnectionResetError:
            return sent, b""


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_two_hundred_megabytes_are_taken_by_no_address(service: Service, chunked: bool) -> None:
    before = service.memory()
    for method, path in PLACES:
        sent, _ = poured(service.port, method, path, chunked=chunked)
        assert sent < 20 * MB, f"{method} {path} took {sent / MB:.0f} MB"  # what the system's buffers hold
    assert service.memory() - before < 20 * MB


@pytest.mark.parametrize(
    "length", ["Content-Length: 1500000000", "Transfer-Encoding: chunked", "Content-Length: 10"]
)
@pytest.mark.parametrize(("method", "path", "wanted"), [
    ("PUT", "/api/v1/topics/rail", 401), ("POST", "/api/v1/topics/rail/try", 401), ("POST", "/api/v1/subscriptions", 401),
    ("POST", "/console/topics/new", 303), ("POST", "/console/sources.opml", 303), ("POST", "/api/nowhere", 404), ("POST", "/nowhere", 404),
    ("POST", "/healthz", 405),
])  # fmt: skip
def test_who_may_not_is_told_so_before_a_byte_of_the_body_came(
    site: Site, method: str, path: str, wanted: int, length: str
) -> None:
    found = asked(site.port, head(method, path, length))
    assert status(found) == wanted
    assert b"connection: close" in found.lower()


@pytest.mark.parametrize(
    "path", ["/console/sign-in", "/console/language", "/subscribe", "/one-click/token", "/confirm/token"]
)
def test_where_anybody_may_post_the_length_is_looked_at_first(site: Site, path: str) -> None:
    assert status(asked(site.port, head("POST", path, "Content-Length: 1500000000"))) == 413


def test_who_may_is_bounded_as_well(site: Site) -> None:
    for path, who, most in (
        ("/api/v1/topics/rail/try", site.token, 64_000),
        ("/console/sources.opml", site.cookie, 2_000_000),
    ):
        json = "Content-Type: application/json"
        assert status(asked(site.port, head("POST", path, who, json, f"Content-Length: {most + 1}"))) == 413
        sent, said = poured(site.port, "POST", path, who, json, chunked=True)
        assert status(said) == 413
        assert sent < 20 * MB


def test_a_reader_of_the_api_may_not_send_what_only_writers_may(site: Site) -> None:
    assert (
        status(asked(site.port, head("PUT", "/api/v1/topics/rail", site.cookie, "Content-Length: 50000")))
        == 401
    )


def test_a_body_that_comes_too_slowly_is_given_up(site: Site) -> None:
    for path, who in (
        ("/api/v1/subscriptions", site.token),
        ("/console/sources.opml", site.cookie),
        ("/subscribe", "A: b"),
    ):
        found = asked(
            site.port, head("POST", path, who, "Content-Type: application/json", "Content-Length: 100"), b"{"
        )
        assert status(found) == 408


def test_compressed_bodies_are_not_decompressed(site: Site) -> None:
    body = gzip.compress(b"a=" + b"0" * 10 * MB)
    for coding in ("gzip", "br", "identity, gzip"):
        lines = (f"Content-Encoding: {coding}", f"Content-Length: {len(body)}", site.cookie)
        assert status(asked(site.port, head("POST", "/console/language", *lines), body)) == 415


def test_who_waits_for_a_yes_gets_one_only_for_a_body_that_is_wanted(site: Site) -> None:
    wait = "Expect: 100-continue"
    assert status(asked(site.port, head("POST", "/subscribe", wait, "Content-Length: 1500000000"))) == 413
    assert status(asked(site.port, head("PUT", "/api/v1/topics/rail", wait, "Content-Length: 10"))) == 401
    with connect(site.port) as one:
        one.sendall(head("POST", "/subscribe", wait, "Content-Length: 9"))
        assert one.recv(100).startswith(b"HTTP/1.1 100 ")
        one.sendall(b"address=x")
        assert status(one.recv(65_536)) == 422


def test_one_byte_in_each_of_many_chunks_is_a_body_as_others(site: Site) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % letter for letter in b"address=nobody")
    said = asked(
        site.port,
        head("POST", "/subscribe", "Transfer-Encoding: chunked", "Connection: close"),
        chunks,
        b"0\r\n\r\n",
    )
    assert status(said) == 422


def test_what_chunks_say_beside_their_content_is_bounded_too(site: Site) -> None:
    with connect(site.port) as one:
        one.sendall(head("POST", "/subscribe", "Transfer-Encoding: chunked"))
        chunk, sent = b"1;" + b"x" * 10_000 + b"\r\na\r\n", 0
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while sent < 100 * MB:
                one.sendall(chunk)
                sent += len(chunk)


def test_a_small_body_that_nobody_reads_does_not_spoil_the_answer(site: Site) -> None:
    body = b"{}" * 5_000
    found = asked(
        site.port,
        head("POST", "/api/v1/deliveries/3/retry", site.token, f"Content-Length: {len(body)}"),
        body,
    )
    assert status(found) == 404
    assert b"no delivery 3 was given up" in found


ODD_HEADS = {
    "length and chunked": (head("POST", "/subscribe", "Content-Length: 4", "Transfer-Encoding: chunked"), {400}),
    "chunked and length": (head("POST", "/subscribe", "Transfer-Encoding: chunked", "Content-Length: 4"), {400}),
    "two lengths": (head("POST", "/subscribe", "Content-Length: 4", "Content-Length: 5"), {400}),
    "lengths in a list": (head("POST", "/subscribe", "Content-Length: 4, 5"), {400}),
    "a length with a sign": (head("POST", "/subscribe", "Content-Length: +4"), {400}),
    "a length below nothing": (head("POST", "/subscribe", "Content-Length: -4"), {400}),
    "a huge length": (head("POST", "/subscribe", f"Content-Length: {'9' * 400}"), {400, 413}),
    "chunked twice": (head("POST", "/subscribe", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), {400, 501}),
    "not quite chunked": (head("POST", "/subscribe", "Transfer-Encoding: xchunked"), {400, 501}),
    "chunked last": (head("POST", "/subscribe", "Transfer-Encoding: gzip, chunked"), {400, 501}),
    "chunked in 1.0": (b"POST /subscribe HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", {400}),
    "a blank before the colon": (head("POST", "/subscribe", "Content-Length : 4"), {400}),
    "a folded line": (head("POST", "/subscribe", "X: a", " Transfer-Encoding: chunked"), {400}),
    "a folded first line": (head("POST", "/subscribe", "\tX: a"), {400}),
    "a bare line feed": (b"POST /subscribe HTTP/1.1\r\nHost: a\nContent-Length: 4\r\n\r\n", {400}),
    "only line feeds": (b"GET / HTTP/1.1\nHost: a\n\n", {400}),
    "a bare carriage return": (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 4\r\n\r\n", {400}),
    "a NUL": (head("GET", "/", "X: a\0b"), {400}),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", {400}),
    "two hosts": (head("GET", "/", "Host: other"), {400}),
    "another protocol": (b"\x16\x03\x01\x02\x00\x01\x00", {400}),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}),
    "a proxy's address": (head("GET", "http://elsewhere.example/"), {400}),
    "a tunnel": (head("CONNECT", "elsewhere.example:443"), {400}),
    "all of it": (head("OPTIONS", "*"), {400}),
    "a trace": (head("TRACE", "/console/sign-in", "X-Secret: s3cret", "Connection: close"), {405}),
    "a body of a GET": (head("GET", "/healthz", "Content-Length: 5"), {413}),
    "a cookie of a megabyte": (head("GET", "/healthz", f"Cookie: a={'b' * MB}"), {431}),
    "a head just too long": (head("GET", "/healthz", f"Cookie: a={'b' * 16_400}"), {431}),
    "many headers": (head("GET", "/healthz", *(f"X-{n}: a" for n in range(200))), {431}),
    "many tags": (head("GET", "/healthz", "If-None-Match: " + ",".join(f'"{n}"' for n in range(100_000))), {431}),
    "a long address": (head("GET", f"/console/?q={'a' * 9_000}"), {414}),
    "a deep path": (head("GET", "/a" * 3_000), {414}),
    "a number of many digits": (head("GET", f"/console/stories/{'9' * 4_400}"), {414}),
    "a hundred thousand parameters": (head("GET", "/console/?" + "a&" * 100_000), {414, 431}),
    "a NUL in the path": (head("GET", "/console/topics/a%00b"), {400}),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_HEADS)
def test_what_could_be_read_in_two_ways_is_answered_once_and_the_connection_closed(
    site: Site, name: str
) -> None:
    odd, wanted = ODD_HEADS[name]
    found = asked(site.port, odd + b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert status(found) in wanted, found
    assert found.count(b"HTTP/1.1 ") == 1
    assert b"ok\n" not in found and b"s3cret" not in found


def test_a_request_before_the_answer_to_the_one_before_is_not_read(site: Site) -> None:
    found = asked(site.port, head("GET", "/healthz") * 3)
    assert found.count(b"HTTP/1.1 200") == 1


def test_one_request_after_another_is_answered_on_one_connection(site: Site) -> None:
    one = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    one.connect()
    first = one.sock
    for _ in range(3):
        one.request("GET", "/healthz")
        assert one.getresponse().read() == b"ok\n"
    assert one.sock is first
    one.close()


def test_methods_that_only_ask_are_answered_shortly(site: Site) -> None:
    for path in ("/healthz", "/console/sign-in", "/api/v1/stories"):
        for method in ("HEAD", "OPTIONS", "TRACE", "PATCH", "BREW"):
            found = asked(site.port, head(method, path, "Connection: close"))
            assert status(found) in (200, 401, 405), found
            assert len(found) < 2_000


def test_nothing_of_this_is_worth_a_line_of_the_log(service: Service) -> None:
    before = len(service.said)
    for odd, _ in ODD_HEADS.values():
        # The service may have answered and hung up before all of it was sent.
        with connect(service.port) as one, suppress(OSError):
            one.sendall(odd)
            one.shutdown(socket.SHUT_WR)
            one.recv(65_536)
    with connect(service.port) as one:
        one.sendall(head("POST", "/subscribe", "Content-Length: 10") + b"a")
    assert status(asked(service.port, head("GET", "/healthz", "Connection: close"))) == 200
    assert len(service.said) == before
