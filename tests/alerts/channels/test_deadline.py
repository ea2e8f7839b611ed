"""A deadline whose timer comes late: the limit of the socket itself then ends what goes on, and it is said as the same."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator

import pytest

from alerts.channels import DeliveryError, open_channel
from alerts.digests.message import OutgoingMessage, RenderedMessage
from alerts.digests.render import Rendered
from crawler.net.deadline import Deadline
from tests.alerts.delivery.test_other_channels import through
from tests.builders import NOON

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()


@pytest.fixture
def late_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread of a deadline's timer does not get its turn, as on a machine that is busy."""
    monkeypatch.setattr(Deadline, "_pass", lambda self: None)


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections, reads nothing from them and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("length", [10, 20_000_000], ids=["to answer", "to take the request"])
def test_a_server_that_is_too_slow_is_said_to_be(late_timer: None, silent: int, length: int) -> None:
    url = f"http://127.0.0.1:{silent}/"
    channel = open_channel(
        "way", through({"type": "webhook", "url": url, "secret": SECRET, "timeout": "0.2s"})
    )
    message = RenderedMessage("desk", "watch@example.org", NOON, Rendered("News", "", "x" * length))
    with pytest.raises(DeliveryError, match="did not answer in time"):
        channel.send(OutgoingMessage("<one@example.org>", "desk@example.org", message))


def test_an_answer_that_came_whole_counts_however_late_it_is_read(late_timer: None) -> None:
    with Deadline(0.0) as deadline:
        assert deadline.left <= 0.001


def test_an_error_after_the_time_is_the_time_s(late_timer: None) -> None:
    with pytest.raises(TimeoutError, match="in time"), Deadline(0.0):
        raise ConnectionAbortedError
