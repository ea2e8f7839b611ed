"""Whatever a receiver does, a delivery ends within its time limit, and little of the answer is read."""

from __future__ import annotations

import base64
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.channels import Channel, DeliveryError, open_channel
from alerts.channels.failures import Failure
from alerts.digests.message import OutgoingMessage, RenderedMessage
from alerts.digests.render import Rendered
from crawler.net.deadline import Deadline
from tests.alerts.conftest import certificate
from tests.builders import settings

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()
SECONDS = 0.3
LEEWAY = 10.0
"""Seconds that a busy machine may take beside; what these receivers do has no end of its own, or one after half a minute."""
ENOUGH = 60.0
"""A time limit for what ends long before it, also on a busy machine."""
OUTGOING = OutgoingMessage(
    "<0123456789abcdef01234567@example.org>", "reader@example.org",
    RenderedMessage("desk", "watch@example.org", datetime(2025, 11, 28, tzinfo=UTC), Rendered("News", "<p>News</p>", "News")),
)  # fmt: skip
Behaviour = Callable[[socket.socket, threading.Event], None]


@contextmanager
def behaving(behave: Behaviour) -> Iterator[int]:
    """A server on a free port of the loopback that does something with every connection, until the end of the block."""
    ended, server = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            behave(connection, ended)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    ended.set()
    server.close()


