"""What goes along a redirect: cookies that it sets, and a source's own headers on its own site."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Guard
from crawler.net.replies import Reply
from crawler.net.site_limiter import SiteLimiter
from tests.faults.server import Asked, FaultServer, Writer

SEEN: list[tuple[str, dict[str, str]]] = []


@pytest.fixture
def server() -> Iterator[FaultServer]:
    SEEN.clear()
    with FaultServer({}) as started:
        yield started


def answers(server: FaultServer, path: str, *steps: tuple[str, dict[str, str] | None]) -> None:
    """Have a path lead on with cookies until one is sent: each step is what Cookie must hold, and the headers then sent."""

    async def behave(asked: Asked, writer: Writer) -> None:
        SEEN.append((asked.path, asked.headers))
        for cookie, headers in steps:
            if cookie in asked.headers.get("cookie", ""):
                if headers is None:
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
                else:
                    lines = "".join(f"{n.rstrip('*')}: {v}\r\n" for n, v in headers.items())
                    writer.write(
                        f"HTTP/1.1 302 Found\r\n{lines}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
                    )
                return

    server.behaviours[path] = behave


def fetch(url: str, headers: dict[str, str] | None = None) -> Reply:
    async def ask() -> Reply:
        fetcher = Fetcher(
            Guard(["127.0.0.0/8", "::1", "localhost", "a.localhost", "www.a.localhost"]),
            SiteLimiter(10),
            "test",
        )
        try:
            return await fetcher.fetch(url, headers)
        finally:
            fetcher.close()

    return asyncio.run(ask())


def test_a_page_that_wants_its_cookie_back_is_read(server: FaultServer) -> None:
    answers(server, "a", ("seen=1", None), ("", {"Location": "/a", "Set-Cookie": "seen=1; Path=/"}))
    assert fetch(server.address("a")).body == b"ok"


def test_each_cookie_of_an_answer_is_remembered_by_its_path(server: FaultServer) -> None:
    first = {"Location": "/in/b", "Set-Cookie": "one=1; Path=/in", "Set-Cookie*": "two=2; Path=/elsewhere"}
    answers(server, "b", ("", first))
    answers(server, "in/b", ("one=1", None))
    assert fetch(server.address("b")).body == b"ok"
    assert SEEN[-1][1]["cookie"] == "one=1"


def test_a_server_that_sets_another_cookie_each_time_is_left_after_six_redirects(server: FaultServer) -> None:
    async def behave(asked: Asked, writer: Writer) -> None:
        line = f"Location: /c\r\nSet-Cookie: n={asked.before}; Path=/\r\n"
        writer.write(f"HTTP/1.1 302 Found\r\n{line}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())

    server.behaviours["c"] = behave
    with pytest.raises(FetchError, match="too many redirects"):
        fetch(server.address("c"))


def test_the_same_cookie_again_is_a_circle(server: FaultServer) -> None:
    answers(server, "d", ("", {"Location": "/d", "Set-Cookie": "n=1; Path=/"}))
    with pytest.raises(FetchError, match="circle"):
        fetch(server.address("d"))
    assert len(SEEN) == 2


def test_cookies_are_forgotten_with_the_answer_and_shown_to_nobody_else(server: FaultServer) -> None:
    other = f"http://localhost:{server.port}/f"
    answers(server, "e", ("", {"Location": other, "Set-Cookie": "key=1; Path=/"}))
    answers(server, "f", ("", None))
    fetch(server.address("e"))
    fetch(server.address("f"))
    assert [headers.get("cookie") for path, headers in SEEN if path == "f"] == [None, None]


def test_an_address_in_utf_8_is_followed_and_a_cookie_that_is_no_ascii_left_out(server: FaultServer) -> None:
    async def behave(asked: Asked, writer: Writer) -> None:
        lines = "Location: /ข่าว/rss\r\n".encode() + b"Set-Cookie: y=\xe9; Path=/\r\n"
        writer.write(b"HTTP/1.1 302 Found\r\n" + lines + b"Content-Length: 0\r\nConnection: close\r\n\r\n")

    server.behaviours["u"] = behave
    answers(server, "%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7/rss", ("", None))
    assert fetch(server.address("u")).body == b"ok"


OWN = {"User-Agent": "Desk/1.0", "X-Key": "secret", "If-None-Match": '"1"'}


@pytest.mark.parametrize(
    ("start", "target", "kept"),
    [
        ("a.localhost", "www.a.localhost", True),
        ("www.a.localhost", "a.localhost", True),
        ("127.0.0.1", "localhost", False),
    ],
)
def test_headers_of_a_source_go_along_on_its_own_site(
    server: FaultServer, start: str, target: str, kept: bool
) -> None:
    answers(server, "g", ("", {"Location": f"http://{target}:{server.port}/h"}))
    answers(server, "h", ("", None))
    fetch(f"http://{start}:{server.port}/g", OWN)
    sent = SEEN[-1][1]
    assert sent["if-none-match"] == '"1"'
    assert (sent.get("x-key"), sent["user-agent"] == "Desk/1.0") == (
        ("secret", True) if kept else (None, False)
    )
    assert SEEN[0][1]["x-key"] == "secret"
