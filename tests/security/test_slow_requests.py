"""Slow requests, idle connections and slow readers are cut off, and take nothing from health checks, the crawl and the store."""

from __future__ import annotations

import asyncio
import http.client
import resource
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from starlette.types import Receive, Scope, Send

from alerts.identity.client_address import IpNetwork
from alerts.web import descriptors
from alerts.web.bounds import Bounds
from alerts.web.connections import LOOPBACK, BoundedProtocol, Connections
from alerts.web.serving import server_of
from crawler.store import Store
from tests.newsroom.configuration import watching
from tests.newsroom.web import Newsroom
from tests.security.service import Service, running
from tests.security.sockets import asked, closed, connect, head, many, status

HALF = b"GET / HTTP/1.1\r\nHost: a\r\nX-Half: "
SHORT = Bounds(head=0.3, idle=0.3, body=0.3, stalled=0.3, linger=0.1)
FOREVER = Bounds(head=600, idle=600, body=600, stalled=600)
BIG = b"0" * 8_000_000


class Answers:
    """An application: `/big` is much, `/wait` is answered when `go` is set, all else at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self.begun.release()
        body = BIG if scope["path"] == "/big" else b"ok\n"
        if scope["path"] == "/wait":
            await asyncio.to_thread(self.go.wait, 20)
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", b"%d" % len(body))],
            }
        )
        for start in range(0, len(body), 100_000):
            await send(
                {"type": "http.response.body", "body": body[start : start + 100_000], "more_body": True}
            )
        await send({"type": "http.response.body", "body": b""})


class Watched(Connections):
    """Connections whose coming and going can be waited for."""

    def __init__(self, bounds: Bounds, exempt: Callable[[], Sequence[IpNetwork]]) -> None:
        super().__init__(bounds, exempt)
        self.came, self.left = threading.Semaphore(0), threading.Semaphore(0)

    def admit(self, one: BoundedProtocol, address: str) -> bool:
        """Count who comes."""
        found = super().admit(one, address)
        self.came.release()
        return found

    def leave(self, one: BoundedProtocol) -> None:
        """Count who leaves."""
        super().leave(one)
        self.left.release()


@contextmanager
def serving(bounds: Bounds, *, counted: bool = False) -> Iterator[tuple[int, Watched, Answers]]:
    """A server with bounds; where it is ``counted``, this machine is an address as others."""
    connections, app = Watched(bounds, (lambda: ()) if counted else (lambda: LOOPBACK)), Answers()
    server = server_of(app, connections)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield listener.getsockname()[1], connections, app
    finally:
        app.go.set()
        server.should_exit = server.force_exit = True
        thread.join(10)


def health(port: int) -> float:
    """Ask how the service fares; gives the seconds until it has said so."""
    begun = monotonic()
    assert b"ok\n" in asked(port, head("GET", "/healthz", "Connection: close"))
    return monotonic() - begun


def page(port: int) -> float:
    """Open a page; gives the seconds that it takes."""
    begun = monotonic()
    one = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    one.request("GET", "/console/sign-in")
    assert one.getresponse().status < 500
    one.close()
    return monotonic() - begun


def test_a_head_that_does_not_end_is_answered_and_closed() -> None:
    with serving(SHORT) as (port, connections, _):
        assert status(asked(port, HALF)) == 408
        assert asked(port) == b""
        with many(port, 50, HALF) as found, many(port, 50) as silent:
            assert closed([*found, *silent], 10) == 100
        assert len(connections) == 0


def test_a_head_that_comes_byte_by_byte_has_no_more_time() -> None:
    with serving(SHORT) as (port, _, _), connect(port) as one:
        one.sendall(HALF)
        one.settimeout(0.02)
        begun = monotonic()
        while monotonic() - begun < 10:
            try:
                one.sendall(b"a")
                one.recv(1_000)
                break
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                break
        assert monotonic() - begun < 5


def test_a_connection_without_requests_is_closed_after_a_while() -> None:
    with serving(SHORT) as (port, _, _), connect(port) as one:
        one.sendall(head("GET", "/"))
        assert closed([one], 10) == 1  # the answer
        assert b"ok\n" in b"".join(iter(lambda: one.recv(1_000), b""))
        with connect(port) as other:
            other.sendall(head("GET", "/"))
            while b"ok" not in other.recv(1_000):
                pass
            other.sendall(HALF)
            assert status(b"".join(iter(lambda: other.recv(1_000), b""))) == 408


def test_a_reader_who_takes_nothing_is_cut_off() -> None:
    with serving(SHORT) as (port, connections, _), connect(port, buffer=4_096) as one:
        one.sendall(head("GET", "/big"))
        assert connections.came.acquire(timeout=10)
        assert connections.left.acquire(timeout=10)


def test_a_reader_who_takes_all_gets_all() -> None:
    with serving(SHORT) as (port, _, _):
        assert asked(port, head("GET", "/big", "Connection: close")).endswith(BIG)


def test_an_answer_that_takes_long_to_make_is_waited_for() -> None:
    with serving(SHORT) as (port, _, app), connect(port) as one:
        one.sendall(head("GET", "/wait"))
        assert closed([one], 1.2) == 0
        app.go.set()
        assert status(one.recv(1_000)) == 200


def test_new_connections_take_the_place_of_the_oldest_that_asked_for_nothing() -> None:
    with serving(Bounds(connections=20, head=600, idle=600)) as (port, connections, _):
        with many(port, 60, HALF) as found:
            assert health(port) < 2
            assert closed(found[:40], 10) == 40
            assert len(connections) <= 20
            assert closed(found[-15:], 0.05) == 0, "the newest stay"
        with many(port, 19, head("GET", "/wait")) as busy:
            assert health(port) < 2
            assert closed(busy, 0.05) == 0, "what is being answered stays"


def test_where_all_are_being_answered_new_ones_are_told_to_come_again() -> None:
    with (
        serving(Bounds(connections=5)) as (port, connections, app),
        many(port, 5, head("GET", "/wait")) as busy,
    ):
        assert all(connections.came.acquire(timeout=10) for _ in busy)
        assert all(app.begun.acquire(timeout=10) for _ in busy)
        found = asked(port)
        assert status(found) == 503
        assert b"Retry-After" in found
        app.go.set()
        assert all(status(one.recv(1_000)) == 200 for one in busy)


def test_one_address_has_its_share_and_no_more() -> None:
    bounds = Bounds(connections=100, per_address=8, head=600)
    with serving(bounds, counted=True) as (port, connections, _), many(port, 30, HALF) as found:
        assert closed(found[:22], 10) == 22
        assert health(port) < 2
        assert len(connections) <= 8
    with serving(bounds) as (port, connections, _), many(port, 30, HALF) as found:
        assert health(port) < 2
        assert closed(found, 0.05) == 0, "a proxy at this machine asks for many"


def test_an_address_of_this_machine_stands_for_many_people() -> None:
    connections = Connections(FOREVER)
    assert {connections._counted_for(host) for host in ("127.0.0.1", "::1", "::ffff:127.0.0.1")} == {""}
    assert connections._counted_for("2001:db8::1") == connections._counted_for("2001:db8::ffff:2")


def test_the_share_of_the_pages_leaves_the_crawl_and_the_store_theirs() -> None:
    assert descriptors.fitting(512, 65_536, 64) == 512
    assert descriptors.fitting(512, 512, 64) + 2 * 64 + descriptors.OF_STORE + descriptors.OWN <= 512
    assert descriptors.fitting(512, 100, 64) == descriptors.FEWEST


def test_a_server_that_ends_does_not_wait_for_who_is_slow() -> None:
    connections, app, listener = Connections(FOREVER), Answers(), socket.create_server(("127.0.0.1", 0))
    server = server_of(app, connections)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    port = listener.getsockname()[1]
    with (
        many(port, 30, HALF),
        many(port, 10),
        many(port, 10, head("POST", "/wait", "Content-Length: 9")),
        connect(port) as one,
    ):
        one.sendall(head("GET", "/wait"))
        assert all(app.begun.acquire(timeout=10) for _ in range(11))
        server.should_exit = True
        app.go.set()
        assert status(one.recv(1_000)) == 200, "what was being answered is answered"
        begun = monotonic()
        thread.join(10)
        assert monotonic() - begun < 2


@pytest.fixture
def roomy() -> None:
    """This process may open as many sockets as its attack needs."""
    if descriptors.raise_limit() < 4_000:
        pytest.skip("needs 4,000 open files (ulimit -n)")


@contextmanager
def narrow(folder: Path, room: Newsroom) -> Iterator[Service]:
    """A service with 512 descriptors that watches the news web."""
    watching(room, folder, web={"port": 0})
    with running(
        folder, ("run",), before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))
    ) as made:
        yield made


def articles(folder: Path) -> int:
    """How many articles the store has."""
    store = Store(f"sqlite:///{folder / 'aseanwatch.db'}")
    with store.read() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM articles").scalar()
    store.close()
    return int(found or 0)


@pytest.mark.long
def test_a_crawl_goes_on_beside_1200_half_requests_and_300_half_bodies(
    roomy: None, tmp_path: Path, room: Newsroom
) -> None:
    body = head("POST", "/subscribe", "Content-Length: 1000") + b"a"
    with (
        narrow(tmp_path, room) as service,
        many(service.port, 1_200, HALF),
        many(service.port, 300, body) as bodies,
    ):
        assert room.wait_for({"/straits-ledger/feed"}, 60)
        until = monotonic() + 60
        worst = 0.0
        while articles(tmp_path) < 5 and monotonic() < until:
            room.wait_for_more(len(room.requests), 0.3)
            worst = max(worst, health(service.port), page(service.port))
            for one in bodies:
                try:
                    one.send(b"a")
                except OSError:
                    continue
        assert articles(tmp_path) >= 5
        assert worst < 5
        assert len(list(Path(f"/proc/{service.process.pid}/fd").iterdir())) < 512
        assert "Too many open files" not in service.said