def again_and_again(piece: bytes, first: bytes = b"", wait: float = 0.05) -> Behaviour:
    """Send something and then a piece now and then, for ever."""

    def behave(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(first)
        while not ended.wait(wait):
            connection.sendall(piece)

    return behave


def silent(connection: socket.socket, ended: threading.Event) -> None:
    ended.wait(30)


HTTP = {
    "silence": silent,
    "the status byte by byte": again_and_again(b"H"),
    "headers byte by byte": again_and_again(b"a", b"HTTP/1.1 200 OK\r\nX: "),
    "headers without end": again_and_again(b"A: b\r\n", b"HTTP/1.1 200 OK\r\n"),
    "continue for ever": again_and_again(b"HTTP/1.1 100 Continue\r\n\r\n"),
}
BODIES = {
    "a body byte by byte": again_and_again(b"a", b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"),
    "chunks byte by byte": again_and_again(
        b"1\r\na\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    ),
    "a huge body": again_and_again(b"a" * 1_000_000, b"HTTP/1.1 200 OK\r\n\r\n", 0),
}
REDIRECT = {
    "a redirect to itself": again_and_again(
        b"", b"HTTP/1.1 307 Go\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"
    )
}


def opened(kind: str, url: str, seconds: float = SECONDS) -> Channel:
    own = {"type": kind, "url": url, "timeout": timedelta(seconds=seconds)} | (
        {"secret": SECRET} if kind == "webhook" else {}
    )
    made = settings({"name": "desk", "channel": "own"}, channels={"own": own})
    crawl = made.crawl.model_copy(update={"allow_private": ("127.0.0.1",)})
    return open_channel("own", made.model_copy(update={"crawl": crawl}))


def taking(channel: Channel) -> tuple[float, DeliveryError | None]:
    """How long a delivery takes, and how it fails."""
    began = time.monotonic()
    try:
        channel.send(OUTGOING)
    except DeliveryError as error:
        return time.monotonic() - began, error
    return time.monotonic() - began, None


@pytest.mark.parametrize("how", HTTP)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_webhook_s_time_is_for_all_of_the_request(how: str, scheme: str) -> None:
    with behaving(HTTP[how]) as port:  # of https it is the handshake that never ends
        taken, error = taking(opened("webhook", f"{scheme}://127.0.0.1:{port}/hook"))
    assert error is not None
    assert error.failure == Failure.UNREACHABLE
    assert taken < SECONDS + LEEWAY


def test_a_handshake_that_goes_byte_by_byte_ends_too(tmp_path: Path) -> None:
    hello = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03"  # the beginning of a long ServerHello
    with behaving(again_and_again(b"\0", hello)) as port:
        taken, error = taking(opened("webhook", f"https://127.0.0.1:{port}/hook"))
    assert error is not None
    assert taken < SECONDS + LEEWAY


@pytest.mark.parametrize("how", [*BODIES, *REDIRECT])
def test_a_webhook_s_body_is_not_read_and_redirects_are_not_followed(how: str) -> None:
    with behaving((BODIES | REDIRECT)[how]) as port:
        taken, error = taking(opened("webhook", f"http://127.0.0.1:{port}/hook", ENOUGH))
    assert (error is None) == (how in BODIES)
    assert taken < ENOUGH


def test_who_takes_no_request_ends_it_too() -> None:
    with behaving(silent) as port:
        channel = opened("webhook", f"http://127.0.0.1:{port}/hook")
        message = RenderedMessage(
            "desk", "w@example.org", OUTGOING.message.made, Rendered("News", "", "x" * 20_000_000)
        )
        began = time.monotonic()
        with pytest.raises(DeliveryError, match="in time"):
            channel.send(OutgoingMessage(OUTGOING.message_id, OUTGOING.recipient, message))
    assert time.monotonic() - began < SECONDS + LEEWAY


@pytest.mark.parametrize("how", [*HTTP, "a body byte by byte", "chunks byte by byte", *REDIRECT])
def test_a_chat_s_time_is_for_all_of_the_message(how: str) -> None:
    pytest.importorskip("apprise")
    with behaving((HTTP | BODIES | REDIRECT)[how]) as port:
        taken, error = taking(opened("chat", f"json://127.0.0.1:{port}/hook"))
    assert error is not None
    assert taken < SECONDS + LEEWAY


def test_of_a_chat_s_endless_body_little_is_read() -> None:
    pytest.importorskip("apprise")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with behaving(BODIES["a huge body"]) as port:
        taken, _ = taking(opened("chat", f"json://127.0.0.1:{port}/hook"))
    assert taken < SECONDS + LEEWAY
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


GREETED = b"220 mx.example ESMTP\r\n"
SMTP = {
    "silence": silent,
    "a greeting byte by byte": again_and_again(b"2"),
    "a greeting without end": again_and_again(b"220-more\r\n"),
    "an answer byte by byte": again_and_again(b"2", GREETED),
    "an answer without end": again_and_again(b"250-more\r\n" * 1_000, GREETED, 0),
}


@pytest.mark.parametrize("how", SMTP)
@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_mail_server_s_answer_is_over_in_time_and_bounded(how: str, security: str) -> None:
    with behaving(SMTP[how]) as port:
        smtp = {
            "host": "127.0.0.1",
            "port": port,
            "timeout": timedelta(seconds=SECONDS),
            "security": security,
        }
        taken, error = taking(
            open_channel("email", settings({"name": "desk", "to": ["reader@example.org"]}, smtp=smtp))
        )
    assert error is not None
    assert error.failure == Failure.UNREACHABLE
    assert taken < SECONDS + LEEWAY


def test_later_answers_of_a_mail_server_are_over_in_time_too() -> None:
    def behave(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(GREETED)
        connection.recv(1000)
        connection.sendall(b"250 mx.example\r\n")
        connection.recv(1000)
        again_and_again(b"2")(connection, ended)  # the answer to MAIL

    with behaving(behave) as port:
        smtp = {"host": "127.0.0.1", "port": port, "timeout": timedelta(seconds=SECONDS)}
        taken, error = taking(
            open_channel("email", settings({"name": "desk", "to": ["reader@example.org"]}, smtp=smtp))
        )
    assert error is not None
    assert taken < 2 * SECONDS + LEEWAY


def test_a_deadline_that_is_kept_harms_nothing(tmp_path: Path) -> None:
    certificate(tmp_path)
    with behaving(again_and_again(b"", b"HTTP/1.1 204 OK\r\n\r\n")) as port:
        channel = opened("webhook", f"http://127.0.0.1:{port}/hook", ENOUGH)
        assert [taking(channel)[1] for _ in range(20)] == [None] * 20
    assert not [
        t for t in threading.enumerate() if isinstance(t, threading.Timer) and not t.finished.is_set()
    ]


def test_what_the_block_raises_by_itself_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), Deadline(5):
        _ = 1 // 0
